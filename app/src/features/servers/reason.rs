//! What to do about a connection that fails, by the kind of trouble.

use domain::status::ReasonCode;
use leptos::prelude::*;

use crate::{Texts, i18n::use_i18n};

/// A sentence of advice, where there is one.
#[component]
pub fn ReasonAdvice(
    /// The kind of trouble.
    code: ReasonCode,
) -> impl IntoView {
    let texts = use_i18n();
    advice(texts, code).map(|advice| view! { <p class="quiet-text">{advice}</p> })
}

fn advice(texts: Texts, code: ReasonCode) -> Option<&'static str> {
    Some(match code {
        ReasonCode::NameNotResolved => text!(texts, advice.name_not_resolved),
        ReasonCode::ConnectionRefused => text!(texts, advice.connection_refused),
        ReasonCode::Unreachable | ReasonCode::TimedOut => text!(texts, advice.timed_out),
        ReasonCode::NotSsh => text!(texts, advice.not_ssh),
        ReasonCode::LoginRefused => text!(texts, advice.login_refused),
        ReasonCode::KeyUnusable => text!(texts, advice.key_unusable),
        ReasonCode::CommandRefused => text!(texts, advice.command_refused),
        ReasonCode::JumpHost => text!(texts, advice.jump_host),
        ReasonCode::NoProc => text!(texts, advice.no_proc),
        _ => return None,
    })
}

/// Whether a person has to look at the host key before anything else can happen.
pub fn is_about_host_key(code: ReasonCode) -> bool {
    matches!(code, ReasonCode::HostKeyUnknown | ReasonCode::HostKeyChanged)
}
