//! The list of rules.

use domain::{Permission, alerts::Scope};
use leptos::{html, prelude::*};

use super::{
    api::{RuleRow, load_rules, switch_rule},
    words,
};
use crate::{
    Texts,
    error::AppError,
    features::incidents::mark,
    format,
    i18n::use_i18n,
    layout::{Me, Page},
    ui::{Empty, Erase, FailedPage, Icon, IconName, Skeleton, StateWord, ToastKind, Toasts},
    wire::load,
};

/// All rules.
#[component]
pub fn RulesPage() -> impl IntoView {
    let texts = use_i18n();
    let rules = load(|| (), |()| load_rules());
    let may_write = Me::here().may(Permission::SettingsWrite);
    let add = move || {
        may_write.then(|| {
            view! {
                <a class="button primary" href="/rules/new" title=text!(texts, rules.add)>
                    <Icon name=IconName::Plus />
                    <span class="button-word">{text!(texts, rules.add)}</span>
                </a>
            }
        })
    };
    view! {
        <Page title=text!(texts, nav.rules).to_owned() actions=move || view! { {add} }>
            <Suspense fallback=|| view! { <Skeleton lines=8 /> }>
                {move || Suspend::new(async move {
                    match rules.await {
                        Ok(rules) => view! { <Rules rules may_write /> }.erased(),
                        Err(error) => view! { <FailedPage error /> }.erased(),
                    }
                })}
            </Suspense>
        </Page>
    }
}

#[component]
fn Rules(rules: Vec<RuleRow>, may_write: bool) -> impl IntoView {
    let texts = use_i18n();
    let search = RwSignal::new(String::new());
    let input = NodeRef::<html::Input>::new();
    // What was typed before the page came alive counts too.
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            search.set(input.value());
        }
    });
    if rules.is_empty() {
        return view! {
            <Empty icon=IconName::Rule title=text!(texts, rules.none) detail=text!(texts, rules.none_detail)>
                {may_write
                    .then(|| view! { <a class="button primary" href="/rules/new">{text!(texts, rules.add)}</a> })}
            </Empty>
        }
        .erased();
    }
    // What a row says is searched, in the order of the rows.
    let searched: Vec<String> = rules.iter().map(|row| searched(texts, row)).collect();
    let searched = StoredValue::new(searched);
    let fits = move |place: usize| {
        let wanted = search.with(|search| search.to_lowercase());
        searched.with_value(|all| {
            all.get(place).is_some_and(|text| wanted.split_whitespace().all(|word| text.contains(word)))
        })
    };
    let count = rules.len();
    let none_fits = move || !(0..count).any(fits);
    let rows = (0..).zip(rules).map(|(place, row)| {
        let is_hidden = Signal::derive(move || !fits(place));
        view! { <Row row may_write is_hidden /> }
    });
    view! {
        <div class="toolbar">
            <input
                id="search"
                type="search"
                class="input rule-search"
                aria-label=text!(texts, rules.search)
                placeholder=text!(texts, rules.search)
                autocomplete="off"
                node_ref=input
                on:input=move |event| search.set(event_target_value(&event))
            />
        </div>
        <div class="card table-card">
            <table class="data-table rule-table" aria-label=text!(texts, nav.rules)>
                <thead>
                    <tr>
                        <th scope="col">{text!(texts, rules.name)}</th>
                        <th scope="col">{text!(texts, rules.place)}</th>
                        <th scope="col">{text!(texts, incidents.severity)}</th>
                        <th scope="col">{text!(texts, rules.level)}</th>
                        <th scope="col">{text!(texts, nav.incidents)}</th>
                        <th scope="col">{text!(texts, rules.on)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            <p class="rule-none" role="status">{move || none_fits().then(|| text!(texts, rules.none_fits))}</p>
        </div>
    }
    .erased()
}

