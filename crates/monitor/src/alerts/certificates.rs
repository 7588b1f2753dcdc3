//! Looks at the certificates that rules are about, as somebody's browser would: straight from here, or from the jump host where the server lies behind
//! one. Nothing runs on the server itself.

mod dates;
mod handshake;

use std::{collections::HashMap, sync::Arc, time::Duration};

use ::alerts::{Certificate, CertificateRule};
use domain::{ServerId, servers::Server};
use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{self, Instant},
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use self::handshake::{Handshakes, ReadError};
use super::desk::Desk;
use crate::{
    clock,
    fleet::{Fleet, jump},
};

/// How often it is looked what is to be done.
const TICK: Duration = Duration::from_secs(1);
/// How often what is known meets the rules again: days pass without anybody looking.
const TELL_EVERY: Duration = Duration::from_secs(60);
/// Between two looks at a certificate.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// The same where there is something about it.
const EVERY_IN_DOUBT: Duration = Duration::from_secs(5 * 60);
/// Looks at once.
const AT_ONCE: usize = 8;
/// For how long it is waited for the connection of a jump host.
const JUMP_PATIENCE: Duration = Duration::from_secs(10);
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A certificate to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Place {
    server: ServerId,
    /// The server through which it is reached.
    jump_host: Option<ServerId>,
    host: String,
    port: u16,
    /// The name that is asked for; the host when empty.
    name: String,
}

/// What is known of it.
#[derive(Debug)]
struct Known {
    /// Nothing as long as nobody looked.
    found: Option<Certificate>,
    /// When to look again; not set while somebody does.
    next: Option<Instant>,
    /// For which rules.
    rules: Vec<CertificateRule>,
    /// The desk does not know it yet.
    is_news: bool,
}

/// Does so until the program stops.
pub(crate) async fn run(desk: Arc<Desk>, fleet: Arc<Fleet>, stop: CancellationToken) {
    let handshakes = match Handshakes::new() {
        Ok(handshakes) => Arc::new(handshakes),
        Err(cause) => {
            warn!(%cause, "TLS cannot be used: rules about certificates stay as they are");
            return;
        }
    };
    let mut round = Round { known: HashMap::new(), looking: JoinSet::new(), told_at: Instant::now() };
    let places = Arc::new(Semaphore::new(AT_ONCE));
    while time::timeout(TICK, stop.cancelled()).await.is_err() {
        let servers = round.take_over(&desk, &fleet);
        for place in round.due(Instant::now()) {
            let (handshakes, places) = (Arc::clone(&handshakes), Arc::clone(&places));
            let fleet = Arc::clone(&fleet);
            round.looking.spawn(async move {
                let _place = places.acquire().await;
                let name = if place.name.is_empty() { &place.host } else { &place.name };
                // An address behind a jump host is one of the network there.
                let through = async {
                    let id = place.jump_host?;
                    Some(jump::through(fleet.board(), id, JUMP_PATIENCE).await)
                };
                let read = match through.await.transpose() {
                    Ok(through) => handshakes.read(&place.host, place.port, name, through.as_ref()).await,
                    Err(failure) => Err(ReadError::JumpHost(failure.reason.message)),
                };
                (place, read)
            });
        }
        while let Some(looked) = round.looking.try_join_next() {
            match looked {
                Ok((place, read)) => round.found(&place, read),
                Err(cause) => warn!(%cause, "a look at a certificate ended badly"),
            }
        }
        round.tell(&desk, &servers);
    }
    round.looking.shutdown().await;
}

struct Round {
    known: HashMap<Place, Known>,
    looking: JoinSet<(Place, Result<Certificate, ReadError>)>,
    told_at: Instant,
}

impl Round {
    /// Takes over which certificates rules are about now. Returns the servers.
    fn take_over(&mut self, desk: &Desk, fleet: &Fleet) -> HashMap<ServerId, Server> {
        let by_server = desk.certificate_rules().into_iter().filter_map(|(id, rules)| {
            let server = fleet.board().get(id)?.server();
            Some((server, rules))
        });
        let (mut servers, mut wanted) = (HashMap::new(), HashMap::<Place, Vec<CertificateRule>>::new());
        for (server, rules) in by_server {
            for rule in rules {
                let place = Place {
                    server: server.id,
                    jump_host: server.jump_host_id,
                    host: server.host.clone(),
                    port: rule.port,
                    name: rule.name.clone(),
                };
                wanted.entry(place).or_default().push(rule);
            }
            servers.insert(server.id, server);
        }
        self.want(wanted, Instant::now());
        servers
    }

    fn want(&mut self, wanted: HashMap<Place, Vec<CertificateRule>>, now: Instant) {
        self.known.retain(|place, _| wanted.contains_key(place));
        for (place, rules) in wanted {
            match self.known.get_mut(&place) {
                // Whoever changes a rule wants to see what comes of it.
                Some(known) if is_other(&known.rules, &rules) => {
                    known.rules = rules;
                    known.next = known.next.map(|_| now);
                    known.is_news = known.found.is_some();
                }
                Some(_) => {}
                None => drop(self.known.insert(place, Known { found: None, next: Some(now), rules, is_news: false })),
            }
        }
    }

    /// Those to be looked at now; they count as looked at from here on.
    fn due(&mut self, now: Instant) -> Vec<Place> {
        let due = self.known.iter_mut().filter(|(_, known)| known.next.is_some_and(|next| next <= now));
        due.map(|(place, known)| {
            known.next = None;
            place.clone()
        })
        .collect()
    }

