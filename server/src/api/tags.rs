//! `/api/tags`: tags on servers.

use axum::{extract::State, http::StatusCode};
use domain::{
    TagId,
    tags::{NewTag, Tag},
};
use monitor::{Actor, Monitor};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, ApiResult, Done, Id, Json};

/// What is answered when a tag was made or changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TagSaved {
    success: bool,
    message: String,
    tag_id: TagId,
    tag: Tag,
}

impl TagSaved {
    fn new(message: &str, tag: Tag) -> Json<Self> {
        Json(Self { success: true, message: message.to_owned(), tag_id: tag.id, tag })
    }
}

/// All tags, by name.
#[utoipa::path(get, path = "/tags", tag = "tags", responses((status = 200, body = Vec<Tag>), ApiError))]
pub async fn list_tags(State(monitor): State<Monitor>, actor: Actor) -> ApiResult<Json<Vec<Tag>>> {
    Ok(Json(monitor.tags().list(&actor).await?))
}

/// Makes a tag.
#[utoipa::path(
    post, path = "/tags", tag = "tags", request_body = NewTag,
    responses((status = 201, body = TagSaved), ApiError)
)]
pub async fn create_tag(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(new): Json<NewTag>,
) -> ApiResult<(StatusCode, Json<TagSaved>)> {
    let tag = monitor.tags().create(&actor, new).await?;
    Ok((StatusCode::CREATED, TagSaved::new("The tag was made.", tag)))
}

/// Changes a tag: all its fields are set.
#[utoipa::path(
    put, path = "/tags/{id}", tag = "tags", params(("id" = i64, Path)), request_body = NewTag,
    responses((status = 200, body = TagSaved), ApiError)
)]
pub async fn change_tag(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<TagId>,
    Json(new): Json<NewTag>,
) -> ApiResult<Json<TagSaved>> {
    let tag = monitor.tags().change(&actor, id, new).await?;
    Ok(TagSaved::new("The tag was changed.", tag))
}

/// Deletes a tag. Its servers lose it.
#[utoipa::path(
    delete, path = "/tags/{id}", tag = "tags", params(("id" = i64, Path)),
    responses((status = 200, body = Done), ApiError)
)]
pub async fn delete_tag(State(monitor): State<Monitor>, actor: Actor, Id(id): Id<TagId>) -> ApiResult<Json<Done>> {
    monitor.tags().delete(&actor, id).await?;
    Ok(Done::new("The tag was deleted."))
}
