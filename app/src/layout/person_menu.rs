//! The menu of the person who is logged in: theme, shortcuts, leaving. The browser's own popover, so that it works without any wasm.

use leptos::{form::ActionForm, prelude::*};

use super::{Me, frame::FrameState};
use crate::{
    Texts,
    features::login::api::Logout,
    i18n::use_i18n,
    preferences::Theme,
    ui::{Icon, IconName},
};

/// The menu and the button that opens it.
#[component]
pub fn PersonMenu() -> impl IntoView {
    let texts = use_i18n();
    let Me(user) = Me::here();
    let state = expect_context::<FrameState>();
    let logout = ServerAction::<Logout>::new();
    let initial = user.username.chars().take(1).flat_map(char::to_uppercase).collect::<String>();
    view! {
        <button
            type="button"
            class="avatar"
            popovertarget="person-menu"
            aria-label=text!(texts, frame.person_menu, name = user.username.clone()).to_string()
        >
            {initial}
        </button>
        <div id="person-menu" class="menu" popover="auto">
            <div class="menu-head">
                <strong>{user.username.clone()}</strong>
                <span>{role_word(texts, user.role)}</span>
                <span class="menu-mail">{user.email.clone()}</span>
            </div>
            <ThemeSwitch />
            <button
                type="button"
                class="menu-item"
                popovertarget="person-menu"
                popovertargetaction="hide"
                on:click=move |_| state.is_shortcuts_open.set(true)
            >
                <Icon name=IconName::Keyboard />
                <span>{text!(texts, shortcuts.title)}</span>
                <kbd>"?"</kbd>
            </button>
            <ActionForm action=logout>
                <button type="submit" class="menu-item">
                    <Icon name=IconName::Leave />
                    <span>{text!(texts, login.leave)}</span>
                </button>
            </ActionForm>
        </div>
    }
}

fn role_word(texts: Texts, role: domain::Role) -> &'static str {
    match role {
        domain::Role::Admin => text!(texts, role.admin),
        domain::Role::Operator => text!(texts, role.operator),
        domain::Role::User => text!(texts, role.user),
        domain::Role::Auditor => text!(texts, role.auditor),
    }
}

/// Light, dark, or as the system says.
#[component]
fn ThemeSwitch() -> impl IntoView {
    let texts = use_i18n();
    let chosen = RwSignal::new(Theme::chosen());
    let option = move |theme: Theme| {
        let (icon, label) = match theme {
            Theme::System => (IconName::Display, text!(texts, theme.system)),
            Theme::Light => (IconName::Sun, text!(texts, theme.light)),
            Theme::Dark => (IconName::Moon, text!(texts, theme.dark)),
        };
        let choose = move |_| {
            theme.choose();
            chosen.set(theme);
        };
        view! {
            <button
                type="button"
                class="segment"
                aria-pressed=move || (chosen.get() == theme).to_string()
                title=label
                aria-label=label
                on:click=choose
            >
                <Icon name=icon />
            </button>
        }
    };
    view! {
        <div class="menu-row">
            <span>{text!(texts, theme.title)}</span>
            <div class="segments" role="group" aria-label=text!(texts, theme.title)>
                {Theme::ALL.map(option).collect_view()}
            </div>
        </div>
    }
}
