//! Telegram: a bot that writes to a chat. See <https://core.telegram.org/bots/api#sendmessage>.

use async_trait::async_trait;
use domain::{Error, Secret};
use serde_json::json;
use url::Url;

use super::{Channel, Note, base, joined};
use crate::{
    Answer, Failure,
    escape::{html, shortened},
    http::{Http, Request},
};

const API: &str = "https://api.telegram.org";
/// The longest text, in characters, less than Telegram's 4,096 for the title and the link.
const TEXT_MAX: usize = 3_500;

pub(super) struct Telegram {
    url: Url,
    chat_id: String,
}

impl Telegram {
    pub fn new(chat_id: &str, api_url: &str, token: &Secret) -> domain::Result<Self> {
        let chat_id = chat_id.trim();
        let is_number = chat_id.parse::<i64>().is_ok();
        let is_name =
            chat_id.strip_prefix('@').is_some_and(|name| !name.is_empty() && !name.contains(char::is_whitespace));
        if !is_number && !is_name {
            return Err(Error::invalid(
                "chat_id",
                "must be the chat's number, such as -1001234567890, or @name of a channel",
            ));
        }
        let token = token.expose().trim();
        let is_token = token.split_once(':').is_some_and(|(bot, key)| bot.parse::<u64>().is_ok() && !key.is_empty())
            && token.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-'));
        if !is_token {
            return Err(Error::invalid("bot_token", "must be the token that BotFather gave, such as 123456:ABC-DEF"));
        }
        let url = joined(&base("api_url", api_url, API)?, &format!("./bot{token}/sendMessage"))?;
        Ok(Self { url, chat_id: chat_id.to_owned() })
    }
}

#[async_trait]
impl Channel for Telegram {
    async fn send(&self, note: &Note<'_>, http: &Http) -> Result<Answer, Failure> {
        let title = html(&shortened(&note.text.title, 250));
        let mut text = format!("<b>{title}</b>\n{}", html(&shortened(&note.text.text, TEXT_MAX)));
        if let Some(link) = &note.text.link {
            text = format!("{text}\n<a href=\"{}\">{}</a>", html(link), note.text.open);
        }
        let body = json!({
            "chat_id": self.chat_id, "text": text, "parse_mode": "HTML",
            "link_preview_options": { "is_disabled": true },
        });
        http.post(Request::json(self.url.clone(), &body)).await
    }
}
