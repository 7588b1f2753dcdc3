//! The rules that a new database has: those of the operations guide.

use domain::{
    Result, RuleId,
    alerts::{Comparison, Condition, Rule, Scope, Severity, Threshold},
    level::{self, Thresholds},
    levels,
};
use store::Store;

/// The setting that says that a database had them: who deletes all rules does not get them again.
const SETTING: &str = "alert_rules";
/// How far below its level a value has to be before it is over, in percent.
const BAND: f64 = 5.0;
/// For how long none of the servers can be reached: where it is they and not the network, that is seen by then.
const CUT_OFF_SECS: u32 = 4;
/// For how long the processor and memory have to be so, in seconds.
const FOR_SECS: u32 = 60;

/// Adds them to a database that never had rules.
pub(super) async fn add(store: &Store, now_ms: i64) -> Result<()> {
    if store.settings().get(SETTING).await?.is_some() {
        return Ok(());
    }
    // Those that are there are of a start that was cut short.
    let there = store.alerts().rules().await?;
    for rule in rules().filter(|rule| there.iter().all(|other| other.name != rule.name)) {
        store.alerts().create_rule(rule, now_ms).await?;
    }
    Ok(store.settings().set_if_absent(SETTING, "added", now_ms).await.map(drop)?)
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
        assert_eq!(all.len(), 8);
    }
}
