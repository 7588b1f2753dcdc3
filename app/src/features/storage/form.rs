//! The form that says how long history is kept and what it may take.

use domain::{
    Permission,
    groups::Group,
    storage::{GroupDays, Limits, Usage},
};
use leptos::{html, prelude::*};

use super::api::save_limits;
use crate::{
    error::AppError,
    format,
    i18n::use_i18n,
    layout::Me,
    ui::{Dialog, Erase, LabelDot, Moment, Refusal, SectionCard, TextField, ToastKind, Toasts, follow_text},
};

/// What is typed for one group.
#[derive(Clone)]
struct GroupFields {
    group: Group,
    days: [RwSignal<String>; 3],
}

/// What is typed.
#[derive(Clone, Copy)]
struct Fields {
    days: [RwSignal<String>; 3],
    budget_mib: RwSignal<String>,
    free_disk_mib: RwSignal<String>,
    groups: StoredValue<Vec<GroupFields>>,
}

impl Fields {
    fn new(limits: &Limits, groups: Vec<Group>) -> Self {
        let typed = |value: u64| RwSignal::new(value.to_string());
        let optional = |days: Option<u32>| RwSignal::new(days.map(|days| days.to_string()).unwrap_or_default());
        let of_group = |group: Group| {
            let own = limits.groups.iter().find(|own| own.group_id == group.id);
            let days = [own.and_then(|o| o.raw_days), own.and_then(|o| o.minute_days), own.and_then(|o| o.hour_days)];
            GroupFields { group, days: days.map(optional) }
        };
        Self {
            days: [limits.raw_days, limits.minute_days, limits.hour_days].map(|days| typed(days.into())),
            budget_mib: typed(limits.budget_mib),
            free_disk_mib: typed(limits.free_disk_mib),
            groups: StoredValue::new(groups.into_iter().map(of_group).collect()),
        }
    }

    /// What is typed as limits. What is no number becomes one that is refused with the right words.
    fn limits(self) -> Limits {
        let days = |typed: RwSignal<String>| typed.with_untracked(|text| text.trim().parse().unwrap_or(u32::MAX));
        let mib = |typed: RwSignal<String>| typed.with_untracked(|text| text.trim().parse().unwrap_or(u64::MAX));
        let own = |typed: RwSignal<String>| (!typed.with_untracked(|text| text.trim().is_empty())).then(|| days(typed));
        let [raw_days, minute_days, hour_days] = self.days.map(days);
        let groups = self.groups.with_value(|groups| {
            let of_group = |fields: &GroupFields| {
                let [raw_days, minute_days, hour_days] = fields.days.map(own);
                GroupDays { group_id: fields.group.id, raw_days, minute_days, hour_days }
            };
            groups.iter().map(of_group).collect()
        });
        Limits {
            raw_days,
            minute_days,
            hour_days,
            budget_mib: mib(self.budget_mib),
            free_disk_mib: mib(self.free_disk_mib),
            groups,
        }
    }
}

