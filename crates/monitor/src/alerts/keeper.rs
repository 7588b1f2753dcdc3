//! Looks once a second at who answers, and writes down what rules found.

use std::{collections::HashMap, sync::Arc, time::Duration};

use domain::{
    ServerId,
    notify::Event,
    servers::{Server, Via},
    status::Status,
};
use store::Store;
use tokio::time;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::desk::Desk;
use crate::{
    clock,
    fleet::Fleet,
    notifications::{Bell, Events},
};

/// How often.
const EVERY: Duration = Duration::from_secs(1);

/// Does so until the program stops, and once more then.
pub(crate) async fn run(
    desk: Arc<Desk>,
    fleet: Arc<Fleet>,
    store: Arc<Store>,
    bell: Arc<Bell>,
    events: Events,
    stop: CancellationToken,
) {
    let mut is_failing = false;
    let mut answered = HashMap::new();
    loop {
        let stopped = time::timeout(EVERY, stop.cancelled()).await.is_ok();
        let now_ms = clock::now_ms();
        if !stopped {
            let lost = fleet.board().cut_off();
            for entry in fleet.board().all() {
                let server = entry.server();
                desk.connection(&server, now_ms);
                if server.via == Via::Local {
                    desk.cut_off(&server, now_ms, lost);
                }
                note_change(&mut answered, &server, now_ms, &events);
            }
        }
        let unsaved = desk.unsaved();
        if !unsaved.is_empty() {
            match store.alerts().apply(unsaved.clone()).await {
                Ok(begun) => {
                    desk.saved(&unsaved);
                    bell.plan.notify_one();
                    for incident in begun {
                        info!(
                            incident = incident.id.0,
                            server = incident.server_name,
                            rule = incident.rule_name,
                            series = incident.series,
                            "an incident began"
                        );
                    }
                    is_failing = false;
                }
                Err(cause) if !is_failing => {
                    warn!(%cause, "incidents cannot be written; they are kept in memory for now");
                    is_failing = true;
                }
                Err(_) => {}
            }
        }
        if stopped {
            return;
        }
    }
}

/// Tells webhooks when a server answers again, or no more.
fn note_change(answered: &mut HashMap<ServerId, bool>, server: &Server, now_ms: i64, events: &Events) {
    let answers = match server.status {
        Status::Online => true,
        Status::Offline => false,
        Status::Unknown => return,
    };
    let before = answered.insert(server.id, answers);
    if before.is_none_or(|before| before == answers) {
        return;
    }
    let (detail, severity) = if answers { ("online", "info") } else { ("offline", "critical") };
    events.happened(Event {
        event_type: "server.status_changed".to_owned(),
        at_ms: now_ms,
        server_id: Some(server.id.0),
        server_name: server.name.clone(),
        target_type: "server".to_owned(),
        target_id: server.id.to_string(),
        action: "server.status_changed".to_owned(),
        detail: detail.to_owned(),
        severity: severity.to_owned(),
        ..Event::default()
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_changes_are_told() {
        let (events, mut recorder) = Events::new();
        let mut answered = HashMap::new();
        for status in
            [Status::Unknown, Status::Offline, Status::Offline, Status::Online, Status::Unknown, Status::Offline]
        {
            let server = Server { status, ..crate::fixture::server() };
            note_change(&mut answered, &server, 1_000, &events);
        }
        drop(events);
        let mut told = Vec::new();
        while let Some(event) = recorder.next().await {
            told.push(event.detail);
        }
        assert_eq!(told, ["online", "offline"]);
    }
}
