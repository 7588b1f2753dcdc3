//! Tests of the master key's text forms and its file.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed test shall panic")]

use std::os::unix::fs::PermissionsExt;
use std::sync::Barrier;

use super::*;

const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F";
const BASE64: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

#[test]
fn hexadecimal_and_base64_are_the_same_key() {
    let expected: Vec<u8> = (0..32).collect();
    for text in [
        HEX,
        BASE64,
        BASE64.trim_end_matches('='),
        " \n000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
    ] {
        assert_eq!(MasterKey::from_text(text).ok().unwrap().bytes().as_slice(), expected, "{text:?}");
    }
    assert_eq!(*MasterKey::from_text(HEX).ok().unwrap().to_text(), BASE64);
}

#[test]
fn anything_else_is_refused_with_the_way_to_make_one() {
    let long = format!("{HEX}00");
    let odd_digit = HEX.replace('1', "g");
    let umlauts = "ä".repeat(32);
    for text in [
        "",
        "secret",
        "AAECAwQF",
        &long,
        &odd_digit,
        &umlauts,
        &HEX[1..],
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=",
    ] {
        let error = MasterKey::from_text(text).err().unwrap();
        assert!(error.to_string().contains("openssl rand -base64 32"), "{text:?}: {error}");
        assert!(text.is_empty() || !error.to_string().contains(text), "the message repeats the text");
    }
}

#[test]
fn generated_keys_differ_and_survive_their_text_form() {
    let key = MasterKey::generate().unwrap();
    assert_ne!(key.bytes(), MasterKey::generate().unwrap().bytes());
    assert_eq!(MasterKey::from_text(&key.to_text()).ok().unwrap().bytes(), key.bytes());
}

#[test]
fn the_key_file_is_made_once_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("config/server-monitor");
    let path = home.join("master.key");
    let (made, created) = MasterKey::load_or_create_file(&path).ok().unwrap();
    assert_eq!(created, Created::Yes);
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
    assert_eq!(fs::metadata(&home).unwrap().mode() & 0o7777, 0o700);
    let (read, created) = MasterKey::load_or_create_file(&path).ok().unwrap();
    assert_eq!(created, Created::No);
    assert_eq!(made.bytes(), read.bytes());
    assert_eq!(fs::read_dir(&home).unwrap().count(), 1, "a draft was left behind");
}

#[test]
fn a_key_file_that_others_may_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    MasterKey::load_or_create_file(&path).ok().unwrap();
    for mode in [0o640, 0o604, 0o644, 0o660, 0o601] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = MasterKey::load_or_create_file(&path).err().unwrap();
        assert!(matches!(error, MasterKeyError::TooOpen { mode: found, .. } if found == mode), "{error}");
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    assert!(MasterKey::load_or_create_file(&path).is_ok());
}

#[test]
fn a_damaged_key_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [("empty", &b""[..]), ("text", b"hello"), ("binary", &[0xff; 32]), ("long", &[b'A'; 9000])] {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let error = MasterKey::load_or_create_file(&path).err().unwrap();
        assert!(matches!(error, MasterKeyError::NotAKeyFile { .. }), "{name}: {error}");
        assert_eq!(fs::read(&path).unwrap(), content);
    }
    let error = MasterKey::load_or_create_file(folder.path()).err().unwrap();
    assert!(matches!(error, MasterKeyError::NotAKeyFile { .. }), "{error}");
    let error = MasterKey::load_or_create_file(&folder.path().join("text/master.key")).err().unwrap();
    assert!(matches!(error, MasterKeyError::File { .. }), "{error}");
}

#[test]
fn starts_at_the_same_moment_agree_on_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let barrier = Barrier::new(8);
    let results: Vec<_> = std::thread::scope(|scope| {
        let start = || {
            barrier.wait();
            let (key, created) = MasterKey::load_or_create_file(&path).ok().unwrap();
            (key.to_text(), created)
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(results.iter().all(|(key, _)| *key == results[0].0), "two keys were used");
    assert_eq!(results.iter().filter(|(_, created)| *created == Created::Yes).count(), 1);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a draft was left behind");
}
