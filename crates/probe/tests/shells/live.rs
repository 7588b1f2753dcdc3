//! On this machine, as it is.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use probe::{Engine, Sections};

use crate::session::{Session, Tools, installed};

fn kernel(name: &str) -> String {
    fs::read_to_string(format!("/proc/sys/kernel/{name}")).unwrap().trim().to_owned()
}

#[test]
fn every_shell_and_awk_reports_this_machine() {
    let meminfo = fs::read_to_string("/proc/meminfo").unwrap();
    let total_kib: u64 = meminfo.split_ascii_whitespace().nth(1).unwrap().parse().unwrap();
    let cores = fs::read_to_string("/proc/stat").unwrap().lines().filter(|line| line.starts_with("cpu")).count() - 1;
    for (shell, awk) in installed() {
        let mut session = Session::start(Tools::new(shell, Some(awk)));
        assert_eq!((session.hello.engine, session.hello.has_proc), (Engine::Awk, true), "{shell} {awk}");
        let first = session.report(Sections::ALL);
        thread::sleep(Duration::from_millis(120));
        let second = session.report(Sections::FAST.with_processes());
        assert_eq!((first.seq, second.seq), (1, 2));
        let sample = probe::derive(&first, &second, 0).unwrap();
        assert!((0.1..5.0).contains(&sample.span_secs), "{shell} {awk}: {}", sample.span_secs);
        assert_eq!(sample.memory.total, total_kib * 1024);
        assert_eq!(sample.cores.len(), cores);
        assert!((0.0..=100.0).contains(&sample.cpu.busy));
        assert!(sample.load.tasks > 0);
        assert!(sample.interfaces.iter().any(|interface| interface.name == "lo"));
        let processes = sample.processes.unwrap();
        assert!(processes.total as usize >= processes.top.len() && !processes.top.is_empty(), "{shell} {awk}");
        assert!(processes.top.iter().any(|process| !process.command.is_empty() && process.memory > 0));
        let identity = first.identity.unwrap();
        assert_eq!(identity.hostname, kernel("hostname"));
        assert_eq!(identity.kernel, format!("Linux {}", kernel("osrelease")));
        assert_eq!(identity.cores as usize, cores);
        assert!(!identity.distribution.is_empty() && !identity.architecture.is_empty());
        assert!(first.filesystems.is_some() && first.sensors.is_some());
        assert!(second.filesystems.is_none() && second.identity.is_none());
    }
}

#[test]
fn frequent_reports_start_no_process() {
    for (shell, awk) in installed() {
        frequent_reports_of(&mut Session::start(Tools::new(shell, Some(awk))), &format!("{shell} {awk}"));
    }
    frequent_reports_of(&mut Session::start(Tools::new("dash", None)), "dash alone");
}

fn frequent_reports_of(session: &mut Session, what: &str) {
    session.report(Sections::ALL);
    let (before, alive) = session.children();
    assert_eq!(alive, "", "{what} leaves processes behind");
    for _ in 0..30 {
        session.report(Sections::FAST);
    }
    assert_eq!(session.children(), (before, String::new()), "{what}");
    session.report(Sections::FAST.with_filesystems());
    assert!(session.children().0 > before, "this way of counting does not see processes");
}

#[test]
fn the_end_of_standard_input_ends_it_at_once() {
    for (shell, awk) in installed() {
        let mut session = Session::start(Tools::new(shell, Some(awk)));
        session.report(Sections::FAST);
        let took = session.end();
        assert!(took < Duration::from_secs(1), "{shell} {awk}: {took:?}");
        let took = Session::start(Tools::new(shell, None)).end();
        assert!(took < Duration::from_secs(1), "{shell} alone: {took:?}");
    }
}

#[test]
fn without_awk_the_shell_itself_reports_what_it_can() {
    for shell in ["dash", "bash", "busybox"] {
        if crate::session::program_path(shell).is_none() {
            continue;
        }
        let mut session = Session::start(Tools::new(shell, None));
        assert_eq!((session.hello.engine, session.hello.has_proc), (Engine::Shell, true), "{shell}");
        let first = session.report(Sections::ALL);
        thread::sleep(Duration::from_millis(30));
        let second = session.report(Sections::FAST);
        let sample = probe::derive(&first, &second, 0).unwrap();
        assert!(sample.memory.total > 0 && !sample.cores.is_empty());
        assert!(sample.interfaces.iter().any(|interface| interface.name == "lo"));
        assert!(first.processes.is_none() && first.sensors.is_none());
        assert_eq!(first.identity.unwrap().hostname, kernel("hostname"));
    }
}

#[test]
fn a_machine_without_proc_says_so_and_ends() {
    for (shell, awk) in installed() {
        let mut session = Session::start_changed(Tools::new(shell, Some(awk)), &[("/proc/", "/nowhere/")]);
        assert!(!session.hello.has_proc);
        session.wait();
    }
}

#[test]
fn lines_that_are_no_request_are_passed_over() {
    for (shell, awk) in installed() {
        let mut session = Session::start(Tools::new(shell, Some(awk)));
        session.write(b"\n\nhello there\nx f\n1\n-1 f\n");
        assert_eq!(session.report(Sections::FAST).seq, 1, "{shell} {awk}");
    }
}

#[test]
fn a_machine_without_nice_timeout_and_getconf_is_read_all_the_same() {
    for (shell, awk) in installed() {
        let tools = Tools::new(shell, Some(awk));
        ["nice", "timeout", "getconf", "getent"].iter().for_each(|tool| tools.remove(tool));
        let report = Session::start(tools).report(Sections::ALL);
        assert!(report.processes.unwrap().total > 0, "{shell} {awk}");
    }
}

#[test]
fn a_process_that_works_hard_is_at_the_top() {
    // It ends by itself, should the test not get so far as to end it.
    let command = "i=0; while [ $i -lt 30000000 ]; do i=$((i + 1)); done";
    let busy = Busy(Command::new("/bin/sh").args(["-c", command]).stdin(Stdio::null()).spawn().unwrap());
    for awk in installed().into_iter().filter(|(shell, _)| *shell == installed()[0].0).map(|(_, awk)| awk) {
        let mut session = Session::start(Tools::new(installed()[0].0, Some(awk)));
        session.report(Sections::PROCESSES);
        thread::sleep(Duration::from_millis(600));
        let processes = session.report(Sections::PROCESSES).processes.unwrap();
        let found = processes.top.iter().find(|process| process.pid == busy.0.id());
        let found = found.unwrap_or_else(|| panic!("{awk}: not among {processes:?}"));
        assert!((5.0..130.0).contains(&found.cpu), "{awk}: {found:?}");
        assert_eq!(found.command, format!("/bin/sh -c {command}"));
    }
}

struct Busy(Child);

impl Drop for Busy {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
