//! Where messages may be sent: not into private networks, unless the operator allows it.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use ipnet::IpNet;

use crate::Failure;

/// Networks that are not the public Internet (the special-purpose registries of RFC 6890 and its updates, and multicast).
const SPECIAL: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "::/127",
    // Ways to IPv4 addresses, whatever they are.
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "2002::/16",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
];

/// An exception: a network, or a host by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// All addresses of a network.
    Net(IpNet),
    /// All addresses of a host.
    Host(String),
}

impl FromStr for Allowed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if let Ok(net) = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)) {
            return Ok(Self::Net(net));
        }
        let is_host = !text.is_empty()
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.' || c == '_')
            && text.chars().any(|c| c.is_ascii_alphabetic());
        if is_host {
            return Ok(Self::Host(text.to_ascii_lowercase()));
        }
        Err(format!("{text:?} is neither an address, a network such as 10.0.0.0/8, nor the name of a host"))
    }
}

impl std::fmt::Display for Allowed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Net(net) => net.fmt(f),
            Self::Host(host) => f.write_str(host),
        }
    }
}

/// Decides where messages may be sent.
#[derive(Debug, Clone)]
pub struct Guard {
    special: Vec<IpNet>,
    allowed: Vec<Allowed>,
}

impl Guard {
    /// The public Internet and these.
    pub fn new(allowed: Vec<Allowed>) -> Self {
        Self { special: SPECIAL.iter().filter_map(|net| net.parse().ok()).collect(), allowed }
    }

    /// Whether a host may be reached at an address that its name was resolved to.
    ///
    /// # Errors
    /// When it lies in a private or special network; says what to do.
    pub fn check(&self, host: &str, address: IpAddr) -> Result<(), Failure> {
        let address = address.to_canonical();
        let host = host.trim_matches(['[', ']']).trim_end_matches('.');
        let is_allowed = self.allowed.iter().any(|allowed| match allowed {
            Allowed::Net(net) => net.contains(&address),
            Allowed::Host(name) => name.eq_ignore_ascii_case(host),
        });
        if is_allowed || !self.special.iter().any(|net| net.contains(&address)) {
            return Ok(());
        }
        let which = if host.parse() == Ok(address) { host.to_owned() } else { format!("{host} ({address})") };
        Err(Failure::refusal(format!(
            "{which} is in a private or special network, where nothing is sent to. To allow it, add it to `allow` under [outgoing] of the \
             configuration, or to MONITOR_OUTGOING_ALLOW"
        )))
    }

    /// The addresses of a host that may be reached.
    ///
    /// # Errors
    /// When its name cannot be resolved, or one of its addresses may not be reached.
    pub async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Failure> {
        let bare = host.trim_matches(['[', ']']);
        let found = tokio::net::lookup_host((bare, port)).await;
        let found: Vec<SocketAddr> =
            found.map_err(|cause| Failure::new(format!("the name {bare} cannot be resolved: {cause}")))?.collect();
        for address in &found {
            self.check(bare, address.ip())?;
        }
        if found.is_empty() { Err(Failure::new(format!("the name {bare} has no address"))) } else { Ok(found) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn all_special_networks_are_read() {
        assert_eq!(Guard::new(Vec::new()).special.len(), SPECIAL.len());
    }

    #[test]
    fn private_and_special_addresses_are_refused_however_they_are_written() {
        let guard = Guard::new(Vec::new());
        for address in [
            "127.0.0.1",
            "127.8.9.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
        ] {
            let refused = guard.check("some.host", address.parse().unwrap()).unwrap_err();
            assert!(refused.is_refusal && refused.message.contains("MONITOR_OUTGOING_ALLOW"), "{address}");
        }
        for address in ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111"] {
            assert!(guard.check("some.host", address.parse().unwrap()).is_ok(), "{address}");
        }
    }

    #[test]
    fn the_operator_allows_networks_and_hosts() {
        let guard = Guard::new(["10.0.0.0/8", "gotify.lan", "::1"].iter().map(|one| one.parse().unwrap()).collect());
        let is_allowed = |host: &str, address: &str| guard.check(host, address.parse().unwrap()).is_ok();
        assert!(is_allowed("any", "10.9.9.9") && is_allowed("any", "::ffff:10.9.9.9"));
        assert!(is_allowed("Gotify.LAN.", "192.168.0.7") && !is_allowed("evil.gotify.lan", "192.168.0.7"));
        assert!(is_allowed("localhost", "::1") && !is_allowed("localhost", "127.0.0.1"));
        assert!("a b".parse::<Allowed>().is_err() && "10.0.0.0/40".parse::<Allowed>().is_err());
    }
}
