//! `/api/channels` and `/api/levels`: where messages go, and who is told when.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use domain::{
    ChannelId, DeliveryId, Error, LevelId, Secret,
    notify::{Channel, Language, Level, Message, Occasion, QuietHours, Reminder, Step, Target, Templates},
};
use monitor::{Actor, ChannelEdit, Delivery, DeliveryState, Monitor, Tried};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ApiError, ApiResult, Done, Id, Json, Query, strict::known};

/// A channel as it is written.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChannel {
    /// Its name.
    name: String,
    /// Where its messages go.
    #[serde(deserialize_with = "known")]
    target: Target,
    /// The target's secret: the password, token, key or address that its kind needs. As it is when not given, taken away when empty.
    #[serde(default)]
    secret: Option<Secret>,
    /// Whether it is on; it is when not given.
    #[serde(default = "yes")]
    is_enabled: bool,
    /// The time zone of its readers, such as `Europe/Berlin`; UTC when empty.
    #[serde(default)]
    time_zone: String,
    /// The language of its readers; English when not given.
    #[serde(default)]
    language: Language,
    /// When it is quiet; never when not given.
    #[serde(default, deserialize_with = "known")]
    quiet: Option<QuietHours>,
    /// How its messages read; the usual texts when not given.
    #[serde(default, deserialize_with = "known")]
    templates: Templates,
    /// Into the first step of which levels it is put when it is made; the usual ones of its kind when not given.
    #[serde(default)]
    levels: Option<Vec<LevelId>>,
}

fn yes() -> bool {
    true
}

impl NewChannel {
    fn split(self) -> (ChannelEdit, Option<Vec<LevelId>>) {
        let Self { name, target, secret, is_enabled, time_zone, language, quiet, templates, levels } = self;
        (ChannelEdit { name, target, secret, is_enabled, time_zone, language, quiet, templates }, levels)
    }
}

/// What is answered when a channel was made or changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelSaved {
    success: bool,
    message: String,
    channel_id: ChannelId,
    channel: Channel,
}

impl ChannelSaved {
    fn new(message: &str, channel: Channel) -> Json<Self> {
        Json(Self { success: true, message: message.to_owned(), channel_id: channel.id, channel })
    }
}

/// How far a message came.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SentState {
    /// It is to be sent.
    Waiting,
    /// The other side took it.
    Sent,
    /// It was given up.
    Dead,
}

/// A message to one channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SentMessage {
    /// Its id.
    pub id: DeliveryId,
    /// The id that the other side sees, the same however often it was tried.
    pub event_id: String,
    /// The type of the event.
    pub event_type: String,
    /// How far it came.
    pub state: SentState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was recorded, in Unix milliseconds.
    pub created_at_ms: i64,
    /// When it is tried next, in Unix milliseconds.
    pub next_at_ms: Option<i64>,
    /// When it was taken or given up, in Unix milliseconds.
    pub done_at_ms: Option<i64>,
    /// What the other side said last.
    pub answer: String,
}

impl From<Delivery> for SentMessage {
    fn from(delivery: Delivery) -> Self {
        let state = match delivery.state {
            DeliveryState::Waiting => SentState::Waiting,
            DeliveryState::Sent => SentState::Sent,
            DeliveryState::Dead => SentState::Dead,
        };
        Self {
            id: delivery.id,
            event_id: delivery.event_id,
            event_type: delivery.event_type,
            state,
            attempts: delivery.attempts,
            created_at_ms: delivery.created_at_ms,
            next_at_ms: matches!(state, SentState::Waiting).then_some(delivery.next_at_ms),
            done_at_ms: delivery.done_at_ms,
            answer: delivery.answer,
        }
    }
}

/// What came of trying a channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TestResult {
    /// Whether the other side took it.
    pub success: bool,
    /// What it said.
    pub message: String,
    /// The message.
    pub delivery: SentMessage,
}

impl From<Tried> for TestResult {
    fn from(tried: Tried) -> Self {
        Self { success: tried.is_sent, message: tried.delivery.answer.clone(), delivery: tried.delivery.into() }
    }
}

/// Which page of messages.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct PageOfMessages {
    /// The most that are wanted, 1 to 100; 50 when not given.
    pub limit: Option<u32>,
    /// How many of the newest are left out.
    pub offset: u32,
}

/// A page of messages, the newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MessagePage {
    /// The messages.
    pub deliveries: Vec<SentMessage>,
    /// How many they are.
    pub count: usize,
    /// The most that were wanted.
    pub limit: u32,
    /// How many of the newest were left out.
    pub offset: u32,
}

