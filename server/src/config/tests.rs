//! Where each setting comes from, and what is refused.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use super::*;

const NOTHING: [(String, String); 0] = [];

fn given(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn file(text: &str) -> (tempfile::TempDir, Flags) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    std::fs::write(&path, text).unwrap();
    (folder, Flags { file: Some(path), ..Flags::default() })
}

#[test]
fn without_any_source_the_defaults_count() {
    let config = Config::load(&Flags::default(), NOTHING).unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(config.network.listen.to_string(), "0.0.0.0:9083");
    assert_eq!(config.storage.data_dir, Path::new("data"));
}

#[test]
fn the_environment_overrides_the_file_and_a_flag_overrides_both() {
    let (_folder, mut flags) = file("[network]\nlisten = \"127.0.0.1:1\"\n[storage]\ndata_dir = \"from-file\"");
    assert_eq!(Config::load(&flags, NOTHING).unwrap().network.listen.port(), 1);

    let environment = given(&[("MONITOR_LISTEN", "127.0.0.1:2")]);
    let config = Config::load(&flags, environment.clone()).unwrap();
    assert_eq!(config.network.listen.port(), 2);
    assert_eq!(config.storage.data_dir, Path::new("from-file"));

    flags.listen = Some("127.0.0.1:3".to_owned());
    assert_eq!(Config::load(&flags, environment).unwrap().network.listen.port(), 3);
}

#[test]
fn an_unknown_key_in_the_file_is_refused_by_name() {
    for text in ["[network]\nlisten_on = \"127.0.0.1:1\"", "[netwrok]\nlisten = \"127.0.0.1:1\"", "colour = 1"] {
        let (_folder, flags) = file(text);
        let message = Config::load(&flags, NOTHING).unwrap_err().to_string();
        assert!(message.contains("unknown field"), "{message}");
        assert!(message.contains("settings.toml"), "{message}");
    }
}

#[test]
fn an_unknown_variable_is_refused_with_the_nearest_name() {
    let message = Config::load(&Flags::default(), given(&[("MONITOR_LISTN", "x")])).unwrap_err().to_string();
    assert_eq!(message, "the environment variable MONITOR_LISTN is unknown; did you mean MONITOR_LISTEN?");
    let message = Config::load(&Flags::default(), given(&[("MONITOR_ZZZ", "x")])).unwrap_err().to_string();
    assert_eq!(message, "the environment variable MONITOR_ZZZ is unknown");
}

#[test]
fn values_that_cannot_be_taken_are_refused_by_name() {
    for (name, text) in [
        ("MONITOR_LISTEN", "nowhere"),
        ("MONITOR_REQUEST_TIMEOUT_SECS", "soon"),
        ("MONITOR_MAX_STREAMS", "-1"),
        ("MONITOR_LOG_FORMAT", "xml"),
        ("MONITOR_TRUSTED_PROXIES", "10.0.0.0/8,everybody"),
        ("MONITOR_WATCH_SELF", "perhaps"),
    ] {
        let message = Config::load(&Flags::default(), given(&[(name, text)])).unwrap_err().to_string();
        assert!(message.contains(name), "{message}");
    }
}

#[test]
fn every_variable_changes_a_setting() {
    for name in variables().filter(|name| *name != "MONITOR_CONFIG") {
        let text = match name {
            "MONITOR_LISTEN" => "127.0.0.1:1",
            "MONITOR_LOG_FORMAT" => "json",
            "MONITOR_TRUSTED_PROXIES" => "192.0.2.1, 10.0.0.0/8",
            "MONITOR_WATCH_SELF" => "false",
            "MONITOR_OUTGOING_ALLOW" => "192.168.1.0/24, gotify.lan",
            "MONITOR_PUBLIC_URL" => "https://monitor.example.com",
            _ => "77",
        };
        let config = Config::load(&Flags::default(), given(&[(name, text)])).unwrap();
        assert_ne!(config, Config::default(), "{name}");
    }
}

#[test]
fn variables_of_other_programs_and_empty_ones_do_not_matter() {
    let environment = given(&[("HOME", "/root"), ("MONITOR_LISTEN", "")]);
    assert_eq!(Config::load(&Flags::default(), environment).unwrap(), Config::default());
}

#[test]
fn the_master_key_is_taken_from_the_environment_but_not_from_the_file() {
    let config = Config::load(&Flags::default(), given(&[("MONITOR_MASTER_KEY", "k")])).unwrap();
    assert!(config.secrets.master_key.is_some());
    let (_folder, flags) = file("[secrets]\nmaster_key = \"k\"");
    assert!(Config::load(&flags, NOTHING).is_err());
}

#[test]
fn the_token_for_scrapers_is_taken_from_the_environment_but_not_from_the_file() {
    let environment = given(&[("MONITOR_METRICS_TOKEN", "a-token-that-nobody-guesses")]);
    assert!(Config::load(&Flags::default(), environment).unwrap().metrics.token().unwrap().is_some());
    let (_folder, flags) = file("[metrics]\ntoken = \"a-token-that-nobody-guesses\"");
    assert!(Config::load(&flags, NOTHING).is_err());
}

#[test]
fn the_key_file_lies_in_the_account_s_configuration_folder() {
    let both = |name: &str| Some(PathBuf::from(if name == "HOME" { "/home/ada" } else { "/conf" }));
    assert_eq!(Secrets::default_file(both), Path::new("/conf/server-monitor/master.key"));
    let home = |name: &str| (name == "HOME").then(|| PathBuf::from("/home/ada"));
    assert_eq!(Secrets::default_file(home), Path::new("/home/ada/.config/server-monitor/master.key"));
    assert_eq!(Secrets::default_file(|_| None), Path::new("/etc/server-monitor/master.key"));
}

#[test]
fn the_example_file_shows_every_setting_with_its_default() {
    let example: toml::Table = toml::from_str(include_str!("../../../server-monitor.example.toml")).unwrap();
    let config: Config = toml::from_str(include_str!("../../../server-monitor.example.toml")).unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(example, toml::Table::try_from(Config::default()).unwrap());
}

#[test]
fn the_program_reaches_itself_on_loopback() {
    let at = |listen: &str| Network { listen: listen.parse().unwrap(), ..Network::default() }.own_address().to_string();
    assert_eq!(at("0.0.0.0:9083"), "127.0.0.1:9083");
    assert_eq!(at("[::]:9083"), "[::1]:9083");
    assert_eq!(at("192.0.2.1:80"), "192.0.2.1:80");
}
