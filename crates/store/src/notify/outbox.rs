//! Messages, each to one channel: what waits, what was sent, and what was given up.

use domain::{ChannelId, DeliveryId, IncidentId, notify::Payload};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::Notify;
use crate::{
    Result,
    entity::{channel, delivery, delivery_incident},
};

/// How far a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is to be sent.
    Waiting,
    /// The other side took it.
    Sent,
    /// It was given up.
    Dead,
}

/// A message to one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// Who is told.
    pub channel: ChannelId,
    /// The id of the message.
    pub event_id: String,
    /// The type of the event.
    pub event_type: String,
    /// How far it came.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was recorded, in Unix milliseconds.
    pub created_at_ms: i64,
    /// When it is tried next, in Unix milliseconds.
    pub next_at_ms: i64,
    /// When it was taken or given up, in Unix milliseconds.
    pub done_at_ms: Option<i64>,
    /// What the other side said last.
    pub answer: String,
}

/// A message that is to be sent now.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The message.
    pub delivery: Delivery,
    /// What is told.
    pub payload: Payload,
}

impl Notify<'_> {
    /// Records a message that is about no incident.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enqueue(&self, channels: &[ChannelId], event_id: &str, payload: &Payload, now_ms: i64) -> Result<()> {
        if channels.is_empty() {
            return Ok(());
        }
        let rows = channels.iter().map(|channel| of_payload(*channel, event_id, payload, now_ms));
        delivery::Entity::insert_many(rows).exec_without_returning(self.0.writer()).await?;
        Ok(())
    }

    /// The channels that are on and have something to be sent by now, and when the next is to be sent after that.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due(&self, now_ms: i64) -> Result<(Vec<ChannelId>, Option<i64>)> {
        let on = channel::Entity::find().select_only().column(channel::Column::Id);
        let on: Vec<i64> = on.filter(channel::Column::IsEnabled.eq(true)).into_tuple().all(self.0.reader()).await?;
        let waiting = || {
            delivery::Entity::find()
                .select_only()
                .filter(delivery::Column::State.eq("waiting"))
                .filter(delivery::Column::ChannelId.is_in(on.iter().copied()))
        };
        let due = waiting().column(delivery::Column::ChannelId).distinct();
        let due: Vec<i64> =
            due.filter(delivery::Column::NextAtMs.lte(now_ms)).into_tuple().all(self.0.reader()).await?;
        let next = waiting().column_as(delivery::Column::NextAtMs.min(), "next");
        let next: Option<Option<i64>> =
            next.filter(delivery::Column::NextAtMs.gt(now_ms)).into_tuple().one(self.0.reader()).await?;
        Ok((due.into_iter().map(ChannelId).collect(), next.flatten()))
    }

    /// The oldest message that a channel is to send by now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next(&self, channel: ChannelId, now_ms: i64) -> Result<Option<Waiting>> {
        let found = delivery::Entity::find()
            .filter(delivery::Column::ChannelId.eq(channel.0))
            .filter(delivery::Column::State.eq("waiting"))
            .filter(delivery::Column::NextAtMs.lte(now_ms))
            .order_by_asc(delivery::Column::Id)
            .one(self.0.reader())
            .await?;
        let Some(row) = found else { return Ok(None) };
        match serde_json::from_str(&row.payload) {
            Ok(payload) => Ok(Some(Waiting { delivery: read(row), payload })),
            Err(cause) => Err(sea_orm::DbErr::Type(format!("a stored message cannot be read: {cause}")).into()),
        }
    }

    /// The other side took it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sent(&self, id: DeliveryId, answer: &str, now_ms: i64) -> Result<()> {
        self.tried(id, "sent", answer, now_ms, None).await
    }

    /// The other side did not take it: it is tried again later, or given up when that is not given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn not_sent(&self, id: DeliveryId, answer: &str, now_ms: i64, next_at_ms: Option<i64>) -> Result<()> {
        let state = if next_at_ms.is_some() { "waiting" } else { "dead" };
        self.tried(id, state, answer, now_ms, next_at_ms).await
    }

    async fn tried(&self, id: DeliveryId, state: &str, answer: &str, now_ms: i64, next: Option<i64>) -> Result<()> {
        let mut update = delivery::Entity::update_many()
            .col_expr(delivery::Column::State, Expr::value(state))
            .col_expr(delivery::Column::Answer, Expr::value(answer))
            .col_expr(delivery::Column::TriedAtMs, Expr::value(now_ms))
            .col_expr(delivery::Column::Attempts, Expr::col(delivery::Column::Attempts).add(1));
        update = match next {
            Some(next_at_ms) => update.col_expr(delivery::Column::NextAtMs, Expr::value(next_at_ms)),
            None => update.col_expr(delivery::Column::DoneAtMs, Expr::value(now_ms)),
        };
        update.filter(delivery::Column::Id.eq(id.0)).exec(self.0.writer()).await?;
        Ok(())
    }

    /// Has a message sent again that waits or was given up, at once. Returns whether there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry(&self, channel: ChannelId, id: DeliveryId, now_ms: i64) -> Result<bool> {
        let done = delivery::Entity::update_many()
            .col_expr(delivery::Column::State, Expr::value("waiting"))
            .col_expr(delivery::Column::NextAtMs, Expr::value(now_ms))
            .col_expr(delivery::Column::CreatedAtMs, Expr::value(now_ms))
            .col_expr(delivery::Column::Attempts, Expr::value(0))
            .col_expr(delivery::Column::DoneAtMs, Expr::value(None::<i64>))
            .filter(delivery::Column::Id.eq(id.0))
            .filter(delivery::Column::ChannelId.eq(channel.0))
            .filter(delivery::Column::State.ne("sent"))
            .exec(self.0.writer())
            .await?;
        Ok(done.rows_affected > 0)
    }

    /// Has nothing sent by a channel before a time, because it cannot be reached.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_off(&self, channel: ChannelId, until_ms: i64) -> Result<()> {
        delivery::Entity::update_many()
            .col_expr(delivery::Column::NextAtMs, Expr::value(until_ms))
            .filter(delivery::Column::ChannelId.eq(channel.0))
            .filter(delivery::Column::State.eq("waiting"))
            .filter(delivery::Column::NextAtMs.lt(until_ms))
            .exec(self.0.writer())
            .await?;
        Ok(())
    }

    /// Has all that waits for a channel sent now, such as after it was changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hurry(&self, channel: ChannelId, now_ms: i64) -> Result<()> {
        delivery::Entity::update_many()
            .col_expr(delivery::Column::NextAtMs, Expr::value(now_ms))
            .filter(delivery::Column::ChannelId.eq(channel.0))
            .filter(delivery::Column::State.eq("waiting"))
            .exec(self.0.writer())
            .await?;
        Ok(())
    }

    /// The messages of a channel, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliveries(&self, channel: ChannelId, limit: u64, offset: u64) -> Result<Vec<Delivery>> {
        let found = delivery::Entity::find()
            .filter(delivery::Column::ChannelId.eq(channel.0))
            .order_by_desc(delivery::Column::Id)
            .limit(limit)
            .offset(offset)
            .all(self.0.reader())
            .await?;
        Ok(found.into_iter().map(read).collect())
    }

    /// The messages about an incident, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliveries_about(&self, incident: IncidentId) -> Result<Vec<Delivery>> {
        let ids: Vec<i64> = delivery_incident::Entity::find()
            .select_only()
            .column(delivery_incident::Column::DeliveryId)
            .filter(delivery_incident::Column::IncidentId.eq(incident.0))
            .into_tuple()
            .all(self.0.reader())
            .await?;
        let found = delivery::Entity::find()
            .filter(delivery::Column::Id.is_in(ids))
            .order_by_asc(delivery::Column::Id)
            .all(self.0.reader())
            .await?;
        Ok(found.into_iter().map(read).collect())
    }

    /// Forgets what was sent or given up before a time. Returns how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_deliveries(&self, before_ms: i64) -> Result<u64> {
        let done = delivery::Entity::delete_many()
            .filter(delivery::Column::State.ne("waiting"))
            .filter(delivery::Column::DoneAtMs.lt(before_ms))
            .exec(self.0.writer())
            .await?;
        Ok(done.rows_affected)
    }
}

