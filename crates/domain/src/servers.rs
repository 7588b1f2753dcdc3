//! Servers: what a person enters, what is shown, what may be changed, and trying a connection.

use serde::{Deserialize, Serialize};

use crate::{
    Result, Secret,
    error::FieldErrors,
    ids::{GroupId, ServerId, TagId},
    status::{Connection, Reason, Status},
    text,
};

/// The seconds between two samples of a server that nobody looks at, when not chosen.
pub const DEFAULT_INTERVAL_SECS: u32 = 3;
/// The port of SSH.
pub const DEFAULT_PORT: u16 = 22;
/// The most tags on one server.
pub const TAGS_MAX: usize = 50;

/// How a server is reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// Over SSH.
    #[default]
    Ssh,
    /// It is the machine the monitor runs on.
    Local,
}

/// How the monitor logs in; which one is stored, never the secret itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// Nothing is stored, or nothing is needed.
    #[default]
    None,
    /// A password.
    Password,
    /// A private key.
    PrivateKey,
}

/// A watched server as it is stored and shown. It never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Server {
    /// Its id.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// Its host name or address.
    pub host: String,
    /// Its SSH port.
    pub port: u16,
    /// The account to log in as.
    pub username: String,
    /// What it is for.
    pub description: String,
    /// How it is reached.
    pub via: Via,
    /// The server through which it is reached; directly when not given.
    pub jump_host_id: Option<ServerId>,
    /// How the monitor logs in.
    pub auth_method: AuthMethod,
    /// Its group.
    pub group_id: Option<GroupId>,
    /// Its tags, sorted.
    pub tag_ids: Vec<TagId>,
    /// Seconds between two samples while nobody looks, 1–300.
    pub interval_secs: u32,
    /// The SHA-256 fingerprints of the host keys that a person trusts for its host and port.
    pub host_key_fingerprints: Vec<String>,
    /// Whether it answers.
    pub status: Status,
    /// Why it does not.
    pub reason: Option<Reason>,
    /// Since when it does or does not, in Unix milliseconds.
    pub since_ms: Option<i64>,
    /// When it is tried again, in Unix milliseconds, if it waits for that.
    pub next_try_ms: Option<i64>,
    /// When it last answered, in Unix milliseconds.
    pub last_seen_ms: Option<i64>,
    /// When it was added, in Unix milliseconds.
    pub created_at_ms: i64,
    /// When it was last changed, in Unix milliseconds.
    pub updated_at_ms: i64,
}

impl Server {
    /// Whether it answers, and if not, why, as one value.
    pub fn connection(&self) -> Connection {
        Connection {
            status: self.status,
            reason: self.reason.clone(),
            since_ms: self.since_ms,
            next_try_ms: self.next_try_ms,
        }
    }

    /// The same server with another state of its connection.
    pub fn with_connection(self, connection: Connection) -> Self {
        let Connection { status, reason, since_ms, next_try_ms } = connection;
        Self { status, reason, since_ms, next_try_ms, ..self }
    }
}

/// What a person or script gives to add a server.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewServer {
    /// Its name.
    pub name: String,
    /// Its host name or address.
    pub host: String,
    /// Its SSH port; 22 when not given.
    #[serde(default = "default_port")]
    pub port: u16,
    /// The account to log in as.
    pub username: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The password to log in with; this or `private_key`.
    #[serde(default)]
    pub password: Option<Secret>,
    /// The private key to log in with, in OpenSSH or PEM form; this or `password`.
    #[serde(default)]
    pub private_key: Option<Secret>,
    /// The private key's passphrase, if it has one.
    #[serde(default)]
    pub passphrase: Option<Secret>,
    /// The SHA-256 fingerprint of its host key (`SHA256:…`), which is trusted from the start.
    #[serde(default)]
    pub host_key_fingerprint: Option<String>,
    /// The watched server through which it is reached, by the connection that the monitor has there; directly when not given or `0`.
    #[serde(default)]
    pub jump_host_id: Option<ServerId>,
    /// Its group.
    #[serde(default)]
    pub group_id: Option<GroupId>,
    /// Its tags.
    #[serde(default)]
    pub tag_ids: Vec<TagId>,
    /// Seconds between two samples while nobody looks, 1–300; 3 when not given.
    #[serde(default = "default_interval")]
    pub interval_secs: u32,
}

fn default_port() -> u16 {
    DEFAULT_PORT
}

fn default_interval() -> u32 {
    DEFAULT_INTERVAL_SECS
}

