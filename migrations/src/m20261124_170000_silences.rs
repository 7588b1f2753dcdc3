//! Silences, and who has seen which incident.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn cascade(table: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to(to, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("silences")
                    .col(big_pk_auto("id"))
                    // Which servers, as JSON.
                    .col(string("scope"))
                    // Of one rule; of all when null.
                    .col(big_integer_null("rule_id"))
                    .col(big_integer("from_ms"))
                    .col(big_integer("until_ms"))
                    .col(string("reason"))
                    .col(string("person"))
                    .foreign_key(&mut cascade("silences", "rule_id", "alert_rules"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("incident_reads")
                    .col(big_integer("user_id"))
                    .col(big_integer("incident_id"))
                    .primary_key(Index::create().col("user_id").col("incident_id"))
                    .foreign_key(&mut cascade("incident_reads", "user_id", "users"))
                    .foreign_key(&mut cascade("incident_reads", "incident_id", "incidents"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(Index::create().name("idx_silences_until").table("silences").col("until_ms").to_owned())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["incident_reads", "silences"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
