//! What a person sees: pages, components and server functions.
//!
//! Compiled twice: with `ssr` into the program, which renders the first HTML and answers server functions, and with `hydrate` for
//! the browser. No rule of the product lives here: server functions ask the services, pages show what they answer.

#![recursion_limit = "256"]

#[cfg(not(erase_components))]
compile_error!("RUSTFLAGS replaces the flags of .cargo/config.toml: add --cfg=erase_components to it");

// The texts as the module `i18n`, generated from `locales/`.
include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));

/// The texts in the person's language, as components hand them around.
pub type Texts = leptos_i18n::I18nContext<i18n::Locale>;

/// A text in the person's language. A change of the language loads the page anew, so that texts need not be reactive.
macro_rules! text {
    ($texts:expr, $($key:tt)*) => {
        leptos_i18n::tu_string!($texts, $($key)*)
    };
}

mod browser;
#[cfg(feature = "ssr")]
pub mod context;
pub mod error;
pub mod features;
mod layout;
mod live;
mod preferences;
pub mod routes;
#[cfg(feature = "ssr")]
mod shell;
mod ui;
mod wire;

use domain::format;
pub use routes::App;
#[cfg(feature = "ssr")]
pub use shell::shell;
