//! A host key as a person compares it: type and fingerprint, large and exact.

use domain::servers::HostKey;
use leptos::prelude::*;

use crate::i18n::use_i18n;

/// A fingerprint under a word that says whose it is.
#[component]
pub fn Fingerprint(
    /// Such as "Trusted so far".
    #[prop(into)]
    label: String,
    /// The key's type, where it is known.
    #[prop(into, optional)]
    algorithm: String,
    /// `SHA256:…`
    #[prop(into)]
    fingerprint: String,
) -> impl IntoView {
    view! {
        <div class="fingerprint">
            <span class="fingerprint-label">{label} " " <span class="fingerprint-kind">{algorithm}</span></span>
            <code>{fingerprint}</code>
        </div>
    }
}

/// Asks whether the key is the server's own.
#[component]
pub fn TrustQuestion(
    /// The key that the server showed.
    key: HostKey,
    /// Which host it was asked of.
    host: String,
    /// What was trusted before; another key in its place needs a second thought.
    before: Vec<String>,
    /// The person says that it is.
    on_trust: Callback<String>,
) -> impl IntoView {
    let texts = use_i18n();
    let is_change = !before.is_empty();
    let is_sure = RwSignal::new(!is_change);
    let trusted = before
        .into_iter()
        .map(|fingerprint| view! { <Fingerprint label=text!(texts, host_key.trusted) fingerprint /> })
        .collect_view();
    let fingerprint = key.fingerprint.clone();
    view! {
        <div class="trust" data-change=is_change.to_string()>
            <p class="trust-title">
                {if is_change { text!(texts, host_key.changed) } else { text!(texts, host_key.question) }}
            </p>
            <p>{if is_change { text!(texts, host_key.changed_detail) } else { text!(texts, host_key.how_to_check) }}</p>
            {trusted}
            <Fingerprint
                label=text!(texts, host_key.shown, host = host.clone()).to_string()
                algorithm=key.algorithm.clone()
                fingerprint=key.fingerprint
            />
            <code class="command">{format!("ssh-keygen -lf /etc/ssh/ssh_host_{}_key.pub", file_of(&key.algorithm))}</code>
            {is_change
                .then(|| {
                    view! {
                        <label class="tick">
                            <input type="checkbox" on:change=move |event| is_sure.set(event_target_checked(&event)) />
                            <span>{text!(texts, host_key.sure)}</span>
                        </label>
                    }
                })}
            <button
                type="button"
                class="button"
                class:primary=!is_change
                class:danger=is_change
                disabled=move || !is_sure.get()
                on:click=move |_| on_trust.run(fingerprint.clone())
            >
                {if is_change {
                    text!(texts, host_key.trust_new).to_owned()
                } else {
                    text!(texts, host_key.trust, host = host).to_string()
                }}
            </button>
        </div>
    }
}

/// The middle of the name of the file in which sshd keeps a key of this type.
fn file_of(algorithm: &str) -> &'static str {
    match algorithm {
        "ssh-ed25519" => "ed25519",
        name if name.starts_with("ecdsa") => "ecdsa",
        _ => "rsa",
    }
}
