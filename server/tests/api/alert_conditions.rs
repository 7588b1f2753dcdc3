//! What rules look at beside values: units and processes of a real server, its host key, and certificates that a real TLS server shows.
//!
//! There is no systemd where these tests run: `systemctl` is a script of the test's own, first in the path of the account.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use sshd_fixture::{Options, Sshd};
use tempfile::TempDir;

use crate::{
    harness::{Client, TestServer, dead_server, eventually_within},
    notifications::made,
};

const LONG: Duration = Duration::from_secs(20);
/// So long that whatever is to happen would have.
const A_WHILE: Duration = Duration::from_secs(4);

/// A program that lists every second, and its administrator.
async fn hurried() -> (TestServer, Client) {
    let server = TestServer::start(|_| {}, |options| options.limits.list_interval = Duration::from_secs(1)).await;
    let admin = server.set_up().await;
    (server, admin)
}

async fn add(admin: &Client, sshd: &Sshd) -> i64 {
    let new = json!({
        "name": "web", "host": sshd.host(), "port": sshd.port(), "username": sshd.user(), "interval_secs": 1,
        "private_key": sshd.client_key_pem().unwrap(), "host_key_fingerprint": sshd.host_key_fingerprint().unwrap(),
    });
    made(admin, "/api/servers", new).await["server_id"].as_i64().unwrap()
}

async fn add_rule(admin: &Client, name: &str, condition: Value) -> i64 {
    let rule = json!({"name": name, "severity": "critical", "condition": condition});
    made(admin, "/api/rules", rule).await["rule_id"].as_i64().unwrap()
}

/// The incidents of a rule, as (series, whether it goes on), in the order of their series and then of their beginning.
async fn incidents(admin: &Client, rule: i64) -> Vec<(String, bool)> {
    let all = admin.get("/api/incidents?limit=500").await.body;
    let of_rule = all.as_array().unwrap().iter().filter(|one| one["rule_id"] == rule);
    let short = |one: &Value| (one["series"].as_str().unwrap().to_owned(), one["ended_at_ms"].is_null());
    let mut all: Vec<_> = of_rule.rev().map(short).collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

/// Waits until a rule has these incidents.
async fn until(admin: &Client, rule: i64, expected: &[(&str, bool)]) {
    eventually_within(LONG, &format!("{expected:?}"), async || {
        let now = incidents(admin, rule).await;
        now.iter().map(|(series, goes_on)| (series.as_str(), *goes_on)).eq(expected.iter().copied()).then_some(())
    })
    .await;
}

fn copy_of(program: &str, to: &Path) {
    fs::copy(Path::new("/bin").join(program), to).unwrap();
}

/// A process that ends with the test.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_process_that_does_not_run_is_an_incident_until_it_runs() {
    let (server, admin) = hurried().await;
    let sshd = Sshd::start(Options::default()).unwrap();
    add(&admin, &sshd).await;
    let folder = TempDir::new().unwrap();
    // The kernel keeps the first 15 bytes of a name.
    let name = format!("sm{}-works-hard-all-day", std::process::id());
    let program = folder.path().join(&name);
    copy_of("sleep", &program);
    let start = || Running::start(Command::new(&program).arg("600"));
    let (one, other) = (start(), start());
    let rule = add_rule(&admin, "Works", json!({"kind": "process_missing", "process": name})).await;
    drop(one);
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(incidents(&admin, rule).await, [], "one of two is left");
    drop(other);
    let series = format!("process:{name}");
    until(&admin, rule, &[(&series, true)]).await;

    let server = server.restart().await;
    let admin = admin.at(&server);
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(incidents(&admin, rule).await, [(series.clone(), true)], "a restart neither repeats nor forgets");
    let again = start();
    until(&admin, rule, &[(&series, false)]).await;
    drop(again);
    until(&admin, rule, &[(&series, false), (&series, true)]).await;
    assert_eq!(admin.delete(&format!("/api/rules/{rule}")).await.status, 200);
    let open = admin.get("/api/incidents?open=true").await.body;
    assert!(open.as_array().unwrap().iter().all(|one| one["rule_name"] != "Works"), "its incident is over: {open}");
}

