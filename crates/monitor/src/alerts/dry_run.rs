//! What a rule would have done: its own code, run over what is stored. Nothing is changed by it.

mod stretches;
mod trial;

use std::{sync::Arc, time::Duration};

use domain::{
    Error, ErrorCode, Permission, Result, RuleId,
    alerts::Rule,
    dry_run::{DryRun, FIRINGS_MAX, LeftOut, SERVERS_MAX, SPAN_MAX_MS, has_history},
    servers::Server,
};
use futures::{StreamExt, stream};
use history::Engine;
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout, timeout_at},
};

use self::{
    stretches::Reach,
    trial::{Outcome, Trial},
};
use crate::{actor::Actor, clock, fleet::Fleet};

/// Over how long a rule is tried when nothing is said: a week.
const SPAN_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// How long a dry run may take.
const LIMIT: Duration = Duration::from_secs(20);
/// How long one waits for others to end.
const WAIT: Duration = Duration::from_secs(5);
/// How many there are at the same time.
const RUNS_AT_ONCE: usize = 2;
/// How many servers of one are read at the same time.
const SERVERS_AT_ONCE: usize = 2;
/// Up to how many rows are looked at as they were sampled; more than that are looked at by the minute.
const ROWS_MAX: i64 = 4_000_000;

/// Tries rules over the past.
#[derive(Debug)]
pub struct DryRuns {
    engine: Arc<Engine>,
    fleet: Arc<Fleet>,
    places: Semaphore,
}

/// Over which time a rule is tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DryRunSpan {
    /// From when, in Unix milliseconds; a week before the end when not given.
    pub from_ms: Option<i64>,
    /// Until when, not included, in Unix milliseconds; now when not given.
    pub to_ms: Option<i64>,
}

impl DryRuns {
    pub(crate) fn new(engine: Arc<Engine>, fleet: Arc<Fleet>) -> Self {
        Self { engine, fleet, places: Semaphore::new(RUNS_AT_ONCE) }
    }

    /// When a rule would have fired. It need not be saved, nor have a name. Whoever stops waiting ends it.
    ///
    /// # Errors
    /// When the actor may not see servers, a field makes no sense, or others try too much at the same time.
    pub async fn run(&self, actor: &Actor, rule: Rule, span: DryRunSpan) -> Result<DryRun> {
        actor.require(Permission::ServersRead)?;
        let rule = ready(rule)?;
        let (from_ms, to_ms) = span.checked(clock::now_ms())?;
        let mut servers = self.covered(&rule);
        let mut run = DryRun { from_ms, to_ms, servers: count(servers.len()), ..DryRun::default() };
        if !has_history(&rule.condition) {
            run.left_out.push(LeftOut::NoHistory);
            return Ok(run);
        }
        let Ok(Ok(_place)) = timeout(WAIT, self.places.acquire()).await else { return Err(too_many()) };
        if servers.len() > SERVERS_MAX {
            servers.truncate(SERVERS_MAX);
            run.left_out.push(LeftOut::TooManyServers);
        }
        let usage = self.engine.usage().await.map_err(failed)?;
        let is_fine = rows(&servers, to_ms - from_ms) <= ROWS_MAX;
        let rule = Arc::new(rule);
        let try_one = |server: Server| {
            let reach = Reach::of(usage.iter().filter(|usage| usage.server_id == server.id.0), is_fine);
            Trial::new(server, Arc::clone(&rule)).run(&self.engine, reach, from_ms, to_ms)
        };
        let until = Instant::now() + LIMIT;
        let mut trials = stream::iter(servers).map(try_one).buffer_unordered(SERVERS_AT_ONCE);
        loop {
            match timeout_at(until, trials.next()).await {
                Ok(Some(outcome)) => take(&mut run, outcome.map_err(failed)?),
                Ok(None) => break,
                Err(_) => {
                    run.left_out.push(LeftOut::TimeIsUp);
                    break;
                }
            }
        }
        if run.fired > count(run.firings.len()) {
            run.left_out.push(LeftOut::TooManyFirings);
        }
        Ok(run)
    }

    /// The servers that a rule is about, by name.
    fn covered(&self, rule: &Rule) -> Vec<Server> {
        let all = self.fleet.board().all();
        let mut covered: Vec<_> = all
            .iter()
            .map(|entry| entry.server())
            .filter(|server| rule.scope.covers(server.id, server.group_id, &server.tag_ids))
            .collect();
        covered.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        covered
    }
}

