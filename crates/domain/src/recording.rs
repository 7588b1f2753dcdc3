//! What a server's flight recorder wrote down when a rule fired.

use serde::{Deserialize, Serialize};

use crate::{
    ids::IncidentId,
    metrics::{Load, Memory},
};

/// How many processes a list of them shows.
pub const PROCESSES_SHOWN: usize = 15;

/// How far the recording of an incident came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RecordingState {
    /// There is none: the program was stopped meanwhile, or it was forgotten by now.
    #[default]
    None,
    /// It is being taken.
    Taking,
    /// It is there.
    Taken,
    /// The server did not answer.
    NoAnswer,
    /// The server let no second command run.
    Refused,
    /// Too many were to be taken at once.
    TooMany,
    /// Nothing of it was there in time.
    TooSlow,
}

impl RecordingState {
    /// All that are written down, with the word for each.
    const WORDS: [(Self, &'static str); 5] = [
        (Self::Taken, "taken"),
        (Self::NoAnswer, "no_answer"),
        (Self::Refused, "refused"),
        (Self::TooMany, "too_many"),
        (Self::TooSlow, "too_slow"),
    ];

    /// The word by which it is written down; empty for what is not.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    /// What a word stands for.
    pub fn of_word(word: &str) -> Self {
        Self::WORDS.iter().find(|(_, known)| *known == word).map_or(Self::None, |(state, _)| *state)
    }

    /// Why there is no recording, as a sentence; `None` when there is one.
    pub fn why_not(self) -> Option<&'static str> {
        match self {
            Self::Taken => None,
            Self::None => Some("There is no recording of this incident."),
            Self::Taking => Some("The recording is being taken."),
            Self::NoAnswer => Some("Not recorded: the server did not answer."),
            Self::Refused => Some("Not recorded: the server let no second command run."),
            Self::TooMany => Some("Not recorded: too many at once."),
            Self::TooSlow => Some("Not recorded: the server took too long."),
        }
    }
}

/// Whether an incident has a recording.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordingStatus {
    /// How far it came.
    pub state: RecordingState,
    /// When it was taken or given up, in Unix milliseconds; 0 while it was not.
    pub at_ms: i64,
}

/// The recording of an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncidentRecording {
    /// Of which incident.
    pub incident_id: IncidentId,
    /// When it was taken, in Unix milliseconds.
    pub at_ms: i64,
    /// What was recorded.
    pub recording: Recording,
}

/// What was recorded, part by part. What a server does not offer or let be read is left empty, mostly with words about why.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Recording {
    /// Load averages.
    pub load: Option<Load>,
    /// Memory and swap: total, available and free.
    pub memory: Option<Memory>,
    /// The processes that did most.
    pub processes: RecordedProcesses,
    /// How long tasks were held up.
    pub pressure: Vec<RecordedStall>,
    /// Sockets by kind and state.
    pub sockets: RecordedSockets,
    /// Units of systemd that failed.
    pub units: RecordedLines,
    /// The last lines of the kernel's log.
    pub kernel: RecordedLines,
    /// The last lines of the journal.
    pub journal: RecordedLines,
    /// Whether the end is missing, because it took too long or was too much.
    pub is_cut: bool,
}

/// The processes that did most, measured over about a second.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordedProcesses {
    /// How many there were in all.
    pub total: u32,
    /// Of how many it could not be read what they read and wrote.
    pub io_unseen: u32,
    /// Those that did most by processor, memory, or reading and writing; by processor use.
    pub top: Vec<RecordedProcess>,
    /// Why they could not be read; empty when they could.
    pub problem: String,
}

/// A process as it was recorded.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordedProcess {
    /// Its id.
    pub pid: u32,
    /// The account it ran as: its name where the server knows one, else its number.
    pub user: String,
    /// Its short name.
    pub name: String,
    /// Its command line, cut to 200 characters; empty for kernel threads.
    pub command: String,
    /// Its state as one letter (proc(5)).
    pub state: String,
    /// Processor use, in percent of one core.
    pub cpu: f64,
    /// Resident memory, in bytes.
    pub memory: u64,
    /// Bytes read per second; `None` where that could not be read.
    pub read_bytes: Option<f64>,
    /// Bytes written per second.
    pub write_bytes: Option<f64>,
}

impl RecordedProcess {
    /// Bytes read and written per second.
    pub fn io_bytes(&self) -> f64 {
        self.read_bytes.unwrap_or(0.0) + self.write_bytes.unwrap_or(0.0)
    }
}

/// How long tasks were held up by a resource, in percent (kernel document `accounting/psi`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordedStall {
    /// `cpu`, `memory`, `io` or `irq`.
    pub resource: String,
    /// Whether all tasks waited at once, or at least one.
    pub is_full: bool,
    /// Over ten seconds.
    pub avg10: f64,
    /// Over a minute.
    pub avg60: f64,
    /// Over five minutes.
    pub avg300: f64,
}

/// Sockets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordedSockets {
    /// How many of each kind are in use (`/proc/net/sockstat`), such as `TCP`.
    pub kinds: Vec<SocketCount>,
    /// TCP connections by state, such as `ESTABLISHED`, the most first.
    pub states: Vec<SocketCount>,
    /// Addresses and ports where TCP connections are awaited.
    pub listening: Vec<String>,
    /// What could not be read; empty when all could.
    pub problem: String,
}

/// How many sockets there are of something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SocketCount {
    /// Of what.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// Lines as the server gave them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordedLines {
    /// The command they are from; empty when none could be asked.
    pub source: String,
    /// The lines, the newest last.
    pub lines: Vec<String>,
    /// What the server said about why there are none, or not all.
    pub problem: String,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn every_state_that_is_written_down_is_read_again() {
        for (state, word) in RecordingState::WORDS {
            assert_eq!((state.word(), RecordingState::of_word(word)), (word, state));
            assert_eq!(state.why_not().is_none(), state == RecordingState::Taken);
        }
        assert_eq!(RecordingState::of_word("something newer"), RecordingState::None);
    }

    #[test]
    fn a_recording_travels_to_the_browser_and_back() {
        let process = RecordedProcess { pid: 7, read_bytes: Some(1.0), ..RecordedProcess::default() };
        let recording = Recording {
            processes: RecordedProcesses { total: 1, top: vec![process], ..RecordedProcesses::default() },
            load: Some(Load::default()),
            ..Recording::default()
        };
        let bytes = crate::live::encode(&recording).unwrap();
        assert_eq!(crate::live::decode::<Recording>(&bytes).unwrap(), recording);
    }
}
