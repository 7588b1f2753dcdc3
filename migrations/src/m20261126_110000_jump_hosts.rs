//! The server through which another one is reached.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite cannot add a foreign key to a table that is there; who deletes a server looks for those behind it.
        let column =
            Table::alter().table("servers").add_column(big_integer_null("jump_host_id")).to_owned();
        manager.alter_table(column).await?;
        let index = Index::create().name("idx_servers_jump_host_id").table("servers").col("jump_host_id").to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("idx_servers_jump_host_id").table("servers").to_owned()).await?;
        manager.alter_table(Table::alter().table("servers").drop_column("jump_host_id").to_owned()).await
    }
}
