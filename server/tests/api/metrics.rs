//! `/metrics` and `/metrics/servers`, as Prometheus and those who know node_exporter see them.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    process::{Command, Stdio},
};

use domain::Secret;
use reqwest::StatusCode;
use serde_json::json;

use crate::{
    harness::{Client, TestServer, dead_server, eventually},
    node_exporter,
};

const TOKEN: &str = "a-token-that-nobody-guesses";

/// A scrape: the kind of each family, and the value of each series.
pub struct Scrape {
    pub kinds: BTreeMap<String, String>,
    pub series: BTreeMap<String, f64>,
}

impl Scrape {
    /// Reads the text strictly: every series belongs to the family above it, and there is none twice.
    pub fn of(text: &str) -> Self {
        let mut scrape = Self { kinds: BTreeMap::new(), series: BTreeMap::new() };
        let mut family = "";
        for line in text.lines() {
            if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' ')) {
                assert!(scrape.kinds.insert(name.to_owned(), kind.to_owned()).is_none(), "{name} twice");
                family = name;
            } else if !line.starts_with('#') {
                let (name, value) = line.rsplit_once(' ').unwrap();
                assert_eq!(name.split('{').next(), Some(family), "{line}");
                assert!(scrape.series.insert(name.to_owned(), value.parse().unwrap()).is_none(), "{name} twice");
            }
        }
        scrape
    }

    /// The series of the only server that answers, named as that server's own exporter would.
    fn of_one(self) -> BTreeMap<String, f64> {
        let own = |name: String| match name.split_once("instance=\"").and_then(|(_, rest)| rest.split_once('"')) {
            Some((instance, _)) => {
                let label = format!("instance=\"{instance}\"");
                name.replace(&format!("{label},"), "").replace(&format!("{{{label}}}"), "")
            }
            None => name,
        };
        self.series.into_iter().map(|(name, value)| (own(name), value)).collect()
    }

    /// The names of a family's labels, of all its series together, without `instance`.
    pub fn labels(&self, family: &str) -> BTreeSet<String> {
        let of_family = self.series.keys().filter_map(|name| name.strip_prefix(family)?.strip_prefix('{'));
        let named = of_family.flat_map(|labels| labels.split("\",").filter_map(|label| label.split_once('=')));
        named.map(|(name, _)| name.to_owned()).filter(|name| name != "instance").collect()
    }
}

async fn scrape(client: &Client, path: &str) -> Scrape {
    let answer = client.get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    Scrape::of(&answer.text)
}

/// A program that watches this machine, with its newest values there.
pub async fn watching_this_machine() -> (TestServer, Client) {
    let server = TestServer::start(|_| {}, |options| options.watch_self = true).await;
    let admin = server.set_up().await;
    eventually("this machine answers", async || {
        let text = admin.get("/metrics/servers").await.text;
        text.contains("node_filesystem_size_bytes{").then_some(())
    })
    .await;
    (server, admin)
}

