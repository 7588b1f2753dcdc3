//! `create-admin`: makes an account with the role admin, also when nobody can log in any more.

use std::io::IsTerminal;

use anyhow::{Context, bail};
use domain::{Error, Role, Secret, accounts::NewUser};
use monitor::{Monitor, Options};

use super::print;
use crate::config::Config;

/// Reads the password and makes the account.
pub async fn run(config: &Config, username: String, email: String) -> anyhow::Result<()> {
    let password = tokio::task::spawn_blocking(read_password).await??;
    let mut options = Options { watch_self: false, history: None, ..config.monitor_options() };
    // The account is all that is wanted: no server is to see a login because of it.
    options.limits.connecting_at_once = 0;
    let monitor = Monitor::start(options).await?;
    let made = monitor.accounts().create_admin(NewUser { username, email, password, role: Role::Admin }).await;
    let stopped = monitor.stop().await;
    let user = made.map_err(|error| anyhow::Error::msg(in_full(&error)))?;
    stopped?;
    print(&format!("The administrator {} was made (id {}).", user.username, user.id))
}

fn read_password() -> anyhow::Result<Secret> {
    let stdin = std::io::stdin();
    let line = if stdin.is_terminal() {
        rpassword::prompt_password("Password: ").context("could not read the password")?
    } else {
        let mut line = String::new();
        stdin.read_line(&mut line).context("could not read the password from standard input")?;
        line
    };
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("no password was given on standard input");
    }
    Ok(Secret::new(password))
}

/// The error with every field at fault.
fn in_full(error: &Error) -> String {
    match error.fields.as_slice() {
        [] | [_] => error.message.clone(),
        several => {
            several.iter().map(|field| format!("{}: {}", field.field, field.message)).collect::<Vec<_>>().join("; ")
        }
    }
}
