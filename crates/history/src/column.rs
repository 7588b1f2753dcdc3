//! One series' values over a stretch of time, compressed without loss.
//!
//! A column of values is turned into integers where they are decimal numbers, into ranks among the distinct values where those are few,
//! and then the smallest of several packings is kept. docs/PERFORMANCE.md has what each of them contributes.

use crate::{
    Error, Result,
    decimal::{from_integer, to_integers},
    varint::{Reader, fold, put, put_signed, unfold},
    zip::{unzip, zip},
};

/// The level at which pco is as small as it gets on this data; higher ones only take longer.
const PCO_LEVEL: usize = 8;
/// The level at which zstd searches longest: blocks are packed once and read often.
const ZSTD_LEVEL: i32 = 19;
/// Ranks pay off only when values repeat at least this often on average.
const REPEATS: usize = 4;
/// Columns longer than this are not believed when read.
pub const MOST_ROWS: usize = 1 << 20;

/// How the numbers of a column are written. The numbers are part of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Constant = 0,
    Floats = 1,
    Pco = 2,
    PcoRanks = 3,
    ZstdDeltas = 4,
    ZstdRanks = 5,
    ZstdRankDeltas = 6,
}

impl Packing {
    fn from_tag(tag: u8) -> Result<Self> {
        [
            Self::Constant,
            Self::Floats,
            Self::Pco,
            Self::PcoRanks,
            Self::ZstdDeltas,
            Self::ZstdRanks,
            Self::ZstdRankDeltas,
        ]
        .into_iter()
        .find(|packing| *packing as u8 == tag)
        .ok_or(Error::Damaged("an unknown packing"))
    }

    fn has_ranks(self) -> bool {
        matches!(self, Self::PcoRanks | Self::ZstdRanks | Self::ZstdRankDeltas)
    }
}

/// Packs finite `values`.
///
/// # Errors
/// When a codec refuses, which none does for finite numbers.
pub fn pack(values: &[f64]) -> Result<Vec<u8>> {
    let Some((places, integers)) = to_integers(values) else {
        return packed_with(Packing::Floats, 0, &pco(values)?);
    };
    pack_scaled(places, &integers)
}

/// Packs integers, such as times.
///
/// # Errors
/// When a codec refuses, which none does.
pub fn pack_integers(integers: &[i64]) -> Result<Vec<u8>> {
    pack_scaled(0, integers)
}

fn pack_scaled(places: u8, integers: &[i64]) -> Result<Vec<u8>> {
    let first = integers.first().copied().unwrap_or_default();
    if integers.iter().all(|integer| *integer == first) {
        let mut body = Vec::new();
        put_signed(&mut body, first);
        return packed_with(Packing::Constant, places, &body);
    }
    let mut best = packed_with(Packing::Pco, places, &pco(integers)?)?;
    let mut offer = |packing, body: Vec<u8>| -> Result<()> {
        if body.len() + 1 < best.len() {
            best = packed_with(packing, places, &body)?;
        }
        Ok(())
    };
    offer(Packing::ZstdDeltas, zip(&varints(integers, true), ZSTD_LEVEL)?)?;
    if let Some((distinct, ranks)) = ranks(integers) {
        let dictionary = pco(&distinct)?;
        let mut head = Vec::with_capacity(dictionary.len() + 2);
        put(&mut head, dictionary.len() as u64);
        head.extend_from_slice(&dictionary);
        let with_head = |body: Vec<u8>| [head.as_slice(), &body].concat();
        offer(Packing::PcoRanks, with_head(pco(&ranks)?))?;
        offer(Packing::ZstdRanks, with_head(zip(&varints(&ranks, false), ZSTD_LEVEL)?))?;
        offer(Packing::ZstdRankDeltas, with_head(zip(&varints(&ranks, true), ZSTD_LEVEL)?))?;
    }
    Ok(best)
}

/// Unpacks `rows` values.
///
/// # Errors
/// When the bytes are damaged.
pub fn unpack(bytes: &[u8], rows: usize) -> Result<Vec<f64>> {
    let (packing, places, body) = split(bytes, rows)?;
    if packing == Packing::Floats {
        return exactly(unpco(body)?, rows);
    }
    Ok(integers(packing, body, rows)?.into_iter().map(|integer| from_integer(integer, places)).collect())
}

/// Unpacks `rows` integers that [`pack_integers`] packed.
///
/// # Errors
/// When the bytes are damaged.
pub fn unpack_integers(bytes: &[u8], rows: usize) -> Result<Vec<i64>> {
    let (packing, places, body) = split(bytes, rows)?;
    if packing == Packing::Floats || places != 0 {
        return Err(Error::Damaged("fractions where integers belong"));
    }
    integers(packing, body, rows)
}

fn split(bytes: &[u8], rows: usize) -> Result<(Packing, u8, &[u8])> {
    if rows > MOST_ROWS {
        return Err(Error::Damaged("too many rows"));
    }
    let mut reader = Reader::new(bytes);
    let head = reader.byte()?;
    Ok((Packing::from_tag(head >> 4)?, head & 0xf, reader.rest()))
}

