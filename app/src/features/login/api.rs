//! Server functions of the login.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use leptos::{prelude::*, server_fn::codec::Postcard};

use crate::error::AppError;

/// Logs in and goes on to `next`, a path within the site.
///
/// # Errors
/// When name or password are wrong, or too many attempts were made; remembers the name that was typed.
#[server(prefix = "/sfn", endpoint = "login", output = Postcard)]
pub async fn login(username: String, password: String, #[server(default)] next: String) -> Result<(), AppError> {
    use domain::{Secret, accounts::Login};

    use crate::{context, routes};
    let login = Login { username: username.clone(), password: Secret::new(password) };
    let attempt = async { context::monitor()?.accounts().login(&context::origin()?, login).await };
    let logged_in = attempt.await.map_err(|error| context::refuse(error).with_typed(&[("username", &username)]))?;
    context::start_session(&logged_in.token, logged_in.expires_at_ms);
    leptos_axum::redirect(routes::safe_next(&next));
    Ok(())
}

/// Ends the session.
///
/// # Errors
/// When the services do not answer.
#[server(prefix = "/sfn", endpoint = "logout", output = Postcard)]
pub async fn logout() -> Result<(), AppError> {
    use crate::context;
    let end = async {
        let (monitor, actor) = context::actor().await?;
        monitor.accounts().logout(&actor).await
    };
    match end.await {
        // Without a session there is nothing to end.
        Err(error) if error.code != domain::ErrorCode::Unauthenticated => return Err(context::refuse(error)),
        _ => context::set_cookie(&monitor::request::expired_session_cookie()),
    }
    leptos_axum::redirect("/login");
    Ok(())
}
