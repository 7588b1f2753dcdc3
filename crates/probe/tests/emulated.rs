//! A recorded trace, sent by the emulation in pieces, through the reader and the parsers to samples.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use probe::emulate::{self, TraceReader, TraceRecord};
use probe::{Engine, Hello, Message, ReadError, Reader, Report, Sections};

const TRACE: &[u8] = include_bytes!("trace/first-records.trace");

fn records() -> Vec<TraceRecord> {
    let mut reader = TraceReader::new();
    let mut records = Vec::new();
    for piece in TRACE.chunks(1000) {
        reader.push(piece);
        while let Some(record) = reader.next_record().unwrap() {
            records.push(record);
        }
    }
    records
}

/// A reader that has got the hello line, in pieces of this many bytes.
fn greeted(piece: usize) -> Reader {
    let script = probe::script("n0nce");
    let nonce = emulate::nonce_of(script.as_bytes()).unwrap();
    let mut reader = Reader::new("n0nce");
    let stream = [b"Welcome to a server\nlast login: never".as_slice(), &emulate::hello(nonce)].concat();
    let mut hellos = 0;
    for piece in stream.chunks(piece) {
        reader.push(piece);
        if let Some(message) = reader.next_message().unwrap() {
            assert_eq!(message, Message::Hello(Hello { engine: Engine::Awk, has_proc: true }));
            hellos += 1;
        }
    }
    assert_eq!(hellos, 1);
    reader
}

fn replay(piece: usize, sections: Sections) -> Vec<Report> {
    let mut reader = greeted(piece);
    let mut reports = Vec::new();
    for record in records() {
        let (seq, asked) = emulate::request_of(&reader.ask(sections)).unwrap();
        for piece in emulate::report(seq, asked, &record).chunks(piece) {
            reader.push(piece);
            while let Some(Message::Report(raw)) = reader.next_message().unwrap() {
                assert_eq!(raw.seq, seq);
                reports.push(probe::parse(&raw).unwrap());
            }
        }
    }
    reports
}

#[test]
fn the_trace_becomes_samples_whatever_pieces_it_arrives_in() {
    let whole = replay(usize::MAX, Sections::ALL);
    assert_eq!(whole.len(), 24);
    for piece in [1, 7, 4096] {
        assert_eq!(replay(piece, Sections::ALL), whole);
    }
    let sample = probe::derive(&whole[0], &whole[1], 5).unwrap();
    assert_eq!((sample.at_ms, sample.span_secs), (5, 3.0));
    // 4 system and 1 soft interrupt of 600 ticks; 48,000 of the total of disk and network: read off the recorded text.
    assert!((sample.cpu.busy - 5.0 / 600.0 * 100.0).abs() < 0.1, "{:?}", sample.cpu);
    assert_eq!(sample.cores.len(), 2);
    assert_eq!(sample.memory.total, 24_684_092 * 1024);
    assert!((sample.context_switches - (2_088_656.0 - 2_088_369.0) / 3.0).abs() < 1e-6);
    assert_eq!(sample.disks.iter().map(|disk| disk.name.as_str()).collect::<Vec<_>>(), ["vda"]);
    assert_eq!(sample.interfaces.len(), 4);
    assert_eq!(sample.pressure.memory.unwrap().some, 0.0);
    let filesystems = sample.filesystems.unwrap();
    assert_eq!((filesystems.len(), filesystems[0].mount.as_str()), (1, "/"));
    let processes = sample.processes.unwrap();
    assert_eq!((processes.top.len(), processes.top[0].name.as_str()), (15, "python3"));
    assert!((processes.top[0].cpu - 66.6).abs() < 0.1);
    let names = whole[0].process_names.as_ref().unwrap();
    assert!(names.is_whole && names.names.iter().any(|name| name == "python3"), "{names:?}");
    assert_eq!(whole[0].failed_units, None, "the trace does not tell");
    assert_eq!(whole[0].identity.as_ref().unwrap().hostname, "recorded");
    assert_eq!(whole[0].identity.as_ref().unwrap().cores, 2);
}

#[test]
fn a_report_has_only_what_was_asked_for() {
    let reports = replay(usize::MAX, Sections::FAST);
    assert!(reports.iter().all(|r| r.filesystems.is_none() && r.processes.is_none() && r.identity.is_none()));
    assert!(reports.iter().all(|r| !r.disks.is_empty() && r.load.is_some()));
}

#[test]
fn a_restart_in_between_gives_no_sample() {
    let reports = replay(usize::MAX, Sections::FAST);
    assert!(probe::derive(&reports[1], &reports[0], 0).is_none());
    assert!(probe::derive(&reports[0], &reports[0], 0).is_none());
    let mut restarted = reports[1].clone();
    restarted.stat.context_switches = 5;
    assert!(probe::derive(&reports[0], &restarted, 0).is_none());
}

