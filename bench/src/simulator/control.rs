//! The line protocol by which a running simulator is told what to do.
//!
//! ```text
//! die WHICH         connections end, new ones end before a word is said
//! hang WHICH        nothing comes any more
//! flood WHICH       where a report is due, bytes come without an end
//! lie WHICH         another host key is shown
//! garbage WHICH     where a report is due, something else comes
//! refuse WHICH      every login is refused
//! slow WHICH MS     hello and reports come late, by so many milliseconds
//! cpu WHICH PERCENT the processors are so busy from now on, whatever the trace says; as recorded again with `cpu WHICH recorded`
//! revive WHICH      all is well again
//! status            counts, in JSON
//! ```
//!
//! `WHICH` is a server's number, a range such as `5-20`, or `all`. The answer is one line: `ok`, the counts, or `error: …`.

use std::io;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use super::{Behaviour, Simulator};

/// The longest line that is read.
const LINE_MAX: u64 = 1_024;
/// The longest that an answer may be late, in milliseconds.
const SLOW_MAX_MS: u64 = 10 * 60 * 1_000;

/// What a line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Command {
    Set(RangeInclusive<u32>, Behaviour),
    Cpu(RangeInclusive<u32>, Option<u8>),
    Status,
}

/// Does what a line asks for, and gives the answer, without a line feed.
pub fn execute(simulator: &Simulator, line: &str) -> String {
    match parse(line, simulator.servers()) {
        Ok(Command::Set(mut numbers, behaviour)) => done(numbers.all(|number| simulator.set(number, behaviour))),
        Ok(Command::Cpu(mut numbers, percent)) => done(numbers.all(|number| simulator.set_cpu(number, percent))),
        Ok(Command::Status) => json(simulator),
        Err(problem) => format!("error: {problem}"),
    }
}

fn done(is_known: bool) -> String {
    if is_known { "ok".to_owned() } else { "error: there is no such server".to_owned() }
}

/// Answers the lines of a reader until it ends.
///
/// # Errors
/// When reading or writing fails, or a line is longer than 1 kB.
pub async fn converse(
    simulator: &Simulator,
    mut input: impl AsyncBufRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    loop {
        let mut line = String::new();
        let length = (&mut input).take(LINE_MAX).read_line(&mut line).await?;
        if length == 0 {
            return Ok(());
        }
        if !line.ends_with('\n') && length as u64 == LINE_MAX {
            return Err(io::Error::other("a line is too long"));
        }
        if line.trim().is_empty() {
            continue;
        }
        let answer = execute(simulator, &line) + "\n";
        output.write_all(answer.as_bytes()).await?;
        output.flush().await?;
    }
}

/// Answers lines on a port of 127.0.0.1, one connection at a time, for as long as the future is polled.
///
/// # Errors
/// When the port is taken.
pub async fn listen(simulator: &Simulator, port: u16) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    loop {
        let (tcp, _) = listener.accept().await?;
        let (input, output) = tcp.into_split();
        // A client that fails or leaves is none of the next one's business.
        let _ = converse(simulator, BufReader::new(input), output).await;
    }
}

fn parse(line: &str, servers: u32) -> Result<Command, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (verb, which, rest) = match words.as_slice() {
        ["status"] => return Ok(Command::Status),
        [verb, which, rest @ ..] => (*verb, *which, rest),
        _ => return Err("expected a verb and a server, or status".to_owned()),
    };
    if verb == "cpu" {
        let percent = match rest {
            ["recorded"] => None,
            [percent] => {
                Some(percent.parse().ok().filter(|percent| *percent <= 100).ok_or("cpu wants 0 to 100 percent")?)
            }
            _ => return Err("cpu wants a server and percent, or recorded".to_owned()),
        };
        return Ok(Command::Cpu(numbers(which, servers)?, percent));
    }
    let behaviour = match (verb, rest) {
        ("die", []) => Behaviour::Dead,
        ("hang", []) => Behaviour::Hanging,
        ("flood", []) => Behaviour::Flooding,
        ("lie", []) => Behaviour::Lying,
        ("garbage", []) => Behaviour::Garbage,
        ("refuse", []) => Behaviour::Refusing,
        ("revive", []) => Behaviour::Well,
        ("slow", [ms]) => Behaviour::Slow(millis(ms)?),
        ("slow", _) => return Err("slow wants a server and milliseconds".to_owned()),
        _ => return Err(format!("{line:?} is not understood")),
    };
    Ok(Command::Set(numbers(which, servers)?, behaviour))
}

fn numbers(which: &str, servers: u32) -> Result<RangeInclusive<u32>, String> {
    if which == "all" {
        return Ok(1..=servers);
    }
    let (first, last) = which.split_once('-').unwrap_or((which, which));
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if 1 <= first && first <= last && last <= servers => Ok(first..=last),
        _ => Err(format!("{which:?} is no server of 1-{servers}")),
    }
}

fn millis(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(ms) if ms <= SLOW_MAX_MS => Ok(Duration::from_millis(ms)),
        _ => Err(format!("{text:?} is not a number of milliseconds up to {SLOW_MAX_MS}")),
    }
}

fn json(simulator: &Simulator) -> String {
    let status = simulator.status();
    format!(
        r#"{{"servers":{},"connections":{},"probes":{},"sampled":{},"reports":{},"bytes":{},"accepted":{},"refused":{}}}"#,
        status.servers,
        status.connections,
        status.probes,
        status.sampled,
        status.reports,
        status.bytes,
        status.accepted,
        status.refused
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_behaviour_can_be_asked_for() {
        let cases = [
            ("die 3", 3..=3, Behaviour::Dead),
            ("hang 1-100", 1..=100, Behaviour::Hanging),
            ("flood all", 1..=100, Behaviour::Flooding),
            ("lie 5", 5..=5, Behaviour::Lying),
            ("garbage 5", 5..=5, Behaviour::Garbage),
            ("refuse 5", 5..=5, Behaviour::Refusing),
            ("  slow 5 250\r\n", 5..=5, Behaviour::Slow(Duration::from_millis(250))),
            ("revive all", 1..=100, Behaviour::Well),
        ];
        for (line, numbers, behaviour) in cases {
            assert_eq!(parse(line, 100), Ok(Command::Set(numbers, behaviour)), "{line}");
        }
        assert_eq!(parse("status\n", 100), Ok(Command::Status));
        assert_eq!(parse("cpu 7 95", 100), Ok(Command::Cpu(7..=7, Some(95))));
        assert_eq!(parse("cpu all recorded", 100), Ok(Command::Cpu(1..=100, None)));
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for line in [
            "",
            "die",
            "die 0",
            "die 101",
            "die 5-3",
            "die x",
            "slow 1",
            "slow 1 x",
            "die 1 2",
            "eat 1",
            "cpu 1",
            "cpu 1 101",
        ] {
            assert!(parse(line, 100).is_err(), "{line}");
        }
    }
}
