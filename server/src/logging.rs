//! Sets up where log lines go and how they look. What is logged is the callers' business; secrets never are.

use tracing_subscriber::EnvFilter;

use crate::config::{Format, Log};

/// What others say at level `info` that only developers want to read. Settings come after it, and so win.
const QUIET: &str = "sea_orm_migration=warn";

/// Sends log lines to standard error from now on.
///
/// # Errors
/// When the level is none, in words for a person.
pub fn start(settings: &Log) -> Result<(), String> {
    let filter = EnvFilter::try_new(format!("{QUIET},{}", settings.level))
        .map_err(|error| format!("the log level {:?} cannot be used: {error}", settings.level))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match settings.format {
        Format::Text => lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
        Format::Json => lines.json().flatten_event(true).try_init(),
    }
    .map_err(|error| error.to_string())
}
