//! Which servers are to be recorded for which incidents: in memory, so that a crash leaves nothing that would have to be ended.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{IncidentId, ServerId, recording::RecordingState};
use store::recordings::NewRecording;
use tokio::sync::Notify;

/// How many servers are recorded at once.
const AT_ONCE: usize = 8;
/// How many wait; of a storm the oldest are given up, which a recording that late would say little about.
const WAITING_MAX: usize = 64;
/// For how long a recording is that of later incidents of the same server, too.
const SHARED_MS: i64 = 30_000;
/// How many outcomes wait to be written; beyond that nothing is known of the recording, which is what its absence says.
const SETTLED_MAX: usize = 10_000;

/// What is to be recorded, what is being recorded, and what came of it.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    inner: Mutex<Inner>,
    /// Something is to be done.
    pub wake: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    waiting: VecDeque<(ServerId, Vec<IncidentId>)>,
    running: HashMap<ServerId, Vec<IncidentId>>,
    recent: HashMap<ServerId, Outcome>,
    settled: VecDeque<NewRecording>,
}

/// What came of a recording.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// When it was taken or given up, in Unix milliseconds.
    pub at_ms: i64,
    /// How it came out.
    pub state: RecordingState,
    /// What was recorded, packed.
    pub data: Option<Arc<Vec<u8>>>,
}

impl Outcome {
    /// Nothing was recorded.
    pub fn failed(state: RecordingState, at_ms: i64) -> Self {
        Self { at_ms, state, data: None }
    }
}

impl Requests {
    /// An incident of a server that answers began.
    pub fn ask(&self, server: ServerId, incident: IncidentId, now_ms: i64) {
        self.inner().ask(server, incident, now_ms);
        self.wake.notify_one();
    }

    /// An incident has no recording.
    pub fn give_up(&self, incident: IncidentId, state: RecordingState, now_ms: i64) {
        self.inner().settle(&[incident], &Outcome::failed(state, now_ms));
        self.wake.notify_one();
    }

    /// Whether the recording of an incident is being taken.
    pub fn is_taking(&self, incident: IncidentId) -> bool {
        let inner = self.inner();
        let asked = inner.waiting.iter().map(|(_, incidents)| incidents).chain(inner.running.values());
        asked.flatten().any(|known| *known == incident) || inner.settled.iter().any(|one| one.incident == incident)
    }

    /// The next server to be recorded, if one is to be now.
    pub(super) fn next(&self) -> Option<ServerId> {
        let mut inner = self.inner();
        if inner.running.len() >= AT_ONCE {
            return None;
        }
        let (server, incidents) = inner.waiting.pop_front()?;
        inner.running.insert(server, incidents);
        Some(server)
    }

    /// A server was recorded, or not.
    pub(super) fn done(&self, server: ServerId, outcome: Outcome) {
        let mut inner = self.inner();
        let incidents = inner.running.remove(&server).unwrap_or_default();
        inner.settle(&incidents, &outcome);
        let now_ms = outcome.at_ms;
        inner.recent.retain(|_, recent| now_ms - recent.at_ms < SHARED_MS);
        if outcome.state == RecordingState::Taken {
            inner.recent.insert(server, outcome);
        }
    }

    /// None is running: what was said to be was not ended as it should.
    pub(super) fn none_runs(&self) {
        self.inner().running.clear();
    }

    /// What is to be written. It stays until [`Self::written`] says that it is.
    pub(super) fn settled(&self) -> Vec<NewRecording> {
        self.inner().settled.iter().cloned().collect()
    }

