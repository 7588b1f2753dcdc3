//! Lines as a command of the server gave them.

use domain::recording::RecordedLines;

use super::{content, problem};
use crate::parse::text::clean;

/// The most lines of a part; the script sends 100.
const LINES_MAX: usize = 128;
/// The longest line, in characters; the script sends 400 bytes.
const LINE_MAX_CHARS: usize = 400;
/// How the line about the command begins.
const FROM: &str = "=SM-FROM ";

pub(super) fn parse(body: &str) -> RecordedLines {
    let source = body.lines().find_map(|line| line.strip_prefix(FROM)).unwrap_or_default();
    // Tabs are the only control characters that the script leaves in.
    let lines = content(body).take(LINES_MAX).map(|line| shown(&line.replace('\t', "    ")));
    RecordedLines { source: clean(source, 200), lines: lines.collect(), problem: problem(body) }
}

/// A line without control characters; what it is indented by stays.
fn shown(line: &str) -> String {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let mut shown = " ".repeat(indent.min(40));
    shown.push_str(&clean(line, LINE_MAX_CHARS));
    shown
}
