//! Sockets: `/proc/net/sockstat`, and TCP connections counted by state (`/proc/net/tcp`, proc(5)).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use domain::recording::{RecordedSockets, SocketCount};

use super::{content, problem};
use crate::parse::text::number;

/// The most addresses that are kept.
const LISTENING_MAX: usize = 200;
/// The most kinds of sockets; the kernel has about a dozen.
const KINDS_MAX: usize = 16;

/// The names of the states, by the kernel's numbers from 1 (`include/net/tcp_states.h`).
const STATES: [&str; 12] = [
    "ESTABLISHED",
    "SYN-SENT",
    "SYN-RECV",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "TIME-WAIT",
    "CLOSE",
    "CLOSE-WAIT",
    "LAST-ACK",
    "LISTEN",
    "CLOSING",
    "NEW-SYN-RECV",
];

pub(super) fn parse(body: &str) -> RecordedSockets {
    let mut found = RecordedSockets { problem: problem(body), ..RecordedSockets::default() };
    for line in content(body) {
        if let Some((kind, rest)) = line.split_once(": ") {
            found.kinds.extend(in_use(kind, rest).filter(|_| found.kinds.len() < KINDS_MAX));
        } else {
            counted(line, &mut found);
        }
    }
    found.states.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    found.listening.sort_by_key(|address| address.parse::<SocketAddr>().map(|address| (address.port(), address)).ok());
    found.listening.dedup();
    found
}

/// Reads `TCP: inuse 12 orphan 0 …` and `sockets: used 213`.
fn in_use(kind: &str, rest: &str) -> Option<SocketCount> {
    let name = match kind {
        "sockets" => "all",
        "TCP" | "UDP" | "RAW" | "TCP6" | "UDP6" | "RAW6" => kind,
        _ => return None,
    };
    let mut words = rest.split_ascii_whitespace();
    words.next().filter(|word| matches!(*word, "inuse" | "used"))?;
    Some(SocketCount { name: name.to_owned(), count: number(words.next()?)? })
}

/// Reads `7 state 01` and `1 listen 00000000:0016`.
fn counted(line: &str, found: &mut RecordedSockets) -> Option<()> {
    let mut words = line.split_ascii_whitespace();
    let count = number(words.next()?)?;
    match (words.next()?, words.next()?) {
        ("state", state) => {
            let place = usize::from(u8::from_str_radix(state, 16).ok()?).checked_sub(1)?;
            let name = *STATES.get(place)?;
            match found.states.iter_mut().find(|known| known.name == name) {
                Some(known) => known.count = known.count.saturating_add(count),
                None => found.states.push(SocketCount { name: name.to_owned(), count }),
            }
        }
        ("listen", address) if found.listening.len() < LISTENING_MAX => {
            found.listening.push(socket_address(address)?.to_string());
        }
        _ => {}
    }
    Some(())
}

/// An address in hexadecimal words in the machine's own order, which is the little one nearly everywhere, and a port.
fn socket_address(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| u32::from_str_radix(address.get(at..at + 8)?, 16).ok().map(u32::to_le_bytes);
    let address = match address.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let words = [word(0)?, word(8)?, word(16)?, word(24)?];
            let mut bytes = [0; 16];
            bytes.iter_mut().zip(words.iter().flatten()).for_each(|(to, from)| *to = *from);
            IpAddr::V6(Ipv6Addr::from(bytes))
        }
        _ => return None,
    };
    Some(SocketAddr::new(address, port))
}
