//! Planned maintenance. What is about a group, tag or server is deleted with it.

use domain::{GroupId, ServerId, TagId, WindowId, alerts::Scope, maintenance::Plan};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
};

use crate::{Error, Result, Store, entity::maintenance_window as window, error::reference};

/// The queries on maintenance.
#[derive(Debug, Clone, Copy)]
pub struct Maintenance<'a>(pub(crate) &'a Store);

/// Maintenance as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredWindow {
    /// Its id.
    pub id: WindowId,
    /// What was planned.
    pub plan: Plan,
    /// Who planned it.
    pub person: String,
    /// When, in Unix milliseconds.
    pub created_at_ms: i64,
}

impl Maintenance<'_> {
    /// All of it, what was over long ago included. One that cannot be read is left out and said so in the log.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<StoredWindow>> {
        let rows = window::Entity::find().order_by_asc(window::Column::Id).all(self.0.reader()).await?;
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// What may be on at a time, in Unix milliseconds: what is neither turned off nor over by then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn current(&self, now_ms: i64) -> Result<Vec<StoredWindow>> {
        let is_to_come = window::Column::OverAtMs.is_null().or(window::Column::OverAtMs.gt(now_ms));
        let rows = window::Entity::find()
            .filter(window::Column::IsEnabled.eq(true))
            .filter(is_to_come)
            .order_by_asc(window::Column::Id)
            .all(self.0.reader())
            .await?;
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// One of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(&self, id: WindowId) -> Result<Option<StoredWindow>> {
        Ok(window::Entity::find_by_id(id.0).one(self.0.reader()).await?.and_then(read))
    }

    /// How many there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(&self) -> Result<u64> {
        Ok(window::Entity::find().count(self.0.reader()).await?)
    }

    /// Adds one, which is over at a time if it is not for ever.
    ///
    /// # Errors
    /// [`Error::UnknownReference`] with `scope` when there is no such group, tag or server.
    pub async fn create(&self, plan: &Plan, person: &str, over_at_ms: Option<i64>, now_ms: i64) -> Result<WindowId> {
        let row = window::ActiveModel {
            id: NotSet,
            person: Set(person.to_owned()),
            created_at_ms: Set(now_ms),
            ..write(plan, over_at_ms, now_ms)
        };
        let inserted = window::Entity::insert(row).exec(self.0.writer()).await.map_err(no_such_scope)?;
        Ok(WindowId(inserted.last_insert_id))
    }

    /// Changes one.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::UnknownReference`] with `scope` when there is no such group, tag or server.
    pub async fn change(&self, id: WindowId, plan: &Plan, over_at_ms: Option<i64>, now_ms: i64) -> Result<()> {
        let row = write(plan, over_at_ms, now_ms);
        let updated = window::Entity::update_many().set(row).filter(window::Column::Id.eq(id.0));
        let done = updated.exec(self.0.writer()).await.map_err(no_such_scope)?;
        if done.rows_affected == 0 { Err(Error::NotFound) } else { Ok(()) }
    }

    /// Deletes one.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete(&self, id: WindowId) -> Result<()> {
        let done = window::Entity::delete_by_id(id.0).exec(self.0.writer()).await?;
        if done.rows_affected == 0 { Err(Error::NotFound) } else { Ok(()) }
    }
}

fn no_such_scope(error: DbErr) -> Error {
    reference(error, "scope")
}

fn write(plan: &Plan, over_at_ms: Option<i64>, now_ms: i64) -> window::ActiveModel {
    let (mut group, mut tag, mut server) = (None, None, None);
    match plan.scope {
        Scope::All => {}
        Scope::Group(id) => group = Some(id.0),
        Scope::Tag(id) => tag = Some(id.0),
        Scope::Server(id) => server = Some(id.0),
    }
    window::ActiveModel {
        id: NotSet,
        name: Set(plan.name.clone()),
        description: Set(plan.description.clone()),
        group_id: Set(group),
        tag_id: Set(tag),
        server_id: Set(server),
        schedule: Set(serde_json::to_string(&plan.schedule).unwrap_or_default()),
        is_enabled: Set(plan.is_enabled),
        person: NotSet,
        created_at_ms: NotSet,
        updated_at_ms: Set(now_ms),
        over_at_ms: Set(over_at_ms),
    }
}

fn read(row: window::Model) -> Option<StoredWindow> {
    let schedule = serde_json::from_str(&row.schedule)
        .inspect_err(|cause| tracing::error!(window.id = row.id, %cause, "maintenance cannot be read; it is left out"))
        .ok()?;
    let scope = match (row.group_id, row.tag_id, row.server_id) {
        (Some(id), _, _) => Scope::Group(GroupId(id)),
        (_, Some(id), _) => Scope::Tag(TagId(id)),
        (_, _, Some(id)) => Scope::Server(ServerId(id)),
        (None, None, None) => Scope::All,
    };
    let plan = Plan { name: row.name, description: row.description, scope, schedule, is_enabled: row.is_enabled };
    Some(StoredWindow { id: WindowId(row.id), plan, person: row.person, created_at_ms: row.created_at_ms })
}
