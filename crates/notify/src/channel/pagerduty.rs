//! PagerDuty: Events API v2. Each incident is an alert of its own there, which is resolved when it is over.
//! See <https://developer.pagerduty.com/docs/send-alert-event>.

use async_trait::async_trait;
use domain::{Secret, alerts::Severity, notify::Item};
use serde_json::{Value, json};
use url::Url;

use super::{Channel, Note, alert_key, base, each_item, joined};
use crate::{
    Answer, Failure,
    escape::shortened,
    http::{Http, Request},
};

const API: &str = "https://events.pagerduty.com";

pub(super) struct Pagerduty {
    url: Url,
    routing_key: Secret,
}

impl Pagerduty {
    pub fn new(api_url: &str, routing_key: &Secret) -> domain::Result<Self> {
        let url = joined(&base("api_url", api_url, API)?, "v2/enqueue")?;
        Ok(Self { url, routing_key: routing_key.clone() })
    }

    fn body(&self, note: &Note<'_>, item: Option<&Item>) -> Value {
        let text = note.text;
        let key = alert_key(note, item);
        let routing_key = self.routing_key.expose();
        if text.is_over {
            return json!({ "routing_key": routing_key, "event_action": "resolve", "dedup_key": key });
        }
        let links: Value = text.link.iter().map(|link| json!({ "href": link, "text": "Server Monitor" })).collect();
        json!({
            "routing_key": routing_key,
            "event_action": "trigger",
            "dedup_key": key,
            "payload": {
                "summary": shortened(&text.title, 1_000),
                "source": item.map_or("Server Monitor", |item| item.server.as_str()),
                "severity": if text.severity == Severity::Critical { "critical" } else { "warning" },
                "custom_details": { "text": text.text },
            },
            "links": links,
        })
    }
}

#[async_trait]
impl Channel for Pagerduty {
    async fn send(&self, note: &Note<'_>, http: &Http) -> Result<Answer, Failure> {
        let mut said = Answer(String::new());
        for item in each_item(note.payload) {
            said = http.post(Request::json(self.url.clone(), &self.body(note, item)).secret_body()).await?;
        }
        Ok(said)
    }
}
