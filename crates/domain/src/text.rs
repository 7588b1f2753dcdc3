//! Checks of single texts, used by forms in the browser and by services on the server.
//!
//! Each returns the text trimmed, or what is wrong with it in plain words.

/// The longest name of a server, group or tag, in characters.
pub const NAME_MAX: usize = 100;
/// The longest description, in characters.
pub const DESCRIPTION_MAX: usize = 2_000;
/// The longest host name, in characters (RFC 1035).
pub const HOST_MAX: usize = 253;
/// The largest private key that is taken, in bytes.
pub const PRIVATE_KEY_MAX: usize = 32 * 1024;
/// The longest password or passphrase, in characters.
pub const PASSWORD_MAX: usize = 1_024;

type Checked = Result<String, String>;

/// A name that a person reads: not empty, one line, no control or invisible direction characters.
pub fn name(text: &str) -> Checked {
    let text = text.trim();
    if text.is_empty() {
        return Err("is missing".to_owned());
    }
    one_line(text, NAME_MAX)
}

/// A description: may be empty and have several lines.
pub fn description(text: &str) -> Checked {
    let text = text.trim();
    within(text, DESCRIPTION_MAX)?;
    if text.chars().any(|c| is_unprintable(c) && c != '\n' && c != '\t') {
        return Err("must not contain control characters".to_owned());
    }
    Ok(text.to_owned())
}

/// A host: an IPv4 or IPv6 address (brackets are taken off) or a host name of letters, digits, `-`, `_` and dots.
pub fn host(text: &str) -> Checked {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    if bare.is_empty() {
        return Err("is missing".to_owned());
    }
    within(bare, HOST_MAX)?;
    // A scope such as fe80::1%eth0 is part of an address that a person may type.
    let address = bare.split('%').next().unwrap_or(bare);
    if address.parse::<std::net::IpAddr>().is_ok() {
        let zone_ok = bare.chars().skip(address.len()).all(|c| c.is_ascii_alphanumeric() || "%.-_".contains(c));
        return if zone_ok { Ok(bare.to_owned()) } else { Err(HOST_SHAPE.to_owned()) };
    }
    let label_ok = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    if bare.trim_end_matches('.').split('.').all(label_ok) { Ok(bare.to_owned()) } else { Err(HOST_SHAPE.to_owned()) }
}

const HOST_SHAPE: &str = "must be a host name or an IP address, such as web-1.example.com or 192.0.2.10";

/// An account on a server: no spaces, no leading `-`, no control characters.
pub fn login(text: &str) -> Checked {
    let text = text.trim();
    if text.is_empty() {
        return Err("is missing".to_owned());
    }
    one_line(text, NAME_MAX)?;
    if text.starts_with('-') || text.chars().any(char::is_whitespace) {
        return Err("must not contain spaces or begin with -".to_owned());
    }
    Ok(text.to_owned())
}

/// The name of an account here: 3–20 letters, digits, `_` or `-`.
pub fn username(text: &str) -> Checked {
    let text = text.trim();
    let ok = (3..=20).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if ok { Ok(text.to_owned()) } else { Err("must be 3 to 20 letters, digits, _ or -".to_owned()) }
}

/// An e-mail address: one `@`, something on both sides, no spaces. Whether it works shows when mail is sent.
pub fn email(text: &str) -> Checked {
    let text = text.trim();
    within(text, 254)?;
    let parts: Vec<&str> = text.split('@').collect();
    let plain = !text.chars().any(|c| c.is_whitespace() || is_unprintable(c) || "<>\"(),;:\\[]".contains(c));
    match parts.as_slice() {
        [local, domain] if plain && !local.is_empty() && domain.len() >= 3 && domain.contains('.') => {
            Ok(text.to_owned())
        }
        _ => Err("must be an e-mail address, such as ada@example.com".to_owned()),
    }
}

/// A new password for an account here: at least 10 characters; length counts, not character classes (NIST SP 800-63B).
pub fn new_password(text: &str) -> Result<(), String> {
    within(text, PASSWORD_MAX)?;
    if text.chars().count() < 10 {
        return Err("must have at least 10 characters".to_owned());
    }
    let mut distinct: Vec<char> = text.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 4 {
        return Err("is too easy to guess: use more different characters".to_owned());
    }
    Ok(())
}

/// A colour as `#rrggbb`.
pub fn colour(text: &str) -> Checked {
    let text = text.trim();
    let hex = text.strip_prefix('#').unwrap_or_default();
    if hex.len() == 6 && hex.chars().all(|c| c.is_ascii_hexdigit()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("must be a colour such as #1976d2".to_owned())
    }
}

/// Ok when the text has at most `max` characters.
pub fn within(text: &str, max: usize) -> Result<(), String> {
    if text.chars().nth(max).is_some() { Err(format!("must have at most {max} characters")) } else { Ok(()) }
}

fn one_line(text: &str, max: usize) -> Checked {
    within(text, max)?;
    if text.chars().any(is_unprintable) {
        return Err("must not contain control characters".to_owned());
    }
    Ok(text.to_owned())
}

/// Control characters, and the invisible ones that reorder or hide text (Unicode TR 36).
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses() {
        for good in ["web-1", "web-1.example.com", "192.0.2.10", "::1", "[2001:db8::1]", "fe80::1%eth0", "a_b.c."] {
            assert!(host(good).is_ok(), "{good}");
        }
        for bad in
            ["", " ", "a b", "-x", "a..b", "http://x", "x/y", "x;reboot", "<script>", &"a".repeat(300), "ex\u{0}"]
        {
            assert!(host(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_are_one_visible_line() {
        assert_eq!(name("  Web 1 "), Ok("Web 1".to_owned()));
        assert!(name("Grüße 日本 <b>").is_ok());
        for bad in ["", "\t", "a\nb", "a\u{7}b", "a\u{202e}b", &"x".repeat(NAME_MAX + 1)] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn passwords_need_length_not_classes() {
        assert!(new_password("correct horse").is_ok());
        assert!(new_password("short").is_err());
        assert!(new_password("aaaaaaaaaaaaaaaa").is_err());
    }

    #[test]
    fn emails_and_usernames_have_their_shape() {
        assert!(email("ada@example.com").is_ok());
        for bad in ["ada", "a@b", "a b@example.com", "<x>@example.com", "a@@example.com"] {
            assert!(email(bad).is_err(), "{bad}");
        }
        assert!(username("ada_1").is_ok());
        assert!(username("ad").is_err());
        assert!(username("ada lovelace").is_err());
    }
}
