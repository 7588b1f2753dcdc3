//! The page of planned maintenance.

use domain::{Permission, maintenance::Window};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::{Planned, delete_maintenance, load_maintenance},
    draft::Draft,
    editor::MaintenanceEditor,
    row::{Deeds, WindowRow},
};
use crate::{
    browser,
    error::AppError,
    i18n::use_i18n,
    layout::{Me, Page},
    live::Clock,
    ui::{ConfirmByName, Empty, Erase, FailedPage, Icon, IconName, Skeleton, ToastKind, Toasts},
    wire::load,
};

/// How long after something began or was over the list is loaded anew.
const SETTLE_MS: i64 = 1_000;

/// What is on, what comes, and what is over.
#[component]
pub fn MaintenancePage() -> impl IntoView {
    let texts = use_i18n();
    let query = use_query_map();
    let is_past = Memo::new(move |_| query.with(|query| query.get("show").as_deref() == Some("past")));
    let revision = RwSignal::new(0_u32);
    let reload = Callback::new(move |()| revision.update(|revision| *revision = revision.wrapping_add(1)));
    let planned = load(move || revision.get(), |_| load_maintenance());
    let may_plan = Me::here().may(Permission::IncidentsWrite);
    let edited = RwSignal::new(None::<Draft>);
    let deleted = RwSignal::new(None::<Window>);
    let deeds = Deeds { edit: edited, delete: deleted, end: end_without_question(reload) };
    let add = move || {
        may_plan.then(|| {
            view! {
                <button
                    type="button"
                    class="button primary"
                    on:click=move |_| edited.set(Some(Draft::new(browser::now_ms())))
                >
                    <Icon name=IconName::Plus />
                    <span class="button-word">{text!(texts, maintenance.add)}</span>
                </button>
            }
        })
    };
    view! {
        <Page title=text!(texts, nav.maintenance).to_owned() actions=add>
            <Filters is_past />
            <Transition fallback=|| view! { <Skeleton lines=6 /> }>
                {move || Suspend::new(async move {
                    match planned.await {
                        Ok(planned) => {
                            view! { <Windows planned is_past deeds=may_plan.then_some(deeds) reload /> }.erased()
                        }
                        Err(error) => view! { <FailedPage error /> }.erased(),
                    }
                })}
            </Transition>
            {may_plan
                .then(|| {
                    view! {
                        <MaintenanceEditor edited reload />
                        <DeleteDialog deleted reload />
                    }
                })}
        </Page>
    }
}

#[component]
fn Filters(is_past: Memo<bool>) -> impl IntoView {
    let texts = use_i18n();
    let segment = move |past: bool, href: &'static str, words: &'static str| {
        view! {
            <a class="segment" href=href aria-current=move || (is_past.get() == past).then_some("true")>
                {words}
            </a>
        }
    };
    view! {
        <div class="toolbar maintenance-filters">
            <nav class="segments" aria-label=text!(texts, maintenance.which)>
                {segment(false, "/maintenance", text!(texts, maintenance.planned))}
                {segment(true, "/maintenance?show=past", text!(texts, maintenance.past))}
            </nav>
        </div>
    }
}

#[component]
fn Windows(planned: Planned, is_past: Memo<bool>, deeds: Option<Deeds>, reload: Callback<()>) -> impl IntoView {
    let texts = use_i18n();
    let clock = expect_context::<Clock>();
    let Planned { windows, now_ms } = planned;
    clock.begin(now_ms);
    let changes = windows.iter().flat_map(|(window, _)| {
        window.on.iter().map(|on| on.until_ms).chain(window.next.iter().map(|next| next.from_ms))
    });
    let changes_at_ms = changes.min();
    Effect::new(move |_| {
        if changes_at_ms.is_some_and(|at_ms| clock.now_ms() > at_ms + SETTLE_MS) {
            reload.run(());
        }
    });
    let windows = StoredValue::new(windows);
    let list = move || {
        let past = is_past.get();
        let wanted = windows.with_value(|windows| {
            windows.iter().filter(|(window, _)| window.is_over() == past).cloned().collect::<Vec<_>>()
        });
        if wanted.is_empty() {
            let words = if past { text!(texts, maintenance.none_past) } else { text!(texts, maintenance.none) };
            return view! { <Empty icon=IconName::Wrench title=words detail=text!(texts, maintenance.none_detail) /> }
                .erased();
        }
        let rows = wanted.into_iter().map(|(window, scope_name)| view! { <WindowRow window scope_name deeds /> });
        view! {
            <ul class="card maintenance-list" aria-label=text!(texts, nav.maintenance)>
                {rows.collect_view()}
            </ul>
        }
        .erased()
    };
    view! { {list} }
}

fn end_without_question(reload: Callback<()>) -> Callback<Window> {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let delete = Action::new_local(move |window: &Window| {
        let id = window.id;
        let done =
            if window.on.is_some() { text!(texts, maintenance.ended) } else { text!(texts, maintenance.deleted) };
        async move {
            match delete_maintenance(id).await {
                Ok(()) => toasts.show(ToastKind::Done, done),
                Err(error) => toasts.show(ToastKind::Failed, error.message(texts)),
            }
            reload.run(());
        }
    });
    Callback::new(move |window| drop(delete.dispatch_local(window)))
}

#[component]
fn DeleteDialog(deleted: RwSignal<Option<Window>>, reload: Callback<()>) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let delete = Action::new_local(move |window: &Window| {
        let id = window.id;
        async move {
            delete_maintenance(id).await?;
            deleted.set(None);
            toasts.show(ToastKind::Done, text!(texts, maintenance.deleted));
            reload.run(());
            Ok::<_, AppError>(())
        }
    });
    let error =
        Signal::derive(move || delete.value().get().and_then(Result::err).map(|error: AppError| error.message(texts)));
    move || {
        deleted.get().map(|window| {
            // What was refused for another one is of no interest.
            delete.value().set(None);
            let is_open = RwSignal::new(true);
            Effect::new(move |_| {
                if !is_open.get() {
                    deleted.set(None);
                }
            });
            let name = window.plan.name.clone();
            view! {
                <ConfirmByName
                    is_open
                    title=text!(texts, labels.delete, name = name.clone()).to_string()
                    detail=text!(texts, maintenance.delete_detail)
                    name
                    error
                    is_busy=Signal::derive(move || delete.pending().get())
                    on_confirm=move |()| drop(delete.dispatch_local(window.clone()))
                />
            }
        })
    }
}
