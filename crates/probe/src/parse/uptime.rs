//! `/proc/uptime` (proc(5)): seconds since the start, with two digits after the point.

use super::text::hundredths;

pub(super) fn parse(text: &str) -> Option<u64> {
    hundredths(text.split_ascii_whitespace().next()?)
}
