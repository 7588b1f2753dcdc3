//! Levels of escalation: who is told at once, and who when nobody acknowledges.

use domain::{
    ChannelId,
    notify::{Level, Reminder, Step},
};
use leptos::prelude::*;

use super::api::save_level;
use crate::{
    error::AppError,
    i18n::use_i18n,
    ui::{Check, Icon, IconName, SectionCard, ToastKind, Toasts},
};

/// What is entered of one step.
#[derive(Clone, Copy)]
struct StepDraft {
    key: u32,
    minutes: RwSignal<String>,
    channels: RwSignal<Vec<ChannelId>>,
}

impl StepDraft {
    fn of(key: u32, step: &Step) -> Self {
        let minutes = RwSignal::new((step.after_secs / 60).to_string());
        Self { key, minutes, channels: RwSignal::new(step.channels.clone()) }
    }

    fn read(self) -> Step {
        let minutes = self.minutes.get_untracked().trim().parse().unwrap_or(u32::MAX / 60);
        Step { after_secs: minutes * 60, channels: self.channels.get_untracked() }
    }
}

/// A card for each level.
#[component]
pub fn LevelCards(levels: Vec<Level>, names: Vec<(ChannelId, String)>) -> impl IntoView {
    let texts = use_i18n();
    let card = move |level: Level| {
        let names = names.clone();
        view! { <LevelForm level names /> }
    };
    view! {
        <SectionCard title=text!(texts, notifications.levels)>
            <p class="card-detail">{text!(texts, notifications.levels_detail)}</p>
            <div class="level-list">{levels.into_iter().map(card).collect_view()}</div>
        </SectionCard>
    }
}

#[component]
fn LevelForm(level: Level, names: Vec<(ChannelId, String)>) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let (title, label) = (level.name.clone(), level.name.clone());
    let next = StoredValue::new(u32::try_from(level.steps.len()).unwrap_or(0));
    let drafts: Vec<StepDraft> = (0..).zip(&level.steps).map(|(key, step)| StepDraft::of(key, step)).collect();
    let steps = RwSignal::new(drafts);
    let remind =
        RwSignal::new(level.reminder.map(|reminder| (reminder.every_secs / 60).to_string()).unwrap_or_default());
    let tells_end = RwSignal::new(level.tells_end);
    let names = StoredValue::new(names);
    let save = Action::new_local(move |level: &Level| {
        let level = level.clone();
        async move {
            save_level(level).await?;
            toasts.show(ToastKind::Done, text!(texts, notifications.level_saved));
            Ok::<_, AppError>(())
        }
    });
    let error = move || {
        let error = save.value().get().and_then(Result::err)?;
        let field = ["after_secs", "every_secs", "channels", "steps"].iter().find_map(|name| error.field(name));
        Some(field.unwrap_or_else(|| error.message(texts)))
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let every = remind.get_untracked();
        let reminder = (!every.trim().is_empty())
            .then(|| Reminder { every_secs: every.trim().parse::<u32>().unwrap_or(0).saturating_mul(60) });
        save.dispatch(Level {
            steps: steps.get_untracked().into_iter().map(StepDraft::read).collect(),
            reminder,
            tells_end: tells_end.get_untracked(),
            ..level.clone()
        });
    };
    let add = move |_| {
        let key = next.get_value();
        next.set_value(key + 1);
        let after_secs = if steps.with_untracked(Vec::is_empty) { 0 } else { 600 };
        steps.update(|steps| steps.push(StepDraft::of(key, &Step { after_secs, channels: Vec::new() })));
    };
    let remove = Callback::new(move |key: u32| steps.update(|steps| steps.retain(|step| step.key != key)));
    let id = level_id(&title);
    let remind_id = format!("remind-{id}");
    let remind_for = remind_id.clone();
    view! {
        <form class="level-form" aria-label=label novalidate on:submit=submit>
            <h3>{title}</h3>
            <ol class="level-steps">
                <For each=move || steps.get() key=|step| step.key let:step>
                    <StepRow step names remove />
                </For>
            </ol>
            <p class="level-nobody">
                {move || steps.with(Vec::is_empty).then(|| text!(texts, notifications.nobody))}
            </p>
            <div class="level-more">
                <button type="button" class="button small" on:click=add>
                    <Icon name=IconName::Plus />
                    {text!(texts, notifications.add_step)}
                </button>
                <label class="level-remind" for=remind_for>
                    {text!(texts, notifications.remind)}
                    <input
                        id=remind_id
                        class="input"
                        type="number"
                        min="5"
                        placeholder="–"
                        prop:value=move || remind.get()
                        on:input=move |event| remind.set(event_target_value(&event))
                    />
                    {text!(texts, notifications.minutes)}
                </label>
                <Check label=text!(texts, notifications.tells_end) value=tells_end />
                <button type="submit" class="button small primary" disabled=move || save.pending().get()>
                    {text!(texts, action.save)}
                </button>
            </div>
            <p class="field-error" role="alert">{error}</p>
        </form>
    }
}

/// A name as a part of an id.
fn level_id(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

#[component]
fn StepRow(step: StepDraft, names: StoredValue<Vec<(ChannelId, String)>>, remove: Callback<u32>) -> impl IntoView {
    let texts = use_i18n();
    let choice = move |(id, name): (ChannelId, String)| {
        let toggle = move |event: leptos::ev::Event| {
            let is_chosen = event_target_checked(&event);
            step.channels.update(|channels| {
                channels.retain(|other| *other != id);
                if is_chosen {
                    channels.push(id);
                }
            });
        };
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || step.channels.with(|channels| channels.contains(&id))
                    on:change=toggle
                />
                {name}
            </label>
        }
    };
    view! {
        <li class="level-step">
            <label class="level-after">
                {text!(texts, notifications.after)}
                <input
                    class="input"
                    type="number"
                    min="0"
                    prop:value=move || step.minutes.get()
                    on:input=move |event| step.minutes.set(event_target_value(&event))
                />
                {text!(texts, notifications.minutes)}
            </label>
            <div class="level-channels">{names.get_value().into_iter().map(choice).collect_view()}</div>
            <button
                type="button"
                class="button quiet icon-only"
                aria-label=text!(texts, notifications.remove_step)
                on:click=move |_| remove.run(step.key)
            >
                <Icon name=IconName::Bin />
            </button>
        </li>
    }
}
