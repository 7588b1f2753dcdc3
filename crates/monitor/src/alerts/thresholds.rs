//! The levels of the usual rules, by which a script or a page sets what most people want to set.

use domain::{
    Permission, Result,
    alerts::{Comparison, Condition, Rule, Scope, Severity},
    levels::Levels,
};

use super::{Alerts, defaults};
use crate::{actor::Actor, clock};

impl Alerts {
    /// From where on the usual rules fire.
    ///
    /// # Errors
    /// When the actor may not see servers, or the database fails.
    pub async fn levels(&self, actor: &Actor) -> Result<Levels> {
        actor.require(Permission::ServersRead)?;
        Ok(levels_of(&self.store.alerts().rules().await?))
    }

    /// Sets from where on the usual rules fire, and returns all their levels. The distance to the level at which each is over stays. A rule that was
    /// deleted is made again.
    ///
    /// # Errors
    /// When the actor may not, or a level makes no sense; then nothing is changed.
    pub async fn set_levels(&self, actor: &Actor, levels: Levels) -> Result<Levels> {
        actor.require(Permission::SettingsWrite)?;
        let rules = self.store.alerts().rules().await?;
        let mut wanted = levels.or(levels_of(&rules)).validated()?;
        for level in wanted.each() {
            let Some(percent) = *level.percent else { continue };
            let there = rules.iter().find(|rule| is_usual(rule, level.series, level.severity)).cloned();
            let is_there = there.is_some();
            let usual = || defaults::rules().find(|rule| is_usual(rule, level.series, level.severity));
            let Some(mut rule) = there.or_else(usual) else { continue };
            if !raise(&mut rule, percent) && is_there {
                continue;
            }
            if is_there {
                self.store.alerts().change_rule(&rule.clone().validated()?, clock::now_ms()).await?;
                self.changed(actor, "rule.change", &rule.name).await?;
            } else {
                self.store.alerts().create_rule(rule.clone().validated()?, clock::now_ms()).await?;
                self.changed(actor, "rule.create", &rule.name).await?;
            }
        }
        Ok(wanted)
    }
}

fn levels_of(rules: &[Rule]) -> Levels {
    let mut levels = Levels::default();
    for level in levels.each() {
        let rule = rules.iter().find(|rule| is_usual(rule, level.series, level.severity));
        *level.percent = rule.and_then(|rule| match &rule.condition {
            Condition::Value { threshold, .. } => Some(threshold.fire),
            _ => None,
        });
    }
    levels
}

/// Whether a rule is the one for all servers by which high values of a series are so bad, whatever its name.
fn is_usual(rule: &Rule, wanted: &str, severity: Severity) -> bool {
    rule.scope == Scope::All
        && rule.severity == severity
        && matches!(&rule.condition, Condition::Value { series, threshold }
            if series == wanted && threshold.comparison == Comparison::Above)
}

/// Moves both levels of a rule. Returns whether that changed it.
fn raise(rule: &mut Rule, percent: f64) -> bool {
    let Condition::Value { threshold, .. } = &mut rule.condition else { return false };
    let before = *threshold;
    threshold.clear = (percent - (before.fire - before.clear)).max(0.0);
    threshold.fire = percent;
    *threshold != before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_moves_with_the_level() {
        let mut rules: Vec<_> = defaults::rules().collect();
        let usual = levels_of(&rules);
        assert_eq!((usual.memory_warning_threshold, usual.disk_critical_threshold), (Some(75.0), Some(90.0)));
        let both = |rule: &Rule| match &rule.condition {
            Condition::Value { threshold, .. } => (threshold.fire, threshold.clear),
            other => panic!("{other:?}"),
        };
        assert!(!raise(&mut rules[0], 80.0));
        assert!(raise(&mut rules[0], 70.0));
        assert_eq!(both(&rules[0]), (70.0, 65.0));
        assert!(raise(&mut rules[0], 3.0));
        assert_eq!(both(&rules[0]), (3.0, 0.0));
        rules[1].scope = Scope::Server(domain::ServerId(1));
        assert_eq!(levels_of(&rules).cpu_critical_threshold, None, "a rule of one server is not the usual one");
    }
}