#[tokio::test]
async fn a_failed_unit_is_an_incident_until_it_is_well_and_nobody_asks_without_a_rule() {
    let (_server, admin) = hurried().await;
    let folder = TempDir::new().unwrap();
    let at = folder.path().display();
    let systemctl = folder.path().join("systemctl");
    fs::write(&systemctl, format!("#!/bin/sh\necho \"$*\" >>{at}/asked\ncat {at}/failed\n")).unwrap();
    fs::set_permissions(&systemctl, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let list = |units: &[&str]| {
        let lines: String = units.iter().map(|unit| format!("{unit} loaded failed failed Something\n")).collect();
        fs::write(folder.path().join("failed"), lines).unwrap();
    };
    list(&["backup.service"]);
    let with_path = format!("PATH={at}:$PATH exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"");
    let sshd = Sshd::start(Options { force_command: Some(with_path), ..Options::default() }).unwrap();
    let id = add(&admin, &sshd).await;
    eventually_within(LONG, "it answers", async || {
        (admin.get(&format!("/api/servers/{id}")).await.body["status"] == "online").then_some(())
    })
    .await;
    tokio::time::sleep(A_WHILE).await;
    assert!(!folder.path().join("asked").exists(), "no rule wants to know");

    let each = add_rule(&admin, "Units", json!({"kind": "unit_failed"})).await;
    let one = add_rule(&admin, "nginx", json!({"kind": "unit_failed", "unit": "nginx.service"})).await;
    until(&admin, each, &[("unit:backup.service", true)]).await;
    list(&["backup.service", "nginx.service"]);
    until(&admin, each, &[("unit:backup.service", true), ("unit:nginx.service", true)]).await;
    until(&admin, one, &[("unit:nginx.service", true)]).await;
    list(&["nginx.service"]);
    until(&admin, each, &[("unit:backup.service", false), ("unit:nginx.service", true)]).await;

    // Whoever is not answered knows nothing.
    fs::remove_file(folder.path().join("failed")).unwrap();
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(incidents(&admin, one).await, [("unit:nginx.service".to_owned(), true)]);
    let asked = fs::read_to_string(folder.path().join("asked")).unwrap();
    let expected = "list-units --state=failed --plain --full --no-legend --no-pager";
    // Beside the rule only the flight recorder asks, once, when an incident begins.
    let (by_rule, by_recorder): (Vec<_>, Vec<_>) = asked.lines().partition(|line| *line == expected);
    assert!(by_rule.len() > 1 && by_recorder.iter().all(|line| line.starts_with("--failed ")), "{asked}");
}

#[tokio::test]
async fn a_changed_host_key_is_a_critical_incident_and_nothing_is_accepted_until_a_person_trusts_it() {
    let (_server, admin) = hurried().await;
    let mut sshd = Sshd::start(Options::default()).unwrap();
    let id = add(&admin, &sshd).await;
    let rules = admin.get("/api/rules").await.body;
    let rule = rules.as_array().unwrap().iter().find(|rule| rule["name"] == "Host key changed").unwrap().clone();
    assert_eq!((&rule["condition"], &rule["severity"]), (&json!({"kind": "host_key_changed"}), &json!("critical")));
    let rule = rule["id"].as_i64().unwrap();
    eventually_within(LONG, "it answers", async || {
        (admin.get(&format!("/api/servers/{id}")).await.body["status"] == "online").then_some(())
    })
    .await;
    assert_eq!(incidents(&admin, rule).await, []);
    let before = sshd.log().len();
    sshd.rotate_host_key().unwrap();
    until(&admin, rule, &[("", true)]).await;
    let all = admin.get("/api/incidents?open=true").await.body;
    let incident = all.as_array().unwrap().iter().find(|one| one["rule_id"] == rule).unwrap().clone();
    assert_eq!((&incident["severity"], &incident["priority"]), (&json!("critical"), &json!(1)), "{incident}");
    tokio::time::sleep(A_WHILE).await;
    let log = sshd.log();
    let since = log.get(before..).unwrap();
    assert!(since.contains("Connection ") && !since.contains("Accepted"), "nobody logs in: {since}");
    let trust = json!({"host_key_fingerprint": sshd.host_key_fingerprint().unwrap()});
    let answer = admin.put(&format!("/api/servers/{id}"), trust).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    until(&admin, rule, &[("", false)]).await;
}

/// Makes `NAME.pem`, a key and a self-signed certificate for so many days.
fn certificate(folder: &Path, name: &str, days: u32) {
    let make = format!(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN={name}.example.com \
         -days {days} -keyout key -out crt && cat key crt >{name}.pem"
    );
    let made = Command::new("sh").current_dir(folder).args(["-c", &make]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

#[tokio::test]
async fn a_certificate_that_ends_soon_is_an_incident_until_there_is_a_new_one() {
    let (_server, admin) = hurried().await;
    let folder = TempDir::new().unwrap();
    for (name, days) in [("old", 5), ("other", 90), ("new", 60)] {
        certificate(folder.path(), name, days);
    }
    // The server need not answer over SSH for that.
    let dead = dead_server("web");
    let host = dead["host"].as_str().unwrap().to_owned();
    let port = TcpListener::bind((host.as_str(), 0)).unwrap().local_addr().unwrap().port();
    let tls = |certificate: &str, more: &[&str]| {
        let mut command = Command::new("openssl");
        command.current_dir(&folder).args(["s_server", "-quiet", "-accept", &format!("{host}:{port}")]);
        command.args(["-cert", certificate, "-key", certificate]).args(more);
        Running::start(&mut command)
    };
    let by_name = ["-servername", "other.example.com", "-cert2", "other.pem", "-key2", "other.pem"];
    let running = tls("old.pem", &by_name);
    let id = made(&admin, "/api/servers", dead).await["server_id"].as_i64().unwrap();
    let ends = |days: u32, name: &str| json!({"kind": "certificate_ends", "port": port, "name": name, "days": days});
    let rule = add_rule(&admin, "Ends", ends(14, "")).await;
    let named = add_rule(&admin, "Ends by name", ends(100, "other.example.com")).await;
    let series = format!("certificate:{port}");
    let named_series = format!("certificate:other.example.com:{port}");
    until(&admin, rule, &[(&series, true)]).await;
    until(&admin, named, &[(&named_series, true)]).await;
    let all = admin.get(&format!("/api/incidents?open=true&server_id={id}")).await.body;
    for (series, days) in [(&series, 5.0), (&named_series, 90.0)] {
        let one = all.as_array().unwrap().iter().find(|one| one["series"] == **series).unwrap();
        assert!((one["value"].as_f64().unwrap() - days).abs() < 0.1, "{one}");
    }

    // Nobody answers, or not with TLS: it stays what it was, and nothing begins.
    drop(running);
    let change = async |rule: i64, name: &str, condition: Value| {
        let body = json!({"name": name, "severity": "critical", "condition": condition});
        let answer = admin.put(&format!("/api/rules/{rule}"), body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    };
    let sshd = Sshd::start(Options { host: host.parse().unwrap(), ..Options::default() }).unwrap();
    let plain = json!({"kind": "certificate_ends", "port": sshd.port(), "days": 365});
    let plain = add_rule(&admin, "Speaks no TLS", plain).await;
    change(rule, "Ends", ends(15, "")).await;
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(incidents(&admin, rule).await, [(series.clone(), true)]);
    assert_eq!(incidents(&admin, plain).await, []);

    let _running = tls("new.pem", &["-tls1_2"]);
    // A changed rule is looked at anew soon.
    tokio::time::sleep(Duration::from_secs(1)).await;
    change(rule, "Ends", ends(16, "")).await;
    until(&admin, rule, &[(&series, false)]).await;
    assert_eq!(incidents(&admin, named).await, [(named_series, true)], "its rule is as it was");
    assert_eq!(admin.delete(&format!("/api/rules/{named}")).await.status, 200);
    let left = admin.get(&format!("/api/incidents?open=true&server_id={id}")).await.body;
    assert!(left.as_array().unwrap().iter().all(|one| one["rule_name"] != "Ends by name"), "{left}");
}
