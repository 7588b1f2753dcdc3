//! Server functions of channels, levels and thresholds.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::notify::{Health, Kind, Language, Level, QuietHours, Templates};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// A channel as this page needs it: what its kind needs is a list of texts, as in a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelView {
    /// Its id; `None` for a new one.
    pub id: Option<i64>,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// What its kind needs, by the names of the REST API.
    pub fields: Vec<(String, String)>,
    /// Whether its secret is there.
    pub has_secret: bool,
    /// Whether it is on.
    pub is_enabled: bool,
    /// The time zone of its readers.
    pub time_zone: String,
    /// The language of its readers.
    pub language: Language,
    /// When it is quiet.
    pub quiet: Option<QuietHours>,
    /// How its messages read.
    pub templates: Templates,
    /// How it does.
    pub health: Health,
}

/// All that the page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// All channels, by name.
    pub channels: Vec<ChannelView>,
    /// All levels, the usual ones first.
    pub levels: Vec<Level>,
    /// From where on the usual rules fire, in the order of [`domain::levels::Levels::each`].
    pub thresholds: [Option<f64>; 6],
    /// The server's clock, in Unix milliseconds.
    pub now_ms: i64,
}

/// What came of trying a channel: whether the other side took it, and what it said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// Whether it did.
    pub is_sent: bool,
    /// What it said.
    pub answer: String,
}

/// Everything about who is told.
///
/// # Errors
/// When the role does not allow it.
#[server(prefix = "/sfn", endpoint = "notifications", input = Postcard, output = Postcard)]
pub async fn load_setup() -> Result<Setup, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        let channels = monitor.notifications().channels(&actor).await?;
        let mut thresholds = monitor.alerts().levels(&actor).await?;
        Ok(Setup {
            channels: channels.into_iter().map(super::fields::view_of).collect(),
            levels: monitor.notifications().levels(&actor).await?,
            thresholds: thresholds.each().map(|level| *level.percent),
            now_ms: context::now_ms(),
        })
    };
    ask.await.map_err(context::refuse)
}

/// Makes a channel, or changes the one with its id. A secret that is not given stays.
///
/// # Errors
/// Names the fields that cannot be taken.
#[server(prefix = "/sfn", endpoint = "save-channel", input = Postcard, output = Postcard)]
pub async fn save_channel(channel: ChannelView, secret: Option<String>) -> Result<(), AppError> {
    use crate::context;
    let save = async {
        let (monitor, actor) = context::actor().await?;
        let id = channel.id;
        let edit = monitor::ChannelEdit {
            target: super::fields::target_of(channel.kind, &channel.fields)?,
            name: channel.name,
            secret: secret.map(domain::Secret::new),
            is_enabled: channel.is_enabled,
            time_zone: channel.time_zone,
            language: channel.language,
            quiet: channel.quiet,
            templates: channel.templates,
        };
        match id {
            Some(id) => monitor.notifications().change_channel(&actor, domain::ChannelId(id), edit).await,
            None => monitor.notifications().create_channel(&actor, edit, None).await,
        }
    };
    save.await.map(drop).map_err(context::refuse)
}

/// Deletes a channel with all that waits for it.
///
/// # Errors
/// When there is none, or the role does not allow it.
#[server(prefix = "/sfn", endpoint = "delete-channel", input = Postcard, output = Postcard)]
pub async fn delete_channel(id: i64) -> Result<(), AppError> {
    use crate::context;
    let delete = async {
        let (monitor, actor) = context::actor().await?;
        monitor.notifications().delete_channel(&actor, domain::ChannelId(id)).await
    };
    delete.await.map_err(context::refuse)
}

/// Sends a test by a channel and waits for what the other side says.
///
/// # Errors
/// When there is none, it is off, or the other side said nothing in time.
#[server(prefix = "/sfn", endpoint = "test-channel", input = Postcard, output = Postcard)]
pub async fn test_channel(id: i64) -> Result<Tried, AppError> {
    use crate::context;
    let test = async {
        let (monitor, actor) = context::actor().await?;
        let tried = monitor.notifications().test_channel(&actor, domain::ChannelId(id)).await?;
        Ok(Tried { is_sent: tried.is_sent, answer: tried.delivery.answer })
    };
    test.await.map_err(context::refuse)
}

/// How a message would read: its title and its text.
///
/// # Errors
/// Names the template that cannot be used.
#[server(prefix = "/sfn", endpoint = "preview-message", input = Postcard, output = Postcard)]
pub async fn preview(
    templates: Templates,
    time_zone: String,
    language: Language,
) -> Result<(String, String), AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        let message = monitor::example_message(domain::notify::Occasion::Began, 2);
        let text = monitor.notifications().preview(&actor, message, &time_zone, language, &templates)?;
        Ok((text.title, text.text))
    };
    ask.await.map_err(context::refuse)
}

/// Changes a level of escalation.
///
/// # Errors
/// Names the fields that cannot be taken.
#[server(prefix = "/sfn", endpoint = "save-level", input = Postcard, output = Postcard)]
pub async fn save_level(level: Level) -> Result<Level, AppError> {
    use crate::context;
    let save = async {
        let (monitor, actor) = context::actor().await?;
        monitor.notifications().change_level(&actor, level).await
    };
    save.await.map_err(context::refuse)
}

/// Sets from where on the usual rules fire, in the order of [`domain::levels::Levels::each`].
///
/// # Errors
/// Names the fields that cannot be taken.
#[server(prefix = "/sfn", endpoint = "save-thresholds", input = Postcard, output = Postcard)]
pub async fn save_thresholds(percents: [Option<f64>; 6]) -> Result<(), AppError> {
    use crate::context;
    let save = async {
        let (monitor, actor) = context::actor().await?;
        let mut levels = domain::levels::Levels::default();
        for (level, percent) in levels.each().into_iter().zip(percents) {
            *level.percent = percent;
        }
        monitor.alerts().set_levels(&actor, levels).await
    };
    save.await.map(drop).map_err(context::refuse)
}
