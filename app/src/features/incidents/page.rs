//! The page of one incident.

use domain::{
    IncidentId, Permission,
    alerts::Incident,
    incidents::{Cause, Dossier},
    unit::Unit,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

use super::{
    actions::Actions,
    api::{IncidentDetail, load_incident},
    around::Around,
    recorder::FlightRecorder,
    steps::Steps,
    timeline::Timeline,
    turns::Turns,
    words,
};
use crate::{
    i18n::use_i18n,
    layout::{Crumb, Me, Page},
    live::{BellState, Clock},
    ui::{Erase, FailedPage, Icon, IconName, Moment, SectionCard, Skeleton, StateWord},
    wire::load,
};

/// One incident. Each has a page of its own: what follows the clock on the page of one must not look for the next one's values.
#[component]
pub fn IncidentPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| id.parse().ok()).unwrap_or(0)));
    move || view! { <OneIncident id=IncidentId(id.get()) /> }.erased()
}

#[component]
fn OneIncident(id: IncidentId) -> impl IntoView {
    let texts = use_i18n();
    let detail = load(|| (), move |()| load_incident(id));
    let crumbs = move || vec![Crumb::new(text!(texts, nav.incidents), "/incidents")];
    view! {
        <Suspense fallback=|| view! { <Skeleton lines=8 /> }>
            {move || Suspend::new(async move {
                match detail.await {
                    Ok(detail) => {
                        let incident = &detail.dossier.incident;
                        let (rule, server) = (incident.rule_name.clone(), incident.server_name.clone());
                        let title = text!(texts, incidents.title, rule = rule, server = server).to_string();
                        view! {
                            <Page title=title crumbs=crumbs()>
                                <Detail detail />
                            </Page>
                        }
                            .erased()
                    }
                    Err(error) => {
                        view! {
                            <Page title=text!(texts, nav.incidents).to_owned()>
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
fn Detail(detail: IncidentDetail) -> impl IntoView {
    let texts = use_i18n();
    let IncidentDetail { dossier, people, now_ms } = detail;
    expect_context::<Clock>().begin(now_ms);
    let id = dossier.incident.id;
    let (shown, turns) = (RwSignal::new(dossier), Turns::new());
    let bell = expect_context::<BellState>();
    // What others do, and what is told meanwhile, is here too; what is being written stays.
    let version = Memo::new(move |_| bell.version());
    Effect::new(move |before: Option<u64>| {
        let version = version.get();
        if before.is_some_and(|before| before != version) {
            let turn = turns.ask();
            spawn_local(async move {
                if let Ok(detail) = load_incident(id).await
                    && turns.is_newest(turn)
                {
                    shown.try_set(detail.dossier);
                }
            });
        }
        version
    });
    let may_act = Me::here().may(Permission::IncidentsWrite);
    view! {
        <div class="incident-page">
            <div class="incident-main">
                {move || view! { <Facts dossier=shown.get() /> }}
                <Around shown />
                <SectionCard title=text!(texts, incidents.timeline)>
                    <Timeline entries=Signal::derive(move || shown.with(|dossier| dossier.timeline.clone())) />
                </SectionCard>
            </div>
            <div class="incident-side">
                {if may_act {
                    view! { <Actions shown turns people /> }.erased()
                } else {
                    view! { <Steps shown choose=None is_busy=Signal::stored(false) /> }.erased()
                }}
            </div>
            <FlightRecorder shown />
        </div>
    }
}

#[component]
fn Facts(dossier: Dossier) -> impl IntoView {
    let texts = use_i18n();
    let clock = expect_context::<Clock>();
    let Dossier { incident, cause, fire, level, silenced_until_ms, maintenance_until_ms, .. } = dossier;
    let (since_ms, ended_at_ms) = (incident.since_ms, incident.ended_at_ms);
    let fact = |term: &'static str, value: AnyView| {
        view! {
            <div>
                <dt>{term}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let server = match incident.server_id {
        Some(id) => view! { <a href=format!("/servers/{id}")>{incident.server_name.clone()}</a> }.erased(),
        None => view! { <span>{incident.server_name.clone()}</span> }.erased(),
    };
    let value = incident.value.filter(|_| !incident.series.is_empty()).map(|value| {
        let unit = Unit::of(&incident.series);
        let limit = fire.map(|fire| text!(texts, incidents.limit, fire = unit.write_measured(fire)).to_string());
        let words = view! {
            <span title=incident.series.clone()>{words::series(texts, &incident.series)}</span>
            " "
            <strong>{unit.write_measured(value)}</strong>
            " "
            <span class="quiet-words">{limit}</span>
        };
        fact(text!(texts, incidents.value), words.erased())
    });
    let taken = (!incident.acknowledged_by.is_empty()).then(|| {
        let words = if incident.reason.is_empty() {
            incident.acknowledged_by.clone()
        } else {
            format!("{}: {}", incident.acknowledged_by, incident.reason)
        };
        fact(text!(texts, incidents.acknowledged), words.into_any())
    });
    let assignee = (!incident.assignee.is_empty())
        .then(|| fact(text!(texts, incidents.assigned), incident.assignee.clone().into_any()));
    let silenced = silenced_until_ms.map(|at_ms| {
        fact(text!(texts, incidents.silenced_until), view! { <Moment at_ms=Signal::stored(at_ms) /> }.erased())
    });
    let cause = cause.map(|cause| {
        let Cause { id, rule_name, server_name } = cause;
        let words = text!(texts, incidents.title, rule = rule_name, server = server_name).to_string();
        fact(text!(texts, incidents.cause), view! { <a href=format!("/incidents/{id}")>{words}</a> }.erased())
    });
    let maintenance = maintenance_until_ms.map(|at_ms| {
        fact(text!(texts, incidents.maintenance_until), view! { <Moment at_ms=Signal::stored(at_ms) /> }.erased())
    });
    let priority = text!(texts, incidents.priority_word, number = incident.priority).to_string();
    let rule = incident.rule_id.map(|id| {
        fact(
            text!(texts, incidents.rule),
            view! { <a href=format!("/rules/{id}")>{incident.rule_name.clone()}</a> }.erased(),
        )
    });
    let charts = incident.server_id.map(|_| {
        let around = incident.clone();
        let href = move || words::charts_address(&around, clock.now_ms());
        view! {
            <a class="button" href=href>
                <Icon name=IconName::Clock />
                {text!(texts, incidents.charts)}
            </a>
        }
    });
    let standing = words::standing(texts, &incident);
    let severity = incident.severity;
    let is_over = ended_at_ms.is_some();
    let lasting: Incident = incident;
    view! {
        <section class="card incident-facts" data-over=is_over.to_string() data-severity=words::mark(severity).name()>
            <header class="incident-head">
                <StateWord state=Signal::stored(words::mark(severity)) />
                <span class="incident-priority">{priority}</span>
                <span class="incident-standing">{standing}</span>
                <span class="incident-links">{charts}</span>
            </header>
            <dl class="facts">
                {fact(text!(texts, incidents.server), server)} {rule} {cause} {value}
                {fact(text!(texts, incidents.since), view! { <Moment at_ms=Signal::stored(since_ms) /> }.erased())}
                {ended_at_ms
                    .map(|at_ms| {
                        fact(text!(texts, incidents.ended), view! { <Moment at_ms=Signal::stored(at_ms) /> }.erased())
                    })}
                {fact(
                    text!(texts, incidents.lasted),
                    view! { <span>{move || words::lasted(&lasting, clock.now_ms())}</span> }.erased(),
                )} {taken} {assignee} {silenced} {maintenance} {fact(text!(texts, incidents.level), level.into_any())}
            </dl>
        </section>
    }
}
