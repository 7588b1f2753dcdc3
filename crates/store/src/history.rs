//! Blocks of history, what they take, and the journal. What is in a block is none of this crate's business.

use domain::ServerId;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Statement,
    sea_query::{Func, OnConflict},
};

use crate::{
    Result, Store,
    entity::{history_block as block, history_journal as journal, history_usage as usage},
};

/// The series of a block whose window of time is not over: all of them in one row.
pub const ALL_SERIES: &str = "";
/// What a row takes beside its data: its head and its entry in the index.
const ROW_BYTES: i64 = 64;
/// Rows per statement.
const CHUNK: usize = 200;

/// A row of the blocks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// The begin of its window of time, in Unix milliseconds.
    pub window_ms: i64,
    /// What it has: [`ALL_SERIES`], or a name that the engine gives it.
    pub series: String,
    /// When its first value was measured, in Unix milliseconds.
    pub first_ms: i64,
    /// When its last value was measured, in Unix milliseconds.
    pub last_ms: i64,
    /// How many values it has.
    pub value_count: u32,
    /// The values, packed.
    pub data: Vec<u8>,
}

/// What the history of one server in one tier takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromQueryResult)]
pub struct Usage {
    /// The server.
    pub server_id: i64,
    /// The tier's number.
    pub tier: i16,
    /// Its size, in bytes.
    pub size_bytes: i64,
    /// How many values it has.
    pub value_count: i64,
    /// When its first value was measured, in Unix milliseconds.
    pub first_ms: i64,
    /// When its last value was measured, in Unix milliseconds.
    pub last_ms: i64,
}

/// The queries on history.
#[derive(Debug, Clone, Copy)]
pub struct History<'a>(pub(crate) &'a Store);

