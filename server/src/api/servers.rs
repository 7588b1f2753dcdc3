//! `/api/servers`: adding, reading, changing and deleting servers, trying a connection, and the newest values.

use axum::{extract::State, http::StatusCode};
use domain::{
    ServerId,
    metrics::Latest,
    servers::{NewServer, Server, ServerChange, TestRequest, TestResult},
};
use monitor::{Actor, Monitor};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, ApiResult, Done, Id, Json};

/// What is answered when a server was added or changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ServerSaved {
    success: bool,
    message: String,
    server_id: ServerId,
    server: Server,
}

impl ServerSaved {
    fn new(message: &str, server: Server) -> Json<Self> {
        Json(Self { success: true, message: message.to_owned(), server_id: server.id, server })
    }
}

/// Adds a server, which is watched from then on.
///
/// With `host_key_fingerprint` that host key is trusted from the start; without, the server stays `offline` with the reason
/// `host_key_unknown` until somebody confirms its key.
#[utoipa::path(
    post, path = "/servers", tag = "servers", request_body = NewServer,
    responses((status = 201, body = ServerSaved), ApiError)
)]
pub async fn create_server(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(new): Json<NewServer>,
) -> ApiResult<(StatusCode, Json<ServerSaved>)> {
    let server = monitor.servers().create(&actor, new).await?;
    Ok((StatusCode::CREATED, ServerSaved::new("The server was added.", server)))
}

/// One server, with how it is doing. It never holds a secret.
#[utoipa::path(
    get, path = "/servers/{id}", tag = "servers", params(("id" = i64, Path)),
    responses((status = 200, body = Server), ApiError)
)]
pub async fn get_server(State(monitor): State<Monitor>, actor: Actor, Id(id): Id<ServerId>) -> ApiResult<Json<Server>> {
    Ok(Json(monitor.servers().get(&actor, id)?))
}

/// Changes a server; what is not given stays.
#[utoipa::path(
    put, path = "/servers/{id}", tag = "servers", params(("id" = i64, Path)), request_body = ServerChange,
    responses((status = 200, body = ServerSaved), ApiError)
)]
pub async fn change_server(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<ServerId>,
    Json(change): Json<ServerChange>,
) -> ApiResult<Json<ServerSaved>> {
    let server = monitor.servers().change(&actor, id, change).await?;
    Ok(ServerSaved::new("The server was changed.", server))
}

/// The same as `PUT`: changes a server; what is not given stays.
#[utoipa::path(
    patch, path = "/servers/{id}", tag = "servers", params(("id" = i64, Path)), request_body = ServerChange,
    responses((status = 200, body = ServerSaved), ApiError)
)]
pub async fn patch_server(
    state: State<Monitor>,
    actor: Actor,
    id: Id<ServerId>,
    change: Json<ServerChange>,
) -> ApiResult<Json<ServerSaved>> {
    change_server(state, actor, id, change).await
}

/// Deletes a server with all that is stored about it, and closes its connection.
#[utoipa::path(
    delete, path = "/servers/{id}", tag = "servers", params(("id" = i64, Path)),
    responses((status = 200, body = Done), ApiError)
)]
pub async fn delete_server(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<ServerId>,
) -> ApiResult<Json<Done>> {
    monitor.servers().delete(&actor, id).await?;
    Ok(Done::new("The server was deleted."))
}

/// Tries a connection without storing anything.
///
/// Without `host_key_fingerprint` only the host key is read, and no secret leaves the monitor. A connection that fails is a
/// result, not an error: `success` is false and `reason` says why.
#[utoipa::path(
    post, path = "/servers/test", tag = "servers", request_body = TestRequest,
    responses((status = 200, body = TestResult), ApiError)
)]
pub async fn test_connection(
    State(monitor): State<Monitor>,
    actor: Actor,
    Json(request): Json<TestRequest>,
) -> ApiResult<Json<TestResult>> {
    Ok(Json(monitor.servers().test(&actor, request).await?))
}

/// Tries a server that does not answer again now, instead of waiting.
#[utoipa::path(
    post, path = "/servers/{id}/retry", tag = "servers", params(("id" = i64, Path)),
    responses((status = 200, body = Done), ApiError)
)]
pub async fn retry_server(State(monitor): State<Monitor>, actor: Actor, Id(id): Id<ServerId>) -> ApiResult<Json<Done>> {
    monitor.servers().retry(&actor, id).await?;
    Ok(Done::new("The server is tried again now."))
}

/// The newest sample of a server and what the server says of itself; `null` until the first one.
#[utoipa::path(
    get, path = "/servers/{id}/metrics/latest", tag = "servers", params(("id" = i64, Path)),
    responses((status = 200, body = Latest), ApiError)
)]
pub async fn latest_metrics(
    State(monitor): State<Monitor>,
    actor: Actor,
    Id(id): Id<ServerId>,
) -> ApiResult<Json<Latest>> {
    Ok(Json(monitor.servers().latest(&actor, id).await?))
}
