//! Section `[network]`: where the program listens, whom it believes about addresses, and its limits.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use ipnet::IpNet;
use monitor::request::TrustedProxies;
use serde::{Deserialize, Serialize};

/// Where and how the program listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// The address and port to listen on.
    pub listen: SocketAddr,
    /// Proxies whose `X-Forwarded-*` headers are believed: addresses, or networks such as `10.0.0.0/8`.
    pub trusted_proxies: Vec<Proxy>,
    /// How long a request may take, in seconds; streams and sockets are not cut.
    pub request_timeout_secs: u64,
    /// How many live connections (WebSockets and event streams) one account may have open.
    pub max_streams_per_user: usize,
    /// How many live connections may be open in all.
    pub max_streams: usize,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([0, 0, 0, 0], 9083)),
            trusted_proxies: Vec::new(),
            request_timeout_secs: 60,
            max_streams_per_user: 20,
            max_streams: 2_000,
        }
    }
}

/// A proxy, or a network of proxies, that is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Proxy(IpNet);

impl FromStr for Proxy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let address = || text.parse::<IpAddr>().map(IpNet::from);
        text.parse::<IpNet>()
            .or_else(|_| address())
            .map(Self)
            .map_err(|_| format!("{text:?} is neither an address nor a network, such as 10.0.0.0/8"))
    }
}

impl TryFrom<String> for Proxy {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Proxy> for String {
    fn from(proxy: Proxy) -> Self {
        proxy.0.to_string()
    }
}

impl Network {
    /// The proxies that are believed, as the requests' reader takes them.
    pub fn trusted_proxies(&self) -> TrustedProxies {
        TrustedProxies(self.trusted_proxies.iter().map(|proxy| proxy.0).collect())
    }

    /// The address under which the program reaches itself: the unspecified address stands for all, loopback included.
    pub fn own_address(&self) -> SocketAddr {
        let mut address = self.listen;
        if address.ip().is_unspecified() {
            address.set_ip(match address {
                SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            });
        }
        address
    }
}

/// An address with a port, as a person writes it.
pub(super) fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    text.trim()
        .parse()
        .map_err(|_| format!("{text:?} is not an address with a port, such as 0.0.0.0:9083 or [::]:9083"))
}
