//! The flight recorder in every shell and awk, on this machine as it is.

use std::fs;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use domain::recording::Recording;

use crate::session::{Tools, installed};

/// Runs the recorder as the monitor does: the script through the shell's standard input.
fn record(tools: &Tools) -> (Recording, Duration, usize, u32) {
    let began = Instant::now();
    let mut shell =
        tools.command("sh").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Kept open: it must end by itself.
    let pid = shell.id();
    let mut input = shell.stdin.take().unwrap();
    input.write_all(probe::recorder_script("n").as_bytes()).unwrap();
    let output = shell.wait_with_output().unwrap();
    drop(input);
    assert!(probe::is_recorded(&output.stdout, "n"), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let recording = probe::parse_recording(&output.stdout, "n").unwrap();
    (recording, began.elapsed(), output.stdout.len(), pid)
}

/// A process that works hard under a name of its own, until it is dropped.
struct Busy(Child);

impl Busy {
    fn start(command: &str) -> Self {
        Self(Command::new("/bin/sh").args(["-c", command]).stdin(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_works_hard_is_at_the_top_and_what_writes_is_seen_to_write() {
    // They end by themselves, should the test not get so far as to end them.
    let busy = Busy::start("i=0; while [ $i -lt 300000000 ]; do i=$((i + 1)); done # busy-here");
    // On a disk: what is written into memory is not counted.
    let file = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = file.path().join("written").display().to_string();
    let writing = Busy::start(&format!(
        "i=0; while [ $i -lt 30000 ]; do i=$((i + 1)); head -c 200000 /dev/zero >{path}; read -r x </proc/uptime; done"
    ));
    for (shell, awk) in installed() {
        let (recording, took, size, shell_pid) = record(&Tools::new(shell, Some(awk)));
        let what = format!("{shell} {awk}");
        assert!(took > Duration::from_millis(900) && took < Duration::from_secs(9), "{what}: {took:?}");
        assert!(size < probe::RECORDING_MAX_BYTES / 2, "{what}: {size}");
        let processes = &recording.processes;
        assert_eq!(processes.problem, "", "{what}");
        let place = processes.top.iter().position(|process| process.pid == busy.0.id());
        let place = place.unwrap_or_else(|| panic!("{what}: not among {processes:?}"));
        let found = &processes.top[place];
        assert!(place < 8 && (5.0..140.0).contains(&found.cpu), "{what}: {place} {found:?}");
        assert!(found.command.ends_with("# busy-here") && found.memory > 0, "{what}: {found:?}");
        let writes = processes.top.iter().find(|process| process.pid == writing.0.id());
        let writes = writes.unwrap_or_else(|| panic!("{what}: what writes is not among {processes:?}"));
        assert!(writes.write_bytes.is_some_and(|bytes| bytes > 100_000.0), "{what}: {writes:?}");
        assert!(processes.total as usize >= processes.top.len() && processes.io_unseen < processes.total);
        assert!(processes.top.iter().all(|process| process.pid != shell_pid), "{what}: what looks is not looked at");
        let load = recording.load.unwrap();
        assert!(load.tasks > 0 && recording.memory.unwrap().available > 0, "{what}");
        let sockstat = fs::read_to_string("/proc/net/sockstat").unwrap();
        assert_eq!(recording.sockets.kinds.iter().any(|kind| kind.name == "TCP"), sockstat.contains("TCP:"));
        assert!(!recording.is_cut);
    }
}

#[test]
fn a_socket_that_listens_is_seen_with_its_port() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (shell, awk) = installed()[0];
    let (recording, ..) = record(&Tools::new(shell, Some(awk)));
    let address = listener.local_addr().unwrap().to_string();
    assert!(recording.sockets.listening.contains(&address), "{address} not in {:?}", recording.sockets);
}

#[test]
fn units_and_logs_come_from_the_first_that_has_some_and_say_what_it_was() {
    for (shell, awk) in installed() {
        let tools = Tools::new(shell, Some(awk));
        tools.add("seq");
        tools.replace("systemctl", "echo 'nginx.service loaded failed failed A web server'");
        tools.replace("journalctl", "case $* in *-k*) exit 1 ;; esac; seq 1 300; echo 'Hint: there is more' >&2");
        tools.replace("dmesg", "[ $# = 0 ] || exit 1; printf '=SM units\\n\\033[31mred\\r\\n'; printf '%0999d\\n' 7");
        let (recording, ..) = record(&tools);
        let what = format!("{shell} {awk}");
        assert_eq!(recording.units.lines, ["nginx.service loaded failed failed A web server"], "{what}");
        assert_eq!((recording.journal.lines.len(), recording.journal.lines[99].as_str()), (100, "300"), "{what}");
        assert_eq!(recording.journal.problem, "Hint: there is more", "{what}");
        assert_eq!(recording.journal.source, "journalctl -n 100 --no-pager -o short-iso");
        assert_eq!(recording.kernel.source, "dmesg", "{what}");
        assert_eq!(recording.kernel.lines[..2], ["=SM units", "[31mred"], "{what}");
        assert_eq!(recording.kernel.lines[2].len(), 400, "{what}");
    }
}

#[test]
fn what_may_not_be_read_or_is_not_there_is_said_and_the_rest_is_recorded() {
    for (shell, awk) in installed() {
        let tools = Tools::new(shell, Some(awk));
        tools.replace("dmesg", "echo 'dmesg: Operation not permitted' >&2; exit 1");
        let (recording, ..) = record(&tools);
        let what = format!("{shell} {awk}");
        assert_eq!(recording.units.problem, "there is no systemctl", "{what}");
        assert!(recording.kernel.lines.is_empty(), "{what}");
        assert_eq!(recording.kernel.problem, "there is no journalctl; dmesg: dmesg: Operation not permitted", "{what}");
        assert!(recording.processes.total > 0, "{what}");
    }
    let tools = Tools::new("dash", None);
    let (recording, ..) = record(&tools);
    assert_eq!(recording.processes.problem, "there is no awk, which is needed for this");
    assert!(recording.load.is_some());
}

#[test]
fn a_command_that_hangs_is_given_up_and_what_comes_after_it_is_recorded() {
    let (shell, awk) = installed()[0];
    let tools = Tools::new(shell, Some(awk));
    tools.replace("systemctl", "exec sleep 60");
    tools.replace("journalctl", "echo it goes on");
    let (recording, took, ..) = record(&tools);
    assert!(took < Duration::from_secs(9), "{took:?}");
    assert_eq!(recording.units.problem, "systemctl: it took longer than 5 seconds");
    assert_eq!(recording.journal.lines, ["it goes on"]);
}

#[test]
fn when_too_much_hangs_the_last_parts_are_left_out_and_the_whole_ends_in_time() {
    let (shell, awk) = installed()[0];
    let tools = Tools::new(shell, Some(awk));
    for tool in ["systemctl", "journalctl", "dmesg"] {
        tools.replace(tool, "exec sleep 60");
    }
    let (recording, took, ..) = record(&tools);
    assert!(took < Duration::from_secs(15), "{took:?}");
    assert!(recording.journal.problem.contains("too long"), "{:?}", recording.journal);
}
