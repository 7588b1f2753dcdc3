//! What a request says of its sender: address, tool, token. REST, server functions and WebSockets all read it here.

use std::net::IpAddr;

use domain::Secret;
use http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

/// The cookie that carries a browser's token.
pub const SESSION_COOKIE: &str = "sm_session";
/// The longest name of a browser or tool that is kept, in characters.
const USER_AGENT_MAX: usize = 200;

/// The proxies whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(pub Vec<IpNet>);

impl TrustedProxies {
    fn contain(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&ip))
    }
}

/// Where a request comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The sender's address; `None` for the program itself.
    pub ip: Option<IpAddr>,
    /// How the browser or tool names itself, cut to 200 characters.
    pub user_agent: String,
    /// The sender certainly runs on the monitor's own machine.
    pub is_this_machine: bool,
    /// The sender reached us, or the proxy before us, by HTTPS.
    pub is_https: bool,
}

impl Origin {
    /// The program itself, not a request.
    pub fn program() -> Self {
        Self { user_agent: "server-monitor".to_owned(), is_this_machine: true, ..Self::default() }
    }

    /// Reads a request's headers. `peer` is the address at the other end of the connection.
    pub fn of_request(headers: &HeaderMap, peer: IpAddr, trusted: &TrustedProxies) -> Self {
        let peer = peer.to_canonical();
        let user_agent = text(headers, &header::USER_AGENT).unwrap_or_default();
        Self {
            ip: Some(forwarded_for(headers, peer, trusted)),
            user_agent: user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_MAX).collect(),
            is_this_machine: is_this_machine(headers, peer),
            is_https: trusted.contain(peer) && text(headers, &X_FORWARDED_PROTO) == Some("https"),
        }
    }

    /// The address as text; empty for the program itself.
    pub fn ip_text(&self) -> String {
        self.ip.map(|ip| ip.to_string()).unwrap_or_default()
    }
}

/// A request's sender and the token it carries, if any. Not yet a proof of anything.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// Where the request comes from.
    pub origin: Origin,
    /// The token of `Authorization: Bearer` or of the cookie.
    pub token: Option<Secret>,
    /// The token came with a cookie, which browsers send unasked: changes then need the same origin.
    pub by_cookie: bool,
}

impl Caller {
    /// Reads a request's headers. `peer` is the address at the other end of the connection.
    pub fn of_request(headers: &HeaderMap, peer: IpAddr, trusted: &TrustedProxies) -> Self {
        let origin = Origin::of_request(headers, peer, trusted);
        if let Some(authorization) = text(headers, &header::AUTHORIZATION) {
            let token = authorization.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
            return Self { origin, token: token.map(|(_, token)| Secret::new(token.trim())), by_cookie: false };
        }
        let token = cookie(headers, SESSION_COOKIE).map(Secret::new);
        Self { origin, by_cookie: token.is_some(), token }
    }
}

/// The `Set-Cookie` value that logs a browser in.
pub fn session_cookie(token: &str, max_age_secs: u64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{SESSION_COOKIE}={token}; Path=/; Max-Age={max_age_secs}; HttpOnly; SameSite=Lax{secure}")
}

