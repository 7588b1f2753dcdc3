//! The watched servers and the tags on them.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(servers()).await?;
        for (name, column) in [("idx_servers_status", "status"), ("idx_servers_group_id", "group_id")] {
            manager.create_index(Index::create().name(name).table("servers").col(column).to_owned()).await?;
        }
        manager.create_table(server_tag_map()).await?;
        let by_tag = Index::create().name("idx_server_tag_map_tag_id").table("server_tag_map").col("tag_id").to_owned();
        manager.create_index(by_tag).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("server_tag_map").to_owned()).await?;
        manager.drop_table(Table::drop().table("servers").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn servers() -> TableCreateStatement {
    // Two entries may share a host, a port and an account: nothing here is unique but the id.
    Table::create()
        .table("servers")
        .col(big_pk_auto("id"))
        .col(string("name"))
        .col(string("host"))
        .col(integer("port").default(22))
        .col(string("username"))
        .col(text("description").default(""))
        .col(string("via").default("ssh"))
        .col(string("auth_method").default("none"))
        .col(text_null("sealed_secret"))
        .col(text_null("sealed_passphrase"))
        .col(big_integer_null("group_id"))
        .col(integer("interval_secs").default(3))
        .col(string("status").default("unknown"))
        .col(string_null("status_reason_code"))
        .col(text_null("status_reason_message"))
        .col(big_integer_null("status_since_ms"))
        .col(big_integer_null("last_seen_ms"))
        .col(big_integer("created_at_ms"))
        .col(big_integer("updated_at_ms"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_servers_group_id")
                .from("servers", "group_id")
                .to("groups", "id")
                .on_delete(ForeignKeyAction::SetNull),
        )
        .to_owned()
}

fn server_tag_map() -> TableCreateStatement {
    Table::create()
        .table("server_tag_map")
        .col(big_integer("server_id"))
        .col(big_integer("tag_id"))
        .primary_key(Index::create().col("server_id").col("tag_id"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_server_tag_map_server_id")
                .from("server_tag_map", "server_id")
                .to("servers", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_server_tag_map_tag_id")
                .from("server_tag_map", "tag_id")
                .to("tags", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}
