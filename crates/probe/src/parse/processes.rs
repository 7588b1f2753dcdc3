//! The section `ps`: how many processes there are, and those that take the most.

use std::cmp::Ordering;

use domain::metrics::{Process, Processes};

use super::text::{NAME_MAX_CHARS, clean, number, number_u32};

/// The most processes that are looked at; the script sends 30.
const PROCESSES_MAX: usize = 64;
/// The longest command line that is kept, in characters.
const COMMAND_MAX_CHARS: usize = 200;

pub(super) fn parse(text: &str) -> Option<Processes> {
    let mut lines = text.lines();
    let mut head = lines.next()?.split_ascii_whitespace();
    if head.next() != Some("total") {
        return None;
    }
    // No process at all means that they could not be read.
    let total = number_u32(head.next()?).filter(|total| *total > 0)?;
    let ticks_per_sec = head.next().and_then(number).filter(|hz| (1..=10_000).contains(hz)).unwrap_or(100);
    let mut top: Vec<Process> = Vec::new();
    for process in lines.filter_map(|line| process(line, ticks_per_sec)) {
        if top.len() < PROCESSES_MAX && top.iter().all(|known| known.pid != process.pid) {
            top.push(process);
        }
    }
    top.sort_by(|a, b| {
        b.cpu.partial_cmp(&a.cpu).unwrap_or(Ordering::Equal).then(b.memory.cmp(&a.memory)).then(a.pid.cmp(&b.pid))
    });
    Some(Processes { total, top })
}

/// Reads pid, state, ticks, elapsed hundredths, resident KiB, user id, and after tabs user, name, command line.
#[allow(clippy::cast_precision_loss, reason = "a percentage needs no more than 53 bits")]
fn process(line: &str, ticks_per_sec: u64) -> Option<Process> {
    let mut parts = line.splitn(4, '\t');
    let mut words = parts.next()?.split_ascii_whitespace();
    let pid = number_u32(words.next()?)?;
    let state = words.next().filter(|state| state.len() == 1 && state.is_ascii())?;
    let (ticks, elapsed_centis) = (number(words.next()?)?, number(words.next()?)?.max(1));
    let memory = number(words.next()?)?.saturating_mul(1024);
    let uid = words.next()?;
    let user = parts.next().filter(|user| !user.is_empty()).unwrap_or(uid);
    let name = clean(parts.next()?, NAME_MAX_CHARS);
    let command = clean(parts.next().unwrap_or_default(), COMMAND_MAX_CHARS);
    let cpu = ticks as f64 / ticks_per_sec as f64 * 10_000.0 / elapsed_centis as f64;
    Some(Process {
        pid,
        user: clean(user, NAME_MAX_CHARS),
        name,
        // A character that was cut through at the end says nothing.
        command: command.trim_end_matches(char::REPLACEMENT_CHARACTER).to_owned(),
        state: clean(state, 1),
        cpu,
        memory,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn processes_are_sorted_by_processor_use_and_then_by_memory() {
        let processes = parse(
            "total 101 100\n1 S 0 300 18084 0\troot\tinit\t/sbin/init \n77 R 150 300 4 1000\tann b\t(a) b\t\n\
             78 S 0 300 99999 33\t\tphp\tphp -r x\n",
        )
        .unwrap();
        assert_eq!(processes.total, 101);
        assert_eq!(processes.top.iter().map(|process| process.pid).collect::<Vec<_>>(), [77, 78, 1]);
        assert!((processes.top[0].cpu - 50.0).abs() < 1e-9);
        assert_eq!((processes.top[0].user.as_str(), processes.top[0].name.as_str()), ("ann b", "(a) b"));
        assert_eq!(processes.top[1].user, "33");
        assert_eq!((processes.top[2].command.as_str(), processes.top[2].memory), ("/sbin/init", 18_084 * 1024));
    }

    #[test]
    fn what_is_no_process_is_left_out() {
        let processes =
            parse("total 5 0\nx S 0 1 1 0\ta\tb\tc\n5 S 0 0 1 0\ta\tb\n5 S 0 0 1 0\tz\tz\n6 SS 0 1 1 0\ta\tb\n7\n")
                .unwrap();
        assert_eq!(processes.top.len(), 1);
        assert_eq!(processes.top[0].name, "b");
        assert_eq!(parse(""), None);
        assert_eq!(parse("total 0 100\n"), None);
        assert_eq!(parse("5 S 0 1 1 0\ta\tb\tc\n"), None);
    }
}
