//! Settings that the program keeps for itself, such as the check value of its master key.

use migrations::SchemaManager;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};

use crate::{Error, Result, Store, entity::setting};

/// The queries on settings.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a>(pub(crate) &'a Store);

impl Settings<'_> {
    /// The value of a setting; `None` when it is not set, or when the database has not been migrated yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(&self, key: &str) -> Result<Option<String>> {
        match setting::Entity::find_by_id(key).one(self.0.reader()).await {
            Ok(row) => Ok(row.map(|row| row.value)),
            Err(error) => {
                let has_table = SchemaManager::new(self.0.reader()).has_table("system_settings").await?;
                if has_table { Err(error.into()) } else { Ok(None) }
            }
        }
    }

    /// Sets a setting.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set(&self, key: &str, value: &str, now_ms: i64) -> Result<()> {
        put(self.0.writer(), key, value, now_ms).await
    }

    /// Sets a setting that has no value yet. Returns the value that it has now, its older one or the given one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_if_absent(&self, key: &str, value: &str, now_ms: i64) -> Result<String> {
        let transaction = self.0.begin().await?;
        let keep = OnConflict::column(setting::Column::Key).do_nothing().to_owned();
        setting::Entity::insert(row(key, value, now_ms)).on_conflict(keep).exec_without_returning(&transaction).await?;
        let stored = setting::Entity::find_by_id(key).one(&transaction).await?.ok_or(Error::NotFound)?;
        transaction.commit().await?;
        Ok(stored.value)
    }
}

/// Sets a setting within a transaction. On any database the row stays locked until its end.
pub(crate) async fn put(connection: &impl ConnectionTrait, key: &str, value: &str, now_ms: i64) -> Result<()> {
    let replace = OnConflict::column(setting::Column::Key)
        .update_columns([setting::Column::Value, setting::Column::UpdatedAtMs])
        .to_owned();
    setting::Entity::insert(row(key, value, now_ms)).on_conflict(replace).exec_without_returning(connection).await?;
    Ok(())
}

fn row(key: &str, value: &str, now_ms: i64) -> setting::ActiveModel {
    setting::ActiveModel { key: Set(key.to_owned()), value: Set(value.to_owned()), updated_at_ms: Set(now_ms) }
}
