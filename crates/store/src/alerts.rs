//! Rules about values, what each thinks of a server's series, and incidents.

use domain::{
    IncidentId, LevelId, RuleId, ServerId,
    alerts::{Incident, Rule, Severity, State},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};

use crate::{
    Result, Store,
    entity::{alert_rule as rule, alert_state as state, incident, server},
    error::conflict,
};

const UNIQUE: &[(&str, &str)] = &[("alert_rules", "name")];

/// The queries on rules and incidents.
#[derive(Debug, Clone, Copy)]
pub struct Alerts<'a>(pub(crate) &'a Store);

/// What changed about one server since the last time.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// What rules think of its series now; [`State::Quiet`] where nothing is to be kept.
    pub states: Vec<(RuleId, String, State)>,
    /// What began and what was over, in the order in which it happened.
    pub happened: Vec<Happened>,
}

impl Changes {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty() && self.happened.is_empty()
    }
}

/// Something that began or was over.
#[derive(Debug, Clone, PartialEq)]
pub enum Happened {
    /// It began.
    Began(Began),
    /// It was over.
    Ended {
        /// The rule that had fired.
        rule: RuleId,
        /// The series that it was about.
        series: String,
        /// When, in Unix milliseconds.
        at_ms: i64,
    },
}

/// Something that began.
#[derive(Debug, Clone, PartialEq)]
pub struct Began {
    /// The rule that fired.
    pub rule: RuleId,
    /// Its name.
    pub rule_name: String,
    /// The server's name.
    pub server_name: String,
    /// The series that it is about.
    pub series: String,
    /// How bad it is.
    pub severity: Severity,
    /// Who is told.
    pub level: LevelId,
    /// How urgent it is, 1 to 4.
    pub priority: u8,
    /// The value that made the rule fire.
    pub value: Option<f64>,
    /// Since when something was wrong, in Unix milliseconds.
    pub since_ms: i64,
    /// When the rule fired, in Unix milliseconds.
    pub at_ms: i64,
}

/// Which incidents are wanted; the newest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct IncidentQuery {
    /// Those of one server.
    pub server: Option<ServerId>,
    /// Those that are not over.
    pub only_open: bool,
    /// Those before this one.
    pub before: Option<IncidentId>,
    /// How many at most.
    pub limit: u64,
}

