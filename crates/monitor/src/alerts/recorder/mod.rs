//! The flight recorder: looks at a server the moment one of its incidents begins, over the connection that is there.
//!
//! Nobody waits for it: not the rules, not the samples, not the messages.

mod packed;
mod requests;

use std::{sync::Arc, time::Duration};

use domain::{ServerId, alerts::Incident, recording::RecordingState};
use store::Store;
use tokio::{task::JoinSet, time};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

pub(super) use packed::unpack;
pub(crate) use requests::Requests;

use self::{packed::pack, requests::Outcome};
use crate::{
    clock,
    fleet::{
        Fleet,
        errand::{Errand, Missed},
    },
};

/// How long a recording may take.
const LIMIT: Duration = Duration::from_secs(15);

/// Takes recordings.
#[derive(Debug)]
pub(crate) struct FlightRecorder {
    requests: Arc<Requests>,
    fleet: Arc<Fleet>,
    store: Arc<Store>,
}

impl FlightRecorder {
    /// A recorder that takes what is asked for by `requests`.
    pub fn new(requests: Arc<Requests>, fleet: Arc<Fleet>, store: Arc<Store>) -> Self {
        Self { requests, fleet, store }
    }

    /// Incidents began.
    pub fn begun(&self, incidents: &[Incident]) {
        let now_ms = clock::now_ms();
        for incident in incidents {
            let Some(server) = incident.server_id else { continue };
            // Found out here, so that of a thousand servers that went away none waits in front of one that answers.
            if self.fleet.board().get(server).is_some_and(|entry| entry.door.is_open()) {
                self.requests.ask(server, incident.id, now_ms);
            } else {
                self.requests.give_up(incident.id, RecordingState::NoAnswer, now_ms);
            }
        }
    }

    /// Does so until the program stops. What is under way then is not recorded.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut workers = JoinSet::new();
        loop {
            self.write().await;
            if workers.is_empty() {
                self.requests.none_runs();
            }
            while let Some(server) = self.requests.next() {
                let this = Arc::clone(&self);
                workers.spawn(async move { (server, this.record(server).await) });
            }
            tokio::select! {
                () = self.requests.wake.notified() => {}
                Some(done) = workers.join_next() => {
                    if let Ok((server, outcome)) = done {
                        self.requests.done(server, outcome);
                    }
                }
                () = stop.cancelled() => break,
            }
        }
        workers.shutdown().await;
    }

    async fn write(&self) {
        let settled = self.requests.settled();
        if settled.is_empty() {
            return;
        }
        if let Err(cause) = self.store.recordings().put(&settled).await {
            warn!(%cause, count = settled.len(), "recordings cannot be written and are lost");
        }
        self.requests.written(settled.len());
    }

    async fn record(&self, server: ServerId) -> Outcome {
        let at_ms = clock::now_ms();
        let state = match self.look(server).await {
            Ok(data) => return Outcome { at_ms, state: RecordingState::Taken, data: Some(Arc::new(data)) },
            Err(state) => state,
        };
        debug!(server.id = server.0, ?state, "not recorded");
        Outcome::failed(state, clock::now_ms())
    }

    async fn look(&self, server: ServerId) -> Result<Vec<u8>, RecordingState> {
        let entry = self.fleet.board().get(server).ok_or(RecordingState::NoAnswer)?;
        let errand = entry.door.enter().await.map_err(|missed| match missed {
            Missed::NoAnswer => RecordingState::NoAnswer,
            Missed::Refused => RecordingState::Refused,
        })?;
        let nonce = format!("{:016x}", rand::random::<u64>());
        let (said, is_late) = listen(errand, &nonce).await;
        let recording = match probe::parse_recording(&said, &nonce) {
            Some(recording) => recording,
            None if is_late => return Err(RecordingState::TooSlow),
            None if !entry.door.is_open() => return Err(RecordingState::NoAnswer),
            None => return Err(RecordingState::Refused),
        };
        pack(&recording).ok_or(RecordingState::TooSlow)
    }
}

/// Runs the recorder to its end, or as far as it comes. Returns what it said, and whether it took too long.
async fn listen(mut errand: Errand, nonce: &str) -> (Vec<u8>, bool) {
    let mut said = Vec::new();
    let run = async {
        errand.write(probe::recorder_script(nonce).as_bytes()).await;
        while let Some(bytes) = errand.read().await {
            said.extend_from_slice(&bytes);
            if said.len() > probe::RECORDING_MAX_BYTES || probe::is_recorded(&said, nonce) {
                break;
            }
        }
    };
    let is_late = time::timeout(LIMIT, run).await.is_err();
    errand.close().await;
    (said, is_late)
}
