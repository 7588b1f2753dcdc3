//! What several unit tests need.

use domain::{
    ServerId,
    servers::{AuthMethod, Server, Via},
    status::Status,
};

/// A server of which nothing is known.
pub(crate) fn server() -> Server {
    Server {
        id: ServerId(1),
        name: "web".to_owned(),
        host: "192.0.2.1".to_owned(),
        port: 22,
        username: String::new(),
        description: String::new(),
        via: Via::Ssh,
        auth_method: AuthMethod::None,
        jump_host_id: None,
        group_id: None,
        tag_ids: Vec::new(),
        interval_secs: 3,
        host_key_fingerprints: Vec::new(),
        status: Status::Unknown,
        reason: None,
        since_ms: None,
        next_try_ms: None,
        last_seen_ms: None,
        created_at_ms: 0,
        updated_at_ms: 0,
    }
}
