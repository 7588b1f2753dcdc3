//! What was measured: blocks of many values each, what they take, and the journal of what is not in a block yet.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_server = |table: &'static str| {
            ForeignKey::create()
                .name(format!("fk_{table}_server_id"))
                .from(table, "server_id")
                .to("servers", "id")
                .on_delete(ForeignKeyAction::Cascade)
                .to_owned()
        };
        manager
            .create_table(
                Table::create()
                    .table("monitoring_history")
                    .col(big_pk_auto("id"))
                    .col(big_integer("server_id"))
                    // The begin of the window of time that the block belongs to.
                    .col(big_integer("timestamp"))
                    .col(small_integer("tier"))
                    // Empty for a block of all series whose window is not over; "@" for the times of one whose window is.
                    .col(string("series"))
                    .col(big_integer("first_ms"))
                    .col(big_integer("last_ms"))
                    .col(integer("value_count"))
                    .col(binary("data"))
                    .foreign_key(&mut of_server("monitoring_history"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_monitoring_history_server")
                    .table("monitoring_history")
                    .col("server_id")
                    .col("timestamp")
                    .col("tier")
                    .col("series")
                    .to_owned(),
            )
            .await?;
        let open = "CREATE INDEX idx_monitoring_history_open ON monitoring_history (tier, timestamp) WHERE series = ''";
        manager.get_connection().execute_unprepared(open).await?;
        manager
            .create_table(
                Table::create()
                    .table("history_usage")
                    .col(big_integer("server_id"))
                    .col(small_integer("tier"))
                    .col(big_integer("size_bytes"))
                    .col(big_integer("value_count"))
                    .col(big_integer("first_ms"))
                    .col(big_integer("last_ms"))
                    .primary_key(Index::create().col("server_id").col("tier"))
                    .foreign_key(&mut of_server("history_usage"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create().table("history_journal").col(big_pk_auto("id")).col(binary("data")).to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["history_journal", "history_usage", "monitoring_history"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
