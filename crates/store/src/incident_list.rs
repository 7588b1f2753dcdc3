//! Incidents in numbers: lists of those that are wanted, how many there are, and what is done to all of them at once.

use std::collections::HashMap;

use domain::{
    IncidentId, ServerId, alerts::Incident, fleet::OpenIncidents, incident_filter::IncidentFilter, incidents::Act,
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, LikeExpr},
};

use crate::{
    Result,
    alerts::{Alerts, into_incident, severity, severity_name},
    entity::{incident, incident_event as event},
};

/// How many rows go into one statement: SQLite binds a bounded number of values.
const ROWS: usize = 500;

/// Which incidents are wanted; the newest first.
#[derive(Debug, Clone, Default)]
pub struct IncidentQuery {
    /// Which.
    pub filter: IncidentFilter,
    /// Those before this one.
    pub before: Option<IncidentId>,
    /// How many at most.
    pub limit: u64,
}

impl Alerts<'_> {
    /// Incidents, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incidents(&self, query: &IncidentQuery) -> Result<Vec<Incident>> {
        let mut found = wanted(&query.filter).order_by_desc(incident::Column::Id).limit(query.limit);
        if let Some(before) = query.before {
            found = found.filter(incident::Column::Id.lt(before.0));
        }
        Ok(found.all(self.0.reader()).await?.into_iter().map(into_incident).collect())
    }

    /// How many incidents there are of those that are wanted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_incidents(&self, filter: &IncidentFilter) -> Result<u64> {
        Ok(wanted(filter).count(self.0.reader()).await?)
    }

    /// How many incidents are not over, by server. Those of servers that were deleted are in none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_by_server(&self) -> Result<HashMap<ServerId, OpenIncidents>> {
        let is_taken = || Expr::col(incident::Column::AcknowledgedAtMs).is_not_null();
        let rows: Vec<(i64, String, bool, i64)> = incident::Entity::find()
            .select_only()
            .column(incident::Column::ServerId)
            .column(incident::Column::Severity)
            .column_as(is_taken(), "is_taken")
            .column_as(incident::Column::Id.count(), "many")
            .filter(incident::Column::EndedAtMs.is_null())
            .filter(incident::Column::ServerId.is_not_null())
            .group_by(incident::Column::ServerId)
            .group_by(incident::Column::Severity)
            .group_by(is_taken())
            .into_tuple()
            .all(self.0.reader())
            .await?;
        let mut open: HashMap<ServerId, OpenIncidents> = HashMap::new();
        for (server, named, is_taken, many) in rows {
            open.entry(ServerId(server)).or_default().add(severity(&named), is_taken, many.unsigned_abs());
        }
        Ok(open)
    }

    /// Acknowledges or resolves all that are wanted and open, and writes it down for each: all or nothing. Those after `up_to` are
    /// left alone, and so are those that somebody has acknowledged when that is what is done. Returns the ids, the earliest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn act_on_all(
        &self,
        filter: &IncidentFilter,
        up_to: Option<IncidentId>,
        act: &Act,
        person: &str,
        now_ms: i64,
    ) -> Result<Vec<IncidentId>> {
        let (kind, text) = match act {
            Act::Acknowledge { reason } => ("acknowledged", reason.as_str()),
            Act::Resolve { text } => ("resolved", text.as_str()),
            _ => return Ok(Vec::new()),
        };
        let is_acknowledging = matches!(act, Act::Acknowledge { .. });
        let mut which = wanted(filter).filter(incident::Column::EndedAtMs.is_null());
        if is_acknowledging {
            which = which.filter(incident::Column::AcknowledgedAtMs.is_null());
        }
        if let Some(up_to) = up_to {
            which = which.filter(incident::Column::Id.lte(up_to.0));
        }
        let transaction = self.0.begin().await?;
        let which = which.select_only().column(incident::Column::Id).order_by_asc(incident::Column::Id);
        let ids: Vec<i64> = which.into_tuple().all(&transaction).await?;
        for ids in ids.chunks(ROWS) {
            let change = incident::Entity::update_many().filter(incident::Column::Id.is_in(ids.iter().copied()));
            let change = if is_acknowledging {
                change
                    .col_expr(incident::Column::AcknowledgedAtMs, Expr::value(now_ms))
                    .col_expr(incident::Column::AcknowledgedBy, Expr::value(person))
                    .col_expr(incident::Column::Reason, Expr::value(text))
            } else {
                change.col_expr(incident::Column::EndedAtMs, Expr::value(now_ms))
            };
            change.exec(&transaction).await?;
            let rows = ids.iter().map(|id| event::ActiveModel {
                id: NotSet,
                incident_id: Set(*id),
                at_ms: Set(now_ms),
                kind: Set(kind.to_owned()),
                person: Set(person.to_owned()),
                detail: Set(text.to_owned()),
            });
            event::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(ids.into_iter().map(IncidentId).collect())
    }
}

fn wanted(filter: &IncidentFilter) -> Select<incident::Entity> {
    let IncidentFilter { only_open, server, severity, priority, acknowledged, rule, search } = filter;
    let mut all = Condition::all();
    if *only_open {
        all = all.add(incident::Column::EndedAtMs.is_null());
    }
    if let Some(server) = server {
        all = all.add(incident::Column::ServerId.eq(server.0));
    }
    if let Some(severity) = severity {
        all = all.add(incident::Column::Severity.eq(severity_name(*severity)));
    }
    if let Some(priority) = priority {
        all = all.add(incident::Column::Priority.eq(i32::from(*priority)));
    }
    match acknowledged {
        Some(true) => all = all.add(incident::Column::AcknowledgedAtMs.is_not_null()),
        Some(false) => all = all.add(incident::Column::AcknowledgedAtMs.is_null()),
        None => {}
    }
    if let Some(rule) = rule {
        all = all.add(incident::Column::RuleId.eq(rule.0));
    }
    for word in search.split_whitespace() {
        // What somebody types is no pattern.
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let like = || LikeExpr::new(format!("%{escaped}%")).escape('\\');
        all = all.add(
            Condition::any()
                .add(incident::Column::RuleName.like(like()))
                .add(incident::Column::ServerName.like(like()))
                .add(incident::Column::Series.like(like())),
        );
    }
    incident::Entity::find().filter(all)
}
