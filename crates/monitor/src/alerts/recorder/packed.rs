//! Recordings as they lie in the database: a version, then postcard packed with zstd.

use domain::recording::Recording;

/// The version of [`Recording`]; changed with every change of that type, since postcard does not say what it holds.
const VERSION: u8 = 1;
/// How hard zstd tries.
const LEVEL: i32 = 6;
/// The most that one may have unpacked.
const UNPACKED_MAX: usize = 2 * 1024 * 1024;

/// Packs a recording; `None` when memory runs out.
pub(super) fn pack(recording: &Recording) -> Option<Vec<u8>> {
    let plain = domain::live::encode(recording).ok()?;
    let mut packed = vec![VERSION];
    packed.extend(zstd::bulk::compress(&plain, LEVEL).ok()?);
    Some(packed)
}

/// Unpacks a recording; `None` when it is one of another version of the program, or damaged.
pub(in crate::alerts) fn unpack(packed: &[u8]) -> Option<Recording> {
    let (&version, packed) = packed.split_first()?;
    if version != VERSION {
        return None;
    }
    let plain = zstd::bulk::decompress(packed, UNPACKED_MAX).ok()?;
    domain::live::decode(&plain).ok()
}

#[cfg(test)]
mod tests {
    use domain::recording::RecordedLines;

    use super::*;

    #[test]
    fn a_recording_comes_back_smaller_and_one_of_another_version_does_not() {
        let lines = (0..100).map(|number| format!("Nov 26 12:00:00 web-1 kernel: line {number}")).collect();
        let journal = RecordedLines { lines, ..RecordedLines::default() };
        let recording = Recording { journal, ..Recording::default() };
        let mut packed = pack(&recording).unwrap();
        assert!(packed.len() < 1_000, "{}", packed.len());
        assert_eq!(unpack(&packed), Some(recording));
        assert_eq!(unpack(&packed[..packed.len() - 1]), None);
        packed[0] = 77;
        assert_eq!((unpack(&packed), unpack(&[])), (None, None));
    }
}
