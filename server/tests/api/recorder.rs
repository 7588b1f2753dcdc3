//! The flight recorder over a real sshd: what it sees, that it is quiet, and that samples do not wait for it.

use std::{
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use sshd_fixture::{Options, Sshd};

use crate::{
    harness::{Client, TestServer, dead_server, eventually, eventually_within},
    notifications::{made, rule},
};

/// Works hard under a name of its own until it is dropped; it ends by itself after a minute or two, should that fail.
struct Busy(Child);

impl Busy {
    fn start(name: &str) -> Self {
        let command = format!("i=0; while [ $i -lt 300000000 ]; do i=$((i + 1)); done # {name}");
        Self(Command::new("/bin/sh").args(["-c", &command]).stdin(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Adds a server of the fixture that is sampled every second, and waits until it is.
async fn watch(admin: &Client, sshd: &Sshd) -> i64 {
    let new = json!({
        "name": "web-1", "host": sshd.host(), "port": sshd.port(), "username": sshd.user(), "interval_secs": 1,
        "private_key": sshd.client_key_pem().unwrap(), "host_key_fingerprint": sshd.host_key_fingerprint().unwrap(),
    });
    let id = made(admin, "/api/servers", new).await["server_id"].as_i64().unwrap();
    eventually("it is sampled", async || sampled_at(admin, id).await).await;
    id
}

async fn sampled_at(admin: &Client, server: i64) -> Option<i64> {
    admin.get(&format!("/api/servers/{server}/metrics/latest")).await.body["sample"]["at_ms"].as_i64()
}

/// Has a rule fire; the path of the incident.
async fn incident(admin: &Client) -> String {
    made(admin, "/api/rules", rule("It runs", true)).await;
    let id = eventually("it begins", async || {
        let all = admin.get("/api/incidents").await.body;
        all.as_array().unwrap().iter().find(|one| one["rule_name"] == "It runs").map(|one| one["id"].clone())
    })
    .await;
    format!("/api/incidents/{id}")
}

async fn state(admin: &Client, incident: &str) -> Value {
    admin.get(incident).await.body["recording"]["state"].clone()
}

fn logins(sshd: &Sshd) -> usize {
    sshd.log().matches("Accepted publickey").count()
}

#[tokio::test]
async fn the_recording_shows_what_worked_hard_and_costs_no_login() {
    let sshd = Sshd::start(Options::default()).unwrap();
    let (server, admin) = TestServer::with_admin().await;
    watch(&admin, &sshd).await;
    let before = sshd.session_pids().len();
    let busy = Busy::start("busy-for-the-recorder");
    let path = incident(&admin).await;
    let began = Instant::now();
    eventually_within(Duration::from_secs(6), "it is taken", async || {
        (state(&admin, &path).await == "taken").then_some(())
    })
    .await;
    let took = began.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");

    let found = admin.get(&format!("{path}/recording")).await;
    assert_eq!(found.status, 200, "{}", found.text);
    let (dossier, recording) = (admin.get(&path).await.body, &found.body["recording"]);
    assert_eq!(found.body["at_ms"], dossier["recording"]["at_ms"]);
    let after = found.number("at_ms") - dossier["incident"]["began_at_ms"].as_i64().unwrap();
    assert!((0..3_000).contains(&after), "{after} ms after the rule fired");
    let top = recording["processes"]["top"].as_array().unwrap();
    let place = top.iter().position(|process| process["pid"] == busy.0.id());
    let place = place.unwrap_or_else(|| panic!("not among {top:?}"));
    assert!(place < 8 && top[place]["cpu"].as_f64().unwrap() > 5.0, "{place}: {}", top[place]);
    assert!(top[place]["command"].as_str().unwrap().ends_with("# busy-for-the-recorder"));
    assert!(recording["load"]["tasks"].as_i64().unwrap() > 0 && recording["is_cut"] == json!(false), "{recording}");
    let ports = recording["sockets"]["listening"].as_array().unwrap();
    assert!(ports.contains(&json!(format!("{}:{}", sshd.host(), sshd.port()))), "{ports:?}");
    assert_eq!(logins(&sshd), 1, "{}", sshd.log());
    eventually("nothing of it is left", async || (sshd.session_pids().len() <= before).then_some(())).await;

    // A second incident of the same server soon after has the same recording.
    made(&admin, "/api/rules", rule("It runs, too", true)).await;
    let second = eventually("the second begins", async || {
        let all = admin.get("/api/incidents").await.body;
        all.as_array().unwrap().iter().find(|one| one["rule_name"] == "It runs, too").map(|one| one["id"].clone())
    })
    .await;
    let shared = format!("/api/incidents/{second}/recording");
    let shared = eventually("it has it, too", async || {
        let answer = admin.get(&shared).await;
        (answer.status == 200).then_some(answer)
    })
    .await;
    assert_eq!((&shared.body["at_ms"], &shared.body["recording"]), (&found.body["at_ms"], recording));

    // A restart leaves it where it is; who reads it is written down.
    let server = server.restart().await;
    let admin = admin.at(&server);
    assert_eq!(admin.get(&format!("{path}/recording")).await.body, found.body);
    let log = admin.get("/api/audit-logs?action=incident.recording").await.body;
    assert!(log["total"].as_i64().unwrap() >= 2, "{log}");
}

#[tokio::test]
async fn samples_go_on_while_a_recording_takes_long_and_it_says_what_it_missed() {
    let tools = tempfile::tempdir().unwrap();
    for name in ["systemctl", "journalctl", "dmesg"] {
        hang(tools.path(), name);
    }
    let force_command =
        format!("PATH={}:$PATH; export PATH; exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"", tools.path().display());
    let sshd = Sshd::start(Options { force_command: Some(force_command), ..Options::default() }).unwrap();
    let (_server, admin) = TestServer::with_admin().await;
    let id = watch(&admin, &sshd).await;
    let path = incident(&admin).await;
    eventually("it is being taken", async || (state(&admin, &path).await == "taking").then_some(())).await;
    let refused = admin.get(&format!("{path}/recording")).await;
    assert_eq!((refused.status, refused.body["error"].as_str()), (404, Some("The recording is being taken.")));
    let (mut last_ms, mut samples, mut longest_ms) = (sampled_at(&admin, id).await.unwrap(), 0_u128, 0);
    let began = Instant::now();
    while state(&admin, &path).await == "taking" {
        let now_ms = sampled_at(&admin, id).await.unwrap();
        if now_ms != last_ms {
            (samples, longest_ms) = (samples + 1, longest_ms.max(now_ms - last_ms));
            last_ms = now_ms;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "it does not end");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let took = began.elapsed();
    assert!(took > Duration::from_secs(4) && took < Duration::from_secs(17), "{took:?}");
    assert!(samples + 2 >= took.as_millis() / 1_300, "{samples} in {took:?}");
    assert!(longest_ms < 3_000, "{longest_ms} ms without a sample");
    let recording = admin.get(&format!("{path}/recording")).await.body["recording"].clone();
    assert!(recording["units"]["problem"].as_str().unwrap().contains("longer than 5 seconds"), "{recording}");
    assert!(recording["processes"]["total"].as_i64().unwrap() > 0);
    assert_eq!(logins(&sshd), 1, "{}", sshd.log());
}

/// Puts a command that never ends in the place of one of the machine's.
fn hang(folder: &Path, name: &str) {
    let path = folder.join(name);
    std::fs::write(&path, "#!/bin/sh\nexec sleep 60\n").unwrap();
    for path in [folder, &path] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[tokio::test]
async fn a_server_that_runs_no_second_command_is_sampled_on_and_the_incident_says_so() {
    let sshd = Sshd::start(Options::default().with("MaxSessions 1")).unwrap();
    let (_server, admin) = TestServer::with_admin().await;
    let id = watch(&admin, &sshd).await;
    let path = incident(&admin).await;
    eventually("it is refused", async || (state(&admin, &path).await == "refused").then_some(())).await;
    let answer = admin.get(&format!("{path}/recording")).await;
    assert_eq!(answer.body["error"], "Not recorded: the server let no second command run.");
    let before = sampled_at(&admin, id).await;
    eventually("it is sampled on", async || (sampled_at(&admin, id).await > before).then_some(())).await;
    assert_eq!(logins(&sshd), 1, "{}", sshd.log());
}

#[tokio::test]
async fn of_a_server_that_does_not_answer_the_incident_says_that() {
    let (_server, admin) = TestServer::with_admin().await;
    let id = made(&admin, "/api/servers", dead_server("gone")).await["server_id"].as_i64().unwrap();
    let open = format!("/api/incidents?open=true&server_id={id}");
    let incident = eventually("it begins", async || admin.get(&open).await.body[0]["id"].as_i64()).await;
    let path = format!("/api/incidents/{incident}");
    eventually("it is given up", async || (state(&admin, &path).await == "no_answer").then_some(())).await;
    let answer = admin.get(&format!("{path}/recording")).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.body["error"], "Not recorded: the server did not answer.");
    assert_eq!(admin.get("/api/incidents/4711/recording").await.body["error"], "There is no such incident.");
}
