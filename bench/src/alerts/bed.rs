//! What all measurements of the program share: a simulated fleet, the program that watches it, and those who are told.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::inbox::Inbox;
use super::{Arguments, evaluation::SERIES};
use crate::program::{NewServers, Rest, ServerMonitor, SimulatorProcess};

/// How long all servers may take to be online.
const ONLINE: Duration = Duration::from_secs(300);
/// How long incidents may take to be over.
const OVER: Duration = Duration::from_secs(60);
/// Between two looks at incidents.
const LOOK: Duration = Duration::from_millis(250);
/// What host keys are made from.
const SEED: u64 = 7;
const PASSWORD: &str = "simulated password";
/// A level that no value reaches.
const OUT_OF_REACH: f64 = 1e15;

/// An incident, as far as it is looked at.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Incident {
    pub rule_name: String,
    /// When the rule fired, in Unix milliseconds.
    pub began_at_ms: f64,
}

/// A running fleet with its program. All of it ends with this.
#[derive(Debug)]
pub(super) struct Bed {
    pub program: ServerMonitor,
    pub rest: Rest,
    pub simulator: SimulatorProcess,
    pub inbox: Inbox,
    /// The ids of the simulated servers, by their number.
    ids: HashMap<u32, i64>,
    /// The level that tells both channels.
    level: i64,
    servers: u32,
}

