//! The host keys that a person trusts.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("known_hosts")
                    .col(big_pk_auto("id"))
                    .col(string("host"))
                    .col(integer("port"))
                    .col(string("algorithm"))
                    .col(string("fingerprint"))
                    .col(string("trusted_by"))
                    .col(big_integer("trusted_at_ms"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_known_hosts_host_port_fingerprint")
                    .table("known_hosts")
                    .col("host")
                    .col("port")
                    .col("fingerprint")
                    .unique()
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("known_hosts").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