impl Alerts<'_> {
    /// All rules by name. One that cannot be read is left out and said so in the log.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rules(&self) -> Result<Vec<Rule>> {
        let rows = rule::Entity::find().order_by_asc(rule::Column::Name).all(self.0.reader()).await?;
        Ok(rows.into_iter().filter_map(into_rule).collect())
    }

    /// Adds a rule; its id is made here.
    ///
    /// # Errors
    /// [`crate::Error::Conflict`] with `name` when that is in use.
    pub async fn create_rule(&self, new: Rule, now_ms: i64) -> Result<Rule> {
        let row = rule::ActiveModel { id: NotSet, created_at_ms: Set(now_ms), ..of_rule(&new, now_ms) };
        let inserted =
            rule::Entity::insert(row).exec(self.0.writer()).await.map_err(|error| conflict(error, UNIQUE))?;
        Ok(Rule { id: RuleId(inserted.last_insert_id), ..new })
    }

    /// Changes a rule. Returns whether there is one with its id.
    ///
    /// # Errors
    /// [`crate::Error::Conflict`] with `name` when that is in use.
    pub async fn change_rule(&self, changed: &Rule, now_ms: i64) -> Result<bool> {
        let row = rule::ActiveModel { id: NotSet, ..of_rule(changed, now_ms) };
        let updated = rule::Entity::update_many().set(row).filter(rule::Column::Id.eq(changed.id.0));
        let done = updated.exec(self.0.writer()).await.map_err(|error| conflict(error, UNIQUE))?;
        Ok(done.rows_affected > 0)
    }

    /// Deletes a rule and ends what it began. Returns whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_rule(&self, id: RuleId, now_ms: i64) -> Result<bool> {
        let transaction = self.0.begin().await?;
        end_open(&transaction, incident::Column::RuleId.eq(id.0), now_ms).await?;
        let done = rule::Entity::delete_by_id(id.0).exec(&transaction).await?;
        transaction.commit().await?;
        Ok(done.rows_affected > 0)
    }

    /// What all rules think of all series of all servers, where that is not that all is well.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn states(&self) -> Result<Vec<(ServerId, RuleId, String, State)>> {
        let rows = state::Entity::find().all(self.0.reader()).await?;
        let read = |row: state::Model| {
            let state::Model { since_ms, good_since_ms, .. } = row;
            let kept =
                if row.is_firing { State::Firing { since_ms, good_since_ms } } else { State::Pending { since_ms } };
            (ServerId(row.server_id), RuleId(row.rule_id), row.series, kept)
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// Writes down what changed about servers, all or nothing. What began already is not begun again. Returns what began, with its ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn apply(&self, changes: Vec<(ServerId, Changes)>) -> Result<Vec<Incident>> {
        let transaction = self.0.begin().await?;
        let rules: Vec<i64> =
            rule::Entity::find().select_only().column(rule::Column::Id).into_tuple().all(&transaction).await?;
        let mut begun = Vec::new();
        for (server, changes) in changes {
            // What was deleted meanwhile keeps nothing.
            if server::Entity::find_by_id(server.0).one(&transaction).await?.is_none() {
                continue;
            }
            for (rule, series, state) in changes.states.into_iter().filter(|(rule, ..)| rules.contains(&rule.0)) {
                put_state(&transaction, server, rule, series, state).await?;
            }
            for happened in changes.happened {
                match happened {
                    Happened::Began(began) if !rules.contains(&began.rule.0) => {}
                    Happened::Began(began) => begun.extend(begin(&transaction, server, began).await?),
                    Happened::Ended { rule, series, at_ms } => {
                        let which = incident::Column::ServerId.eq(server.0);
                        let which =
                            which.and(incident::Column::RuleId.eq(rule.0)).and(incident::Column::Series.eq(series));
                        end_open(&transaction, which, at_ms).await?;
                    }
                }
            }
        }
        transaction.commit().await?;
        Ok(begun)
    }

    /// Ends what hangs on a server or rule that is gone. Returns how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_orphans(&self, now_ms: i64) -> Result<u64> {
        let transaction = self.0.begin().await?;
        let is_orphan = incident::Column::ServerId.is_null().or(incident::Column::RuleId.is_null());
        let ended = end_open(&transaction, is_orphan, now_ms).await?;
        transaction.commit().await?;
        Ok(ended)
    }

    /// Incidents of some rules that are open, or were over only since then, in Unix milliseconds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_rules(&self, rules: &[RuleId], ended_since_ms: i64) -> Result<Vec<Incident>> {
        let is_recent = incident::Column::EndedAtMs.is_null().or(incident::Column::EndedAtMs.gte(ended_since_ms));
        let found = incident::Entity::find()
            .filter(incident::Column::RuleId.is_in(rules.iter().map(|rule| rule.0)))
            .filter(is_recent)
            .all(self.0.reader())
            .await?;
        Ok(found.into_iter().map(into_incident).collect())
    }

    /// Incidents, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incidents(&self, query: IncidentQuery) -> Result<Vec<Incident>> {
        let mut found = incident::Entity::find().order_by_desc(incident::Column::Id).limit(query.limit);
        if let Some(server) = query.server {
            found = found.filter(incident::Column::ServerId.eq(server.0));
        }
        if query.only_open {
            found = found.filter(incident::Column::EndedAtMs.is_null());
        }
        if let Some(before) = query.before {
            found = found.filter(incident::Column::Id.lt(before.0));
        }
        Ok(found.all(self.0.reader()).await?.into_iter().map(into_incident).collect())
    }
}

async fn put_state(
    transaction: &DatabaseTransaction,
    server: ServerId,
    rule: RuleId,
    series: String,
    state: State,
) -> Result<()> {
    let (is_firing, since_ms, good_since_ms) = match state {
        State::Quiet => {
            state::Entity::delete_by_id((server.0, rule.0, series)).exec(transaction).await?;
            return Ok(());
        }
        State::Pending { since_ms } => (false, since_ms, None),
        State::Firing { since_ms, good_since_ms } => (true, since_ms, good_since_ms),
    };
    let row = state::ActiveModel {
        server_id: Set(server.0),
        rule_id: Set(rule.0),
        series: Set(series),
        is_firing: Set(is_firing),
        since_ms: Set(since_ms),
        good_since_ms: Set(good_since_ms),
    };
    let key = [state::Column::ServerId, state::Column::RuleId, state::Column::Series];
    let values = [state::Column::IsFiring, state::Column::SinceMs, state::Column::GoodSinceMs];
    let replace = OnConflict::columns(key).update_columns(values).to_owned();
    state::Entity::insert(row).on_conflict(replace).exec_without_returning(transaction).await?;
    Ok(())
}

