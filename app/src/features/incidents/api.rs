//! Server functions of incidents.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::{IncidentId, ServerId, alerts::Incident, incident_filter::IncidentFilter, incidents::Dossier, live::Bell};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

use super::wanted::Wanted;
use crate::error::AppError;

/// A page of incidents, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct IncidentList {
    /// The incidents.
    pub incidents: Vec<Incident>,
    /// Whether there are more.
    pub has_more: bool,
    /// How many there are in all that are wanted.
    pub total: u32,
    /// How many of them are open and acknowledged by nobody.
    pub waiting: u32,
    /// The server's clock, in Unix milliseconds.
    pub now_ms: i64,
}

/// One incident, with the server's clock in Unix milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentDetail {
    /// All that is known of it.
    pub dossier: Dossier,
    /// The accounts it can be assigned to.
    pub people: Vec<String>,
    /// The server's clock, in Unix milliseconds.
    pub now_ms: i64,
}

/// What the list can be narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// All rules, by name.
    pub rules: Vec<(i64, String)>,
    /// The server that is chosen. There may be thousands: the others are asked for when the page is there.
    pub server: Option<(i64, String)>,
}

/// How many incidents a page has.
#[cfg(feature = "ssr")]
const PAGE: u32 = 50;

/// A page of incidents.
///
/// # Errors
/// When nobody is logged in.
#[server(prefix = "/sfn", endpoint = "incidents", input = Postcard, output = Postcard)]
pub async fn load_incidents(wanted: Wanted) -> Result<IncidentList, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        let Wanted { filter, before } = wanted;
        let query = monitor::IncidentQuery { filter: filter.clone(), before, limit: Some(PAGE + 1) };
        let mut incidents = monitor.alerts().incidents(&actor, query).await?;
        let has_more = incidents.len() > PAGE as usize;
        incidents.truncate(PAGE as usize);
        let count = async |filter| {
            monitor.alerts().count(&actor, filter).await.map(|count| u32::try_from(count).unwrap_or(u32::MAX))
        };
        let total = count(filter.clone()).await?;
        let waiting = match filter.acknowledged {
            Some(true) => 0,
            _ => count(IncidentFilter { only_open: true, acknowledged: Some(false), ..filter }).await?,
        };
        Ok(IncidentList { incidents, has_more, total, waiting, now_ms: context::now_ms() })
    };
    ask.await.map_err(context::refuse)
}

/// All that is known of an incident. The person has seen it then.
///
/// # Errors
/// When nobody is logged in, or there is none.
#[server(prefix = "/sfn", endpoint = "incident", input = Postcard, output = Postcard)]
pub async fn load_incident(id: IncidentId) -> Result<IncidentDetail, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        let dossier = monitor.alerts().incident(&actor, id).await?;
        let people = monitor.alerts().assignees(&actor).await?;
        Ok(IncidentDetail { dossier, people, now_ms: context::now_ms() })
    };
    ask.await.map_err(context::refuse)
}

/// Does something about an incident: `action` is its name in the REST API, `text` what is said, `number` minutes or a priority.
///
/// # Errors
/// Names the fields that cannot be taken.
#[server(prefix = "/sfn", endpoint = "incident-act", input = Postcard, output = Postcard)]
pub async fn act_on_incident(
    id: IncidentId,
    action: String,
    text: String,
    number: u32,
) -> Result<IncidentDetail, AppError> {
    use crate::context;
    use domain::incidents::{Act, Step};
    let act = async {
        let (monitor, actor) = context::actor().await?;
        let act = match action.as_str() {
            "acknowledge" => Act::Acknowledge { reason: text },
            "assign" => Act::Assign { assignee: text },
            "prioritise" => Act::Prioritise { priority: u8::try_from(number).unwrap_or(0) },
            "step" => {
                let step = Step::named(&text).ok_or_else(|| domain::Error::invalid("step", "is none that there is"))?;
                Act::Step { step }
            }
            "note" => Act::Note { text },
            "resolve" => Act::Resolve { text },
            "silence" => Act::Silence { minutes: number, reason: text },
            _ => return Err(domain::Error::invalid("action", "is none that there is")),
        };
        let dossier = monitor.alerts().act(&actor, id, act).await?;
        let people = monitor.alerts().assignees(&actor).await?;
        Ok(IncidentDetail { dossier, people, now_ms: context::now_ms() })
    };
    act.await.map_err(context::refuse)
}

/// Acknowledges all open incidents that are wanted and nobody has acknowledged, up to the newest that was shown. Returns how many.
///
/// # Errors
/// When the role does not allow it, or a field cannot be taken.
#[server(prefix = "/sfn", endpoint = "incidents-acknowledge", input = Postcard, output = Postcard)]
pub async fn acknowledge_all(
    filter: IncidentFilter,
    up_to: Option<IncidentId>,
    reason: String,
) -> Result<u32, AppError> {
    use crate::context;
    let act = async {
        let (monitor, actor) = context::actor().await?;
        let act = domain::incidents::Act::Acknowledge { reason };
        monitor.alerts().act_on_all(&actor, filter, up_to, act).await
    };
    act.await.map(|count| u32::try_from(count).unwrap_or(u32::MAX)).map_err(context::refuse)
}

/// What the list can be narrowed to, with the server that it is narrowed to.
///
/// # Errors
/// When nobody is logged in.
#[server(prefix = "/sfn", endpoint = "incident-choices", input = Postcard, output = Postcard)]
pub async fn load_choices(server: Option<ServerId>) -> Result<Choices, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        let rules = monitor.alerts().rules(&actor).await?;
        // One that is gone is called by its id.
        let name =
            |id: ServerId| monitor.servers().get(&actor, id).map_or_else(|_| id.to_string(), |server| server.name);
        Ok(Choices {
            rules: rules.into_iter().map(|rule| (rule.id.0, rule.name)).collect(),
            server: server.map(|id| (id.0, name(id))),
        })
    };
    ask.await.map_err(context::refuse)
}

/// What the bell says.
///
/// # Errors
/// When nobody is logged in.
#[server(prefix = "/sfn", endpoint = "bell", input = Postcard, output = Postcard)]
pub async fn load_bell() -> Result<Bell, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        monitor.alerts().bell(&actor).await
    };
    ask.await.map_err(context::refuse)
}

/// Notes that the person has seen all incidents.
///
/// # Errors
/// When nobody is logged in.
#[server(prefix = "/sfn", endpoint = "incidents-seen", input = Postcard, output = Postcard)]
pub async fn mark_all_seen() -> Result<(), AppError> {
    use crate::context;
    let mark = async {
        let (monitor, actor) = context::actor().await?;
        monitor.alerts().mark_seen(&actor, None).await
    };
    mark.await.map_err(context::refuse)
}
