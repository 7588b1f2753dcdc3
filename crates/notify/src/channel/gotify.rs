//! Gotify: an application. See <https://gotify.net/docs/pushmsg>.

use async_trait::async_trait;
use domain::{Secret, alerts::Severity};
use reqwest::header::HeaderName;
use serde_json::json;
use url::Url;

use super::{Channel, Note, base, joined};
use crate::{
    Answer, Failure,
    escape::shortened,
    http::{Http, Request},
};

pub(super) struct Gotify {
    url: Url,
    token: Secret,
}

impl Gotify {
    pub fn new(server_url: &str, token: &Secret) -> domain::Result<Self> {
        let url = joined(&base("server_url", server_url, "")?, "message")?;
        Ok(Self { url, token: token.clone() })
    }
}

#[async_trait]
impl Channel for Gotify {
    async fn send(&self, note: &Note<'_>, http: &Http) -> Result<Answer, Failure> {
        let priority = match (note.text.is_over, note.text.severity) {
            (true, _) => 2,
            (false, Severity::Warning) => 5,
            (false, Severity::Critical) => 8,
        };
        let click = note.text.link.as_ref().map(|link| json!({ "url": link }));
        let body = json!({
            "title": note.text.title, "message": shortened(&note.text.text, 8_000), "priority": priority,
            "extras": { "client::notification": { "click": click } },
        });
        let request = Request::json(self.url.clone(), &body);
        http.post(request.secret_header(HeaderName::from_static("x-gotify-key"), self.token.expose())?).await
    }
}
