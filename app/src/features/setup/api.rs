//! Server functions of the set-up.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::accounts::SetupStatus;
use leptos::{prelude::*, server_fn::codec::Postcard};

use crate::error::AppError;

/// Whether the first administrator is still to be made.
///
/// # Errors
/// When the services do not answer.
#[server(prefix = "/sfn", endpoint = "setup-status", input = Postcard, output = Postcard)]
pub async fn load_setup_status() -> Result<SetupStatus, AppError> {
    use crate::context;
    let ask = async { context::monitor()?.accounts().setup_status(&context::origin()?).await };
    ask.await.map_err(context::refuse)
}

/// Makes the first administrator and logs in.
///
/// # Errors
/// Names the fields that cannot be taken, and remembers what was typed.
#[server(prefix = "/sfn", endpoint = "initialize", output = Postcard)]
pub async fn initialize(
    username: String,
    email: String,
    password: String,
    #[server(default)] code: String,
) -> Result<(), AppError> {
    use domain::{Secret, accounts::Setup};

    use crate::context;
    let typed = [("username", username.as_str()), ("email", email.as_str())];
    let setup = Setup {
        username: username.clone(),
        email: email.clone(),
        password: Secret::new(password),
        code: Some(Secret::new(code.trim())).filter(|code| !code.is_empty()),
    };
    let make = async { context::monitor()?.accounts().initialize(&context::origin()?, setup).await };
    let logged_in = make.await.map_err(|error| context::refuse(error).with_typed(&typed))?;
    context::start_session(&logged_in.token, logged_in.expires_at_ms);
    leptos_axum::redirect("/");
    Ok(())
}
