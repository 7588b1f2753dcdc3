//! The OpenAPI document as a whole; its parts stand beside the handlers.

use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

/// The parts of the document that belong to no operation.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Server Monitor",
        description = "Watches servers over SSH. Log in at `/api/auth/login` and send the token as `Authorization: Bearer …`; \
                       browsers use the session cookie. A refusal is `{\"error\", \"code\", \"fields\"}` with the status that \
                       stands for the code. Times are Unix milliseconds, sizes are bytes, percentages are 0–100."
    ),
    components(schemas(domain::Error)),
    security(("bearer" = []), ("cookie" = [])),
    modifiers(&Schemes),
    tags(
        (name = "setup", description = "The first administrator"),
        (name = "auth", description = "Logging in and out"),
        (name = "users", description = "Accounts"),
        (name = "groups", description = "Groups of servers"),
        (name = "tags", description = "Tags on servers"),
        (name = "servers", description = "Watched servers and their values"),
        (name = "history", description = "What history takes, and how long it is kept"),
        (name = "alerts", description = "Rules about values, and what came of them"),
        (name = "audit", description = "Who did what"),
        (name = "metrics", description = "What Prometheus scrapes; also with the token of `MONITOR_METRICS_TOKEN`"),
        (name = "health", description = "How the program and the fleet do; open to all"),
    )
)]
struct Document;

/// The two ways to show who one is.
struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = ApiKey::Cookie(ApiKeyValue::new(monitor::request::SESSION_COOKIE));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
    }
}

pub(super) fn base() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// The whole document.
pub fn document() -> utoipa::openapi::OpenApi {
    super::routes().into_openapi()
}
