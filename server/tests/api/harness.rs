//! Starts the real program on port 0 with a folder of its own, and speaks HTTP with it.

use std::time::Duration;

use monitor::{HistoryLimits, KeySource, Limits, Options, Outgoing};
use reqwest::{
    Method, StatusCode,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Value, json};
use server::{Program, config::Network};
use tempfile::TempDir;
use vault::{MasterKey, Vault};

/// The password of every account that tests make.
pub const PASSWORD: &str = "correct horse battery";

/// The program, running, with its folder.
pub struct TestServer {
    pub program: Program,
    /// Deleted when the test ends.
    folder: TempDir,
    net: Network,
    opts: Options,
}

impl TestServer {
    /// A program with no account, which watches nothing.
    pub async fn empty() -> Self {
        Self::start(|_| {}, |_| {}).await
    }

    /// A program with an administrator called `admin`, and a client that is logged in as them.
    pub async fn with_admin() -> (Self, Client) {
        let server = Self::empty().await;
        let admin = server.set_up().await;
        (server, admin)
    }

    /// A program with other settings.
    pub async fn start(network: impl FnOnce(&mut Network), options: impl FnOnce(&mut Options)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut net = Network { listen: "127.0.0.1:0".parse().unwrap(), ..Network::default() };
        network(&mut net);
        let mut opts = Options {
            data_dir: folder.path().join("data"),
            master_key: KeySource::File(folder.path().join("master.key")),
            watch_self: false,
            metrics_token: None,
            // What tests send goes to servers on this machine.
            outgoing: Outgoing {
                allow: vec!["127.0.0.1".parse().unwrap()],
                public_url: Some("https://monitor.example.com".to_owned()),
            },
            limits: Limits { watched_interval: Duration::from_millis(300), ..Limits::default() },
            history: Some(HistoryLimits::default()),
        };
        options(&mut opts);
        let program = Program::start(&net, opts.clone()).await.unwrap();
        Self { program, folder, net, opts }
    }

    /// Stops the program and starts it again with the same data, on another port.
    pub async fn restart(self) -> Self {
        let Self { program, folder, net, opts } = self;
        program.stop().await;
        let program = Program::start(&net, opts.clone()).await.unwrap();
        Self { program, folder, net, opts }
    }

    /// The same, with something done to the data in between.
    pub async fn restart_after(self, change: impl AsyncFnOnce(&std::path::Path)) -> Self {
        let Self { program, folder, net, opts } = self;
        program.stop().await;
        change(&opts.data_dir).await;
        let program = Program::start(&net, opts.clone()).await.unwrap();
        Self { program, folder, net, opts }
    }

    /// Makes the first administrator.
    pub async fn set_up(&self) -> Client {
        let anonymous = self.client();
        let setup = json!({"username": "admin", "email": "admin@example.com", "password": PASSWORD});
        let answer = anonymous.post("/api/setup/initialize", setup).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        anonymous.with_token(answer.text("token"))
    }

    /// A client that is not logged in.
    pub fn client(&self) -> Client {
        Client::new(format!("http://{}", self.program.address()))
    }

    /// Makes an account, named after its role, and logs in as it.
    pub async fn member(&self, admin: &Client, role: &str) -> Client {
        let name = format!("{role}-1");
        let new = json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD, "role": role});
        let answer = admin.post("/api/users", new).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        self.client().log_in(&name).await
    }

    /// The key with which the program signs tokens.
    pub fn signing_key(&self) -> Vec<u8> {
        let text = std::fs::read_to_string(self.folder.path().join("master.key")).unwrap();
        Vault::new(&MasterKey::from_text(text.trim()).unwrap()).signing_key("jwt").to_vec()
    }

    /// The address of the live stream.
    pub fn live_url(&self) -> String {
        format!("ws://{}/ws/live", self.program.address())
    }
}

/// Speaks HTTP with the program, as somebody or nobody.
#[derive(Clone)]
pub struct Client {
    url: String,
    http: reqwest::Client,
    headers: HeaderMap,
    pub token: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// The text as JSON; null when it is not JSON.
    pub body: Value,
}

impl Client {
    pub fn new(url: String) -> Self {
        notify::use_ring();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { url, http, headers: HeaderMap::new(), token: String::new() }
    }

    /// The same client, towards another program.
    pub fn at(&self, server: &TestServer) -> Self {
        Self { url: server.client().url, ..self.clone() }
    }

    /// The same client with one more header on every request.
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        client
    }

    /// The same client with a bearer token.
    pub fn with_token(&self, token: String) -> Self {
        let mut client = self.with(AUTHORIZATION.as_str().to_owned().leak(), &format!("Bearer {token}"));
        client.token = token;
        client
    }

    /// The same session as a browser has it: by cookie, from a page of ours.
    pub fn as_browser(&self) -> Self {
        let mut client = Self::new(self.url.clone());
        client.token.clone_from(&self.token);
        client.with("cookie", &format!("sm_session={}", self.token)).with("origin", &self.url)
    }

    /// Logs in with the password that all accounts of tests have.
    pub async fn log_in(&self, username: &str) -> Self {
        let answer = self.post("/api/auth/login", json!({"username": username, "password": PASSWORD})).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        self.with_token(answer.text("token"))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Sends JSON, or nothing.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let body = body.map(|body| body.to_string().into_bytes());
        self.send_raw(method, path, "application/json", body.unwrap_or_default()).await
    }

    /// Sends any bytes.
    pub async fn send_raw(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = self.request(method, path).header("content-type", kind).body(body);
        Answer::of(request.send().await.unwrap()).await
    }

    /// A request that is still to be sent.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).headers(self.headers.clone())
    }
}

impl Answer {
    async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, text, body }
    }

    /// A text of the body.
    pub fn text(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_else(|| panic!("no text {name} in {}", self.body)).to_owned()
    }

    /// A number of the body.
    pub fn number(&self, name: &str) -> i64 {
        self.body[name].as_i64().unwrap_or_else(|| panic!("no number {name} in {}", self.body))
    }

    /// The fields at fault.
    pub fn fields(&self) -> Vec<String> {
        let fields = self.body["fields"].as_array().cloned().unwrap_or_default();
        fields.iter().map(|field| field["field"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// A header's text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Asserts the one form that every refusal has.
    #[track_caller]
    pub fn is_refusal(&self, status: StatusCode, code: &str) {
        assert_eq!(self.status, status.as_u16(), "{}", self.text);
        assert_eq!(self.body["code"], code, "{}", self.text);
        assert!(self.body["error"].as_str().is_some_and(|text| !text.is_empty()), "{}", self.text);
    }
}

/// A server that nobody answers for: nothing listens on its port.
pub fn dead_server(name: &str) -> Value {
    json!({"name": name, "host": "127.0.0.9", "port": 9, "username": "nobody", "password": "of no use here"})
}

/// Waits until a condition holds, for ten seconds at most.
pub async fn eventually<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    eventually_within(Duration::from_secs(10), what, ask).await
}

/// Waits until a condition holds.
pub async fn eventually_within<T>(limit: Duration, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let begin = tokio::time::Instant::now();
    while begin.elapsed() < limit {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("did not happen within {} seconds: {what}", limit.as_secs());
}
