//! Recordings: written once, read apart from what they weigh, forgotten by age and number, gone with their incident.

use std::sync::Arc;

use domain::{
    IncidentId, LevelId, ServerId,
    alerts::{Condition, Rule, Scope, Severity},
    recording::RecordingState,
};
use store::{
    Store,
    alerts::{Began, Changes, Happened},
    recordings::NewRecording,
};

use crate::fixture::{NOW, new_server};

/// So many incidents of one server.
async fn incidents(store: &Store, count: usize) -> Vec<IncidentId> {
    let server = store.servers().create(new_server("one"), NOW).await.unwrap();
    let rule = Rule {
        id: domain::RuleId(0),
        name: "Down".to_owned(),
        condition: Condition::Offline,
        scope: Scope::All,
        severity: Severity::Critical,
        for_secs: 0,
        clear_secs: 0,
        is_enabled: true,
        level_id: None,
    };
    let rule = store.alerts().create_rule(rule, NOW).await.unwrap();
    let happened = (0..count).map(|place| {
        Happened::Began(Began {
            rule: rule.id,
            rule_name: rule.name.clone(),
            server_name: "one".to_owned(),
            series: format!("s{place}"),
            severity: Severity::Critical,
            level: LevelId(3),
            priority: 1,
            value: None,
            since_ms: NOW,
            at_ms: NOW,
        })
    });
    let changes = Changes { states: Vec::new(), happened: happened.collect() };
    let begun = store.alerts().apply(vec![(ServerId(server.id.0), changes)]).await.unwrap();
    begun.into_iter().map(|incident| incident.id).collect()
}

fn taken(incident: IncidentId, at_ms: i64) -> NewRecording {
    NewRecording { incident, at_ms, state: RecordingState::Taken, data: Some(Arc::new(vec![1, 2, 3])) }
}

on_each_database! {
    async fn what_is_written_stays_and_its_state_is_read_without_it(store) {
        let ids = incidents(store, 2).await;
        let failed = NewRecording { incident: ids[1], at_ms: NOW, state: RecordingState::TooMany, data: None };
        store.recordings().put(&[taken(ids[0], NOW), failed.clone()]).await.unwrap();
        store.recordings().put(&[NewRecording { incident: ids[0], ..failed }]).await.unwrap();
        let status = store.recordings().status(ids[0]).await.unwrap();
        assert_eq!((status.state, status.at_ms), (RecordingState::Taken, NOW));
        assert_eq!(store.recordings().data(ids[0]).await.unwrap(), Some((NOW, vec![1, 2, 3])));
        assert_eq!(store.recordings().status(ids[1]).await.unwrap().state, RecordingState::TooMany);
        assert_eq!(store.recordings().data(ids[1]).await.unwrap(), None);
        assert_eq!(store.recordings().status(IncidentId(99)).await.unwrap().state, RecordingState::None);
    }

    async fn the_old_and_what_is_too_many_is_forgotten(store) {
        let ids = incidents(store, 5).await;
        let all: Vec<_> = ids.iter().zip(0..).map(|(id, place)| taken(*id, NOW + place * 1_000)).collect();
        store.recordings().put(&all).await.unwrap();
        assert_eq!(store.recordings().forget(NOW + 1_000, 10).await.unwrap(), 1, "by age");
        assert_eq!(store.recordings().forget(NOW, 3).await.unwrap(), 1, "by number");
        assert_eq!(store.recordings().forget(NOW, 3).await.unwrap(), 0);
        let mut left = Vec::new();
        for id in ids {
            left.push(store.recordings().data(id).await.unwrap().is_some());
        }
        assert_eq!(left, [false, false, true, true, true]);
    }

    async fn a_recording_of_no_incident_is_refused(store) {
        assert!(store.recordings().put(&[taken(IncidentId(7), NOW)]).await.is_err());
    }
}