impl History<'_> {
    /// Adds a block of all series to a window that is not over. A server that is gone meanwhile gets none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_open(&self, server: ServerId, tier: i16, block: Block) -> Result<()> {
        let transaction = self.0.begin().await?;
        if is_there(&transaction, server).await? {
            insert(&transaction, server, tier, vec![block]).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Adds open blocks of many servers at once, all or nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_open_of_many(&self, tier: i16, blocks: Vec<(ServerId, Block)>) -> Result<()> {
        let transaction = self.0.begin().await?;
        for (server, block) in blocks {
            if is_there(&transaction, server).await? {
                insert(&transaction, server, tier, vec![block]).await?;
            }
        }
        Ok(transaction.commit().await?)
    }

    /// Whether there is an open block of exactly this stretch of time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_open(&self, server: ServerId, tier: i16, block: &Block) -> Result<bool> {
        let found = of_window(server, tier, block.window_ms)
            .filter(block::Column::Series.eq(ALL_SERIES))
            .filter(block::Column::FirstMs.eq(block.first_ms))
            .filter(block::Column::LastMs.eq(block.last_ms));
        let id: Option<i64> = found.select_only().column(block::Column::Id).into_tuple().one(self.0.reader()).await?;
        Ok(id.is_some())
    }

    /// Puts `blocks` in the place of all that a window has, and adds `rolled_up` to the next tier, all or nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_window(
        &self,
        server: ServerId,
        tier: i16,
        window_ms: i64,
        blocks: Vec<Block>,
        rolled_up: Vec<(i16, Block)>,
    ) -> Result<()> {
        let transaction = self.0.begin().await?;
        if is_there(&transaction, server).await? {
            let ends = of_window(server, tier, window_ms);
            delete(&transaction, server, tier, ends).await?;
            insert(&transaction, server, tier, blocks).await?;
            for (tier, block) in rolled_up {
                insert(&transaction, server, tier, vec![block]).await?;
            }
        }
        Ok(transaction.commit().await?)
    }

    /// The rows of some windows of a server that are of all series, and those named `series`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn windows(&self, server: ServerId, tier: i16, windows_ms: &[i64], series: &str) -> Result<Vec<Block>> {
        let found = block::Entity::find()
            .filter(block::Column::ServerId.eq(server.0))
            .filter(block::Column::Timestamp.is_in(windows_ms.iter().copied()))
            .filter(block::Column::Tier.eq(tier))
            .filter(block::Column::Series.is_in([ALL_SERIES, series]));
        let rows = found.order_by_asc(block::Column::Id).all(self.0.reader()).await?;
        Ok(rows.into_iter().map(Block::from).collect())
    }

    /// The rows of some windows of a server, whatever their names, that have values from `from_ms` to `to_ms`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn overlapping(
        &self,
        server: ServerId,
        tier: i16,
        windows_ms: &[i64],
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<Block>> {
        let found = block::Entity::find()
            .filter(block::Column::ServerId.eq(server.0))
            .filter(block::Column::Timestamp.is_in(windows_ms.iter().copied()))
            .filter(block::Column::Tier.eq(tier))
            .filter(block::Column::FirstMs.lte(to_ms))
            .filter(block::Column::LastMs.gte(from_ms));
        Ok(found.all(self.0.reader()).await?.into_iter().map(Block::from).collect())
    }

    /// The rows of one window of a server that are named so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn named(&self, server: ServerId, tier: i16, window_ms: i64, names: &[String]) -> Result<Vec<Block>> {
        let mut rows = Vec::with_capacity(names.len());
        for names in names.chunks(CHUNK) {
            let found = of_window(server, tier, window_ms).filter(block::Column::Series.is_in(names));
            rows.extend(found.all(self.0.reader()).await?);
        }
        Ok(rows.into_iter().map(Block::from).collect())
    }

    /// The windows of a tier that begin at `latest_ms` or before and have open blocks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_windows(&self, tier: i16, latest_ms: i64) -> Result<Vec<(ServerId, i64)>> {
        let found = block::Entity::find()
            .select_only()
            .column(block::Column::ServerId)
            .column(block::Column::Timestamp)
            .distinct()
            .filter(block::Column::Series.eq(ALL_SERIES))
            .filter(block::Column::Tier.eq(tier))
            .filter(block::Column::Timestamp.lte(latest_ms));
        let rows: Vec<(i64, i64)> = found.into_tuple().all(self.0.reader()).await?;
        Ok(rows.into_iter().map(|(server, window_ms)| (ServerId(server), window_ms)).collect())
    }

    /// Deletes the windows of a server that begin before `window_ms`. Returns how many bytes they took.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_before(&self, server: ServerId, tier: i16, window_ms: i64) -> Result<i64> {
        let transaction = self.0.begin().await?;
        let old = block::Entity::find()
            .filter(block::Column::ServerId.eq(server.0))
            .filter(block::Column::Timestamp.lt(window_ms))
            .filter(block::Column::Tier.eq(tier));
        let freed = delete(&transaction, server, tier, old).await?;
        transaction.commit().await?;
        Ok(freed)
    }

    /// What all history takes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn usage(&self) -> Result<Vec<Usage>> {
        Ok(usage::Entity::find().into_model::<Usage>().all(self.0.reader()).await?)
    }

    /// What the history of one server takes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn usage_of(&self, server: ServerId) -> Result<Vec<Usage>> {
        let found = usage::Entity::find().filter(usage::Column::ServerId.eq(server.0));
        Ok(found.into_model::<Usage>().all(self.0.reader()).await?)
    }

    /// Gives the space of what was deleted back to the file system, `bytes` at most. Returns whether there may be more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_back(&self, bytes: u64) -> Result<bool> {
        let (page, free) = (self.pragma("page_size").await?, self.pragma("freelist_count").await?);
        if free == 0 {
            return Ok(false);
        }
        let pages = bytes.checked_div(page).unwrap_or_default().max(1);
        self.0.writer().execute_unprepared(&format!("PRAGMA incremental_vacuum({pages})")).await?;
        Ok(free > pages)
    }

    async fn pragma(&self, name: &str) -> Result<u64> {
        let statement = Statement::from_string(self.0.reader().get_database_backend(), format!("PRAGMA {name}"));
        let row = self.0.reader().query_one_raw(statement).await?;
        let value = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
        Ok(value.and_then(|value| u64::try_from(value).ok()).unwrap_or_default())
    }

    /// Writes to the journal. Returns the entry's number, by which it is pruned.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn append_journal(&self, data: Vec<u8>) -> Result<i64> {
        let row = journal::ActiveModel { id: NotSet, data: Set(data) };
        Ok(journal::Entity::insert(row).exec(self.0.writer()).await?.last_insert_id)
    }

    /// The next entries of the journal after number `after`, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn journal(&self, after: i64, limit: u64) -> Result<Vec<(i64, Vec<u8>)>> {
        let found = journal::Entity::find().filter(journal::Column::Id.gt(after)).order_by_asc(journal::Column::Id);
        let rows = found.limit(limit).all(self.0.reader()).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.data)).collect())
    }

    /// Deletes the entries of the journal before number `before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prune_journal(&self, before: i64) -> Result<()> {
        journal::Entity::delete_many().filter(journal::Column::Id.lt(before)).exec(self.0.writer()).await?;
        Ok(())
    }
}

impl From<block::Model> for Block {
    fn from(row: block::Model) -> Self {
        Self {
            window_ms: row.timestamp,
            series: row.series,
            first_ms: row.first_ms,
            last_ms: row.last_ms,
            value_count: u32::try_from(row.value_count).unwrap_or_default(),
            data: row.data,
        }
    }
}

