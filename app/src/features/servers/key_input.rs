//! The secret of a login: a password, or a private key with its passphrase.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::form::Entered;
use crate::{
    i18n::use_i18n,
    ui::{Erase, TextArea, TextField},
};

/// The choice between password and private key, and their fields.
#[component]
pub fn KeyInput(
    /// What is entered.
    entered: Entered,
    /// What is wrong with a field.
    field: Callback<&'static str, Signal<Option<String>>>,
    /// Whether a secret is stored already, and stays when none is entered.
    keeps_secret: bool,
) -> impl IntoView {
    let texts = use_i18n();
    let option = move |uses_key: bool, label: &'static str| {
        let value = if uses_key { "private_key" } else { "password" };
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="auth"
                    value=value
                    prop:checked=move || entered.uses_key.get() == uses_key
                    on:change=move |_| entered.uses_key.set(uses_key)
                />
                <span>{label}</span>
            </label>
        }
    };
    let hint = if keeps_secret { text!(texts, servers.secret_kept) } else { "" };
    let secret = move || {
        if entered.uses_key.get() {
            view! { <PrivateKey entered field hint /> }.erased()
        } else {
            view! {
                <TextField
                    name="password"
                    label=text!(texts, servers.password)
                    value=entered.password
                    kind="password"
                    autocomplete="new-password"
                    hint=hint.to_owned()
                    error=field.run("password")
                />
            }
            .erased()
        }
    };
    view! {
        <fieldset class="field">
            <legend>{text!(texts, servers.auth)}</legend>
            <div class="segments">
                {option(false, text!(texts, servers.auth_password))} {option(true, text!(texts, servers.auth_key))}
            </div>
        </fieldset>
        {secret}
    }
}

#[component]
fn PrivateKey(
    entered: Entered,
    field: Callback<&'static str, Signal<Option<String>>>,
    hint: &'static str,
) -> impl IntoView {
    let texts = use_i18n();
    view! {
        <TextArea
            name="private_key"
            label=text!(texts, servers.private_key)
            value=entered.private_key
            rows=6
            is_code=true
            placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
            hint=hint.to_owned()
            error=field.run("private_key")
        />
        <label class="button small file-button">
            {text!(texts, servers.key_file)}
            <input type="file" on:change=move |event| read_file(&event, entered.private_key) />
        </label>
        <TextField
            name="passphrase"
            label=text!(texts, servers.passphrase)
            value=entered.passphrase
            kind="password"
            autocomplete="new-password"
            hint=text!(texts, servers.passphrase_hint).to_owned()
            error=field.run("passphrase")
        />
    }
}

/// Puts the text of the picked file into the field. What is far too large for a key is left alone.
fn read_file(event: &web_sys::Event, into: RwSignal<String>) {
    let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) else { return };
    if file.size() > 256.0 * 1024.0 {
        return;
    }
    let text = file.text();
    leptos::task::spawn_local(async move {
        if let Ok(text) = wasm_bindgen_futures::JsFuture::from(text).await {
            into.try_set(text.as_string().unwrap_or_default());
        }
    });
}
