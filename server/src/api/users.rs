//! `/api/users`: accounts.

use axum::{extract::State, http::StatusCode};
use domain::{
    UserId,
    accounts::{NewUser, User, UserChange},
};
use monitor::{Actor, Monitor};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, ApiResult, Done, Id, Json};

/// What is answered when an account was made or changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UserSaved {
    success: bool,
    message: String,
    user_id: UserId,
    user: User,
}

impl UserSaved {
    fn new(message: &str, user: User) -> Json<Self> {
        Json(Self { success: true, message: message.to_owned(), user_id: user.id, user })
    }
}

/// The caller's own account.
#[utoipa::path(get, path = "/users/me", tag = "users", responses((status = 200, body = User), ApiError))]
pub async fn me(State(monitor): State<Monitor>, actor: Actor) -> ApiResult<Json<User>> {
    Ok(Json(monitor.accounts().me(&actor).await?))
}

/// All accounts, by name.
#[utoipa::path(get, path = "/users", tag = "users", responses((status = 200, body = Vec<User>), ApiError))]
pub async fn list_users(State(monitor): State<Monitor>, actor: Actor) -> ApiResult<Json<Vec<User>>> {
    Ok(Json(monitor.accounts().list(&actor).await?))
}

/// Makes an account.
#[utoipa::path(
    post, path = "/users", tag = "users", request_body = NewUser,
    responses((status = 201, body = UserSaved), ApiError)
)]
pub async fn create_user(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(new): Json<NewUser>,
) -> ApiResult<(StatusCode, Json<UserSaved>)> {
    let user = monitor.accounts().create(&actor, new).await?;
    Ok((StatusCode::CREATED, UserSaved::new("The account was made.", user)))
}

/// One account. Everybody may see their own.
#[utoipa::path(
    get, path = "/users/{id}", tag = "users", params(("id" = i64, Path)),
    responses((status = 200, body = User), ApiError)
)]
pub async fn get_user(State(monitor): State<Monitor>, actor: Actor, Id(id): Id<UserId>) -> ApiResult<Json<User>> {
    Ok(Json(monitor.accounts().get(&actor, id).await?))
}

/// Changes an account. A new password, a new role or disabling it ends its sessions at once.
#[utoipa::path(
    put, path = "/users/{id}", tag = "users", params(("id" = i64, Path)), request_body = UserChange,
    responses((status = 200, body = UserSaved), ApiError)
)]
pub async fn change_user(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<UserId>,
    Json(change): Json<UserChange>,
) -> ApiResult<Json<UserSaved>> {
    let user = monitor.accounts().change(&actor, id, change).await?;
    Ok(UserSaved::new("The account was changed.", user))
}

/// Deletes an account. The last active administrator stays.
#[utoipa::path(
    delete, path = "/users/{id}", tag = "users", params(("id" = i64, Path)),
    responses((status = 200, body = Done), ApiError)
)]
pub async fn delete_user(State(monitor): State<Monitor>, actor: Actor, Id(id): Id<UserId>) -> ApiResult<Json<Done>> {
    monitor.accounts().delete(&actor, id).await?;
    Ok(Done::new("The account was deleted."))
}
