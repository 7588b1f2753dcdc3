//! Says where the files lie that are built into the program: `SERVER_MONITOR_SITE_DIR`, which `script/build` sets.
//!
//! Without it, as in tests and lints, what an earlier build left in the target folder serves, else an empty folder.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

const VARIABLE: &str = "SERVER_MONITOR_SITE_DIR";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let site = match env::var_os(VARIABLE).map(PathBuf::from) {
        Some(named) if named.is_dir() => named,
        Some(named) => return Err(format!("{VARIABLE} names no folder: {}", named.display()).into()),
        None => earlier(&out).map_or_else(|| empty(&out), Ok)?,
    };
    let mut stdout = std::io::stdout();
    for line in [
        format!("cargo::rustc-env={VARIABLE}={}", site.display()),
        format!("cargo::rerun-if-env-changed={VARIABLE}"),
        format!("cargo::rerun-if-changed={}", site.display()),
        "cargo::rerun-if-changed=build.rs".to_owned(),
    ] {
        std::io::Write::write_all(&mut stdout, format!("{line}\n").as_bytes())?;
    }
    Ok(())
}

/// `site` in the target folder; cargo's own folder for us lies some levels below that.
fn earlier(out: &Path) -> Option<PathBuf> {
    let target = out.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file())?;
    Some(target.join("site")).filter(|site| site.is_dir())
}

fn empty(out: &Path) -> std::io::Result<PathBuf> {
    let folder = out.join("empty-site");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
