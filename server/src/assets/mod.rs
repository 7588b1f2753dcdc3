//! The files that are served as they are: the browser part, icons, the service worker. They are built into the program.
//!
//! `pkg/…` is served as `pkg-<hash of its contents>/…`, so that browsers may keep it for ever; everything else is asked for
//! again after a short while. Files that were compressed when the program was built go out compressed.

mod serve;

use std::{borrow::Cow, collections::BTreeMap};

use axum::body::Bytes;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// The folder of the browser part within the site.
const PKG: &str = "pkg";

#[derive(RustEmbed)]
#[folder = "$SERVER_MONITOR_SITE_DIR"]
struct Site;

/// All files of the site, found by their address.
#[derive(Debug, Default)]
pub struct Assets {
    by_path: BTreeMap<String, Asset>,
    pkg_dir: String,
}

/// One file, with the forms in which it can go out.
#[derive(Debug, Default)]
struct Asset {
    content_type: String,
    /// As it is, `br` and `gzip`, as far as they are there.
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    /// Of the plain form; the compressed forms append their own mark.
    hash: String,
}

impl Assets {
    /// The files that the program was built with.
    pub fn built_in() -> Self {
        Self::from_files(Site::iter().filter_map(|path| {
            let file = Site::get(&path)?;
            let data = match file.data {
                Cow::Borrowed(data) => Bytes::from_static(data),
                Cow::Owned(data) => Bytes::from(data),
            };
            Some((path.into_owned(), data))
        }))
    }

    /// Any files, by their path within the site.
    pub fn from_files(files: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        let mut files: BTreeMap<String, Bytes> = files.into_iter().collect();
        let pkg_dir = format!("{PKG}-{}", hash_of_folder(&files));
        let names: Vec<String> = files.keys().filter(|name| !is_compressed(name)).cloned().collect();
        let by_path = names.into_iter().filter_map(|name| {
            let plain = files.remove(&name)?;
            let brotli = files.remove(&format!("{name}.br"));
            let gzip = files.remove(&format!("{name}.gz"));
            let hash = hex(&Sha256::digest(&plain));
            let content_type = content_type(&name);
            Some((name, Asset { content_type, plain, brotli, gzip, hash }))
        });
        Self { by_path: by_path.collect(), pkg_dir }
    }

    /// The folder under which the browser part is served: another one whenever one of its files differs.
    pub fn pkg_dir(&self) -> &str {
        &self.pkg_dir
    }

    /// The file at an address, and whether that address will never mean another content.
    fn find(&self, address: &str) -> Option<(&Asset, bool)> {
        let path = address.strip_prefix('/')?;
        let hashed = path.strip_prefix(&self.pkg_dir).and_then(|rest| rest.strip_prefix('/'));
        match hashed {
            Some(rest) => Some((self.by_path.get(&format!("{PKG}/{rest}"))?, true)),
            None => Some((self.by_path.get(path)?, false)),
        }
    }
}

fn is_compressed(name: &str) -> bool {
    name.ends_with(".br") || name.ends_with(".gz")
}

/// Of names and contents, so that neither a change nor a new name goes unnoticed.
fn hash_of_folder(files: &BTreeMap<String, Bytes>) -> String {
    let mut hash = Sha256::new();
    for (name, data) in files.iter().filter(|(name, _)| name.starts_with("pkg/") && !is_compressed(name)) {
        hash.update(name.as_bytes());
        hash.update((data.len() as u64).to_be_bytes());
        hash.update(data);
    }
    hex(&hash.finalize())
}

/// The first 16 digits: two contents that meet in them do not happen by chance.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn content_type(name: &str) -> String {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let is_text = kind.type_() == "text" || ["javascript", "json", "xml"].contains(&kind.subtype().as_str());
    if is_text { format!("{kind}; charset=utf-8") } else { kind.to_string() }
}

#[cfg(test)]
mod tests;
