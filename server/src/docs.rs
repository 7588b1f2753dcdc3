//! The API's description: the document at `/api/openapi.json` and Swagger UI at `/docs`, whose files are built in.

use axum::{Router, http::HeaderValue, http::header};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::state::AppState;

/// Swagger UI writes styles into its page and shows images from data addresses; it runs no inline script.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);

/// The routes of the document and of the page that shows it.
pub fn routes(document: OpenApi) -> Router<AppState> {
    // Without this, the page would ask an outside service whether the document is valid.
    let config = Config::from("/api/openapi.json").validator_url("none");
    let page = SwaggerUi::new("/docs").config(config).url("/api/openapi.json", document);
    Router::from(page).layer(SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, POLICY))
}
