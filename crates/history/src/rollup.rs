//! Roll-ups: rows of a coarser tier out of those of a finer one, each with average, least, most and number.

use crate::{Table, decimal};

/// What a column of a rolled-up table says about the values of its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// Their average, weighted by how many there were.
    Average,
    /// The least.
    Min,
    /// The most.
    Max,
    /// How many.
    Count,
}

impl Aggregate {
    /// All, in the order in which blocks hold them.
    pub const ALL: [Self; 4] = [Self::Average, Self::Min, Self::Max, Self::Count];

    /// The key of the column. The average has the series' own; the marks cannot be in a name, which has no control characters.
    pub fn key(self, series: &str) -> String {
        match self {
            Self::Average => series.to_owned(),
            Self::Min => format!("{series}\u{1}"),
            Self::Max => format!("{series}\u{2}"),
            Self::Count => format!("{series}\u{3}"),
        }
    }

    /// Which series a column is of, and what it says.
    pub fn of_key(key: &str) -> (&str, Self) {
        [('\u{1}', Self::Min), ('\u{2}', Self::Max), ('\u{3}', Self::Count)]
            .into_iter()
            .find_map(|(mark, aggregate)| Some((key.strip_suffix(mark)?, aggregate)))
            .unwrap_or((key, Self::Average))
    }
}

/// The columns of one series, of whatever tier: in rows as sampled all of them are the same and every count is 1.
#[derive(Debug, Clone, Copy)]
pub struct SeriesColumns<'a> {
    average: &'a [f64],
    min: &'a [f64],
    max: &'a [f64],
    count: Option<&'a [f64]>,
}

impl<'a> SeriesColumns<'a> {
    /// The columns of a series; `None` when the table does not have it.
    pub fn of(table: &'a Table, series: &str) -> Option<Self> {
        let average = table.column(series)?;
        let column = |aggregate: Aggregate| table.column(&aggregate.key(series));
        Some(Self {
            average,
            min: column(Aggregate::Min).unwrap_or(average),
            max: column(Aggregate::Max).unwrap_or(average),
            count: column(Aggregate::Count),
        })
    }

    /// The summary of some rows, from one to before another.
    pub fn rows(&self, begin: usize, end: usize) -> Summary {
        let Some(average) = self.average.get(begin..end) else { return Summary::NONE };
        let mut all = Summary::NONE;
        if self.count.is_none() {
            // As sampled: the values themselves.
            for value in average {
                let is_there = f64::from(u8::from(!value.is_nan()));
                all.count += is_there;
                all.sum += if value.is_nan() { 0.0 } else { *value };
                all.min = all.min.min(*value);
                all.max = all.max.max(*value);
            }
            return all;
        }
        (begin..end).filter_map(|row| self.row(row)).for_each(|summary| all.add(summary));
        all
    }

    /// The summary of one row; `None` when it has no value there.
    pub fn row(&self, row: usize) -> Option<Summary> {
        let average = self.average.get(row).copied().filter(|value| !value.is_nan())?;
        let count = self.count.and_then(|count| count.get(row)).copied().unwrap_or(1.0);
        Some(Summary {
            sum: average * count,
            count,
            min: self.min.get(row).copied().unwrap_or(average),
            max: self.max.get(row).copied().unwrap_or(average),
        })
    }
}

/// A summary of some values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Their sum.
    pub sum: f64,
    /// How many.
    pub count: f64,
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
}

impl Summary {
    /// No values.
    pub const NONE: Self = Self { sum: 0.0, count: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY };

