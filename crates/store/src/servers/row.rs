//! Between a server's row and the types of the domain.

use domain::{
    GroupId, ServerId, TagId,
    servers::{AuthMethod, Server, Via},
    status::{Reason, ReasonCode, Status},
};
use sea_orm::ActiveValue::{NotSet, Set};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{NewServer, SealedSecret, ServerPatch};
use crate::{Error, Result, entity::server};

/// The row of a new server.
pub fn insertion(new: NewServer, now_ms: i64) -> server::ActiveModel {
    server::ActiveModel {
        id: NotSet,
        name: Set(new.name),
        host: Set(new.host),
        port: Set(i32::from(new.port)),
        username: Set(new.username),
        description: Set(new.description),
        via: Set(word(new.via)),
        jump_host_id: Set(new.jump_host_id.map(|id| id.0)),
        auth_method: Set(word(new.secret.auth_method)),
        sealed_secret: Set(new.secret.secret),
        sealed_passphrase: Set(new.secret.passphrase),
        group_id: Set(new.group_id.map(|id| id.0)),
        interval_secs: Set(interval(new.interval_secs)),
        status: Set(Status::Unknown.name().to_owned()),
        status_reason_code: Set(None),
        status_reason_message: Set(None),
        status_since_ms: Set(None),
        last_seen_ms: Set(None),
        created_at_ms: Set(now_ms),
        updated_at_ms: Set(now_ms),
    }
}

/// Puts what a patch gives into the row; its tags and its host key are not part of it.
pub fn change(row: &mut server::ActiveModel, patch: ServerPatch, now_ms: i64) {
    if let Some(name) = patch.name {
        row.name = Set(name);
    }
    if let Some(host) = patch.host {
        row.host = Set(host);
    }
    if let Some(port) = patch.port {
        row.port = Set(i32::from(port));
    }
    if let Some(username) = patch.username {
        row.username = Set(username);
    }
    if let Some(description) = patch.description {
        row.description = Set(description);
    }
    if let Some(SealedSecret { auth_method, secret, passphrase }) = patch.secret {
        row.auth_method = Set(word(auth_method));
        row.sealed_secret = Set(secret);
        row.sealed_passphrase = Set(passphrase);
    }
    if let Some(jump_host) = patch.jump_host_id {
        row.jump_host_id = Set(jump_host.map(|id| id.0));
    }
    if let Some(group) = patch.group_id {
        row.group_id = Set(group.map(|id| id.0));
    }
    if let Some(secs) = patch.interval_secs {
        row.interval_secs = Set(interval(secs));
    }
    row.updated_at_ms = Set(now_ms);
}

/// A row as the domain knows it.
pub fn to_server(row: server::Model, tag_ids: Vec<TagId>, host_key_fingerprints: Vec<String>) -> Result<Server> {
    let reason = row.status_reason_code.map(|code| Reason {
        // A reason that only another version knows is still a reason; its message says which.
        code: read(&code).unwrap_or(ReasonCode::Internal),
        message: row.status_reason_message.unwrap_or_default(),
    });
    Ok(Server {
        id: ServerId(row.id),
        name: row.name,
        host: row.host,
        port: port(row.port)?,
        username: row.username,
        description: row.description,
        via: read::<Via>(&row.via).ok_or_else(|| Error::unreadable("way to reach a server"))?,
        jump_host_id: row.jump_host_id.map(ServerId),
        auth_method: auth_method(&row.auth_method)?,
        group_id: row.group_id.map(GroupId),
        tag_ids,
        interval_secs: u32::try_from(row.interval_secs).map_err(|_| Error::unreadable("interval"))?,
        host_key_fingerprints,
        status: status(&row.status)?,
        reason,
        since_ms: row.status_since_ms,
        next_try_ms: None,
        last_seen_ms: row.last_seen_ms,
        created_at_ms: row.created_at_ms,
        updated_at_ms: row.updated_at_ms,
    })
}

/// The two columns of a reason.
pub fn reason_columns(reason: Option<&Reason>) -> (Option<String>, Option<String>) {
    (reason.map(|reason| word(reason.code)), reason.map(|reason| reason.message.clone()))
}

/// A stored port.
pub fn port(number: i32) -> Result<u16> {
    u16::try_from(number).map_err(|_| Error::unreadable("port"))
}

/// A stored way to log in.
pub fn auth_method(name: &str) -> Result<AuthMethod> {
    read(name).ok_or_else(|| Error::unreadable("way to log in"))
}

/// A stored status.
pub fn status(name: &str) -> Result<Status> {
    name.parse().map_err(|_| Error::unreadable("status"))
}

fn interval(secs: u32) -> i32 {
    i32::try_from(secs).unwrap_or(i32::MAX)
}

/// The word that stands for a plain enum's value, in the API as in the table.
fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

fn read<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(Value::String(word.to_owned())).ok()
}