pub(super) fn of_payload(channel: ChannelId, event_id: &str, payload: &Payload, now_ms: i64) -> delivery::ActiveModel {
    delivery::ActiveModel {
        id: NotSet,
        channel_id: Set(channel.0),
        event_id: Set(event_id.to_owned()),
        event_type: Set(payload.event_type().to_owned()),
        payload: Set(serde_json::to_string(payload).unwrap_or_default()),
        state: Set("waiting".to_owned()),
        attempts: Set(0),
        created_at_ms: Set(now_ms),
        next_at_ms: Set(now_ms),
        tried_at_ms: Set(None),
        done_at_ms: Set(None),
        answer: Set(String::new()),
    }
}

fn read(row: delivery::Model) -> Delivery {
    let state = match row.state.as_str() {
        "sent" => DeliveryState::Sent,
        "dead" => DeliveryState::Dead,
        _ => DeliveryState::Waiting,
    };
    Delivery {
        id: DeliveryId(row.id),
        channel: ChannelId(row.channel_id),
        event_id: row.event_id,
        event_type: row.event_type,
        state,
        attempts: row.attempts.unsigned_abs(),
        created_at_ms: row.created_at_ms,
        next_at_ms: row.next_at_ms,
        done_at_ms: row.done_at_ms,
        answer: row.answer,
    }
}
