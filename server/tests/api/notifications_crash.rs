//! What is told survives `kill -9` at any moment: nothing is lost, and nothing is told twice.

use std::{
    collections::HashSet,
    path::Path,
    process::Command,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};

use crate::{
    harness::{Client, PASSWORD, eventually_within},
    mail_server::MailServer,
    notifications::{mail, rule},
    process::{Process, program},
};

/// How many incidents there are; the program is killed twice in the life of each.
const INCIDENTS: usize = 10;
/// Within how long after a beginning or an end it is killed.
const LIFE_MS: u64 = 1_800;
/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(30);

fn watching(folder: &Path) -> Command {
    let mut command = program(folder);
    command.env("MONITOR_WATCH_SELF", "true").env("MONITOR_OUTGOING_ALLOW", "127.0.0.1");
    command
}

/// Some moment within the life of what was just begun.
async fn some_time() {
    let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos();
    tokio::time::sleep(Duration::from_millis(u64::from(nanos) / 1_000 % LIFE_MS)).await;
}

struct Running {
    process: Process,
    admin: Client,
}

impl Running {
    async fn killed(self, folder: &Path) -> Self {
        let Self { process, admin } = self;
        let (_, is_success, _) = process.stop("-KILL");
        assert!(!is_success);
        let process = Process::start(watching(folder));
        let admin = process.client().with_token(admin.token);
        Self { process, admin }
    }
}

/// The ids of the messages with a subject that begins so.
fn ids(smtp: &MailServer, subject: &str) -> HashSet<String> {
    let is_it = |mail: &&Value| mail["headers"]["subject"].as_str().is_some_and(|said| said.starts_with(subject));
    smtp.mails().iter().filter(is_it).map(|mail| mail["headers"]["message-id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn twenty_kills_lose_no_message_and_repeat_none() {
    let folder = tempfile::tempdir().unwrap();
    let smtp = MailServer::start(&[]);
    let process = Process::start(watching(folder.path()));
    let setup = json!({"username": "admin", "email": "admin@example.com", "password": PASSWORD});
    let anonymous = process.client();
    let token = anonymous.post("/api/setup/initialize", setup).await.text("token");
    let mut running = Running { process, admin: anonymous.with_token(token) };
    assert_eq!(running.admin.post("/api/channels", mail(smtp.port)).await.status, 201);
    let server = running.admin.get("/api/servers").await.body[0]["id"].clone();
    running.admin.put(&format!("/api/servers/{server}"), json!({"interval_secs": 1})).await;

    for number in 0..INCIDENTS {
        let name = format!("R{number}");
        let made = running.admin.post("/api/rules", rule(&name, true)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let path = format!("/api/rules/{}", made.body["rule_id"]);
        some_time().await;
        running = running.killed(folder.path()).await;
        eventually_within(LIMIT, "that it began is told", async || {
            (!ids(&smtp, &format!("Critical: {name} on ")).is_empty()).then_some(())
        })
        .await;
        assert_eq!(running.admin.put(&path, rule(&name, false)).await.status, 200);
        some_time().await;
        running = running.killed(folder.path()).await;
        eventually_within(LIMIT, "that it is over is told", async || {
            (!ids(&smtp, &format!("Over: {name} on ")).is_empty()).then_some(())
        })
        .await;
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    // A mail that was taken in the moment of a kill comes once more, with the same id: whoever reads it is shown one.
    for number in 0..INCIDENTS {
        for occasion in ["Critical", "Over"] {
            let found = ids(&smtp, &format!("{occasion}: R{number} on "));
            assert_eq!(found.len(), 1, "{occasion} R{number}: {found:?}");
        }
    }
    let taken = smtp.mails().len();
    assert!(taken <= 2 * INCIDENTS + 2 * INCIDENTS, "no more than one comes again with each kill: {taken}");
    let all = running.admin.get("/api/incidents?limit=500").await.body;
    let ours = |one: &&Value| one["rule_name"].as_str().is_some_and(|name| name.starts_with('R'));
    let ours: Vec<_> = all.as_array().unwrap().iter().filter(ours).collect();
    assert_eq!(ours.len(), INCIDENTS, "each began once");
    assert!(ours.iter().all(|one| one["ended_at_ms"].is_i64()), "none is stuck");
}
