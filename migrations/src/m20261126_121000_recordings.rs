//! What a server's flight recorder wrote down when an incident began.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let incident = ForeignKey::create()
            .name("fk_incident_recordings_incident_id")
            .from("incident_recordings", "incident_id")
            .to("incidents", "id")
            .on_delete(ForeignKeyAction::Cascade)
            .to_owned();
        manager
            .create_table(
                Table::create()
                    .table("incident_recordings")
                    .col(big_integer("incident_id").primary_key())
                    .col(big_integer("at_ms"))
                    // taken, or a word for why it was not.
                    .col(string("state"))
                    // A version, then packed; null when there is none.
                    .col(blob_null("data"))
                    .foreign_key(&mut incident.clone())
                    .to_owned(),
            )
            .await?;
        let index =
            Index::create().name("idx_incident_recordings_at").table("incident_recordings").col("at_ms").to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("incident_recordings").to_owned()).await
    }
}
