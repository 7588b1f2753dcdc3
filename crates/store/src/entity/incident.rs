//! The table `incidents`: what began, and when it was over.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "incidents")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub rule_id: Option<i64>,
    pub rule_name: String,
    pub server_id: Option<i64>,
    pub server_name: String,
    pub series: String,
    pub severity: String,
    pub value: Option<f64>,
    pub since_ms: i64,
    pub began_at_ms: i64,
    pub ended_at_ms: Option<i64>,
    pub level_id: i64,
    pub acknowledged_at_ms: Option<i64>,
    pub acknowledged_by: String,
    pub reason: String,
    pub assignee: String,
    pub priority: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