async fn begin(transaction: &DatabaseTransaction, server: ServerId, began: Began) -> Result<Option<Incident>> {
    let open = incident::Entity::find()
        .filter(incident::Column::ServerId.eq(server.0))
        .filter(incident::Column::RuleId.eq(began.rule.0))
        .filter(incident::Column::Series.eq(began.series.as_str()))
        .filter(incident::Column::EndedAtMs.is_null());
    if open.one(transaction).await?.is_some() {
        return Ok(None);
    }
    let row = incident::ActiveModel {
        id: NotSet,
        rule_id: Set(Some(began.rule.0)),
        rule_name: Set(began.rule_name),
        server_id: Set(Some(server.0)),
        server_name: Set(began.server_name),
        series: Set(began.series),
        severity: Set(severity_name(began.severity).to_owned()),
        value: Set(began.value),
        since_ms: Set(began.since_ms),
        began_at_ms: Set(began.at_ms),
        ended_at_ms: Set(None),
        level_id: Set(began.level.0),
        priority: Set(began.priority.into()),
        ..Default::default()
    };
    let inserted = incident::Entity::insert(row).exec(transaction).await?;
    let found = incident::Entity::find_by_id(inserted.last_insert_id).one(transaction).await?;
    Ok(found.map(into_incident))
}

async fn end_open(transaction: &DatabaseTransaction, which: impl Into<Expr>, at_ms: i64) -> Result<u64> {
    let which: Expr = which.into();
    let done = incident::Entity::update_many()
        .col_expr(incident::Column::EndedAtMs, Expr::value(at_ms))
        .filter(which.and(incident::Column::EndedAtMs.is_null()))
        .exec(transaction)
        .await?;
    Ok(done.rows_affected)
}

fn of_rule(rule: &Rule, now_ms: i64) -> rule::ActiveModel {
    let json = |value: Option<String>| Set(value.unwrap_or_default());
    rule::ActiveModel {
        id: NotSet,
        name: Set(rule.name.clone()),
        condition: json(serde_json::to_string(&rule.condition).ok()),
        scope: json(serde_json::to_string(&rule.scope).ok()),
        severity: Set(severity_name(rule.severity).to_owned()),
        for_secs: Set(i32::try_from(rule.for_secs).unwrap_or(i32::MAX)),
        clear_secs: Set(i32::try_from(rule.clear_secs).unwrap_or(i32::MAX)),
        is_enabled: Set(rule.is_enabled),
        created_at_ms: NotSet,
        updated_at_ms: Set(now_ms),
        level_id: Set(rule.level_id.map(|id| id.0)),
    }
}

fn into_rule(row: rule::Model) -> Option<Rule> {
    let read = || {
        Ok::<_, serde_json::Error>(Rule {
            id: RuleId(row.id),
            name: row.name.clone(),
            condition: serde_json::from_str(&row.condition)?,
            scope: serde_json::from_str(&row.scope)?,
            severity: severity(&row.severity),
            for_secs: row.for_secs.unsigned_abs(),
            clear_secs: row.clear_secs.unsigned_abs(),
            is_enabled: row.is_enabled,
            level_id: row.level_id.map(LevelId),
        })
    };
    read().inspect_err(|cause| tracing::error!(rule.id = row.id, %cause, "a rule cannot be read; it is left out")).ok()
}

pub(crate) fn into_incident(row: incident::Model) -> Incident {
    Incident {
        id: IncidentId(row.id),
        rule_id: row.rule_id.map(RuleId),
        rule_name: row.rule_name,
        server_id: row.server_id.map(ServerId),
        server_name: row.server_name,
        series: row.series,
        severity: severity(&row.severity),
        value: row.value,
        since_ms: row.since_ms,
        began_at_ms: row.began_at_ms,
        ended_at_ms: row.ended_at_ms,
        level_id: LevelId(row.level_id),
        priority: u8::try_from(row.priority).unwrap_or(3),
        acknowledged_at_ms: row.acknowledged_at_ms,
        acknowledged_by: row.acknowledged_by,
        reason: row.reason,
        assignee: row.assignee,
    }
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Warning => "warning",
        Severity::Critical => "critical",
    }
}

fn severity(name: &str) -> Severity {
    if name == "warning" { Severity::Warning } else { Severity::Critical }
}
