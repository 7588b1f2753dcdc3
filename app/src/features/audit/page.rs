//! The page of the audit log: a plain list in the address's terms, so that it can be linked and works without any wasm.

use domain::audit::{Entry, Page as AuditEntries, Query};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::api::{account_names, audit};
use crate::{
    Texts, format,
    i18n::use_i18n,
    layout::Page,
    routes::escape,
    ui::{Empty, Erase, FailedPage, IconName, Moment, Narrowing, Skeleton},
    wire::load,
};

/// How many entries a page has.
const PAGE: u32 = 50;

/// What is asked for, as it stands in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Wanted {
    action: String,
    user: Option<i64>,
    page: u32,
}

impl Wanted {
    fn read(query: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            action: query("action").unwrap_or_default(),
            user: query("user").and_then(|id| id.parse().ok()),
            page: query("page").and_then(|page| page.parse().ok()).unwrap_or(0),
        }
    }

    fn query(&self) -> Query {
        Query {
            action: Some(self.action.clone()).filter(|action| !action.is_empty()),
            user_id: self.user,
            limit: Some(PAGE),
            offset: Some(self.page.saturating_mul(PAGE)),
            ..Query::default()
        }
    }

    fn address(&self) -> String {
        let mut address = format!("/audit?page={}", self.page);
        if !self.action.is_empty() {
            address.push_str(&format!("&action={}", escape(&self.action)));
        }
        if let Some(user) = self.user {
            address.push_str(&format!("&user={user}"));
        }
        address
    }
}

/// The audit log.
#[component]
pub fn AuditPage() -> impl IntoView {
    let texts = use_i18n();
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.with(|query| Wanted::read(|key| query.get(key))));
    let entries = load(move || wanted.get(), |wanted| audit(wanted.query()));
    view! {
        <Page title=text!(texts, nav.audit).to_owned()>
            <Filters wanted />
            <Transition fallback=|| view! { <Skeleton lines=12 /> }>
                {move || Suspend::new(async move {
                    match entries.await {
                        Ok(page) if page.logs.is_empty() => {
                            view! { <Empty icon=IconName::Record title=text!(texts, audit.none) /> }.erased()
                        }
                        Ok(page) => view! { <Entries page wanted=wanted.get_untracked() /> }.erased(),
                        Err(error) => view! { <FailedPage error /> }.erased(),
                    }
                })}
            </Transition>
        </Page>
    }
}

#[component]
fn Filters(wanted: Memo<Wanted>) -> impl IntoView {
    let texts = use_i18n();
    let accounts = load(|| (), |()| account_names());
    let navigate = use_navigate();
    let go = Callback::new(move |wanted: Wanted| {
        navigate(&wanted.address(), NavigateOptions { scroll: false, ..NavigateOptions::default() });
    });
    let action = Signal::derive(move || Some(wanted.with(|w| w.action.clone())).filter(|action| !action.is_empty()));
    let user = Signal::derive(move || wanted.with(|w| w.user.map(|id| id.to_string())));
    let to_user = Callback::new(move |value: String| {
        go.run(Wanted { user: value.parse().ok(), page: 0, ..wanted.get_untracked() });
    });
    let account_choice = move || {
        Suspend::new(async move {
            let accounts = accounts.await.unwrap_or_default();
            let options: Vec<_> = accounts.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
            view! {
                <Narrowing
                    name="user"
                    label=text!(texts, audit.account)
                    all=text!(texts, audit.all_accounts)
                    options
                    chosen=user
                    on_choose=to_user
                />
            }
        })
    };
    view! {
        <form class="toolbar" action="/audit" method="get" on:submit=|event| event.prevent_default()>
            <Narrowing
                name="action"
                label=text!(texts, audit.action)
                all=text!(texts, audit.all_actions)
                options=actions(texts)
                chosen=action
                on_choose=Callback::new(move |action| go.run(Wanted { action, page: 0, ..wanted.get_untracked() }))
            />
            <Suspense>{account_choice}</Suspense>
        </form>
    }
}

/// What can be chosen of what was done, by how it begins.
fn actions(texts: Texts) -> Vec<(String, String)> {
    let all = [
        ("auth.", text!(texts, audit.logins)),
        ("auth.login_failed", text!(texts, audit.failed_logins)),
        ("server.", text!(texts, audit.servers)),
        ("incident.", text!(texts, nav.incidents)),
        ("rule.", text!(texts, nav.rules)),
        ("silence.", text!(texts, audit.silences)),
        ("maintenance.", text!(texts, nav.maintenance)),
        ("channel.", text!(texts, notifications.channels)),
        ("level.", text!(texts, notifications.levels)),
        ("group.", text!(texts, labels.groups)),
        ("tag.", text!(texts, labels.tags)),
        ("user.", text!(texts, audit.accounts)),
    ];
    all.map(|(value, words)| (value.to_owned(), words.to_owned())).to_vec()
}

#[component]
fn Entries(page: AuditEntries, wanted: Wanted) -> impl IntoView {
    let texts = use_i18n();
    let (first, last) = (u64::from(page.offset) + 1, u64::from(page.offset) + u64::from(page.count));
    let range = text!(
        texts,
        audit.range,
        first = format::count(first),
        last = format::count(last),
        total = format::count(page.total)
    )
    .to_string();
    let earlier = (last < page.total).then(|| Wanted { page: wanted.page + 1, ..wanted.clone() }.address());
    let later = (wanted.page > 0).then(|| Wanted { page: wanted.page.saturating_sub(1), ..wanted.clone() }.address());
    let link = |address: Option<String>, words: &'static str| {
        address.map(|address| view! { <a class="button small" href=address>{words}</a> })
    };
    view! {
        <div class="card table-card">
            <table class="data-table audit-table" aria-label=text!(texts, nav.audit)>
                <thead>
                    <tr>
                        <th scope="col">{text!(texts, audit.time)}</th>
                        <th scope="col">{text!(texts, audit.account)}</th>
                        <th scope="col">{text!(texts, audit.action)}</th>
                        <th scope="col">{text!(texts, audit.target)}</th>
                        <th scope="col">{text!(texts, audit.detail)}</th>
                        <th scope="col">{text!(texts, audit.from)}</th>
                    </tr>
                </thead>
                <tbody>{page.logs.into_iter().map(|entry| view! { <EntryRow entry /> }).collect_view()}</tbody>
            </table>
        </div>
        <nav class="paging" aria-label=text!(texts, audit.pages)>
            <span>{range}</span>
            {link(later, text!(texts, audit.later))}
            {link(earlier, text!(texts, audit.earlier))}
        </nav>
    }
}

#[component]
fn EntryRow(entry: Entry) -> impl IntoView {
    let is_failure = entry.action.ends_with("failed");
    let target = format!("{} {}", entry.target_type, entry.target_id);
    view! {
        <tr data-failure=is_failure.to_string()>
            <td class="nowrap">
                <Moment at_ms=Signal::stored(entry.created_at_ms) />
            </td>
            <td>{entry.username}</td>
            <td class="code">{entry.action}</td>
            <td>{target}</td>
            <td class="audit-detail">{entry.detail}</td>
            <td class="code" title=entry.user_agent>{entry.ip}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_comes_back_from_its_address() {
        let wanted = Wanted { action: "auth.".to_owned(), user: Some(3), page: 2 };
        let address = wanted.address();
        let query = address.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
        let read = Wanted::read(|key| {
            query.split('&').find_map(|pair| pair.strip_prefix(&format!("{key}="))).map(str::to_owned)
        });
        assert_eq!(read, wanted);
        assert_eq!(read.query().offset, Some(100));
    }
}
