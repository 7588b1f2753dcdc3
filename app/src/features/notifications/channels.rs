//! The list of channels.

use domain::notify::{Health, Kind, Language, Templates};
use leptos::prelude::*;

use super::{
    api::{ChannelView, Tried, delete_channel, test_channel},
    editor::ChannelEditor,
    fields::kind_name,
};
use crate::{
    browser,
    error::AppError,
    format,
    i18n::use_i18n,
    ui::{Ago, ConfirmByName, Empty, Erase, Icon, IconName, SectionCard, ToastKind, Toasts},
};

/// The card with all channels.
#[component]
pub fn Channels(
    /// All channels, by name.
    channels: RwSignal<Vec<ChannelView>>,
    /// Loads them anew, and what they changed.
    #[prop(into)]
    reload: Callback<()>,
) -> impl IntoView {
    let texts = use_i18n();
    let edited = RwSignal::new(None::<ChannelView>);
    let deleted = RwSignal::new(None::<ChannelView>);
    let add = move || {
        view! {
            <button type="button" class="button small" on:click=move |_| edited.set(Some(new_channel()))>
                <Icon name=IconName::Plus />
                {text!(texts, notifications.add)}
            </button>
        }
    };
    let rows = move || {
        channels.get().into_iter().map(|channel| view! { <ChannelRow channel edited deleted /> }).collect_view()
    };
    let nothing = move || {
        channels.with(Vec::is_empty).then(|| {
            view! {
                <Empty
                    icon=IconName::Bell
                    title=text!(texts, notifications.none)
                    detail=text!(texts, notifications.none_detail)
                />
            }
        })
    };
    view! {
        <SectionCard title=text!(texts, notifications.channels) aside=add>
            <p class="card-detail">{text!(texts, notifications.channels_detail)}</p>
            <ul class="channel-list">{rows}</ul>
            {nothing}
        </SectionCard>
        <ChannelEditor edited reload />
        <DeleteDialog deleted reload />
    }
}

/// A channel for whoever is here: in the browser's time zone and language.
fn new_channel() -> ChannelView {
    ChannelView {
        id: None,
        name: String::new(),
        kind: Kind::Email,
        fields: Vec::new(),
        has_secret: false,
        is_enabled: true,
        time_zone: browser::own_time_zone(),
        language: Language::of_tag(&browser::language()).unwrap_or_default(),
        quiet: None,
        templates: Templates::default(),
        health: Health::default(),
    }
}

#[component]
fn ChannelRow(
    channel: ChannelView,
    edited: RwSignal<Option<ChannelView>>,
    deleted: RwSignal<Option<ChannelView>>,
) -> impl IntoView {
    let texts = use_i18n();
    let (to_edit, to_delete, id) = (channel.clone(), channel.clone(), channel.id.unwrap_or_default());
    let said = RwSignal::new(None::<Tried>);
    let test = Action::new_local(move |()| async move {
        said.set(None);
        let tried = match test_channel(id).await {
            Ok(tried) => tried,
            Err(error) => Tried { is_sent: false, answer: error.message(texts) },
        };
        said.try_set(Some(tried));
    });
    let answer = move || {
        let word = if test.pending().get() {
            return Some(
                view! { <p class="channel-answer" role="status">{text!(texts, notifications.testing)}</p> }.erased(),
            );
        } else if said.with(|said| said.as_ref()?.is_sent.then_some(())).is_some() {
            text!(texts, notifications.test_taken)
        } else {
            text!(texts, notifications.test_refused)
        };
        let Tried { is_sent, answer } = said.get()?;
        Some(
            view! {
                <p class="channel-answer" role="status" data-sent=is_sent.to_string()>
                    <strong>{word}</strong>
                    " "
                    <span class="code">{answer}</span>
                </p>
            }
            .erased(),
        )
    };
    let name = channel.name.clone();
    view! {
        <li class="channel-row" data-on=channel.is_enabled.to_string()>
            <div class="channel-words">
                <span class="channel-name">{channel.name.clone()}</span>
                <span class="channel-kind">{kind_name(texts, channel.kind)}</span>
                <HealthWords health=channel.health is_enabled=channel.is_enabled />
                {answer}
            </div>
            <div class="channel-buttons">
                <button
                    type="button"
                    class="button small"
                    disabled=move || test.pending().get() || !channel.is_enabled
                    on:click=move |_| {
                        test.dispatch(());
                    }
                >
                    {text!(texts, notifications.test)}
                </button>
                <button
                    type="button"
                    class="button quiet icon-only"
                    aria-label=text!(texts, labels.edit, name = name.clone()).to_string()
                    on:click=move |_| edited.set(Some(to_edit.clone()))
                >
                    <Icon name=IconName::Pencil />
                </button>
                <button
                    type="button"
                    class="button quiet icon-only"
                    aria-label=text!(texts, labels.delete, name = name.clone()).to_string()
                    on:click=move |_| deleted.set(Some(to_delete.clone()))
                >
                    <Icon name=IconName::Bin />
                </button>
            </div>
        </li>
    }
}

#[component]
fn HealthWords(health: Health, is_enabled: bool) -> impl IntoView {
    let texts = use_i18n();
    let Health { sent_at_ms, waiting, dead, failure } = health;
    let count = |number: u32| format::count(number.into());
    let off = (!is_enabled).then(|| text!(texts, notifications.off));
    let waiting = (waiting > 0).then(|| text!(texts, notifications.waiting, count = count(waiting)).to_string());
    let dead = (dead > 0).then(|| text!(texts, notifications.dead, count = count(dead)).to_string());
    let sent = sent_at_ms.map(|at_ms| {
        view! {
            <span>{text!(texts, notifications.last_sent)} " " <Ago at_ms=Signal::stored(at_ms) /></span>
        }
    });
    let failing = failure.map(|failure| view! { <span class="channel-failure">{failure}</span> });
    view! {
        <p class="channel-health">
            <span>{off}</span>
            {sent}
            <span>{waiting}</span>
            <span class="channel-failure">{dead}</span>
            {failing}
        </p>
    }
}

#[component]
fn DeleteDialog(deleted: RwSignal<Option<ChannelView>>, reload: Callback<()>) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let delete = Action::new_local(move |id: &i64| {
        let id = *id;
        async move {
            delete_channel(id).await?;
            deleted.set(None);
            toasts.show(ToastKind::Done, text!(texts, notifications.deleted));
            reload.run(());
            Ok::<_, AppError>(())
        }
    });
    let error =
        Signal::derive(move || delete.value().get().and_then(Result::err).map(|error: AppError| error.message(texts)));
    move || {
        deleted.get().map(|channel| {
            // What was refused for another one is of no interest.
            delete.value().set(None);
            let is_open = RwSignal::new(true);
            Effect::new(move |_| {
                if !is_open.get() {
                    deleted.set(None);
                }
            });
            let title = text!(texts, labels.delete, name = channel.name.clone()).to_string();
            view! {
                <ConfirmByName
                    is_open
                    title
                    detail=text!(texts, notifications.delete_detail)
                    name=channel.name
                    error
                    is_busy=Signal::derive(move || delete.pending().get())
                    on_confirm=move |()| drop(delete.dispatch(channel.id.unwrap_or_default()))
                />
            }
        })
    }
}