    /// So many of what was to be written need not be any more.
    pub(super) fn written(&self, count: usize) {
        let mut inner = self.inner();
        let count = count.min(inner.settled.len());
        inner.settled.drain(..count);
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn ask(&mut self, server: ServerId, incident: IncidentId, now_ms: i64) {
        if let Some(recent) = self.recent.get(&server).filter(|recent| now_ms - recent.at_ms < SHARED_MS).cloned() {
            self.settle(&[incident], &recent);
        } else if let Some(incidents) = self.running.get_mut(&server) {
            incidents.push(incident);
        } else if let Some((_, incidents)) = self.waiting.iter_mut().find(|(waiting, _)| *waiting == server) {
            incidents.push(incident);
        } else {
            self.waiting.push_back((server, vec![incident]));
            if self.waiting.len() > WAITING_MAX
                && let Some((_, incidents)) = self.waiting.pop_front()
            {
                self.settle(&incidents, &Outcome::failed(RecordingState::TooMany, now_ms));
            }
        }
    }

    fn settle(&mut self, incidents: &[IncidentId], outcome: &Outcome) {
        let Outcome { at_ms, state, data } = outcome;
        for incident in incidents.iter().take(SETTLED_MAX.saturating_sub(self.settled.len())) {
            let (incident, data) = (*incident, data.clone());
            self.settled.push_back(NewRecording { incident, at_ms: *at_ms, state: *state, data });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(at_ms: i64) -> Outcome {
        Outcome { at_ms, state: RecordingState::Taken, data: Some(Arc::new(vec![1])) }
    }

    fn states(requests: &Requests) -> Vec<(i64, RecordingState)> {
        requests.settled().iter().map(|one| (one.incident.0, one.state)).collect()
    }

    #[test]
    fn incidents_of_one_server_within_half_a_minute_share_a_recording() {
        let requests = Requests::default();
        requests.ask(ServerId(1), IncidentId(1), 0);
        requests.ask(ServerId(1), IncidentId(2), 0);
        assert_eq!((requests.next(), requests.next()), (Some(ServerId(1)), None));
        requests.ask(ServerId(1), IncidentId(3), 500);
        assert!(requests.is_taking(IncidentId(3)) && requests.next().is_none());
        requests.done(ServerId(1), taken(1_000));
        requests.ask(ServerId(1), IncidentId(4), 30_000);
        assert_eq!(states(&requests).len(), 4);
        assert!(requests.settled().iter().all(|one| one.at_ms == 1_000 && one.data.is_some()));
        requests.ask(ServerId(1), IncidentId(5), 31_000);
        assert_eq!(requests.next(), Some(ServerId(1)), "later it has changed");
    }

    #[test]
    fn no_more_than_eight_run_and_of_a_storm_the_oldest_are_given_up() {
        let requests = Requests::default();
        for number in 0..100 {
            requests.ask(ServerId(number), IncidentId(number), 0);
        }
        assert_eq!(states(&requests).len(), 100 - WAITING_MAX);
        assert!(states(&requests).iter().all(|(_, state)| *state == RecordingState::TooMany));
        let running: Vec<_> = std::iter::from_fn(|| requests.next()).collect();
        assert_eq!((running.len(), running[0]), (AT_ONCE, ServerId(36)));
        requests.done(running[0], Outcome::failed(RecordingState::NoAnswer, 0));
        assert!(requests.next().is_some() && requests.next().is_none());
    }

    #[test]
    fn a_recording_counts_as_being_taken_until_it_is_written() {
        let requests = Requests::default();
        requests.ask(ServerId(1), IncidentId(1), 0);
        requests.next();
        requests.done(ServerId(1), taken(1_000));
        requests.give_up(IncidentId(2), RecordingState::NoAnswer, 1_000);
        assert!(requests.is_taking(IncidentId(1)) && requests.is_taking(IncidentId(2)));
        let settled = requests.settled();
        requests.give_up(IncidentId(3), RecordingState::NoAnswer, 1_000);
        requests.written(settled.len());
        assert!(!requests.is_taking(IncidentId(1)) && requests.is_taking(IncidentId(3)));
    }

    #[test]
    fn a_recording_that_failed_is_not_shared() {
        let requests = Requests::default();
        requests.ask(ServerId(1), IncidentId(1), 0);
        requests.next();
        requests.done(ServerId(1), Outcome::failed(RecordingState::TooSlow, 1_000));
        requests.ask(ServerId(1), IncidentId(2), 2_000);
        assert_eq!(requests.next(), Some(ServerId(1)));
    }
}
