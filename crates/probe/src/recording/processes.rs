//! The processes that did most.

use domain::recording::{RecordedProcess, RecordedProcesses};

use super::{content, problem};
use crate::parse::text::{NAME_MAX_CHARS, clean, number, number_u32};

/// The most processes that are kept: 15 of each of three kinds.
const PROCESSES_MAX: usize = 45;
/// The longest command line that is kept, in characters.
const COMMAND_MAX_CHARS: usize = 200;

/// What the numbers of all processes are measured against.
struct Scale {
    ticks_per_sec: f64,
    secs: f64,
}

pub(super) fn parse(body: &str) -> RecordedProcesses {
    let mut lines = content(body);
    let mut found = RecordedProcesses { problem: problem(body), ..RecordedProcesses::default() };
    let Some(scale) = lines.next().and_then(|line| head(line, &mut found)) else { return found };
    for process in lines.filter_map(|line| process(line, &scale)) {
        if found.top.len() < PROCESSES_MAX && found.top.iter().all(|known| known.pid != process.pid) {
            found.top.push(process);
        }
    }
    found.top.sort_by(|a, b| b.cpu.total_cmp(&a.cpu).then(b.memory.cmp(&a.memory)).then(a.pid.cmp(&b.pid)));
    found
}

/// Reads `total <processes> <clock ticks per second> <hundredths of a second> <whose reading and writing may not be seen>`.
#[allow(clippy::cast_precision_loss, reason = "they are bounded")]
fn head(line: &str, found: &mut RecordedProcesses) -> Option<Scale> {
    let mut words = line.strip_prefix("total ")?.split_ascii_whitespace();
    found.total = number_u32(words.next()?)?;
    let ticks_per_sec = number(words.next()?).filter(|hz| (1..=10_000).contains(hz)).unwrap_or(100) as f64;
    let secs = number(words.next()?)?.clamp(1, 6_000) as f64 / 100.0;
    found.io_unseen = number_u32(words.next()?)?.min(found.total);
    Some(Scale { ticks_per_sec, secs })
}

/// Reads pid, state, ticks, resident KiB, user id, bytes read and written, and after tabs user, name, command line.
#[allow(clippy::cast_precision_loss, reason = "three digits are shown")]
fn process(line: &str, scale: &Scale) -> Option<RecordedProcess> {
    let mut parts = line.splitn(4, '\t');
    let mut words = parts.next()?.split_ascii_whitespace();
    let pid = number_u32(words.next()?)?;
    let state = words.next().filter(|state| state.len() == 1 && state.is_ascii())?;
    let ticks = number(words.next()?)? as f64;
    let memory = number(words.next()?)?.saturating_mul(1024);
    let uid = words.next()?;
    let mut per_sec = || Some(number(words.next()?)? as f64 / scale.secs);
    let (read_bytes, write_bytes) = (per_sec(), per_sec());
    let user = parts.next().filter(|user| !user.is_empty()).unwrap_or(uid);
    let name = clean(parts.next()?, NAME_MAX_CHARS);
    let command = clean(parts.next().unwrap_or_default(), COMMAND_MAX_CHARS);
    Some(RecordedProcess {
        pid,
        user: clean(user, NAME_MAX_CHARS),
        name,
        // A character that was cut through at the end says nothing.
        command: command.trim_end_matches(char::REPLACEMENT_CHARACTER).to_owned(),
        state: clean(state, 1),
        cpu: ticks / scale.ticks_per_sec / scale.secs * 100.0,
        memory,
        read_bytes,
        write_bytes,
    })
}
