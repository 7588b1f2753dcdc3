//! Opsgenie and what speaks its language: each incident is an alert of its own there, which is closed when it is over.
//! See <https://docs.opsgenie.com/docs/alert-api>.

use async_trait::async_trait;
use domain::{Secret, alerts::Severity, notify::Item};
use reqwest::header::AUTHORIZATION;
use serde_json::json;
use url::Url;

use super::{Channel, Note, alert_key, base, each_item, joined};
use crate::{
    Answer, Failure,
    escape::shortened,
    http::{Http, Request},
};

const API: &str = "https://api.opsgenie.com";

pub(super) struct Opsgenie {
    url: Url,
    api_key: Secret,
}

impl Opsgenie {
    pub fn new(api_url: &str, api_key: &Secret) -> domain::Result<Self> {
        Ok(Self { url: joined(&base("api_url", api_url, API)?, "v2/alerts")?, api_key: api_key.clone() })
    }

    fn request(&self, note: &Note<'_>, item: Option<&Item>) -> Result<Request, Failure> {
        let text = note.text;
        let alias = alert_key(note, item);
        let request = if text.is_over {
            let mut url = self.url.clone();
            url.set_path(&format!("{}/{alias}/close", url.path()));
            url.set_query(Some("identifierType=alias"));
            Request::json(url, &json!({ "source": "Server Monitor", "note": shortened(&text.text, 25_000) }))
        } else {
            let body = json!({
                "message": shortened(&text.title, 130),
                "alias": alias,
                "description": shortened(&text.text, 15_000),
                "source": "Server Monitor",
                "entity": item.map_or("", |item| item.server.as_str()),
                "priority": if text.severity == Severity::Critical { "P1" } else { "P3" },
                "details": { "link": text.link.as_deref().unwrap_or_default() },
            });
            Request::json(self.url.clone(), &body)
        };
        request.secret_header(AUTHORIZATION, &format!("GenieKey {}", self.api_key.expose()))
    }
}

#[async_trait]
impl Channel for Opsgenie {
    async fn send(&self, note: &Note<'_>, http: &Http) -> Result<Answer, Failure> {
        let mut said = Answer(String::new());
        for item in each_item(note.payload) {
            said = http.post(self.request(note, item)?).await?;
        }
        Ok(said)
    }
}
