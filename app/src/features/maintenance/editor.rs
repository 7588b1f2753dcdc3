//! The dialog that plans or changes maintenance.

use domain::{GroupId, ServerId, TagId, alerts::Scope};
use leptos::{prelude::*, task::spawn_local};

use super::{
    api::save_maintenance,
    draft::Draft,
    preview::NextTimes,
    repeats::RepeatFields,
    words::{DAY, HOUR},
};
use crate::{
    error::AppError,
    features::{
        dashboard::api::{ServerName, server_names},
        labels::api::{Labels, load_labels},
    },
    i18n::use_i18n,
    ui::{Check, Dialog, Field, FormEnd, TextArea, TextField, ToastKind, Toasts, ZoneField, open_while},
};

/// The dialog, open while there is a draft.
#[component]
pub fn MaintenanceEditor(
    /// What is being entered.
    edited: RwSignal<Option<Draft>>,
    /// Loads the list anew.
    reload: Callback<()>,
) -> impl IntoView {
    let texts = use_i18n();
    let is_open = open_while(edited);
    view! {
        <Dialog is_open title=text!(texts, maintenance.dialog)>
            {move || edited.get_untracked().map(|draft| view! { <MaintenanceForm draft is_open reload /> })}
        </Dialog>
    }
}

#[component]
fn MaintenanceForm(draft: Draft, is_open: RwSignal<bool>, reload: Callback<()>) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let save = Action::new_local(move |(): &()| {
        let plan = draft.plan();
        async move {
            save_maintenance(draft.id, plan).await?;
            is_open.set(false);
            toasts.show(ToastKind::Done, text!(texts, maintenance.saved));
            reload.run(());
            Ok::<_, AppError>(())
        }
    });
    let error = Signal::derive(move || save.value().get().and_then(Result::err));
    let field = move |name: &'static str| Signal::derive(move || error.get().and_then(|error| error.field(name)));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save.dispatch_local(());
    };
    let length_error = field("duration_minutes");
    let unit = move |minutes: u32, words: &'static str| {
        view! { <option value=minutes.to_string() selected=move || draft.unit.get() == minutes>{words}</option> }
    };
    let choose_unit = move |event: leptos::ev::Event| {
        draft.unit.set(event_target_value(&event).parse().unwrap_or(1));
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            <TextField name="name" label=text!(texts, labels.name) value=draft.name is_required=true error=field("name") />
            <ScopeField draft error=field("scope") />
            <div class="form-pair">
                <TextField
                    name="starts"
                    kind="datetime-local"
                    label=text!(texts, maintenance.starts)
                    value=draft.starts
                    is_required=true
                    error=field("starts")
                />
                <Field name="duration" label=text!(texts, maintenance.duration) error=length_error>
                    <div class="with-button">
                        <input
                            id="duration"
                            class="input"
                            inputmode="decimal"
                            autocomplete="off"
                            aria-describedby="duration-hint duration-error"
                            aria-invalid=move || length_error.get().is_some().to_string()
                            prop:value=move || draft.length.get()
                            on:input=move |event| draft.length.set(event_target_value(&event))
                        />
                        <select class="input" aria-label=text!(texts, maintenance.unit) on:change=choose_unit>
                            {unit(1, text!(texts, maintenance.minutes))} {unit(HOUR, text!(texts, maintenance.hours))}
                            {unit(DAY, text!(texts, maintenance.full_days))}
                        </select>
                    </div>
                </Field>
            </div>
            <ZoneField value=draft.time_zone label=text!(texts, notifications.time_zone) hint=text!(texts, maintenance.zone_hint) error=field("time_zone") />
            <RepeatFields draft error />
            <NextTimes draft />
            <TextArea
                name="description"
                label=text!(texts, labels.description)
                value=draft.description
                rows=2
                error=field("description")
            />
            <Check id="is-enabled" label=text!(texts, notifications.enabled) value=draft.is_enabled />
            <FormEnd is_open error is_busy=save.pending() />
        </form>
    }
}

/// On which servers: all, a group's, a tag's or one. The choice is loaded with the dialog.
#[component]
fn ScopeField(draft: Draft, #[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
    let texts = use_i18n();
    let labels = RwSignal::new(Labels::default());
    let servers = RwSignal::new(Vec::<ServerName>::new());
    Effect::new(move |_| {
        spawn_local(async move {
            if let Ok(loaded) = load_labels().await {
                labels.try_set(loaded);
            }
            if let Ok(loaded) = server_names().await {
                servers.try_set(loaded);
            }
        });
    });
    let choose = move |event: leptos::ev::Event| {
        draft.scope.set(scope_of(&event_target_value(&event)).unwrap_or_default());
    };
    let option = move |scope: Scope, name: String| {
        view! { <option value=scope_value(scope) selected=move || draft.scope.get() == scope>{name}</option> }
    };
    let section = move |words: &'static str, list: Vec<(Scope, String)>| {
        (!list.is_empty()).then(|| {
            let options = list.into_iter().map(|(scope, name)| option(scope, name)).collect_view();
            view! { <optgroup label=words>{options}</optgroup> }
        })
    };
    let groups = move || {
        let list =
            labels.with(|labels| labels.groups.iter().map(|one| (Scope::Group(one.id), one.name.clone())).collect());
        section(text!(texts, labels.groups), list)
    };
    let tags = move || {
        let list = labels.with(|labels| labels.tags.iter().map(|one| (Scope::Tag(one.id), one.name.clone())).collect());
        section(text!(texts, labels.tags), list)
    };
    let one = move || {
        let list =
            servers.with(|servers| servers.iter().map(|one| (Scope::Server(one.id), one.name.clone())).collect());
        section(text!(texts, fleet.servers), list)
    };
    view! {
        <Field name="scope" label=text!(texts, fleet.servers) error>
            <select id="scope" class="input" on:change=choose>
                {option(Scope::All, text!(texts, maintenance.all_servers).to_owned())} {groups} {tags} {one}
            </select>
        </Field>
    }
}

fn scope_value(scope: Scope) -> String {
    match scope {
        Scope::All => "all".to_owned(),
        Scope::Group(id) => format!("group:{id}"),
        Scope::Tag(id) => format!("tag:{id}"),
        Scope::Server(id) => format!("server:{id}"),
    }
}

fn scope_of(value: &str) -> Option<Scope> {
    let (kind, id) = value.split_once(':')?;
    let id = id.parse().ok()?;
    match kind {
        "group" => Some(Scope::Group(GroupId(id))),
        "tag" => Some(Scope::Tag(TagId(id))),
        "server" => Some(Scope::Server(ServerId(id))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_choice_of_servers_survives_the_form() {
        for scope in [Scope::Group(GroupId(3)), Scope::Tag(TagId(4)), Scope::Server(ServerId(5))] {
            assert_eq!(scope_of(&scope_value(scope)), Some(scope));
        }
        assert_eq!(scope_of(&scope_value(Scope::All)).unwrap_or_default(), Scope::All);
    }
}
