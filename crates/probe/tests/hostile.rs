//! What no server should send: arbitrary bytes, and real reports with something changed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "../fuzz/fuzz_targets/feed.rs"]
mod feed;

use feed::feed;
use probe::emulate::{self, TraceReader};
use probe::{Message, Reader, Report, Sections};
use proptest::prelude::*;

/// Two whole reports of the recorded trace, as a server sends them.
fn recorded() -> Vec<u8> {
    let mut trace = TraceReader::new();
    trace.push(include_bytes!("trace/first-records.trace"));
    (1..=2).flat_map(|seq| emulate::report(seq, Sections::ALL, &trace.next_record().unwrap().unwrap())).collect()
}

fn reports(stream: &[u8]) -> Vec<Report> {
    let mut reader = Reader::new("n");
    reader.push(&emulate::hello("n"));
    reader.ask(Sections::ALL);
    reader.ask(Sections::ALL);
    reader.push(stream);
    let mut reports = Vec::new();
    while let Ok(Some(message)) = reader.next_message() {
        if let Message::Report(raw) = message {
            reports.extend(probe::parse(&raw));
        }
    }
    reports
}

/// What takes the place of a number in a report.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<u64>().prop_map(|n| n.to_string()),
        (0_u64..1000).prop_map(|n| n.to_string()),
        Just("18446744073709551615".to_owned()),
        Just("99999999999999999999999999".to_owned()),
        Just("-1".to_owned()),
        Just("nan".to_owned()),
        Just("1e308".to_owned()),
        Just("0.00".to_owned()),
        Just(String::new()),
        "\\PC{0,20}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        feed(&bytes);
    }

    #[test]
    fn no_text_in_the_form_of_a_report_makes_it_panic(
        lines in prop::collection::vec(
            prop_oneof![
                "=SM (uptime|stat|meminfo|loadavg|net_dev|diskstats|pressure_cpu|df|ps|sensors|identity|units|names)",
                "(cpu|cpu[0-9]{1,2}|ctxt|processes|MemTotal:|MemFree:|total|temp|fan|some|full|os|eth0:)( [0-9]{1,21}){0,18}",
                "=SM-(BEGIN|END) [0-9]{1,3}",
                "[ -~\t]{0,60}",
                "\\PC{0,40}",
            ],
            0..60,
        ),
    ) {
        feed(format!("=SM-BEGIN 1\n{}\n=SM-END 1\n", lines.join("\n")).as_bytes());
    }

    #[test]
    fn a_changed_report_gives_sane_samples_or_none(
        changes in prop::collection::vec((any::<prop::sample::Index>(), number()), 1..40),
    ) {
        let text = String::from_utf8(recorded()).unwrap();
        let mut words: Vec<String> = text.split_inclusive([' ', '\n', '\t']).map(str::to_owned).collect();
        for (at, number) in changes {
            let word = at.get(&words).clone();
            let end = word.chars().last().filter(|c| c.is_whitespace());
            let at = at.index(words.len());
            words[at] = number + &end.map(String::from).unwrap_or_default();
        }
        feed(words.concat().as_bytes());
    }

    #[test]
    fn cut_and_doubled_streams_are_understood_or_refused(cut in 0..6000_usize, again in 0..6000_usize) {
        let mut stream = recorded();
        let piece = stream[again.min(stream.len())..].to_vec();
        stream.truncate(cut);
        stream.extend(piece);
        feed(&stream);
    }
}

#[test]
fn the_recorded_reports_pass_the_same_checks() {
    let stream = recorded();
    feed(&stream);
    assert_eq!(reports(&stream).len(), 2);
}

#[test]
fn the_inputs_kept_for_the_fuzz_target_pass() {
    // From the package's folder, in which tests run: what was built for one checkout may be run for another.
    let corpus = "fuzz-corpus";
    let mut inputs = 0;
    for entry in std::fs::read_dir(corpus).unwrap() {
        feed(&std::fs::read(entry.unwrap().path()).unwrap());
        inputs += 1;
    }
    assert!(inputs > 5);
}