impl NewServer {
    /// The same with its texts trimmed; empty secrets count as not given.
    ///
    /// # Errors
    /// Names every field that cannot be taken.
    pub fn validated(mut self) -> Result<Self> {
        let mut errors = FieldErrors::default();
        self.name = errors.check("name", text::name(&self.name)).unwrap_or_default();
        self.host = errors.check("host", text::host(&self.host)).unwrap_or_default();
        self.username = errors.check("username", text::login(&self.username)).unwrap_or_default();
        self.description = errors.check("description", text::description(&self.description)).unwrap_or_default();
        errors.check("port", port(self.port));
        errors.check("interval_secs", interval(self.interval_secs));
        errors.check("tag_ids", tags(&mut self.tag_ids));
        let fingerprint = self.host_key_fingerprint.take().filter(|text| !text.trim().is_empty());
        self.host_key_fingerprint =
            fingerprint.and_then(|text| errors.check("host_key_fingerprint", self::fingerprint(&text)));
        self.password = given(self.password);
        self.private_key = given(self.private_key);
        self.passphrase = given(self.passphrase);
        secrets(&mut errors, self.password.as_ref(), self.private_key.as_ref(), self.passphrase.as_ref());
        if self.password.is_none() && self.private_key.is_none() {
            errors.add("password", "is missing: give a password or a private_key");
        }
        errors.finish()?;
        Ok(self)
    }
}

/// A change to a server; what is not given stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ServerChange {
    /// A new name.
    pub name: Option<String>,
    /// A new host name or address. The stored secret is not sent to a new host unless it is given again.
    pub host: Option<String>,
    /// A new SSH port.
    pub port: Option<u16>,
    /// Another account to log in as.
    pub username: Option<String>,
    /// Another description.
    pub description: Option<String>,
    /// A new password, which replaces the stored secret.
    pub password: Option<Secret>,
    /// A new private key, which replaces the stored secret.
    pub private_key: Option<Secret>,
    /// The new private key's passphrase.
    pub passphrase: Option<Secret>,
    /// A host key's fingerprint to trust from now on, in place of those trusted before.
    pub host_key_fingerprint: Option<String>,
    /// Another server through which it is reached; `0` for directly. The stored secret is not sent another way unless it is given again.
    pub jump_host_id: Option<ServerId>,
    /// Another group; `0` for none.
    pub group_id: Option<GroupId>,
    /// Other tags, in place of those it has.
    pub tag_ids: Option<Vec<TagId>>,
    /// Other seconds between two samples, 1–300.
    pub interval_secs: Option<u32>,
}

impl ServerChange {
    /// The same with its texts trimmed; empty secrets count as not given.
    ///
    /// # Errors
    /// Names every field that cannot be taken.
    pub fn validated(mut self) -> Result<Self> {
        let mut errors = FieldErrors::default();
        self.name = self.name.and_then(|name| errors.check("name", text::name(&name)));
        self.host = self.host.and_then(|host| errors.check("host", text::host(&host)));
        self.username = self.username.and_then(|login| errors.check("username", text::login(&login)));
        self.description = self.description.and_then(|words| errors.check("description", text::description(&words)));
        if let Some(number) = self.port {
            errors.check("port", port(number));
        }
        if let Some(secs) = self.interval_secs {
            errors.check("interval_secs", interval(secs));
        }
        if let Some(list) = self.tag_ids.as_mut() {
            errors.check("tag_ids", tags(list));
        }
        let fingerprint = self.host_key_fingerprint.take().filter(|text| !text.trim().is_empty());
        self.host_key_fingerprint =
            fingerprint.and_then(|text| errors.check("host_key_fingerprint", self::fingerprint(&text)));
        self.password = given(self.password);
        self.private_key = given(self.private_key);
        self.passphrase = given(self.passphrase);
        secrets(&mut errors, self.password.as_ref(), self.private_key.as_ref(), self.passphrase.as_ref());
        errors.finish()?;
        Ok(self)
    }
}

/// What `servers/test` takes: where and how to connect, without storing anything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TestRequest {
    /// Its host name or address.
    pub host: String,
    /// Its SSH port; 22 when not given.
    #[serde(default = "default_port")]
    pub port: u16,
    /// The account to log in as.
    pub username: String,
    /// The password to try.
    #[serde(default)]
    pub password: Option<Secret>,
    /// The private key to try.
    #[serde(default)]
    pub private_key: Option<Secret>,
    /// The private key's passphrase.
    #[serde(default)]
    pub passphrase: Option<Secret>,
    /// The server whose stored secret is to be tried when none is given; only for its own host, port and account.
    #[serde(default)]
    pub server_id: Option<ServerId>,
    /// The host key that the caller expects. Without it only the key is read: no secret is sent to an unknown host.
    #[serde(default)]
    pub host_key_fingerprint: Option<String>,
    /// The watched server through which it is reached; directly when not given or `0`.
    #[serde(default)]
    pub jump_host_id: Option<ServerId>,
}

