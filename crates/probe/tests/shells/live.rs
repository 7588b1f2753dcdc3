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
fn failed_units_are_those_that_systemctl_lists_and_nothing_is_said_where_it_does_not_answer() {
    let listed = r"printf '%s\n' 'nginx.service loaded failed failed A web server' '● a.mount loaded failed failed A' \
        'dev-disk-by\x2dlabel-data.swap loaded failed failed /dev/disk' '=SM-END 1 x' '' 'getty@tty1.service loaded failed failed x'";
    for (shell, awk) in installed() {
        let with = |systemctl: Option<&str>| {
            let tools = Tools::new(shell, Some(awk));
            systemctl.into_iter().for_each(|script| tools.replace("systemctl", script));
            Session::start(tools).report(Sections::UNITS).failed_units
        };
        let units = with(Some(listed)).unwrap();
        let expected = ["nginx.service", "a.mount", "dev-disk-by\\x2dlabel-data.swap", "getty@tty1.service"];
        assert_eq!(units.names, expected, "{shell} {awk}");
        assert!(units.is_whole);
        assert!(with(Some("exit 0")).unwrap().names.is_empty(), "{shell} {awk}: all is well");
        assert_eq!(with(Some("echo System has not been booted with systemd; exit 1")), None, "{shell} {awk}");
        assert_eq!(with(None), None, "{shell} {awk}");
        let many = with(Some("i=0; while [ $i -lt 400 ]; do i=$((i + 1)); echo u$i.service x; done")).unwrap();
        assert_eq!((many.names.len(), many.is_whole), (256, false), "{shell} {awk}");
    }
    let tools = Tools::new(installed()[0].0, Some(installed()[0].1));
    tools.replace("systemctl", listed);
    tools.remove("timeout");
    assert_eq!(Session::start(tools).report(Sections::UNITS).failed_units, None, "it could take for ever");
}

#[test]
fn systemctl_is_asked_for_failed_units_and_may_not_take_long() {
    let tools = Tools::new(installed()[0].0, Some(installed()[0].1));
    tools.replace("systemctl", "echo \"$* x\"; cat; exec /bin/sleep 60");
    let begin = std::time::Instant::now();
    let mut session = Session::start(tools);
    assert_eq!(session.report(Sections::UNITS).failed_units, None);
    assert!((4..9).contains(&begin.elapsed().as_secs()), "{:?}", begin.elapsed());
    assert!(session.report(Sections::UNITS).failed_units.is_none(), "requests are not eaten by what the script starts");
}

#[test]
fn the_names_of_all_processes_are_listed_once() {
    let folder = tempfile::TempDir::new().unwrap();
    let program = folder.path().join("sm) R 1 (odd");
    fs::copy(crate::session::program_path("sleep").unwrap(), &program).unwrap();
    let start = || Busy(Command::new(&program).arg("60").stdin(Stdio::null()).spawn().unwrap());
    let running = [start(), start()];
    let dead = folder.path().join("sm-dead");
    fs::copy(crate::session::program_path("true").unwrap(), &dead).unwrap();
    let mut gone = Command::new(dead).spawn().unwrap();
    thread::sleep(Duration::from_millis(200));
    for (shell, awk) in installed() {
        let names = Session::start(Tools::new(shell, Some(awk))).report(Sections::NAMES).process_names.unwrap();
        let count = |wanted: &str| names.names.iter().filter(|name| *name == wanted).count();
        assert!(names.is_whole && count("sm) R 1 (odd") == 1, "{shell} {awk}: {names:?}");
        assert_eq!(count("sm-dead"), 0, "{shell} {awk}: what is dead does not run");
    }
    drop(running);
    gone.wait().unwrap();
}

#[test]
fn nothing_is_said_of_names_where_some_processes_are_hidden() {
    let proc = tempfile::TempDir::new().unwrap();
    for (file, text) in
        [("uptime", "1 1"), ("stat", "cpu 1 1 1 1"), ("meminfo", "MemTotal: 5 kB"), ("5/stat", "5 (sh) S 1 ")]
    {
        fs::create_dir_all(proc.path().join(file).parent().unwrap()).unwrap();
        fs::write(proc.path().join(file), format!("{text}\n")).unwrap();
    }
    let changes = [("/proc", proc.path().to_str().unwrap())];
    for (shell, awk) in installed() {
        let report = || Session::start_changed(Tools::new(shell, Some(awk)), &changes).report(Sections::NAMES);
        assert_eq!(report().process_names, None, "{shell} {awk}");
        fs::create_dir_all(proc.path().join("1")).unwrap();
        fs::write(proc.path().join("1/stat"), "1 (init) S 0 \n").unwrap();
        assert_eq!(report().process_names.unwrap().names, ["init", "sh"], "{shell} {awk}");
        fs::remove_dir_all(proc.path().join("1")).unwrap();
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
