//! The browser entry point.

/// Makes the page that the server rendered come alive. Called by the script in the page's head.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
