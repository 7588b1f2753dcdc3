//! The dialog that makes or changes a channel.

use domain::notify::{Kind, Language};
use leptos::prelude::*;

use super::{
    api::{ChannelView, save_channel},
    channel_draft::Draft,
    fields::{Entry, FieldSpec, fields, kind_name, secret_label},
    templates::TemplateFields,
};
use crate::{
    error::AppError,
    i18n::use_i18n,
    ui::{
        Check, Dialog, Erase, FormEnd, Refusal, SelectField, TextArea, TextField, ToastKind, Toasts, Weekdays,
        ZoneField, open_while, option,
    },
};

/// The dialog, open while there is a channel to be edited.
#[component]
pub fn ChannelEditor(edited: RwSignal<Option<ChannelView>>, reload: Callback<()>) -> impl IntoView {
    let texts = use_i18n();
    let is_open = open_while(edited);
    view! {
        <Dialog is_open title=text!(texts, notifications.dialog)>
            {move || {
                edited
                    .get_untracked()
                    .map(|channel| view! { <ChannelForm draft=Draft::of(&channel) is_open reload /> })
            }}
        </Dialog>
    }
}

#[component]
fn ChannelForm(draft: Draft, is_open: RwSignal<bool>, reload: Callback<()>) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let (refused, not_shown) = (RwSignal::new(None::<AppError>), RwSignal::new(None::<AppError>));
    let refusal = Refusal::new(refused);
    // What saving and previewing say of fields is said at the same ones: each attempt ends what the one before it said.
    let refusal_of_both = refusal.with(Signal::derive(move || refused.get().or_else(|| not_shown.get())));
    let field = move |name: &'static str| refusal_of_both.at(name);
    let save = Action::new_local(move |(channel, secret): &(ChannelView, Option<String>)| {
        let (channel, secret) = (channel.clone(), secret.clone());
        async move {
            match save_channel(channel, secret).await {
                Ok(()) => {
                    is_open.set(false);
                    toasts.show(ToastKind::Done, text!(texts, notifications.saved));
                    reload.run(());
                }
                Err(error) => drop(refused.try_set(Some(error))),
            }
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        refused.set(None);
        not_shown.set(None);
        let needed = fields(texts, draft.kind.get_untracked());
        save.dispatch(draft.read(&needed));
    };
    let choose = move |chosen: String| {
        if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == chosen) {
            draft.kind.set(kind);
        }
    };
    let kinds = draft.id.is_none().then(|| {
        view! {
            <SelectField
                name="kind"
                label=text!(texts, notifications.kind)
                options=Kind::ALL.map(|kind| option(kind.name(), kind_name(texts, kind))).to_vec()
                chosen=Signal::derive(move || draft.kind.get().name().to_owned())
                on_choose=choose
            />
        }
    });
    let of_kind = move || {
        let kind = draft.kind.get();
        let entry = move |spec: FieldSpec| view! { <KindField spec draft error=field(spec.name) /> };
        let secret = kind.secret();
        let hint = match (draft.has_secret, secret.is_required) {
            (true, _) => text!(texts, notifications.secret_kept),
            (false, true) => "",
            (false, false) => text!(texts, notifications.secret_optional),
        };
        view! {
            {fields(texts, kind).into_iter().map(entry).collect_view()}
            <TextField
                name=secret.name
                kind="password"
                autocomplete="new-password"
                label=secret_label(texts, kind)
                value=draft.secret
                hint=hint.to_owned()
                error=field(secret.name)
            />
        }
    };
    let quiet = move || {
        draft.is_quiet.get().then(|| {
            view! {
                <div class="channel-quiet">
                    <TextField name="from_minute" kind="time" label=text!(texts, notifications.quiet_from) value=draft.quiet_from error=field("from_minute") />
                    <TextField name="until_minute" kind="time" label=text!(texts, notifications.quiet_until) value=draft.quiet_until error=field("until_minute") />
                </div>
                <Weekdays label=text!(texts, notifications.quiet_days) days=draft.quiet_days error=field("days") />
                <Check id="quiet-except" label=text!(texts, notifications.quiet_except) value=draft.quiet_except />
            }
        })
    };
    view! {
        <form class="stack channel-form" novalidate on:submit=submit>
            {kinds}
            <TextField name="name" label=text!(texts, labels.name) value=draft.name is_required=true error=field("name") />
            {of_kind}
            <div class="form-pair">
                <LanguageField draft />
                <ZoneField value=draft.time_zone label=text!(texts, notifications.time_zone) hint=text!(texts, notifications.time_zone_hint) error=field("time_zone") />
            </div>
            <Check id="is-quiet" label=text!(texts, notifications.quiet) value=draft.is_quiet />
            {quiet}
            <Check id="is-enabled" label=text!(texts, notifications.enabled) value=draft.is_enabled />
            <TemplateFields draft refusal=refusal_of_both refused not_shown />
            <FormEnd is_open error=refusal is_busy=save.pending() />
        </form>
    }
}

/// The language of the usual texts. Its own name is how a reader knows it.
#[component]
fn LanguageField(draft: Draft) -> impl IntoView {
    let texts = use_i18n();
    view! {
        <SelectField
            name="language"
            label=text!(texts, notifications.language)
            options=Language::ALL.map(|language| option(language.tag(), language.name())).to_vec()
            chosen=Signal::derive(move || draft.language.get().tag().to_owned())
            on_choose=move |tag: String| draft.language.set(Language::of_tag(&tag).unwrap_or_default())
            is_of_languages=true
        />
    }
}

#[component]
fn KindField(spec: FieldSpec, draft: Draft, #[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
    let texts = use_i18n();
    let value = draft.value(spec.name);
    let FieldSpec { name, label, example, entry } = spec;
    match entry {
        Entry::Line => view! { <TextField name label value placeholder=example error /> }.erased(),
        Entry::Number => view! { <TextField name label kind="number" value placeholder=example error /> }.erased(),
        Entry::Lines => view! { <TextArea name label value rows=4 is_code=true placeholder=example error /> }.erased(),
        Entry::Security => {
            let options = [("starttls", "STARTTLS"), ("tls", "TLS"), ("none", text!(texts, notifications.unprotected))];
            // Nothing chosen means the first.
            let chosen = move || if value.with(String::is_empty) { "starttls".to_owned() } else { value.get() };
            view! {
                <SelectField
                    name
                    label
                    options=options.map(|(security, words)| option(security, words)).to_vec()
                    chosen=Signal::derive(chosen)
                    on_choose=move |security: String| value.set(security)
                    error
                />
            }
            .erased()
        }
    }
}
