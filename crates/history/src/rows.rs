//! Rows as they come in, a few bytes per value: what is in memory until it becomes a block, what the journal holds, and with zstd over it
//! what a block is until its window of time is over.
//!
//! A row is the time since the row before (zigzag), the keys of series that were not there before (their number, then each with its
//! length), and one token per known series: 0 the same value as before, 1 a value written out in 8 bytes, 2 no value, above that the
//! difference to the value before in units of its last decimal place (zigzag, plus 3). Numbers are LEB128.

use std::collections::HashSet;

use crate::{
    Error, Result, Table,
    decimal::{from_integer, places_of, to_integer},
    varint::{Reader, fold, put, put_signed, unfold},
};

const SAME: u64 = 0;
const WRITTEN_OUT: u64 = 1;
const ABSENT: u64 = 2;
const FIRST_DELTA: u64 = 3;
/// Keys longer than this are not believed when read.
const LONGEST_KEY: usize = 1_024;
/// Separates the name of a metric from what it was measured on.
pub const KEY_SEPARATOR: char = ':';

/// The newest value of a series: what the next one is the difference to.
#[derive(Debug, Clone, Copy, Default)]
struct Newest {
    places: u8,
    integer: i64,
    value: f64,
}

/// Writes rows.
#[derive(Debug, Default)]
pub struct RowWriter {
    bytes: Vec<u8>,
    keys: Vec<Box<str>>,
    newest: Vec<Newest>,
    row: Vec<f64>,
    added: usize,
    cursor: usize,
    rows: usize,
    values: u64,
    first_ms: i64,
    last_ms: i64,
    most_series: usize,
    refused: u64,
}

impl RowWriter {
    /// A writer for `most_series` series at most; values of others are refused and counted.
    pub fn new(most_series: usize) -> Self {
        Self { most_series, ..Self::default() }
    }

    /// What was written so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many rows were written.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many values were written.
    pub fn values(&self) -> u64 {
        self.values
    }

    /// The times of the first and the last row; zeros when there is none.
    pub fn span(&self) -> (i64, i64) {
        (self.first_ms, self.last_ms)
    }

    /// How many values were refused since the last call.
    pub fn take_refused(&mut self) -> u64 {
        std::mem::take(&mut self.refused)
    }

    /// Sets a value of the row that [`Self::end_row`] will write. `instance` is what was measured, such as a disk; empty when there is one only.
    pub fn set(&mut self, metric: &str, instance: &str, value: f64) {
        if !value.is_finite() {
            return;
        }
        let Some(index) = self.find(metric, instance) else {
            self.refused += 1;
            return;
        };
        self.cursor = index + 1;
        if let Some(slot) = self.row.get_mut(index) {
            *slot = value;
        }
    }

    /// Writes the row. Returns its bytes.
    pub fn end_row(&mut self, at_ms: i64) -> &[u8] {
        let begin = self.bytes.len();
        put_signed(&mut self.bytes, at_ms.wrapping_sub(self.last_ms));
        put(&mut self.bytes, self.added as u64);
        for key in self.keys.iter().skip(self.keys.len() - self.added) {
            put(&mut self.bytes, key.len() as u64);
            self.bytes.extend_from_slice(key.as_bytes());
        }
        for (value, newest) in self.row.iter_mut().zip(&mut self.newest) {
            self.values += u64::from(!value.is_nan());
            put_value(&mut self.bytes, std::mem::replace(value, f64::NAN), newest);
        }
        if self.rows == 0 {
            self.first_ms = at_ms;
        }
        self.last_ms = at_ms;
        self.rows += 1;
        self.added = 0;
        self.cursor = 0;
        self.bytes.get(begin..).unwrap_or_default()
    }

    /// The index of a series, which mostly is the one after the series before.
    fn find(&mut self, metric: &str, instance: &str) -> Option<usize> {
        if self.keys.get(self.cursor).is_some_and(|key| is_key_of(key, metric, instance)) {
            return Some(self.cursor);
        }
        if let Some(index) = self.keys.iter().position(|key| is_key_of(key, metric, instance)) {
            return Some(index);
        }
        let key = key_of(metric, instance);
        if self.keys.len() >= self.most_series || key.len() > LONGEST_KEY {
            return None;
        }
        self.keys.push(key.into());
        self.newest.push(Newest::default());
        self.row.push(f64::NAN);
        self.added += 1;
        Some(self.keys.len() - 1)
    }
}

/// The key of a metric's series for one instance.
pub fn key_of(metric: &str, instance: &str) -> String {
    if instance.is_empty() { metric.to_owned() } else { format!("{metric}{KEY_SEPARATOR}{instance}") }
}

fn is_key_of(key: &str, metric: &str, instance: &str) -> bool {
    match key.strip_prefix(metric) {
        Some("") => instance.is_empty(),
        Some(rest) => !instance.is_empty() && rest.strip_prefix(KEY_SEPARATOR) == Some(instance),
        None => false,
    }
}

#[allow(clippy::float_cmp, reason = "the question is whether it is the same number")]
fn put_value(bytes: &mut Vec<u8>, value: f64, newest: &mut Newest) {
    if value.is_nan() {
        return put(bytes, ABSENT);
    }
    if value == newest.value {
        return put(bytes, SAME);
    }
    newest.value = value;
    let delta = to_integer(value, newest.places).map(|integer| (integer, integer.wrapping_sub(newest.integer)));
    match delta {
        Some((integer, delta)) if delta != 0 => {
            newest.integer = integer;
            put(bytes, fold(delta).saturating_add(FIRST_DELTA));
        }
        _ => {
            put(bytes, WRITTEN_OUT);
            bytes.extend_from_slice(&value.to_le_bytes());
            newest.rescale(value);
        }
    }
}

