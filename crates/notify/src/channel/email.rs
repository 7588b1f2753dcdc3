//! Mail by way of an SMTP server.

use std::time::Duration;

use async_trait::async_trait;
use domain::{
    Error, Secret,
    notify::{Payload, Security, Target},
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    address::Envelope,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};

use super::{Channel, Note};
use crate::{Answer, Failure, escape::html, http::Http};

/// How long the mail server may take for each of its answers.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How long all of it may take.
const WHOLE: Duration = Duration::from_secs(40);
/// How many recipients there are at most.
const TO_MAX: usize = 50;

pub(super) struct Email {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    from: Mailbox,
    to: Vec<Mailbox>,
}

impl Email {
    pub fn new(target: &Target, password: Option<&Secret>) -> domain::Result<Self> {
        let Target::Email { host, port, security, username, from, to } = target else {
            return Err(Error::internal());
        };
        let host = host.trim();
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '/' || c == '@') {
            return Err(Error::invalid("host", "must be the mail server's name or address, such as smtp.example.com"));
        }
        let mailbox = |field: &'static str, text: &str| {
            let wrong =
                || Error::invalid(field, format!("{:?} is no mail address, such as ops@example.com", text.trim()));
            text.trim().parse::<Mailbox>().map_err(|_| wrong())
        };
        let to = to.iter().map(|one| mailbox("to", one)).collect::<domain::Result<Vec<_>>>()?;
        if to.is_empty() || to.len() > TO_MAX {
            return Err(Error::invalid("to", format!("must be 1 to {TO_MAX} mail addresses")));
        }
        let credentials = match (username.trim(), password) {
            ("", _) => None,
            (name, Some(password)) => Some(Credentials::new(name.to_owned(), password.expose().to_owned())),
            (_, None) => {
                return Err(Error::invalid("password", "is needed to log in; leave the account empty to send without"));
            }
        };
        let usual = match security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::None => 25,
        };
        let port = if *port == 0 { usual } else { *port };
        Ok(Self { host: host.to_owned(), port, security: *security, credentials, from: mailbox("from", from)?, to })
    }

    async fn mailer(&self, http: &Http) -> Result<AsyncSmtpTransport<Tokio1Executor>, Failure> {
        let addresses = http.guard().resolve(&self.host, self.port).await?;
        // The address is the one that was looked at; the certificate has to be for the name.
        let address =
            addresses.first().ok_or_else(|| Failure::new(format!("the name {} has no address", self.host)))?;
        let parameters = || TlsParameters::new(self.host.clone()).map_err(|cause| Failure::new(cause.to_string()));
        let tls = match self.security {
            Security::None => Tls::None,
            Security::Starttls => Tls::Required(parameters()?),
            Security::Tls => Tls::Wrapper(parameters()?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string())
            .port(self.port)
            .tls(tls)
            .hello_name(ClientId::default())
            .timeout(Some(TIMEOUT));
        if let Some(credentials) = &self.credentials {
            builder = builder.credentials(credentials.clone());
        }
        Ok(builder.build())
    }

    fn message(&self, note: &Note<'_>) -> Result<(Envelope, Vec<u8>), Failure> {
        let text = note.text;
        let mut builder = Message::builder()
            .from(self.from.clone())
            .subject(text.title.clone())
            // The same however often it is tried, by which mail servers and programs know it again.
            .message_id(Some(format!("<{}@{}>", note.event_id, self.from.email.domain())))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ));
        if let Payload::Incidents(message) = note.payload
            && let [item, ..] = message.items.as_slice()
        {
            // What is said of an incident later stands below what was said first.
            builder = builder.references(format!("<incident-{}@{}>", item.incident, self.from.email.domain()));
        }
        for to in &self.to {
            builder = builder.to(to.clone());
        }
        let plain = match &text.link {
            Some(link) => format!("{}\n\n{link}\n", text.text),
            None => format!("{}\n", text.text),
        };
        let parts = MultiPart::alternative_plain_html(plain, html_part(note));
        let message = builder
            .multipart(parts)
            .map_err(|cause| Failure::refusal(format!("no mail can be made of it: {cause}")))?;
        Ok((message.envelope().clone(), message.formatted()))
    }
}

fn html_part(note: &Note<'_>) -> String {
    let text = note.text;
    let lines: String =
        text.text.lines().map(|line| format!("<p style=\"margin:0 0 6px\">{}</p>", html(line))).collect();
    let link = text.link.as_deref().map_or_else(String::new, |link| {
        format!("<p style=\"margin:16px 0 0\"><a href=\"{}\" style=\"color:#1c5fb8\">{}</a></p>", html(link), text.open)
    });
    format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title></head><body style=\"margin:0;padding:16px;font:15px/1.45 system-ui,sans-serif\">\
         <div style=\"max-width:640px;border-left:4px solid #{color:06x};padding:4px 0 4px 14px\">\
         <h1 style=\"font-size:17px;margin:0 0 10px\">{title}</h1>{lines}{link}</div></body></html>",
        language = text.language.tag(),
        title = html(&text.title),
        color = note.color(),
    )
}

#[async_trait]
impl Channel for Email {
    async fn send(&self, note: &Note<'_>, http: &Http) -> Result<Answer, Failure> {
        let (envelope, message) = self.message(note)?;
        let send = async {
            let mailer = self.mailer(http).await?;
            mailer.send_raw(&envelope, &message).await.map_err(|cause| failure(&cause))
        };
        let late = || Failure::new(format!("the mail server did not take it within {} s", WHOLE.as_secs()));
        let said = tokio::time::timeout(WHOLE, send).await.map_err(|_| late())??;
        let text: Vec<&str> = said.message().collect();
        Ok(Answer(format!("{} {}", said.code(), text.join(" "))))
    }
}

fn failure(cause: &lettre::transport::smtp::Error) -> Failure {
    let mut said = cause.to_string();
    let mut below = std::error::Error::source(cause);
    while let Some(error) = below {
        let text = error.to_string();
        if !said.contains(&text) {
            said = format!("{said}: {text}");
        }
        below = error.source();
    }
    Failure { message: said, is_refusal: cause.is_permanent(), retry_after: None }
}
