//! The table `servers`: watched servers.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "servers")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub host: String,
    pub port: i32,
    pub username: String,
    pub description: String,
    pub via: String,
    pub jump_host_id: Option<i64>,
    pub auth_method: String,
    pub sealed_secret: Option<String>,
    pub sealed_passphrase: Option<String>,
    pub group_id: Option<i64>,
    pub interval_secs: i32,
    pub status: String,
    pub status_reason_code: Option<String>,
    pub status_reason_message: Option<String>,
    pub status_since_ms: Option<i64>,
    pub last_seen_ms: Option<i64>,
    pub created_at_ms: i64,
    pub updated_at_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::group::Entity", from = "Column::GroupId", to = "super::group::Column::Id")]
    Group,
}

impl ActiveModelBehavior for ActiveModel {}

impl Related<super::group::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Group.def()
    }
}
