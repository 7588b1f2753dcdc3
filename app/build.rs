//! Turns `locales/*.json` into the `i18n` module, so that a missing text is a compile error.
//!
//! Uses the two crates that `leptos_i18n_build` wraps: that one also compiles ICU's data exporter,
//! minutes of work for plural and number formats that the texts do not use.

use std::{env, error::Error, fs, path::PathBuf};

use leptos_i18n_codegen::gen_code;
use leptos_i18n_parser::parse_locales::{
    options::{Config, ParseOptions},
    parse_locales,
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let options = ParseOptions::new().interpolate_display(true);
    let texts = parse_locales(None, Config::new("en")?.parse_options(options))?;
    for warning in texts.diag.warnings().iter() {
        println!("cargo::warning={warning}");
    }
    for error in texts.diag.errors().iter() {
        println!("cargo::error={error}");
    }
    for path in texts.tracked_files.iter().flatten() {
        println!("cargo::rerun-if-changed={path}");
    }
    let attributes = "#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::expect_used)]".parse()?;
    let module = gen_code(&texts, None, false, Some(&attributes), false)?;
    let out = PathBuf::from(env::var("OUT_DIR")?).join("i18n");
    fs::create_dir_all(&out)?;
    fs::write(out.join("mod.rs"), module.to_string())?;
    Ok(())
}
