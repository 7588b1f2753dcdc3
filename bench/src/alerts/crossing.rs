//! From the moment at which a level is crossed to the message: each server has a rule of its own, so that nothing is told together.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tokio::time::{Instant, sleep, sleep_until};

use super::bed::Bed;
use super::inbox::{Arrived, Way};
use super::{Arguments, TOLD_MARK_MS, float, now_ms, spread};
use crate::table::Figure;

/// How busy processors are below the level and above it, and where the level is, in percent.
const CALM: u8 = 20;
const BUSY: u8 = 100;
const LEVEL: f64 = 90.0;
/// From one crossing to the next. It is no part of the interval, so that each falls on another moment of it.
const APART: Duration = Duration::from_millis(797);
/// How long the last messages may take.
const LAST: Duration = Duration::from_secs(60);
/// How long it is waited for messages that nobody should get.
const LATE: Duration = Duration::from_secs(5);

/// Measures crossings.
///
/// # Errors
/// When the program or the simulator fails, or a message does not come.
pub(super) async fn measure(bed: &mut Bed, arguments: &Arguments) -> Result<Vec<Figure>> {
    let count = arguments.crossings.min(arguments.servers);
    let quiet = bed.quiet_rules(arguments.rules.saturating_sub(1)).await?;
    bed.simulator.tell(&format!("cpu 1-{count} {CALM}")).await?;
    sleep(Duration::from_secs(u64::from(arguments.interval) * 2 + 1)).await;
    let condition =
        json!({ "kind": "value", "series": "cpu.busy", "comparison": "above", "fire": LEVEL, "clear": LEVEL });
    let mut rules = Vec::new();
    for number in 1..=count {
        rules.push(bed.rule(&name(number), condition.clone(), Some(number)).await?);
    }
    sleep(Duration::from_secs(u64::from(arguments.interval) + 1)).await;
    bed.inbox.take();

    let mut crossed = HashMap::new();
    let mut next = Instant::now();
    for number in 1..=count {
        sleep_until(next).await;
        next += APART;
        crossed.insert(name(number), now_ms());
        bed.simulator.tell(&format!("cpu {number} {BUSY}")).await?;
    }
    let wanted = count as usize * 2;
    let arrived = bed.inbox.wait("all messages", LAST, |arrived| begun(arrived).count() >= wanted).await?;
    let incidents = bed.incidents(true).await?;
    let began: HashMap<String, f64> =
        incidents.into_iter().map(|incident| (incident.rule_name, incident.began_at_ms)).collect();

    let mark_ms = f64::from(arguments.interval) * 1e3 + TOLD_MARK_MS;
    let since = |from: &HashMap<String, f64>, way| {
        let times = begun(&arrived).filter(|one| one.way == way);
        times.filter_map(|one| Some(one.at_ms - from.get(&one.rule)?)).collect::<Vec<f64>>()
    };
    let to_sample = crossed.iter().filter_map(|(rule, at_ms)| Some(began.get(rule)? - at_ms)).collect();
    let mut figures = vec![Figure::new("crossings", f64::from(count), "")];
    figures.extend(spread("crossed → sample with it", to_sample, None));
    figures.extend(spread("sample → mail accepted", since(&began, Way::Mail), None));
    figures.extend(spread("sample → webhook accepted", since(&began, Way::Webhook), None));
    figures.extend(spread("crossed → mail accepted", since(&crossed, Way::Mail), Some(mark_ms)));
    figures.extend(spread("crossed → webhook accepted", since(&crossed, Way::Webhook), Some(mark_ms)));
    bed.simulator.tell(&format!("cpu 1-{count} {CALM}")).await?;
    bed.all_over().await?;
    sleep(LATE).await;
    let twice = begun(&arrived).count() + begun(&bed.inbox.take()).count() - wanted;
    figures.push(Figure::new("messages too many", float(twice), "").at_most(0.0));
    for rule in rules.into_iter().chain(quiet) {
        bed.delete_rule(rule).await?;
    }
    bed.simulator.tell(&format!("cpu 1-{count} recorded")).await?;
    Ok(figures)
}

fn begun(arrived: &[Arrived]) -> impl Iterator<Item = &Arrived> {
    arrived.iter().filter(|one| !one.is_end)
}

fn name(number: u32) -> String {
    format!("crossing {number}")
}
