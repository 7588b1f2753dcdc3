//! HTTP requests that go only where the guard lets them, redirects included.

use std::{net::IpAddr, sync::Arc, time::Duration};

use reqwest::{
    Client, StatusCode,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER},
};
use url::Url;

use crate::{Answer, Failure, Guard};

/// What this program calls itself.
const USER_AGENT: &str = concat!("ServerMonitor-Webhook/", env!("CARGO_PKG_VERSION"));
/// How long a whole request may take when nothing else is said.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);
/// How long the other side may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How many redirects are followed.
const REDIRECTS: usize = 3;
/// How much of an answer is read, and kept.
const ANSWER_BYTES: usize = 1_000;
/// The longest that another side is taken at its word when it wants to be left alone.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(60 * 60);

/// A request with a body.
#[derive(Debug)]
pub(crate) struct Request {
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Whether the body holds a secret, which must not follow a redirect to another host.
    pub is_body_secret: bool,
    pub timeout: Duration,
}

impl Request {
    /// A request with JSON.
    pub fn json(url: Url, body: &serde_json::Value) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        Self { url, headers, body: body.to_string().into_bytes(), is_body_secret: false, timeout: TIMEOUT }
    }

    /// With a body that holds a secret.
    pub fn secret_body(self) -> Self {
        Self { is_body_secret: true, ..self }
    }

    /// With a header that is not shown in logs and does not follow a redirect to another host.
    pub fn secret_header(mut self, name: HeaderName, value: &str) -> Result<Self, Failure> {
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| Failure::refusal(format!("the secret has characters that the header {name} cannot carry")))?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }
}

/// Has all TLS of the process use ring. Whoever makes an HTTP client calls this before.
pub fn use_ring() {
    // It may have been done before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Sends requests. Also holds the guard, for channels that connect in another way.
#[derive(Debug)]
pub(crate) struct Http {
    client: Client,
    guard: Arc<Guard>,
}

impl Http {
    pub fn new(guard: Guard) -> Result<Self, Failure> {
        use_ring();
        let guard = Arc::new(guard);
        let client = Client::builder()
            .user_agent(USER_AGENT)
            .dns_resolver(Arc::new(Guarded(Arc::clone(&guard))))
            .connect_timeout(CONNECT_TIMEOUT)
            // Redirects are followed here, so that each is looked at.
            .redirect(reqwest::redirect::Policy::none())
            // A proxy would resolve names itself, past the guard.
            .no_proxy()
            .build()
            .map_err(|cause| Failure::new(format!("HTTP cannot be used: {}", whole(&cause))))?;
        Ok(Self { client, guard })
    }

    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Posts, follows redirects, and returns what was answered.
    pub async fn post(&self, request: Request) -> Result<Answer, Failure> {
        let timeout = request.timeout;
        let late = || Failure::new(format!("no answer within {} s", timeout.as_secs()));
        tokio::time::timeout(timeout, self.follow(request)).await.map_err(|_| late())?
    }

    async fn follow(&self, request: Request) -> Result<Answer, Failure> {
        let Request { mut url, mut headers, body, is_body_secret, .. } = request;
        for _ in 0..=REDIRECTS {
            self.check(&url)?;
            let sent = self.client.post(url.clone()).headers(headers.clone()).body(body.clone()).send().await;
            let response = sent.map_err(|cause| failure(&cause))?;
            let status = response.status();
            let again = matches!(status.as_u16(), 301 | 302 | 307 | 308);
            if let (true, Some(to)) = (again, response.headers().get(LOCATION)) {
                let to = to.to_str().ok().and_then(|to| url.join(to).ok());
                let to = to.ok_or_else(|| Failure::refusal("redirected to an address that cannot be read"))?;
                if to.origin() != url.origin() {
                    if is_body_secret {
                        let other = to.host_str().unwrap_or_default();
                        return Err(Failure::refusal(format!("redirected to {other}, which must not see the secret")));
                    }
                    forget_secrets(&mut headers);
                }
                url = to;
                continue;
            }
            return answer(response).await;
        }
        Err(Failure::refusal(format!("redirected more than {REDIRECTS} times")))
    }

    /// Names are checked when they are resolved; addresses are not resolved, so that they are checked here.
    fn check(&self, url: &Url) -> Result<(), Failure> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Failure::refusal("redirected to an address that is neither http nor https"));
        }
        let host = url.host_str().unwrap_or_default();
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => self.guard.check(host, address),
            Err(_) => Ok(()),
        }
    }
}

fn forget_secrets(headers: &mut HeaderMap) {
    headers.remove(AUTHORIZATION);
    let secret: Vec<HeaderName> =
        headers.iter().filter(|(_, value)| value.is_sensitive()).map(|(name, _)| name.clone()).collect();
    for name in secret {
        headers.remove(name);
    }
}

async fn answer(mut response: reqwest::Response) -> Result<Answer, Failure> {
    let status = response.status();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend(chunk.iter().take(ANSWER_BYTES - body.len()));
        if body.len() == ANSWER_BYTES {
            break;
        }
    }
    let body: String = String::from_utf8_lossy(&body).chars().filter(|c| !c.is_control()).collect();
    let said = format!("{status} {}", body.trim()).trim_end().to_owned();
    if status.is_success() {
        return Ok(Answer(said));
    }
    let is_refusal = status.is_client_error()
        && !matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS | StatusCode::TOO_EARLY);
    let retry_after = retry_after.map(|secs| Duration::from_secs(secs).min(RETRY_AFTER_MAX));
    Err(Failure { message: said, is_refusal, retry_after })
}

fn failure(cause: &reqwest::Error) -> Failure {
    // What the guard said is somewhere below.
    let mut below: Option<&(dyn std::error::Error + 'static)> = Some(cause);
    while let Some(error) = below {
        if let Some(refused) = error.downcast_ref::<Failure>() {
            return refused.clone();
        }
        below = error.source();
    }
    Failure::new(whole(cause))
}

/// An error with its causes, without the address, which may be a secret.
fn whole(cause: &reqwest::Error) -> String {
    let mut said = if cause.is_connect() { "cannot connect".to_owned() } else { "the request failed".to_owned() };
    let mut below = std::error::Error::source(cause);
    while let Some(error) = below {
        let text = error.to_string();
        if !said.contains(&text) {
            said = format!("{said}: {text}");
        }
        below = error.source();
    }
    said
}

/// Resolves names to addresses that may be reached.
#[derive(Debug)]
struct Guarded(Arc<Guard>);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.0);
        Box::pin(async move {
            let found = guard.resolve(name.as_str(), 0).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