/// The `Set-Cookie` value that logs a browser out.
pub fn expired_session_cookie() -> String {
    format!("{SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
}

/// Whether the page that sent the request is one of ours: its `Origin` names the host that was asked. Tools send no `Origin`.
pub fn is_same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = text(headers, &header::ORIGIN) else {
        return text(headers, &SEC_FETCH_SITE).is_none_or(|site| site == "same-origin" || site == "none");
    };
    let asked = text(headers, &header::HOST).unwrap_or_default();
    let forwarded = text(headers, &X_FORWARDED_HOST).unwrap_or_default();
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    !host.is_empty() && (host.eq_ignore_ascii_case(asked) || host.eq_ignore_ascii_case(forwarded))
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The address that a trusted proxy saw: the last one in `X-Forwarded-For` that is not itself a trusted proxy.
fn forwarded_for(headers: &HeaderMap, peer: IpAddr, trusted: &TrustedProxies) -> IpAddr {
    if !trusted.contain(peer) {
        return peer;
    }
    let hops = headers.get_all(&X_FORWARDED_FOR).into_iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = hops.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut seen = peer;
    for hop in hops.into_iter().rev() {
        let Ok(ip) = hop.parse::<IpAddr>() else { break };
        seen = ip.to_canonical();
        if !trusted.contain(seen) {
            break;
        }
    }
    seen
}

/// Loopback alone proves nothing: a proxy on this machine also connects from there, and a foreign page can point its own
/// name at 127.0.0.1. So no forwarding header may be there, and the name that was asked for must be a local one.
fn is_this_machine(headers: &HeaderMap, peer: IpAddr) -> bool {
    let forwarded = [&header::FORWARDED, &X_FORWARDED_FOR, &X_FORWARDED_HOST, &X_REAL_IP, &header::VIA];
    peer.is_loopback()
        && forwarded.into_iter().all(|name| !headers.contains_key(name))
        && text(headers, &header::HOST).is_some_and(is_local_name)
}

fn is_local_name(host: &str) -> bool {
    let bare = match host.rsplit_once(':') {
        Some((bare, port)) if port.chars().all(|c| c.is_ascii_digit()) => bare,
        _ => host,
    };
    let bare = bare.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn cookie(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let values = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, value)| *name == wanted && !value.is_empty()).map(|(_, value)| value.to_owned())
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_a_direct_local_request_to_a_local_name_counts_as_this_machine() {
        let none = TrustedProxies::default();
        let local = |pairs, peer: IpAddr| Origin::of_request(&headers(pairs), peer, &none).is_this_machine;
        assert!(local(&[("host", "localhost:9083")], HERE));
        assert!(local(&[("host", "[::1]:9083")], "::1".parse().unwrap()));
        assert!(local(&[("host", "127.0.0.1")], HERE));
        assert!(!local(&[("host", "evil.example.com")], HERE));
        assert!(!local(&[("host", "localhost"), ("x-forwarded-for", "192.0.2.1")], HERE));
        assert!(!local(&[("host", "localhost")], "192.0.2.1".parse().unwrap()));
        assert!(!local(&[], HERE));
    }

    #[test]
    fn forwarded_addresses_count_only_from_trusted_proxies() {
        let trusted = TrustedProxies(vec!["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()]);
        let pairs = [("x-forwarded-for", "198.51.100.7, 203.0.113.9, 10.0.0.2")];
        let seen = Origin::of_request(&headers(&pairs), HERE, &trusted).ip.unwrap();
        assert_eq!(seen.to_string(), "203.0.113.9");
        let seen = Origin::of_request(&headers(&pairs), HERE, &TrustedProxies::default()).ip.unwrap();
        assert_eq!(seen, HERE);
    }

    #[test]
    fn the_bearer_token_comes_before_the_cookie() {
        let none = TrustedProxies::default();
        let both = headers(&[("authorization", "Bearer abc"), ("cookie", "a=b; sm_session=xyz")]);
        let caller = Caller::of_request(&both, HERE, &none);
        assert_eq!((caller.token.unwrap().expose(), caller.by_cookie), ("abc", false));
        let caller = Caller::of_request(&headers(&[("cookie", "a=b; sm_session=xyz")]), HERE, &none);
        assert_eq!((caller.token.unwrap().expose(), caller.by_cookie), ("xyz", true));
    }

    #[test]
    fn another_sites_origin_is_not_ours() {
        assert!(is_same_origin(&headers(&[("host", "m.example.com"), ("origin", "https://m.example.com")])));
        assert!(is_same_origin(&headers(&[("host", "m.example.com")])));
        assert!(!is_same_origin(&headers(&[("host", "m.example.com"), ("origin", "https://evil.example.com")])));
        assert!(!is_same_origin(&headers(&[("host", "m.example.com"), ("origin", "null")])));
        assert!(!is_same_origin(&headers(&[("host", "m.example.com"), ("sec-fetch-site", "cross-site")])));
    }
}
