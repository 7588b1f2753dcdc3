//! Recordings of servers at the moment their incidents began.

use std::sync::Arc;

use domain::{
    IncidentId,
    recording::{RecordingState, RecordingStatus},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};

use crate::{Result, Store, entity::incident_recording as recording};

/// How many rows go into one statement: SQLite binds a bounded number of values.
const ROWS: usize = 500;

/// The queries on recordings.
#[derive(Debug, Clone, Copy)]
pub struct Recordings<'a>(pub(crate) &'a Store);

/// How the recording of an incident came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecording {
    /// Of which incident.
    pub incident: IncidentId,
    /// When it was taken or given up, in Unix milliseconds.
    pub at_ms: i64,
    /// How it came out.
    pub state: RecordingState,
    /// What was recorded, packed; several incidents may share it.
    pub data: Option<Arc<Vec<u8>>>,
}

impl Recordings<'_> {
    /// Writes down how recordings came out, all or nothing. What is written already stays.
    ///
    /// # Errors
    /// When the database fails, or there is no such incident.
    pub async fn put(&self, new: &[NewRecording]) -> Result<()> {
        let transaction = self.0.begin().await?;
        for new in new.chunks(ROWS) {
            let rows = new.iter().map(|new| recording::ActiveModel {
                incident_id: Set(new.incident.0),
                at_ms: Set(new.at_ms),
                state: Set(new.state.word().to_owned()),
                data: Set(new.data.as_deref().cloned()),
            });
            let keep = OnConflict::column(recording::Column::IncidentId).do_nothing().to_owned();
            recording::Entity::insert_many(rows).on_conflict(keep).exec_without_returning(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Whether an incident has a recording.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn status(&self, incident: IncidentId) -> Result<RecordingStatus> {
        let found: Option<(i64, String)> = recording::Entity::find_by_id(incident.0)
            .select_only()
            .column(recording::Column::AtMs)
            .column(recording::Column::State)
            .into_tuple()
            .one(self.0.reader())
            .await?;
        let status = |(at_ms, word): (i64, String)| RecordingStatus { state: RecordingState::of_word(&word), at_ms };
        Ok(found.map(status).unwrap_or_default())
    }

    /// What was recorded, packed, and when, in Unix milliseconds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn data(&self, incident: IncidentId) -> Result<Option<(i64, Vec<u8>)>> {
        let found = recording::Entity::find_by_id(incident.0).one(self.0.reader()).await?;
        Ok(found.and_then(|row| row.data.map(|data| (row.at_ms, data))))
    }

    /// Forgets recordings from before a time, and the oldest ones beyond a number; those that could not be taken are counted by themselves. Returns how
    /// many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget(&self, before_ms: i64, most: u64) -> Result<u64> {
        let mut forgotten = 0;
        for alike in [recording::Column::Data.is_not_null(), recording::Column::Data.is_null()] {
            let beyond: Option<i64> = recording::Entity::find()
                .select_only()
                .column(recording::Column::AtMs)
                .filter(alike.clone())
                .order_by_desc(recording::Column::AtMs)
                .offset(most)
                .limit(1)
                .into_tuple()
                .one(self.0.reader())
                .await?;
            let old = recording::Column::AtMs.lt(before_ms);
            let old = match beyond {
                Some(at_ms) => old.or(recording::Column::AtMs.lte(at_ms)),
                None => old,
            };
            let done = recording::Entity::delete_many().filter(alike).filter(old).exec(self.0.writer()).await?;
            forgotten += done.rows_affected;
        }
        Ok(forgotten)
    }
}
