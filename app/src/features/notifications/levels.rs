//! Levels of escalation: who is told at once, and who when nobody acknowledges.

use domain::{ChannelId, notify::Level};
use leptos::{html, prelude::*};

use super::{
    api::save_level,
    level_draft::{LevelDraft, StepDraft},
};
use crate::{
    error::AppError,
    i18n::use_i18n,
    ui::{Check, Icon, IconName, SectionCard, ToastKind, Toasts, follow_text},
};

/// The channels that there are, and what they are called.
type Names = Signal<Vec<(ChannelId, String)>>;

/// A card with a form for each level.
#[component]
pub fn LevelCards(
    /// What is stored. What is entered outlives its changes.
    levels: RwSignal<Vec<Level>>,
    /// The channels.
    #[prop(into)]
    names: Names,
) -> impl IntoView {
    let texts = use_i18n();
    view! {
        <SectionCard title=text!(texts, notifications.levels)>
            <p class="card-detail">{text!(texts, notifications.levels_detail)}</p>
            <div class="level-list">
                <For each=move || levels.get() key=|level| level.id let:level>
                    <LevelForm level levels names />
                </For>
            </div>
        </SectionCard>
    }
}

#[component]
fn LevelForm(level: Level, levels: RwSignal<Vec<Level>>, names: Names) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let (id, title, label) = (level.id, level.name.clone(), level.name.clone());
    let draft = LevelDraft::of(&level);
    let LevelDraft { steps, remind, tells_end, .. } = draft;
    let stored = Memo::new(move |_| {
        levels.with(|levels| levels.iter().find(|level| level.id == id).cloned()).unwrap_or_else(|| level.clone())
    });
    Effect::new(move |before: Option<Level>| {
        let now = stored.get();
        let known: Vec<_> = names.with(|names| names.iter().map(|(id, _)| *id).collect());
        if let Some(before) = before {
            draft.take_over(&before, &now, &known);
        }
        now
    });
    let save = Action::new_local(move |level: &Level| {
        let level = level.clone();
        async move {
            let saved = save_level(level).await?;
            levels.try_update(|levels| {
                levels.iter_mut().filter(|level| level.id == saved.id).for_each(|level| level.clone_from(&saved));
            });
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
        save.dispatch(draft.read(&stored.get_untracked()));
    };
    let remind_input = NodeRef::<html::Input>::new();
    follow_text(remind_input, remind.text);
    let remind_id = format!("remind-{id}");
    let remind_for = remind_id.clone();
    view! {
        <form class="level-form" aria-label=label novalidate on:submit=submit>
            <h3>{title}</h3>
            <ol class="level-steps">
                <For each=move || steps.get() key=|step| step.key let:step>
                    <StepRow step draft names />
                </For>
            </ol>
            <p class="level-nobody">
                {move || steps.with(Vec::is_empty).then(|| text!(texts, notifications.nobody))}
            </p>
            <div class="level-more">
                <button type="button" class="button small" on:click=move |_| draft.add()>
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
                        step="any"
                        placeholder="–"
                        value=remind.text.get_untracked()
                        node_ref=remind_input
                        on:input=move |event| remind.text.set(event_target_value(&event))
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

#[component]
fn StepRow(step: StepDraft, draft: LevelDraft, names: Names) -> impl IntoView {
    let texts = use_i18n();
    let place = move || draft.steps.with(|steps| steps.iter().position(|other| other.key == step.key)).unwrap_or(0);
    let number = move || (place() + 1).to_string();
    let input = NodeRef::<html::Input>::new();
    follow_text(input, step.after.text);
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
                    step="any"
                    aria-label=move || text!(texts, notifications.step_after, number = number()).to_string()
                    value=step.after.text.get_untracked()
                    node_ref=input
                    on:input=move |event| step.after.text.set(event_target_value(&event))
                />
                {text!(texts, notifications.minutes)}
            </label>
            <div class="level-channels">{move || names.get().into_iter().map(choice).collect_view()}</div>
            <button
                type="button"
                class="button quiet icon-only"
                aria-label=move || text!(texts, notifications.remove_step, number = number()).to_string()
                on:click=move |_| draft.remove(step.key)
            >
                <Icon name=IconName::Bin />
            </button>
        </li>
    }
}
