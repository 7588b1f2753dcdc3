//! The dashboard for Grafana asks for nothing that we do not give.

use std::{collections::BTreeSet, process::Command};

use serde_json::Value;

use crate::{harness::TestServer, metrics::Scrape};

const DASHBOARD: &str = include_str!("../../../deploy/grafana/server-monitor.json");

/// Every query of the panels and variables.
fn queries() -> Vec<String> {
    fn collect(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                let own = ["expr", "definition"].iter().filter_map(|name| fields.get(*name)?.as_str());
                found.extend(own.map(str::to_owned));
                fields.values().for_each(|field| collect(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(&serde_json::from_str(DASHBOARD).unwrap(), &mut found);
    assert!(found.len() > 40, "{}", found.len());
    found
}

#[tokio::test]
async fn every_metric_that_the_dashboard_asks_for_is_there() {
    let (_server, admin) = TestServer::with_admin().await;
    let given = Scrape::of(&admin.get("/metrics/servers").await.text).kinds;
    let mut asked = BTreeSet::new();
    for query in queries() {
        let words = query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let is_ours = |word: &&str| word.starts_with("node_") || word.starts_with("server_monitor_");
        asked.extend(words.filter(is_ours).map(str::to_owned));
    }
    let missing: Vec<_> = asked.iter().filter(|name| !given.contains_key(*name)).collect();
    assert_eq!(missing, Vec::<&String>::new());
    let unused: Vec<_> = given.keys().filter(|name| !asked.contains(*name)).collect();
    assert!(unused.len() * 3 < given.len(), "it shows most of what there is: {unused:?}");
}

#[test]
fn promtool_can_read_every_query_of_the_dashboard() {
    let queries = queries().into_iter().filter(|query| !query.starts_with("label_values("));
    let rules: Vec<_> = queries
        .map(|query| query.replace("$__rate_interval", "1m"))
        .enumerate()
        .map(|(index, expr)| serde_json::json!({"record": format!("query_{index}"), "expr": expr}))
        .collect();
    // JSON is YAML too.
    let rules = serde_json::json!({"groups": [{"name": "dashboard", "rules": rules}]});
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.yml");
    std::fs::write(&file, rules.to_string()).unwrap();
    let Ok(output) = Command::new("promtool").args(["check", "rules", "--lint=none"]).arg(&file).output() else {
        eprintln!("skipped: needs promtool");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
