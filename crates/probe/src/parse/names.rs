//! The sections `units` and `names`: lists that are asked for only when somebody wants to know what is in them.

use std::collections::HashSet;

use super::text::{NAME_MAX_CHARS, clean};

/// The most failed units that are looked at; the script sends no more.
const UNITS_MAX: usize = 256;
/// The most names of processes that are looked at; the script sends no more.
const PROCESSES_MAX: usize = 4_000;
/// The longest name of a unit, in bytes (systemd.unit(5)).
const UNIT_BYTES_MAX: usize = 255;

/// Names, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The names.
    pub names: Vec<String>,
    /// Whether these are all that there are. A list that is as long as lists become may have been cut.
    pub is_whole: bool,
}

/// Units that have failed. Their names stay escaped, as in `dev-disk-by\x2dlabel-data.swap`.
pub(super) fn units(text: &str) -> Names {
    let is_unit = |name: &&str| {
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b":-_.\\@".contains(&byte);
        name.len() <= UNIT_BYTES_MAX && name.contains('.') && name.bytes().all(is_known)
    };
    gather(text.lines().map(str::trim).filter(is_unit).map(str::to_owned), UNITS_MAX)
}

/// Names of processes, as far as the kernel keeps them.
pub(super) fn processes(text: &str) -> Names {
    gather(text.lines().map(|line| clean(line, NAME_MAX_CHARS)).filter(|name| !name.is_empty()), PROCESSES_MAX)
}

fn gather(all: impl Iterator<Item = String>, most: usize) -> Names {
    let mut seen = HashSet::new();
    let names: Vec<String> = all.filter(|name| seen.insert(name.clone())).take(most).collect();
    Names { is_whole: names.len() < most, names }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn units_keep_their_escapes_and_what_is_no_unit_is_left_out() {
        let text = " nginx.service\ndev-disk-by\\x2dlabel-data.swap\ngetty@tty1.service\nnginx.service\n\nno kind\n●\n\
                    a\u{1b}[31m.service\n=SM-END.x\n";
        let names = units(text);
        assert_eq!(names.names, ["nginx.service", "dev-disk-by\\x2dlabel-data.swap", "getty@tty1.service"]);
        assert!(names.is_whole && units("").is_whole && units("").names.is_empty());
        assert!(units(&format!("{}.service\n", "a".repeat(260))).names.is_empty());
    }

    #[test]
    fn processes_have_any_name() {
        let names = processes("sh\n(sd-pam)\nkworker/0:1-events\n a b \nsh\n\n =x\nbad\u{7}bell\n");
        assert_eq!(names.names, ["sh", "(sd-pam)", "kworker/0:1-events", "a b", "=x", "bad\u{fffd}bell"]);
    }

    #[test]
    fn a_list_as_long_as_lists_become_is_not_taken_for_all() {
        let text = |count: usize| (0..count).map(|number| format!("p{number}.service\n")).collect::<String>();
        for (most, parse) in [(256, units as fn(&str) -> Names), (4_000, processes)] {
            assert!(parse(&text(most - 1)).is_whole);
            for count in [most, most * 2] {
                let names = parse(&text(count));
                assert_eq!((names.names.len(), names.is_whole), (most, false));
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_names_that_can_be_shown(text in "(\\PC|[\\x00-\\x1f]|[a-z.@\\\\-]){0,200}") {
            for names in [units(&text).names, processes(&text).names] {
                for name in &names {
                    prop_assert!(!name.is_empty() && name.chars().count() <= 255 && !name.chars().any(char::is_control));
                }
                let distinct: HashSet<_> = names.iter().collect();
                prop_assert_eq!(distinct.len(), names.len());
            }
        }
    }
}
