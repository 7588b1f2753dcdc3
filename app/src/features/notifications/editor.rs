//! The dialog that makes or changes a channel.

use domain::{
    alerts::Severity,
    notify::{Kind, Language, QuietHours, Templates},
};
use leptos::prelude::*;

use super::{
    api::{ChannelView, preview, save_channel},
    fields::{Entry, FieldSpec, fields, kind_name, secret_label},
};
use crate::{
    error::AppError,
    i18n::use_i18n,
    ui::{Check, Dialog, Erase, Field, FormEnd, TextArea, TextField, ToastKind, Toasts, ZoneField, open_while},
};

/// What is entered; one signal for each field, so that changing the kind keeps what kinds share.
#[derive(Clone, Copy)]
struct Draft {
    id: Option<i64>,
    has_secret: bool,
    name: RwSignal<String>,
    kind: RwSignal<Kind>,
    values: StoredValue<Vec<(&'static str, RwSignal<String>)>>,
    secret: RwSignal<String>,
    is_enabled: RwSignal<bool>,
    time_zone: RwSignal<String>,
    language: RwSignal<Language>,
    is_quiet: RwSignal<bool>,
    quiet_from: RwSignal<String>,
    quiet_until: RwSignal<String>,
    quiet_except: RwSignal<bool>,
    title: RwSignal<String>,
    text: RwSignal<String>,
}

/// The names of all fields of all kinds.
const NAMES: [&str; 16] = [
    "host",
    "security",
    "port",
    "username",
    "from",
    "to",
    "chat_id",
    "api_url",
    "url",
    "event_types",
    "retry_max",
    "timeout",
    "topic",
    "server_url",
    "content_type",
    "body",
];

impl Draft {
    fn of(channel: &ChannelView) -> Self {
        let value = |name: &str| {
            let found = channel.fields.iter().find(|(field, _)| field == name);
            RwSignal::new(found.map(|(_, value)| value.clone()).unwrap_or_default())
        };
        let quiet = channel.quiet.clone();
        let minute = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let (from, until) = quiet.as_ref().map_or((22 * 60, 7 * 60), |quiet| (quiet.from_minute, quiet.until_minute));
        Self {
            id: channel.id,
            has_secret: channel.has_secret,
            name: RwSignal::new(channel.name.clone()),
            kind: RwSignal::new(channel.kind),
            values: StoredValue::new(NAMES.iter().map(|name| (*name, value(name))).collect()),
            secret: RwSignal::new(String::new()),
            is_enabled: RwSignal::new(channel.is_enabled),
            time_zone: RwSignal::new(channel.time_zone.clone()),
            language: RwSignal::new(channel.language),
            is_quiet: RwSignal::new(quiet.is_some()),
            quiet_from: RwSignal::new(minute(from)),
            quiet_until: RwSignal::new(minute(until)),
            quiet_except: RwSignal::new(quiet.is_none_or(|quiet| quiet.except.is_some())),
            title: RwSignal::new(channel.templates.title.clone()),
            text: RwSignal::new(channel.templates.text.clone()),
        }
    }

    fn value(self, name: &str) -> RwSignal<String> {
        let found =
            self.values.with_value(|values| values.iter().find(|(field, _)| *field == name).map(|(_, value)| *value));
        found.unwrap_or(self.name)
    }

    fn templates(self) -> Templates {
        Templates { title: self.title.get_untracked(), text: self.text.get_untracked() }
    }

