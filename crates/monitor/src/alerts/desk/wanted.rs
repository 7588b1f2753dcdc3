//! What is looked at only because a rule wants to know: lists that servers give, and certificates.

use ::alerts::{Certificate, CertificateRule, Listed, Wants};
use domain::{ServerId, servers::Server};
use probe::{Names, Report};

use super::Desk;

impl Desk {
    /// What has to be asked of a server because a rule looks at it. A rule that was changed is seen after a second.
    pub fn wants(&self, server: ServerId) -> Wants {
        self.inner().places.get(&server).map(|place| place.rules.wants()).unwrap_or_default()
    }

    /// Takes in what a server lists because of that.
    pub fn listed(&self, server: &Server, at_ms: i64, report: &Report) {
        if report.failed_units.is_none() && report.process_names.is_none() {
            return;
        }
        self.inner().with(server, at_ms, |watched, rules| {
            let mut events = Vec::new();
            if let Some(units) = &report.failed_units {
                events.extend(watched.units(rules, at_ms, listed(units)));
            }
            if let Some(names) = &report.process_names {
                events.extend(watched.processes(rules, at_ms, listed(names)));
            }
            events
        });
    }

    /// The rules about certificates, by the servers that they cover. A rule that was changed is seen after a second.
    pub fn certificate_rules(&self) -> Vec<(ServerId, Vec<CertificateRule>)> {
        let inner = self.inner();
        let with_rules = inner.places.iter().filter(|(_, place)| !place.rules.certificates().is_empty());
        with_rules.map(|(server, place)| (*server, place.rules.certificates().to_vec())).collect()
    }

    /// Takes in what is known of a server's certificate at a port, for a name.
    pub fn certificate(&self, server: &Server, now_ms: i64, place: (u16, &str), certificate: Certificate) {
        self.inner().with(server, now_ms, |watched, rules| watched.certificate(rules, now_ms, place, certificate));
    }
}

fn listed(names: &Names) -> Listed<'_> {
    Listed { names: &names.names, is_whole: names.is_whole }
}
