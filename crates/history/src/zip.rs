//! zstd, whose state for unpacking is kept per thread: making it anew for every series would take longer than using it.

use std::cell::RefCell;

use zstd::bulk::Decompressor;

use crate::{Error, Result};

thread_local! {
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Packs bytes.
///
/// # Errors
/// When zstd refuses, which it does for want of memory only.
pub(crate) fn zip(bytes: &[u8], level: i32) -> Result<Vec<u8>> {
    zstd::bulk::compress(bytes, level).map_err(|cause| Error::Codec(cause.to_string()))
}

/// Unpacks bytes that are `most` bytes at most when unpacked.
///
/// # Errors
/// When they are damaged, or would be longer.
pub(crate) fn unzip(bytes: &[u8], most: usize) -> Result<Vec<u8>> {
    let bound = Decompressor::upper_bound(bytes).unwrap_or(most).min(most);
    DECOMPRESSOR.with_borrow_mut(|kept| {
        let decompressor = match kept {
            Some(decompressor) => decompressor,
            None => kept.insert(Decompressor::new().map_err(|cause| Error::Codec(cause.to_string()))?),
        };
        decompressor.decompress(bytes, bound).map_err(|_| Error::Damaged("zstd refuses it"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_and_more_than_allowed_do_not() {
        let bytes = vec![7; 10_000];
        let zipped = zip(&bytes, 3).unwrap();
        assert_eq!(unzip(&zipped, 10_000).unwrap(), bytes);
        assert!(unzip(&zipped, 9_999).is_err());
        assert!(unzip(&zipped[..zipped.len() - 1], 10_000).is_err());
        assert_eq!(unzip(&zipped, 20_000).unwrap(), bytes, "a failure leaves nothing behind");
    }
}
