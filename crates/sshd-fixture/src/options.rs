//! How a test wants its server to be.

use std::net::Ipv4Addr;
use std::time::Duration;

/// How a test wants its server to be. `Options::default()` lets the test's own user in by key.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address to listen on, in 127.0.0.0/8, so that a test can have servers with addresses of their own.
    pub host: Ipv4Addr,
    /// Runs in place of whatever command is asked for, like `ForceCommand`.
    pub force_command: Option<String>,
    /// Text shown before the log-in, like `Banner`.
    pub banner: Option<String>,
    /// Text that the account writes to standard output before each command, as a chatty profile does.
    pub preamble: Option<String>,
    /// How long each command waits before it starts, as after a slow message of the day.
    pub delay: Option<Duration>,
    /// Whether passwords are accepted. They are checked against the system's accounts: see [`crate::TempUser`].
    pub password: bool,
    /// Whether passwords are asked for by keyboard-interactive, through PAM (root only).
    pub keyboard_interactive: bool,
    /// Whether keys are accepted.
    pub public_key: bool,
    /// More lines for `sshd_config`.
    pub extra: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST,
            force_command: None,
            banner: None,
            preamble: None,
            delay: None,
            password: false,
            keyboard_interactive: false,
            public_key: true,
            extra: Vec::new(),
        }
    }
}

impl Options {
    /// The same with one more line for `sshd_config`.
    #[must_use]
    pub fn with(mut self, line: &str) -> Self {
        self.extra.push(line.to_owned());
        self
    }

    /// The command that the server forces, made of the delay, the preamble and the forced command.
    pub(crate) fn forced(&self) -> Option<String> {
        if self.force_command.is_none() && self.preamble.is_none() && self.delay.is_none() {
            return None;
        }
        let delay = self.delay.map(|delay| format!("sleep {}; ", delay.as_secs_f64())).unwrap_or_default();
        let preamble =
            self.preamble.as_ref().map(|text| format!("printf '%s\\n' {}; ", quoted(text))).unwrap_or_default();
        let command =
            self.force_command.clone().unwrap_or_else(|| "exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"".to_owned());
        Some(format!("{delay}{preamble}{command}"))
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
