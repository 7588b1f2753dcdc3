//! Groups of servers.

use domain::{
    GroupId,
    groups::{Group, NewGroup},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};

use crate::{
    Error, Result, Store,
    entity::{group, server},
    error::conflict,
};

/// The kind of the groups that hold servers.
const KIND: &str = "servers";

const UNIQUE: &[(&str, &str)] = &[("groups", "name")];

/// The queries on groups.
#[derive(Debug, Clone, Copy)]
pub struct Groups<'a>(pub(crate) &'a Store);

impl Groups<'_> {
    /// Adds a group.
    ///
    /// # Errors
    /// [`Error::Conflict`] with `name` when that is in use.
    pub async fn create(&self, new: NewGroup, now_ms: i64) -> Result<Group> {
        let row = group::ActiveModel {
            id: NotSet,
            name: Set(new.name.clone()),
            kind: Set(KIND.to_owned()),
            description: Set(new.description.clone()),
            color: Set(new.color.clone()),
            created_at_ms: Set(now_ms),
            updated_at_ms: Set(now_ms),
        };
        let inserted =
            group::Entity::insert(row).exec(self.0.writer()).await.map_err(|error| conflict(error, UNIQUE))?;
        let NewGroup { name, description, color } = new;
        Ok(Group { id: GroupId(inserted.last_insert_id), name, description, color, item_count: 0 })
    }

    /// The group with this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(&self, id: GroupId) -> Result<Option<Group>> {
        let found = counted().filter(group::Column::Id.eq(id.0)).into_model::<Row>().one(self.0.reader()).await?;
        Ok(found.map(Row::into_group))
    }

    /// All groups by name, each with the number of its servers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<Group>> {
        let rows = counted()
            .order_by_asc(group::Column::Name)
            .order_by_asc(group::Column::Id)
            .into_model::<Row>()
            .all(self.0.reader())
            .await?;
        Ok(rows.into_iter().map(Row::into_group).collect())
    }

    /// Renames, describes and colours a group.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] with `name` when that is in use.
    pub async fn update(&self, id: GroupId, change: NewGroup, now_ms: i64) -> Result<Group> {
        let transaction = self.0.begin().await?;
        let changed = group::Entity::update_many()
            .col_expr(group::Column::Name, Expr::value(change.name))
            .col_expr(group::Column::Description, Expr::value(change.description))
            .col_expr(group::Column::Color, Expr::value(change.color))
            .col_expr(group::Column::UpdatedAtMs, Expr::value(now_ms))
            .filter(group::Column::Id.eq(id.0))
            .exec(&transaction)
            .await
            .map_err(|error| conflict(error, UNIQUE))?;
        if changed.rows_affected == 0 {
            return Err(Error::NotFound);
        }
        let row = counted().filter(group::Column::Id.eq(id.0)).into_model::<Row>().one(&transaction).await?;
        transaction.commit().await?;
        row.map(Row::into_group).ok_or(Error::NotFound)
    }

    /// Deletes a group; its servers are then in none.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete(&self, id: GroupId) -> Result<()> {
        let deleted = group::Entity::delete_by_id(id.0).exec(self.0.writer()).await?;
        if deleted.rows_affected == 0 { Err(Error::NotFound) } else { Ok(()) }
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    name: String,
    description: String,
    color: String,
    item_count: i64,
}

impl Row {
    fn into_group(self) -> Group {
        Group {
            id: GroupId(self.id),
            name: self.name,
            description: self.description,
            color: self.color,
            item_count: u32::try_from(self.item_count).unwrap_or(u32::MAX),
        }
    }
}

fn counted() -> Select<group::Entity> {
    group::Entity::find()
        .filter(group::Column::Kind.eq(KIND))
        .left_join(server::Entity)
        .column_as(server::Column::Id.count(), "item_count")
        .group_by(group::Column::Id)
}
