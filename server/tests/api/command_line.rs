//! The command line: every command, what it prints, and with which exit code it ends.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::{
    harness::PASSWORD,
    process::{Process, printed, program, run},
};

#[test]
fn every_command_explains_itself() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, word) in [
        (vec!["--help"], "create-admin"),
        (vec!["serve", "--help"], "--listen"),
        (vec!["create-admin", "--help"], "--username"),
        (vec!["healthcheck", "--help"], "exit code"),
        (vec!["migrate", "--help"], "database"),
        (vec!["openapi", "--help"], "OpenAPI"),
        (vec!["--version"], env!("CARGO_PKG_VERSION")),
    ] {
        let mut command = program(folder.path());
        command.args(&arguments);
        let output = run(command, "");
        assert!(output.status.success(), "{arguments:?}");
        assert!(printed(&output).contains(word), "{arguments:?}: {}", printed(&output));
    }
}

#[test]
fn wrong_settings_are_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.toml"), "[network]\nlisten_on = 1").unwrap();
    for (arguments, variable, word) in [
        (vec!["--config", "bad.toml"], None, "listen_on"),
        (vec!["--config", "missing.toml"], None, "missing.toml"),
        (vec!["--listen", "nowhere"], None, "--listen"),
        (vec![], Some(("MONITOR_LISTN", "x")), "did you mean MONITOR_LISTEN?"),
        (vec![], Some(("MONITOR_LOG_FORMAT", "xml")), "text or json"),
        (vec![], Some(("MONITOR_LOG", "=,=")), "log level"),
        (vec![], Some(("MONITOR_MASTER_KEY", "short")), "MONITOR_MASTER_KEY"),
        (vec!["--listen", "192.0.2.1:1"], None, "192.0.2.1:1"),
        (vec!["dance"], None, "dance"),
    ] {
        let mut command = program(folder.path());
        command.args(&arguments).envs(variable);
        let output = run(command, "");
        assert!(!output.status.success(), "{arguments:?} {variable:?}");
        assert!(printed(&output).contains(word), "{arguments:?} {variable:?}: {}", printed(&output));
        assert!(!folder.path().join("data").exists(), "{arguments:?} {variable:?}");
        assert!(!folder.path().join("master.key").exists(), "{arguments:?} {variable:?}");
    }
}

#[test]
fn the_openapi_document_is_printed_without_touching_anything() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path());
    command.arg("openapi");
    let output = run(command, "");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["paths"]["/api/servers"].is_object());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn migrate_makes_the_database_and_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let mut command = program(folder.path());
        command.arg("migrate");
        let output = run(command, "");
        assert!(output.status.success(), "{}", printed(&output));
    }
    assert!(folder.path().join("data/servers.db").is_file());
}

#[tokio::test]
async fn create_admin_reads_the_password_from_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let create = |name: &str, input: &str| {
        let mut command = program(folder.path());
        command.args(["create-admin", "--username", name, "--email", &format!("{name}@example.com")]);
        run(command, input)
    };
    let output = create("ada", &format!("{PASSWORD}\n"));
    assert!(output.status.success(), "{}", printed(&output));
    assert!(!printed(&output).contains(PASSWORD));
    for (name, input, word) in [
        ("ada", "another long password", "use"),
        ("eve", "short", "10 characters"),
        ("eve", "", "standard input"),
        ("a b", PASSWORD, "username"),
    ] {
        let output = create(name, input);
        assert!(!output.status.success());
        assert!(printed(&output).contains(word), "{}", printed(&output));
    }

    let process = Process::start(program(folder.path()));
    let admin = process.client().log_in("ada").await;
    assert_eq!(admin.get("/api/users/me").await.body["role"], "admin");
    assert!(!process.printed().contains("set-up code"));
    // With the program running, another administrator can be made at once.
    assert!(create("grace", PASSWORD).status.success());
    process.client().log_in("grace").await;
}

#[tokio::test]
async fn the_first_start_says_where_to_look_and_what_the_code_is() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(program(folder.path()));
    let text = process.printed();
    assert!(text.contains("http://localhost:"), "{text}");
    assert!(text.contains("master.key"), "{text}");
    let code = text.split("set-up code: ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let setup = json!({"username": "ada", "email": "ada@example.com", "password": PASSWORD, "code": code});
    let stranger = process.client().with("host", "monitor.example.com");
    assert_eq!(stranger.post("/api/setup/initialize", setup).await.status, 201);
    let (_, _, text) = process.stop("-TERM");
    assert!(!text.contains(PASSWORD));
}

#[tokio::test]
async fn the_health_check_ends_with_zero_only_while_the_program_runs() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(program(folder.path()));
    let check = || {
        let mut command = program(folder.path());
        command.args(["healthcheck", "--listen", process.url.trim_start_matches("http://")]);
        // A proxy in the environment must not be asked for the way to ourselves.
        command.env("http_proxy", "http://127.0.0.9:9");
        command
    };
    let (running, stopped) = (check(), check());
    assert!(run(running, "").status.success());
    process.stop("-TERM");
    let output = run(stopped, "");
    assert!(!output.status.success());
    assert!(printed(&output).contains("no answer"), "{}", printed(&output));
}

#[tokio::test]
async fn a_signal_stops_the_program_in_good_order_within_five_seconds() {
    for signal in ["-TERM", "-INT"] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = program(folder.path());
        command.env("MONITOR_WATCH_SELF", "true").env("MONITOR_LOG_FORMAT", "json");
        let process = Process::start(command);
        let setup = json!({"username": "ada", "email": "ada@example.com", "password": PASSWORD});
        let admin = process.client();
        let token = admin.post("/api/setup/initialize", setup).await.text("token");
        let stream = admin.with_token(token).request(Method::GET, "/api/stream").send().await.unwrap();
        assert_eq!(stream.status(), 200);
        let (took, is_success, text) = process.stop(signal);
        assert!(is_success, "{text}");
        assert!(took < Duration::from_secs(5), "{took:?}");
        let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        assert_eq!(last["message"], "stopped", "{text}");
        let wal = folder.path().join("data/servers.db-wal");
        assert!(!wal.exists() || wal.metadata().unwrap().len() == 0, "the database was not closed");
    }
}

#[test]
fn a_second_program_on_the_same_address_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(program(folder.path()));
    let mut command = program(folder.path());
    command.args(["--listen", process.url.trim_start_matches("http://")]);
    let output = run(command, "");
    assert!(!output.status.success());
    assert!(printed(&output).contains("cannot be listened on"), "{}", printed(&output));
}
