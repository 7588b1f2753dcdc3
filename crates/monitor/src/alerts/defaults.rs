//! The rules that a new database has: those of the operations guide.

use domain::{
    Result, RuleId,
    alerts::{Comparison, Condition, Rule, Scope, Severity, Threshold},
    level::{self, Thresholds},
    levels,
};
use store::Store;

/// The setting that says which of them a database had: who deletes a rule does not get it again.
const SETTING: &str = "alert_rules";
/// The setting's values, each with the number of rules that there were then. New rules come last.
const HAD: [(&str, usize); 2] = [("added", 7), ("with host keys and cuts", 9)];
/// How far below its level a value has to be before it is over, in percent.
const BAND: f64 = 5.0;
/// For how long none of the servers can be reached: where it is they and not the network, that is seen by then.
const CUT_OFF_SECS: u32 = 4;
/// For how long the processor and memory have to be so, in seconds.
const FOR_SECS: u32 = 60;

/// Adds those that a database never had.
pub(super) async fn add(store: &Store, now_ms: i64) -> Result<()> {
    let had = match store.settings().get(SETTING).await? {
        None => 0,
        // Another value is of a newer program, which knew all that are known here.
        Some(value) => HAD.iter().find(|(name, _)| *name == value).map_or(usize::MAX, |(_, count)| *count),
    };
    let Some((newest, count)) = HAD.last().filter(|(_, count)| had < *count) else { return Ok(()) };
    // Those that are there are of a start that was cut short, or a person's own.
    let there = store.alerts().rules().await?;
    for rule in rules().take(*count).skip(had).filter(|rule| there.iter().all(|other| other.name != rule.name)) {
        store.alerts().create_rule(rule, now_ms).await?;
    }
    Ok(store.settings().set(SETTING, newest, now_ms).await?)
}

/// All of them.
pub(super) fn rules() -> impl Iterator<Item = Rule> {
    let rule = |name: String, condition, severity, for_secs| Rule {
        id: RuleId(0),
        name,
        condition,
        scope: Scope::All,
        severity,
        for_secs,
        clear_secs: for_secs,
        is_enabled: true,
        level_id: None,
    };
    let of = move |what: &'static str, series: &'static str, thresholds: Thresholds, for_secs| {
        let levels =
            [(Severity::Warning, "high", thresholds.warning), (Severity::Critical, "critical", thresholds.critical)];
        levels.map(|(severity, word, percent)| {
            let fire = f64::from(percent);
            let threshold = Threshold { comparison: Comparison::Above, fire, clear: fire - BAND };
            rule(
                format!("{what} {word}"),
                Condition::Value { series: series.to_owned(), threshold },
                severity,
                for_secs,
            )
        })
    };
    let values = of("CPU", levels::CPU, level::CPU, FOR_SECS)
        .into_iter()
        .chain(of("Memory", levels::MEMORY, level::MEMORY, FOR_SECS))
        .chain(of("Disk", levels::DISK, level::DISK, 0));
    values.chain([
        rule("Server offline".to_owned(), Condition::Offline, Severity::Critical, 0),
        rule("Host key changed".to_owned(), Condition::HostKeyChanged, Severity::Critical, 0),
        rule("Monitor cut off".to_owned(), Condition::CutOff, Severity::Critical, CUT_OFF_SECS),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_s_levels_are_there() {
        let all: Vec<_> = rules().map(Rule::validated).map(std::result::Result::unwrap).collect();
        let fire = |name: &str| match &all.iter().find(|rule| rule.name == name).unwrap().condition {
            Condition::Value { threshold, .. } => threshold.fire,
            other => panic!("{other:?}"),
        };
        let levels =
            ["CPU high", "CPU critical", "Memory high", "Memory critical", "Disk high", "Disk critical"].map(fire);
        assert_eq!(levels, [80.0, 90.0, 75.0, 85.0, 80.0, 90.0]);
        assert_eq!(all.last().map(|rule| rule.name.as_str()), Some("Monitor cut off"));
        assert_eq!(HAD.last().map(|(_, count)| *count), Some(all.len()), "a new rule needs a new value of the setting");
    }

    #[tokio::test]
    async fn a_database_gets_each_rule_once_whenever_it_was_made() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("servers.db")).await.unwrap();
        store.migrate().await.unwrap();
        let names = async || {
            let rules = store.alerts().rules().await.unwrap();
            rules.into_iter().map(|rule| rule.name).collect::<Vec<_>>()
        };
        add(&store, 0).await.unwrap();
        assert_eq!(names().await.len(), 9);
        let id = |name: &'static str| {
            let store = &store;
            async move { store.alerts().rules().await.unwrap().into_iter().find(|rule| rule.name == name).unwrap().id }
        };
        // As an older program left it, with a rule that was deleted.
        for name in ["Host key changed", "Monitor cut off", "CPU high"] {
            store.alerts().delete_rule(id(name).await, 0).await.unwrap();
        }
        store.settings().set(SETTING, "added", 0).await.unwrap();
        add(&store, 0).await.unwrap();
        let all = names().await;
        assert!(all.len() == 8 && all.contains(&"Host key changed".to_owned()), "{all:?}");
        // Deleted for good, also under a newer program.
        store.alerts().delete_rule(id("Host key changed").await, 0).await.unwrap();
        add(&store, 0).await.unwrap();
        store.settings().set(SETTING, "something newer", 0).await.unwrap();
        add(&store, 0).await.unwrap();
        assert_eq!(names().await.len(), 7);
    }
}
