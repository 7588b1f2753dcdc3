//! When a server's certificate ends.

use crate::{
    rules::Rules,
    server::{Event, Server},
    watch::Look,
};

const DAY_MS: f64 = 24.0 * 60.0 * 60.0 * 1_000.0;

/// What is known of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certificate {
    /// Nothing: nobody answers there, or not with TLS. That a server is away is for other rules to say.
    Unread,
    /// It was read.
    Read {
        /// From when on it can be used, in Unix milliseconds.
        from_ms: i64,
        /// Until when, in Unix milliseconds.
        until_ms: i64,
    },
}

impl Certificate {
    /// How it looks to a rule that wants to know of its end so many days before, and how many days are left.
    fn look(self, at_ms: i64, days: f64) -> (Look, Option<f64>) {
        let Self::Read { from_ms, until_ms } = self else { return (Look::Between, None) };
        #[allow(clippy::cast_precision_loss, reason = "to the millisecond for some 280,000 years")]
        let left = (i128::from(until_ms) - i128::from(at_ms)) as f64 / DAY_MS;
        let look = if left <= days || at_ms < from_ms { Look::Bad } else { Look::Good };
        (look, Some(left))
    }
}

impl Server {
    /// Takes in what is known at a moment of the certificate at a port, for a name; for the server's host where that is empty.
    pub fn certificate(
        &mut self,
        rules: &Rules,
        at_ms: i64,
        (port, name): (u16, &str),
        certificate: Certificate,
    ) -> Vec<Event> {
        let mut events = Vec::new();
        for rule in rules.certificates.iter().filter(|rule| rule.port == port && rule.name == name) {
            let (look, value) = certificate.look(at_ms, rule.days);
            self.look(rule.id, rule.series.clone(), look, at_ms, rule.waits, value, &mut events);
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        RuleId,
        alerts::{Condition, Rule, Scope, Severity},
    };

    use super::*;
    use crate::watch::Change;

    const DAY: i64 = 24 * 60 * 60 * 1_000;

    fn rule(id: i64, port: u16, name: &str, days: u32) -> Rule {
        Rule {
            id: RuleId(id),
            name: String::new(),
            condition: Condition::CertificateEnds { port, name: name.to_owned(), days },
            scope: Scope::All,
            severity: Severity::Warning,
            for_secs: 0,
            clear_secs: 0,
            is_enabled: true,
            level_id: None,
        }
    }

    #[test]
    fn a_certificate_is_bad_before_its_time_and_from_some_days_before_its_end_on() {
        let read = Certificate::Read { from_ms: 10 * DAY, until_ms: 100 * DAY };
        for (at_ms, look, left) in [
            (10 * DAY - 1, Look::Bad, 90.0),
            (10 * DAY, Look::Good, 90.0),
            (86 * DAY - 1, Look::Good, 14.0),
            (86 * DAY, Look::Bad, 14.0),
            (103 * DAY, Look::Bad, -3.0),
        ] {
            let (seen, value) = read.look(at_ms, 14.0);
            assert_eq!(seen, look, "{at_ms}");
            assert!((value.unwrap_or(f64::NAN) - left).abs() < 1e-6, "{value:?}");
        }
        assert_eq!(Certificate::Unread.look(0, 14.0), (Look::Between, None));
        let never = Certificate::Read { from_ms: i64::MIN, until_ms: i64::MAX };
        assert_eq!(never.look(i64::MIN, 14.0).0, Look::Good);
    }

    #[test]
    fn it_is_over_with_a_new_one_and_not_while_nobody_answers() {
        let rules = Rules::new(&[rule(1, 443, "", 14), rule(2, 443, "www.example.com", 30), rule(3, 8443, "", 14)]);
        let mut server = Server::default();
        let until = |until_ms| Certificate::Read { from_ms: 0, until_ms };
        let began = server.certificate(&rules, DAY, (443, ""), until(5 * DAY));
        assert_eq!((began.len(), began[0].series.as_str(), began[0].value), (1, "certificate:443", Some(4.0)));
        let named = server.certificate(&rules, DAY, (443, "www.example.com"), until(20 * DAY));
        assert_eq!(named[0].series, "certificate:www.example.com:443");
        assert_eq!(server.certificate(&rules, 2 * DAY, (443, ""), Certificate::Unread), []);
        assert_eq!(server.sample(&rules, 3 * DAY, |_| ()), [], "hours without a look are no sign that it is gone");
        assert_eq!(server.sample(&rules, 4 * DAY, |_| ()), []);
        let over = server.certificate(&rules, 4 * DAY, (443, ""), until(94 * DAY));
        assert_eq!(over[0].change, Change::Ended { since_ms: DAY, until_ms: 4 * DAY });
        // Another port is another series, and what it began ends with that.
        let moved = Rules::new(&[rule(2, 8443, "www.example.com", 30)]);
        assert_eq!(server.keep_only(&moved, 4 * DAY).len(), 1);
    }
}
