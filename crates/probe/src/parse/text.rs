//! Numbers and names out of text that nobody vouches for.

/// The longest name that is kept, in characters.
pub(crate) const NAME_MAX_CHARS: usize = 128;

/// A decimal number without sign; too large ones saturate.
pub(crate) fn number(word: &str) -> Option<u64> {
    if word.is_empty() {
        return None;
    }
    word.bytes().try_fold(0_u64, |value, byte| {
        byte.is_ascii_digit().then(|| value.saturating_mul(10).saturating_add(u64::from(byte - b'0')))
    })
}

/// A number such as `12.34`, in hundredths; further digits are cut.
pub(crate) fn hundredths(word: &str) -> Option<u64> {
    let (whole, fraction) = word.split_once('.').unwrap_or((word, ""));
    let mut digits = fraction.bytes();
    let mut digit = || match digits.next() {
        None => Some(0),
        Some(byte) => byte.is_ascii_digit().then(|| u64::from(byte - b'0')),
    };
    let fraction = digit()? * 10 + digit()?;
    Some(number(whole)?.saturating_mul(100).saturating_add(fraction))
}

/// Hundredths as a number; exact up to 2^53.
#[allow(clippy::cast_precision_loss, reason = "what is measured in hundredths here is shown with a few digits")]
pub(crate) fn from_hundredths(value: u64) -> f64 {
    value as f64 / 100.0
}

/// A whole number with sign, such as a temperature in thousandths of a degree.
pub(crate) fn signed(word: &str) -> Option<i64> {
    word.parse().ok()
}

/// A number that fits 32 bits; larger ones saturate.
pub(crate) fn number_u32(word: &str) -> Option<u32> {
    number(word).map(|value| u32::try_from(value).unwrap_or(u32::MAX))
}

/// A name as it may be shown: no control characters, none that change the direction of text, at most `max` characters.
pub(crate) fn clean(name: &str, max: usize) -> String {
    name.trim().chars().take(max).map(|c| if is_shown(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

/// Whether a name can stay as it is.
pub(crate) fn is_clean(name: &str) -> bool {
    !name.is_empty() && name.len() <= NAME_MAX_CHARS && name.chars().all(is_shown)
}

fn is_shown(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// Takes the escapes out of a name from `/proc/mounts`: a backslash and three octal digits (getmntent(3)).
pub(crate) fn unescape(word: &str) -> String {
    if !word.contains('\\') {
        return word.to_owned();
    }
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if first == b'\\'
            && let Some((digits, after)) = after.split_at_checked(3)
            && let Some(byte) = octal(digits)
        {
            bytes.push(byte);
            rest = after;
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn octal(digits: &[u8]) -> Option<u8> {
    let value = digits.iter().try_fold(0_u32, |value, digit| match digit {
        b'0'..=b'7' => Some(value * 8 + u32::from(digit - b'0')),
        _ => None,
    })?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_saturate_and_refuse_what_is_no_number() {
        let cases = [
            ("0", Some(0)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", Some(u64::MAX)),
            ("99999999999999999999999999", Some(u64::MAX)),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("٣", None),
        ];
        for (word, value) in cases {
            assert_eq!(number(word), value, "{word}");
        }
    }

    #[test]
    fn hundredths_are_exact() {
        let cases = [
            ("4293.23", Some(429_323)),
            ("0.07", Some(7)),
            ("5", Some(500)),
            ("5.", Some(500)),
            ("5.1", Some(510)),
            ("1.999", Some(199)),
            ("1.x", None),
            ("nan", None),
            (".5", None),
        ];
        for (word, value) in cases {
            assert_eq!(hundredths(word), value, "{word}");
        }
    }

    #[test]
    fn names_lose_control_characters_and_length() {
        assert_eq!(clean(" a\u{1b}[31mb\u{202e}c ", 10), "a\u{fffd}[31mb\u{fffd}c");
        assert_eq!(clean(&"ü".repeat(300), NAME_MAX_CHARS).chars().count(), 128);
        assert!(!is_clean("a\nb") && !is_clean("") && is_clean("eth0"));
    }

    #[test]
    fn mount_names_are_unescaped() {
        assert_eq!(unescape(r"/mnt/my\040disk\134x\011"), "/mnt/my disk\\x\t");
        assert_eq!(unescape(r"/a\04"), r"/a\04");
        assert_eq!(unescape(r"/a\999"), r"/a\999");
        assert_eq!(unescape(r"/\303\274"), "/ü");
    }
}
