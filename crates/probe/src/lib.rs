//! The script that is sent to a server and the parsers of what comes back, and rates derived from two reports.
//!
//! Nothing here does input or output: the monitor runs [`COMMAND`] over SSH (or as a process of its own), writes
//! [`script`] to it, and hands what comes back to a [`Reader`].
//!
//! # The protocol
//!
//! The monitor writes the script and then nothing until it has seen the hello line. Whatever comes before that line (banners, messages
//! of the day) is skipped, up to [`HELLO_MAX_BYTES`].
//!
//! ```text
//! =SM-HELLO <nonce> <version> <awk|sh> <proc|no-proc>
//! ```
//!
//! From then on the monitor writes request lines, `<seq> <letters>`, and each is answered by one report of at most
//! [`REPORT_MAX_BYTES`]:
//!
//! ```text
//! =SM-BEGIN <seq>
//! =SM <section>
//! <lines, none of which begins with "=">
//! =SM-END <seq>
//! ```
//!
//! Letters are those of [`Sections`]. Since no line of content begins with `=` (the script puts a space before one that would),
//! nothing that a server's users can name (interfaces, mount points, processes) can look like framing. A stream that
//! breaks these rules gives a [`ReadError`], and the connection is given up. The end of its standard input ends the script
//! at once; it leaves no file and no process behind.
//!
//! | section | lines | letter |
//! | --- | --- | --- |
//! | `uptime`, `loadavg`, `pressure_cpu`, `pressure_io`, `pressure_memory` | the file of `/proc` as it is | f |
//! | `stat`, `meminfo`, `net_dev`, `diskstats` | of the file of `/proc`, the lines that are used | f |
//! | `df` | device, kind, size, used, available (KiB), inodes, free inodes, mount point; names escaped as in `/proc/mounts` | d |
//! | `ps` | `total <processes> <ticks per second>`, then per process: pid, state, ticks, elapsed (1/100 s), resident KiB, user id, tab, user, tab, name, tab, command line | p |
//! | `service` | `gone`, once the SSH service that the probe came in by was stopped; the connection may outlive it | f |
//! | `sensors` | `temp` or `fan`, value, critical value or `-`, tab, chip, tab, label | t |
//! | `identity` | a key and a value | i |
//! | `units` | a unit that has failed, escaped as systemd shows it; no section where systemd does not answer | u |
//! | `names` | the name of a process, each once; no section where not all of them can be seen | n |
//!
//! # From bytes to samples
//!
//! ```
//! # use probe::{emulate, Message, Reader, Sections};
//! # let record = emulate::TraceRecord::default();
//! let mut reader = Reader::new("nonce");
//! reader.push(b"Welcome!\n=SM-HELLO nonce 1 awk proc\n");
//! assert!(matches!(reader.next_message(), Ok(Some(Message::Hello(hello))) if hello.has_proc));
//! let line = reader.ask(Sections::FAST); // goes to the server
//! reader.push(format!("=SM-BEGIN 1\n=SM uptime\n5.00 9.00\n=SM-END 1\n").as_bytes());
//! if let Ok(Some(Message::Report(raw))) = reader.next_message() {
//!     let report = probe::parse(&raw); // an error here: the vital sections are missing
//!     assert!(report.is_err());
//!     // let sample = probe::derive(&previous, &report, now_ms);
//! }
//! ```

mod derive;
pub mod emulate;
mod hold;
mod parse;
mod reader;
mod recording;
mod request;
mod script;
mod wire;

pub use derive::derive;
pub use parse::{
    CoreTicks, CpuTicks, DiskCounters, InterfaceCounters, Names, ParseError, PressureCounters, Report, StallCounters,
    StallLine, Stat, parse,
};
pub use reader::{Engine, Hello, Message, RawReport, ReadError, Reader};
pub use recording::{RECORDING_MAX_BYTES, is_recorded, parse_recording, recorder_script};
pub use request::{Sections, request};
pub use script::{COMMAND, script};
pub use wire::{HELLO_MAX_BYTES, REPORT_MAX_BYTES, VERSION};