/// What `promtool check metrics` has to say about a text; `None` where there is no promtool.
fn promtool(text: &str) -> Option<String> {
    let command =
        Command::new("promtool").args(["check", "metrics"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = command else {
        eprintln!("skipped: needs promtool");
        return None;
    };
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Some(String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn the_monitor_tells_how_it_does() {
    let (server, admin) = watching_this_machine().await;
    admin.post("/api/servers", dead_server("web-1")).await;
    eventually("the dead server is offline", async || {
        let own = scrape(&admin, "/metrics").await;
        (own.series["server_monitor_servers{status=\"offline\"}"] == 1.0).then_some(())
    })
    .await;
    let stream = admin.request(reqwest::Method::GET, "/api/stream").send().await.unwrap();
    let own = scrape(&admin, "/metrics").await;
    drop(stream);
    let value = |name: &str| own.series[name];
    assert_eq!(value("server_monitor_servers{status=\"online\"}"), 1.0);
    assert!(value("server_monitor_reports_total") >= 2.0);
    assert!(value("server_monitor_report_bytes_total") > 1_000.0);
    assert!(value("server_monitor_connection_failures_total") >= 1.0);
    let attempts = value("server_monitor_connection_attempts_total");
    assert!(attempts > value("server_monitor_connection_failures_total"));
    assert_eq!(value("server_monitor_live_connections"), 1.0);
    assert_eq!(value("server_monitor_live_readers{stream=\"fleet\"}"), 1.0);
    assert_eq!(value("server_monitor_database_up"), 1.0);
    assert!(value("process_cpu_seconds_total") > 0.0 && value("process_open_fds") > 3.0);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(value(&format!("server_monitor_build_info{{version=\"{version}\"}}")), 1.0);
    drop(server);
}

#[tokio::test]
async fn promtool_finds_nothing_but_names_that_are_node_exporters() {
    let (_server, admin) = watching_this_machine().await;
    let Some(found) = promtool(&admin.get("/metrics").await.text) else { return };
    assert_eq!(found, "");
    let found = promtool(&admin.get("/metrics/servers").await.text).unwrap();
    let ours: Vec<_> = found
        .lines()
        .filter(|line| !(line.starts_with("node_memory_") && line.ends_with("'snake_case' not 'camelCase'")))
        .collect();
    assert_eq!(ours, Vec::<&str>::new());
}

#[tokio::test]
async fn series_are_those_of_node_exporter() {
    let Some(exporter) = node_exporter::start() else { return };
    let (_server, admin) = watching_this_machine().await;
    let ours = scrape(&admin, "/metrics/servers").await;
    let theirs = Scrape::of(&exporter.scrape().await);
    // Of the machine's hardware and kernel depends what is there: sensors, pressure.
    let same: Vec<_> = ours.kinds.keys().filter(|name| theirs.kinds.contains_key(*name)).collect();
    assert!(same.len() > 40, "{same:?}");
    for name in ours.kinds.keys().filter(|name| name.starts_with("node_")) {
        let depends = ["node_hwmon_", "node_pressure_"].iter().any(|prefix| name.starts_with(prefix));
        assert!(depends || same.contains(&name), "{name} is none of node_exporter's");
    }
    for name in same {
        assert_eq!(ours.kinds[name], theirs.kinds[name], "{name}");
        let (own, other) = (ours.labels(name), theirs.labels(name));
        // Of the system's names we know some.
        assert!(
            if name.ends_with("_info") { own.is_subset(&other) } else { own == other },
            "{name}: {own:?}, {other:?}"
        );
    }
}

#[tokio::test]
async fn totals_are_the_machines_own_and_rise() {
    let Some(exporter) = node_exporter::start() else { return };
    let (_server, admin) = watching_this_machine().await;
    let before = scrape(&admin, "/metrics/servers").await.of_one();
    let theirs = Scrape::of(&exporter.scrape().await).series;
    let after = eventually("a newer report", async || {
        let after = scrape(&admin, "/metrics/servers").await.of_one();
        (after["node_context_switches_total"] > before["node_context_switches_total"]).then_some(after)
    })
    .await;
    let families =
        ["node_cpu_seconds", "node_context", "node_forks", "node_network", "node_memory_MemTotal", "node_boot"];
    let is_compared =
        |name: &&String| families.iter().any(|family| name.starts_with(family)) || *name == "node_time_seconds";
    // node_exporter leaves the loopback out.
    let compared: Vec<_> = before.keys().filter(is_compared).filter(|name| theirs.contains_key(*name)).collect();
    assert!(compared.len() > 12, "{compared:?}");
    for name in compared {
        let (low, between, high) = (before[name], theirs[name], after[name]);
        assert!(low <= high, "{name}: {low}, then {high}");
        // A report may be some seconds old when node_exporter is asked.
        assert!((between - low).abs() <= low * 0.02 + 10.0, "{name}: ours {low}, node_exporter's {between}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_has_no_values_and_any_name_can_be_read() {
    let (_server, admin) = TestServer::with_admin().await;
    let group = admin.post("/api/groups", json!({"name": "Web \"1\""})).await.body["group"]["id"].clone();
    for name in ["a \"b\" \\ c", "twin", "twin"] {
        let mut server = dead_server(name);
        server["group_id"] = group.clone();
        assert_eq!(admin.post("/api/servers", server).await.status, 201);
    }
    let fleet = scrape(&admin, "/metrics/servers").await;
    let up: Vec<_> = fleet.series.keys().filter(|name| name.starts_with("server_monitor_server_up{")).collect();
    assert_eq!(
        up,
        [
            "server_monitor_server_up{instance=\"a \\\"b\\\" \\\\ c\"}",
            "server_monitor_server_up{instance=\"twin:2\"}",
            "server_monitor_server_up{instance=\"twin:3\"}",
        ]
    );
    assert!(
        fleet
            .series
            .keys()
            .any(|name| name.contains("id=\"3\",name=\"twin\",host=\"127.0.0.9\",group=\"Web \\\"1\\\"\""))
    );
    assert!(fleet.series.keys().all(|name| name.starts_with("server_monitor_server_")));
}

#[tokio::test]
async fn the_series_of_a_server_end_when_it_stops_answering() {
    let mut sshd = sshd_fixture::Sshd::start(sshd_fixture::Options::default()).unwrap();
    let (_server, admin) = TestServer::with_admin().await;
    let new = json!({
        "name": "web", "host": sshd.host(), "port": sshd.port(), "username": sshd.user(), "interval_secs": 1,
        "private_key": sshd.client_key_pem().unwrap(), "host_key_fingerprint": sshd.host_key_fingerprint().unwrap(),
    });
    assert_eq!(admin.post("/api/servers", new).await.status, 201);
    for (up, expected) in [("up", 1.0), ("down", 0.0)] {
        let fleet = eventually(up, async || {
            let fleet = scrape(&admin, "/metrics/servers").await;
            (fleet.series["server_monitor_server_up{instance=\"web\"}"] == expected).then_some(fleet)
        })
        .await;
        assert_eq!(fleet.series.contains_key("node_load1{instance=\"web\"}"), up == "up");
        sshd.stop();
    }
}

#[tokio::test]
async fn the_scrapers_token_opens_the_metrics_and_nothing_else() {
    let server = TestServer::start(|_| {}, |options| options.metrics_token = Some(Secret::new(TOKEN))).await;
    let admin = server.set_up().await;
    let scraper = server.client().with_token(TOKEN.to_owned());
    let by_cookie = server.client().with("cookie", &format!("sm_session={TOKEN}"));
    for path in ["/metrics", "/metrics/servers"] {
        assert_eq!(scraper.get(path).await.status, 200);
        assert_eq!(admin.get(path).await.status, 200);
        assert_eq!(admin.as_browser().get(path).await.status, 200);
        for stranger in [server.client(), by_cookie.clone(), server.client().with_token(format!("{TOKEN}x"))] {
            stranger.get(path).await.is_refusal(StatusCode::UNAUTHORIZED, "unauthenticated");
        }
        scraper.post(path, json!({})).await.is_refusal(StatusCode::METHOD_NOT_ALLOWED, "bad_request");
    }
    scraper.get("/metrics/nothing").await.is_refusal(StatusCode::NOT_FOUND, "not_found");
    scraper.get("/api/servers").await.is_refusal(StatusCode::UNAUTHORIZED, "unauthenticated");
}

#[tokio::test]
async fn without_a_token_set_no_token_of_that_kind_is_taken() {
    let (server, _admin) = TestServer::with_admin().await;
    for token in ["", TOKEN] {
        let scraper = server.client().with_token(token.to_owned());
        scraper.get("/metrics").await.is_refusal(StatusCode::UNAUTHORIZED, "unauthenticated");
    }
}