fn integers(packing: Packing, body: &[u8], rows: usize) -> Result<Vec<i64>> {
    let mut reader = Reader::new(body);
    if packing == Packing::Constant {
        return Ok(vec![reader.signed()?; rows]);
    }
    let distinct: Option<Vec<i64>> = match packing.has_ranks() {
        true => {
            let length = reader.length()?;
            Some(unpco(reader.take(length)?)?)
        }
        false => None,
    };
    let numbers = match packing {
        Packing::Pco | Packing::PcoRanks => exactly(unpco(reader.rest())?, rows)?,
        Packing::ZstdRanks => unvarints(reader.rest(), rows, false)?,
        _ => unvarints(reader.rest(), rows, true)?,
    };
    match distinct {
        None => Ok(numbers),
        Some(distinct) => numbers
            .into_iter()
            .map(|rank| usize::try_from(rank).ok().and_then(|rank| distinct.get(rank)).copied())
            .collect::<Option<_>>()
            .ok_or(Error::Damaged("a rank without a value")),
    }
}

fn packed_with(packing: Packing, places: u8, body: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(body.len() + 1);
    bytes.push((packing as u8) << 4 | places);
    bytes.extend_from_slice(body);
    Ok(bytes)
}

/// The distinct values in order, and for each value its place among them; `None` when there are too many for that to pay off.
fn ranks(integers: &[i64]) -> Option<(Vec<i64>, Vec<i64>)> {
    let mut distinct = integers.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() > integers.len() / REPEATS {
        return None;
    }
    let ranks = integers.iter().map(|integer| {
        let rank = distinct.binary_search(integer).unwrap_or_default();
        i64::try_from(rank).unwrap_or_default()
    });
    let ranks = ranks.collect();
    Some((distinct, ranks))
}

fn varints(integers: &[i64], as_deltas: bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(integers.len() * 2);
    let mut before = 0i64;
    for integer in integers {
        put(&mut bytes, fold(if as_deltas { integer.wrapping_sub(before) } else { *integer }));
        before = *integer;
    }
    bytes
}

fn unvarints(body: &[u8], rows: usize, are_deltas: bool) -> Result<Vec<i64>> {
    // Ten bytes are the most that a number takes.
    let bytes = unzip(body, rows * 10)?;
    let mut reader = Reader::new(&bytes);
    let mut before = 0i64;
    let mut numbers = Vec::with_capacity(rows);
    for _ in 0..rows {
        let number = unfold(reader.unsigned()?);
        before = if are_deltas { before.wrapping_add(number) } else { number };
        numbers.push(before);
    }
    Ok(numbers)
}

fn pco<N: pco::data_types::Number>(numbers: &[N]) -> Result<Vec<u8>> {
    let config = pco::ChunkConfig::default().with_compression_level(PCO_LEVEL);
    pco::standalone::simple_compress(numbers, &config).map_err(|cause| Error::Codec(cause.to_string()))
}

fn unpco<N: pco::data_types::Number>(bytes: &[u8]) -> Result<Vec<N>> {
    pco::standalone::simple_decompress(bytes).map_err(|_| Error::Damaged("pco refuses it"))
}

fn exactly<N>(numbers: Vec<N>, rows: usize) -> Result<Vec<N>> {
    if numbers.len() == rows { Ok(numbers) } else { Err(Error::Damaged("another number of values than rows")) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn comes_back(values: &[f64]) -> usize {
        let packed = pack(values).unwrap();
        assert_eq!(unpack(&packed, values.len()).unwrap(), values);
        packed.len()
    }

    #[test]
    fn what_does_not_change_takes_next_to_nothing() {
        assert!(comes_back(&[42.0; 7_200]) <= 3);
        assert!(comes_back(&[0.25; 7_200]) <= 3);
        assert!(comes_back(&[]) <= 3);
    }

    #[test]
    fn each_kind_of_series_comes_back_exactly() {
        let noise = |row: u32| f64::from(row.wrapping_mul(2_654_435_761) >> 20);
        let rows = || 0..2_000u32;
        comes_back(&rows().map(|row| noise(row) / 100.0).collect::<Vec<_>>());
        comes_back(&rows().map(|row| f64::from(row) * 4_096.0).collect::<Vec<_>>());
        comes_back(&rows().map(|row| if row % 97 == 0 { noise(row) } else { 0.0 }).collect::<Vec<_>>());
        comes_back(&rows().map(|row| f64::from(row % 7) * 14.29).collect::<Vec<_>>());
        comes_back(&rows().map(|row| noise(row).sqrt()).collect::<Vec<_>>());
        comes_back(&[f64::MAX, f64::MIN, 1e-300, 0.0]);
    }

    #[test]
    fn integers_of_any_size_come_back() {
        let integers = [i64::MAX, i64::MIN, 0, -1, 1_795_474_788_707];
        assert_eq!(unpack_integers(&pack_integers(&integers).unwrap(), integers.len()).unwrap(), integers);
    }

    proptest! {
        #[test]
        fn any_column_comes_back(values in prop::collection::vec(prop_oneof![
            any::<i32>().prop_map(f64::from),
            (0u32..20).prop_map(|n| f64::from(n) / 10.0),
            prop::num::f64::NORMAL | prop::num::f64::ZERO,
        ], 0..300)) {
            prop_assert_eq!(unpack(&pack(&values).unwrap(), values.len()).unwrap(), values);
        }

        #[test]
        fn damage_is_an_error_or_other_values_and_never_a_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), rows in 0usize..300) {
            let _ = unpack(&bytes, rows);
            let mut packed = pack(&(0..rows).map(|row| f64::from(u32::try_from(row % 9).unwrap())).collect::<Vec<_>>()).unwrap();
            if let (Some(at), Some(byte)) = (bytes.pop(), bytes.pop()) {
                let length = packed.len();
                packed[usize::from(at) % length] = byte;
            }
            let _ = unpack(&packed, rows);
        }
    }
}
