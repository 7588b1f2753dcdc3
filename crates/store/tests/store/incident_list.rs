//! Lists of incidents: what narrows them, how many are open where, and what is done to many at once.

use domain::{
    IncidentId, LevelId, ServerId,
    alerts::{Comparison, Condition, Rule, Scope, Severity, Threshold},
    fleet::OpenIncidents,
    incident_filter::IncidentFilter,
    incidents::Act,
};
use store::{
    Store,
    alerts::{Began, Changes, Happened},
    incident_list::IncidentQuery,
};

use crate::fixture::{NOW, new_server};

async fn rule(store: &Store, name: &str, severity: Severity) -> Rule {
    let threshold = Threshold { comparison: Comparison::Above, fire: 90.0, clear: 85.5 };
    let rule = Rule {
        id: domain::RuleId(0),
        name: name.to_owned(),
        condition: Condition::Value { series: "disk_100%".to_owned(), threshold },
        scope: Scope::All,
        severity,
        for_secs: 0,
        clear_secs: 0,
        is_enabled: true,
        level_id: None,
    };
    store.alerts().create_rule(rule, NOW).await.unwrap()
}

fn began(rule: &Rule, server: &str, series: &str) -> Happened {
    Happened::Began(Began {
        rule: rule.id,
        rule_name: rule.name.clone(),
        server_name: server.to_owned(),
        series: series.to_owned(),
        severity: rule.severity,
        level: LevelId(1),
        priority: rule.priority(),
        value: Some(99.5),
        since_ms: NOW,
        at_ms: NOW,
    })
}

/// Two servers: `web` with a critical and a warning, `db` with a critical one.
async fn filled(store: &Store) -> (ServerId, ServerId, Rule) {
    let web = store.servers().create(new_server("web"), NOW).await.unwrap().id;
    let db = store.servers().create(new_server("db"), NOW).await.unwrap().id;
    let (full, busy) =
        (rule(store, "Disk full", Severity::Critical).await, rule(store, "CPU busy", Severity::Warning).await);
    let changes = |happened| Changes { states: Vec::new(), happened };
    let of_web = vec![began(&full, "web", "filesystem.used:/a_b"), began(&busy, "web", "cpu.busy")];
    let all = vec![(web, changes(of_web)), (db, changes(vec![began(&full, "db", "filesystem.used:/axb")]))];
    store.alerts().apply(all).await.unwrap();
    (web, db, full)
}

async fn found(store: &Store, filter: IncidentFilter) -> Vec<String> {
    let query = IncidentQuery { filter: filter.clone(), before: None, limit: 100 };
    let found = store.alerts().incidents(&query).await.unwrap();
    assert_eq!(store.alerts().count_incidents(&filter).await.unwrap(), found.len() as u64);
    found.into_iter().map(|one| format!("{} on {}", one.rule_name, one.server_name)).collect()
}

on_each_database! {
    async fn each_filter_narrows_by_what_it_says(store) {
        let (web, _, full) = filled(store).await;
        let all = IncidentFilter::default();
        let both = ["Disk full on db", "Disk full on web"];
        assert_eq!(found(store, all.clone()).await, ["Disk full on db", "CPU busy on web", "Disk full on web"]);
        assert_eq!(found(store, IncidentFilter { server: Some(web), ..all.clone() }).await.len(), 2);
        assert_eq!(found(store, IncidentFilter { severity: Some(Severity::Critical), ..all.clone() }).await, both);
        assert_eq!(found(store, IncidentFilter { rule: Some(full.id), ..all.clone() }).await, both);
        assert_eq!(found(store, IncidentFilter { priority: Some(3), ..all.clone() }).await, ["CPU busy on web"]);
        let search = |text: &str| IncidentFilter { search: text.to_owned(), ..IncidentFilter::default() };
        assert_eq!(found(store, search("WEB disk")).await, ["Disk full on web"]);
        assert_eq!(found(store, search("cpu.busy")).await, ["CPU busy on web"]);
        assert_eq!(found(store, search("/a_b")).await, ["Disk full on web"], "an underscore is one, and no pattern");
        assert!(found(store, search("%")).await.is_empty());

        store.alerts().act_on_all(&search("cpu"), None, &Act::Resolve { text: String::new() }, "ada", NOW + 5).await.unwrap();
        assert_eq!(found(store, IncidentFilter { only_open: true, ..all }).await, both);
    }

    async fn what_is_done_at_once_is_done_to_each_that_is_open_and_written_down(store) {
        let (web, db, _) = filled(store).await;
        let take = Act::Acknowledge { reason: "the storm".to_owned() };
        let critical = IncidentFilter { severity: Some(Severity::Critical), ..IncidentFilter::default() };
        let done = store.alerts().act_on_all(&critical, Some(IncidentId(1)), &take, "ada", NOW + 1).await.unwrap();
        assert_eq!(done, [IncidentId(1)], "what began after the last that was shown is left alone");
        let done = store.alerts().act_on_all(&critical, None, &take, "bob", NOW + 2).await.unwrap();
        assert_eq!(done, [IncidentId(3)], "what somebody has taken on stays theirs");
        assert_eq!(store.incidents().get(IncidentId(1)).await.unwrap().unwrap().acknowledged_by, "ada");
        let written = store.incidents().written(IncidentId(3)).await.unwrap();
        assert_eq!((written[0].kind.as_str(), written[0].person.as_str(), written[0].detail.as_str()), ("acknowledged", "bob", "the storm"));
        let open = store.alerts().open_by_server().await.unwrap();
        assert_eq!(open[&web], OpenIncidents { critical: 0, warning: 1, acknowledged: 1 });
        assert_eq!(open[&db], OpenIncidents { acknowledged: 1, ..OpenIncidents::default() });
        let taken = IncidentFilter { acknowledged: Some(true), ..IncidentFilter::default() };
        assert_eq!(found(store, taken).await.len(), 2);

        let (all, over) = (IncidentFilter::default(), Act::Resolve { text: String::new() });
        assert_eq!(store.alerts().act_on_all(&all, None, &over, "ada", NOW + 3).await.unwrap().len(), 3);
        assert!(store.alerts().open_by_server().await.unwrap().is_empty());
    }
}
