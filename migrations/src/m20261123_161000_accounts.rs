//! People's accounts and their login sessions.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("users")
                    .col(big_pk_auto("id"))
                    .col(string("username"))
                    // Names and addresses are unique without regard to case, which each database spells differently.
                    .col(string("username_lower"))
                    .col(string("email"))
                    .col(string("email_lower"))
                    .col(string("password_hash"))
                    .col(string("role").default("user"))
                    .col(boolean("is_active").default(true))
                    .col(big_integer_null("last_login_ms"))
                    .col(big_integer("created_at_ms"))
                    .to_owned(),
            )
            .await?;
        for (name, column) in [("idx_users_username", "username_lower"), ("idx_users_email", "email_lower")] {
            let index = Index::create().name(name).table("users").col(column).unique().to_owned();
            manager.create_index(index).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("sessions")
                    .col(string("id").primary_key())
                    .col(big_integer("user_id"))
                    .col(big_integer("created_at_ms"))
                    .col(big_integer("expires_at_ms"))
                    .col(big_integer("last_used_ms"))
                    .col(string("ip").default(""))
                    .col(string("user_agent").default(""))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk_sessions_user_id")
                            .from("sessions", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, column) in [("idx_sessions_user_id", "user_id"), ("idx_sessions_expires_at_ms", "expires_at_ms")] {
            manager.create_index(Index::create().name(name).table("sessions").col(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("sessions").to_owned()).await?;
        manager.drop_table(Table::drop().table("users").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
