//! Choosing a server's group, and making a new one on the way.

use domain::{
    GroupId, Permission,
    groups::{Group, NewGroup},
};
use leptos::prelude::*;

use crate::{
    error::AppError,
    features::labels::api::save_group,
    i18n::use_i18n,
    layout::Me,
    ui::{Icon, IconName, Select, none_or, option},
};

/// A choice among all groups, with a way to add one.
#[component]
pub fn GroupChoice(
    /// The chosen group.
    chosen: RwSignal<Option<GroupId>>,
    /// All groups.
    groups: Vec<Group>,
) -> impl IntoView {
    let texts = use_i18n();
    let groups = RwSignal::new(groups);
    let new_name = RwSignal::new(None::<String>);
    let can_add = Me::here().may(Permission::LabelsWrite);
    let create = Action::new_local(move |name: &String| {
        let group = NewGroup {
            name: name.clone(),
            description: String::new(),
            color: domain::groups::DEFAULT_COLOUR.to_owned(),
        };
        async move {
            let group = save_group(None, group).await?;
            let id = group.id;
            groups.update(|groups| groups.push(group));
            chosen.set(Some(id));
            new_name.set(None);
            Ok::<_, AppError>(())
        }
    });
    let complaint = move || create.value().get().and_then(Result::err).map(|error: AppError| error.message(texts));
    let options = move || {
        let all = groups.get().into_iter().map(|group| option(group.id.to_string(), group.name));
        none_or(text!(texts, servers.no_group), all)
    };
    view! {
        <div class="field">
            <label for="group">{text!(texts, labels.group)}</label>
            <div class="with-button">
                <Select
                    id="group"
                    name="group"
                    options=Signal::derive(options)
                    chosen=Signal::derive(move || chosen.get().map(|id| id.to_string()).unwrap_or_default())
                    on_choose=move |id: String| chosen.set(id.parse().ok())
                />
                {can_add
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button"
                                on:click=move |_| new_name.set(Some(String::new()))
                            >
                                <Icon name=IconName::Plus />
                                {text!(texts, labels.new_group)}
                            </button>
                        }
                    })}
            </div>
            {move || {
                new_name
                    .with(Option::is_some)
                    .then(|| {
                        view! {
                            <div class="with-button">
                                <input
                                    class="input"
                                    aria-label=text!(texts, labels.new_group_name)
                                    placeholder=text!(texts, labels.new_group_name)
                                    autocomplete="off"
                                    autofocus
                                    on:input=move |event| new_name.set_untracked_text(event_target_value(&event))
                                />
                                <button
                                    type="button"
                                    class="button"
                                    disabled=move || create.pending().get()
                                    on:click=move |_| {
                                        if let Some(name) = new_name.get_untracked() {
                                            create.dispatch(name);
                                        }
                                    }
                                >
                                    {text!(texts, action.create)}
                                </button>
                            </div>
                        }
                    })
            }}
            <p class="field-error" aria-live="polite">{complaint}</p>
        </div>
    }
}

/// Keeps what is typed without drawing the field anew.
trait SetText {
    fn set_untracked_text(self, text: String);
}

impl SetText for RwSignal<Option<String>> {
    fn set_untracked_text(self, text: String) {
        self.update_untracked(|value| *value = Some(text));
    }
}
