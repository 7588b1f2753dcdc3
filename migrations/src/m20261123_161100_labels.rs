//! Groups and tags, by which a person keeps order.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("groups")
                    .col(big_pk_auto("id"))
                    .col(string("name"))
                    .col(string("type").default("servers"))
                    .col(text("description").default(""))
                    .col(string("color").default("#1976d2"))
                    .col(big_integer("created_at_ms"))
                    .col(big_integer("updated_at_ms"))
                    .to_owned(),
            )
            .await?;
        let unique_name =
            Index::create().name("idx_groups_name_type").table("groups").col("name").col("type").unique().to_owned();
        manager.create_index(unique_name).await?;
        manager
            .create_table(
                Table::create()
                    .table("tags")
                    .col(big_pk_auto("id"))
                    .col(string("name"))
                    .col(string("color").default("#3f51b5"))
                    .to_owned(),
            )
            .await?;
        let unique_name = Index::create().name("idx_tags_name").table("tags").col("name").unique().to_owned();
        manager.create_index(unique_name).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("tags").to_owned()).await?;
        manager.drop_table(Table::drop().table("groups").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
