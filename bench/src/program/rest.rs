//! The program's REST interface, as far as a benchmark needs it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use domain::stats::Overview;
use futures::{StreamExt, stream};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::simulator::{address, fingerprint};

/// How long a request may take.
const REQUEST: Duration = Duration::from_secs(30);
/// Between two looks at how many servers are online.
const LOOK: Duration = Duration::from_millis(100);
/// The first administrator.
const ADMIN: (&str, &str, &str) = ("bench", "bench@example.org", "correct horse battery");

/// Which simulated servers are added.
#[derive(Debug, Clone)]
pub struct NewServers {
    /// How many.
    pub count: u32,
    /// The simulator's port.
    pub port: u16,
    /// The simulator's password.
    pub password: String,
    /// The simulator's seed.
    pub seed: u64,
    /// Seconds between two samples.
    pub interval_secs: u32,
}

/// A client that is logged in as the first administrator.
#[derive(Debug, Clone)]
pub struct Rest {
    client: Client,
    url: String,
    token: String,
}

impl Rest {
    /// Makes the first administrator of an empty program.
    ///
    /// # Errors
    /// When the program refuses.
    pub async fn set_up(url: &str) -> Result<Self> {
        notify::use_ring();
        let client = Client::builder().timeout(REQUEST).no_proxy().build()?;
        let (username, email, password) = ADMIN;
        let body = json!({ "username": username, "email": email, "password": password });
        let answer = client.post(format!("{url}/api/setup/initialize")).json(&body).send().await?;
        let answer: Value = ok(answer).await?.json().await?;
        let token = answer.get("token").and_then(Value::as_str).context("the answer has no token")?.to_owned();
        Ok(Self { client, url: url.to_owned(), token })
    }

    /// The bearer token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The administrator's name and password, for logging in by hand.
    pub fn login(&self) -> (&'static str, &'static str) {
        (ADMIN.0, ADMIN.2)
    }

    /// A request of the administrator.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url)).bearer_auth(&self.token)
    }

    /// What the administrator is answered to a request with a body of JSON, or without one.
    ///
    /// # Errors
    /// When the program refuses.
    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let request = self.client.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        Ok(ok(request.send().await?).await?.json().await?)
    }

    /// Adds simulated servers, some at a time.
    ///
    /// # Errors
    /// When one is refused.
    pub async fn add(&self, new: &NewServers) -> Result<()> {
        let new = Arc::new(new.clone());
        let mut added =
            stream::iter(1..=new.count).map(|number| self.add_one(number, Arc::clone(&new))).buffer_unordered(16);
        while let Some(one) = added.next().await {
            one?;
        }
        Ok(())
    }

    async fn add_one(&self, number: u32, new: Arc<NewServers>) -> Result<()> {
        let body = json!({
            "name": format!("sim-{number:05}"),
            "host": address(number).to_string(),
            "port": new.port,
            "username": "monitor",
            "password": new.password,
            "host_key_fingerprint": fingerprint(new.seed, number),
            "interval_secs": new.interval_secs,
        });
        let request = self.client.post(format!("{}/api/servers", self.url)).bearer_auth(&self.token).json(&body);
        ok(request.send().await?).await.with_context(|| format!("server {number}"))?;
        Ok(())
    }

    /// How the servers do.
    ///
    /// # Errors
    /// When the program does not answer.
    pub async fn overview(&self) -> Result<Overview> {
        let answer = self.client.get(format!("{}/api/stats/overview", self.url)).send().await?;
        Ok(ok(answer).await?.json().await?)
    }

    /// Waits until so many servers are online.
    ///
    /// # Errors
    /// When that takes longer than `limit`; the message says how many are.
    pub async fn all_online(&self, servers: u32, limit: Duration) -> Result<()> {
        let began = Instant::now();
        loop {
            let overview = self.overview().await?;
            if overview.online_servers >= servers {
                return Ok(());
            }
            if began.elapsed() > limit {
                bail!("only {} of {servers} servers are online after {} s", overview.online_servers, limit.as_secs());
            }
            sleep(LOOK).await;
        }
    }
}

/// The answer when it is a good one.
async fn ok(answer: Response) -> Result<Response> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let path = answer.url().path().to_owned();
    bail!("{path} answered {status}: {}", answer.text().await.unwrap_or_default());
}
