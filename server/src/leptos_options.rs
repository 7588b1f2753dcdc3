//! Leptos' own run-time options: `Leptos.toml`, built in, and what only this build knows.

use leptos::config::{LeptosOptions, errors::LeptosConfigError, get_config_from_str};

use crate::assets::Assets;

/// The file at the project's root.
pub const FILE: &str = include_str!("../../Leptos.toml");

/// The options with which pages are rendered: the browser part lies where the assets serve it.
///
/// # Errors
/// When `Leptos.toml` is not what leptos expects; a test keeps that from happening.
pub fn read(assets: &Assets) -> Result<LeptosOptions, LeptosConfigError> {
    let mut options = get_config_from_str(FILE)?;
    options.site_pkg_dir = assets.pkg_dir().into();
    Ok(options)
}
