//! Who was told of which incident.

use domain::{
    ChannelId, IncidentId,
    alerts::Incident,
    notify::{Level, Notice, Occasion, Payload},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, OnConflict},
};

use super::{Notify, levels, outbox::of_payload};
use crate::{
    Result,
    alerts::into_incident,
    entity::{delivery, delivery_incident, incident, incident_event, incident_notice as notice},
};

/// How many rows go into one statement: SQLite binds a bounded number of values.
const ROWS: usize = 500;

/// All that decides who is to be told now.
#[derive(Debug, Clone, Default)]
pub struct Situation {
    /// What is not over, what is over without everybody who was told of it knowing, and what was told of late; the earliest first.
    pub incidents: Vec<Incident>,
    /// Who was told of these, and what was told of late.
    pub notices: Vec<Notice>,
    /// Who is told when.
    pub levels: Vec<Level>,
}

/// A message to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Telling {
    /// Who is told.
    pub channel: ChannelId,
    /// The id of the message.
    pub event_id: String,
    /// Why.
    pub occasion: Occasion,
    /// The step by which it came to that.
    pub step: u32,
    /// What is told.
    pub payload: Payload,
    /// Of which incidents.
    pub incidents: Vec<IncidentId>,
    /// Whether nothing is sent, because the channel does not want to know.
    pub is_silent: bool,
}

impl Notify<'_> {
    /// What there is to be told. Of incidents that ended before `ended_since_ms` nobody is told any more; what was told since
    /// `told_since_ms` is there even if all of it is settled.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn situation(&self, ended_since_ms: i64, told_since_ms: i64) -> Result<Situation> {
        let told = || notice::Entity::find().select_only().column(notice::Column::IncidentId);
        let untold = told().filter(notice::Column::IsEnded.eq(false)).into_query();
        let of_late = told().filter(notice::Column::AtMs.gte(told_since_ms)).into_query();
        let is_open = incident::Column::EndedAtMs.is_null();
        let is_untold = incident::Column::EndedAtMs.gte(ended_since_ms).and(incident::Column::Id.in_subquery(untold));
        let incidents = incident::Entity::find()
            .filter(is_open.or(is_untold).or(incident::Column::Id.in_subquery(of_late)))
            .order_by_asc(incident::Column::BeganAtMs)
            .order_by_asc(incident::Column::Id)
            .all(self.0.reader())
            .await?;
        let notices = notice::Entity::find()
            .filter(notice::Column::IsEnded.eq(false).or(notice::Column::AtMs.gte(told_since_ms)))
            .all(self.0.reader())
            .await?;
        Ok(Situation {
            incidents: incidents.into_iter().map(into_incident).collect(),
            notices: notices.into_iter().map(read).collect(),
            levels: levels::all(self.0.reader()).await?,
        })
    }

    /// Records messages, and that they were: all or nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record(&self, tellings: Vec<Telling>, now_ms: i64) -> Result<()> {
        let transaction = self.0.begin().await?;
        for telling in tellings {
            let delivery_id = if telling.is_silent {
                None
            } else {
                let row = of_payload(telling.channel, &telling.event_id, &telling.payload, now_ms);
                Some(delivery::Entity::insert(row).exec(&transaction).await?.last_insert_id)
            };
            let is_ended = telling.occasion == Occasion::Ended;
            for incidents in telling.incidents.chunks(ROWS) {
                if let Some(delivery_id) = delivery_id {
                    let about = incidents.iter().map(|incident| delivery_incident::ActiveModel {
                        incident_id: Set(incident.0),
                        delivery_id: Set(delivery_id),
                    });
                    delivery_incident::Entity::insert_many(about).exec_without_returning(&transaction).await?;
                }
                let notices = incidents.iter().map(|incident| notice::ActiveModel {
                    incident_id: Set(incident.0),
                    channel_id: Set(telling.channel.0),
                    step: Set(i32::try_from(telling.step).unwrap_or(i32::MAX)),
                    at_ms: Set(now_ms),
                    is_ended: Set(is_ended),
                });
                let columns = [notice::Column::Step, notice::Column::AtMs, notice::Column::IsEnded];
                let key = [notice::Column::IncidentId, notice::Column::ChannelId];
                let replace = OnConflict::columns(key).update_columns(columns).to_owned();
                notice::Entity::insert_many(notices).on_conflict(replace).exec_without_returning(&transaction).await?;
                if telling.occasion == Occasion::Escalated {
                    let events = incidents.iter().map(|incident| incident_event::ActiveModel {
                        id: NotSet,
                        incident_id: Set(incident.0),
                        at_ms: Set(now_ms),
                        kind: Set("escalated".to_owned()),
                        person: Set(String::new()),
                        detail: Set(String::new()),
                    });
                    incident_event::Entity::insert_many(events).exec_without_returning(&transaction).await?;
                }
            }
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Notes that nobody is to be told any more that these are over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle(&self, incidents: &[IncidentId]) -> Result<()> {
        for incidents in incidents.chunks(ROWS) {
            notice::Entity::update_many()
                .col_expr(notice::Column::IsEnded, Expr::value(true))
                .filter(notice::Column::IncidentId.is_in(incidents.iter().map(|id| id.0)))
                .exec(self.0.writer())
                .await?;
        }
        Ok(())
    }
}

fn read(row: notice::Model) -> Notice {
    Notice {
        incident: IncidentId(row.incident_id),
        channel: ChannelId(row.channel_id),
        step: row.step.unsigned_abs(),
        at_ms: row.at_ms,
        is_ended: row.is_ended,
    }
}
