//! Levels of escalation.

use domain::{
    ChannelId, LevelId,
    alerts::{Condition, Severity},
    notify::{Level, Step, usual_level},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};

use super::Notify;
use crate::{
    Error, Result,
    alerts::severity_name,
    entity::{alert_rule as rule, escalation_level as level, incident},
    error::conflict,
};

const UNIQUE: &[(&str, &str)] = &[("escalation_levels", "name")];

impl Notify<'_> {
    /// All levels, the usual ones first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn levels(&self) -> Result<Vec<Level>> {
        all(self.0.reader()).await
    }

    /// Adds a level; its id is made here.
    ///
    /// # Errors
    /// [`Error::Conflict`] with `name` when that is in use.
    pub async fn create_level(&self, new: Level) -> Result<Level> {
        let row = level::ActiveModel { id: NotSet, ..write(&new) };
        let inserted =
            level::Entity::insert(row).exec(self.0.writer()).await.map_err(|error| conflict(error, UNIQUE))?;
        Ok(Level { id: LevelId(inserted.last_insert_id), ..new })
    }

    /// Changes a level.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] with `name` when that is in use.
    pub async fn change_level(&self, changed: &Level) -> Result<()> {
        let row = level::ActiveModel { id: NotSet, ..write(changed) };
        let updated = level::Entity::update_many().set(row).filter(level::Column::Id.eq(changed.id.0));
        let done = updated.exec(self.0.writer()).await.map_err(|error| conflict(error, UNIQUE))?;
        if done.rows_affected == 0 { Err(Error::NotFound) } else { Ok(()) }
    }

    /// Deletes a level; rules that named it have the usual one then, and incidents that of their severity.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete_level(&self, id: LevelId) -> Result<()> {
        let transaction = self.0.begin().await?;
        rule::Entity::update_many()
            .col_expr(rule::Column::LevelId, Expr::value(None::<i64>))
            .filter(rule::Column::LevelId.eq(id.0))
            .exec(&transaction)
            .await?;
        for severity in [Severity::Warning, Severity::Critical] {
            // By itself a level of what is critical, or of a warning: which rule it was does not matter any more.
            let instead = usual_level(&Condition::Reboot, severity);
            incident::Entity::update_many()
                .col_expr(incident::Column::LevelId, Expr::value(instead.0))
                .filter(incident::Column::LevelId.eq(id.0))
                .filter(incident::Column::Severity.eq(severity_name(severity)))
                .exec(&transaction)
                .await?;
        }
        let done = level::Entity::delete_by_id(id.0).exec(&transaction).await?;
        if done.rows_affected == 0 {
            return Err(Error::NotFound);
        }
        transaction.commit().await?;
        Ok(())
    }
}

pub(super) async fn all(connection: &impl ConnectionTrait) -> Result<Vec<Level>> {
    let rows = level::Entity::find().order_by_asc(level::Column::Id).all(connection).await?;
    rows.into_iter().map(read).collect()
}

/// Puts a channel into the first step of levels.
pub(super) async fn add_channel(connection: &impl ConnectionTrait, channel: ChannelId, levels: &[i64]) -> Result<()> {
    change_steps(connection, |level| {
        if !levels.contains(&level.id.0) {
            return;
        }
        match level.steps.first_mut() {
            Some(step) if step.after_secs == 0 => step.channels.push(channel),
            _ => level.steps.insert(0, Step { after_secs: 0, channels: vec![channel] }),
        }
    })
    .await
}

/// Takes a channel out of all steps.
pub(super) async fn remove_channel(connection: &impl ConnectionTrait, channel: ChannelId) -> Result<()> {
    change_steps(connection, |level| {
        for step in &mut level.steps {
            step.channels.retain(|one| *one != channel);
        }
        level.steps.retain(|step| !step.channels.is_empty());
    })
    .await
}

async fn change_steps(connection: &impl ConnectionTrait, change: impl Fn(&mut Level)) -> Result<()> {
    for mut one in all(connection).await? {
        let before = one.steps.clone();
        change(&mut one);
        if one.steps != before {
            level::Entity::update_many()
                .col_expr(level::Column::Steps, Expr::value(steps_text(&one.steps)))
                .filter(level::Column::Id.eq(one.id.0))
                .exec(connection)
                .await?;
        }
    }
    Ok(())
}

fn steps_text(steps: &[Step]) -> String {
    serde_json::to_string(steps).unwrap_or_else(|_| "[]".to_owned())
}

fn write(level: &Level) -> level::ActiveModel {
    level::ActiveModel {
        id: NotSet,
        name: Set(level.name.clone()),
        steps: Set(steps_text(&level.steps)),
        reminder: Set(level.reminder.and_then(|reminder| serde_json::to_string(&reminder).ok())),
        tells_end: Set(level.tells_end),
    }
}

fn read(row: level::Model) -> Result<Level> {
    let unreadable = |_| Error::unreadable("level of escalation");
    Ok(Level {
        id: LevelId(row.id),
        name: row.name,
        steps: serde_json::from_str(&row.steps).map_err(unreadable)?,
        reminder: row.reminder.as_deref().map(serde_json::from_str).transpose().map_err(unreadable)?,
        tells_end: row.tells_end,
    })
}
