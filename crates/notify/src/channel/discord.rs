//! Discord: a webhook. See <https://discord.com/developers/docs/resources/webhook#execute-webhook>.

use async_trait::async_trait;
use serde_json::json;
use url::Url;

use super::{Channel, Note};
use crate::{
    Answer, Failure,
    escape::{markdown, shortened},
    http::{Http, Request},
};

pub(super) struct Discord(pub Url);

#[async_trait]
impl Channel for Discord {
    async fn send(&self, note: &Note<'_>, http: &Http) -> Result<Answer, Failure> {
        let embed = json!({
            "title": shortened(&markdown(&note.text.title), 256),
            "description": shortened(&markdown(&note.text.text), 4_000),
            "url": note.text.link,
            "color": note.color(),
        });
        // Nobody is mentioned, whatever a server is called.
        let body = json!({ "embeds": [embed], "allowed_mentions": { "parse": [] } });
        http.post(Request::json(self.0.clone(), &body)).await
    }
}
