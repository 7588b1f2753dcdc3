//! Server functions of recordings.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::{
    IncidentId,
    recording::{IncidentRecording, RecordingStatus},
};
use leptos::{prelude::*, server_fn::codec::Postcard};

use crate::error::AppError;

/// What was recorded when an incident began.
///
/// # Errors
/// When nobody is logged in, or there is none.
#[server(prefix = "/sfn", endpoint = "incident-recording", input = Postcard, output = Postcard)]
pub async fn load_recording(id: IncidentId) -> Result<IncidentRecording, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        monitor.alerts().recording(&actor, id).await
    };
    ask.await.map_err(context::refuse)
}

/// How far the recording of an incident came.
///
/// # Errors
/// When nobody is logged in.
#[server(prefix = "/sfn", endpoint = "incident-recording-status", input = Postcard, output = Postcard)]
pub async fn load_recording_status(id: IncidentId) -> Result<RecordingStatus, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        monitor.alerts().recording_status(&actor, id).await
    };
    ask.await.map_err(context::refuse)
}
