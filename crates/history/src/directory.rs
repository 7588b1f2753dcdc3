//! How a window of time that is over lies in the database: its series one after the other as one run of bytes, cut into pieces of one size,
//! and a directory that says where each series is. So the pieces fill the database's pages however small or large the series are, and a
//! question reads only those that it needs.

use std::{
    collections::{BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
    ops::Range,
};

use crate::{
    Error, Result,
    varint::{Reader, put},
    zip::{unzip, zip},
};

/// What fits into one leaf of a page of 8 kB (SQLite file format, section 1.6: a cell of up to the usable size less 35 bytes stays whole)
/// beside the other columns of its row.
const PIECE_BYTES: usize = 8_040;
/// What a directory begins with.
const MARK: u8 = 1;
/// The level at which a directory is packed.
const LEVEL: i32 = 19;
/// No directory is larger than this when unpacked.
const MOST_BYTES: usize = 4 << 20;

/// Where the series of a window lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directory {
    /// Begins the names of the pieces, so that those of another writing of the same window are never taken for them.
    tag: u64,
    series: Vec<(String, Range<usize>)>,
    /// The packed times of the window's rows.
    pub times: Vec<u8>,
}

/// The pieces of a window: their names and their bytes.
pub(crate) type Pieces = Vec<(String, Vec<u8>)>;

impl Directory {
    /// Lays out a window: its packed times, and its series by name, packed.
    pub fn lay_out(times: Vec<u8>, packed: Vec<(&str, Vec<u8>)>) -> (Self, Pieces) {
        let (mut all, mut series) = (Vec::new(), Vec::with_capacity(packed.len()));
        for (name, data) in packed {
            let begin = all.len();
            all.extend(data);
            series.push((name.to_owned(), begin..all.len()));
        }
        let mut hasher = DefaultHasher::new();
        (&times, &all).hash(&mut hasher);
        let directory = Self { tag: hasher.finish() & 0xffff_ffff, series, times };
        let pieces = all.chunks(PIECE_BYTES).enumerate();
        let pieces = pieces.map(|(number, bytes)| (directory.piece(number), bytes.to_vec())).collect();
        (directory, pieces)
    }

    /// Whether these bytes are a directory, rather than a frame of zstd, which begins with another byte (RFC 8878, section 3.1.1).
    pub fn is_one(bytes: &[u8]) -> bool {
        bytes.first() == Some(&MARK)
    }

    /// As bytes.
    ///
    /// # Errors
    /// When the codec refuses.
    pub fn pack(&self) -> Result<Vec<u8>> {
        let mut plain = Vec::new();
        for (name, place) in &self.series {
            put(&mut plain, name.len() as u64);
            plain.extend_from_slice(name.as_bytes());
            put(&mut plain, place.len() as u64);
        }
        let zipped = zip(&plain, LEVEL)?;
        let mut bytes = Vec::with_capacity(zipped.len() + self.times.len() + 8);
        bytes.push(MARK);
        put(&mut bytes, self.tag);
        put(&mut bytes, zipped.len() as u64);
        bytes.extend(zipped);
        bytes.extend_from_slice(&self.times);
        Ok(bytes)
    }

    /// From bytes.
    ///
    /// # Errors
    /// When they are damaged.
    pub fn unpack(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != MARK {
            return Err(Error::Damaged("it is no directory"));
        }
        let tag = reader.unsigned()?;
        let length = reader.length()?;
        let zipped = reader.take(length)?;
        let times = reader.rest().to_vec();
        let plain = unzip(zipped, MOST_BYTES)?;
        let (mut reader, mut end) = (Reader::new(&plain), 0usize);
        let mut series = Vec::new();
        while !reader.is_empty() {
            let length = reader.length()?;
            let name = String::from_utf8(reader.take(length)?.to_vec());
            let begin = end;
            end = end.checked_add(reader.length()?).ok_or(Error::Damaged("a length is too large"))?;
            series.push((name.map_err(|_| Error::Damaged("a name is no text"))?, begin..end));
        }
        Ok(Self { tag, series, times })
    }

