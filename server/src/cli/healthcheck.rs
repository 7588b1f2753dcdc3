//! `healthcheck`: asks the running program whether it is well, for container and service managers.

use std::time::Duration;

use anyhow::{Context, bail};

use super::print;
use crate::config::Config;

const TIMEOUT: Duration = Duration::from_secs(5);

/// Asks `/api/health` at the configured address.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    let url = format!("http://{}/api/health", config.network.own_address());
    notify::use_ring();
    // A proxy that the environment names is not on the way to ourselves.
    let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build().context("could not make a client")?;
    let answer = client.get(&url).send().await.with_context(|| format!("no answer from {url}"))?;
    if !answer.status().is_success() {
        bail!("{url} answered {}", answer.status());
    }
    print("ok")
}
