//! Tags on servers.

use domain::{
    TagId,
    tags::{NewTag, Tag},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};

use crate::{
    Error, Result, Store,
    entity::{server_tag, tag},
    error::conflict,
};

const UNIQUE: &[(&str, &str)] = &[("tags", "name")];

/// The queries on tags.
#[derive(Debug, Clone, Copy)]
pub struct Tags<'a>(pub(crate) &'a Store);

impl Tags<'_> {
    /// Adds a tag.
    ///
    /// # Errors
    /// [`Error::Conflict`] with `name` when that is in use.
    pub async fn create(&self, new: NewTag) -> Result<Tag> {
        let row = tag::ActiveModel { id: NotSet, name: Set(new.name.clone()), color: Set(new.color.clone()) };
        let inserted = tag::Entity::insert(row).exec(self.0.writer()).await.map_err(|error| conflict(error, UNIQUE))?;
        Ok(Tag { id: TagId(inserted.last_insert_id), name: new.name, color: new.color, item_count: 0 })
    }

    /// The tag with this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(&self, id: TagId) -> Result<Option<Tag>> {
        let found = counted().filter(tag::Column::Id.eq(id.0)).into_model::<Row>().one(self.0.reader()).await?;
        Ok(found.map(Row::into_tag))
    }

    /// All tags by name, each with the number of servers that carry it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<Tag>> {
        let rows = counted().order_by_asc(tag::Column::Name).into_model::<Row>().all(self.0.reader()).await?;
        Ok(rows.into_iter().map(Row::into_tag).collect())
    }

    /// Renames and colours a tag.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] with `name` when that is in use.
    pub async fn update(&self, id: TagId, change: NewTag) -> Result<Tag> {
        let transaction = self.0.begin().await?;
        let changed = tag::Entity::update_many()
            .col_expr(tag::Column::Name, Expr::value(change.name))
            .col_expr(tag::Column::Color, Expr::value(change.color))
            .filter(tag::Column::Id.eq(id.0))
            .exec(&transaction)
            .await
            .map_err(|error| conflict(error, UNIQUE))?;
        if changed.rows_affected == 0 {
            return Err(Error::NotFound);
        }
        let row = counted().filter(tag::Column::Id.eq(id.0)).into_model::<Row>().one(&transaction).await?;
        transaction.commit().await?;
        row.map(Row::into_tag).ok_or(Error::NotFound)
    }

    /// Deletes a tag and takes it off its servers.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete(&self, id: TagId) -> Result<()> {
        let deleted = tag::Entity::delete_by_id(id.0).exec(self.0.writer()).await?;
        if deleted.rows_affected == 0 { Err(Error::NotFound) } else { Ok(()) }
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    name: String,
    color: String,
    item_count: i64,
}

impl Row {
    fn into_tag(self) -> Tag {
        Tag {
            id: TagId(self.id),
            name: self.name,
            color: self.color,
            item_count: u32::try_from(self.item_count).unwrap_or(u32::MAX),
        }
    }
}

fn counted() -> Select<tag::Entity> {
    tag::Entity::find()
        .left_join(server_tag::Entity)
        .column_as(server_tag::Column::ServerId.count(), "item_count")
        .group_by(tag::Column::Id)
}
