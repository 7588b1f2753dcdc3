//! Server functions of incidents.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::{IncidentId, alerts::Incident, incidents::Dossier};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// Which incidents a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Those that are over as well.
    pub all: bool,
    /// Those of one server.
    pub server: Option<i64>,
    /// Those before this one: the next page.
    pub before: Option<i64>,
}

/// A page of incidents, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct IncidentList {
    /// The incidents.
    pub incidents: Vec<Incident>,
    /// Whether there are more.
    pub has_more: bool,
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

/// What the bell says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// How many incidents are not over.
    pub open: u32,
    /// How many of the last 30 days the person has not seen.
    pub unseen: u32,
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
        let filter = monitor::IncidentFilter {
            server: wanted.server.map(domain::ServerId),
            only_open: !wanted.all,
            before: wanted.before.map(IncidentId),
            limit: Some(PAGE + 1),
        };
        let mut incidents = monitor.alerts().incidents(&actor, filter).await?;
        let has_more = incidents.len() > PAGE as usize;
        incidents.truncate(PAGE as usize);
        Ok(IncidentList { incidents, has_more, now_ms: context::now_ms() })
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

/// What the bell says.
///
/// # Errors
/// When nobody is logged in.
#[server(prefix = "/sfn", endpoint = "incident-counts", input = Postcard, output = Postcard)]
pub async fn load_counts() -> Result<Counts, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        let (open, unseen) = (monitor.alerts().open_count(&actor).await?, monitor.alerts().unseen(&actor).await?);
        let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Counts { open: number(open), unseen: number(unseen) })
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
