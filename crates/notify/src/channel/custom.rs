//! Any HTTP API, such as that of an SMS provider: the body is a template.

use async_trait::async_trait;
use domain::{Error, Secret};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use url::Url;

use super::{Channel, Note, url_of};
use crate::{
    Answer, Failure,
    http::{Http, Request, TIMEOUT},
    template, text,
};

/// The longest body, in characters.
const BODY_MAX: usize = 10_000;

pub(super) struct Custom {
    url: Url,
    content_type: HeaderValue,
    body: String,
    authorization: Option<Secret>,
}

impl Custom {
    pub fn new(url: &str, content_type: &str, body: &str, authorization: Option<&Secret>) -> domain::Result<Self> {
        let header = HeaderValue::from_str(content_type.trim())
            .ok()
            .filter(|_| content_type.contains('/'))
            .ok_or_else(|| Error::invalid("content_type", "must be a media type such as application/json"))?;
        let custom = Self {
            url: url_of("url", url)?,
            content_type: header,
            body: body.to_owned(),
            authorization: authorization.cloned(),
        };
        template::bounded("body", body, BODY_MAX)?;
        let wrong = |message: String| Error::invalid("body", message);
        // Shows now, not when it is needed, whether the template can be used.
        for payload in text::examples() {
            let example = text::usual(&payload, Some("https://monitor.example.com")).map_err(wrong)?;
            for link in [None, example.link.clone()] {
                let example = text::Text { link, ..example.clone() };
                custom.body(&Note { event_id: "", payload: &payload, at_ms: 0, text: &example }).map_err(wrong)?;
            }
        }
        Ok(custom)
    }

    fn body(&self, note: &Note<'_>) -> Result<String, String> {
        text::body(&self.body, self.content_type.to_str().unwrap_or_default(), note)
    }
}

#[async_trait]
impl Channel for Custom {
    async fn send(&self, note: &Note<'_>, http: &Http) -> Result<Answer, Failure> {
        let body = self.body(note).map_err(Failure::refusal)?.into_bytes();
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, self.content_type.clone())]);
        // Many services want their key in the body.
        let mut request = Request { url: self.url.clone(), headers, body, is_body_secret: true, timeout: TIMEOUT };
        if let Some(value) = &self.authorization {
            request = request.secret_header(AUTHORIZATION, value.expose())?;
        }
        http.post(request).await
    }
}
