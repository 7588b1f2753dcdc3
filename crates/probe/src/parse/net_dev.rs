//! `/proc/net/dev` (proc(5)): per interface eight columns received and eight sent.

use std::collections::HashSet;

use super::text::{is_clean, number};

/// The most interfaces that are looked at.
const INTERFACES_MAX: usize = 256;

/// An interface's totals since it was set up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterfaceCounters {
    /// Its name.
    pub name: String,
    /// Bytes received.
    pub rx_bytes: u64,
    /// Packets received.
    pub rx_packets: u64,
    /// Received packets that were faulty.
    pub rx_errors: u64,
    /// Received packets that were dropped.
    pub rx_dropped: u64,
    /// Bytes sent.
    pub tx_bytes: u64,
    /// Packets sent.
    pub tx_packets: u64,
    /// Packets whose sending failed.
    pub tx_errors: u64,
    /// Packets that were dropped instead of sent.
    pub tx_dropped: u64,
}

pub(super) fn parse(text: &str) -> Vec<InterfaceCounters> {
    let mut seen = HashSet::new();
    let mut interfaces = Vec::new();
    for line in text.lines() {
        if let Some((name, interface)) = interface(line)
            && interfaces.len() < INTERFACES_MAX
            && seen.insert(name)
        {
            interfaces.push(interface);
        }
    }
    interfaces
}

fn interface(line: &str) -> Option<(&str, InterfaceCounters)> {
    // Kernels before 2.6.37 write no space after the colon; the columns have none.
    let (name, columns) = line.rsplit_once(':')?;
    let name = name.trim_start();
    if !is_clean(name) || name.contains(char::is_whitespace) {
        return None;
    }
    let mut columns = columns.split_ascii_whitespace().map(number);
    let mut next = || columns.next().flatten();
    let [rx_bytes, rx_packets, rx_errors, rx_dropped] = [next()?, next()?, next()?, next()?];
    let [_fifo, _frame, _compressed, _multicast] = [next()?, next()?, next()?, next()?];
    let [tx_bytes, tx_packets, tx_errors, tx_dropped] = [next()?, next()?, next()?, next()?];
    let counters = InterfaceCounters {
        name: name.to_owned(),
        rx_bytes,
        rx_packets,
        rx_errors,
        rx_dropped,
        tx_bytes,
        tx_packets,
        tx_errors,
        tx_dropped,
    };
    Some((name, counters))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn interfaces_are_read_with_and_without_a_space_after_the_colon() {
        let interfaces = parse(
            "Inter-|   Receive  |  Transmit\n face |bytes packets errs\n\
             eth0:1212141046 49117 1 2 0 0 0 0 2825036 29573 3 4 0 0 0 0\n    lo: 5 6 0 0 0 0 0 0 5 6 0 0 0 0 0 0\n",
        );
        assert_eq!(interfaces.len(), 2);
        let eth0 = &interfaces[0];
        assert_eq!((eth0.name.as_str(), eth0.rx_bytes, eth0.tx_packets), ("eth0", 1_212_141_046, 29_573));
        assert_eq!((eth0.rx_errors, eth0.rx_dropped, eth0.tx_errors, eth0.tx_dropped), (1, 2, 3, 4));
    }

    #[test]
    fn short_lines_strange_names_and_repetitions_are_left_out() {
        let zeros = "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0";
        let text =
            format!("a: {zeros}\na: {zeros}\nb: 1 2 3\n: {zeros}\nc\u{7}: {zeros}\nd d: {zeros}\ne: {zeros} x\n");
        assert_eq!(parse(&text).iter().map(|i| i.name.as_str()).collect::<Vec<_>>(), ["a", "e"]);
    }
}
