//! All servers lost at once, and back: how many messages that makes, and how long until everything is settled.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::json;
use tokio::time::{Instant, sleep, sleep_until};

use super::bed::Bed;
use super::inbox::{Arrived, Way};
use super::{Arguments, float, now_ms};
use crate::measure::process;
use crate::table::Figure;

/// How often connections are counted.
const COUNT: Duration = Duration::from_secs(1);
/// How long all messages may take once all servers are back: the longest wait of a server before it is tried again, and two minutes
/// of gathering.
const SETTLED: Duration = Duration::from_secs(300);
/// For how long nothing more may come after that.
const SILENCE: Duration = Duration::from_secs(65);

/// Measures a storm.
///
/// # Errors
/// When the program or the simulator fails, or it does not settle.
pub(super) async fn measure(bed: &mut Bed, arguments: &Arguments) -> Result<Vec<Figure>> {
    let servers = arguments.servers as usize;
    let pid = bed.program.pid();
    let rule = bed.rule("storm", json!({ "kind": "offline" }), None).await?;
    sleep(Duration::from_secs(u64::from(arguments.interval) + 1)).await;
    bed.inbox.take();
    let quiet = process::rss(pid).context("the program has ended")?;
    process::forget_peak_rss(pid)?;

    let (lost, lost_ms) = (Instant::now(), now_ms());
    bed.simulator.tell("die all").await?;
    let mut accepted = vec![bed.simulator.counts().await?.accepted];
    for second in 1..=arguments.storm {
        sleep_until(lost + COUNT * u32::try_from(second)?).await;
        accepted.push(bed.simulator.counts().await?.accepted);
    }
    let rates = rates(&accepted);
    let (back, back_ms) = (Instant::now(), now_ms());
    bed.simulator.tell("revive all").await?;
    bed.all_online().await?;
    let online = back.elapsed();
    let enough = |arrived: &[Arrived]| {
        [Way::Mail, Way::Webhook]
            .iter()
            .all(|way| [false, true].iter().all(|is_end| told(arrived, *way, *is_end) >= servers))
    };
    let mut arrived = bed.inbox.wait("all messages", SETTLED, enough).await?;
    bed.all_over().await?;
    let waiting = bed.waiting().await?;
    if waiting > 0 {
        bail!("{waiting} messages wait although all were told");
    }
    let peak = process::peak_rss(pid).context("the program has ended")?;
    // What is told twice comes after the window in which messages are gathered, if it comes.
    sleep(SILENCE).await;
    let late = bed.inbox.take();
    bed.delete_rule(rule).await?;

    let settled_ms = arrived.iter().map(|one| one.at_ms).fold(back_ms, f64::max) - back_ms;
    let first_ms = arrived.iter().map(|one| one.at_ms).fold(f64::INFINITY, f64::min) - lost_ms;
    arrived.extend(late);
    let mut figures = vec![Figure::new("lost → first message", first_ms / 1e3, "s")];
    for (way, words) in [(Way::Mail, "mails"), (Way::Webhook, "webhooks")] {
        for (is_end, what) in [(false, "that it began"), (true, "that it is over")] {
            let messages = of(&arrived, way, is_end).count();
            figures.push(Figure::new(format!("{words} {what}"), float(messages), ""));
            let twice = told(&arrived, way, is_end) - servers;
            figures.push(Figure::new(format!("{words} {what}: told of twice"), float(twice), "").at_most(0.0));
        }
    }
    let most = rates.iter().copied().fold(0.0, f64::max);
    let late = rates.get(rates.len() / 2..).unwrap_or_default().iter().copied().fold(0.0, f64::max);
    figures.extend([
        Figure::new("tries to reconnect, most within a second", most, ""),
        Figure::new("the same within the second half", late, ""),
        Figure::new("tries to reconnect, in all and per server", rates.iter().sum::<f64>() / float(servers), ""),
        Figure::new("back → all online", online.as_secs_f64(), "s"),
        Figure::new("back → all over and told", settled_ms / 1e3, "s"),
        Figure::new("RSS before", float(quiet) / 1e6, "MB"),
        Figure::new("RSS at most", float(peak) / 1e6, "MB"),
    ]);
    Ok(figures)
}

fn rates(counts: &[u64]) -> Vec<f64> {
    counts.windows(2).map(|pair| pair.last().zip(pair.first()).map_or(0.0, |(new, old)| float(new - old))).collect()
}

fn of(arrived: &[Arrived], way: Way, is_end: bool) -> impl Iterator<Item = &Arrived> {
    arrived.iter().filter(move |one| one.way == way && one.is_end == is_end)
}

/// Of how many incidents was told.
fn told(arrived: &[Arrived], way: Way, is_end: bool) -> usize {
    of(arrived, way, is_end).map(|one| one.incidents).sum()
}
