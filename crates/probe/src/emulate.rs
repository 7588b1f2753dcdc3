//! Plays the server's side of the protocol from a recorded trace, for the fleet simulator and for tests.
//!
//! The recorded text goes through the same selection of lines as the script makes, so that the reports have their size and the
//! real parsers read them.

mod trace;

use std::{collections::BTreeSet, fmt::Write as _};

pub use trace::{TraceError, TraceReader, TraceRecord};

use crate::request::Sections;
use crate::script::LAST_LINE;
use crate::wire::{BEGIN, END, HELLO, SECTION, VERSION};

/// The hello line of a server that has awk and `/proc`.
pub fn hello(nonce: &str) -> Vec<u8> {
    format!("\n{HELLO}{nonce} {VERSION} awk proc\n").into_bytes()
}

/// Whether all of a script has arrived.
pub fn script_complete(received: &[u8]) -> bool {
    nonce_of(received).is_some()
}

/// The nonce of a script that has arrived in full.
pub fn nonce_of(received: &[u8]) -> Option<&str> {
    let text = received.strip_suffix(b"'\n")?;
    let line = text.rsplit(|byte| *byte == b'\n').next()?;
    std::str::from_utf8(line.strip_prefix(LAST_LINE.as_bytes())?).ok()
}

/// Reads a request line, with or without its line feed.
pub fn request_of(line: &str) -> Option<(u64, Sections)> {
    let (seq, letters) = line.trim().split_once(' ')?;
    Some((seq.parse().ok()?, Sections::from_letters(letters)))
}

/// The report that a server with this record would send.
pub fn report(seq: u64, sections: Sections, record: &TraceRecord) -> Vec<u8> {
    let mut out = format!("{BEGIN}{seq}\n");
    for (name, keeps) in FAST {
        if let Some(text) = record.section(name) {
            section(&mut out, name);
            for line in text.lines().filter(|line| keeps(line)) {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    if sections.contains(Sections::FILESYSTEMS)
        && let Some(text) = record.section("df")
    {
        section(&mut out, "df");
        filesystems(&mut out, text);
    }
    if sections.contains(Sections::PROCESSES)
        && let Some(text) = record.section("ps")
    {
        section(&mut out, "ps");
        processes(&mut out, text);
    }
    if sections.contains(Sections::NAMES)
        && let Some(text) = record.section("ps")
    {
        section(&mut out, "names");
        let names: BTreeSet<_> = text.lines().skip(1).filter_map(|line| line.split_ascii_whitespace().nth(6)).collect();
        for name in names {
            let _ = writeln!(out, "{name}");
        }
    }
    if sections.contains(Sections::SENSORS) {
        section(&mut out, "sensors");
    }
    if sections.contains(Sections::IDENTITY) {
        section(&mut out, "identity");
        let _ = write!(
            out,
            "hostname {}\nostype Linux\nosrelease 6.18.44\narch x86_64\nos \"Debian GNU/Linux 12 (bookworm)\"\ncpu model name: Recorded\n",
            record.hostname
        );
    }
    let _ = writeln!(out, "{END}{seq}");
    out.into_bytes()
}

/// Whether the script sends a line.
type Keeps = fn(&str) -> bool;

/// The fast sections in the script's order, and which of their lines it sends.
const FAST: [(&str, Keeps); 9] = [
    ("uptime", |_| true),
    ("stat", |line| ["cpu", "ctx", "bti", "pro"].iter().any(|start| line.starts_with(start))),
    ("meminfo", |line| line.split_once(':').is_some_and(|(key, _)| MEMINFO.contains(&key))),
    ("loadavg", |_| true),
    ("net_dev", |line| line.contains(':')),
    ("diskstats", |line| {
        !line.contains(" loop") && !line.contains(" zram") && !line.contains(" 0 0 0 0 0 0 0 0 0 0 0")
    }),
    ("pressure_cpu", |_| true),
    ("pressure_io", |_| true),
    ("pressure_memory", |_| true),
];

const MEMINFO: [&str; 13] = [
    "MemTotal",
    "MemFree",
    "MemAvailable",
    "Buffers",
    "Cached",
    "SwapCached",
    "SwapTotal",
    "SwapFree",
    "Dirty",
    "Shmem",
    "SReclaimable",
    "Active(file)",
    "Inactive(file)",
];

fn section(out: &mut String, name: &str) {
    let _ = writeln!(out, "{SECTION}{name}");
}

/// From `df -P -k` to the section's lines: local file systems, whose kind and inodes the trace does not tell.
fn filesystems(out: &mut String, df: &str) {
    for line in df.lines().skip(1) {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        if let [device, size, used, available, _percent, mount] = words.as_slice()
            && device.starts_with('/')
        {
            let _ = writeln!(out, "{device} ext4 {size} {used} {available} 0 0 {mount}");
        }
    }
}

/// From `ps -eo pid,ppid,user,pcpu,pmem,rss,comm,args` to the section's lines.
fn processes(out: &mut String, ps: &str) {
    /// So long that the percentages' single digit after the point is a whole number of ticks.
    const ELAPSED_CENTIS: f64 = 1000.0;
    let _ = writeln!(out, "total {} 100", ps.lines().count().saturating_sub(1));
    for line in ps.lines().skip(1) {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        if let [pid, _ppid, user, percent, _memory, resident, name, command @ ..] = words.as_slice() {
            let ticks = percent.parse::<f64>().unwrap_or_default() / 100.0 * ELAPSED_CENTIS;
            let command = command.join(" ");
            let _ = writeln!(out, "{pid} S {ticks:.0} {ELAPSED_CENTIS} {resident} 0\t{user}\t{name}\t{command}");
        }
    }
}
