//! A real mail server and HTTP servers that note what they are sent.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use crate::harness::eventually_within;

/// A mail server.
pub struct MailServer {
    pub port: u16,
    mails: Arc<Mutex<Vec<Value>>>,
    program: Child,
    /// Closing it ends the program.
    input: Option<ChildStdin>,
}

impl MailServer {
    pub fn start(arguments: &[&str]) -> Self {
        // The system's own, whatever else comes first in the path: the package is for that one.
        // From the package's folder, in which tests run: what was built for one checkout may be run for another.
        let mut program = Command::new("/usr/bin/python3")
            .arg("tests/api/mail_server.py")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        let mails = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&mails);
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                noted.lock().unwrap().push(serde_json::from_str(&line).unwrap());
            }
        });
        let input = program.stdin.take();
        Self { port: u16::try_from(first["port"].as_u64().unwrap()).unwrap(), mails, program, input }
    }

    /// What was taken so far.
    pub fn mails(&self) -> Vec<Value> {
        self.mails.lock().unwrap().clone()
    }

    /// Waits for so many mails and returns them.
    pub async fn wait_for(&self, count: usize) -> Vec<Value> {
        eventually_within(Duration::from_secs(20), "the mails", async || {
            Some(self.mails()).filter(|mails| mails.len() >= count)
        })
        .await
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.input.take();
        let _ = self.program.wait();
    }
}

/// Makes a certificate for 127.0.0.1. Returns the file with it and its key, and the one with it alone.
pub fn certificate(folder: &Path) -> (String, String) {
    let key = folder.join("mail.key").display().to_string();
    let certificate = folder.join("mail.crt").display().to_string();
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail.test"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", &key, "-out", &certificate])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let both = format!("{}{}", fs::read_to_string(&key).unwrap(), fs::read_to_string(&certificate).unwrap());
    let pem = folder.join("mail.pem").display().to_string();
    fs::write(&pem, both).unwrap();
    (pem, certificate)
}

/// A request that an HTTP server was sent.
#[derive(Debug, Clone)]
pub struct Posted {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Posted {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

type Answers = Arc<dyn Fn(&str, usize) -> Response + Send + Sync>;

/// An HTTP server that notes what it is sent.
#[derive(Clone)]
pub struct Sink {
    pub url: String,
    posted: Arc<Mutex<Vec<Posted>>>,
    answers: Answers,
}

impl Sink {
    /// One that takes everything.
    pub async fn start() -> Self {
        Self::answering("127.0.0.1", |_, _| (StatusCode::OK, "ok").into_response()).await
    }

    /// One that answers by path and by how many requests came before.
    pub async fn answering(host: &str, answers: impl Fn(&str, usize) -> Response + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind((host, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let sink = Self { url, posted: Arc::default(), answers: Arc::new(answers) };
        let router = Router::new().fallback(note).with_state(sink.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        sink
    }

    pub fn posted(&self) -> Vec<Posted> {
        self.posted.lock().unwrap().clone()
    }

    /// Waits for so many requests and returns them.
    pub async fn wait_for(&self, count: usize) -> Vec<Posted> {
        eventually_within(Duration::from_secs(20), "the requests", async || {
            Some(self.posted()).filter(|posted| posted.len() >= count)
        })
        .await
    }
}

async fn note(State(sink): State<Sink>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let before = {
        let mut posted = sink.posted.lock().unwrap();
        posted.push(Posted { path: uri.path().to_owned(), headers, body: body.to_vec() });
        posted.len() - 1
    };
    (sink.answers)(uri.path(), before)
}
