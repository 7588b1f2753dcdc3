//! An export as CSV (RFC 4180).

use std::{borrow::Cow, fmt::Write as _};

use domain::history::Point;
use monitor::{Export, ExportPart};

use super::{Aggregate, Format};

/// Writes rows.
pub(super) struct Csv {
    aggregate: Aggregate,
    /// The fields of the server, as every row of it has them.
    server: String,
}

impl Format for Csv {
    const EXTENSION: &'static str = "csv";
    const CONTENT_TYPE: &'static str = "text/csv; charset=utf-8; header=present";

    fn begin(_: &Export, aggregate: Aggregate) -> (Self, String) {
        let values = if aggregate == Aggregate::All { "avg,min,max" } else { "value" };
        (Self { aggregate, server: String::new() }, format!("time,server_id,server,series,{values}\r\n"))
    }

    fn write(&mut self, part: ExportPart, text: &mut String) {
        match part {
            ExportPart::Server(id, name) => self.server = format!("{id},{}", field(&name)),
            ExportPart::Points(key, points) => {
                let key = field(&key);
                text.reserve(points.len() * (self.server.len() + key.len() + 40));
                for point in points {
                    self.row(&key, point, text);
                }
            }
        }
    }

    fn end(&mut self) -> &'static str {
        ""
    }
}

impl Csv {
    fn row(&self, key: &str, point: Point, text: &mut String) {
        let Ok(time) = jiff::Timestamp::from_millisecond(point.at_ms) else { return };
        // Writing to a String cannot fail.
        let _ = write!(text, "{time:.3},{},{key},", self.server);
        let _ = match self.aggregate {
            Aggregate::Avg => write!(text, "{}", point.avg),
            Aggregate::Min => write!(text, "{}", point.min),
            Aggregate::Max => write!(text, "{}", point.max),
            Aggregate::All => write!(text, "{},{},{}", point.avg, point.min, point.max),
        };
        text.push_str("\r\n");
    }
}

/// A text as a field. Names come from servers: one that a spreadsheet would take for a formula gets an apostrophe before it, after which it is
/// text (OWASP, CSV injection).
fn field(text: &str) -> Cow<'_, str> {
    let harmless = match text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    };
    if harmless.contains([',', '"', '\r', '\n']) {
        return Cow::Owned(format!("\"{}\"", harmless.replace('"', "\"\"")));
    }
    harmless
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_a_formula_or_breaks_a_row() {
        for (text, expected) in [
            ("web-1", "web-1"),
            ("=1+2", "'=1+2"),
            ("+49", "'+49"),
            ("-x", "'-x"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
        ] {
            assert_eq!(field(text), expected);
        }
    }

    #[test]
    fn numbers_stay_numbers() {
        let csv = Csv { aggregate: Aggregate::All, server: "7,'=x".to_owned() };
        let mut text = String::new();
        csv.row("sensor.temperature:t", Point { at_ms: 1_795_435_200_250, avg: -1.5, min: -3.0, max: 0.0 }, &mut text);
        assert_eq!(text, "2026-11-23T12:00:00.250Z,7,'=x,sensor.temperature:t,-1.5,-3,0\r\n");
    }
}
