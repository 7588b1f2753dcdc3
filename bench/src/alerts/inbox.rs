//! Those who are told: a real mail server, and an HTTP server in this process. Both note when something arrived.

use std::net::Ipv4Addr;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::now_ms;

/// The mail server: aiosmtpd, which parses what it takes.
const MAIL_SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/tests/api/mail_server.py");
/// How long it may take to start.
const START: Duration = Duration::from_secs(20);
/// Between two looks at what arrived.
const LOOK: Duration = Duration::from_millis(20);

/// By which way somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Mail,
    Webhook,
}

/// A message that was accepted.
#[derive(Debug, Clone)]
pub(super) struct Arrived {
    pub way: Way,
    /// When, in Unix milliseconds.
    pub at_ms: f64,
    pub rule: String,
    /// Whether it says that something is over.
    pub is_end: bool,
    /// Of how many incidents it tells.
    pub incidents: usize,
}

type Arrivals = Arc<Mutex<Vec<Arrived>>>;

/// Both of them; they end with it.
#[derive(Debug)]
pub(super) struct Inbox {
    /// The mail server's port.
    pub mail_port: u16,
    /// The HTTP server's port.
    pub http_port: u16,
    arrived: Arrivals,
    _mail_server: Child,
    tasks: [JoinHandle<()>; 2],
}

impl Inbox {
    /// Starts both on free ports of 127.0.0.1.
    ///
    /// # Errors
    /// When one does not start.
    pub async fn start() -> Result<Self> {
        let arrived = Arrivals::default();
        // The system's own, whatever else comes first in the path: the package is for that one.
        let mut server = Command::new("/usr/bin/python3")
            .arg(MAIL_SERVER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("python3 cannot be run")?;
        let output = server.stdout.take().context("the mail server has no output")?;
        let mut lines = BufReader::new(output).lines();
        let first = timeout(START, lines.next_line()).await.context("the mail server does not start")??;
        let first: serde_json::Value = serde_json::from_str(&first.context("python3-aiosmtpd is missing")?)?;
        let mail_port = first.get("port").and_then(serde_json::Value::as_u64).context("the mail server has no port")?;
        let noted = Arc::clone(&arrived);
        let mails = tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                note(&noted, mail(&line));
            }
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let http_port = listener.local_addr()?.port();
        let router = Router::new().fallback(take).with_state(Arc::clone(&arrived));
        let posts = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        let mail_port = u16::try_from(mail_port)?;
        Ok(Self { mail_port, http_port, arrived, _mail_server: server, tasks: [mails, posts] })
    }

    /// What arrived since the last call.
    pub fn take(&self) -> Vec<Arrived> {
        std::mem::take(&mut *self.arrived.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until enough arrived, and takes it.
    ///
    /// # Errors
    /// When that takes longer than `limit`; the message says what arrived.
    pub async fn wait(
        &self,
        what: &str,
        limit: Duration,
        is_enough: impl Fn(&[Arrived]) -> bool,
    ) -> Result<Vec<Arrived>> {
        let began = Instant::now();
        while !is_enough(&self.arrived.lock().unwrap_or_else(PoisonError::into_inner)) {
            if began.elapsed() > limit {
                let arrived = self.take();
                let told = |way, is_end| {
                    let those = arrived.iter().filter(|one| one.way == way && one.is_end == is_end);
                    those.map(|one| one.incidents).sum::<usize>()
                };
                bail!(
                    "{what} did not arrive within {} s: mails told of {} and {}, webhooks of {} and {} (begun and over)",
                    limit.as_secs(),
                    told(Way::Mail, false),
                    told(Way::Mail, true),
                    told(Way::Webhook, false),
                    told(Way::Webhook, true),
                );
            }
            sleep(LOOK).await;
        }
        Ok(self.take())
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

fn note(arrived: &Arrivals, one: Option<Arrived>) {
    arrived.lock().unwrap_or_else(PoisonError::into_inner).extend(one);
}

/// A mail as the mail server says it.
#[derive(Deserialize)]
struct Mail {
    headers: Headers,
}

#[derive(Deserialize)]
struct Headers {
    subject: String,
}

/// From `Critical: RULE on SERVER` or `Over: RULE on 12 servers`.
fn mail(line: &str) -> Option<Arrived> {
    let at_ms = now_ms();
    let mail: Mail = serde_json::from_str(line).ok()?;
    let (occasion, rest) = mail.headers.subject.split_once(": ")?;
    let (rule, whom) = rest.rsplit_once(" on ")?;
    let incidents = whom.strip_suffix(" servers").and_then(|count| count.parse().ok()).unwrap_or(1);
    Some(Arrived { way: Way::Mail, at_ms, rule: rule.to_owned(), is_end: occasion == "Over", incidents })
}

/// A webhook's body, as far as it is looked at.
#[derive(Deserialize)]
struct Post {
    event_type: String,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    rule: String,
    incidents: Vec<serde_json::Value>,
}

async fn take(State(arrived): State<Arrivals>, body: Bytes) -> &'static str {
    let at_ms = now_ms();
    let post: Option<Post> = serde_json::from_slice(&body).ok();
    note(
        &arrived,
        post.map(|Post { event_type, meta }| Arrived {
            way: Way::Webhook,
            at_ms,
            rule: meta.rule,
            is_end: event_type == "alert.resolved",
            incidents: meta.incidents.len(),
        }),
    );
    "taken"
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_subject_says_what_it_is_about() {
        let of = |subject: &str| {
            let arrived = mail(&format!(r#"{{"headers":{{"subject":"{subject}","to":"x"}}}}"#))?;
            Some((arrived.rule, arrived.is_end, arrived.incidents))
        };
        assert_eq!(of("Critical: crossing 7 on sim-00007"), Some(("crossing 7".to_owned(), false, 1)));
        assert_eq!(of("Over: lost on 998 servers"), Some(("lost".to_owned(), true, 998)));
        assert_eq!(of("hello"), None);
    }
}
