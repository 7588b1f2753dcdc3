//! The pages of a new rule and of one that is there.

use domain::Permission;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    api::{EditorData, load_editor},
    editor::Editor,
};
use crate::{
    i18n::use_i18n,
    layout::{Crumb, Me, Page},
    live::Clock,
    ui::{Erase, FailedPage, Icon, IconName, Skeleton},
    wire::load,
};

/// A new rule.
#[component]
pub fn NewRulePage() -> impl IntoView {
    let texts = use_i18n();
    let data = load(|| (), |()| load_editor(None));
    view! {
        <Page title=text!(texts, rules.add).to_owned() crumbs=vec![Crumb::new(text!(texts, nav.rules), "/rules")]>
            <Suspense fallback=|| view! { <Skeleton lines=10 /> }>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok(data) => view! { <Ready data /> }.erased(),
                        Err(error) => view! { <FailedPage error /> }.erased(),
                    }
                })}
            </Suspense>
        </Page>
    }
}

/// A rule that is there.
#[component]
pub fn RulePage() -> impl IntoView {
    let texts = use_i18n();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| id.parse().ok()).unwrap_or(0)));
    let data = load(move || id.get(), |id| load_editor(Some(id)));
    let crumbs = move || vec![Crumb::new(text!(texts, nav.rules), "/rules")];
    view! {
        <Suspense fallback=|| view! { <Skeleton lines=10 /> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(data) => {
                        let row = data.row.as_ref();
                        let title = row.map(|row| row.form.name.clone()).unwrap_or_default();
                        let id = row.map_or(0, |row| row.form.id);
                        let incidents = move || {
                            view! {
                                <a
                                    class="button"
                                    href=format!("/incidents?show=all&rule={id}")
                                    title=text!(texts, nav.incidents)
                                >
                                    <Icon name=IconName::Bell />
                                    <span class="button-word">{text!(texts, nav.incidents)}</span>
                                </a>
                            }
                        };
                        view! {
                            <Page title=title crumbs=crumbs() actions=incidents>
                                <Ready data />
                            </Page>
                        }
                            .erased()
                    }
                    Err(error) => {
                        view! {
                            <Page title=text!(texts, nav.rules).to_owned()>
                                <FailedPage error />
                            </Page>
                        }
                            .erased()
                    }
                }
            })}
        </Suspense>
    }
}

#[component]
fn Ready(data: EditorData) -> impl IntoView {
    expect_context::<Clock>().begin(data.now_ms);
    let may_write = Me::here().may(Permission::SettingsWrite);
    view! { <Editor data may_write /> }
}
