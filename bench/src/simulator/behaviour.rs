//! What can be wrong with a simulated server.

use std::time::Duration;

/// What a simulated server does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// All is well.
    #[default]
    Well,
    /// Its connections end, and new ones end before a word is said.
    Dead,
    /// Connections stand and are accepted, and nothing comes any more: no report, no answer to a keepalive, no greeting.
    Hanging,
    /// Where a report is due, bytes come without an end.
    Flooding,
    /// It shows another host key.
    Lying,
    /// Where a report is due, something else comes.
    Garbage,
    /// It refuses every login.
    Refusing,
    /// Hello and every report come late, by so much.
    Slow(Duration),
}

impl Behaviour {
    /// Whether connections that stand end when this follows on `before`.
    pub(super) fn cuts(self, before: Self) -> bool {
        matches!(self, Self::Dead | Self::Lying | Self::Refusing)
            || matches!(before, Self::Hanging | Self::Flooding | Self::Lying) && self != before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_end_only_where_the_server_could_not_keep_them() {
        assert!(Behaviour::Dead.cuts(Behaviour::Well));
        assert!(Behaviour::Well.cuts(Behaviour::Hanging));
        assert!(!Behaviour::Hanging.cuts(Behaviour::Well));
        assert!(!Behaviour::Slow(Duration::ZERO).cuts(Behaviour::Well));
        assert!(!Behaviour::Well.cuts(Behaviour::Dead));
    }
}
