//! What can go wrong with history.

/// The result of this crate's work.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Stored bytes are not what was written; says what is wrong with them.
    #[error("a stored block is damaged: {0}")]
    Damaged(&'static str),
    /// A codec refused to pack values.
    #[error("values could not be packed: {0}")]
    Codec(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}