/// On which servers a rule looks, in words.
fn place(texts: Texts, row: &RuleRow) -> String {
    let name = if row.place.is_empty() { text!(texts, rules.gone).to_owned() } else { row.place.clone() };
    match row.form.scope {
        Scope::All => text!(texts, rules.on_all).to_owned(),
        Scope::Group(_) => text!(texts, rules.in_group, name = name).to_string(),
        Scope::Tag(_) => text!(texts, rules.with_tag, name = name).to_string(),
        Scope::Server(_) => name,
    }
}

fn searched(texts: Texts, row: &RuleRow) -> String {
    let (subject, words) = words::condition(texts, &row.form);
    let severity = words::severity(texts, row.form.severity);
    [row.form.name.as_str(), &subject, &words, &place(texts, row), severity, &row.level].join(" ").to_lowercase()
}

#[component]
fn Row(row: RuleRow, may_write: bool, is_hidden: Signal<bool>) -> impl IntoView {
    let texts = use_i18n();
    let (subject, words) = words::condition(texts, &row.form);
    let place = place(texts, &row);
    let id = row.form.id;
    let is_on = RwSignal::new(row.form.is_enabled);
    let name = row.form.name.clone();
    let open = (row.open > 0).then(|| {
        let words = text!(texts, rules.open, count = format::count(row.open.into())).to_string();
        view! { <a href=format!("/incidents?show=open&rule={id}")>{words}</a> }
    });
    let switch = if may_write {
        view! { <Switch id name=name.clone() is_on /> }.erased()
    } else {
        view! { <span>{if row.form.is_enabled { text!(texts, rules.on) } else { text!(texts, rules.off) }}</span> }
            .erased()
    };
    view! {
        <tr hidden=move || is_hidden.get() data-on=move || is_on.get().to_string()>
            <td class="rule-what">
                <a class="rule-name" data-row-link="" href=format!("/rules/{id}")>{name}</a>
                <span class="rule-words">
                    {(!subject.is_empty()).then(|| view! { <span class="code">{subject}</span> " " })} {words}
                </span>
            </td>
            <td class="rule-place">{place}</td>
            <td class="nowrap">
                <StateWord state=Signal::stored(mark(row.form.severity)) />
            </td>
            <td class="rule-level">{row.level}</td>
            <td class="nowrap rule-open">{open}</td>
            <td class="rule-switch">{switch}</td>
        </tr>
    }
}

/// Switches a rule on or off; it stands where it was when that could not be done.
#[component]
fn Switch(id: i64, name: String, is_on: RwSignal<bool>) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    // An action of its own that owned a text would have to be dropped by the thread that made it, and pages are rendered by any.
    let switched = StoredValue::new(name.clone());
    let set = Action::new_local(move |wanted: &bool| {
        let (wanted, name) = (*wanted, switched.get_value());
        async move {
            let done = switch_rule(id, wanted).await;
            match &done {
                Ok(()) if wanted => {
                    toasts.show(ToastKind::Done, text!(texts, rules.switched_on, name = name).to_string())
                }
                Ok(()) => toasts.show(ToastKind::Done, text!(texts, rules.switched_off, name = name).to_string()),
                Err(error) => {
                    is_on.try_set(!wanted);
                    toasts.show(ToastKind::Failed, error.message(texts));
                }
            }
            done.map_err(|error: AppError| error)
        }
    });
    view! {
        <label class="switch">
            <input
                type="checkbox"
                role="switch"
                aria-label=text!(texts, rules.switch, name = name).to_string()
                checked=is_on.get_untracked()
                prop:checked=move || is_on.get()
                disabled=move || set.pending().get()
                on:change=move |event| {
                    let wanted = event_target_checked(&event);
                    is_on.set(wanted);
                    set.dispatch_local(wanted);
                }
            />
            <span class="switch-word" aria-hidden="true">
                {move || if is_on.get() { text!(texts, rules.on) } else { text!(texts, rules.off) }}
            </span>
        </label>
    }
}
