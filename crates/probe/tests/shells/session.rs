//! A running script: a shell that was given the script, as the monitor does it over SSH.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};
use std::{fs, thread};

use probe::{Hello, Message, Reader, Report, Sections};
use tempfile::TempDir;

const NONCE: &str = "test-nonce";
const PATIENCE: Duration = Duration::from_secs(20);

/// The shells to try, by the name of the program and how it is called.
pub const SHELLS: [&str; 3] = ["dash", "bash", "busybox"];
/// The awks to try.
pub const AWKS: [&str; 3] = ["mawk", "gawk", "busybox"];

/// The pairs of shell and awk that are installed here.
pub fn installed() -> Vec<(&'static str, &'static str)> {
    let find = |programs: [&'static str; 3]| {
        let (there, missing): (Vec<_>, Vec<_>) =
            programs.into_iter().partition(|program| program_path(program).is_some());
        missing.iter().for_each(|program| eprintln!("left out: {program} is not installed"));
        assert!(!there.is_empty());
        there
    };
    let awks = find(AWKS);
    find(SHELLS).into_iter().flat_map(|shell| awks.iter().map(move |awk| (shell, *awk))).collect()
}

/// Where a program is.
pub fn program_path(program: &str) -> Option<PathBuf> {
    ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].iter().map(|dir| Path::new(dir).join(program)).find(|path| path.exists())
}

/// A folder that is all of the path a script gets, so that it finds one certain awk, or none.
pub struct Tools {
    dir: TempDir,
}

impl Tools {
    pub fn new(shell: &str, awk: Option<&str>) -> Self {
        let tools = Self { dir: TempDir::new().unwrap() };
        for tool in ["cat", "grep", "df", "nice", "timeout", "tr", "getconf", "uname", "tail", "true", "getent"]
            .into_iter()
            .chain(["cut", "head", "sed", "sleep", "sort", "uniq"])
        {
            if let Some(path) = program_path(tool) {
                symlink(path, tools.dir.path().join(tool)).unwrap();
            }
        }
        symlink(program_path(shell).unwrap(), tools.dir.path().join("sh")).unwrap();
        if let Some(awk) = awk {
            let path = program_path(awk).unwrap();
            symlink(fs::canonicalize(path).unwrap(), tools.dir.path().join("awk")).unwrap();
        }
        tools
    }

    /// Puts a program of the test's own in the place of a tool.
    pub fn replace(&self, tool: &str, script: &str) {
        let path = self.dir.path().join(tool);
        let _ = fs::remove_file(&path);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Adds a tool of this machine, if it has it.
    pub fn add(&self, tool: &str) {
        if let Some(path) = program_path(tool) {
            symlink(path, self.dir.path().join(tool)).unwrap();
        }
    }

    /// A command that finds these tools and no others.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.dir.path().join(program));
        command.env_clear().env("PATH", self.dir.path());
        command
    }

    pub fn remove(&self, tool: &str) {
        fs::remove_file(self.dir.path().join(tool)).unwrap();
    }
}

/// A shell that runs the script.
pub struct Session {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Receiver<Vec<u8>>,
    reader: Reader,
    _tools: Tools,
    pub hello: Hello,
}

impl Session {
    /// Starts the script as it is.
    pub fn start(tools: Tools) -> Self {
        Self::start_script(tools, &probe::script(NONCE))
    }

    /// Starts the script after other files were put in the place of the machine's.
    pub fn start_changed(tools: Tools, changes: &[(&str, &str)]) -> Self {
        let mut script = probe::script(NONCE);
        for (from, to) in changes {
            assert!(script.contains(from), "{from}");
            script = script.replace(from, to);
        }
        Self::start_script(tools, &script)
    }

    fn start_script(tools: Tools, script: &str) -> Self {
        let mut child = Command::new(tools.dir.path().join("sh"))
            .env_clear()
            .env("PATH", tools.dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut output = child.stdout.take().unwrap();
        let (sender, stdout) = sync_channel(1000);
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(length @ 1..) = output.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        // In pieces, as it may come from a network.
        for piece in script.as_bytes().chunks(3000) {
            stdin.write_all(piece).unwrap();
            stdin.flush().unwrap();
            thread::sleep(Duration::from_millis(2));
        }
        let mut reader = Reader::new(NONCE);
        let hello = loop {
            match reader.next_message().unwrap() {
                Some(Message::Hello(hello)) => break hello,
                Some(other) => panic!("{other:?}"),
                None => reader.push(&stdout.recv_timeout(PATIENCE).expect("a hello")),
            }
        };
        Self { child, stdin: Some(stdin), stdout, reader, _tools: tools, hello }
    }

    /// Asks for a report and reads it.
    pub fn report(&mut self, sections: Sections) -> Report {
        let line = self.reader.ask(sections);
        self.write(line.as_bytes());
        loop {
            match self.reader.next_message().unwrap() {
                Some(Message::Report(raw)) => return probe::parse(&raw).unwrap(),
                Some(other) => panic!("{other:?}"),
                None => {}
            }
            let bytes = self.stdout.recv_timeout(PATIENCE).expect("a report");
            self.reader.push(&bytes);
        }
    }

    pub fn write(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(bytes).unwrap();
        stdin.flush().unwrap();
    }

    /// What the kernel counts of processes that this one started: page faults of those that ended, and those that live.
    pub fn children(&self) -> (u64, String) {
        let pid = self.child.id();
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        let fields = stat.rsplit_once(')').unwrap().1.split_ascii_whitespace().collect::<Vec<_>>();
        let alive = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        (fields[8].parse().unwrap(), alive)
    }

    /// Closes the script's standard input; how long it then took to end.
    pub fn end(mut self) -> Duration {
        let since = Instant::now();
        drop(self.stdin.take());
        self.wait();
        since.elapsed()
    }

    /// Waits until the script has ended by itself.
    pub fn wait(&mut self) {
        let since = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(since.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
