//! The table `maintenance_windows`: times at which nobody is told of incidents on some servers.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "maintenance_windows")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub description: String,
    pub group_id: Option<i64>,
    pub tag_id: Option<i64>,
    pub server_id: Option<i64>,
    pub schedule: String,
    pub is_enabled: bool,
    pub person: String,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
    pub over_at_ms: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
