//! The table `alert_rules`: rules about values.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "alert_rules")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub condition: String,
    pub scope: String,
    pub severity: String,
    pub for_secs: i32,
    pub clear_secs: i32,
    pub is_enabled: bool,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
    pub level_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
