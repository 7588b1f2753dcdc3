//! Servers with their tags, their sealed secrets and the last known state of their connection.

use std::collections::HashMap;

use domain::{
    ServerId, TagId,
    servers::Server,
    stats::Overview,
    status::{Connection, Status},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{CaseStatement, Expr},
};

use crate::{
    Error, Result, Store,
    entity::{known_host, server, server_tag},
    error::reference,
    known_hosts,
};

mod input;
mod row;

pub use input::{NewServer, SealedSecret, ServerPatch, Trust};

/// Rows per statement, well under the number of values that either database takes in one.
const CHUNK: usize = 500;

/// The queries on servers.
#[derive(Debug, Clone, Copy)]
pub struct Servers<'a>(pub(crate) &'a Store);

impl Servers<'_> {
    /// Adds a server with its tags, and trusts its host key when one is given.
    ///
    /// # Errors
    /// [`Error::UnknownReference`] with `group_id` or `tag_ids` when there is no such group or tag.
    pub async fn create(&self, new: NewServer, now_ms: i64) -> Result<Server> {
        let transaction = self.0.begin().await?;
        if let Some(Trust { key, by }) = &new.trust {
            let place = known_hosts::place(&new.host, new.jump_host_id);
            known_hosts::add(&transaction, &place, new.port, key, by, now_ms).await?;
        }
        let tags = new.tag_ids.clone();
        let inserted = server::Entity::insert(row::insertion(new, now_ms))
            .exec(&transaction)
            .await
            .map_err(|error| reference(error, "group_id"))?;
        let id = ServerId(inserted.last_insert_id);
        tag(&transaction, id, &tags).await?;
        let server = one(&transaction, id).await?.ok_or(Error::NotFound)?;
        transaction.commit().await?;
        Ok(server)
    }

    /// The server with this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(&self, id: ServerId) -> Result<Option<Server>> {
        one(self.0.reader(), id).await
    }

    /// All servers by id, with three queries however many there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<Server>> {
        let reader = self.0.reader();
        let rows = server::Entity::find().order_by_asc(server::Column::Id).all(reader).await?;
        let mut tags: HashMap<i64, Vec<TagId>> = HashMap::new();
        let tagged = server_tag::Entity::find().order_by_asc(server_tag::Column::TagId).all(reader).await?;
        for server_tag::Model { server_id, tag_id } in tagged {
            tags.entry(server_id).or_default().push(TagId(tag_id));
        }
        let mut keys: HashMap<(String, i32), Vec<String>> = HashMap::new();
        let known = known_host::Entity::find().order_by_asc(known_host::Column::Id).all(reader).await?;
        for known_host::Model { host, port, fingerprint, .. } in known {
            keys.entry((host, port)).or_default().push(fingerprint);
        }
        rows.into_iter()
            .map(|row| {
                let tags = tags.remove(&row.id).unwrap_or_default();
                // Not taken out: several servers may share a host and port.
                let keys = keys.get(&(place(&row), row.port)).cloned().unwrap_or_default();
                row::to_server(row, tags, keys)
            })
            .collect()
    }

    /// Changes a server; a host key that is given takes the place of those trusted before for its host and port.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::UnknownReference`] with `group_id` or `tag_ids` when there is no such group or tag.
    pub async fn update(&self, id: ServerId, patch: ServerPatch, now_ms: i64) -> Result<Server> {
        let transaction = self.0.begin().await?;
        let before = server::Entity::find_by_id(id.0).one(&transaction).await?.ok_or(Error::NotFound)?;
        let ServerPatch { tag_ids, trust, .. } = patch.clone();
        let mut changed = before.into_active_model();
        row::change(&mut changed, patch, now_ms);
        let row = changed.update(&transaction).await.map_err(|error| reference(error, "group_id"))?;
        if let Some(tags) = tag_ids {
            server_tag::Entity::delete_many().filter(server_tag::Column::ServerId.eq(id.0)).exec(&transaction).await?;
            tag(&transaction, id, &tags).await?;
        }
        if let Some(Trust { key, by }) = trust {
            known_hosts::replace(&transaction, &place(&row), row::port(row.port)?, &key, &by, now_ms).await?;
        }
        let server = one(&transaction, id).await?.ok_or(Error::NotFound)?;
        transaction.commit().await?;
        Ok(server)
    }

    /// Deletes a server. The host keys trusted for its host and port stay: they belong to the host.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete(&self, id: ServerId) -> Result<()> {
        let deleted = server::Entity::delete_by_id(id.0).exec(self.0.writer()).await?;
        if deleted.rows_affected == 0 { Err(Error::NotFound) } else { Ok(()) }
    }

    /// Keeps the state of a server's connection; the time of its next try is not kept.
    ///
    /// # Errors
    /// When the database fails. A server that is gone is none.
    pub async fn set_connection(&self, id: ServerId, connection: &Connection) -> Result<()> {
        let (code, message) = row::reason_columns(connection.reason.as_ref());
        server::Entity::update_many()
            .col_expr(server::Column::Status, Expr::value(connection.status.name()))
            .col_expr(server::Column::StatusReasonCode, Expr::value(code))
            .col_expr(server::Column::StatusReasonMessage, Expr::value(message))
            .col_expr(server::Column::StatusSinceMs, Expr::value(connection.since_ms))
            .filter(server::Column::Id.eq(id.0))
            .exec(self.0.writer())
            .await?;
        Ok(())
    }

    /// Keeps when servers last answered, in Unix milliseconds. Servers that are gone are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_last_seen(&self, seen: &[(ServerId, i64)]) -> Result<()> {
        if seen.is_empty() {
            return Ok(());
        }
        let transaction = self.0.begin().await?;
        for chunk in seen.chunks(CHUNK) {
            let times = chunk.iter().fold(CaseStatement::new(), |times, (id, at_ms)| {
                times.case(Expr::col(server::Column::Id).eq(id.0), *at_ms)
            });
            server::Entity::update_many()
                .col_expr(server::Column::LastSeenMs, times.into())
                .filter(server::Column::Id.is_in(chunk.iter().map(|(id, _)| id.0)))
                .exec(&transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// How the monitor logs in to a server; `None` when there is no such server.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn secret(&self, id: ServerId) -> Result<Option<SealedSecret>> {
        let found: Option<(String, Option<String>, Option<String>)> = server::Entity::find_by_id(id.0)
            .select_only()
            .columns([server::Column::AuthMethod, server::Column::SealedSecret, server::Column::SealedPassphrase])
            .into_tuple()
            .one(self.0.reader())
            .await?;
        found
            .map(|(method, secret, passphrase)| {
                Ok(SealedSecret { auth_method: row::auth_method(&method)?, secret, passphrase })
            })
            .transpose()
    }

    /// How many servers there are and how they do, by the state that was kept last. There are no alerts yet to count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counts(&self) -> Result<Overview> {
        let by_status: Vec<(String, i64)> = server::Entity::find()
            .select_only()
            .column(server::Column::Status)
            .column_as(server::Column::Id.count(), "count")
            .group_by(server::Column::Status)
            .into_tuple()
            .all(self.0.reader())
            .await?;
        let mut overview = Overview::default();
        for (status, count) in by_status {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            overview.total_servers += count;
            match row::status(&status)? {
                Status::Online => overview.online_servers += count,
                Status::Offline => overview.offline_servers += count,
                Status::Unknown => overview.unknown_servers += count,
            }
        }
        Ok(overview)
    }
}

