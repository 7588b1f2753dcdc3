//! Runs the program as a process of its own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use crate::harness::Client;

/// A command line of the program, with a data folder and key file below `folder` and nothing of this machine's own settings.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server-monitor"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MONITOR_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder)
        .env("MONITOR_LISTEN", "127.0.0.1:0")
        .env("MONITOR_DATA_DIR", folder.join("data"))
        .env("MONITOR_MASTER_KEY_FILE", folder.join("master.key"))
        .env("MONITOR_WATCH_SELF", "false");
    command
}

/// Runs a command to its end, with a text on its standard input.
pub fn run(mut command: Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that does not read its input has ended already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// What a command printed, whether as result or as complaint.
pub fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The running program.
pub struct Process {
    child: Child,
    pub url: String,
    /// What it printed so far: greeting and log.
    printed: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Process {
    /// Starts `serve` and waits until it says where it is.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let printed = Arc::new(Mutex::new(String::new()));
        let readers = vec![
            collect(child.stdout.take().unwrap(), Arc::clone(&printed)),
            collect(child.stderr.take().unwrap(), Arc::clone(&printed)),
        ];
        let mut process = Self { child, url: String::new(), printed, readers };
        let begin = Instant::now();
        while process.url.is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(20), "did not start:\n{}", process.printed());
            assert!(process.child.try_wait().unwrap().is_none(), "ended at once:\n{}", process.printed());
            std::thread::sleep(Duration::from_millis(20));
            let text = process.printed();
            let line = text.lines().find_map(|line| line.strip_prefix("Server Monitor is at "));
            // Loopback is shown by the name that a person types; tests go to the address itself.
            process.url = line.map(|url| url.replace("localhost", "127.0.0.1")).unwrap_or_default();
        }
        process
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn client(&self) -> Client {
        Client::new(self.url.clone())
    }

    /// What it printed so far.
    pub fn printed(&self) -> String {
        self.printed.lock().unwrap().clone()
    }

    /// Sends a signal and waits for the end: how long it took, whether the program called it success, and all it printed.
    pub fn stop(mut self, signal: &str) -> (Duration, bool, String) {
        let begin = Instant::now();
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let took = begin.elapsed();
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        (took, status.success(), self.printed())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(from: impl Read + Send + 'static, into: Arc<Mutex<String>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut text = into.lock().unwrap();
            text.push_str(&line);
            text.push('\n');
        }
    })
}
