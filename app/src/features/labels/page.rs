//! The page of groups and tags.

use domain::{GroupId, Permission, TagId, groups::NewGroup, tags::NewTag};
use leptos::prelude::*;

use super::{
    api::{Labels, delete_group, delete_tag, load_labels, save_group, save_tag},
    editor::{Draft, LabelEditor, Labelled},
};
use crate::{
    error::AppError,
    format,
    i18n::use_i18n,
    layout::{Me, Page},
    ui::{ConfirmByName, Empty, Erase, FailedPage, Icon, IconName, LabelDot, SectionCard, Skeleton, ToastKind, Toasts},
    wire::load,
};

/// What kind of label something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Group,
    Tag,
}

/// Groups and tags: create, rename, recolour, delete.
#[component]
pub fn LabelsPage() -> impl IntoView {
    let texts = use_i18n();
    let all = load(|| (), |()| load_labels());
    view! {
        <Page title=text!(texts, nav.labels).to_owned()>
            <Suspense fallback=|| view! { <Skeleton lines=6 /> }>
                {move || Suspend::new(async move {
                    match all.await {
                        Ok(labels) => view! { <LabelLists labels /> }.erased(),
                        Err(error) => view! { <FailedPage error /> }.erased(),
                    }
                })}
            </Suspense>
        </Page>
    }
}

#[component]
fn LabelLists(labels: Labels) -> impl IntoView {
    let texts = use_i18n();
    let groups = labels.groups.into_iter().map(Labelled::from).collect();
    let tags = labels.tags.into_iter().map(Labelled::from).collect();
    view! {
        <div class="two-columns">
            <LabelList kind=Kind::Group title=text!(texts, labels.groups) detail=text!(texts, labels.groups_detail) first=groups />
            <LabelList kind=Kind::Tag title=text!(texts, labels.tags) detail=text!(texts, labels.tags_detail) first=tags />
        </div>
    }
}

#[component]
fn LabelList(kind: Kind, title: &'static str, detail: &'static str, first: Vec<Labelled>) -> impl IntoView {
    let texts = use_i18n();
    let list = RwSignal::new(first);
    let edited = RwSignal::new(None::<Draft>);
    let deleted = RwSignal::new(None::<Labelled>);
    let may_write = Me::here().may(Permission::LabelsWrite);
    let add = move || {
        may_write.then(|| {
            view! {
                <button type="button" class="button small" on:click=move |_| edited.set(Some(Draft::new()))>
                    <Icon name=IconName::Plus />
                    {match kind {
                        Kind::Group => text!(texts, labels.new_group),
                        Kind::Tag => text!(texts, labels.new_tag),
                    }}
                </button>
            }
        })
    };
    let rows = move || {
        list.get().into_iter().map(|label| view! { <LabelRow label may_write edited deleted /> }).collect_view()
    };
    view! {
        <SectionCard title aside=add>
            <p class="card-detail">{detail}</p>
            <ul class="label-list">{rows}</ul>
            {move || list.with(Vec::is_empty).then(|| view! { <Empty icon=IconName::Tag title=text!(texts, labels.none) /> })}
        </SectionCard>
        <EditDialog kind list edited />
        <DeleteDialog kind list deleted />
    }
}

#[component]
fn LabelRow(
    label: Labelled,
    may_write: bool,
    edited: RwSignal<Option<Draft>>,
    deleted: RwSignal<Option<Labelled>>,
) -> impl IntoView {
    let texts = use_i18n();
    let (to_edit, to_delete) = (label.clone(), label.clone());
    let buttons = may_write.then(|| {
        let name = label.name.clone();
        view! {
            <button
                type="button"
                class="button quiet icon-only"
                aria-label=text!(texts, labels.edit, name = name.clone()).to_string()
                on:click=move |_| edited.set(Some(Draft::of(&to_edit)))
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
        }
    });
    view! {
        <li class="label-row">
            <LabelDot color=label.color />
            <div class="label-words">
                <span class="label-title">{label.name.clone()}</span>
                <span class="label-detail">{label.description.clone()}</span>
            </div>
            <span class="label-count" title=text!(texts, labels.count)>
                <Icon name=IconName::Server />
                {format::count(u64::from(label.item_count))}
            </span>
            {buttons}
        </li>
    }
}

#[component]
fn EditDialog(kind: Kind, list: RwSignal<Vec<Labelled>>, edited: RwSignal<Option<Draft>>) -> impl IntoView {
    let save = Action::new_local(move |draft: &Draft| {
        let draft = draft.clone();
        async move {
            let saved = match kind {
                Kind::Group => {
                    let group = NewGroup { name: draft.name, description: draft.description, color: draft.color };
                    save_group(draft.id.map(GroupId), group).await.map(Labelled::from)?
                }
                Kind::Tag => {
                    let tag = NewTag { name: draft.name, color: draft.color };
                    save_tag(draft.id.map(TagId), tag).await.map(Labelled::from)?
                }
            };
            list.update(|list| {
                list.retain(|label| label.id != saved.id);
                list.push(saved);
                list.sort_by_key(|label| label.name.to_lowercase());
            });
            edited.set(None);
            Ok::<_, AppError>(())
        }
    });
    view! { <LabelEditor edited save has_description=kind == Kind::Group /> }
}

#[component]
fn DeleteDialog(kind: Kind, list: RwSignal<Vec<Labelled>>, deleted: RwSignal<Option<Labelled>>) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let delete = Action::new_local(move |label: &Labelled| {
        let label = label.clone();
        async move {
            match kind {
                Kind::Group => delete_group(GroupId(label.id)).await?,
                Kind::Tag => delete_tag(TagId(label.id)).await?,
            }
            list.update(|list| list.retain(|other| other.id != label.id));
            deleted.set(None);
            toasts.show(ToastKind::Done, text!(texts, labels.deleted, name = label.name).to_string());
            Ok::<_, AppError>(())
        }
    });
    // What no server uses is gone without a question: nothing is lost that two clicks do not bring back.
    Effect::new(move |_| {
        if let Some(label) = deleted.get()
            && label.item_count == 0
        {
            delete.dispatch(label);
        }
    });
    let error =
        Signal::derive(move || delete.value().get().and_then(Result::err).map(|error: AppError| error.message(texts)));
    move || {
        deleted.get().filter(|label| label.item_count > 0).map(|label| {
            // What was refused for another one is of no interest.
            delete.value().set(None);
            let is_open = RwSignal::new(true);
            Effect::new(move |_| {
                if !is_open.get() {
                    deleted.set(None);
                }
            });
            let name = label.name.clone();
            let detail = text!(texts, labels.delete_detail, count = format::count(u64::from(label.item_count)));
            view! {
                <ConfirmByName
                    is_open
                    title=text!(texts, labels.delete, name = name.clone()).to_string()
                    detail=detail.to_string()
                    name
                    error
                    is_busy=Signal::derive(move || delete.pending().get())
                    on_confirm=move |()| drop(delete.dispatch(label.clone()))
                />
            }
        })
    }
}