impl DryRunSpan {
    fn checked(self, now_ms: i64) -> Result<(i64, i64)> {
        let to_ms = self.to_ms.unwrap_or(now_ms).min(now_ms);
        let from_ms = self.from_ms.unwrap_or(to_ms.saturating_sub(SPAN_MS));
        if from_ms < 0 || from_ms >= to_ms {
            return Err(Error::invalid("from", "must be before the end, and in the past"));
        }
        if to_ms - from_ms > SPAN_MAX_MS {
            return Err(Error::invalid("from", "must be no more than 31 days before the end"));
        }
        Ok((from_ms, to_ms))
    }
}

/// The rule as it is tried: switched on, and with a name whatever is entered by now.
fn ready(mut rule: Rule) -> Result<Rule> {
    if rule.name.trim().is_empty() {
        "dry run".clone_into(&mut rule.name);
    }
    Rule { id: RuleId(0), is_enabled: true, ..rule }.validated()
}

/// About how many rows servers have in some time.
fn rows(servers: &[Server], span_ms: i64) -> i64 {
    servers.iter().map(|server| span_ms.div_euclid(i64::from(server.interval_secs.max(1)) * 1_000)).sum()
}

fn take(run: &mut DryRun, outcome: Outcome) {
    run.looked_at += 1;
    run.without_values += u32::from(!outcome.had_values);
    run.step_ms = run.step_ms.max(outcome.step_ms);
    run.fired = run.fired.saturating_add(outcome.fired);
    run.servers_fired += u32::from(outcome.fired > 0);
    run.longest_ms = run.longest_ms.max(outcome.longest_ms);
    run.firings.extend(outcome.firings);
    run.firings.sort_by_key(|firing| (std::cmp::Reverse(firing.began_at_ms), firing.server_id));
    run.firings.truncate(FIRINGS_MAX);
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn too_many() -> Error {
    let message = "Others are trying rules just now. Try again in a few seconds.";
    Error { retry_after_secs: Some(5), ..Error::new(ErrorCode::TooManyRequests, message) }
}

fn failed(cause: history::Error) -> Error {
    tracing::error!(%cause, "history could not be read for a dry run");
    Error::internal()
}

#[cfg(test)]
mod tests {
    use domain::{
        ServerId,
        alerts::{Condition, Scope, Severity},
        dry_run::Firing,
    };

    use super::*;

    const DAY: i64 = 24 * 60 * 60 * 1_000;

    #[test]
    fn a_time_that_makes_no_sense_names_the_field() {
        let checked = |from_ms, to_ms| DryRunSpan { from_ms, to_ms }.checked(100 * DAY);
        assert_eq!(checked(None, None).unwrap(), (93 * DAY, 100 * DAY));
        assert_eq!(checked(Some(99 * DAY), Some(200 * DAY)).unwrap(), (99 * DAY, 100 * DAY), "the future is not tried");
        for (from, to) in [(-1, 5), (5, 5), (200 * DAY, 201 * DAY), (0, 31 * DAY + 1)] {
            let error = checked(Some(from), Some(to)).unwrap_err();
            assert_eq!(error.fields[0].field, "from", "{from} to {to}");
        }
    }

    #[test]
    fn a_rule_is_tried_whatever_its_name_and_though_it_is_off() {
        let rule = Rule {
            id: RuleId(7),
            name: "  ".to_owned(),
            condition: Condition::Offline,
            scope: Scope::All,
            severity: Severity::Warning,
            for_secs: 0,
            clear_secs: 0,
            is_enabled: false,
            level_id: None,
        };
        assert!(ready(rule.clone()).unwrap().is_enabled);
        let wrong = Rule { condition: Condition::NoData { series: String::new() }, ..rule };
        assert_eq!(ready(wrong).unwrap_err().fields[0].field, "series");
    }

    #[test]
    fn the_newest_are_listed_and_all_are_counted() {
        let firing = |server: i64, began_at_ms| Firing {
            server_id: ServerId(server),
            server_name: String::new(),
            series: String::new(),
            since_ms: began_at_ms,
            began_at_ms,
            ended_at_ms: None,
            worst: None,
        };
        let mut run = DryRun::default();
        for server in 1..=2 {
            let firings = (0..400).map(|at| firing(server, at)).collect();
            let longest_ms = Some(1_000 / server);
            take(&mut run, Outcome { had_values: server == 1, step_ms: server * 10, fired: 400, longest_ms, firings });
        }
        take(&mut run, Outcome { had_values: true, ..Outcome::default() });
        assert_eq!((run.looked_at, run.without_values, run.step_ms, run.fired), (3, 1, 20, 800));
        assert_eq!((run.servers_fired, run.longest_ms), (2, Some(1_000)));
        assert_eq!(run.firings.len(), FIRINGS_MAX);
        assert_eq!((run.firings[0].began_at_ms, run.firings[0].server_id), (399, ServerId(1)));
        assert_eq!(run.firings[499].began_at_ms, 150);
    }
}
