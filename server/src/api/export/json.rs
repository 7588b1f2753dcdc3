//! An export as one JSON object, written piece by piece.

use std::fmt::Write as _;

use domain::history::Point;
use monitor::{Export, ExportPart};
use serde::Serialize;

use super::{Aggregate, Format};

/// Where the writing stands.
#[derive(Debug)]
pub(super) struct JsonText {
    aggregate: Aggregate,
    is_in_server: bool,
    series: Option<String>,
}

impl Format for JsonText {
    const EXTENSION: &'static str = "json";
    const CONTENT_TYPE: &'static str = "application/json";

    fn begin(export: &Export, aggregate: Aggregate) -> (Self, String) {
        let head = format!(
            "{{\"from\":{},\"to\":{},\"step\":{},\"aggregate\":{},\"servers\":[",
            export.from_ms,
            export.to_ms,
            json(&export.step_ms),
            json(&aggregate)
        );
        (Self { aggregate, is_in_server: false, series: None }, head)
    }

    fn write(&mut self, part: ExportPart, text: &mut String) {
        match part {
            ExportPart::Server(id, name) => {
                text.push_str(self.close_server());
                if std::mem::replace(&mut self.is_in_server, true) {
                    text.push(',');
                }
                // Writing to a String cannot fail.
                let _ = write!(text, "{{\"id\":{id},\"name\":{},\"series\":[", json(&name));
            }
            ExportPart::Points(key, points) => {
                let goes_on = self.series.as_ref() == Some(&key);
                if !goes_on {
                    text.push_str(if self.series.is_some() { "]}," } else { "" });
                    let _ = write!(text, "{{\"key\":{},\"points\":[", json(&key));
                    self.series = Some(key);
                }
                for (number, point) in points.into_iter().enumerate() {
                    text.push_str(if goes_on || number > 0 { "," } else { "" });
                    self.point(point, text);
                }
            }
        }
    }

    fn end(&mut self) -> &'static str {
        match (self.is_in_server, self.series.is_some()) {
            (true, true) => "]}]}]}",
            (true, false) => "]}]}",
            (false, _) => "]}",
        }
    }
}

impl JsonText {
    fn close_server(&mut self) -> &'static str {
        match (self.is_in_server, self.series.take()) {
            (true, Some(_)) => "]}]}",
            (true, None) => "]}",
            (false, _) => "",
        }
    }

    fn point(&self, point: Point, text: &mut String) {
        let Point { at_ms, avg, min, max } = point;
        let _ = match self.aggregate {
            Aggregate::Avg => write!(text, "[{at_ms},{avg}]"),
            Aggregate::Min => write!(text, "[{at_ms},{min}]"),
            Aggregate::Max => write!(text, "[{at_ms},{max}]"),
            Aggregate::All => write!(text, "[{at_ms},{avg},{min},{max}]"),
        };
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use domain::ServerId;
    use serde_json::{Value, json};

    use super::*;

    fn written(parts: Vec<ExportPart>) -> Value {
        let mut format = JsonText { aggregate: Aggregate::Avg, is_in_server: false, series: None };
        let mut text = "{\"servers\":[".to_owned();
        for part in parts {
            format.write(part, &mut text);
        }
        text.push_str(format.end());
        serde_json::from_str(&text).unwrap_or_else(|cause| panic!("{cause}: {text}"))
    }

    #[test]
    fn it_is_json_however_it_falls_into_parts() {
        let point = |at_ms| Point { at_ms, avg: 1.5, ..Point::default() };
        let server = |id, name: &str| ExportPart::Server(ServerId(id), name.to_owned());
        let points =
            |key: &str, at: &[i64]| ExportPart::Points(key.to_owned(), at.iter().copied().map(point).collect());
        assert_eq!(written(Vec::new()), json!({"servers": []}));
        let whole = written(vec![
            server(1, "none"),
            server(2, "a \"b\"\n"),
            points("x:\\", &[1, 2]),
            points("x:\\", &[3]),
            points("y", &[4]),
            server(3, "last"),
            points("y", &[5]),
        ]);
        let expected = json!({"servers": [
            {"id": 1, "name": "none", "series": []},
            {"id": 2, "name": "a \"b\"\n", "series": [
                {"key": "x:\\", "points": [[1, 1.5], [2, 1.5], [3, 1.5]]},
                {"key": "y", "points": [[4, 1.5]]},
            ]},
            {"id": 3, "name": "last", "series": [{"key": "y", "points": [[5, 1.5]]}]},
        ]});
        assert_eq!(whole, expected);
    }
}
