//! The flight recorder: a second script, run once beside the probe when a rule fired, and the parser of what it says.
//!
//! ```text
//! =SM-RECORDING <nonce>
//! =SM <part>
//! =SM-FROM <command>
//!  <a line of content>
//! ! <what went wrong>
//! =SM-END <nonce>
//! ```
//!
//! Every line of content has a space before it, so that nothing in a log or a process's name looks like framing. What comes before the first
//! line is skipped. The script leaves no file behind, needs no rights, and says of each part why it could not be read.

mod lines;
mod processes;
mod sockets;

use domain::recording::{RecordedStall, Recording};

use crate::parse::{loadavg, meminfo, text};
use crate::script::append_stripped;
use crate::wire::{END, SECTION, clean_nonce};

/// The most that a recording may have as text.
pub const RECORDING_MAX_BYTES: usize = 256 * 1024;

/// How a recording begins.
const BEGIN: &str = "=SM-RECORDING ";
/// How a line about what went wrong begins.
const PROBLEM: char = '!';
/// The longest words about what went wrong, in characters.
const PROBLEM_MAX_CHARS: usize = 400;
/// The most parts that are looked at; there are seven.
const PARTS_MAX: usize = 16;
/// The most lines about pressure: four resources, two each.
const STALLS_MAX: usize = 8;

const SHELL: &str = include_str!("script/recorder.sh");
const AWK: &str = include_str!("script/recorder.awk");

/// The recorder, to be written to a shell that [`COMMAND`](crate::COMMAND) started. It ends by itself, within fifteen seconds.
pub fn recorder_script(nonce: &str) -> String {
    let (mut text, mut awk) = (String::new(), String::new());
    append_stripped(&mut awk, AWK);
    append_stripped(&mut text, SHELL);
    let mut text = text.replace("@AWK@\n", &awk);
    // The rest of the input is none of what the parts run.
    text.push_str(&format!("record_main '{}' </dev/null\n", clean_nonce(nonce)));
    text
}

/// Whether a recording has come to its end.
pub fn is_recorded(bytes: &[u8], nonce: &str) -> bool {
    bytes.trim_ascii_end().ends_with(format!("\n{END}{}", clean_nonce(nonce)).as_bytes())
}

/// Reads a recording, or as much of it as came; `None` when it did not even begin.
pub fn parse_recording(bytes: &[u8], nonce: &str) -> Option<Recording> {
    let nonce = clean_nonce(nonce);
    let bytes = bytes.get(..RECORDING_MAX_BYTES).unwrap_or(bytes);
    let all = String::from_utf8_lossy(bytes);
    let begin = format!("{BEGIN}{nonce}\n");
    let whole = match all.strip_prefix(&begin) {
        Some(rest) => rest,
        None => all.split_once(&format!("\n{begin}"))?.1,
    };
    let end = format!("{END}{nonce}");
    let mut recording = Recording { is_cut: true, ..Recording::default() };
    let mut seen: Vec<&str> = Vec::new();
    let mut take = |recording: &mut Recording, name, from: usize, to: usize| {
        // Of parts that appear twice, the first counts.
        if !seen.contains(&name) && seen.len() < PARTS_MAX {
            seen.push(name);
            read(recording, name, whole.get(from..to).unwrap_or_default());
        }
    };
    let (mut part, mut at) = (None, 0);
    for line in whole.split_inclusive('\n') {
        let (start, text) = (at, line.trim_end_matches('\n'));
        at += line.len();
        let is_end = text == end;
        if !is_end && !text.starts_with(SECTION) {
            continue;
        }
        if let Some((name, from)) = part.take() {
            take(&mut recording, name, from, start);
        }
        if is_end {
            recording.is_cut = false;
            return Some(recording);
        }
        part = text.strip_prefix(SECTION).map(|name| (name, at));
    }
    if let Some((name, from)) = part {
        take(&mut recording, name, from, at);
    }
    Some(recording)
}

fn read(recording: &mut Recording, name: &str, body: &str) {
    match name {
        "load" => {
            recording.load = body.lines().next().and_then(loadavg::parse);
            recording.memory = meminfo::parse(body);
        }
        "pressure" => recording.pressure = content(body).filter_map(stall).take(STALLS_MAX).collect(),
        "processes" => recording.processes = processes::parse(body),
        "sockets" => recording.sockets = sockets::parse(body),
        "units" => recording.units = lines::parse(body),
        "kernel" => recording.kernel = lines::parse(body),
        "journal" => recording.journal = lines::parse(body),
        // A newer script may say more.
        _ => {}
    }
}

/// The lines of content of a part.
fn content(body: &str) -> impl Iterator<Item = &str> {
    body.lines().filter_map(|line| line.strip_prefix(' '))
}

/// What went wrong with a part, in the server's words; each once.
fn problem(body: &str) -> String {
    let mut said: Vec<String> = Vec::new();
    for line in body.lines().filter_map(|line| line.strip_prefix(PROBLEM)) {
        let line = text::clean(line, PROBLEM_MAX_CHARS);
        if !line.is_empty() && said.len() < 8 && !said.contains(&line) {
            said.push(line);
        }
    }
    text::clean(&said.join("; "), PROBLEM_MAX_CHARS)
}

/// Reads `cpu some avg10=3.65 avg60=4.14 avg300=3.15 total=34099904`.
fn stall(line: &str) -> Option<RecordedStall> {
    let mut words = line.split_ascii_whitespace();
    let resource = words.next().filter(|word| matches!(*word, "cpu" | "memory" | "io" | "irq"))?;
    let is_full = match words.next()? {
        "some" => false,
        "full" => true,
        _ => return None,
    };
    let mut average = |key: &str| {
        let value = text::hundredths(words.next()?.strip_prefix(key)?)?;
        Some(text::from_hundredths(value).min(100.0))
    };
    let (avg10, avg60, avg300) = (average("avg10=")?, average("avg60=")?, average("avg300=")?);
    Some(RecordedStall { resource: resource.to_owned(), is_full, avg10, avg60, avg300 })
}

#[cfg(test)]
mod tests;
