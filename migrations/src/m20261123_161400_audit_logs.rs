//! The audit log. It outlives the accounts it names.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("audit_logs")
                    .col(big_pk_auto("id"))
                    .col(big_integer_null("user_id"))
                    .col(string("username"))
                    .col(string("action"))
                    .col(string("target_type").default(""))
                    .col(string("target_id").default(""))
                    .col(text("detail").default(""))
                    .col(string("ip").default(""))
                    .col(string("user_agent").default(""))
                    .col(big_integer("created_at_ms"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk_audit_logs_user_id")
                            .from("audit_logs", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, column) in [
            ("idx_audit_logs_created_at_ms", "created_at_ms"),
            ("idx_audit_logs_user_id", "user_id"),
            ("idx_audit_logs_action", "action"),
        ] {
            manager.create_index(Index::create().name(name).table("audit_logs").col(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("audit_logs").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
