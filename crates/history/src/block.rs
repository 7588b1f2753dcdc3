//! The packed form of a window of time that is over: the times of its rows, and each series by itself, so that a chart reads only its own.

use crate::{
    Error, Result, Table,
    column::{MOST_ROWS, pack, pack_integers, unpack, unpack_integers},
    rollup::Aggregate,
    varint::{Reader, put},
};

/// Packs the times of a block's rows.
///
/// # Errors
/// When a codec refuses.
pub fn pack_times(times: &[i64]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    put(&mut bytes, times.len() as u64);
    bytes.extend(pack_integers(times)?);
    Ok(bytes)
}

/// Unpacks the times of a block's rows.
///
/// # Errors
/// When the bytes are damaged.
pub fn unpack_times(bytes: &[u8]) -> Result<Vec<i64>> {
    let mut reader = Reader::new(bytes);
    let rows = reader.length()?;
    unpack_integers(reader.rest(), rows)
}

/// Packs the columns of one series: which rows have values, and the values of those. A column that is the first one again takes a byte.
///
/// # Errors
/// When a codec refuses.
pub fn pack_series(columns: &[&[f64]]) -> Result<Vec<u8>> {
    let first = columns.first().copied().unwrap_or_default();
    let mut bytes = Vec::new();
    put_part(&mut bytes, &pack_presence(first)?);
    let mut first_packed: Option<Vec<u8>> = None;
    for column in columns {
        let there: Vec<f64> =
            column.iter().zip(first).filter(|(_, first)| !first.is_nan()).map(|(value, _)| *value).collect();
        let packed = pack(&there)?;
        match &first_packed {
            Some(first) if *first == packed => put(&mut bytes, 0),
            _ => put_part(&mut bytes, &packed),
        }
        first_packed.get_or_insert(packed);
    }
    Ok(bytes)
}

/// Unpacks the columns of one series in a block of `rows` rows.
///
/// # Errors
/// When the bytes are damaged.
pub fn unpack_series(bytes: &[u8], rows: usize) -> Result<Vec<Vec<f64>>> {
    Ok(unpack_wanted(bytes, rows, |_| true)?.into_iter().flatten().collect())
}

/// Unpacks those columns of one series that are wanted by their number, in a block of `rows` rows; the others are `None`.
///
/// # Errors
/// When the bytes are damaged.
pub fn unpack_wanted(bytes: &[u8], rows: usize, is_wanted: impl Fn(usize) -> bool) -> Result<Vec<Option<Vec<f64>>>> {
    let mut reader = Reader::new(bytes);
    let presence = take_part(&mut reader)?;
    let runs = unpack_presence(presence, rows)?;
    let present = runs.as_ref().map_or(rows, |runs| runs.iter().step_by(2).sum());
    let mut columns: Vec<Option<Vec<f64>>> = Vec::new();
    let mut first_part = None;
    while !reader.is_empty() {
        let part = take_part(&mut reader)?;
        let part = match *first_part.get_or_insert(part) {
            first_part if part.is_empty() => first_part,
            _ => part,
        };
        let column = match columns.first() {
            _ if !is_wanted(columns.len()) => None,
            Some(Some(first)) if Some(part) == first_part => Some(first.clone()),
            _ => Some(spread(unpack(part, present)?, runs.as_deref(), rows)),
        };
        columns.push(column);
        if columns.len() > Aggregate::ALL.len() {
            return Err(Error::Damaged("too many columns"));
        }
    }
    Ok(columns)
}

/// Unpacks the first column of one series in a block of `rows` rows: its values, or their averages.
///
/// # Errors
/// When the bytes are damaged.
pub fn unpack_average(bytes: &[u8], rows: usize) -> Result<Vec<f64>> {
    let mut reader = Reader::new(bytes);
    let runs = unpack_presence(take_part(&mut reader)?, rows)?;
    let present = runs.as_ref().map_or(rows, |runs| runs.iter().step_by(2).sum());
    Ok(spread(unpack(take_part(&mut reader)?, present)?, runs.as_deref(), rows))
}

