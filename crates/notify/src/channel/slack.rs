//! Slack: an incoming webhook. See <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>.

use async_trait::async_trait;
use serde_json::json;
use url::Url;

use super::{Channel, Note};
use crate::{
    Answer, Failure,
    escape::{shortened, slack},
    http::{Http, Request},
};

/// The longest text of a block, in characters, less than Slack's 3,000 for what escaping adds.
const TEXT_MAX: usize = 2_500;

pub(super) struct Slack(pub Url);

#[async_trait]
impl Channel for Slack {
    async fn send(&self, note: &Note<'_>, http: &Http) -> Result<Answer, Failure> {
        let title = slack(&shortened(&note.text.title, 250));
        let mut text = format!("*{title}*\n{}", slack(&shortened(&note.text.text, TEXT_MAX)));
        if let Some(link) = &note.text.link {
            text = format!("{text}\n<{link}|{}>", note.text.open);
        }
        let block = json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } });
        let color = format!("#{:06x}", note.color());
        let body = json!({ "text": title, "attachments": [{ "color": color, "fallback": title, "blocks": [block] }] });
        http.post(Request::json(self.0.clone(), &body)).await
    }
}
