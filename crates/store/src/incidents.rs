//! What people do about incidents, silences, and who has seen what.

use domain::{
    IncidentId, RuleId, ServerId, SilenceId, UserId,
    alerts::Incident,
    incidents::{Act, Silence},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, OnConflict},
};

use crate::{
    Error, Result, Store,
    alerts::into_incident,
    entity::{incident, incident_event as event, incident_read as read, silence},
};

/// How many rows go into one statement: SQLite binds a bounded number of values.
const ROWS: usize = 500;

/// The queries on the life of incidents.
#[derive(Debug, Clone, Copy)]
pub struct Incidents<'a>(pub(crate) &'a Store);

/// Something that was written down about an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// What kind of thing, such as `acknowledged`.
    pub kind: String,
    /// Who did it; empty where it was the program.
    pub person: String,
    /// More in words.
    pub detail: String,
}

/// Which incidents somebody wants to see in a list, and whether that person has seen them.
#[derive(Debug, Clone, Copy, Default)]
pub struct SeenQuery {
    /// Those of one server.
    pub server: Option<ServerId>,
    /// Those that were seen, or those that were not.
    pub is_read: Option<bool>,
    /// How many at most.
    pub limit: u64,
}

impl Incidents<'_> {
    /// One incident.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(&self, id: IncidentId) -> Result<Option<Incident>> {
        Ok(incident::Entity::find_by_id(id.0).one(self.0.reader()).await?.map(into_incident))
    }

    /// What was written down about an incident, the earliest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn written(&self, id: IncidentId) -> Result<Vec<Written>> {
        let rows = event::Entity::find()
            .filter(event::Column::IncidentId.eq(id.0))
            .order_by_asc(event::Column::Id)
            .all(self.0.reader())
            .await?;
        let written = |event::Model { at_ms, kind, person, detail, .. }| Written { at_ms, kind, person, detail };
        Ok(rows.into_iter().map(written).collect())
    }

    /// Does what somebody does about an incident, and writes it down: both or nothing. A silence is made for its rule and server.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn act(
        &self,
        id: IncidentId,
        act: &Act,
        person: &str,
        silence: Option<Silence>,
        now_ms: i64,
    ) -> Result<()> {
        let transaction = self.0.begin().await?;
        if incident::Entity::find_by_id(id.0).one(&transaction).await?.is_none() {
            return Err(Error::NotFound);
        }
        let is_open = incident::Column::EndedAtMs.is_null();
        let mut change = incident::Entity::update_many().filter(incident::Column::Id.eq(id.0));
        let (kind, detail) = match act {
            Act::Acknowledge { reason } => {
                change = change
                    .col_expr(incident::Column::AcknowledgedAtMs, Expr::value(now_ms))
                    .col_expr(incident::Column::AcknowledgedBy, Expr::value(person))
                    .col_expr(incident::Column::Reason, Expr::value(reason.as_str()));
                ("acknowledged", reason.clone())
            }
            Act::Assign { assignee } => {
                change = change.col_expr(incident::Column::Assignee, Expr::value(assignee.as_str()));
                ("assigned", assignee.clone())
            }
            Act::Prioritise { priority } => {
                change = change.col_expr(incident::Column::Priority, Expr::value(i32::from(*priority)));
                ("prioritised", format!("P{priority}"))
            }
            Act::Step { step } => ("step", step.name().to_owned()),
            Act::Resolve { text } => {
                change = change.col_expr(incident::Column::EndedAtMs, Expr::value(now_ms)).filter(is_open);
                ("resolved", text.clone())
            }
            Act::Note { text } => ("note", text.clone()),
            Act::Silence { reason, .. } => ("silenced", reason.clone()),
        };
        if !matches!(act, Act::Note { .. } | Act::Step { .. } | Act::Silence { .. }) {
            change.exec(&transaction).await?;
        }
        if let Some(silence) = silence {
            insert_silence(&transaction, &silence).await?;
        }
        let row = event::ActiveModel {
            id: NotSet,
            incident_id: Set(id.0),
            at_ms: Set(now_ms),
            kind: Set(kind.to_owned()),
            person: Set(person.to_owned()),
            detail: Set(detail),
        };
        event::Entity::insert(row).exec_without_returning(&transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Silences that are not over at a time, the ones that end first first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn silences(&self, now_ms: i64) -> Result<Vec<Silence>> {
        let rows = silence::Entity::find()
            .filter(silence::Column::UntilMs.gt(now_ms))
            .order_by_asc(silence::Column::UntilMs)
            .all(self.0.reader())
            .await?;
        rows.into_iter().map(into_silence).collect()
    }

    /// Adds a silence; its id is made here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_silence(&self, new: Silence) -> Result<Silence> {
        let transaction = self.0.begin().await?;
        let id = insert_silence(&transaction, &new).await?;
        transaction.commit().await?;
        Ok(Silence { id, ..new })
    }

    /// Ends a silence. Returns whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_silence(&self, id: SilenceId) -> Result<bool> {
        Ok(silence::Entity::delete_by_id(id.0).exec(self.0.writer()).await?.rows_affected > 0)
    }

    /// Incidents as a person sees them, the newest first, each with whether that person has seen it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn seen(&self, user: UserId, query: SeenQuery) -> Result<Vec<(Incident, bool)>> {
        let read_by = || {
            read::Entity::find().select_only().column(read::Column::IncidentId).filter(read::Column::UserId.eq(user.0))
        };
        let mut found = incident::Entity::find().order_by_desc(incident::Column::Id).limit(query.limit);
        if let Some(server) = query.server {
            found = found.filter(incident::Column::ServerId.eq(server.0));
        }
        match query.is_read {
            Some(true) => found = found.filter(incident::Column::Id.in_subquery(read_by().into_query())),
            Some(false) => found = found.filter(incident::Column::Id.not_in_subquery(read_by().into_query())),
            None => {}
        }
        let found = found.all(self.0.reader()).await?;
        let ids: Vec<i64> = found.iter().map(|row| row.id).collect();
        let seen = read_by().filter(read::Column::IncidentId.is_in(ids));
        let seen: Vec<i64> = seen.into_tuple().all(self.0.reader()).await?;
        Ok(found
            .into_iter()
            .map(|row| (seen.contains(&row.id), into_incident(row)))
            .map(|(is, row)| (row, is))
            .collect())
    }

    /// How many incidents that began since a time a person has not seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unseen(&self, user: UserId, since_ms: i64) -> Result<u64> {
        let seen =
            read::Entity::find().select_only().column(read::Column::IncidentId).filter(read::Column::UserId.eq(user.0));
        Ok(incident::Entity::find()
            .filter(incident::Column::BeganAtMs.gte(since_ms))
            .filter(incident::Column::Id.not_in_subquery(seen.into_query()))
            .count(self.0.reader())
            .await?)
    }

    /// How many incidents are not over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_count(&self) -> Result<u64> {
        Ok(incident::Entity::find().filter(incident::Column::EndedAtMs.is_null()).count(self.0.reader()).await?)
    }

    /// Notes that a person has seen incidents; all that there are when none are named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_seen(&self, user: UserId, incidents: Option<&[IncidentId]>) -> Result<()> {
        let there = incident::Entity::find().select_only().column(incident::Column::Id);
        let there = match incidents {
            Some(wanted) => there.filter(incident::Column::Id.is_in(wanted.iter().map(|id| id.0))),
            None => there,
        };
        let seen =
            read::Entity::find().select_only().column(read::Column::IncidentId).filter(read::Column::UserId.eq(user.0));
        let there = there.filter(incident::Column::Id.not_in_subquery(seen.into_query()));
        let transaction = self.0.begin().await?;
        let ids: Vec<i64> = there.into_tuple().all(&transaction).await?;
        for ids in ids.chunks(ROWS) {
            let rows = ids.iter().map(|id| read::ActiveModel { user_id: Set(user.0), incident_id: Set(*id) });
            let keep = OnConflict::columns([read::Column::UserId, read::Column::IncidentId]).do_nothing().to_owned();
            read::Entity::insert_many(rows).on_conflict(keep).exec_without_returning(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

async fn insert_silence(transaction: &DatabaseTransaction, new: &Silence) -> Result<SilenceId> {
    let row = silence::ActiveModel {
        id: NotSet,
        scope: Set(serde_json::to_string(&new.scope).unwrap_or_default()),
        rule_id: Set(new.rule_id.map(|id| id.0)),
        from_ms: Set(new.from_ms),
        until_ms: Set(new.until_ms),
        reason: Set(new.reason.clone()),
        person: Set(new.person.clone()),
    };
    Ok(SilenceId(silence::Entity::insert(row).exec(transaction).await?.last_insert_id))
}

fn into_silence(row: silence::Model) -> Result<Silence> {
    Ok(Silence {
        id: SilenceId(row.id),
        scope: serde_json::from_str(&row.scope).map_err(|_| Error::unreadable("silence"))?,
        rule_id: row.rule_id.map(RuleId),
        from_ms: row.from_ms,
        until_ms: row.until_ms,
        reason: row.reason,
        person: row.person,
    })
}
