//! What was answered from history once is there for good: after `kill -9`, on a full disk, and when the database is held up.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    harness::{Client, PASSWORD, eventually_within},
    process::{Process, program},
};

/// How long anything may take: the disk is looked at every ten seconds.
const LIMIT: Duration = Duration::from_secs(30);
/// What a crash may lose at most.
const LOSES_MS: i64 = 5_000;

/// The program, watching this machine.
struct Watching {
    process: Process,
    admin: Client,
    server: i64,
}

impl Watching {
    async fn start(command: Command) -> Self {
        let process = Process::start(command);
        let setup = json!({"username": "admin", "email": "admin@example.com", "password": PASSWORD});
        let anonymous = process.client();
        let answer = anonymous.post("/api/setup/initialize", setup).await;
        let admin = anonymous.with_token(answer.text("token"));
        let server = admin.get("/api/servers").await.body[0]["id"].as_i64().unwrap();
        let change = json!({"interval_secs": 1});
        assert_eq!(admin.put(&format!("/api/servers/{server}"), change).await.status, 200);
        Self { process, admin, server }
    }

    /// The times of all rows that history has.
    async fn times(&self) -> Vec<i64> {
        let path = format!("/api/servers/{}/metrics/history?series=cpu.busy&step=1000", self.server);
        let answer = self.admin.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let points = answer.body["series"][0]["points"].as_array().unwrap();
        points.iter().map(|point| point[0].as_i64().unwrap()).collect()
    }

    /// Waits until history has rows after a moment; gives all.
    async fn times_after(&self, at_ms: i64, count: usize) -> Vec<i64> {
        eventually_within(LIMIT, "history goes on", async || {
            let times = self.times().await;
            (times.iter().filter(|time| **time > at_ms).count() >= count).then_some(times)
        })
        .await
    }

    async fn latest_ms(&self) -> i64 {
        let latest = self.admin.get(&format!("/api/servers/{}/metrics/latest", self.server)).await.body;
        latest["sample"]["at_ms"].as_i64().unwrap_or_default()
    }

    async fn usage(&self) -> Value {
        self.admin.get("/api/history/usage").await.body
    }
}

fn watching(folder: &Path) -> Command {
    let mut command = program(folder);
    command.env("MONITOR_WATCH_SELF", "true");
    command
}

#[tokio::test]
async fn a_kill_loses_five_seconds_at_most_and_nothing_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut watching_now = Watching::start(watching(folder.path())).await;
    for _ in 0..2 {
        let newest = watching_now.times().await.last().copied().unwrap_or_default();
        let before = watching_now.times_after(newest, 3).await;
        let killed_ms = watching_now.latest_ms().await;
        let Watching { process, admin, server } = watching_now;
        let (_, is_success, _) = process.stop("-KILL");
        assert!(!is_success);
        let process = Process::start(watching(folder.path()));
        let admin = process.client().with_token(admin.token);
        watching_now = Watching { process, admin, server };
        let after = watching_now.times().await;
        let lost: Vec<_> = before.iter().filter(|time| !after.contains(time)).collect();
        assert!(
            lost.iter().all(|time| **time > killed_ms - LOSES_MS),
            "lost {lost:?} of {before:?}, killed at {killed_ms}"
        );
        assert!(before.len() - lost.len() >= 1, "there was something to keep: {before:?}");
    }
}

#[tokio::test]
async fn a_database_that_is_held_up_holds_up_neither_live_values_nor_loses_any() {
    let folder = tempfile::tempdir().unwrap();
    let watching = Watching::start(watching(folder.path())).await;
    watching.times_after(0, 2).await;
    let _writer = hold(&folder.path().join("data/servers.db"), 12);
    let begin_ms = watching.latest_ms().await;
    let during = watching.times_after(begin_ms + 6_000, 1).await;
    assert!(watching.latest_ms().await > begin_ms + 6_000, "live values go on");
    let later = watching.times_after(begin_ms + 15_000, 1).await;
    assert!(during.iter().all(|time| later.contains(time)), "{during:?} are not all in {later:?}");
    assert_eq!(watching.usage().await["losses"]["lost_samples"], json!(0));
    let (_, is_success, log) = watching.process.stop("-TERM");
    assert!(is_success, "{log}");
}

/// Another program that keeps the database from being written to for some seconds.
fn hold(database: &Path, seconds: u32) -> Holder {
    let script = format!("BEGIN IMMEDIATE;\n.shell sleep {seconds}\nCOMMIT;\n");
    let script_file = database.with_extension("hold");
    std::fs::write(&script_file, script).unwrap();
    let input = std::fs::File::open(script_file).unwrap();
    Holder(Command::new("sqlite3").arg(database).stdin(input).stdout(Stdio::null()).spawn().unwrap())
}

struct Holder(Child);

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program over a data folder that is a small file system of its own, which only it sees.
fn on_small_disk(folder: &Path, mebibytes: u32) -> Command {
    let own = watching(folder);
    let mut command = Command::new("unshare");
    let mount = format!("mount -t tmpfs -o size={mebibytes}m small \"$MONITOR_DATA_DIR\" && exec \"$0\"");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &mount]).arg(own.get_program());
    for (name, value) in own.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.current_dir(folder);
    command
}

#[tokio::test]
async fn a_full_disk_pauses_history_and_nothing_else_and_it_goes_on_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let watching = Watching::start(on_small_disk(folder.path(), 48)).await;
    let before = watching.times_after(0, 2).await;
    // The folder as the program sees it.
    let seen = PathBuf::from(format!("/proc/{}/root{}", watching.process.id(), data.display()));
    let filler = seen.join("filler");
    fill(&filler);

    let paused = eventually_within(LIMIT, "history pauses", async || {
        let usage = watching.usage().await;
        (usage["is_paused"] == json!(true)).then_some(usage)
    })
    .await;
    assert!(paused["disk"]["free_bytes"].as_u64() < paused["disk"]["floor_bytes"].as_u64(), "{paused}");
    let full_ms = watching.latest_ms().await;
    eventually_within(LIMIT, "live values go on", async || {
        (watching.latest_ms().await > full_ms + 3_000).then_some(())
    })
    .await;
    let meanwhile = watching.times().await;
    assert!(before.iter().all(|time| meanwhile.contains(time)), "what was there is still answered");

    std::fs::remove_file(&filler).unwrap();
    eventually_within(LIMIT, "history goes on", async || {
        (watching.usage().await["is_paused"] == json!(false)).then_some(())
    })
    .await;
    let resumed_ms = watching.latest_ms().await;
    let after = watching.times_after(resumed_ms, 2).await;
    assert!(before.iter().all(|time| after.contains(time)), "{before:?} are not all in {after:?}");
    let lost = watching.usage().await["losses"]["lost_samples"].as_u64().unwrap();
    assert!(lost > 0, "what was not written is counted");
    let (_, is_success, log) = watching.process.stop("-TERM");
    assert!(is_success && log.contains("NOTHING IS WRITTEN TO HISTORY"), "{log}");
}

/// Writes a file until there is no room for more.
fn fill(path: &Path) {
    let mut file = std::fs::File::create(path).unwrap();
    let chunk = vec![7; 64 << 10];
    for _ in 0..64 * 1_024 {
        if std::io::Write::write_all(&mut file, &chunk).is_err() {
            return;
        }
    }
    panic!("the disk is not small");
}