    /// The names of the series.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.series.iter().map(|(name, _)| name.as_str())
    }

    /// The names of the pieces in which the wanted series are.
    pub fn needed(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let places = self.series.iter().filter(|(name, place)| !place.is_empty() && is_wanted(name));
        let numbers: BTreeSet<usize> =
            places.flat_map(|(_, place)| place.start / PIECE_BYTES..place.end.div_ceil(PIECE_BYTES)).collect();
        numbers.into_iter().map(|number| self.piece(number)).collect()
    }

    /// The wanted series out of pieces; `None` where one of them is missing.
    pub fn read<'a>(
        &'a self,
        pieces: &HashMap<&str, &[u8]>,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Option<Vec<(&'a str, Vec<u8>)>> {
        let wanted = self.series.iter().filter(|(name, _)| is_wanted(name));
        wanted.map(|(name, place)| Some((name.as_str(), self.cut(pieces, place)?))).collect()
    }

    fn cut(&self, pieces: &HashMap<&str, &[u8]>, place: &Range<usize>) -> Option<Vec<u8>> {
        let mut data = Vec::with_capacity(place.len().min(MOST_BYTES));
        let mut from = place.start;
        while from < place.end {
            let (number, offset) = (from / PIECE_BYTES, from % PIECE_BYTES);
            let name = self.piece(number);
            let piece = pieces.get(name.as_str())?;
            let part = piece.get(offset..piece.len().min(offset + place.end - from)).filter(|part| !part.is_empty())?;
            data.extend_from_slice(part);
            from += part.len();
        }
        Some(data)
    }

    fn piece(&self, number: usize) -> String {
        format!("{:08x}.{number}", self.tag)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn window() -> (Directory, Pieces, Vec<(String, Vec<u8>)>) {
        let packed: Vec<(String, Vec<u8>)> = (0..40u8)
            .map(|number| (format!("metric.{number}"), vec![number; usize::from(number) * usize::from(number) * 13]))
            .collect();
        let named = packed.iter().map(|(name, data)| (name.as_str(), data.clone())).collect();
        let (directory, pieces) = Directory::lay_out(vec![7; 30], named);
        (directory, pieces, packed)
    }

    fn by_name(pieces: &[(String, Vec<u8>)]) -> HashMap<&str, &[u8]> {
        pieces.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect()
    }

    #[test]
    fn every_series_comes_back_out_of_the_pieces_that_it_needs() {
        let (directory, pieces, packed) = window();
        let directory = Directory::unpack(&directory.pack().unwrap()).unwrap();
        assert_eq!(directory.times, [7; 30]);
        assert!(pieces.iter().rev().skip(1).all(|(_, bytes)| bytes.len() == PIECE_BYTES), "all but the last are full");
        for (name, data) in &packed {
            let needed = directory.needed(|each| each == name);
            let some: Pieces = pieces.iter().filter(|(name, _)| needed.contains(name)).cloned().collect();
            assert_eq!(directory.read(&by_name(&some), |each| each == name), Some(vec![(name.as_str(), data.clone())]));
        }
    }

    #[test]
    fn pieces_of_another_writing_are_not_taken() {
        let (directory, pieces, _) = window();
        let (other, _) = Directory::lay_out(vec![8; 30], vec![("metric.39", vec![1; 20_000])]);
        assert_eq!(other.read(&by_name(&pieces), |_| true), None);
        assert_eq!(directory.read(&by_name(&pieces[1..]), |_| true), None);
    }

    proptest! {
        #[test]
        fn damage_is_an_error_and_never_a_panic(at in 0usize..200, with in any::<u8>(), cut in 0usize..400) {
            let (directory, pieces, _) = window();
            let mut bytes = directory.pack().unwrap();
            let length = bytes.len();
            bytes[at % length] = with;
            bytes.truncate(length.saturating_sub(cut));
            if let Ok(directory) = Directory::unpack(&bytes) {
                let _ = directory.needed(|_| true);
                let _ = directory.read(&by_name(&pieces), |_| true);
            }
        }
    }
}
