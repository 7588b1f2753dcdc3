//! `/api/groups`: groups of servers.

use axum::{extract::State, http::StatusCode};
use domain::{
    GroupId,
    groups::{Group, NewGroup},
};
use monitor::{Actor, Monitor};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, ApiResult, Done, Id, Json};

/// What is answered when a group was made or changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GroupSaved {
    success: bool,
    message: String,
    group_id: GroupId,
    group: Group,
}

impl GroupSaved {
    fn new(message: &str, group: Group) -> Json<Self> {
        Json(Self { success: true, message: message.to_owned(), group_id: group.id, group })
    }
}

/// All groups, by name.
#[utoipa::path(get, path = "/groups", tag = "groups", responses((status = 200, body = Vec<Group>), ApiError))]
pub async fn list_groups(State(monitor): State<Monitor>, actor: Actor) -> ApiResult<Json<Vec<Group>>> {
    Ok(Json(monitor.groups().list(&actor).await?))
}

/// Makes a group.
#[utoipa::path(
    post, path = "/groups", tag = "groups", request_body = NewGroup,
    responses((status = 201, body = GroupSaved), ApiError)
)]
pub async fn create_group(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(new): Json<NewGroup>,
) -> ApiResult<(StatusCode, Json<GroupSaved>)> {
    let group = monitor.groups().create(&actor, new).await?;
    Ok((StatusCode::CREATED, GroupSaved::new("The group was made.", group)))
}

/// Changes a group: all its fields are set.
#[utoipa::path(
    put, path = "/groups/{id}", tag = "groups", params(("id" = i64, Path)), request_body = NewGroup,
    responses((status = 200, body = GroupSaved), ApiError)
)]
pub async fn change_group(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<GroupId>,
    Json(new): Json<NewGroup>,
) -> ApiResult<Json<GroupSaved>> {
    let group = monitor.groups().change(&actor, id, new).await?;
    Ok(GroupSaved::new("The group was changed.", group))
}

/// Deletes a group. Its servers stay, in no group.
#[utoipa::path(
    delete, path = "/groups/{id}", tag = "groups", params(("id" = i64, Path)),
    responses((status = 200, body = Done), ApiError)
)]
pub async fn delete_group(State(monitor): State<Monitor>, actor: Actor, Id(id): Id<GroupId>) -> ApiResult<Json<Done>> {
    monitor.groups().delete(&actor, id).await?;
    Ok(Done::new("The group was deleted."))
}
