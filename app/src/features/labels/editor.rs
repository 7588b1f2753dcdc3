//! The dialog that makes or changes a group or tag.

use domain::{groups::Group, tags::Tag};
use leptos::prelude::*;

use crate::{
    error::AppError,
    i18n::use_i18n,
    ui::{Dialog, Field, FormEnd, Refusal, TextField, open_while},
};

/// The colours that are offered; any other can be picked. Chosen to be told apart in light and dark.
const COLOURS: [&str; 10] =
    ["#3f51b5", "#1976d2", "#0891b2", "#0d9488", "#16a34a", "#ca8a04", "#ea580c", "#dc2626", "#db2777", "#7c3aed"];

/// A group or tag, as this page needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What it is for; empty for tags.
    pub description: String,
    /// `#rrggbb`.
    pub color: String,
    /// How many servers have it.
    pub item_count: u32,
}

impl From<Group> for Labelled {
    fn from(Group { id, name, description, color, item_count }: Group) -> Self {
        Self { id: id.0, name, description, color, item_count }
    }
}

impl From<Tag> for Labelled {
    fn from(Tag { id, name, color, item_count }: Tag) -> Self {
        Self { id: id.0, name, description: String::new(), color, item_count }
    }
}

/// What is being entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Of which label; `None` for a new one.
    pub id: Option<i64>,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// `#rrggbb`.
    pub color: String,
}

impl Draft {
    /// A new label.
    pub fn new() -> Self {
        let color = COLOURS.first().copied().unwrap_or_default().to_owned();
        Self { id: None, name: String::new(), description: String::new(), color }
    }

    /// A label that is there.
    pub fn of(label: &Labelled) -> Self {
        Self {
            id: Some(label.id),
            name: label.name.clone(),
            description: label.description.clone(),
            color: label.color.clone(),
        }
    }
}

/// The dialog, open while there is a draft.
#[component]
pub fn LabelEditor(
    /// What is being entered.
    edited: RwSignal<Option<Draft>>,
    /// Saves it, and takes the draft away when that worked.
    save: Action<Draft, Result<(), AppError>>,
    /// Whether it has a description.
    has_description: bool,
) -> impl IntoView {
    let texts = use_i18n();
    let is_open = open_while(edited);
    view! {
        <Dialog is_open title=text!(texts, labels.dialog)>
            {move || {
                let draft = edited.get_untracked().unwrap_or_else(Draft::new);
                view! { <LabelForm draft save has_description is_open /> }
            }}
        </Dialog>
    }
}

#[component]
fn LabelForm(
    draft: Draft,
    save: Action<Draft, Result<(), AppError>>,
    has_description: bool,
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let texts = use_i18n();
    let (name, description) = (RwSignal::new(draft.name), RwSignal::new(draft.description));
    let color = RwSignal::new(draft.color);
    save.value().set(None);
    let refusal = Refusal::new(Signal::derive(move || save.value().get().and_then(Result::err)));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save.dispatch(Draft {
            id: draft.id,
            name: name.get_untracked(),
            description: description.get_untracked(),
            color: color.get_untracked(),
        });
    };
    let swatch = move |offered: &'static str| {
        view! {
            <button
                type="button"
                class="swatch"
                aria-label=offered
                aria-pressed=move || (color.get() == offered).to_string()
                on:click=move |_| color.set(offered.to_owned())
            >
                <svg viewBox="0 0 20 20" aria-hidden="true">
                    <circle cx="10" cy="10" r="10" fill=offered />
                </svg>
            </button>
        }
    };
    view! {
        <form class="stack" on:submit=submit>
            <TextField name="name" label=text!(texts, labels.name) value=name is_required=true error=refusal.at("name") />
            {has_description
                .then(|| {
                    view! {
                        <TextField
                            name="description"
                            label=text!(texts, labels.description)
                            value=description
                            error=refusal.at("description")
                        />
                    }
                })}
            <Field name="color" label=text!(texts, labels.colour) error=refusal.at("color")>
                <div class="swatches">
                    {COLOURS.map(swatch).collect_view()}
                    <input
                        id="color"
                        type="color"
                        class="swatch-other"
                        aria-label=text!(texts, labels.other_colour)
                        prop:value=move || color.get()
                        on:input=move |event| color.set(event_target_value(&event))
                    />
                </div>
            </Field>
            <FormEnd is_open error=refusal is_busy=save.pending() />
        </form>
    }
}
