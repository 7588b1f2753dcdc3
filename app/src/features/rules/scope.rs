//! On which servers a rule looks.

use domain::{groups::Group, tags::Tag};
use leptos::prelude::*;

use super::{
    condition::Refusals,
    draft::{Draft, Where},
};
use crate::{
    i18n::use_i18n,
    ui::{Erase, SelectField, TextField, none_or, option},
};

/// All servers, those of a group, those with a tag, or one.
#[component]
pub fn ScopeFields(draft: Draft, groups: Vec<Group>, tags: Vec<Tag>, refused: Refusals) -> impl IntoView {
    let texts = use_i18n();
    let choices = [
        (Where::All, "all", text!(texts, rules.on_all)),
        (Where::Group, "group", text!(texts, rules.on_group)),
        (Where::Tag, "tag", text!(texts, rules.on_tag)),
        (Where::Server, "server", text!(texts, rules.on_server)),
    ];
    let value_of = move |place: Where| {
        let found = choices.into_iter().find(|(other, ..)| *other == place);
        found.map(|(_, value, _)| value.to_owned()).unwrap_or_default()
    };
    let choose = move |chosen: String| {
        if let Some((place, ..)) = choices.into_iter().find(|(_, value, _)| *value == chosen) {
            draft.place.set(place);
        }
    };
    let groups: Vec<_> = groups.into_iter().map(|group| (group.id.0, group.name)).collect();
    let tags: Vec<_> = tags.into_iter().map(|tag| (tag.id.0, tag.name)).collect();
    let (groups, tags) = (StoredValue::new(groups), StoredValue::new(tags));
    let error = refused.run("scope");
    let which = move || match draft.place.get() {
        Where::All => ().erased(),
        Where::Group => {
            let chosen = Signal::derive(move || draft.group.get().map(|id| id.0));
            let choose = Callback::new(move |id: Option<i64>| draft.group.set(id.map(domain::GroupId)));
            view! { <OneOf label=text!(texts, labels.group) all=groups.get_value() chosen choose error /> }.erased()
        }
        Where::Tag => {
            let chosen = Signal::derive(move || draft.tag.get().map(|id| id.0));
            let choose = Callback::new(move |id: Option<i64>| draft.tag.set(id.map(domain::TagId)));
            view! { <OneOf label=text!(texts, rules.tag) all=tags.get_value() chosen choose error /> }.erased()
        }
        Where::Server => view! { <ServerField draft error /> }.erased(),
    };
    view! {
        <SelectField
            name="where"
            label=text!(texts, rules.looks_at_which)
            options=choices.map(|(_, value, words)| option(value, words)).to_vec()
            chosen=Signal::derive(move || value_of(draft.place.get()))
            on_choose=choose
        />
        {which}
    }
}

#[component]
fn OneOf(
    label: &'static str,
    all: Vec<(i64, String)>,
    chosen: Signal<Option<i64>>,
    choose: Callback<Option<i64>>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let texts = use_i18n();
    let all = all.into_iter().map(|(id, name)| option(id.to_string(), name));
    view! {
        <SelectField
            name="scope"
            label
            options=none_or(text!(texts, rules.choose), all)
            chosen=Signal::derive(move || chosen.get().map(|id| id.to_string()).unwrap_or_default())
            on_choose=move |id: String| choose.run(id.parse().ok())
            error
        />
    }
}

/// A server by its name: among thousands, typing is quicker than a list.
#[component]
fn ServerField(draft: Draft, error: Signal<Option<String>>) -> impl IntoView {
    let texts = use_i18n();
    let names = draft.servers.with_value(|servers| servers.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>());
    view! {
        <TextField
            name="scope"
            label=text!(texts, incidents.server)
            value=draft.server
            suggestions=Signal::stored(names)
            error
        />
    }
}
