//! Compressed time-series blocks, roll-ups and range queries, over the store.

#![forbid(unsafe_code)]

mod column;
mod decimal;
mod error;
mod rows;
mod table;
mod varint;

pub use column::{pack, pack_integers, unpack, unpack_integers};
pub use decimal::round;
pub use error::{Error, Result};
pub use rows::{KEY_SEPARATOR, RowWriter, key_of, read_rows};
pub use table::Table;
