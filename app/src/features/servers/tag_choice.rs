//! Choosing a server's tags, and making a new one on the way.

use domain::{
    Permission, TagId,
    tags::{NewTag, Tag},
};
use leptos::{html, prelude::*};

use crate::{error::AppError, features::labels::api::save_tag, i18n::use_i18n, layout::Me, ui::LabelDot};

/// All tags as boxes to tick, with a way to add one.
#[component]
pub fn TagChoice(
    /// The chosen tags.
    chosen: RwSignal<Vec<TagId>>,
    /// All tags.
    tags: Vec<Tag>,
) -> impl IntoView {
    let texts = use_i18n();
    let tags = RwSignal::new(tags);
    let can_add = Me::here().may(Permission::LabelsWrite);
    let toggle = move |id: TagId, is_on: bool| {
        chosen.update(|chosen| {
            chosen.retain(|other| *other != id);
            if is_on {
                chosen.push(id);
            }
        });
    };
    let tick = move |tag: Tag| {
        let id = tag.id;
        view! {
            <label class="tick">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.with(|chosen| chosen.contains(&id))
                    on:change=move |event| toggle(id, event_target_checked(&event))
                />
                <LabelDot color=tag.color />
                <span>{tag.name}</span>
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend>{text!(texts, labels.tags)}</legend>
            <div class="ticks">
                <For each=move || tags.get() key=|tag| tag.id children=tick />
                {can_add.then(|| view! { <NewTagInput tags chosen /> })}
            </div>
        </fieldset>
    }
}

/// A field whose Enter adds a tag.
#[component]
fn NewTagInput(tags: RwSignal<Vec<Tag>>, chosen: RwSignal<Vec<TagId>>) -> impl IntoView {
    let texts = use_i18n();
    let input = NodeRef::<html::Input>::new();
    let create = Action::new_local(move |name: &String| {
        let tag = NewTag { name: name.clone(), color: domain::tags::DEFAULT_COLOUR.to_owned() };
        async move {
            let tag = save_tag(None, tag).await?;
            chosen.update(|chosen| chosen.push(tag.id));
            tags.update(|tags| tags.push(tag));
            if let Some(input) = input.get_untracked() {
                input.set_value("");
            }
            Ok::<_, AppError>(())
        }
    });
    let complaint = move || create.value().get().and_then(Result::err).map(|error: AppError| error.message(texts));
    let press = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" {
            // Else Enter would send the whole form.
            event.prevent_default();
            let name = event_target_value(&event);
            if !name.trim().is_empty() {
                create.dispatch(name);
            }
        }
    };
    view! {
        <input
            class="input tick-new"
            node_ref=input
            aria-label=text!(texts, labels.new_tag_name)
            placeholder=text!(texts, labels.new_tag_hint)
            autocomplete="off"
            on:keydown=press
        />
        <p class="field-error" aria-live="polite">{complaint}</p>
    }
}
