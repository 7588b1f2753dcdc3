//! The audit log: entries are added and read, never changed.

use std::collections::HashSet;

use domain::{
    UserId,
    audit::{Entry, Page, Query},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::LikeExpr,
};

use crate::{
    Result, Store,
    entity::{audit_log, user},
};

/// How many entries a page has when the query does not say.
const LIMIT_DEFAULT: u32 = 100;
/// The most entries of one page.
const LIMIT_MAX: u32 = 500;
/// How much of a browser's name for itself is kept, in characters.
const USER_AGENT_MAX: usize = 200;
/// Entries per statement, well under the number of values that either database takes in one.
const CHUNK: usize = 500;

/// What is written down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewEntry {
    /// Who; `None` when nobody was logged in or the program itself acted.
    pub user_id: Option<UserId>,
    /// The account's name, or the name that was tried.
    pub username: String,
    /// What was done, as `noun.verb`.
    pub action: String,
    /// The kind of thing it was done to; empty when to none.
    pub target_type: String,
    /// The id or name of that thing; empty when there is none.
    pub target_id: String,
    /// More about it in plain words; never a secret.
    pub detail: String,
    /// The address it came from; empty for the program itself.
    pub ip: String,
    /// The browser or tool, as it named itself; cut to 200 characters.
    pub user_agent: String,
    /// When, in Unix milliseconds.
    pub created_at_ms: i64,
}

/// The queries on the audit log.
#[derive(Debug, Clone, Copy)]
pub struct Audit<'a>(pub(crate) &'a Store);

impl Audit<'_> {
    /// Writes an entry down.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn append(&self, entry: NewEntry) -> Result<()> {
        self.append_many(vec![entry]).await
    }

    /// Writes entries down, all or none. An account that is gone meanwhile leaves its name only.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn append_many(&self, entries: Vec<NewEntry>) -> Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let transaction = self.0.begin().await?;
        let named: HashSet<i64> = entries.iter().filter_map(|entry| entry.user_id).map(|id| id.0).collect();
        let there: HashSet<i64> = if named.is_empty() {
            HashSet::new()
        } else {
            let ids = user::Entity::find().select_only().column(user::Column::Id);
            ids.filter(user::Column::Id.is_in(named)).into_tuple().all(&transaction).await?.into_iter().collect()
        };
        let mut rows = entries.into_iter().map(|entry| to_row(entry, &there)).peekable();
        while rows.peek().is_some() {
            let chunk: Vec<_> = rows.by_ref().take(CHUNK).collect();
            audit_log::Entity::insert_many(chunk).exec_without_returning(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// A page of the entries that fit the query, newest first, with the number of all that fit. A limit outside 1–500 is moved into it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn query(&self, query: &Query) -> Result<Page> {
        let limit = query.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
        let offset = query.offset.unwrap_or_default();
        let fitting = audit_log::Entity::find().filter(condition(query));
        let total = fitting.clone().count(self.0.reader()).await?;
        let rows = fitting
            .order_by_desc(audit_log::Column::Id)
            .limit(u64::from(limit))
            .offset(u64::from(offset))
            .all(self.0.reader())
            .await?;
        let logs: Vec<Entry> = rows.into_iter().map(to_entry).collect();
        Ok(Page { count: u32::try_from(logs.len()).unwrap_or(u32::MAX), logs, total, limit, offset })
    }
}

fn condition(query: &Query) -> Condition {
    let action = query.action.as_ref().map(|action| {
        if action.ends_with('.') {
            let literal = action.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            audit_log::Column::Action.like(LikeExpr::new(format!("{literal}%")).escape('\\'))
        } else {
            audit_log::Column::Action.eq(action)
        }
    });
    Condition::all()
        .add_option(query.user_id.map(|id| audit_log::Column::UserId.eq(id)))
        .add_option(action)
        .add_option(query.target_type.as_ref().map(|kind| audit_log::Column::TargetType.eq(kind)))
        .add_option(query.from_ms.map(|from| audit_log::Column::CreatedAtMs.gte(from)))
        .add_option(query.to_ms.map(|to| audit_log::Column::CreatedAtMs.lte(to)))
}

fn to_row(entry: NewEntry, there: &HashSet<i64>) -> audit_log::ActiveModel {
    audit_log::ActiveModel {
        id: NotSet,
        user_id: Set(entry.user_id.map(|id| id.0).filter(|id| there.contains(id))),
        username: Set(entry.username),
        action: Set(entry.action),
        target_type: Set(entry.target_type),
        target_id: Set(entry.target_id),
        detail: Set(entry.detail),
        ip: Set(entry.ip),
        user_agent: Set(entry.user_agent.chars().take(USER_AGENT_MAX).collect()),
        created_at_ms: Set(entry.created_at_ms),
    }
}

fn to_entry(row: audit_log::Model) -> Entry {
    Entry {
        id: row.id,
        user_id: row.user_id.map(UserId),
        username: row.username,
        action: row.action,
        target_type: row.target_type,
        target_id: row.target_id,
        detail: row.detail,
        ip: row.ip,
        user_agent: row.user_agent,
        created_at_ms: row.created_at_ms,
    }
}
