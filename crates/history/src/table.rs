//! Values of one server over a stretch of time, in memory: rows by time, one column a series.

use std::collections::HashMap;

/// Rows by time and a column per series; a value that a row does not have is NaN.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// When each row was measured, in Unix milliseconds.
    pub times: Vec<i64>,
    /// The series' keys.
    pub keys: Vec<String>,
    /// Per key as many values as there are rows.
    pub columns: Vec<Vec<f64>>,
}

impl Table {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.times.len()
    }

    /// How many values there are, absent ones not counted.
    pub fn values(&self) -> u64 {
        self.columns.iter().flatten().filter(|value| !value.is_nan()).count() as u64
    }

    /// One series' values, a row each.
    pub fn column(&self, key: &str) -> Option<&[f64]> {
        let index = self.keys.iter().position(|known| known == key)?;
        self.columns.get(index).map(Vec::as_slice)
    }

    /// Takes in the rows of another one.
    pub fn append(&mut self, other: Self) {
        let (before, added) = (self.rows(), other.rows());
        self.times.extend(other.times);
        let known: HashMap<String, usize> =
            self.keys.iter().enumerate().map(|(index, key)| (key.clone(), index)).collect();
        for (key, values) in other.keys.into_iter().zip(other.columns) {
            match known.get(&key).and_then(|index| self.columns.get_mut(*index)) {
                Some(column) => column.extend(values),
                None => {
                    let mut column = vec![f64::NAN; before];
                    column.extend(values);
                    self.keys.push(key);
                    self.columns.push(column);
                }
            }
        }
        for column in &mut self.columns {
            column.resize(before + added, f64::NAN);
        }
    }

    /// Puts the rows in the order of their times; of rows of the same moment only the last stays.
    pub fn sort(&mut self) {
        let is_sorted = self.times.is_sorted_by(|a, b| a < b);
        if is_sorted {
            return;
        }
        let mut order: Vec<usize> = (0..self.rows()).collect();
        order.sort_by_key(|row| self.times.get(*row).copied());
        let at = |row: &usize| self.times.get(*row).copied();
        let mut kept: Vec<usize> = Vec::with_capacity(order.len());
        for row in order {
            match kept.last_mut() {
                Some(last) if at(last) == at(&row) => *last = row,
                _ => kept.push(row),
            }
        }
        self.times = kept.iter().filter_map(at).collect();
        for column in &mut self.columns {
            *column = kept.iter().filter_map(|row| column.get(*row).copied()).collect();
        }
    }

    /// The same rows as several tables, by a number that each moment has and that grows with time.
    pub fn by(&self, part_of: impl Fn(i64) -> i64) -> Vec<(i64, Self)> {
        let mut parts = Vec::new();
        let mut begin = 0;
        for times in self.times.chunk_by(|a, b| part_of(*a) == part_of(*b)) {
            let end = begin + times.len();
            let columns =
                self.columns.iter().map(|column| column.get(begin..end).unwrap_or_default().to_vec()).collect();
            let part = Self { times: times.to_vec(), keys: self.keys.clone(), columns };
            parts.extend(times.first().map(|first| (part_of(*first), part)));
            begin = end;
        }
        parts
    }

    /// Keeps only the `most` series that have the most values. Returns how many were given up.
    pub fn keep_fullest(&mut self, most: usize) -> usize {
        let surplus = self.keys.len().saturating_sub(most);
        if surplus == 0 {
            return 0;
        }
        let values = |column: &Vec<f64>| column.iter().filter(|value| !value.is_nan()).count();
        let keys = std::mem::take(&mut self.keys).into_iter();
        let mut series: Vec<_> = keys.zip(std::mem::take(&mut self.columns)).collect();
        series.sort_by_cached_key(|(_, column)| std::cmp::Reverse(values(column)));
        series.truncate(most);
        (self.keys, self.columns) = series.into_iter().unzip();
        surplus
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(times: &[i64], series: &[(&str, &[f64])]) -> Table {
        Table {
            times: times.to_vec(),
            keys: series.iter().map(|(key, _)| (*key).to_owned()).collect(),
            columns: series.iter().map(|(_, values)| values.to_vec()).collect(),
        }
    }

    #[test]
    fn a_series_that_comes_or_goes_has_no_values_elsewhere() {
        let mut all = table(&[1, 2], &[("a", &[1.0, 2.0]), ("b", &[5.0, 6.0])]);
        all.append(table(&[3], &[("c", &[9.0]), ("a", &[3.0])]));
        assert_eq!(all.column("a").unwrap(), [1.0, 2.0, 3.0]);
        assert!(all.column("b").unwrap()[2].is_nan() && all.column("c").unwrap()[0].is_nan());
        assert_eq!(all.values(), 6);
    }

    #[test]
    fn rows_come_into_order_and_a_moment_has_one_row() {
        let mut all = table(&[5, 1, 5, 3], &[("a", &[50.0, 10.0, 51.0, 30.0])]);
        all.sort();
        assert_eq!(
            (all.times.as_slice(), all.column("a").unwrap()),
            ([1, 3, 5].as_slice(), [10.0, 30.0, 51.0].as_slice())
        );
    }

    #[test]
    fn parts_have_the_rows_of_their_time() {
        let all = table(&[1, 5, 12, 30], &[("a", &[1.0, 2.0, 3.0, 4.0])]);
        let parts = all.by(|at_ms| at_ms / 10);
        let seen: Vec<_> = parts.iter().map(|(part, of)| (*part, of.times.clone(), of.columns.clone())).collect();
        let part = |part, times: &[i64], values: &[f64]| (part, times.to_vec(), vec![values.to_vec()]);
        assert_eq!(seen, [part(0, &[1, 5], &[1.0, 2.0]), part(1, &[12], &[3.0]), part(3, &[30], &[4.0])]);
    }

    #[test]
    fn of_too_many_series_the_fullest_stay() {
        let mut all = table(&[1, 2], &[("brief", &[1.0, f64::NAN]), ("long", &[1.0, 2.0])]);
        assert_eq!((all.keep_fullest(1), all.keys), (1, vec!["long".to_owned()]));
    }
}
