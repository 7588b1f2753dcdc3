//! The text that is sent to a server.
//!
//! Its parts lie in `src/script/`, one file per job, with comments; what is sent has neither comments nor
//! indentation. The shell part looks what the server has and then becomes one long-lived `awk` (mawk, gawk or busybox,
//! whichever is called `awk` first in the path), or, where there is none, a shell loop that can do less.
//!
//! What shaped it:
//!
//! - The shell reads its standard input in blocks, so all of the script is one function, called in its last line, and
//!   the monitor sends nothing more until it has seen the hello line. The awk then has the input to itself.
//! - mawk reads its input in blocks too, unless it is told `-W interactive`, which only mawk knows. It also ends at a
//!   read that fails, so what can fail (processes that end, sensors that do not answer) is read by `cat` and `grep`,
//!   and pressure files that are switched off are found out beforehand by the shell.
//! - busybox awk cuts strings at a NUL byte, so command lines pass through `tr`.
//! - Old versions of mawk format numbers above 2^31 with six digits and have a small `printf` buffer: counters are
//!   passed on as text, and a report is one `print`.
//! - Every one of them needs `fflush()`, and all of them have it; the shell tries that before it relies on it.
//! - `systemctl` is asked only where there is `timeout`, and lists that may have been cut short are not sent at all.
//! - `df` asks only file systems that cannot wait for a network, and has five seconds where there is `timeout`.

use crate::wire::{VERSION, clean_nonce};

/// The command to run on the server; the script goes to its standard input. It works from any login shell.
pub const COMMAND: &str = "exec /bin/sh";

const SHELL: &str = include_str!("script/probe.sh");
const FALLBACK: &str = include_str!("script/fallback.sh");
const AWK: [&str; 8] = [
    include_str!("script/main.awk"),
    include_str!("script/fast.awk"),
    include_str!("script/filesystems.awk"),
    include_str!("script/processes.awk"),
    include_str!("script/sensors.awk"),
    include_str!("script/identity.awk"),
    include_str!("script/units.awk"),
    include_str!("script/names.awk"),
];

/// How the script's last line begins; the nonce in single quotes follows.
pub(crate) const LAST_LINE: &str = "probe_main '";

/// The script for one connection. The hello line repeats `nonce`, so that nothing else can be taken for it; of the
/// nonce, 64 ASCII letters, digits, `-` and `_` are used.
pub fn script(nonce: &str) -> String {
    let mut awk = String::new();
    for part in AWK {
        append_stripped(&mut awk, part);
    }
    let mut text = String::new();
    append_stripped(&mut text, FALLBACK);
    append_stripped(&mut text, SHELL);
    let mut text = text.replace("@AWK@\n", &awk).replace("@VERSION@", VERSION);
    text.push_str(LAST_LINE);
    text.push_str(&clean_nonce(nonce));
    text.push_str("'\n");
    text
}

/// Appends a source file without comment lines and indentation.
pub(crate) fn append_stripped(text: &mut String, source: &str) {
    for line in source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        text.push_str(line);
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_has_no_comments_no_placeholders_and_is_small() {
        let text = script("abc");
        assert!(text.len() < 12_000, "{} bytes", text.len());
        assert!(!text.contains('@'));
        assert!(text.lines().all(|line| !line.starts_with('#') && !line.starts_with(char::is_whitespace)));
        assert!(text.ends_with("\nprobe_main 'abc'\n"));
    }

    #[test]
    fn the_awk_part_has_no_quote_that_would_end_it_for_the_shell() {
        assert!(AWK.iter().all(|part| {
            part.lines().filter(|line| !line.trim().starts_with('#')).all(|line| !line.contains('\''))
        }));
    }

    #[test]
    fn a_nonce_cannot_break_out_of_its_quotes() {
        assert!(script("a'; rm -rf / #\n").ends_with("\nprobe_main 'arm-rf'\n"));
    }
}
