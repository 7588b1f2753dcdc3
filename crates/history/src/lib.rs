//! Compressed time-series blocks, roll-ups and range queries, over the store.

#![forbid(unsafe_code)]

pub mod block;
mod column;
mod decimal;
mod directory;
mod engine;
mod error;
mod processes;
pub mod rollup;
mod rows;
mod sample;
mod table;
mod tier;
mod varint;
mod zip;

pub use column::{pack, pack_integers, unpack, unpack_integers};
pub use decimal::round;
pub use engine::{Engine, Limits, Losses, MOST_SERIES, Moment, MomentQuery, Piece, Retention, Space, Walk};
pub use error::{Error, Result};
pub use rows::{KEY_SEPARATOR, RowWriter, key_of, read_rows};
pub use sample::write_sample;
pub use table::Table;
pub use tier::{Kept, Tier};
