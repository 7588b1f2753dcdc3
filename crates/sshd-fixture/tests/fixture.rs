//! The fixture itself, tried with OpenSSH's own client.
#![allow(clippy::unwrap_used, reason = "a failed test shall panic")]

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Command, Output};

use sshd_fixture::{Options, Sshd, TempUser, is_root};
use tempfile::TempDir;

/// Runs a command on the server by OpenSSH's client.
fn ssh(sshd: &Sshd, user: &str, command: &str) -> Output {
    let folder = TempDir::new().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, sshd.client_key_pem().unwrap()).unwrap();
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let options =
        ["-oBatchMode=yes", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null", "-oLogLevel=ERROR"];
    let destination = format!("{user}@{}", sshd.host());
    Command::new("ssh")
        .args(options)
        .arg("-i")
        .arg(key)
        .args(["-F", "none", "-p", &sshd.port().to_string(), &destination, command])
        .output()
        .unwrap()
}

#[test]
fn the_client_gets_in_by_key_on_any_local_address() {
    let sshd = Sshd::start(Options { host: Ipv4Addr::new(127, 0, 0, 7), ..Options::default() }).unwrap();
    let output = ssh(&sshd, &sshd.user(), "echo hello");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "hello\n", "{output:?}\n{}", sshd.log());
}

#[test]
fn a_restart_keeps_port_and_keys_and_a_rotation_changes_the_host_key() {
    let mut sshd = Sshd::start(Options::default()).unwrap();
    let (port, fingerprint) = (sshd.port(), sshd.host_key_fingerprint().unwrap());
    sshd.restart().unwrap();
    assert_eq!((sshd.port(), sshd.host_key_fingerprint().unwrap()), (port, fingerprint.clone()));
    sshd.rotate_host_key().unwrap();
    assert_eq!(sshd.port(), port);
    assert_ne!(sshd.host_key_fingerprint().unwrap(), fingerprint);
    assert!(ssh(&sshd, &sshd.user(), "true").status.success());
}

#[test]
fn a_stopped_server_is_gone() {
    let mut sshd = Sshd::start(Options::default()).unwrap();
    sshd.stop();
    assert!(TcpStream::connect((sshd.address(), sshd.port())).is_err());
}

#[test]
fn a_temporary_user_has_the_shell_that_was_asked_for_and_leaves_nothing_behind() {
    if !is_root() {
        return;
    }
    let sshd = Sshd::start(Options::default()).unwrap();
    let user = TempUser::with_shell("/bin/bash").unwrap();
    let output = ssh(&sshd, user.name(), "echo $0");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "bash\n", "{output:?}\n{}", sshd.log());
    let (name, home) = (user.name().to_owned(), user.home().to_owned());
    drop(user);
    assert!(!fs::read_to_string("/etc/passwd").unwrap().contains(&name));
    assert!(!home.exists());
}