impl Bed {
    /// Starts everything, without any rule, and waits until all servers are online.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn start(path: &Path, arguments: &Arguments) -> Result<Self> {
        let Arguments { servers, interval, .. } = *arguments;
        let simulator = SimulatorProcess::start(servers, PASSWORD, SEED).await?;
        let program = ServerMonitor::start_with(path, &[("MONITOR_OUTGOING_ALLOW", "127.0.0.1")]).await?;
        let rest = Rest::set_up(&program.url()).await?;
        let inbox = Inbox::start().await?;
        let level = tell(&rest, &inbox).await?;
        let mut bed = Self { program, rest, simulator, inbox, ids: HashMap::new(), level, servers };
        let usual = bed.rest.ask(Method::GET, "/api/rules", None).await?;
        for rule in usual.as_array().into_iter().flatten() {
            bed.delete_rule(rule.get("id").and_then(Value::as_i64).context("a rule has an id")?).await?;
        }
        let port = bed.simulator.port();
        let new =
            NewServers { count: servers, port, password: PASSWORD.to_owned(), seed: SEED, interval_secs: interval };
        bed.rest.add(&new).await?;
        bed.all_online().await?;
        let stored = bed.rest.ask(Method::GET, "/api/servers", None).await?;
        for server in stored.as_array().into_iter().flatten() {
            let number =
                server.get("name").and_then(Value::as_str).and_then(|name| name.rsplit('-').next()?.parse().ok());
            let id = server.get("id").and_then(Value::as_i64);
            bed.ids.extend(number.zip(id));
        }
        Ok(bed)
    }

    /// Waits until all servers are online and sampled.
    ///
    /// # Errors
    /// When that takes too long.
    pub async fn all_online(&mut self) -> Result<()> {
        self.simulator.all_sampled(self.servers, ONLINE).await?;
        self.rest
            .all_online(self.servers, ONLINE)
            .await
            .with_context(|| format!("the program's log:\n{}", self.program.log()))
    }

    /// Makes a rule that tells both channels at once, for all servers or for one by its number. Gives its id.
    ///
    /// # Errors
    /// When the program refuses.
    pub async fn rule(&self, name: &str, condition: Value, of: Option<u32>) -> Result<i64> {
        let scope = match of {
            Some(number) => json!({ "server": self.id(number)? }),
            None => json!("all"),
        };
        let rule = json!({ "name": name, "condition": condition, "scope": scope, "severity": "critical", "level_id": self.level });
        let saved = self.rest.ask(Method::POST, "/api/rules", Some(&rule)).await?;
        saved.get("rule_id").and_then(Value::as_i64).context("the answer has no id")
    }

    /// Makes so many rules over all servers whose levels no value reaches. Gives their ids.
    ///
    /// # Errors
    /// When the program refuses.
    pub async fn quiet_rules(&self, count: u32) -> Result<Vec<i64>> {
        let mut rules = Vec::new();
        for series in SERIES.iter().take(count as usize) {
            let condition = json!({ "kind": "value", "series": series, "comparison": "above", "fire": OUT_OF_REACH, "clear": OUT_OF_REACH });
            rules.push(self.rule(&format!("quiet {series}"), condition, None).await?);
        }
        Ok(rules)
    }

    /// Deletes a rule.
    ///
    /// # Errors
    /// When the program refuses.
    pub async fn delete_rule(&self, id: i64) -> Result<()> {
        self.rest.ask(Method::DELETE, &format!("/api/rules/{id}"), None).await.map(drop)
    }

    /// Has a server tried again now, by its number.
    ///
    /// # Errors
    /// When the program refuses.
    pub async fn retry(&self, number: u32) -> Result<()> {
        let path = format!("/api/servers/{}/retry", self.id(number)?);
        self.rest.ask(Method::POST, &path, None).await.map(drop)
    }

    /// The newest incidents, 500 at most; only those that are not over when `open`.
    ///
    /// # Errors
    /// When the program refuses.
    pub async fn incidents(&self, open: bool) -> Result<Vec<Incident>> {
        let found = self.rest.ask(Method::GET, &format!("/api/incidents?limit=500&open={open}"), None).await?;
        Ok(serde_json::from_value(found)?)
    }

    /// Waits until no incident is open.
    ///
    /// # Errors
    /// When that takes too long; the message names one.
    pub async fn all_over(&self) -> Result<()> {
        let began = Instant::now();
        loop {
            let open = self.incidents(true).await?;
            let Some(first) = open.first() else { return Ok(()) };
            if began.elapsed() > OVER {
                bail!("{} incidents are not over, such as {}", open.len(), first.rule_name);
            }
            sleep(LOOK).await;
        }
    }

    /// How many messages wait to be sent.
    ///
    /// # Errors
    /// When the program refuses.
    pub async fn waiting(&self) -> Result<u64> {
        let channels = self.rest.ask(Method::GET, "/api/channels", None).await?;
        let waiting = |channel: &Value| channel.get("health")?.get("waiting")?.as_u64();
        Ok(channels.as_array().into_iter().flatten().filter_map(waiting).sum())
    }

    fn id(&self, number: u32) -> Result<i64> {
        self.ids.get(&number).copied().with_context(|| format!("there is no server {number}"))
    }
}

/// Makes a channel for each way, and a level by which both are told at once. Gives the level's id.
async fn tell(rest: &Rest, inbox: &Inbox) -> Result<i64> {
    let mail = json!({
        "name": "Mail", "levels": [],
        "target": { "kind": "email", "host": "127.0.0.1", "port": inbox.mail_port, "security": "none",
                    "from": "monitor@example.com", "to": ["ops@example.com"] },
    });
    let hook = json!({
        "name": "Webhook", "levels": [], "secret": "bench",
        "target": { "kind": "webhook", "url": format!("http://127.0.0.1:{}/", inbox.http_port),
                    "event_types": ["alert.triggered", "alert.resolved"] },
    });
    let mail = rest.ask(Method::POST, "/api/channels", Some(&mail)).await?;
    rest.ask(Method::POST, "/api/channels", Some(&hook)).await?;
    let mail = mail.get("channel_id").context("the answer has no id")?;
    let level = json!({ "name": "Both", "steps": [{ "after_secs": 0, "channels": [mail] }], "tells_end": true });
    let level = rest.ask(Method::POST, "/api/levels", Some(&level)).await?;
    level.get("level_id").and_then(Value::as_i64).context("the answer has no id")
}
