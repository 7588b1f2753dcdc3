//! Channels, levels of escalation, who was told what, and the messages that wait to be sent.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: [&str; 6] =
    ["incident_events", "delivery_incidents", "deliveries", "incident_notices", "escalation_levels", "channels"];

fn cascade(table: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to(to, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

/// What an incident's life adds to it.
fn incident_columns() -> [ColumnDef; 6] {
    [
        big_integer("level_id").default(2).take(),
        big_integer_null("acknowledged_at_ms").take(),
        string("acknowledged_by").default("").take(),
        string("reason").default("").take(),
        string("assignee").default("").take(),
        // 1 to 4, as in P1 to P4.
        integer("priority").default(3).take(),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let alter = |table: &'static str, column| Table::alter().table(table).add_column(column).to_owned();
        for column in incident_columns() {
            manager.alter_table(alter("incidents", column)).await?;
        }
        manager.alter_table(alter("alert_rules", big_integer_null("level_id").take())).await?;
        manager
            .create_table(
                Table::create()
                    .table("channels")
                    .col(big_pk_auto("id"))
                    .col(string_uniq("uid"))
                    .col(string_uniq("name"))
                    // The target, quiet hours and templates as JSON; the secret sealed.
                    .col(string("target"))
                    .col(string_null("secret"))
                    .col(boolean("is_enabled"))
                    .col(string("time_zone"))
                    .col(string_null("quiet"))
                    .col(string("templates"))
                    .col(big_integer("created_at_ms"))
                    .col(big_integer("updated_at_ms"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("escalation_levels")
                    .col(big_pk_auto("id"))
                    .col(string_uniq("name"))
                    // The steps and the reminder as JSON.
                    .col(string("steps"))
                    .col(string_null("reminder"))
                    .col(boolean("tells_end"))
                    .to_owned(),
            )
            .await?;
        for (id, name) in [(1, "Level 1: warning"), (2, "Level 2: critical"), (3, "Level 3: service down")] {
            let insert = Query::insert()
                .into_table("escalation_levels")
                .columns(["id", "name", "steps", "tells_end"])
                .values_panic([id.into(), name.into(), "[]".into(), true.into()])
                .to_owned();
            manager.execute(insert).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("incident_notices")
                    .col(big_integer("incident_id"))
                    .col(big_integer("channel_id"))
                    // The last step that was told, and when something was last told.
                    .col(integer("step"))
                    .col(big_integer("at_ms"))
                    .col(boolean("is_ended"))
                    .primary_key(Index::create().col("incident_id").col("channel_id"))
                    .foreign_key(&mut cascade("incident_notices", "incident_id", "incidents"))
                    .foreign_key(&mut cascade("incident_notices", "channel_id", "channels"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("deliveries")
                    .col(big_pk_auto("id"))
                    .col(big_integer("channel_id"))
                    .col(string("event_id"))
                    .col(string("event_type"))
                    .col(string("payload"))
                    // waiting, sent or dead
                    .col(string("state"))
                    .col(integer("attempts"))
                    .col(big_integer("created_at_ms"))
                    .col(big_integer("next_at_ms"))
                    .col(big_integer_null("tried_at_ms"))
                    .col(big_integer_null("done_at_ms"))
                    // What the other side said last.
                    .col(string("answer"))
                    .foreign_key(&mut cascade("deliveries", "channel_id", "channels"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("delivery_incidents")
                    .col(big_integer("incident_id"))
                    .col(big_integer("delivery_id"))
                    .primary_key(Index::create().col("incident_id").col("delivery_id"))
                    .foreign_key(&mut cascade("delivery_incidents", "incident_id", "incidents"))
                    .foreign_key(&mut cascade("delivery_incidents", "delivery_id", "deliveries"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("incident_events")
                    .col(big_pk_auto("id"))
                    .col(big_integer("incident_id"))
                    .col(big_integer("at_ms"))
                    .col(string("kind"))
                    .col(string("person"))
                    .col(string("detail"))
                    .foreign_key(&mut cascade("incident_events", "incident_id", "incidents"))
                    .to_owned(),
            )
            .await?;
        for (name, table, columns) in [
            ("idx_deliveries_channel", "deliveries", ["channel_id", "id"]),
            ("idx_deliveries_state", "deliveries", ["state", "next_at_ms"]),
            ("idx_delivery_incidents_delivery", "delivery_incidents", ["delivery_id", "incident_id"]),
            ("idx_incident_events_incident", "incident_events", ["incident_id", "id"]),
            ("idx_incident_notices_channel", "incident_notices", ["channel_id", "at_ms"]),
        ] {
            let mut index = Index::create().name(name).table(table).to_owned();
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        let drop = |table: &'static str, column: String| {
            Table::alter().table(table).drop_column(Alias::new(column)).to_owned()
        };
        for column in incident_columns() {
            manager.alter_table(drop("incidents", column.get_column_name())).await?;
        }
        manager.alter_table(drop("alert_rules", "level_id".to_owned())).await
    }
}
