//! The dialog that plans or changes maintenance.

use domain::{GroupId, ServerId, TagId, alerts::Scope};
use leptos::{html, prelude::*};

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
    ui::{
        Check, Dialog, FailedBanner, Field, FormEnd, Options, Refusal, Select, SelectField, TextArea, TextField,
        ToastKind, Toasts, ZoneField, follow_text, open_while, option,
    },
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
    let refusal = Refusal::new(Signal::derive(move || save.value().get().and_then(Result::err)));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save.dispatch_local(());
    };
    let length = NodeRef::<html::Input>::new();
    follow_text(length, draft.length);
    let length_error = refusal.at("duration_minutes");
    let units = [
        (1, text!(texts, maintenance.minutes)),
        (HOUR, text!(texts, maintenance.hours)),
        (DAY, text!(texts, maintenance.full_days)),
    ];
    view! {
        <form class="stack" novalidate on:submit=submit>
            <TextField name="name" label=text!(texts, labels.name) value=draft.name is_required=true error=refusal.at("name") />
            <ScopeField draft error=refusal.at("scope") />
            <div class="form-pair">
                <TextField
                    name="starts"
                    kind="datetime-local"
                    label=text!(texts, maintenance.starts)
                    value=draft.starts
                    is_required=true
                    error=refusal.at("starts")
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
                            value=draft.length.get_untracked()
                            node_ref=length
                            on:input=move |event| draft.length.set(event_target_value(&event))
                        />
                        <Select
                            label=text!(texts, maintenance.unit)
                            options=units.map(|(minutes, words)| option(minutes.to_string(), words)).to_vec()
                            chosen=Signal::derive(move || draft.unit.get().to_string())
                            on_choose=move |unit: String| draft.unit.set(unit.parse().unwrap_or(1))
                        />
                    </div>
                </Field>
            </div>
            <ZoneField value=draft.time_zone label=text!(texts, notifications.time_zone) hint=text!(texts, maintenance.zone_hint) error=refusal.at("time_zone") />
            <RepeatFields draft refusal />
            <NextTimes draft />
            <TextArea
                name="description"
                label=text!(texts, labels.description)
                value=draft.description
                rows=2
                error=refusal.at("description")
            />
            <Check id="is-enabled" label=text!(texts, notifications.enabled) value=draft.is_enabled />
            <FormEnd is_open error=refusal is_busy=save.pending() />
        </form>
    }
}

/// On which servers: all, a group's, a tag's or one. The choice is loaded with the dialog.
#[component]
fn ScopeField(draft: Draft, #[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
    let texts = use_i18n();
    let loaded = RwSignal::new((Labels::default(), Vec::<ServerName>::new()));
    let load = Action::new_local(move |()| async move {
        loaded.try_set((load_labels().await?, server_names().await?));
        Ok::<_, AppError>(())
    });
    Effect::new(move |_| drop(load.dispatch(())));
    let parts = move || {
        loaded.with(|(labels, servers)| {
            let groups = labels.groups.iter().map(|one| option(scope_value(Scope::Group(one.id)), one.name.clone()));
            let tags = labels.tags.iter().map(|one| option(scope_value(Scope::Tag(one.id)), one.name.clone()));
            let servers = servers.iter().map(|one| option(scope_value(Scope::Server(one.id)), one.name.clone()));
            let parts: [(&'static str, Options); 3] = [
                (text!(texts, labels.groups), groups.collect()),
                (text!(texts, labels.tags), tags.collect()),
                (text!(texts, fleet.servers), servers.collect()),
            ];
            parts.into_iter().filter(|(_, options)| !options.is_empty()).collect::<Vec<_>>()
        })
    };
    // What it is on already can be chosen before the others are there, and even if it is gone.
    let options = move || {
        let all = option(scope_value(Scope::All), text!(texts, maintenance.all_servers));
        let (scope, name) = draft.first_scope.get_value();
        let first =
            option(scope_value(scope), if name.is_empty() { text!(texts, rules.gone).to_owned() } else { name });
        let is_there = scope == Scope::All
            || parts().iter().any(|(_, options)| options.iter().any(|(value, _)| *value == first.0));
        if is_there { vec![all] } else { vec![all, first] }
    };
    view! {
        <SelectField
            name="scope"
            label=text!(texts, fleet.servers)
            options=Signal::derive(options)
            parts=Signal::derive(parts)
            chosen=Signal::derive(move || scope_value(draft.scope.get()))
            on_choose=move |value: String| draft.scope.set(scope_of(&value).unwrap_or_default())
            error
        />
        <FailedBanner error=Signal::derive(move || load.value().get().and_then(Result::err)) again=move |()| drop(load.dispatch(())) />
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
