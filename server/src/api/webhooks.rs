//! `/api/webhooks`: the channels of the kind `webhook`, as older scripts know them.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use domain::{
    DeliveryId, Error, Secret,
    notify::{Channel, Kind, Language, Target, Templates},
};
use monitor::{Actor, ChannelEdit, EVENT_TYPES, Monitor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ApiError, ApiResult, Done, Json, Query,
    channels::{MessagePage, PageOfMessages, TestResult},
};

/// What stands for a secret that is there.
const REDACTED: &str = "***REDACTED***";
/// How often a message is tried when nothing is said: for a day.
const RETRY_MAX: u32 = 0;
/// How many seconds an answer may take when nothing is said.
const TIMEOUT: u32 = 10;

/// A webhook.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Webhook {
    /// Its id, which is never used again.
    id: String,
    /// Its name.
    name: String,
    /// Where events are posted.
    url: String,
    /// `***REDACTED***` when there is one.
    secret: Option<&'static str>,
    /// Whether it is on.
    enabled: bool,
    /// The types of events that it wants; all when `null`.
    event_types: Option<Vec<String>>,
    /// How often one is tried at most; as long as a day when 0.
    retry_max: u32,
    /// How many seconds an answer may take.
    timeout: u32,
}

/// All webhooks.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookList {
    webhooks: Vec<Webhook>,
    /// The types of events that can be chosen.
    event_types: &'static [&'static str],
}

/// A webhook to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Its name.
    name: String,
    /// Where events are posted.
    url: String,
    /// What signs them.
    #[serde(default)]
    secret: Option<Secret>,
    /// Whether it is on; it is when not given.
    #[serde(default)]
    enabled: Option<bool>,
    /// The types of events that it wants; all when not given.
    #[serde(default)]
    event_types: Option<Vec<String>>,
    /// How often one is tried at most; as long as a day when 0 or not given.
    #[serde(default)]
    retry_max: Option<u32>,
    /// How many seconds an answer may take, 1 to 60; 10 when not given.
    #[serde(default)]
    timeout: Option<u32>,
}

/// What is to be changed of a webhook; the rest stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WebhookChange {
    /// Its name.
    name: Option<String>,
    /// Where events are posted.
    url: Option<String>,
    /// What signs them; taken away when empty.
    secret: Option<Secret>,
    /// Whether it is on.
    enabled: Option<bool>,
    /// The types of events that it wants; all when empty.
    event_types: Option<Vec<String>>,
    /// How often one is tried at most; as long as a day when 0.
    retry_max: Option<u32>,
    /// How many seconds an answer may take, 1 to 60.
    timeout: Option<u32>,
}

/// What is answered when a webhook was made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookMade {
    success: bool,
    webhook_id: String,
}

fn is_redacted(secret: &Secret) -> bool {
    secret.expose() == REDACTED
}

fn shown(channel: Channel) -> Option<Webhook> {
    let Target::Webhook { url, event_types, retry_max, timeout } = channel.target else { return None };
    Some(Webhook {
        id: channel.uid,
        name: channel.name,
        url,
        secret: channel.secret.configured.then_some(REDACTED),
        enabled: channel.is_enabled,
        event_types: Some(event_types).filter(|types| !types.is_empty()),
        retry_max,
        timeout,
    })
}

async fn find(monitor: &Monitor, actor: &Actor, uid: &str) -> ApiResult<Channel> {
    let all = monitor.notifications().channels(actor).await?;
    let found = all.into_iter().find(|channel| channel.kind() == Kind::Webhook && channel.uid == uid);
    Ok(found.ok_or_else(|| Error::not_found("webhook"))?)
}

/// All webhooks, by name.
#[utoipa::path(get, path = "/webhooks", tag = "notifications", responses((status = 200, body = WebhookList), ApiError))]
pub async fn list_webhooks(State(monitor): State<Monitor>, actor: Actor) -> ApiResult<Json<WebhookList>> {
    let all = monitor.notifications().channels(&actor).await?;
    Ok(Json(WebhookList { webhooks: all.into_iter().filter_map(shown).collect(), event_types: EVENT_TYPES }))
}

/// Makes a webhook. Each event is posted as JSON with the headers `X-SM-Event-Id`, `X-SM-Event-Type` and, where there is a secret,
/// `X-SM-Signature: sha256=` and the HMAC-SHA256 of the body in hexadecimal digits.
#[utoipa::path(
    post, path = "/webhooks", tag = "notifications", request_body = NewWebhook,
    responses((status = 201, body = WebhookMade), ApiError)
)]
pub async fn create_webhook(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(new): Json<NewWebhook>,
) -> ApiResult<(StatusCode, Json<WebhookMade>)> {
    let NewWebhook { name, url, secret, enabled, event_types, retry_max, timeout } = new;
    if secret.as_ref().is_some_and(is_redacted) {
        return Err(Error::invalid("secret", "is what stands for one in answers; give the secret itself").into());
    }
    let target = Target::Webhook {
        url,
        event_types: event_types.unwrap_or_default(),
        retry_max: retry_max.unwrap_or(RETRY_MAX),
        timeout: timeout.unwrap_or(TIMEOUT),
    };
    let edit = ChannelEdit {
        name,
        target,
        secret,
        is_enabled: enabled.unwrap_or(true),
        time_zone: String::new(),
        language: Language::default(),
        quiet: None,
        templates: Templates::default(),
    };
    let channel = monitor.notifications().create_channel(&actor, edit, None).await?;
    Ok((StatusCode::CREATED, Json(WebhookMade { success: true, webhook_id: channel.uid })))
}

