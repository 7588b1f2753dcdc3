//! Server functions of rules.

#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function, whose fields are the arguments described there"
)]

use domain::{LevelId, ServerId, dry_run::DryRun, groups::Group, tags::Tag};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

use super::form::RuleForm;
use crate::error::AppError;

/// A rule as the list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleRow {
    /// The rule.
    pub form: RuleForm,
    /// The name of its group, tag or server; empty for all, or when it is gone.
    pub place: String,
    /// Who is told.
    pub level: String,
    /// How many incidents of it are not over.
    pub open: u32,
}

/// What the editor needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditorData {
    /// The rule; `None` for a new one.
    pub row: Option<RuleRow>,
    /// All groups.
    pub groups: Vec<Group>,
    /// All tags.
    pub tags: Vec<Tag>,
    /// All servers: id, name, host.
    pub servers: Vec<(ServerId, String, String)>,
    /// All levels of escalation.
    pub levels: Vec<(LevelId, String)>,
    /// The server's clock, in Unix milliseconds.
    pub now_ms: i64,
}

/// All rules, by name.
///
/// # Errors
/// When nobody is logged in.
#[server(prefix = "/sfn", endpoint = "rules", input = Postcard, output = Postcard)]
pub async fn load_rules() -> Result<Vec<RuleRow>, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        let rules = monitor.alerts().rules(&actor).await?;
        let names = Names::load(&monitor, &actor).await?;
        Ok(rules.iter().map(|rule| names.row(rule)).collect())
    };
    ask.await.map_err(context::refuse)
}

/// A rule with what it can be set to; what there is for a new one without an id.
///
/// # Errors
/// When nobody is logged in, or there is none.
#[server(prefix = "/sfn", endpoint = "rule", input = Postcard, output = Postcard)]
pub async fn load_editor(id: Option<i64>) -> Result<EditorData, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        let names = Names::load(&monitor, &actor).await?;
        let row = match id {
            None => None,
            Some(id) => Some(names.row(&stored(&monitor, &actor, id).await?)),
        };
        let Names { groups, tags, servers, levels, .. } = names;
        Ok(EditorData { row, groups, tags, servers, levels, now_ms: context::now_ms() })
    };
    ask.await.map_err(context::refuse)
}

/// Makes a rule, or changes the one with its id.
///
/// # Errors
/// Names the fields that cannot be taken.
#[server(prefix = "/sfn", endpoint = "save-rule", input = Postcard, output = Postcard)]
pub async fn save_rule(form: RuleForm) -> Result<(), AppError> {
    use crate::context;
    let save = async {
        let (monitor, actor) = context::actor().await?;
        let rule = rule_of(form)?;
        match rule.id {
            domain::RuleId(0) => monitor.alerts().create_rule(&actor, rule).await,
            _ => monitor.alerts().change_rule(&actor, rule).await,
        }
    };
    save.await.map(drop).map_err(context::refuse)
}

/// Switches a rule on or off.
///
/// # Errors
/// When there is none, or the role does not allow it.
#[server(prefix = "/sfn", endpoint = "switch-rule", input = Postcard, output = Postcard)]
pub async fn switch_rule(id: i64, is_enabled: bool) -> Result<(), AppError> {
    use crate::context;
    let switch = async {
        let (monitor, actor) = context::actor().await?;
        let rule = stored(&monitor, &actor, id).await?;
        monitor.alerts().change_rule(&actor, domain::alerts::Rule { is_enabled, ..rule }).await
    };
    switch.await.map(drop).map_err(context::refuse)
}

/// Deletes a rule and ends what it began.
///
/// # Errors
/// When there is none, or the role does not allow it.
#[server(prefix = "/sfn", endpoint = "delete-rule", input = Postcard, output = Postcard)]
pub async fn delete_rule(id: i64) -> Result<(), AppError> {
    use crate::context;
    let delete = async {
        let (monitor, actor) = context::actor().await?;
        monitor.alerts().delete_rule(&actor, domain::RuleId(id)).await
    };
    delete.await.map_err(context::refuse)
}

/// When a rule would have fired in the last so many milliseconds.
///
/// # Errors
/// Names the fields that cannot be taken.
#[server(prefix = "/sfn", endpoint = "try-rule", input = Postcard, output = Postcard)]
pub async fn try_rule(form: RuleForm, span_ms: i64) -> Result<DryRun, AppError> {
    use crate::context;
    let ask = async {
        let (monitor, actor) = context::actor().await?;
        let to_ms = context::now_ms();
        let span = monitor::DryRunSpan { from_ms: Some(to_ms.saturating_sub(span_ms)), to_ms: Some(to_ms) };
        monitor.dry_runs().run(&actor, rule_of(form)?, span).await
    };
    ask.await.map_err(context::refuse)
}

/// The rule that was entered. The name in a certificate has a field of its own beside that of the rule.
#[cfg(feature = "ssr")]
fn rule_of(mut form: RuleForm) -> domain::Result<domain::alerts::Rule> {
    if form.kind == super::form::Kind::CertificateEnds && !form.subject.trim().is_empty() {
        form.subject = domain::text::host(&form.subject).map_err(|problem| domain::Error::invalid("host", problem))?;
    }
    Ok(form.into())
}

#[cfg(feature = "ssr")]
async fn stored(monitor: &monitor::Monitor, actor: &monitor::Actor, id: i64) -> domain::Result<domain::alerts::Rule> {
    let rules = monitor.alerts().rules(actor).await?;
    rules.into_iter().find(|rule| rule.id.0 == id).ok_or_else(|| domain::Error::not_found("rule"))
}

/// The names of what rules refer to, and how many incidents they have.
#[cfg(feature = "ssr")]
struct Names {
    groups: Vec<Group>,
    tags: Vec<Tag>,
    servers: Vec<(ServerId, String, String)>,
    levels: Vec<(LevelId, String)>,
    open: std::collections::HashMap<domain::RuleId, u64>,
}

#[cfg(feature = "ssr")]
impl Names {
    async fn load(monitor: &monitor::Monitor, actor: &monitor::Actor) -> domain::Result<Self> {
        let open = monitor.alerts().open_by_rule(actor).await?;
        let fleet = monitor.live().fleet(actor).await?;
        let mut servers: Vec<_> = fleet.rows.into_iter().map(|row| (row.id, row.meta.name, row.meta.host)).collect();
        servers.sort_by(|a, b| a.1.cmp(&b.1));
        let levels = monitor.notifications().levels(actor).await?;
        let levels = levels.into_iter().map(|level| (level.id, level.name)).collect();
        Ok(Self { groups: fleet.groups, tags: fleet.tags, servers, levels, open })
    }

    fn row(&self, rule: &domain::alerts::Rule) -> RuleRow {
        use domain::alerts::Scope;
        let place = match rule.scope {
            Scope::All => None,
            Scope::Group(id) => self.groups.iter().find(|group| group.id == id).map(|group| &group.name),
            Scope::Tag(id) => self.tags.iter().find(|tag| tag.id == id).map(|tag| &tag.name),
            Scope::Server(id) => self.servers.iter().find(|server| server.0 == id).map(|server| &server.1),
        };
        let level = self.levels.iter().find(|level| level.0 == rule.level()).map(|level| level.1.clone());
        RuleRow {
            form: RuleForm::from(rule),
            place: place.cloned().unwrap_or_default(),
            level: level.unwrap_or_default(),
            open: self.open.get(&rule.id).map_or(0, |open| u32::try_from(*open).unwrap_or(u32::MAX)),
        }
    }
}
