//! Decimal numbers as integers: what a kernel prints has few decimal places, and integers compress far better than their binary fractions.

/// The most decimal places that are tried.
const MOST_PLACES: u8 = 6;
/// Integers up to here are exact as floating-point numbers.
const EXACT: f64 = 9_007_199_254_740_992.0;
const POWERS: [f64; MOST_PLACES as usize + 1] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];

/// 10 to the power of `places`.
pub(crate) fn power(places: u8) -> f64 {
    POWERS.get(usize::from(places)).copied().unwrap_or(1e6)
}

/// `value` as an integer of 10^-`places`, `None` when it would not come back as the same number.
#[allow(clippy::cast_possible_truncation, reason = "checked to be an exact integer")]
pub(crate) fn to_integer(value: f64, places: u8) -> Option<i64> {
    let scaled = (value * power(places)).round();
    #[allow(clippy::float_cmp, reason = "the question is whether it is the same number")]
    let is_same = scaled.abs() < EXACT && scaled / power(places) == value;
    is_same.then_some(scaled as i64)
}

/// The inverse of [`to_integer`].
#[allow(clippy::cast_precision_loss, reason = "only exact integers are stored")]
pub(crate) fn from_integer(integer: i64, places: u8) -> f64 {
    integer as f64 / power(places)
}

/// The fewest places, `from` and more, at which `value` is an integer.
pub(crate) fn places_of(value: f64, from: u8) -> Option<u8> {
    (from..=MOST_PLACES).find(|places| to_integer(value, *places).is_some())
}

/// All `values` as integers of one scale, with its places; `None` when there is no such scale.
pub(crate) fn to_integers(values: &[f64]) -> Option<(u8, Vec<i64>)> {
    let mut places = 0;
    for value in values {
        if to_integer(*value, places).is_none() {
            places = places_of(*value, places)?;
        }
    }
    // A number of few places need not be one of more: with large numbers the scaled integer is no longer exact.
    let integers = values.iter().map(|value| to_integer(*value, places)).collect::<Option<_>>()?;
    Some((places, integers))
}

/// `value` rounded to `places`.
pub fn round(value: f64, places: u8) -> f64 {
    let scaled = (value * power(places)).round();
    if scaled.abs() < EXACT { scaled / power(places) } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_fits_all_values_or_there_is_none() {
        assert_eq!(to_integers(&[1.0, 2.5, -0.25]), Some((2, vec![100, 250, -25])));
        assert_eq!(to_integers(&[0.0, 1e15]), Some((0, vec![0, 1_000_000_000_000_000])));
        assert_eq!(to_integers(&[std::f64::consts::PI]), None);
        assert_eq!(to_integers(&[1e15, 0.01]), None, "together they need more digits than a number has");
    }

    #[test]
    fn rounded_values_are_decimals() {
        for value in [0.1 + 0.2, 100.0 / 3.0, 12_345.678_9, -7.0 / 3.0] {
            assert!(places_of(round(value, 2), 0).is_some_and(|places| places <= 2), "{value}");
        }
    }
}
