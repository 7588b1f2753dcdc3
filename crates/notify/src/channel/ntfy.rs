//! ntfy: a topic. See <https://docs.ntfy.sh/publish/#publish-as-json>.

use async_trait::async_trait;
use domain::{Error, Secret, alerts::Severity};
use reqwest::header::AUTHORIZATION;
use serde_json::json;
use url::Url;

use super::{Channel, Note, base};
use crate::{
    Answer, Failure,
    escape::shortened,
    http::{Http, Request},
};

const SERVER: &str = "https://ntfy.sh";

pub(super) struct Ntfy {
    url: Url,
    topic: String,
    token: Option<Secret>,
}

impl Ntfy {
    pub fn new(server_url: &str, topic: &str, token: Option<&Secret>) -> domain::Result<Self> {
        let topic = topic.trim();
        let is_topic = (1..=64).contains(&topic.len())
            && topic.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if !is_topic {
            return Err(Error::invalid("topic", "must have 1 to 64 letters, digits, dashes or underscores"));
        }
        Ok(Self { url: base("server_url", server_url, SERVER)?, topic: topic.to_owned(), token: token.cloned() })
    }
}

#[async_trait]
impl Channel for Ntfy {
    async fn send(&self, note: &Note<'_>, http: &Http) -> Result<Answer, Failure> {
        let (priority, tag) = match (note.text.is_over, note.text.severity) {
            (true, _) => (2, "white_check_mark"),
            (false, Severity::Warning) => (3, "warning"),
            (false, Severity::Critical) => (5, "rotating_light"),
        };
        let body = json!({
            "topic": self.topic, "title": shortened(&note.text.title, 250), "message": shortened(&note.text.text, 3_500),
            "priority": priority, "tags": [tag], "click": note.text.link.as_deref().unwrap_or_default(),
        });
        let mut request = Request::json(self.url.clone(), &body);
        if let Some(token) = &self.token {
            request = request.secret_header(AUTHORIZATION, &format!("Bearer {}", token.expose()))?;
        }
        http.post(request).await
    }
}