/// One webhook.
#[utoipa::path(
    get, path = "/webhooks/{id}", tag = "notifications", params(("id" = String, Path)),
    responses((status = 200, body = Webhook), ApiError)
)]
pub async fn get_webhook(
    State(monitor): State<Monitor>,
    actor: Actor,
    Path(uid): Path<String>,
) -> ApiResult<Json<Webhook>> {
    let found = shown(find(&monitor, &actor, &uid).await?);
    Ok(Json(found.ok_or_else(|| Error::not_found("webhook"))?))
}

/// Changes what is given of a webhook.
#[utoipa::path(
    put, path = "/webhooks/{id}", tag = "notifications", params(("id" = String, Path)), request_body = WebhookChange,
    responses((status = 200, body = Done), ApiError)
)]
pub async fn change_webhook(
    State(monitor): State<Monitor>,
    actor: Actor,
    Path(uid): Path<String>,
    Json(change): Json<WebhookChange>,
) -> ApiResult<Json<Done>> {
    let channel = find(&monitor, &actor, &uid).await?;
    let Target::Webhook { url, event_types, retry_max, timeout } = channel.target else {
        return Err(Error::not_found("webhook").into());
    };
    let target = Target::Webhook {
        url: change.url.unwrap_or(url),
        event_types: change.event_types.unwrap_or(event_types),
        retry_max: change.retry_max.unwrap_or(retry_max),
        timeout: change.timeout.unwrap_or(timeout),
    };
    let edit = ChannelEdit {
        name: change.name.unwrap_or(channel.name),
        target,
        // Whoever puts back what was answered means no new secret.
        secret: change.secret.filter(|secret| !is_redacted(secret)),
        is_enabled: change.enabled.unwrap_or(channel.is_enabled),
        time_zone: channel.time_zone,
        language: channel.language,
        quiet: channel.quiet,
        templates: channel.templates,
    };
    monitor.notifications().change_channel(&actor, channel.id, edit).await?;
    Ok(Done::new("The webhook was changed."))
}

/// Deletes a webhook with all that waits for it.
#[utoipa::path(
    delete, path = "/webhooks/{id}", tag = "notifications", params(("id" = String, Path)),
    responses((status = 200, body = Done), ApiError)
)]
pub async fn delete_webhook(
    State(monitor): State<Monitor>,
    actor: Actor,
    Path(uid): Path<String>,
) -> ApiResult<Json<Done>> {
    let channel = find(&monitor, &actor, &uid).await?;
    monitor.notifications().delete_channel(&actor, channel.id).await?;
    Ok(Done::new("The webhook was deleted."))
}

/// Posts an event of the type `webhook.test` once and answers what the other side said. 10 times a minute at most.
#[utoipa::path(
    post, path = "/webhooks/{id}/test", tag = "notifications", params(("id" = String, Path)),
    responses((status = 200, body = TestResult), ApiError)
)]
pub async fn test_webhook(
    State(monitor): State<Monitor>,
    actor: Actor,
    Path(uid): Path<String>,
) -> ApiResult<Json<TestResult>> {
    let channel = find(&monitor, &actor, &uid).await?;
    Ok(Json(monitor.notifications().test_channel(&actor, channel.id).await?.into()))
}

/// What was posted, the newest first, with what was answered.
#[utoipa::path(
    get, path = "/webhooks/{id}/deliveries", tag = "notifications", params(("id" = String, Path), PageOfMessages),
    responses((status = 200, body = MessagePage), ApiError)
)]
pub async fn webhook_deliveries(
    State(monitor): State<Monitor>,
    actor: Actor,
    Path(uid): Path<String>,
    Query(asked): Query<PageOfMessages>,
) -> ApiResult<Json<MessagePage>> {
    let channel = find(&monitor, &actor, &uid).await?;
    let found = monitor.notifications().deliveries(&actor, channel.id, asked.limit, asked.offset).await?;
    Ok(MessagePage::new(found, asked))
}

/// Has an event posted once more that waits or was given up, and tried for a day again.
#[utoipa::path(
    post, path = "/webhooks/{id}/deliveries/{delivery}/retry", tag = "notifications",
    params(("id" = String, Path), ("delivery" = i64, Path)), responses((status = 200, body = Done), ApiError)
)]
pub async fn retry_webhook(
    State(monitor): State<Monitor>,
    actor: Actor,
    path: Result<Path<(String, i64)>, axum::extract::rejection::PathRejection>,
) -> ApiResult<Json<Done>> {
    let Path((uid, delivery)) = path.map_err(|_| Error::not_found("message"))?;
    let channel = find(&monitor, &actor, &uid).await?;
    monitor.notifications().retry(&actor, channel.id, DeliveryId(delivery)).await?;
    Ok(Done::new("The event is posted once more."))
}
