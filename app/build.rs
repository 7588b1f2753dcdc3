//! Turns `locales/*.json` into the `i18n` module, so that a missing text is a compile error.

use std::{env, error::Error, path::PathBuf};

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos, options::CodegenOptions};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let options = ParseOptions::new().interpolate_display(true);
    let texts = TranslationsInfos::parse(Config::new("en")?.parse_options(options))?;
    texts.emit_diagnostics();
    texts.rerun_if_locales_changed();
    let out = PathBuf::from(env::var("OUT_DIR")?).join("i18n");
    let attributes = "#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::expect_used)]".parse()?;
    texts.generate_i18n_module_with_options(
        out,
        CodegenOptions::new().top_level_attributes(Some(attributes)).gen_docs(false),
    )?;
    Ok(())
}
