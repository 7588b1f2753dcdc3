//! What rules add to the program: measured in turn without and with them, so that what else the machine does falls on both.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::time::sleep;

use super::bed::Bed;
use super::{Arguments, float};
use crate::measure::process;
use crate::table::Figure;

/// How often each is measured.
const ROUNDS: u32 = 2;

/// What was used within some time.
#[derive(Debug, Clone, Copy, Default)]
struct Used {
    cpu: Duration,
    reports: u64,
    rss: u64,
}

impl Used {
    fn us_per_report(self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / float(self.reports)
    }
}

/// Measures the program without rules and with them.
///
/// # Errors
/// When the program or the simulator fails.
pub(super) async fn measure(bed: &mut Bed, arguments: &Arguments) -> Result<Vec<Figure>> {
    let settle = Duration::from_secs(u64::from(arguments.interval) + 2);
    sleep(settle).await;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        without.push(used(bed, arguments).await?);
        let rules = bed.quiet_rules(arguments.rules).await?;
        sleep(settle).await;
        with.push(used(bed, arguments).await?);
        for rule in rules {
            bed.delete_rule(rule).await?;
        }
        sleep(settle).await;
    }
    let per_rule = (mean(&with) - mean(&without)) / f64::from(arguments.rules);
    let mut figures = vec![
        Figure::new("no rules: CPU per report", mean(&without), "µs"),
        Figure::new(format!("{} rules: CPU per report", arguments.rules), mean(&with), "µs"),
        Figure::new("what a rule adds to a report", per_rule, "µs").at_most(super::RULE_MARK_US),
        Figure::new("two measurements without rules differ by", apart(&without), "µs"),
        Figure::new("two measurements with rules differ by", apart(&with), "µs"),
    ];
    if let (Some(bare), Some(ruled)) = (without.last(), with.last()) {
        figures.push(Figure::new("no rules: RSS", float(bare.rss) / 1e6, "MB"));
        figures.push(Figure::new(format!("{} rules: RSS", arguments.rules), float(ruled.rss) / 1e6, "MB"));
    }
    Ok(figures)
}

async fn used(bed: &mut Bed, arguments: &Arguments) -> Result<Used> {
    let pid = bed.program.pid();
    let cpu = || process::cpu(pid).context("the program has ended");
    let before = (cpu()?, bed.simulator.counts().await?.reports);
    sleep(Duration::from_secs(arguments.seconds)).await;
    let after = (cpu()?, bed.simulator.counts().await?.reports);
    let reports = after.1 - before.1;
    if reports == 0 {
        bail!("no report was asked for");
    }
    let rss = process::rss(pid).context("the program has ended")?;
    Ok(Used { cpu: after.0.saturating_sub(before.0), reports, rss })
}

fn mean(all: &[Used]) -> f64 {
    all.iter().map(|used| used.us_per_report()).sum::<f64>() / float(all.len().max(1))
}

fn apart(all: &[Used]) -> f64 {
    let each = || all.iter().map(|used| used.us_per_report());
    each().fold(f64::NEG_INFINITY, f64::max) - each().fold(f64::INFINITY, f64::min)
}