#[test]
fn a_script_is_complete_with_its_last_line() {
    let script = probe::script("abc-1");
    for cut in [0, 10, script.len() / 2, script.len() - 1] {
        assert!(!emulate::script_complete(&script.as_bytes()[..cut]));
    }
    assert_eq!(emulate::nonce_of(script.as_bytes()), Some("abc-1"));
}

#[test]
fn a_server_that_never_starts_the_probe_is_given_up_after_64_kib() {
    for noise in [b"motd motd motd\n".as_slice(), b"no line end "] {
        let mut reader = Reader::new("n");
        let mut sent = 0;
        let error = loop {
            reader.push(noise);
            sent += noise.len();
            match reader.next_message() {
                Ok(None) => assert!(sent < 70_000),
                Ok(Some(message)) => panic!("{message:?}"),
                Err(error) => break error,
            }
        };
        assert_eq!(error, ReadError::NoHello);
        assert!(sent > probe::HELLO_MAX_BYTES);
        reader.push(&emulate::hello("n"));
        assert_eq!(reader.next_message(), Err(ReadError::NoHello));
    }
}

#[test]
fn what_breaks_the_protocol_is_refused_for_good() {
    let cases: [(&str, ReadError); 11] = [
        ("=SM-HELLO other 1 awk proc\n", ReadError::WrongNonce),
        ("=SM-HELLO n 2 awk proc\n", ReadError::MalformedHello),
        ("=SM-HELLO n 1 perl proc\n", ReadError::MalformedHello),
        ("=SM-HELLO n 1 awk\n", ReadError::MalformedHello),
        ("=SM-HELLO n 1 awk proc\nhey\n", ReadError::OutsideReport),
        ("=SM-HELLO n 1 awk proc\n=SM-BEGIN x\n", ReadError::OutsideReport),
        ("=SM-HELLO n 1 awk proc\n=SM-BEGIN 2\n", ReadError::WrongSequence { got: 2 }),
        ("=SM-HELLO n 1 awk proc\n=SM-BEGIN 0\n", ReadError::WrongSequence { got: 0 }),
        ("=SM-HELLO n 1 awk proc\n=SM-BEGIN 1\n=SM-END 3\n", ReadError::WrongSequence { got: 3 }),
        ("=SM-HELLO n 1 awk proc\n=SM-BEGIN 1\n=SM-BEGIN 1\n", ReadError::Malformed),
        ("=SM-HELLO n 1 awk proc\n=SM-BEGIN 1\n=SM-END 1\n=SM-BEGIN 1\n", ReadError::WrongSequence { got: 1 }),
    ];
    for (stream, expected) in cases {
        let mut reader = Reader::new("n");
        reader.ask(Sections::FAST);
        reader.push(stream.as_bytes());
        let error = loop {
            match reader.next_message() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("{stream} was taken"),
                Err(error) => break error,
            }
        };
        assert_eq!(error, expected, "{stream}");
        assert_eq!(reader.next_message(), Err(expected));
    }
}

#[test]
fn a_flood_is_refused_within_a_bounded_buffer() {
    for line in [b"cpu 1 2 3\n".as_slice(), b"no line end", b"\n"] {
        let mut reader = greeted(4096);
        reader.ask(Sections::FAST);
        reader.push(b"=SM-BEGIN 1\n");
        let flood = line.repeat(1 + 64 * 1024 / line.len());
        let refused = (0..100).any(|_| {
            reader.push(&flood);
            reader.next_message().is_err()
        });
        assert!(refused);
        assert_eq!(reader.next_message(), Err(ReadError::Oversized));
    }
    let mut reader = greeted(4096);
    (0..50).for_each(|_| reader.push(&[b'x'; 64 * 1024]));
    assert_eq!(reader.next_message(), Err(ReadError::Oversized));
}

#[test]
fn text_that_is_not_utf_8_is_read_all_the_same() {
    let mut reader = greeted(4096);
    reader.ask(Sections::FAST);
    reader.push(b"=SM-BEGIN 1\n=SM uptime\n1.00 1.00\n=SM stat\ncpu 1 2 3 4\n=SM meminfo\nMemTotal: 5 kB\n");
    reader.push(b"=SM df\n/dev/\xff ext4 5 1 4 0 0 /caf\xe9\n=SM-END 1\n");
    let Ok(Some(Message::Report(raw))) = reader.next_message() else { panic!("no report") };
    let report = probe::parse(&raw).unwrap();
    assert_eq!(report.filesystems.unwrap()[0].mount, "/caf\u{fffd}");
}
