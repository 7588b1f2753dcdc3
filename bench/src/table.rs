//! What a benchmark prints and writes: figures beside the marks they are to reach.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;

/// A figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// How much it was.
    pub value: f64,
    /// In which unit.
    pub unit: &'static str,
    /// The mark that it must not exceed, if there is one.
    pub mark: Option<f64>,
}

impl Figure {
    /// A figure without a mark.
    pub fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, mark: None }
    }

    /// The same with a mark that it must not exceed.
    #[must_use]
    pub fn at_most(self, mark: f64) -> Self {
        Self { mark: Some(mark), ..self }
    }

    /// Whether it is at its mark; `None` without one.
    pub fn passes(&self) -> Option<bool> {
        self.mark.map(|mark| self.value <= mark)
    }
}

/// Figures under a title, as lines of text.
pub fn render(title: &str, figures: &[Figure]) -> String {
    let width = figures.iter().map(|figure| figure.name.chars().count()).max().unwrap_or_default();
    let mut text = format!("\n{title}\n");
    for figure in figures {
        let value = number(figure.value);
        let _ = write!(text, "  {:width$}  {value:>10} {:<3}", figure.name, figure.unit);
        if let (Some(mark), Some(passes)) = (figure.mark, figure.passes()) {
            let _ = write!(text, "  at most {:>7}  {}", number(mark), if passes { "pass" } else { "MISS" });
        }
        let trimmed = text.trim_end().len();
        text.truncate(trimmed);
        text.push('\n');
    }
    text
}

/// Prints a text to standard output.
///
/// # Errors
/// When that fails.
pub fn print(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{}", text.trim_end())?;
    Ok(stdout.flush()?)
}

/// Writes a result as JSON into cargo's target folder; gives the path.
///
/// # Errors
/// When that fails.
pub fn save(name: &str, result: &impl Serialize) -> Result<PathBuf> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    let folder = target.join("bench");
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{name}.json"));
    fs::write(&path, serde_json::to_string_pretty(result)? + "\n")?;
    Ok(path)
}

/// Three significant digits, or all of a larger whole number.
fn number(value: f64) -> String {
    let digits = match value.abs() {
        magnitude if magnitude >= 100.0 || magnitude == 0.0 => 0,
        magnitude if magnitude >= 10.0 => 1,
        magnitude if magnitude >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_held_against_its_mark() {
        let figures = [
            Figure::new("CPU per report", 99.5, "µs").at_most(150.0),
            Figure::new("RSS per server", 151.2, "kB").at_most(150.0),
            Figure::new("servers", 1_000.0, ""),
        ];
        let expected = "\nTitle\n  CPU per report        99.5 µs   at most     150  pass\n  \
                        RSS per server         151 kB   at most     150  MISS\n  servers               1000\n";
        assert_eq!(render("Title", &figures), expected);
    }
}
