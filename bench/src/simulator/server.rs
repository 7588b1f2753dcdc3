//! One simulated server: what it does now, and how far it is in the trace.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::behaviour::Behaviour;
use super::load::Load;

/// One simulated server.
#[derive(Debug)]
pub(super) struct Server {
    pub number: u32,
    state: Mutex<State>,
    is_hanging: AtomicBool,
    place: AtomicUsize,
    reports: AtomicU64,
    stop: CancellationToken,
}

#[derive(Debug)]
struct State {
    behaviour: Behaviour,
    /// How busy its processors are, where that is not what was recorded.
    load: Option<Load>,
    /// Ends the connections that stand now.
    cut: CancellationToken,
}

impl Server {
    /// A server that is well, at this place of the trace.
    pub fn new(number: u32, place: usize, stop: &CancellationToken) -> Self {
        Self {
            number,
            state: Mutex::new(State { behaviour: Behaviour::Well, load: None, cut: stop.child_token() }),
            is_hanging: AtomicBool::new(false),
            place: AtomicUsize::new(place),
            reports: AtomicU64::new(0),
            stop: stop.clone(),
        }
    }

    /// Changes what it does.
    pub fn set(&self, behaviour: Behaviour) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut state.behaviour, behaviour);
        self.is_hanging.store(behaviour == Behaviour::Hanging, Ordering::Release);
        if behaviour.cuts(before) {
            std::mem::replace(&mut state.cut, self.stop.child_token()).cancel();
        }
    }

    /// What it does now.
    pub fn behaviour(&self) -> Behaviour {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).behaviour
    }

    /// What it does now, and what ends a connection that is made now.
    pub fn greet(&self) -> (Behaviour, CancellationToken) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.behaviour, state.cut.child_token())
    }

    /// Says how busy its processors are from now on, in percent; `None` for as recorded.
    pub fn set_cpu(&self, percent: Option<u8>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match (percent, &mut state.load) {
            (Some(percent), Some(load)) => load.set(percent),
            (Some(percent), None) => state.load = Some(Load::new(percent)),
            (None, _) => state.load = None,
        }
    }

    /// Puts its own processor times into what is sent of a record, where they are not what was recorded.
    pub fn burden(&self, record: &[u8]) -> Option<Vec<u8>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.load.as_mut().map(|load| load.burden(record))
    }

    /// Whether nothing may be read or written.
    pub fn is_hanging(&self) -> bool {
        self.is_hanging.load(Ordering::Acquire)
    }

    /// Its place in the trace; the next call gives the next one.
    pub fn next_place(&self) -> usize {
        self.place.fetch_add(1, Ordering::Relaxed)
    }

    /// Counts a report that was sent.
    pub fn reported(&self) {
        self.reports.fetch_add(1, Ordering::Relaxed);
    }

    /// How many reports it has sent.
    pub fn reports(&self) -> u64 {
        self.reports.load(Ordering::Relaxed)
    }
}