    /// Takes in others.
    pub fn add(&mut self, other: Self) {
        self.sum += other.sum;
        self.count += other.count;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// Their average, never outside of least and most by rounding.
    pub fn average(&self) -> f64 {
        (self.sum / self.count).clamp(self.min, self.max)
    }

    /// Their average to three decimal places, to one from a thousand on: more digits than any of the values has.
    pub fn short_average(&self) -> f64 {
        let average = self.sum / self.count;
        decimal::round(average, if average.abs() < 1_000.0 { 3 } else { 1 }).clamp(self.min, self.max)
    }
}

/// Summaries of `table`, whose rows are in order, one row per `step_ms`, at the begin of each step.
pub fn roll_up(table: &Table, step_ms: i64) -> Table {
    let steps: Vec<i64> = table.times.iter().map(|at_ms| at_ms - at_ms.rem_euclid(step_ms)).collect();
    let mut times = steps.clone();
    times.dedup();
    let mut rolled = Table { times, ..Table::default() };
    for series in table.keys.iter().filter(|key| Aggregate::of_key(key).1 == Aggregate::Average) {
        let Some(columns) = SeriesColumns::of(table, series) else { continue };
        let summaries = summaries(&steps, columns);
        let places = places(columns.average);
        let each = |value: &dyn Fn(&Summary) -> f64| {
            summaries.iter().map(|summary| if summary.count > 0.0 { value(summary) } else { f64::NAN }).collect()
        };
        for (aggregate, column) in [
            (Aggregate::Average, each(&|summary| decimal::round(summary.average(), places))),
            (Aggregate::Min, each(&|summary| summary.min)),
            (Aggregate::Max, each(&|summary| summary.max)),
            (Aggregate::Count, each(&|summary| summary.count)),
        ] {
            rolled.keys.push(aggregate.key(series));
            rolled.columns.push(column);
        }
    }
    rolled
}

fn summaries(steps: &[i64], columns: SeriesColumns<'_>) -> Vec<Summary> {
    let mut all: Vec<Summary> = Vec::new();
    let mut step_before = None;
    for (row, step) in steps.iter().enumerate() {
        if step_before != Some(step) {
            all.push(Summary::NONE);
            step_before = Some(step);
        }
        if let (Some(summary), Some(last)) = (columns.row(row), all.last_mut()) {
            last.add(summary);
        }
    }
    all
}

/// To how many places averages are rounded: those of the values, and two at least where those are small numbers.
fn places(values: &[f64]) -> u8 {
    let there: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    let most = there.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    let places = decimal::to_integers(&there).map_or(6, |(places, _)| places);
    if most < 1_000.0 { places.max(2) } else { places }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampled(values: &[f64]) -> Table {
        let times = (0..values.len()).map(|row| i64::try_from(row).unwrap() * 30_000).collect();
        Table { times, keys: vec!["load.one".to_owned()], columns: vec![values.to_vec()] }
    }

    #[test]
    fn a_minute_keeps_its_spike() {
        let rolled = roll_up(&sampled(&[1.0, 2.0, 50.0, 0.0, f64::NAN, f64::NAN]), 60_000);
        assert_eq!(rolled.times, [0, 60_000, 120_000]);
        let column = |aggregate: Aggregate| rolled.column(&aggregate.key("load.one")).unwrap()[..2].to_vec();
        assert_eq!(Aggregate::ALL.map(column), [[1.5, 25.0], [1.0, 0.0], [2.0, 50.0], [2.0, 2.0]].map(|c| c.to_vec()));
        assert!(rolled.columns.iter().all(|column| column[2].is_nan()), "a gap stays a gap");
    }

    #[test]
    fn rolling_up_twice_is_rolling_up_once() {
        let table = sampled(&[1.0, 2.0, 3.0, f64::NAN, 5.0, 60.0, 7.0]);
        let (twice, once) = (roll_up(&roll_up(&table, 60_000), 3_600_000), roll_up(&table, 3_600_000));
        assert_eq!((twice.times, twice.columns), (once.times, once.columns));
    }

    #[test]
    fn columns_know_their_series() {
        for aggregate in Aggregate::ALL {
            assert_eq!(Aggregate::of_key(&aggregate.key("disk.reads:sda")), ("disk.reads:sda", aggregate));
        }
    }
}
