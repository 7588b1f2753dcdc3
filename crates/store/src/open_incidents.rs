//! How many incidents are open, by rule.

use domain::RuleId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::ExprTrait};

use crate::{Result, alerts::Alerts, entity::incident};

impl Alerts<'_> {
    /// How many incidents of each rule are not over; rules without one are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_by_rule(&self) -> Result<Vec<(RuleId, u64)>> {
        let counted = incident::Entity::find()
            .select_only()
            .column(incident::Column::RuleId)
            .column_as(incident::Column::Id.count(), "open")
            .filter(incident::Column::EndedAtMs.is_null().and(incident::Column::RuleId.is_not_null()))
            .group_by(incident::Column::RuleId)
            .into_tuple::<(i64, i64)>()
            .all(self.0.reader())
            .await?;
        Ok(counted.into_iter().map(|(rule, open)| (RuleId(rule), open.unsigned_abs())).collect())
    }
}
