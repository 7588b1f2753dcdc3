//! The language of a channel's readers.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A tag after BCP 47, such as de or zh-CN.
        let language = string("language").default("en").to_owned();
        manager.alter_table(Table::alter().table("channels").add_column(language).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("channels").drop_column("language").to_owned()).await
    }
}
