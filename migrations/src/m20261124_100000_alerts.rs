//! Rules about values, what each thinks of a server's series, and incidents.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let reference = |table: &'static str, column: &'static str, to: &'static str, then: ForeignKeyAction| {
            ForeignKey::create()
                .name(format!("fk_{table}_{column}"))
                .from(table, column)
                .to(to, "id")
                .on_delete(then)
                .to_owned()
        };
        manager
            .create_table(
                Table::create()
                    .table("alert_rules")
                    .col(big_pk_auto("id"))
                    .col(string_uniq("name"))
                    // The condition and the scope as JSON.
                    .col(string("condition"))
                    .col(string("scope"))
                    .col(string("severity"))
                    .col(integer("for_secs"))
                    .col(integer("clear_secs"))
                    .col(boolean("is_enabled"))
                    .col(big_integer("created_at_ms"))
                    .col(big_integer("updated_at_ms"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("alert_states")
                    .col(big_integer("rule_id"))
                    .col(big_integer("server_id"))
                    // Empty where the rule is about the server itself.
                    .col(string("series"))
                    .col(boolean("is_firing"))
                    .col(big_integer("since_ms"))
                    .col(big_integer_null("good_since_ms"))
                    .primary_key(Index::create().col("server_id").col("rule_id").col("series"))
                    .foreign_key(&mut reference("alert_states", "rule_id", "alert_rules", ForeignKeyAction::Cascade))
                    .foreign_key(&mut reference("alert_states", "server_id", "servers", ForeignKeyAction::Cascade))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("incidents")
                    .col(big_pk_auto("id"))
                    // What was deleted since leaves its name.
                    .col(big_integer_null("rule_id"))
                    .col(string("rule_name"))
                    .col(big_integer_null("server_id"))
                    .col(string("server_name"))
                    .col(string("series"))
                    .col(string("severity"))
                    .col(double_null("value"))
                    .col(big_integer("since_ms"))
                    .col(big_integer("began_at_ms"))
                    .col(big_integer_null("ended_at_ms"))
                    .foreign_key(&mut reference("incidents", "rule_id", "alert_rules", ForeignKeyAction::SetNull))
                    .foreign_key(&mut reference("incidents", "server_id", "servers", ForeignKeyAction::SetNull))
                    .to_owned(),
            )
            .await?;
        for (name, column) in [("idx_incidents_began", "began_at_ms"), ("idx_incidents_server", "server_id")] {
            manager.create_index(Index::create().name(name).table("incidents").col(column).to_owned()).await?;
        }
        // One open incident for each rule and series of a server.
        let open = "CREATE UNIQUE INDEX idx_incidents_open ON incidents (server_id, rule_id, series) WHERE ended_at_ms IS NULL";
        manager.get_connection().execute_unprepared(open).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["incidents", "alert_states", "alert_rules"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
