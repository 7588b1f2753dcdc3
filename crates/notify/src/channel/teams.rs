//! Microsoft Teams: a workflow that posts an Adaptive Card to a chat or channel.
//! See <https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook>.

use async_trait::async_trait;
use serde_json::{Value, json};
use url::Url;

use super::{Channel, Note};
use crate::{
    Answer, Failure,
    escape::{markdown, shortened},
    http::{Http, Request},
};

pub(super) struct Teams(pub Url);

#[async_trait]
impl Channel for Teams {
    async fn send(&self, note: &Note<'_>, http: &Http) -> Result<Answer, Failure> {
        let color = match (note.text.is_over, note.text.severity) {
            (true, _) => "Good",
            (false, domain::alerts::Severity::Warning) => "Warning",
            (false, domain::alerts::Severity::Critical) => "Attention",
        };
        let line =
            |text: &str| json!({ "type": "TextBlock", "text": markdown(text), "wrap": true, "spacing": "Small" });
        let mut lines: Vec<Value> = vec![json!({
            "type": "TextBlock", "size": "Medium", "weight": "Bolder", "wrap": true, "color": color,
            "text": markdown(&shortened(&note.text.title, 250)),
        })];
        lines.extend(shortened(&note.text.text, 4_000).lines().map(line));
        let actions: Vec<Value> = note
            .text
            .link
            .iter()
            .map(|link| json!({ "type": "Action.OpenUrl", "title": note.text.open, "url": link }))
            .collect();
        let card = json!({
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard", "version": "1.4", "body": lines, "actions": actions,
        });
        let attachment = json!({ "contentType": "application/vnd.microsoft.card.adaptive", "content": card });
        http.post(Request::json(self.0.clone(), &json!({ "type": "message", "attachments": [attachment] }))).await
    }
}