impl Newest {
    /// Takes the scale of a value that was written out, which is never coarser than before.
    fn rescale(&mut self, value: f64) {
        self.places = places_of(value, self.places).unwrap_or(self.places);
        self.integer = to_integer(value, self.places).unwrap_or_default();
    }
}

/// Reads rows, of all series or of the `wanted` ones only. Of rows with a torn end those before it are read.
///
/// # Errors
/// When the bytes are damaged.
pub fn read_rows(bytes: &[u8], wanted: Option<&HashSet<&str>>) -> Result<Table> {
    let mut reader = Reader::new(bytes);
    let mut table = Table::default();
    // Per series: its newest value, and the column of the table that it goes to.
    let mut series: Vec<(Newest, Option<usize>)> = Vec::new();
    let mut at_ms = 0i64;
    while !reader.is_empty() {
        at_ms = at_ms.wrapping_add(reader.signed()?);
        for _ in 0..reader.unsigned()? {
            let length = reader.length()?;
            if length > LONGEST_KEY {
                return Err(Error::Damaged("a key is too long"));
            }
            let key = std::str::from_utf8(reader.take(length)?).map_err(|_| Error::Damaged("a key is no text"))?;
            let column = wanted.is_none_or(|wanted| wanted.contains(key)).then(|| {
                table.keys.push(key.to_owned());
                table.columns.push(vec![f64::NAN; table.times.len()]);
                table.columns.len() - 1
            });
            series.push((Newest::default(), column));
        }
        for (newest, column) in &mut series {
            let value = read_value(&mut reader, newest)?;
            if let Some(values) = column.and_then(|column| table.columns.get_mut(column)) {
                values.push(value);
            }
        }
        table.times.push(at_ms);
    }
    Ok(table)
}

fn read_value(reader: &mut Reader<'_>, newest: &mut Newest) -> Result<f64> {
    match reader.unsigned()? {
        SAME => {}
        ABSENT => return Ok(f64::NAN),
        WRITTEN_OUT => {
            newest.value = reader.float()?;
            newest.rescale(newest.value);
        }
        token => {
            newest.integer = newest.integer.wrapping_add(unfold(token - FIRST_DELTA));
            newest.value = from_integer(newest.integer, newest.places);
        }
    }
    Ok(newest.value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rows_come_back_and_most_values_take_a_byte() {
        let mut writer = RowWriter::new(10);
        for row in 0..100i32 {
            writer.set("cpu.user", "", f64::from(row % 5) / 4.0);
            writer.set("memory.free", "", 1e9 + f64::from(row) * 4_096.0);
            if row % 10 == 0 {
                writer.set("filesystem.used", "/", 5e9);
            }
            writer.end_row(1_000_000 + i64::from(row) * 3_000);
        }
        let table = read_rows(writer.bytes(), None).unwrap();
        assert_eq!(table.times[99], 1_297_000);
        assert_eq!(table.column("cpu.user").unwrap()[7], 0.5);
        assert_eq!(table.column("memory.free").unwrap()[99], 1e9 + 99.0 * 4_096.0);
        let used = table.column("filesystem.used:/").unwrap();
        assert!(used[10] == 5e9 && used[11].is_nan());
        assert!(writer.bytes().len() < 100 * 9 + 200, "{}", writer.bytes().len());
    }

    #[test]
    fn only_what_is_wanted_is_kept() {
        let mut writer = RowWriter::new(10);
        writer.set("a", "1", 1.0);
        writer.set("a", "2", 2.0);
        writer.end_row(5);
        let table = read_rows(writer.bytes(), Some(&HashSet::from(["a:2"]))).unwrap();
        assert_eq!((table.keys, table.columns), (vec!["a:2".to_owned()], vec![vec![2.0]]));
    }

    #[test]
    fn series_beyond_the_bound_are_refused_and_counted() {
        let mut writer = RowWriter::new(2);
        for name in ["a", "b", "c", "d"] {
            writer.set("net.rx_bytes", name, 1.0);
        }
        writer.end_row(5);
        assert_eq!((writer.take_refused(), read_rows(writer.bytes(), None).unwrap().keys.len()), (2, 2));
    }

    proptest! {
        #[test]
        fn any_rows_come_back(rows in prop::collection::vec((any::<i32>(), prop::collection::vec(
            (0u8..6, prop_oneof![prop::num::f64::NORMAL | prop::num::f64::ZERO, (0i32..1_000).prop_map(|n| f64::from(n) / 100.0)]), 0..6,
        )), 0..40)) {
            let mut writer = RowWriter::new(10);
            let mut expected: Vec<std::collections::HashMap<String, f64>> = Vec::new();
            for (at, values) in &rows {
                let mut row = std::collections::HashMap::new();
                for (name, value) in values {
                    writer.set("m", &name.to_string(), *value);
                    row.insert(key_of("m", &name.to_string()), *value);
                }
                writer.end_row(i64::from(*at));
                expected.push(row);
            }
            let table = read_rows(writer.bytes(), None).unwrap();
            prop_assert_eq!(&table.times, &rows.iter().map(|(at, _)| i64::from(*at)).collect::<Vec<_>>());
            for (key, column) in table.keys.iter().zip(&table.columns) {
                for (row, value) in expected.iter().zip(column) {
                    prop_assert_eq!(row.get(key).copied(), (!value.is_nan()).then_some(*value));
                }
            }
        }

        #[test]
        fn damage_is_an_error_or_other_values_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_rows(&bytes, None);
        }
    }
}
