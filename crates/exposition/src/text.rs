//! Prometheus' text format, version 0.0.4
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>).
//!
//! No sample has a time stamp: with one, Prometheus would go on showing the last value of a series for five minutes after it
//! ended.

use std::fmt::Write;

/// The media type of what [`Text`] writes.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What kind of metric a family is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only rises, or begins again at zero.
    Counter,
    /// Goes up and down.
    Gauge,
}

impl Kind {
    /// The kind's name in the format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
        }
    }
}

/// Text that is being written.
#[derive(Debug, Default)]
pub struct Text {
    written: String,
}

impl Text {
    /// An empty text with room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { written: String::with_capacity(bytes) }
    }

    /// Begins a family; all its samples have to follow before the next one begins.
    pub fn family(&mut self, name: &str, kind: Kind, help: &str) {
        self.push(&["# HELP ", name, " "]);
        for character in help.chars() {
            match character {
                '\\' => self.written.push_str("\\\\"),
                '\n' => self.written.push_str("\\n"),
                other => self.written.push(other),
            }
        }
        self.push(&["\n# TYPE ", name, " ", kind.name(), "\n"]);
    }

    /// Writes one sample. Names of labels have to be names; their values may be anything.
    pub fn sample<'a>(&mut self, name: &str, labels: impl IntoIterator<Item = (&'a str, &'a str)>, value: f64) {
        self.written.push_str(name);
        let mut opening = "{";
        for (label, text) in labels {
            self.push(&[std::mem::replace(&mut opening, ","), label, "=\""]);
            self.escaped(text);
            self.written.push('"');
        }
        self.written.push_str(if opening == "{" { " " } else { "} " });
        self.number(value);
        self.written.push('\n');
    }

    /// A family with a single sample that has no labels.
    pub fn single(&mut self, name: &str, kind: Kind, help: &str, value: f64) {
        self.family(name, kind, help);
        self.sample(name, [], value);
    }

    /// How many bytes were written.
    pub fn len(&self) -> usize {
        self.written.len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    /// What was written.
    pub fn into_string(self) -> String {
        self.written
    }

    fn push(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.written.push_str(part));
    }

    fn escaped(&mut self, mut text: &str) {
        while let Some((before, special)) = text.find(['\\', '"', '\n']).and_then(|at| text.split_at_checked(at)) {
            self.written.push_str(before);
            let mut rest = special.chars();
            self.written.push_str(match rest.next() {
                Some('\\') => "\\\\",
                Some('"') => "\\\"",
                _ => "\\n",
            });
            text = rest.as_str();
        }
        self.written.push_str(text);
    }

    fn number(&mut self, value: f64) {
        // Writing to a text cannot fail.
        let _ = match value {
            value if value.is_nan() => self.written.write_str("NaN"),
            f64::INFINITY => self.written.write_str("+Inf"),
            f64::NEG_INFINITY => self.written.write_str("-Inf"),
            value => write!(self.written, "{value}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(labels: &[(&str, &str)], value: f64) -> String {
        let mut text = Text::default();
        text.sample("m", labels.iter().copied(), value);
        text.into_string()
    }

    #[test]
    fn a_family_has_help_type_and_samples() {
        let mut text = Text::default();
        text.single("up", Kind::Gauge, "Whether C:\\ is\nup.", 1.0);
        text.family("x_total", Kind::Counter, "X.");
        assert_eq!(
            text.into_string(),
            "# HELP up Whether C:\\\\ is\\nup.\n# TYPE up gauge\nup 1\n# HELP x_total X.\n# TYPE x_total counter\n"
        );
    }

    #[test]
    fn values_of_labels_are_escaped() {
        assert_eq!(sample(&[], 1.5), "m 1.5\n");
        assert_eq!(sample(&[("a", "b"), ("c", "ä/{}=,")], 0.0), "m{a=\"b\",c=\"ä/{}=,\"} 0\n");
        assert_eq!(sample(&[("a", "\"} 1\nevil 2\\")], 0.0), "m{a=\"\\\"} 1\\nevil 2\\\\\"} 0\n");
    }

    #[test]
    fn numbers_are_those_of_the_format() {
        let number = |value| sample(&[], value).trim_start_matches("m ").trim_end().to_owned();
        assert_eq!(number(16_777_216_000.0), "16777216000");
        assert_eq!(number(0.01), "0.01");
        assert_eq!(number(-12.5), "-12.5");
        assert_eq!((number(f64::NAN), number(f64::INFINITY)), ("NaN".to_owned(), "+Inf".to_owned()));
        assert_eq!(number(f64::NEG_INFINITY), "-Inf");
    }
}
