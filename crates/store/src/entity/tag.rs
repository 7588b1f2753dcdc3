//! The table `tags`: tags.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tags")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub color: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(has_many = "super::server_tag::Entity")]
    ServerTag,
}

impl ActiveModelBehavior for ActiveModel {}

impl Related<super::server_tag::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::ServerTag.def()
    }
}
