//! The command line: what the program is asked to do, and with which settings.

mod create_admin;
mod healthcheck;
mod serve;

use std::{io::Write, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};

use crate::{
    api,
    config::{Config, Flags},
    logging,
};

/// Watches servers over SSH and shows them live in the browser.
#[derive(Debug, Parser)]
#[command(name = "server-monitor", version, about, long_about = None)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

/// The flags that every command takes.
#[derive(Debug, Args)]
struct Settings {
    /// The configuration file [default: server-monitor.toml if there is one]
    #[arg(long, value_name = "FILE", global = true, env = "MONITOR_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
    /// The address and port to listen on [default: 0.0.0.0:9083; also MONITOR_LISTEN]
    #[arg(long, value_name = "ADDRESS:PORT", global = true)]
    listen: Option<String>,
    /// The folder for the database [default: data; also MONITOR_DATA_DIR]
    #[arg(long, value_name = "FOLDER", global = true)]
    data_dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Watches servers and serves pages and API; what is done without a command
    Serve,
    /// Makes an account with the role admin; reads its password from standard input
    CreateAdmin {
        /// The account's name: 3 to 20 letters, digits, _ or -
        #[arg(long, value_name = "NAME")]
        username: String,
        /// The account's e-mail address
        #[arg(long, value_name = "ADDRESS")]
        email: String,
    },
    /// Asks the running program whether it is well; the exit code is 0 if so
    Healthcheck,
    /// Brings the database up to date and does nothing else
    Migrate,
    /// Prints the API's OpenAPI document
    Openapi,
}

/// Does what the command line asks; the exit code is 0 when it was done.
pub fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let command = cli.command.unwrap_or(Command::Serve);
    if let Command::Openapi = command {
        return print(&api::document().to_pretty_json()?);
    }
    let flags = Flags { file: cli.settings.config, listen: cli.settings.listen, data_dir: cli.settings.data_dir };
    let environment =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let config = Config::load(&flags, environment)?;
    logging::start(&config.log).map_err(anyhow::Error::msg)?;
    let runtime = tokio::runtime::Runtime::new().context("could not start the asynchronous runtime")?;
    let done = runtime.block_on(async {
        match command {
            Command::Serve => serve::run(&config).await,
            Command::CreateAdmin { username, email } => create_admin::run(&config, username, email).await,
            Command::Healthcheck => healthcheck::run(&config).await,
            Command::Migrate => migrate(&config).await,
            Command::Openapi => Ok(()),
        }
    });
    // What still blocks, such as a name being looked up, must not hold up the end.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    done
}

async fn migrate(config: &Config) -> anyhow::Result<()> {
    monitor::migrate(&config.storage.data_dir).await?;
    print("The database is up to date.")
}

/// Prints a line to standard output: what the person asked for, as opposed to the log.
fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{text}").and_then(|()| stdout.flush()).context("could not write to standard output")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_may_stand_before_or_after_the_command() {
        for line in [["server-monitor", "--listen", "x", "serve"], ["server-monitor", "serve", "--listen", "x"]] {
            let listen = Cli::try_parse_from(line).ok().and_then(|cli| cli.settings.listen);
            assert_eq!(listen.as_deref(), Some("x"));
        }
    }
}
