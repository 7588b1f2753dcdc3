//! From the moment at which a server is lost to the incident and the message: one server after the other, each with a rule of its own.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;
use tokio::time::{Instant, sleep, sleep_until};

use super::bed::Bed;
use super::inbox::{Arrived, Way};
use super::{Arguments, INCIDENT_MARK_MS, TOLD_MARK_MS, float, now_ms, spread};
use crate::table::Figure;

/// How servers are lost: what the simulator is told, and what that means.
const WAYS: [(&str, &str); 3] =
    [("die", "sshd killed"), ("hang", "hangs without a word"), ("refuse", "cut, then refuses logins")];
/// From one loss to the next.
const APART: Duration = Duration::from_millis(797);
/// How long the last messages may take: one that hangs is noticed by its silence.
const LAST: Duration = Duration::from_secs(90);
/// How long it is waited for messages that nobody should get.
const LATE: Duration = Duration::from_secs(5);

/// Measures losses.
///
/// # Errors
/// When the program or the simulator fails, or a message does not come.
pub(super) async fn measure(bed: &mut Bed, arguments: &Arguments) -> Result<Vec<Figure>> {
    let count = arguments.losses.min(arguments.servers);
    let mut rules = Vec::new();
    for number in 1..=count {
        rules.push(bed.rule(&name(number), json!({ "kind": "offline" }), Some(number)).await?);
    }
    sleep(Duration::from_secs(u64::from(arguments.interval) + 1)).await;
    bed.inbox.take();

    let mut lost: HashMap<String, f64> = HashMap::new();
    let mut next = Instant::now();
    for number in 1..=count {
        sleep_until(next).await;
        next += APART;
        lost.insert(name(number), now_ms());
        bed.simulator.tell(&format!("{} {number}", way(number)?.0)).await?;
    }
    let wanted = count as usize * 2;
    let arrived = bed.inbox.wait("all messages", LAST, |arrived| begun(arrived).count() >= wanted).await?;
    let incidents = bed.incidents(true).await?;
    let began: HashMap<String, f64> =
        incidents.into_iter().map(|incident| (incident.rule_name, incident.began_at_ms)).collect();

    let mut figures = vec![Figure::new("servers lost", f64::from(count), "")];
    for (verb, words) in WAYS {
        let names = (1..=count).filter(|number| way(*number).is_ok_and(|(other, _)| other == verb)).map(name);
        let names: Vec<String> = names.collect();
        let to_incident = names.iter().filter_map(|rule| Some(began.get(rule)? - lost.get(rule)?)).collect();
        figures.extend(spread(&format!("{words} → incident"), to_incident, Some(INCIDENT_MARK_MS)));
        for (which, of) in [(Way::Mail, "mail"), (Way::Webhook, "webhook")] {
            let times = begun(&arrived).filter(|one| one.way == which && names.contains(&one.rule));
            let times = times.filter_map(|one| Some(one.at_ms - began.get(&one.rule)?)).collect();
            figures.extend(spread(&format!("{words}: incident → {of} accepted"), times, Some(TOLD_MARK_MS)));
        }
    }
    bed.simulator.tell(&format!("revive 1-{count}")).await?;
    for number in 1..=count {
        bed.retry(number).await?;
    }
    bed.all_online().await?;
    bed.all_over().await?;
    sleep(LATE).await;
    let twice = begun(&arrived).count() + begun(&bed.inbox.take()).count() - wanted;
    figures.push(Figure::new("messages too many", float(twice), "").at_most(0.0));
    for rule in rules {
        bed.delete_rule(rule).await?;
    }
    Ok(figures)
}

fn begun(arrived: &[Arrived]) -> impl Iterator<Item = &Arrived> {
    arrived.iter().filter(|one| !one.is_end)
}

fn way(number: u32) -> Result<(&'static str, &'static str)> {
    WAYS.get(number as usize % WAYS.len()).copied().context("there are as many ways as there are")
}

fn name(number: u32) -> String {
    format!("lost {number}")
}