async fn one(connection: &impl ConnectionTrait, id: ServerId) -> Result<Option<Server>> {
    let Some(row) = server::Entity::find_by_id(id.0).one(connection).await? else {
        return Ok(None);
    };
    let tags: Vec<i64> = server_tag::Entity::find()
        .select_only()
        .column(server_tag::Column::TagId)
        .filter(server_tag::Column::ServerId.eq(id.0))
        .order_by_asc(server_tag::Column::TagId)
        .into_tuple()
        .all(connection)
        .await?;
    let keys = known_hosts::trusted(connection, &place(&row), row::port(row.port)?).await?;
    row::to_server(row, tags.into_iter().map(TagId).collect(), keys).map(Some)
}

fn place(row: &server::Model) -> String {
    known_hosts::place(&row.host, row.jump_host_id.map(ServerId))
}

async fn tag(connection: &impl ConnectionTrait, id: ServerId, tags: &[TagId]) -> Result<()> {
    let mut tags = tags.to_vec();
    tags.sort_unstable();
    tags.dedup();
    if tags.is_empty() {
        return Ok(());
    }
    let rows = tags.into_iter().map(|tag| server_tag::ActiveModel { server_id: Set(id.0), tag_id: Set(tag.0) });
    server_tag::Entity::insert_many(rows)
        .exec_without_returning(connection)
        .await
        .map_err(|error| reference(error, "tag_ids"))?;
    Ok(())
}
