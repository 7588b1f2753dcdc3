//! REST: thin adapters over the services, described for OpenAPI where they are written. No rule lives here.
//!
//! A handler gets the actor, calls one service and maps the answer. A route cannot exist without its description, because
//! `routes!` takes both from the same function.

mod alerts;
mod audit_logs;
mod auth;
mod channels;
mod dry_run;
mod error;
mod export;
mod extract;
mod fields;
mod groups;
mod health;
mod history;
mod history_of_many;
mod incidents;
mod incidents_at_once;
mod maintenance;
mod metrics;
mod moment;
mod openapi;
mod server_list;
mod servers;
mod settings;
mod setup;
mod stats;
mod storage;
mod stream;
mod strict;
mod tags;
mod users;
mod webhooks;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use error::{ApiError, ApiResult};
pub use extract::{Id, Json, PathId, Query, Sender};
pub use openapi::document;

use crate::state::AppState;

/// What an operation answers that has nothing else to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Done {
    /// Always true: a failure is an error.
    pub success: bool,
    /// What was done, in words.
    pub message: String,
}

impl Done {
    fn new(message: &str) -> Json<Self> {
        Json(Self { success: true, message: message.to_owned() })
    }
}

/// All routes of the API with their descriptions, under `/api`; what Prometheus scrapes is where it looks by itself.
pub fn routes() -> OpenApiRouter<AppState> {
    let resources = OpenApiRouter::with_openapi(openapi::base())
        .routes(routes!(setup::setup_status))
        .routes(routes!(setup::initialize))
        .routes(routes!(auth::login))
        .routes(routes!(auth::logout))
        .routes(routes!(auth::verify_by_get, auth::verify_by_post))
        .routes(routes!(users::me))
        .routes(routes!(users::list_users, users::create_user))
        .routes(routes!(users::get_user, users::change_user, users::delete_user))
        .routes(routes!(groups::list_groups, groups::create_group))
        .routes(routes!(groups::change_group, groups::delete_group))
        .routes(routes!(tags::list_tags, tags::create_tag))
        .routes(routes!(tags::change_tag, tags::delete_tag))
        .routes(routes!(server_list::list_servers, servers::create_server))
        .routes(routes!(servers::test_connection))
        .routes(routes!(servers::get_server, servers::change_server, servers::patch_server, servers::delete_server))
        .routes(routes!(servers::retry_server))
        .routes(routes!(servers::latest_metrics))
        .routes(routes!(history::metrics_history))
        .routes(routes!(history_of_many::metrics_history_of_many))
        .routes(routes!(moment::fleet_at))
        .routes(routes!(moment::processes_at))
        .routes(routes!(export::export_history_csv))
        .routes(routes!(export::export_history_json))
        .routes(routes!(storage::history_usage))
        .routes(routes!(storage::history_limits, storage::set_history_limits))
        .routes(routes!(alerts::list_rules, alerts::create_rule))
        .routes(routes!(alerts::change_rule, alerts::delete_rule))
        .routes(routes!(dry_run::dry_run_rule))
        .routes(routes!(alerts::list_incidents))
        .routes(routes!(incidents::get_incident))
        .routes(routes!(incidents::get_incident_recording))
        .routes(routes!(incidents::act_on_incident))
        .routes(routes!(incidents_at_once::act_on_incidents))
        .routes(routes!(incidents::list_alerts))
        .routes(routes!(incidents::mark_alerts_read))
        .routes(routes!(incidents::list_silences, incidents::create_silence))
        .routes(routes!(incidents::delete_silence))
        .routes(routes!(maintenance::list_maintenance, maintenance::create_maintenance))
        .routes(routes!(maintenance::preview_maintenance))
        .routes(routes!(maintenance::get_maintenance, maintenance::change_maintenance, maintenance::delete_maintenance))
        .routes(routes!(channels::list_channels, channels::create_channel))
        .routes(routes!(channels::preview_message))
        .routes(routes!(channels::get_channel, channels::change_channel, channels::delete_channel))
        .routes(routes!(channels::test_channel))
        .routes(routes!(channels::channel_deliveries))
        .routes(routes!(channels::retry_delivery))
        .routes(routes!(channels::list_levels, channels::create_level))
        .routes(routes!(channels::change_level, channels::delete_level))
        .routes(routes!(webhooks::list_webhooks, webhooks::create_webhook))
        .routes(routes!(webhooks::get_webhook, webhooks::change_webhook, webhooks::delete_webhook))
        .routes(routes!(webhooks::test_webhook))
        .routes(routes!(webhooks::webhook_deliveries))
        .routes(routes!(webhooks::retry_webhook))
        .routes(routes!(settings::settings, settings::set_settings))
        .routes(routes!(stats::overview))
        .routes(routes!(audit_logs::list_audit_logs))
        .routes(routes!(stream::stream))
        .routes(routes!(health::health))
        .routes(routes!(health::ready));
    OpenApiRouter::new()
        .nest("/api", resources)
        .routes(routes!(metrics::program_metrics))
        .routes(routes!(metrics::server_metrics))
}