fn of_window(server: ServerId, tier: i16, window_ms: i64) -> sea_orm::Select<block::Entity> {
    block::Entity::find()
        .filter(block::Column::ServerId.eq(server.0))
        .filter(block::Column::Timestamp.eq(window_ms))
        .filter(block::Column::Tier.eq(tier))
}

async fn is_there(transaction: &DatabaseTransaction, server: ServerId) -> Result<bool> {
    use crate::entity::server;
    let id: Option<i64> = server::Entity::find_by_id(server.0)
        .select_only()
        .column(server::Column::Id)
        .into_tuple()
        .one(transaction)
        .await?;
    Ok(id.is_some())
}

async fn insert(transaction: &DatabaseTransaction, server: ServerId, tier: i16, blocks: Vec<Block>) -> Result<()> {
    let Some(first_ms) = blocks.iter().map(|block| block.first_ms).min() else { return Ok(()) };
    let last_ms = blocks.iter().map(|block| block.last_ms).max().unwrap_or(first_ms);
    let size_bytes: i64 = blocks.iter().map(size).sum();
    let value_count: i64 = blocks.iter().map(|block| i64::from(block.value_count)).sum();
    let mut rows = blocks.into_iter().map(|block| block::ActiveModel {
        id: NotSet,
        server_id: Set(server.0),
        timestamp: Set(block.window_ms),
        tier: Set(tier),
        series: Set(block.series),
        first_ms: Set(block.first_ms),
        last_ms: Set(block.last_ms),
        value_count: Set(i32::try_from(block.value_count).unwrap_or(i32::MAX)),
        data: Set(block.data),
    });
    loop {
        let chunk: Vec<_> = rows.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            break;
        }
        block::Entity::insert_many(chunk).exec_without_returning(transaction).await?;
    }
    let known = usage::Entity::find_by_id((server.0, tier)).one(transaction).await?;
    let added = usage::Model { server_id: server.0, tier, size_bytes, value_count, first_ms, last_ms };
    let sum = match known.filter(|known| known.value_count > 0) {
        None => added,
        Some(known) => usage::Model {
            size_bytes: known.size_bytes + size_bytes,
            value_count: known.value_count + value_count,
            first_ms: known.first_ms.min(first_ms),
            last_ms: known.last_ms.max(last_ms),
            ..known
        },
    };
    put_usage(transaction, sum).await
}

async fn put_usage(transaction: &DatabaseTransaction, row: usage::Model) -> Result<()> {
    let replace = OnConflict::columns([usage::Column::ServerId, usage::Column::Tier])
        .update_columns([
            usage::Column::SizeBytes,
            usage::Column::ValueCount,
            usage::Column::FirstMs,
            usage::Column::LastMs,
        ])
        .to_owned();
    let row = usage::ActiveModel::from(row);
    usage::Entity::insert(row).on_conflict(replace).exec_without_returning(transaction).await?;
    Ok(())
}

/// Deletes blocks of a server and takes them off what it uses. Returns their size.
async fn delete(
    transaction: &DatabaseTransaction,
    server: ServerId,
    tier: i16,
    blocks: sea_orm::Select<block::Entity>,
) -> Result<i64> {
    let sums = blocks
        .select_only()
        .column(block::Column::Id)
        .column(block::Column::ValueCount)
        .expr(Func::cust("length").arg(block::Column::Data.into_expr()));
    let doomed: Vec<(i64, i32, i64)> = sums.into_tuple().all(transaction).await?;
    if doomed.is_empty() {
        return Ok(0);
    }
    let size_bytes: i64 = doomed.iter().map(|(_, _, length)| length + ROW_BYTES).sum();
    let value_count: i64 = doomed.iter().map(|(_, count, _)| i64::from(*count)).sum();
    for chunk in doomed.chunks(CHUNK) {
        let ids = chunk.iter().map(|(id, ..)| *id);
        block::Entity::delete_many().filter(block::Column::Id.is_in(ids)).exec(transaction).await?;
    }
    let first_ms: Option<i64> = block::Entity::find()
        .select_only()
        .column(block::Column::FirstMs)
        .filter(block::Column::ServerId.eq(server.0))
        .filter(block::Column::Tier.eq(tier))
        .order_by_asc(block::Column::Timestamp)
        .limit(1)
        .into_tuple()
        .one(transaction)
        .await?;
    if let Some(known) = usage::Entity::find_by_id((server.0, tier)).one(transaction).await? {
        let left = usage::Model {
            size_bytes: known.size_bytes - size_bytes,
            value_count: known.value_count - value_count,
            first_ms: first_ms.unwrap_or(known.last_ms),
            ..known
        };
        put_usage(transaction, left).await?;
    }
    Ok(size_bytes)
}

#[allow(clippy::cast_possible_wrap, reason = "blocks are far smaller")]
fn size(block: &Block) -> i64 {
    block.data.len() as i64 + ROW_BYTES
}
