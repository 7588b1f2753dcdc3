//! A wrong or missing master key: the program refuses to start, says why, and changes nothing.

use std::{collections::BTreeMap, path::Path};

use serde_json::json;

use crate::{
    harness::{PASSWORD, dead_server},
    process::{Process, printed, program, run},
};

/// Every file of a folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap())).collect()
}

/// Leaves a database with a sealed password in it.
async fn used_once(folder: &Path) {
    let process = Process::start(program(folder));
    let setup = json!({"username": "ada", "email": "ada@example.com", "password": PASSWORD});
    let client = process.client();
    let token = client.post("/api/setup/initialize", setup).await.text("token");
    assert_eq!(client.with_token(token).post("/api/servers", dead_server("web-1")).await.status, 201);
    process.stop("-TERM");
}

#[tokio::test]
async fn a_missing_key_file_is_not_replaced_by_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    used_once(folder.path()).await;
    let (data, key) = (folder.path().join("data"), folder.path().join("master.key"));
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let before = contents(&data);

    let output = run(program(folder.path()), "");
    assert!(!output.status.success());
    assert!(printed(&output).contains("master key is missing"), "{}", printed(&output));
    assert!(!key.exists());
    assert_eq!(contents(&data), before);

    std::fs::write(&key, kept).unwrap();
    set_mode(&key);
    let process = Process::start(program(folder.path()));
    process.client().log_in("ada").await;
}

#[tokio::test]
async fn a_wrong_key_is_refused_from_the_file_and_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    used_once(folder.path()).await;
    let (data, key) = (folder.path().join("data"), folder.path().join("master.key"));
    let right = std::fs::read_to_string(&key).unwrap();

    // A key of the right shape that is another one.
    let elsewhere = tempfile::tempdir().unwrap();
    used_once(elsewhere.path()).await;
    let wrong = std::fs::read_to_string(elsewhere.path().join("master.key")).unwrap();
    assert_ne!(right, wrong);

    let before = contents(&data);
    std::fs::write(&key, &wrong).unwrap();
    let from_file = run(program(folder.path()), "");
    let mut command = program(folder.path());
    command.env("MONITOR_MASTER_KEY", wrong.trim());
    let from_environment = run(command, "");
    let mut command = program(folder.path());
    command.args(["create-admin", "--username", "eve", "--email", "eve@example.com"]);
    let create_admin = run(command, PASSWORD);
    for output in [from_file, from_environment, create_admin] {
        assert!(!output.status.success());
        assert!(printed(&output).contains("not the one"), "{}", printed(&output));
        assert!(!printed(&output).contains(wrong.trim()));
    }
    assert_eq!(contents(&data), before);

    let mut command = program(folder.path());
    command.env("MONITOR_MASTER_KEY", right.trim());
    Process::start(command).client().log_in("ada").await;
}

fn set_mode(key: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(key, std::fs::Permissions::from_mode(0o600)).unwrap();
}