/// The card with the form.
#[component]
pub fn LimitsForm(usage: Usage, limits: Limits, groups: Vec<Group>, reload: Callback<()>) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let may_write = Me::here().may(Permission::SettingsWrite);
    let fields = Fields::new(&limits, groups);
    let asks = RwSignal::new(false);
    let lost = RwSignal::new(None::<(u64, i64)>);
    let save = Action::new_local(move |limits: &Limits| {
        let limits = limits.clone();
        async move {
            asks.set(false);
            save_limits(limits).await?;
            toasts.show(ToastKind::Done, text!(texts, storage.saved));
            reload.run(());
            Ok::<_, AppError>(())
        }
    });
    let refusal = Refusal::new(Signal::derive(move || save.value().get().and_then(Result::err)));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let limits = fields.limits();
        // What cannot be taken is refused by the server before anybody is asked about it.
        let gone = limits.clone().validated().ok().and_then(|limits| usage.lost_with(&limits));
        if gone.is_some() {
            lost.set(gone);
            asks.set(true);
        } else {
            save.dispatch(limits);
        }
    };
    let [raw, minute, hour] = fields.days;
    let buttons = may_write.then(|| {
        view! {
            <div class="storage-save">
                <button type="submit" class="button primary" disabled=move || save.pending().get()>
                    {text!(texts, action.save)}
                </button>
            </div>
        }
    });
    view! {
        <SectionCard title=text!(texts, storage.keep)>
            <p class="card-detail">{text!(texts, storage.keep_detail)}</p>
            <form class="stack" novalidate on:submit=submit>
                <fieldset class="storage-fields" disabled=!may_write>
                    <legend class="visually-hidden">{text!(texts, storage.keep)}</legend>
                    <TextField name="raw_days" kind="number" label=text!(texts, storage.raw_days) value=raw error=refusal.at("raw_days") />
                    <TextField name="minute_days" kind="number" label=text!(texts, storage.minute_days) value=minute error=refusal.at("minute_days") />
                    <TextField name="hour_days" kind="number" label=text!(texts, storage.hour_days) value=hour error=refusal.at("hour_days") />
                    <TextField
                        name="budget_mib"
                        kind="number"
                        label=text!(texts, storage.budget_mib)
                        value=fields.budget_mib
                        hint=text!(texts, storage.budget_hint).to_owned()
                        error=refusal.at("budget_mib")
                    />
                    <TextField
                        name="free_disk_mib"
                        kind="number"
                        label=text!(texts, storage.free_disk_mib)
                        value=fields.free_disk_mib
                        hint=text!(texts, storage.free_disk_hint).to_owned()
                        error=refusal.at("free_disk_mib")
                    />
                </fieldset>
                <GroupTimes fields refusal may_write />
                <p class="field-error" role="alert">{move || refusal.elsewhere(texts)}</p>
                {buttons}
            </form>
        </SectionCard>
        <Dialog is_open=asks title=text!(texts, storage.shorten)>
            {move || {
                let (bytes, since_ms) = lost.get().unwrap_or_default();
                let size = format::bytes(bytes).to_string();
                view! {
                    <p>
                        {text!(texts, storage.shorten_detail, size = size).to_string()} " "
                        <Moment at_ms=Signal::stored(since_ms) /> "."
                    </p>
                    <div class="dialog-actions">
                        <button type="button" class="button" on:click=move |_| asks.set(false)>
                            {text!(texts, action.cancel)}
                        </button>
                        <button
                            type="button"
                            class="button danger"
                            on:click=move |_| drop(save.dispatch(fields.limits()))
                        >
                            {text!(texts, storage.shorten_confirm)}
                        </button>
                    </div>
                }
            }}
        </Dialog>
    }
}

/// The times of groups, which are mostly none.
#[component]
fn GroupTimes(fields: Fields, refusal: Refusal, may_write: bool) -> impl IntoView {
    let texts = use_i18n();
    let groups = fields.groups.get_value();
    if groups.is_empty() {
        return ().erased();
    }
    let is_used = groups.iter().any(|group| group.days.iter().any(|days| days.with_untracked(|text| !text.is_empty())));
    let row = |GroupFields { group, days }: GroupFields| {
        let labels =
            [text!(texts, storage.raw_days), text!(texts, storage.minute_days), text!(texts, storage.hour_days)];
        let names = ["raw_days", "minute_days", "hour_days"].map(|name| format!("group_{}_{name}", group.id));
        let complaints = names.clone().map(|name| refusal.at(name));
        let complaint = move || complaints.iter().find_map(|complaint| complaint.get());
        let input = |((label, name), value): ((&'static str, String), RwSignal<String>)| {
            let title = format!("{}: {label}", group.name);
            let control = NodeRef::<html::Input>::new();
            follow_text(control, value);
            view! {
                <label class="storage-group-field">
                    <span class="cell-label">{label}</span>
                    <input
                        type="number"
                        class="input"
                        name=name
                        aria-label=title
                        placeholder=text!(texts, storage.as_all)
                        value=value.get_untracked()
                        node_ref=control
                        on:input=move |event| value.set(event_target_value(&event))
                    />
                </label>
            }
        };
        let inputs = labels.into_iter().zip(names).zip(days).map(input).collect_view();
        view! {
            <div class="storage-group" role="group" aria-label=group.name.clone()>
                <span class="storage-group-name">
                    <LabelDot color=group.color.clone() />
                    {group.name.clone()}
                </span>
                {inputs}
                <p class="field-error" aria-live="polite">{complaint}</p>
            </div>
        }
    };
    view! {
        <details class="storage-groups" open=is_used>
            <summary>{text!(texts, storage.groups)}</summary>
            <p class="card-detail">{text!(texts, storage.groups_detail)}</p>
            <fieldset class="storage-group-list" disabled=!may_write>
                <legend class="visually-hidden">{text!(texts, storage.groups)}</legend>
                {groups.into_iter().map(row).collect_view()}
            </fieldset>
        </details>
    }
    .erased()
}