    /// What was entered, and its secret if one was.
    fn read(self, needed: &[FieldSpec]) -> (ChannelView, Option<String>) {
        let minute = |text: String| {
            let (hours, minutes) = text.split_once(':')?;
            Some(hours.parse::<u16>().ok()? * 60 + minutes.parse::<u16>().ok()?)
        };
        let quiet = self.is_quiet.get_untracked().then(|| QuietHours {
            days: (1..=7).collect(),
            from_minute: minute(self.quiet_from.get_untracked()).unwrap_or(u16::MAX),
            until_minute: minute(self.quiet_until.get_untracked()).unwrap_or(u16::MAX),
            except: self.quiet_except.get_untracked().then_some(Severity::Critical),
        });
        let fields = needed.iter().map(|field| {
            let typed = self.value(field.name).get_untracked();
            let is_security = field.entry == Entry::Security && typed.is_empty();
            (field.name.to_owned(), if is_security { "starttls".to_owned() } else { typed })
        });
        let channel = ChannelView {
            id: self.id,
            name: self.name.get_untracked(),
            kind: self.kind.get_untracked(),
            fields: fields.collect(),
            has_secret: self.has_secret,
            is_enabled: self.is_enabled.get_untracked(),
            time_zone: self.time_zone.get_untracked(),
            language: self.language.get_untracked(),
            quiet,
            templates: self.templates(),
            health: domain::notify::Health::default(),
        };
        (channel, Some(self.secret.get_untracked()).filter(|secret| !secret.is_empty()))
    }
}

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
    let save = Action::new_local(move |(channel, secret): &(ChannelView, Option<String>)| {
        let (channel, secret) = (channel.clone(), secret.clone());
        async move {
            save_channel(channel, secret).await?;
            is_open.set(false);
            toasts.show(ToastKind::Done, text!(texts, notifications.saved));
            reload.run(());
            Ok::<_, AppError>(())
        }
    });
    let error = Signal::derive(move || save.value().get().and_then(Result::err));
    let field = move |name: &'static str| Signal::derive(move || error.get().and_then(|error| error.field(name)));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let needed = fields(texts, draft.kind.get_untracked());
        save.dispatch(draft.read(&needed));
    };
    let kind_option = move |kind: Kind| {
        let is_chosen = move || draft.kind.get() == kind;
        view! { <option value=kind.name() selected=is_chosen>{kind_name(texts, kind)}</option> }
    };
    let choose = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event);
        if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == chosen) {
            draft.kind.set(kind);
        }
    };
    let kinds = draft.id.is_none().then(|| {
        view! {
            <Field name="kind" label=text!(texts, notifications.kind)>
                <select id="kind" class="input" on:change=choose>
                    {Kind::ALL.map(kind_option).collect_view()}
                </select>
            </Field>
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
            <TemplateFields draft error />
            <FormEnd is_open error is_busy=save.pending() />
        </form>
    }
}

/// The language of the usual texts. Its own name is how a reader knows it.
#[component]
fn LanguageField(draft: Draft) -> impl IntoView {
    let texts = use_i18n();
    let option = move |language: Language| {
        let is_chosen = move || draft.language.get() == language;
        view! {
            <option value=language.tag() lang=language.tag() selected=is_chosen>
                {language.name()}
            </option>
        }
    };
    let choose = move |event: leptos::ev::Event| {
        draft.language.set(Language::of_tag(&event_target_value(&event)).unwrap_or_default());
    };
    view! {
        <Field name="language" label=text!(texts, notifications.language)>
            <select id="language" class="input" on:change=choose>
                {Language::ALL.map(option).collect_view()}
            </select>
        </Field>
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
            let option = move |security: &'static str, words: &'static str| {
                view! { <option value=security selected=move || value.get() == security>{words}</option> }
            };
            view! {
                <Field name label error>
                    <select id=name class="input" on:change=move |event| value.set(event_target_value(&event))>
                        {option("starttls", "STARTTLS")} {option("tls", "TLS")}
                        {option("none", text!(texts, notifications.unprotected))}
                    </select>
                </Field>
            }
            .erased()
        }
    }
}

#[component]
fn TemplateFields(draft: Draft, error: Signal<Option<AppError>>) -> impl IntoView {
    let texts = use_i18n();
    let shown = Action::new_local(move |()| {
        let (templates, time_zone) = (draft.templates(), draft.time_zone.get_untracked());
        let language = draft.language.get_untracked();
        async move { preview(templates, time_zone, language).await }
    });
    let refused = move |name: &'static str| {
        Signal::derive(move || {
            let previewed = shown.value().get().and_then(Result::err);
            error.get().or(previewed).and_then(|error| error.field(name))
        })
    };
    let example = move || {
        let (title, text) = shown.value().get()?.ok()?;
        Some(view! {
            <div class="channel-preview">
                <strong>{title}</strong>
                <pre>{text}</pre>
            </div>
        })
    };
    view! {
        <details class="channel-templates">
            <summary>{text!(texts, notifications.templates)}</summary>
            <div class="stack">
                <TextField
                    name="title"
                    label=text!(texts, notifications.title)
                    value=draft.title
                    is_code=true
                    placeholder="{{ severity|capitalize }}: {{ rule }}"
                    error=refused("title")
                />
                <TextArea
                    name="text"
                    label=text!(texts, notifications.text)
                    value=draft.text
                    rows=4
                    is_code=true
                    placeholder="{% for item in items %}{{ item.server }}: {{ item.what }} {% endfor %}"
                    hint=text!(texts, notifications.templates_hint).to_owned()
                    error=refused("text")
                />
                <button
                    type="button"
                    class="button small"
                    on:click=move |_| {
                        shown.dispatch(());
                    }
                >
                    {text!(texts, notifications.preview)}
                </button>
                {example}
            </div>
        </details>
    }
}