impl TestRequest {
    /// The same with its texts trimmed; empty secrets count as not given.
    ///
    /// # Errors
    /// Names every field that cannot be taken.
    pub fn validated(mut self) -> Result<Self> {
        let mut errors = FieldErrors::default();
        self.host = errors.check("host", text::host(&self.host)).unwrap_or_default();
        self.username = errors.check("username", text::login(&self.username)).unwrap_or_default();
        errors.check("port", port(self.port));
        let fingerprint = self.host_key_fingerprint.take().filter(|text| !text.trim().is_empty());
        self.host_key_fingerprint =
            fingerprint.and_then(|text| errors.check("host_key_fingerprint", self::fingerprint(&text)));
        self.password = given(self.password);
        self.private_key = given(self.private_key);
        self.passphrase = given(self.passphrase);
        secrets(&mut errors, self.password.as_ref(), self.private_key.as_ref(), self.passphrase.as_ref());
        errors.finish()?;
        Ok(self)
    }
}

/// How far a test got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestResult {
    /// Logged in with the expected host key and ran the probe.
    pub success: bool,
    /// What happened, in plain words.
    pub message: String,
    /// The host key that the server showed, if it got so far.
    pub host_key: Option<HostKey>,
    /// Whether that key is the expected one, or already trusted for this host and port.
    pub host_key_trusted: bool,
    /// Why it failed.
    pub reason: Option<Reason>,
    /// What the server says it is, when the probe ran.
    pub system: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: u32,
}

/// A server's public host key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostKey {
    /// Its type as OpenSSH names it, such as `ssh-ed25519`.
    pub algorithm: String,
    /// Its SHA-256 fingerprint as OpenSSH prints it, `SHA256:…`.
    pub fingerprint: String,
}

/// A host key fingerprint as OpenSSH prints it: `SHA256:` and 43 characters of base64.
fn fingerprint(text: &str) -> std::result::Result<String, String> {
    let text = text.trim().trim_end_matches('=');
    let digits = text.strip_prefix("SHA256:").unwrap_or_default();
    if digits.len() == 43 && digits.chars().all(|c| c.is_ascii_alphanumeric() || c == '+' || c == '/') {
        Ok(text.to_owned())
    } else {
        Err("must be a fingerprint as ssh-keygen -l prints it: SHA256: and 43 characters".to_owned())
    }
}

fn port(port: u16) -> std::result::Result<(), String> {
    if port == 0 { Err("must be 1 to 65535".to_owned()) } else { Ok(()) }
}

fn interval(secs: u32) -> std::result::Result<(), String> {
    if (1..=300).contains(&secs) { Ok(()) } else { Err("must be 1 to 300 seconds".to_owned()) }
}

fn tags(ids: &mut Vec<TagId>) -> std::result::Result<(), String> {
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > TAGS_MAX { Err(format!("must be at most {TAGS_MAX} tags")) } else { Ok(()) }
}

fn given(secret: Option<Secret>) -> Option<Secret> {
    secret.filter(|secret| !secret.is_empty())
}

fn secrets(errors: &mut FieldErrors, password: Option<&Secret>, key: Option<&Secret>, passphrase: Option<&Secret>) {
    for (field, secret) in [("password", password), ("passphrase", passphrase)] {
        if let Some(secret) = secret {
            errors.check(field, text::within(secret.expose(), text::PASSWORD_MAX));
        }
    }
    if key.is_some_and(|key| key.expose().len() > text::PRIVATE_KEY_MAX) {
        errors.add("private_key", "is too long for a private key");
    }
    if password.is_some() && key.is_some() {
        errors.add("private_key", "give a password or a private key, not both");
    }
    if passphrase.is_some() && key.is_none() {
        errors.add("passphrase", "belongs to a private key, and none is given");
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn good() -> NewServer {
        NewServer {
            name: "Web 1".to_owned(),
            host: "192.0.2.10".to_owned(),
            port: 22,
            username: "root".to_owned(),
            password: Some(Secret::new("secret")),
            interval_secs: 3,
            ..NewServer::default()
        }
    }

    #[test]
    fn a_good_server_is_taken() {
        assert!(good().validated().is_ok());
    }

    #[test]
    fn every_wrong_field_is_named() {
        let bad = NewServer {
            name: "x".repeat(10_000),
            host: "<script>".to_owned(),
            port: 0,
            username: "a b".to_owned(),
            interval_secs: 301,
            private_key: Some(Secret::new("key")),
            host_key_fingerprint: Some("nonsense".to_owned()),
            ..good()
        };
        let error = bad.validated().unwrap_err();
        let mut fields: Vec<_> = error.fields.iter().map(|field| field.field.as_str()).collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            ["host", "host_key_fingerprint", "interval_secs", "name", "port", "private_key", "username"]
        );
    }

    #[test]
    fn an_unknown_field_is_refused() {
        let text = r#"{"name":"a","host":"b","username":"c","colour":"red"}"#;
        assert!(serde_json::from_str::<NewServer>(text).unwrap_err().to_string().contains("colour"));
    }
}
