//! Rules and incidents: one open incident for each rule and series, and nothing left hanging.

use domain::{
    RuleId, ServerId,
    alerts::{Comparison, Condition, Rule, Scope, Severity, State, Threshold},
    incident_filter::IncidentFilter,
};
use store::{
    Error, Store,
    alerts::{Began, Changes, Happened},
    incident_list::IncidentQuery,
};

use crate::fixture::{NOW, new_server};

fn rule(name: &str) -> Rule {
    let threshold = Threshold { comparison: Comparison::Above, fire: 90.0, clear: 85.5 };
    Rule {
        id: RuleId(0),
        name: name.to_owned(),
        condition: Condition::Value { series: "cpu.busy".to_owned(), threshold },
        scope: Scope::All,
        severity: Severity::Critical,
        for_secs: 60,
        clear_secs: 0,
        is_enabled: true,
        level_id: None,
    }
}

fn began(rule: &Rule) -> Began {
    Began {
        rule: rule.id,
        rule_name: rule.name.clone(),
        server_name: "one".to_owned(),
        series: "cpu.busy".to_owned(),
        severity: rule.severity,
        level: rule.level(),
        priority: rule.priority(),
        value: Some(99.5),
        since_ms: NOW,
        at_ms: NOW + 60_000,
    }
}

async fn with_one_server(store: &Store) -> (ServerId, Rule) {
    let server = store.servers().create(new_server("one"), NOW).await.unwrap();
    (server.id, store.alerts().create_rule(rule("CPU"), NOW).await.unwrap())
}

async fn open(store: &Store) -> usize {
    let open = IncidentFilter { only_open: true, ..IncidentFilter::default() };
    store.alerts().incidents(&IncidentQuery { filter: open, limit: 10, before: None }).await.unwrap().len()
}

on_each_database! {
    async fn rules_come_back_as_they_were_written(store) {
        let cpu = store.alerts().create_rule(rule("CPU"), NOW).await.unwrap();
        let error = store.alerts().create_rule(rule("CPU"), NOW).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { field: "name" }), "{error:?}");
        let changed = Rule { name: "A better name".to_owned(), condition: Condition::Offline, is_enabled: false, ..cpu.clone() };
        assert!(store.alerts().change_rule(&changed, NOW + 1).await.unwrap());
        assert_eq!(store.alerts().rules().await.unwrap(), [changed]);
        assert!(!store.alerts().change_rule(&Rule { id: RuleId(99), ..cpu }, NOW).await.unwrap());
    }

    async fn what_began_is_open_once_until_it_is_over(store) {
        let (server, rule) = with_one_server(store).await;
        let series = "cpu.busy".to_owned();
        let firing = State::Firing { since_ms: NOW, good_since_ms: Some(NOW + 5) };
        let fires = Changes { states: vec![(rule.id, series.clone(), firing)], happened: vec![Happened::Began(began(&rule))] };
        let begun = store.alerts().apply(vec![(server, fires.clone())]).await.unwrap();
        assert_eq!((begun.len(), begun[0].server_id, begun[0].value, begun[0].ended_at_ms), (1, Some(server), Some(99.5), None));
        assert_eq!(store.alerts().states().await.unwrap(), [(server, rule.id, series.clone(), firing)]);
        assert_eq!(store.alerts().apply(vec![(server, fires)]).await.unwrap(), [], "a second time it is the same");
        assert_eq!(store.alerts().open_by_rule().await.unwrap(), [(rule.id, 1)]);
        let over = Changes { states: vec![(rule.id, series.clone(), State::Quiet)], happened: vec![Happened::Ended { rule: rule.id, series, at_ms: NOW + 90_000 }] };
        store.alerts().apply(vec![(server, over)]).await.unwrap();
        let all = store.alerts().incidents(&IncidentQuery { limit: 10, ..IncidentQuery::default() }).await.unwrap();
        assert_eq!((all.len(), all[0].id, all[0].ended_at_ms), (1, begun[0].id, Some(NOW + 90_000)));
        assert_eq!((open(store).await, store.alerts().states().await.unwrap().len()), (0, 0));
        assert_eq!(store.alerts().open_by_rule().await.unwrap(), []);
    }

    async fn a_rule_or_server_that_is_deleted_leaves_nothing_open(store) {
        let (server, rule) = with_one_server(store).await;
        let series = "cpu.busy".to_owned();
        let states = vec![(rule.id, series, State::Firing { since_ms: NOW, good_since_ms: None })];
        let fires = Changes { states, happened: vec![Happened::Began(began(&rule))] };
        store.alerts().apply(vec![(server, fires.clone())]).await.unwrap();
        assert!(store.alerts().delete_rule(rule.id, NOW + 1).await.unwrap());
        assert_eq!((open(store).await, store.alerts().states().await.unwrap().len()), (0, 0));
        let left = store.alerts().incidents(&IncidentQuery { limit: 1, ..IncidentQuery::default() }).await.unwrap();
        assert_eq!((left[0].rule_id, left[0].rule_name.as_str()), (None, "CPU"));

        let again = store.alerts().create_rule(self::rule("CPU"), NOW).await.unwrap();
        let fires = Changes { states: vec![], happened: vec![Happened::Began(began(&again))] };
        store.alerts().apply(vec![(server, fires)]).await.unwrap();
        store.servers().delete(server).await.unwrap();
        let late = Changes { states: vec![(again.id, String::new(), State::Pending { since_ms: NOW })], happened: vec![] };
        assert_eq!(store.alerts().apply(vec![(server, late)]).await.unwrap(), [], "what is gone keeps nothing and fails nothing");
        assert_eq!(open(store).await, 1);
        assert_eq!(store.alerts().end_orphans(NOW + 2).await.unwrap(), 1);
        assert_eq!(open(store).await, 0);
    }
}
