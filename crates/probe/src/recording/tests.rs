//! Recordings, as servers send them and as none should.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use proptest::prelude::*;

use super::*;

const WHOLE: &str = "Welcome!\n
=SM-RECORDING n
=SM load
 1.17 1.58 0.97 4/93 689
 MemTotal:       24731708 kB
 MemAvailable:   24135356 kB
=SM pressure
 cpu some avg10=4.16 avg60=6.71 avg300=8.80 total=63356560
 io full avg10=0.00 avg60=0.12 avg300=900.14 total=3254403
 nonsense some avg10=1.00 avg60=1.00 avg300=1.00 total=1
=SM processes
 total 81 100 200 2
 7 R 100 2048 0 4096 8192\troot\tbusy\tbusy --loop
 9 S 300 1024 1000 - -\t\t(a) b\t
 9 S 0 0 0 0 0\troot\ttwice\t
 x S
=SM sockets
 sockets: used 13
 TCP: inuse 4 orphan 0 tw 0 alloc 1 mem 0
 FRAG: inuse 0 memory 0
       3 listen 0100007F:07E8
       1 listen 00000000000000000000000001000000:0016
      40 state 01
       2 state 06
       2 state 01
! the rest is missing
=SM units
! systemctl: not booted with systemd
! systemctl: not booted with systemd
=SM kernel
=SM-FROM dmesg -T
 =SM journal
   indented\t\u{1b}[31mred
=SM journal
=SM-FROM journalctl -n 100
 one
! Hint: there is more
=SM-END n
=SM units
 after the end
";

#[test]
fn a_whole_recording_is_read_part_by_part() {
    let recording = parse_recording(WHOLE.as_bytes(), "n").unwrap();
    assert!(!recording.is_cut && !is_recorded(WHOLE.as_bytes(), "n"));
    assert_eq!(recording.load.unwrap().five, 1.58);
    assert_eq!(recording.memory.unwrap().available, 24_135_356 * 1024);
    let stalls: Vec<_> = recording.pressure.iter().map(|stall| (stall.resource.as_str(), stall.avg300)).collect();
    assert_eq!(stalls, [("cpu", 8.8), ("io", 100.0)]);
    let processes = &recording.processes;
    assert_eq!((processes.total, processes.io_unseen, processes.top.len()), (81, 2, 2));
    let (first, second) = (&processes.top[0], &processes.top[1]);
    assert_eq!((first.pid, first.cpu, first.user.as_str(), first.read_bytes), (9, 150.0, "1000", None));
    assert_eq!((second.name.as_str(), second.command.as_str()), ("busy", "busy --loop"));
    assert_eq!((second.read_bytes, second.write_bytes, second.memory), (Some(2048.0), Some(4096.0), 2 << 20));
    let sockets = &recording.sockets;
    assert_eq!(sockets.listening, ["[::1]:22", "127.0.0.1:2024"]);
    assert_eq!((sockets.states[0].name.as_str(), sockets.states[0].count), ("ESTABLISHED", 42));
    assert_eq!(sockets.kinds.iter().map(|kind| kind.name.as_str()).collect::<Vec<_>>(), ["all", "TCP"]);
    assert_eq!(sockets.problem, "the rest is missing");
    assert_eq!(recording.units.problem, "systemctl: not booted with systemd", "it is said once");
    assert!(recording.units.lines.is_empty() && recording.units.source.is_empty());
    assert_eq!(recording.kernel.lines, ["=SM journal", "  indented    \u{fffd}[31mred"], "no content is framing");
    assert_eq!(
        (recording.journal.source.as_str(), recording.journal.problem.as_str()),
        ("journalctl -n 100", "Hint: there is more")
    );
}

#[test]
fn as_much_as_came_is_read_and_said_to_be_cut() {
    let cut = &WHOLE[..WHOLE.find("=SM sockets").unwrap() + 5];
    let recording = parse_recording(cut.as_bytes(), "n").unwrap();
    assert!(recording.is_cut && recording.processes.top.len() == 2);
    assert_eq!(parse_recording(b"This account is not available.\n", "n"), None);
    assert_eq!(parse_recording(WHOLE.as_bytes(), "m"), None, "it answers somebody else");
}

#[test]
fn the_end_is_seen_when_it_is_there() {
    assert!(is_recorded(b"x\n=SM-END n\n", "n"));
    assert!(!is_recorded(b"x\n =SM-END n\n", "n") && !is_recorded(b"x\n=SM-END n2\n", "n"));
}

#[test]
fn the_script_has_no_comments_no_placeholders_and_is_small() {
    let text = recorder_script("a'; rm -rf / #");
    assert!(text.len() < 8_000, "{} bytes", text.len());
    assert!(!text.contains("@AWK@") && text.ends_with("\nrecord_main 'arm-rf' </dev/null\n"));
    assert!(text.lines().all(|line| !line.starts_with('#') && !line.starts_with(char::is_whitespace)));
    assert!(AWK.lines().filter(|line| !line.trim().starts_with('#')).all(|line| !line.contains('\'')));
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "=SM (load|pressure|processes|sockets|units|kernel|journal)",
        " total( [0-9]{1,21}){3,5}",
        " [0-9]{1,12} [RS] [0-9]{1,21} [0-9]{1,21} [0-9]{1,5} ([0-9]{1,21}|-) -\t[a-z]{0,3}\t[a-z]{1,3}\t\\PC{0,300}",
        " [0-9]{1,3} (state|listen) [0-9A-F]{0,33}(:[0-9A-F]{0,5})?",
        " (cpu|io) (some|full) avg10=[0-9.]{1,6} avg60=[0-9.]{1,6} avg300=[0-9.]{1,6}",
        "[ !]\\PC{0,600}",
        "=SM-(FROM|END|RECORDING) ?\\PC{0,300}",
        "\\PC{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_server_sends_what_is_kept_is_bounded_and_clean(lines in prop::collection::vec(line(), 0..150)) {
        let text = format!("=SM-RECORDING n\n{}", lines.join("\n"));
        let recording = parse_recording(text.as_bytes(), "n").unwrap();
        prop_assert!(recording.processes.top.len() <= 45 && recording.pressure.len() <= 8);
        prop_assert!(recording.sockets.listening.len() <= 200 && recording.sockets.states.len() <= 12);
        for part in [&recording.units, &recording.kernel, &recording.journal] {
            prop_assert!(part.lines.len() <= 128 && part.problem.chars().count() <= 400);
            let is_clean = |line: &String| line.chars().count() <= 440 && !line.chars().any(char::is_control);
            prop_assert!(part.lines.iter().all(is_clean));
        }
        for process in &recording.processes.top {
            prop_assert!(process.cpu.is_finite() && process.io_bytes().is_finite());
            prop_assert!(process.command.chars().count() <= 200 && !process.command.chars().any(char::is_control));
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000), cut in 0..2000_usize) {
        parse_recording(&bytes, "n");
        let mut whole = WHOLE.as_bytes().to_vec();
        whole.truncate(cut);
        whole.extend(bytes);
        parse_recording(&whole, "n");
    }
}
