//! Channels.

use std::collections::HashMap;

use domain::{
    ChannelId,
    notify::{Health, Language, QuietHours, Target, Templates},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};

use super::{Notify, levels};
use crate::{
    Error, Result,
    entity::{channel, delivery},
    error::conflict,
};

const UNIQUE: &[(&str, &str)] = &[("channels", "name")];

/// A channel as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredChannel {
    /// Its id.
    pub id: ChannelId,
    /// What scripts know it by.
    pub uid: String,
    /// When it was made, in Unix milliseconds.
    pub created_at_ms: i64,
    /// The rest.
    pub content: NewChannel,
}

/// A channel as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewChannel {
    /// Its name.
    pub name: String,
    /// Where its messages go.
    pub target: Target,
    /// The target's secret, sealed.
    pub secret: Option<String>,
    /// Whether it is on.
    pub is_enabled: bool,
    /// The time zone of its readers.
    pub time_zone: String,
    /// The language of its readers.
    pub language: Language,
    /// When it is quiet.
    pub quiet: Option<QuietHours>,
    /// How its messages read.
    pub templates: Templates,
}

impl Notify<'_> {
    /// All channels, by name. One that cannot be read is left out and said so in the log.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn channels(&self) -> Result<Vec<StoredChannel>> {
        let rows = channel::Entity::find().order_by_asc(channel::Column::Name).all(self.0.reader()).await?;
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// Adds a channel and puts it into the first step of levels.
    ///
    /// # Errors
    /// [`Error::Conflict`] with `name` when that is in use.
    pub async fn create_channel(&self, uid: &str, new: &NewChannel, levels: &[i64], now_ms: i64) -> Result<ChannelId> {
        let row = channel::ActiveModel {
            id: NotSet,
            uid: Set(uid.to_owned()),
            created_at_ms: Set(now_ms),
            ..write(new, now_ms)
        };
        let transaction = self.0.begin().await?;
        let inserted =
            channel::Entity::insert(row).exec(&transaction).await.map_err(|error| conflict(error, UNIQUE))?;
        let id = ChannelId(inserted.last_insert_id);
        levels::add_channel(&transaction, id, levels).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Changes a channel; its secret stays as it is when none is given.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] with `name` when that is in use.
    pub async fn change_channel(&self, id: ChannelId, changed: &NewChannel, now_ms: i64) -> Result<()> {
        let row = write(changed, now_ms);
        let updated = channel::Entity::update_many().set(row).filter(channel::Column::Id.eq(id.0));
        let done = updated.exec(self.0.writer()).await.map_err(|error| conflict(error, UNIQUE))?;
        if done.rows_affected == 0 { Err(Error::NotFound) } else { Ok(()) }
    }

    /// Deletes a channel with all that waits for it, and takes it out of all levels.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete_channel(&self, id: ChannelId) -> Result<()> {
        let transaction = self.0.begin().await?;
        levels::remove_channel(&transaction, id).await?;
        let done = channel::Entity::delete_by_id(id.0).exec(&transaction).await?;
        if done.rows_affected == 0 {
            return Err(Error::NotFound);
        }
        transaction.commit().await?;
        Ok(())
    }

    /// How each channel that ever sent something does.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn health(&self) -> Result<HashMap<ChannelId, Health>> {
        #[derive(FromQueryResult)]
        struct Counted {
            channel_id: i64,
            state: String,
            number: i64,
            done_at_ms: Option<i64>,
        }
        let counted = delivery::Entity::find()
            .select_only()
            .column(delivery::Column::ChannelId)
            .column(delivery::Column::State)
            .column_as(delivery::Column::Id.count(), "number")
            .column_as(delivery::Column::DoneAtMs.max(), "done_at_ms")
            .group_by(delivery::Column::ChannelId)
            .group_by(delivery::Column::State)
            .into_model::<Counted>()
            .all(self.0.reader())
            .await?;
        let mut all: HashMap<ChannelId, Health> = HashMap::new();
        for Counted { channel_id, state, number, done_at_ms } in counted {
            let health = all.entry(ChannelId(channel_id)).or_default();
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            match state.as_str() {
                "sent" => health.sent_at_ms = done_at_ms,
                "dead" => health.dead = number,
                _ => health.waiting = number,
            }
        }
        // The one that was tried last says whether the channel works.
        for (id, health) in &mut all {
            let tried = delivery::Entity::find()
                .filter(delivery::Column::ChannelId.eq(id.0))
                .filter(delivery::Column::Attempts.gt(0))
                .order_by_desc(delivery::Column::TriedAtMs)
                .one(self.0.reader())
                .await?;
            health.failure = tried.filter(|tried| tried.state != "sent").map(|tried| tried.answer);
        }
        Ok(all)
    }
}

fn write(new: &NewChannel, now_ms: i64) -> channel::ActiveModel {
    let json = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
    channel::ActiveModel {
        id: NotSet,
        uid: NotSet,
        name: Set(new.name.clone()),
        target: Set(json(serde_json::to_string(&new.target))),
        secret: new.secret.clone().map_or(NotSet, |secret| Set(Some(secret).filter(|secret| !secret.is_empty()))),
        is_enabled: Set(new.is_enabled),
        time_zone: Set(new.time_zone.clone()),
        language: Set(new.language.tag().to_owned()),
        quiet: Set(new.quiet.as_ref().map(|quiet| json(serde_json::to_string(quiet)))),
        templates: Set(json(serde_json::to_string(&new.templates))),
        created_at_ms: NotSet,
        updated_at_ms: Set(now_ms),
    }
}

fn read(row: channel::Model) -> Option<StoredChannel> {
    let read = || {
        Ok::<_, serde_json::Error>(StoredChannel {
            id: ChannelId(row.id),
            uid: row.uid.clone(),
            created_at_ms: row.created_at_ms,
            content: NewChannel {
                name: row.name.clone(),
                target: serde_json::from_str(&row.target)?,
                secret: row.secret.clone(),
                is_enabled: row.is_enabled,
                time_zone: row.time_zone.clone(),
                language: Language::of_tag(&row.language).unwrap_or_default(),
                quiet: row.quiet.as_deref().map(serde_json::from_str).transpose()?,
                templates: serde_json::from_str(&row.templates)?,
            },
        })
    };
    read()
        .inspect_err(|cause| tracing::error!(channel.id = row.id, %cause, "a channel cannot be read; it is left out"))
        .ok()
}
