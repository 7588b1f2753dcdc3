//! The form of a rule.

use domain::{LevelId, alerts::Severity};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    api::{EditorData, delete_rule, save_rule},
    condition::{ConditionFields, Refusals},
    draft::{Draft, server_names},
    form::RuleForm,
    scope::ScopeFields,
    trial::TrialPanel,
    words,
};
use crate::{
    error::AppError,
    format,
    i18n::use_i18n,
    ui::{
        Check, ConfirmByName, Icon, IconName, SectionCard, SelectField, TextField, ToastKind, Toasts, none_or, option,
    },
};

/// The form, and beside it what it would have done.
#[component]
pub fn Editor(data: EditorData, may_write: bool) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let navigate = use_navigate();
    let EditorData { row, groups, tags, servers, levels, .. } = data;
    let open = row.as_ref().map_or(0, |row| row.open);
    let form = row.map(|row| row.form).unwrap_or_default();
    let draft = Draft::of(&form, server_names(&servers), words::complaints(texts));
    draft.suggest_clear();
    let error = RwSignal::new(None::<AppError>);
    let save = Action::new_local(|form: &RuleForm| save_rule(form.clone()));
    Effect::new(move |_| match save.value().get() {
        Some(Ok(())) => {
            toasts.show(ToastKind::Done, text!(texts, rules.saved));
            navigate("/rules", NavigateOptions::default());
        }
        Some(Err(failure)) => error.set(Some(failure)),
        None => {}
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        error.set(None);
        match draft.read() {
            Ok(form) => drop(save.dispatch_local(form)),
            Err(refusal) => error.set(Some(refusal.into())),
        }
    };
    let refused: Refusals = Callback::new(move |name: &'static str| {
        Signal::derive(move || error.get().and_then(|error| error.field(name)))
    });
    let message = move || {
        error
            .get()
            .map(|error| error.message_beside_fields(texts).unwrap_or_else(|| text!(texts, error.fields).to_owned()))
    };
    let is_deleting = RwSignal::new(false);
    let may_delete = may_write && form.id != 0;
    let delete = may_delete.then(|| {
        view! {
            <button type="button" class="button rule-delete" on:click=move |_| is_deleting.set(true)>
                <Icon name=IconName::Bin />
                {text!(texts, action.delete)}
            </button>
        }
    });
    view! {
        <div class="rule-page">
            <form class="rule-form" novalidate on:submit=submit>
                <p class="rule-note" hidden=may_write>{text!(texts, rules.read_only)}</p>
                <fieldset class="rule-fields" disabled=!may_write>
                    <SectionCard title=text!(texts, rules.what)>
                        <div class="stack">
                            <TextField
                                name="name"
                                label=text!(texts, rules.name)
                                value=draft.name
                                is_required=true
                                placeholder=text!(texts, rules.name_example)
                                error=refused.run("name")
                            />
                            <ConditionFields draft refused />
                        </div>
                    </SectionCard>
                    <SectionCard title=text!(texts, rules.place)>
                        <div class="stack">
                            <ScopeFields draft groups tags refused />
                        </div>
                    </SectionCard>
                    <SectionCard title=text!(texts, rules.fires)>
                        <div class="stack">
                            <TellFields draft levels />
                        </div>
                    </SectionCard>
                </fieldset>
                <footer class="save-bar" hidden=!may_write>
                    <p class="field-error" role="alert">{message}</p>
                    <div class="save-actions">
                        {delete}
                        <a class="button" href="/rules">{text!(texts, action.cancel)}</a>
                        <button type="submit" class="button primary" disabled=move || save.pending().get()>
                            {text!(texts, action.save)}
                        </button>
                    </div>
                </footer>
            </form>
            <TrialPanel draft error />
            // Beside the form, since it has one of its own.
            {may_delete.then(|| view! { <Deletion form open is_open=is_deleting /> })}
        </div>
    }
}

/// How bad it is, who is told, and whether it is on.
#[component]
fn TellFields(draft: Draft, levels: Vec<(LevelId, String)>) -> impl IntoView {
    let texts = use_i18n();
    let severities = [(Severity::Warning, "warning"), (Severity::Critical, "critical")];
    let chosen_severity =
        move || if draft.severity.get() == Severity::Critical { "critical" } else { "warning" }.to_owned();
    let choose_severity = move |value: String| {
        draft.severity.set(if value == "critical" { Severity::Critical } else { Severity::Warning });
    };
    let levels = levels.into_iter().map(|(id, name)| option(id.to_string(), name));
    let levels = none_or(text!(texts, rules.usual_level), levels);
    let chosen_level = move || draft.level.get().map(|id| id.to_string()).unwrap_or_default();
    view! {
        <div class="rule-pair">
            <SelectField
                name="severity"
                label=text!(texts, incidents.severity)
                options=severities.map(|(severity, value)| option(value, words::severity(texts, severity))).to_vec()
                chosen=Signal::derive(chosen_severity)
                on_choose=choose_severity
            />
            <SelectField
                name="level"
                label=text!(texts, rules.level)
                options=levels
                chosen=Signal::derive(chosen_level)
                on_choose=move |id: String| draft.level.set(id.parse().ok())
            />
        </div>
        <Check id="is-on" label=text!(texts, rules.is_on) value=draft.is_enabled />
    }
}

#[component]
fn Deletion(form: RuleForm, open: u32, is_open: RwSignal<bool>) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let navigate = use_navigate();
    let id = form.id;
    let delete = Action::new_local(move |()| delete_rule(id));
    Effect::new(move |_| {
        if let Some(Ok(())) = delete.value().get() {
            toasts.show(ToastKind::Done, text!(texts, rules.deleted));
            navigate("/rules", NavigateOptions::default());
        }
    });
    let error =
        Signal::derive(move || delete.value().get().and_then(Result::err).map(|error: AppError| error.message(texts)));
    let detail = if open == 0 {
        text!(texts, rules.delete_detail).to_owned()
    } else {
        text!(texts, rules.delete_ends, count = format::count(open.into())).to_string()
    };
    view! {
        <ConfirmByName
            is_open
            title=text!(texts, labels.delete, name = form.name.clone()).to_string()
            detail
            name=form.name
            error
            is_busy=Signal::derive(move || delete.pending().get())
            on_confirm=move |()| drop(delete.dispatch_local(()))
        />
    }
}