/// The series of a table, each with the columns it has in a block.
pub fn series_of(table: &Table, is_rolled_up: bool) -> Vec<(&str, Vec<&[f64]>)> {
    let aggregates = if is_rolled_up { &Aggregate::ALL[..] } else { &[Aggregate::Average] };
    let names = table.keys.iter().filter(|key| Aggregate::of_key(key).1 == Aggregate::Average);
    let columns = |name: &str| aggregates.iter().filter_map(|each| table.column(&each.key(name))).collect();
    names.map(|name| (name.as_str(), columns(name))).collect()
}

/// Lengths of runs of rows that have a value and rows that have none, in turn; nothing when all have one.
fn pack_presence(column: &[f64]) -> Result<Vec<u8>> {
    if column.iter().all(|value| !value.is_nan()) {
        return Ok(Vec::new());
    }
    let mut runs: Vec<i64> = Vec::new();
    let (mut is_present, mut run) = (true, 0);
    for value in column {
        if value.is_nan() == is_present {
            runs.push(std::mem::take(&mut run));
            is_present = !is_present;
        }
        run += 1;
    }
    runs.push(run);
    let mut bytes = Vec::new();
    put(&mut bytes, runs.len() as u64);
    bytes.extend(pack_integers(&runs)?);
    Ok(bytes)
}

fn unpack_presence(bytes: &[u8], rows: usize) -> Result<Option<Vec<usize>>> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let mut reader = Reader::new(bytes);
    let count = reader.length()?;
    let runs: Option<Vec<usize>> = unpack_integers(reader.rest(), count)?
        .into_iter()
        .map(|run| usize::try_from(run).ok().filter(|run| *run <= rows))
        .collect();
    let runs = runs.ok_or(Error::Damaged("a run is longer than the block"))?;
    if rows > MOST_ROWS || runs.iter().sum::<usize>() != rows {
        return Err(Error::Damaged("the runs are not as long as the block"));
    }
    Ok(Some(runs))
}

fn spread(values: Vec<f64>, runs: Option<&[usize]>, rows: usize) -> Vec<f64> {
    let Some(runs) = runs else { return values };
    let mut values = values.into_iter();
    let mut column = Vec::with_capacity(rows);
    for (turn, run) in runs.iter().enumerate() {
        if turn % 2 == 0 {
            column.extend(values.by_ref().take(*run));
        } else {
            column.resize(column.len() + run, f64::NAN);
        }
    }
    column
}

fn put_part(bytes: &mut Vec<u8>, part: &[u8]) {
    put(bytes, part.len() as u64);
    bytes.extend_from_slice(part);
}

fn take_part<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8]> {
    let length = reader.length()?;
    reader.take(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_series_that_is_measured_now_and_then_takes_little_and_keeps_its_gaps() {
        let column: Vec<f64> = (0..7_200u32).map(|row| if row % 10 == 0 { 5e9 } else { f64::NAN }).collect();
        let packed = pack_series(&[&column]).unwrap();
        let back = unpack_series(&packed, column.len()).unwrap();
        assert!(packed.len() < 80, "{}", packed.len());
        assert!(back[0].iter().zip(&column).all(|(a, b)| a.to_bits() == b.to_bits()));
    }

    #[test]
    fn aggregates_that_are_the_average_take_a_byte_each() {
        let column: Vec<f64> = (0..500u32).map(|row| f64::from(row.wrapping_mul(2_654_435_761) >> 22)).collect();
        let (one, four) = (pack_series(&[&column]).unwrap(), pack_series(&[column.as_slice(); 4]).unwrap());
        assert_eq!((four.len(), unpack_series(&four, 500).unwrap().len()), (one.len() + 3, 4));
    }

    proptest! {
        #[test]
        fn any_series_comes_back(values in prop::collection::vec(prop::option::of(0u8..9), 0..200)) {
            let column: Vec<f64> = values.iter().map(|value| value.map_or(f64::NAN, f64::from)).collect();
            let back = unpack_series(&pack_series(&[&column]).unwrap(), column.len()).unwrap();
            prop_assert!(back[0].len() == column.len() && back[0].iter().zip(&column).all(|(a, b)| a == b || (a.is_nan() && b.is_nan())));
        }

        #[test]
        fn damage_is_an_error_or_other_values_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..100), rows in 0usize..100) {
            let _ = unpack_series(&bytes, rows);
            let _ = unpack_times(&bytes);
        }
    }
}
