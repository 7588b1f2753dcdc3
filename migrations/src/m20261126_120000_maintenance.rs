//! Planned maintenance.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// What is about a group, tag or server goes with it: it must never come to mean another one, or all.
fn about(column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_maintenance_windows_{column}"))
        .from("maintenance_windows", column)
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
                    .table("maintenance_windows")
                    .col(big_pk_auto("id"))
                    .col(string("name"))
                    .col(string("description"))
                    // On which servers: on all when none of the three is set.
                    .col(big_integer_null("group_id"))
                    .col(big_integer_null("tag_id"))
                    .col(big_integer_null("server_id"))
                    // When, as JSON.
                    .col(string("schedule"))
                    .col(boolean("is_enabled"))
                    .col(string("person"))
                    .col(big_integer("created_at_ms"))
                    .col(big_integer("updated_at_ms"))
                    // From then on it is certainly over; for ever when null.
                    .col(big_integer_null("over_at_ms"))
                    .foreign_key(&mut about("group_id", "groups"))
                    .foreign_key(&mut about("tag_id", "tags"))
                    .foreign_key(&mut about("server_id", "servers"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_maintenance_windows_over")
                    .table("maintenance_windows")
                    .col("over_at_ms")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("maintenance_windows").to_owned()).await
    }
}
