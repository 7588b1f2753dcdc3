//! The `MONITOR_*` environment variables: one table that says which setting each one is.

use std::{path::PathBuf, str::FromStr};

use domain::Secret;

use super::{Config, ConfigError, network, outgoing};

/// What every variable of ours begins with.
const PREFIX: &str = "MONITOR_";

type Setter = fn(&mut Config, &str) -> Result<(), String>;

/// Every variable: its name, and how its value is taken.
const SETTERS: &[(&str, Setter)] = &[
    ("MONITOR_LISTEN", |config, text| network::parse_listen(text).map(|listen| config.network.listen = listen)),
    ("MONITOR_TRUSTED_PROXIES", |config, text| list(text).map(|proxies| config.network.trusted_proxies = proxies)),
    ("MONITOR_REQUEST_TIMEOUT_SECS", |config, text| {
        number(text).map(|secs| config.network.request_timeout_secs = secs)
    }),
    ("MONITOR_MAX_STREAMS_PER_USER", |config, text| {
        number(text).map(|most| config.network.max_streams_per_user = most)
    }),
    ("MONITOR_MAX_STREAMS", |config, text| number(text).map(|most| config.network.max_streams = most)),
    ("MONITOR_DATA_DIR", |config, text| path(text).map(|folder| config.storage.data_dir = folder)),
    ("MONITOR_MASTER_KEY", |config, text| {
        config.secrets.master_key = Some(Secret::new(text));
        Ok(())
    }),
    ("MONITOR_MASTER_KEY_FILE", |config, text| path(text).map(|file| config.secrets.master_key_file = Some(file))),
    ("MONITOR_LOG", |config, text| {
        text.clone_into(&mut config.log.level);
        Ok(())
    }),
    ("MONITOR_LOG_FORMAT", |config, text| text.parse().map(|format| config.log.format = format)),
    ("MONITOR_HISTORY_RAW_DAYS", |config, text| number(text).map(|days| config.history.raw_days = days)),
    ("MONITOR_HISTORY_MINUTE_DAYS", |config, text| number(text).map(|days| config.history.minute_days = days)),
    ("MONITOR_HISTORY_HOUR_DAYS", |config, text| number(text).map(|days| config.history.hour_days = days)),
    ("MONITOR_HISTORY_BUDGET_MIB", |config, text| number(text).map(|mib| config.history.budget_mib = mib)),
    ("MONITOR_HISTORY_FREE_DISK_MIB", |config, text| number(text).map(|mib| config.history.free_disk_mib = mib)),
    ("MONITOR_OUTGOING_ALLOW", |config, text| list(text).map(|allow| config.outgoing.allow = allow)),
    ("MONITOR_PUBLIC_URL", |config, text| {
        outgoing::parse_public_url(text).map(|url| config.outgoing.public_url = Some(url))
    }),
    ("MONITOR_METRICS_TOKEN", |config, text| {
        config.metrics.token = Some(Secret::new(text));
        Ok(())
    }),
    ("MONITOR_METRICS_TOKEN_FILE", |config, text| path(text).map(|file| config.metrics.token_file = Some(file))),
    ("MONITOR_WATCH_SELF", |config, text| yes_or_no(text).map(|yes| config.monitoring.watch_self = yes)),
];

/// The names of all variables that the program knows; `MONITOR_CONFIG` names the configuration file itself.
pub fn variables() -> impl Iterator<Item = &'static str> {
    std::iter::once("MONITOR_CONFIG").chain(SETTERS.iter().map(|(name, _)| *name))
}

/// Takes the settings that the environment has; an empty value counts as not set.
pub(super) fn apply(
    config: &mut Config,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<(), ConfigError> {
    for (name, text) in environment.into_iter().filter(|(name, _)| name.starts_with(PREFIX)) {
        if !variables().any(|known| known == name) {
            let hint = nearest(&name);
            return Err(ConfigError::UnknownVariable { name, hint });
        }
        let setter = SETTERS.iter().find(|(known, _)| *known == name);
        if let Some((_, set)) = setter.filter(|_| !text.is_empty()) {
            super::value(&name, set(config, &text))?;
        }
    }
    Ok(())
}

/// The known variable whose name is nearest, if one is near at all.
fn nearest(name: &str) -> Option<&'static str> {
    // The part that all have in common says nothing about likeness.
    let own = |name: &str| name.strip_prefix(PREFIX).unwrap_or(name).to_owned();
    variables()
        .map(|known| (strsim::normalized_damerau_levenshtein(&own(known), &own(name)), known))
        .filter(|(likeness, _)| *likeness > 0.6)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known)
}

fn list<T: FromStr<Err = String>>(text: &str) -> Result<Vec<T>, String> {
    text.split([',', ' ']).filter(|part| !part.is_empty()).map(str::parse).collect()
}

fn number<T: FromStr>(text: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| format!("{text:?} is not a whole number that fits"))
}

fn path(text: &str) -> Result<PathBuf, String> {
    Ok(PathBuf::from(text))
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(format!("{text:?} is neither true nor false")),
    }
}