impl MessagePage {
    /// What was found for what was asked.
    pub fn new(found: Vec<Delivery>, asked: PageOfMessages) -> Json<Self> {
        let deliveries: Vec<SentMessage> = found.into_iter().map(SentMessage::from).collect();
        let PageOfMessages { limit, offset } = asked;
        Json(Self { count: deliveries.len(), deliveries, limit: limit.unwrap_or(50), offset })
    }
}

/// A level as it is written.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLevel {
    /// Its name.
    name: String,
    /// Who is told when.
    #[serde(default, deserialize_with = "known")]
    steps: Vec<Step>,
    /// Whether they are reminded.
    #[serde(default, deserialize_with = "known")]
    reminder: Option<Reminder>,
    /// Whether they are told as well when it is over; they are when not given.
    #[serde(default = "yes")]
    tells_end: bool,
}

impl NewLevel {
    fn with_id(self, id: LevelId) -> Level {
        let Self { name, steps, reminder, tells_end } = self;
        Level { id, name, steps, reminder, tells_end }
    }
}

/// What is answered when a level was made or changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LevelSaved {
    success: bool,
    message: String,
    level_id: LevelId,
    level: Level,
}

impl LevelSaved {
    fn new(message: &str, level: Level) -> Json<Self> {
        Json(Self { success: true, message: message.to_owned(), level_id: level.id, level })
    }
}

/// What is to be shown of a message before anything is kept.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AskedPreview {
    /// How it reads.
    #[serde(deserialize_with = "known")]
    templates: Templates,
    /// In which time zone.
    time_zone: String,
    /// In which language.
    language: Language,
    /// On which occasion.
    occasion: Occasion,
    /// Of how many servers; 1 when not given.
    servers: Option<u8>,
}

/// How a message reads.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Preview {
    /// The title or subject.
    title: String,
    /// The text.
    text: String,
    /// Where more is to be seen.
    link: Option<String>,
}

/// All channels, by name. Of their secrets is said whether they are there.
#[utoipa::path(get, path = "/channels", tag = "notifications", responses((status = 200, body = Vec<Channel>), ApiError))]
pub async fn list_channels(State(monitor): State<Monitor>, actor: Actor) -> ApiResult<Json<Vec<Channel>>> {
    Ok(Json(monitor.notifications().channels(&actor).await?))
}

/// Makes a channel.
#[utoipa::path(
    post, path = "/channels", tag = "notifications", request_body = NewChannel,
    responses((status = 201, body = ChannelSaved), ApiError)
)]
pub async fn create_channel(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(new): Json<NewChannel>,
) -> ApiResult<(StatusCode, Json<ChannelSaved>)> {
    let (edit, levels) = new.split();
    let channel = monitor.notifications().create_channel(&actor, edit, levels).await?;
    Ok((StatusCode::CREATED, ChannelSaved::new("The channel was made.", channel)))
}

/// One channel.
#[utoipa::path(
    get, path = "/channels/{id}", tag = "notifications", params(("id" = i64, Path)),
    responses((status = 200, body = Channel), ApiError)
)]
pub async fn get_channel(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<ChannelId>,
) -> ApiResult<Json<Channel>> {
    Ok(Json(monitor.notifications().channel(&actor, id).await?))
}

/// Changes a channel: all its fields are set, save the secret when it is not given. What waits for it is tried at once.
#[utoipa::path(
    put, path = "/channels/{id}", tag = "notifications", params(("id" = i64, Path)), request_body = NewChannel,
    responses((status = 200, body = ChannelSaved), ApiError)
)]
pub async fn change_channel(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<ChannelId>,
    Json(new): Json<NewChannel>,
) -> ApiResult<Json<ChannelSaved>> {
    let channel = monitor.notifications().change_channel(&actor, id, new.split().0).await?;
    Ok(ChannelSaved::new("The channel was changed.", channel))
}

/// Deletes a channel with all that waits for it.
#[utoipa::path(
    delete, path = "/channels/{id}", tag = "notifications", params(("id" = i64, Path)),
    responses((status = 200, body = Done), ApiError)
)]
pub async fn delete_channel(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<ChannelId>,
) -> ApiResult<Json<Done>> {
    monitor.notifications().delete_channel(&actor, id).await?;
    Ok(Done::new("The channel was deleted."))
}

