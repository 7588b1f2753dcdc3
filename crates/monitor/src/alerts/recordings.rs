//! Recordings for those who may see servers: command lines and logs can hold what their owners would rather keep.

use domain::{
    Error, ErrorCode, IncidentId, Permission, Result,
    recording::{IncidentRecording, RecordingState, RecordingStatus},
};

use super::{Alerts, recorder::unpack};
use crate::{actor::Actor, audit::Deed};

impl Alerts {
    /// What the flight recorder wrote down when an incident began.
    ///
    /// # Errors
    /// When the actor may not see servers, or there is no incident or no recording of it; then the message says why.
    pub async fn recording(&self, actor: &Actor, id: IncidentId) -> Result<IncidentRecording> {
        actor.require(Permission::ServersRead)?;
        let incident = self.store.incidents().get(id).await?.ok_or_else(|| Error::not_found("incident"))?;
        let found = self.store.recordings().data(id).await?;
        let read = found.and_then(|(at_ms, data)| unpack(&data).map(|recording| (at_ms, recording)));
        let Some((at_ms, recording)) = read else {
            let state = self.status_of(id).await?.state;
            let why = state.why_not().unwrap_or("The recording is one of another version of the program.");
            return Err(Error::new(ErrorCode::NotFound, why));
        };
        let detail = format!("{} on {}", incident.rule_name, incident.server_name);
        let deed = Deed {
            action: "incident.recording",
            target_type: "incident",
            target_id: id.to_string(),
            detail,
            ..Deed::default()
        };
        self.audit.note(actor, deed).await;
        Ok(IncidentRecording { incident_id: id, at_ms, recording })
    }

    /// How far the recording of an incident came.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn recording_status(&self, actor: &Actor, id: IncidentId) -> Result<RecordingStatus> {
        actor.require(Permission::ServersRead)?;
        self.status_of(id).await
    }

    pub(super) async fn status_of(&self, id: IncidentId) -> Result<RecordingStatus> {
        // Asked first: what is written in between is there then.
        let is_taking = self.recordings.is_taking(id);
        let status = self.store.recordings().status(id).await?;
        if status.state == RecordingState::None && is_taking {
            return Ok(RecordingStatus { state: RecordingState::Taking, at_ms: 0 });
        }
        Ok(status)
    }
}
