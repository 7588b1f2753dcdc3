//! The master key: its two text forms and its key file.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use zeroize::{Zeroize, Zeroizing};

use crate::random::{self, RandomError};

/// Bytes of a master key.
const LENGTH: usize = 32;

/// No key file is longer than this many bytes; what is longer is not read.
const FILE_LIMIT: u64 = 4096;

/// The key that everything else is derived from: 32 random bytes, wiped from memory when dropped, without `Debug` on purpose.
pub struct MasterKey(Zeroizing<[u8; LENGTH]>);

/// Whether [`MasterKey::load_or_create_file`] made the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// The file is new: the key is worth a copy in a safe place.
    Yes,
    /// The file was there.
    No,
}

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The text is neither 64 hexadecimal digits nor base64 of 32 bytes.
    #[error(
        "a master key is 64 hexadecimal digits or the base64 form of 32 bytes; make one with: openssl rand -base64 32"
    )]
    NotAKey,
    /// Others than its owner may read the key file.
    #[error(
        "the key file {path} may be used by others than its owner (mode {mode:04o}); correct it with: chmod 600 {path}"
    )]
    TooOpen {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key file holds something else.
    #[error("the key file {path} holds no master key (64 hexadecimal digits or the base64 form of 32 bytes)")]
    NotAKeyFile {
        /// The key file.
        path: PathBuf,
    },
    /// The key file could not be read or made.
    #[error("the key file {path}: {source}")]
    File {
        /// The key file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// No random bytes for a new key.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl MasterKey {
    /// Reads a key from text: 64 hexadecimal digits or base64 of 32 bytes, with or without padding; white space around it does not count.
    ///
    /// # Errors
    /// [`MasterKeyError::NotAKey`], whose message says how to make one.
    pub fn from_text(text: &str) -> Result<Self, MasterKeyError> {
        let text = text.trim();
        let bytes = Zeroizing::new(if text.len() == 2 * LENGTH {
            from_hex(text)
        } else {
            let engine = if text.ends_with('=') { STANDARD } else { STANDARD_NO_PAD };
            engine.decode(text).ok()
        });
        let bytes = bytes.as_deref().ok_or(MasterKeyError::NotAKey)?;
        let key: [u8; LENGTH] = bytes.try_into().map_err(|_| MasterKeyError::NotAKey)?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// A new random key.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn generate() -> Result<Self, RandomError> {
        let mut key = Zeroizing::new([0; LENGTH]);
        random::fill(key.as_mut_slice())?;
        Ok(Self(key))
    }

    /// The key as base64, as [`Self::from_text`] reads it.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0.as_slice()))
    }

    /// Reads the key file at `path`, or makes it with a new key and mode 0600. The folder must exist. Two processes that start at once agree on one key.
    ///
    /// # Errors
    /// When the file can't be read or made, may be used by others, or holds no key.
    pub fn load_or_create_file(path: &Path) -> Result<(Self, Created), MasterKeyError> {
        match Self::load_file(path) {
            Err(MasterKeyError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            loaded => return Ok((loaded?, Created::No)),
        }
        let key = Self::generate()?;
        match key.create_file(path) {
            Ok(()) => Ok((key, Created::Yes)),
            // Somebody else was faster: theirs counts.
            Err(source) if source.kind() == io::ErrorKind::AlreadyExists => Ok((Self::load_file(path)?, Created::No)),
            Err(source) => Err(MasterKeyError::File { path: path.to_owned(), source }),
        }
    }

    /// The key's bytes, for deriving other keys from.
    pub(crate) fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }

    fn load_file(path: &Path) -> Result<Self, MasterKeyError> {
        let failed = |source| MasterKeyError::File { path: path.to_owned(), source };
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(MasterKeyError::NotAKeyFile { path: path.to_owned() });
        }
        let mode = metadata.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(MasterKeyError::TooOpen { path: path.to_owned(), mode });
        }
        let mut text = Zeroizing::new(Vec::with_capacity(256));
        file.take(FILE_LIMIT).read_to_end(&mut text).map_err(failed)?;
        let not_a_key = || MasterKeyError::NotAKeyFile { path: path.to_owned() };
        Self::from_text(std::str::from_utf8(&text).map_err(|_| not_a_key())?).map_err(|_| not_a_key())
    }

    /// Makes the key file, and its folder if need be: complete or not at all, and never over another one.
    fn create_file(&self, path: &Path) -> io::Result<()> {
        let folder = match path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut name = path.file_name().unwrap_or_default().to_owned();
        let unique = random::random_token(9).map_err(io::Error::other)?;
        name.push(format!(".{unique}.new"));
        let draft = folder.join(name);
        let made = (|| {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
            let mut line = self.to_text();
            line.push('\n');
            file.write_all(line.as_bytes())?;
            line.zeroize();
            file.sync_all()?;
            fs::hard_link(&draft, path)?;
            File::open(folder)?.sync_all()
        })();
        let removed = fs::remove_file(&draft);
        made.and(removed)
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = Zeroizing::new(digits?);
    Some(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

#[cfg(test)]
#[path = "master_key_tests.rs"]
mod tests;