/// Sends a test and answers what the other side said. It is tried once.
#[utoipa::path(
    post, path = "/channels/{id}/test", tag = "notifications", params(("id" = i64, Path)),
    responses((status = 200, body = TestResult), ApiError)
)]
pub async fn test_channel(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<ChannelId>,
) -> ApiResult<Json<TestResult>> {
    Ok(Json(monitor.notifications().test_channel(&actor, id).await?.into()))
}

/// The messages of a channel, the newest first: what waits, what was sent within 90 days, and what was given up.
#[utoipa::path(
    get, path = "/channels/{id}/deliveries", tag = "notifications", params(("id" = i64, Path), PageOfMessages),
    responses((status = 200, body = MessagePage), ApiError)
)]
pub async fn channel_deliveries(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<ChannelId>,
    Query(asked): Query<PageOfMessages>,
) -> ApiResult<Json<MessagePage>> {
    let found = monitor.notifications().deliveries(&actor, id, asked.limit, asked.offset).await?;
    Ok(MessagePage::new(found, asked))
}

/// Has a message sent once more that waits or was given up, and tried for a day again.
#[utoipa::path(
    post, path = "/channels/{id}/deliveries/{delivery}/retry", tag = "notifications",
    params(("id" = i64, Path), ("delivery" = i64, Path)), responses((status = 200, body = Done), ApiError)
)]
pub async fn retry_delivery(
    State(monitor): State<Monitor>,
    actor: Actor,
    path: Result<Path<(i64, i64)>, axum::extract::rejection::PathRejection>,
) -> ApiResult<Json<Done>> {
    let Path((channel, delivery)) = path.map_err(|_| Error::not_found("message"))?;
    monitor.notifications().retry(&actor, ChannelId(channel), DeliveryId(delivery)).await?;
    Ok(Done::new("The message is sent once more."))
}

/// How a message would read.
#[utoipa::path(
    post, path = "/channels/preview", tag = "notifications", request_body = AskedPreview,
    responses((status = 200, body = Preview), ApiError)
)]
pub async fn preview_message(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(asked): Json<AskedPreview>,
) -> ApiResult<Json<Preview>> {
    let AskedPreview { templates, time_zone, language, occasion, servers } = asked;
    let message: Message = monitor::example_message(occasion, servers.unwrap_or(1));
    let text = monitor.notifications().preview(&actor, message, &time_zone, language, &templates)?;
    Ok(Json(Preview { title: text.title, text: text.text, link: text.link }))
}

/// All levels of escalation; 1, 2 and 3 are the usual ones.
#[utoipa::path(get, path = "/levels", tag = "notifications", responses((status = 200, body = Vec<Level>), ApiError))]
pub async fn list_levels(State(monitor): State<Monitor>, actor: Actor) -> ApiResult<Json<Vec<Level>>> {
    Ok(Json(monitor.notifications().levels(&actor).await?))
}

/// Makes a level.
#[utoipa::path(
    post, path = "/levels", tag = "notifications", request_body = NewLevel,
    responses((status = 201, body = LevelSaved), ApiError)
)]
pub async fn create_level(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(new): Json<NewLevel>,
) -> ApiResult<(StatusCode, Json<LevelSaved>)> {
    let level = monitor.notifications().create_level(&actor, new.with_id(LevelId(0))).await?;
    Ok((StatusCode::CREATED, LevelSaved::new("The level was made.", level)))
}

/// Changes a level: all its fields are set. It counts for incidents that go on, too.
#[utoipa::path(
    put, path = "/levels/{id}", tag = "notifications", params(("id" = i64, Path)), request_body = NewLevel,
    responses((status = 200, body = LevelSaved), ApiError)
)]
pub async fn change_level(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<LevelId>,
    Json(new): Json<NewLevel>,
) -> ApiResult<Json<LevelSaved>> {
    let level = monitor.notifications().change_level(&actor, new.with_id(id)).await?;
    Ok(LevelSaved::new("The level was changed.", level))
}

/// Deletes a level that is none of the three usual ones. Rules that named it have the usual one then.
#[utoipa::path(
    delete, path = "/levels/{id}", tag = "notifications", params(("id" = i64, Path)),
    responses((status = 200, body = Done), ApiError)
)]
pub async fn delete_level(State(monitor): State<Monitor>, actor: Actor, Id(id): Id<LevelId>) -> ApiResult<Json<Done>> {
    monitor.notifications().delete_level(&actor, id).await?;
    Ok(Done::new("The level was deleted."))
}
