//! The keyboard: what each key does, and the list of them.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;

use super::frame::FrameState;
use crate::{Texts, browser, i18n::use_i18n, ui::Dialog};

/// How long `g` waits for its second key, in milliseconds.
const PREFIX_MS: i64 = 1_500;
/// What `j` and `k` move between; a search may hide rows.
const ROW_LINKS: &str = "[data-row-link]:not([hidden] *)";

/// Listens to the keyboard, and shows the list of shortcuts when asked.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let texts = use_i18n();
    let state = expect_context::<FrameState>();
    let navigate = use_navigate();
    Effect::new(move |_| {
        let (navigate, prefix_ms) = (navigate.clone(), StoredValue::new(0_i64));
        let listener = window_event_listener(ev::keydown, move |event| {
            if let Some(path) = press(&event, state, prefix_ms) {
                navigate(path, NavigateOptions::default());
            }
        });
        on_cleanup(move || listener.remove());
    });
    view! {
        <Dialog is_open=state.is_shortcuts_open title=text!(texts, shortcuts.title)>
            <dl class="shortcuts">
                {list(texts)
                    .into_iter()
                    .map(|(keys, words)| {
                        view! {
                            <div>
                                <dt>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}</dt>
                                <dd>{words}</dd>
                            </div>
                        }
                    })
                    .collect_view()}
            </dl>
        </Dialog>
    }
}

fn list(texts: Texts) -> Vec<(&'static [&'static str], &'static str)> {
    vec![
        (&["Ctrl", "K"], text!(texts, shortcuts.palette)),
        (&["/"], text!(texts, shortcuts.search)),
        (&["j"], text!(texts, shortcuts.next)),
        (&["k"], text!(texts, shortcuts.previous)),
        (&["Enter"], text!(texts, shortcuts.open)),
        (&["g", "d"], text!(texts, nav.dashboard)),
        (&["g", "i"], text!(texts, nav.incidents)),
        (&["g", "r"], text!(texts, nav.rules)),
        (&["g", "m"], text!(texts, nav.maintenance)),
        (&["g", "l"], text!(texts, nav.labels)),
        (&["g", "s"], text!(texts, nav.storage)),
        (&["g", "o"], text!(texts, nav.notifications)),
        (&["g", "a"], text!(texts, nav.audit)),
        (&["g", "n"], text!(texts, servers.add)),
        (&["Esc"], text!(texts, shortcuts.close)),
        (&["?"], text!(texts, shortcuts.title)),
    ]
}

/// Does what a key stands for; returns the page to go to, if any.
fn press(event: &web_sys::KeyboardEvent, state: FrameState, prefix_ms: StoredValue<i64>) -> Option<&'static str> {
    let key = event.key();
    if (event.ctrl_key() || event.meta_key()) && key.eq_ignore_ascii_case("k") {
        event.prevent_default();
        state.is_palette_open.update(|open| *open = !*open);
        return None;
    }
    let is_elsewhere = state.is_palette_open.get_untracked() || state.is_shortcuts_open.get_untracked();
    if event.ctrl_key() || event.meta_key() || event.alt_key() || is_elsewhere || browser::is_typing(event) {
        return None;
    }
    let is_second = browser::now_ms() - prefix_ms.get_value() < PREFIX_MS;
    prefix_ms.set_value(0);
    match (is_second, key.as_str()) {
        (true, "d") => return Some("/"),
        (true, "i") => return Some("/incidents"),
        (true, "r") => return Some("/rules"),
        (true, "m") => return Some("/maintenance"),
        (true, "l") => return Some("/labels"),
        (true, "s") => return Some("/storage"),
        (true, "o") => return Some("/notifications"),
        (true, "a") => return Some("/audit"),
        (true, "n") => return Some("/servers/new"),
        (_, "g") => prefix_ms.set_value(browser::now_ms()),
        (_, "?") => state.is_shortcuts_open.set(true),
        (_, "j") => move_focus(1),
        (_, "k") => move_focus(-1),
        (_, "/") => {
            event.prevent_default();
            if !browser::focus("#search") {
                state.is_palette_open.set(true);
            }
        }
        _ => {}
    }
    None
}

/// Moves the focus down or up by one row; into the list when it is not there yet.
fn move_focus(step: i32) {
    let Ok(links) = document().query_selector_all(ROW_LINKS) else { return };
    let at = |index: u32| links.get(index).and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok());
    let focused = document().active_element();
    let place = (0..links.length()).find(|index| {
        at(*index).is_some_and(|link| focused.as_ref().is_some_and(|focused| link.is_same_node(Some(focused))))
    });
    let next = place.map_or(Some(0), |place| place.checked_add_signed(step));
    if let Some(link) = next.and_then(at) {
        drop(link.focus());
    }
}