    fn found(&mut self, place: &Place, read: Result<Certificate, ReadError>) {
        // Nobody wants to know any more.
        let Some(known) = self.known.get_mut(place) else { return };
        let (server, port) = (place.server.0, place.port);
        if let Err(cause) = &read {
            if matches!(known.found, Some(Certificate::Unread)) {
                debug!(server, port, place.name, %cause, "a certificate still cannot be read");
            } else {
                info!(server, port, place.name, %cause, "a certificate cannot be read");
            }
        }
        let found = read.unwrap_or(Certificate::Unread);
        let days = known.rules.iter().map(|rule| rule.days).fold(1.0, f64::max);
        let every = if is_in_doubt(found, days, clock::now_ms()) { EVERY_IN_DOUBT } else { EVERY };
        known.found = Some(found);
        known.is_news = true;
        // Not all at the same time, nor at the full hour.
        known.next = Some(Instant::now() + every.mul_f64(rand::random_range(0.9..1.1)));
    }

    fn tell(&mut self, desk: &Desk, servers: &HashMap<ServerId, Server>) {
        let is_time = self.told_at.elapsed() >= TELL_EVERY;
        if is_time {
            self.told_at = Instant::now();
        }
        for (place, known) in self.known.iter_mut().filter(|(_, known)| is_time || known.is_news) {
            known.is_news = false;
            if let (Some(server), Some(found)) = (servers.get(&place.server), known.found) {
                desk.certificate(server, clock::now_ms(), (place.port, &place.name), found);
            }
        }
    }
}

/// Whether rules are not the same; their order says nothing.
fn is_other(before: &[CertificateRule], now: &[CertificateRule]) -> bool {
    before.len() != now.len() || !before.iter().all(|rule| now.contains(rule))
}

/// Whether there is something about a certificate that rules are told of from so many days before its end on: a new one shall be seen soon.
fn is_in_doubt(found: Certificate, days: f64, now_ms: i64) -> bool {
    match found {
        Certificate::Unread => true,
        Certificate::Read { from_ms, until_ms } => {
            #[allow(clippy::cast_precision_loss, reason = "days are some hundreds")]
            let left = until_ms.saturating_sub(now_ms) as f64 / DAY_MS as f64;
            now_ms < from_ms || left <= days
        }
    }
}

#[cfg(test)]
mod tests {
    use ::alerts::Rules;
    use domain::{
        RuleId,
        alerts::{Condition, Rule, Scope, Severity},
    };

    use super::*;

    fn rules(days: u32) -> Vec<CertificateRule> {
        let rule = Rule {
            id: RuleId(1),
            name: String::new(),
            condition: Condition::CertificateEnds { port: 443, name: String::new(), days },
            scope: Scope::All,
            severity: Severity::Warning,
            for_secs: 0,
            clear_secs: 0,
            is_enabled: true,
            level_id: None,
        };
        Rules::new(&[rule]).certificates().to_vec()
    }

    fn place(host: &str) -> Place {
        Place { server: ServerId(1), jump_host: None, host: host.to_owned(), port: 443, name: String::new() }
    }

    #[tokio::test]
    async fn a_certificate_is_looked_at_when_it_is_new_when_its_rules_change_and_then_about_every_hour() {
        let mut round = Round { known: HashMap::new(), looking: JoinSet::new(), told_at: Instant::now() };
        let now = Instant::now();
        let want = |round: &mut Round, host: &str, days| round.want(HashMap::from([(place(host), rules(days))]), now);
        want(&mut round, "a", 14);
        assert_eq!(round.due(now), [place("a")]);
        assert_eq!(round.due(now + EVERY * 2), [], "somebody looks");
        want(&mut round, "a", 7);
        assert_eq!(round.due(now), [], "still");
        let good = Certificate::Read { from_ms: 0, until_ms: clock::now_ms() + 90 * DAY_MS };
        round.found(&place("a"), Ok(good));
        assert_eq!(round.due(Instant::now() + EVERY.mul_f64(0.8)), []);
        want(&mut round, "a", 7);
        assert_eq!(round.due(now), []);
        want(&mut round, "a", 21);
        assert_eq!(round.due(Instant::now()), [place("a")]);
        round.found(&place("a"), Err(ReadError::TooSlow));
        assert_eq!(round.due(Instant::now() + EVERY_IN_DOUBT.mul_f64(1.2)), [place("a")]);
        want(&mut round, "b", 21);
        round.found(&place("a"), Ok(good));
        assert_eq!(round.due(now), [place("b")]);
        assert_eq!(round.known.len(), 1, "nothing is kept of what nobody wants to know");
    }

    #[test]
    fn what_is_not_good_for_long_is_looked_at_more_often() {
        let read = |from_ms, until_ms| Certificate::Read { from_ms, until_ms };
        for (found, days, doubt) in [
            (Certificate::Unread, 1.0, true),
            (read(0, 5 * DAY_MS), 1.0, false),
            (read(0, 5 * DAY_MS), 3.9, false),
            (read(0, 5 * DAY_MS), 4.0, true),
            (read(DAY_MS + 1, 5 * DAY_MS), 1.0, true),
            (read(0, 2 * DAY_MS - 1), 1.0, true),
            (read(0, 0), 1.0, true),
            (read(i64::MIN, i64::MAX), 365.0, false),
        ] {
            assert_eq!(is_in_doubt(found, days, DAY_MS), doubt, "{found:?}, {days}");
        }
    }
}
