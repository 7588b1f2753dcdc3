//! What a person chose to see: in the address, and kept for the next visit.

use domain::fleet::{Filter, SortKey, StateFilter};

use crate::routes::escape;

/// How the fleet is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    /// One line for each server.
    #[default]
    Table,
    /// One card for each server.
    Cards,
    /// One cell for each server.
    Heat,
}

impl View {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Table, Self::Cards, Self::Heat];

    /// The name in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Cards => "cards",
            Self::Heat => "heat",
        }
    }
}

const SORTS: [(SortKey, &str); 8] = [
    (SortKey::State, "state"),
    (SortKey::Name, "name"),
    (SortKey::Cpu, "cpu"),
    (SortKey::Memory, "memory"),
    (SortKey::Disk, "disk"),
    (SortKey::Network, "network"),
    (SortKey::Load, "load"),
    (SortKey::Uptime, "uptime"),
];

const STATES: [(StateFilter, &str); 5] = [
    (StateFilter::Online, "online"),
    (StateFilter::Warning, "warning"),
    (StateFilter::Critical, "critical"),
    (StateFilter::Offline, "offline"),
    (StateFilter::Unknown, "unknown"),
];

/// What a person chose to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Which servers, in which order.
    pub filter: Filter,
    /// How they are drawn.
    pub view: View,
    /// A moment of the past that they are shown at, in Unix milliseconds; now when there is none.
    pub at_ms: Option<i64>,
}

impl Choice {
    /// The choice in the address, or the one that was kept when the address has none.
    pub fn read(query: impl Fn(&str) -> Option<String>, kept: Option<&str>) -> Self {
        let keys = ["q", "state", "group", "tag", "sort", "dir", "view"];
        // A moment is never kept: who comes back wants to know how it is now.
        let at_ms = query("at").and_then(|at| at.parse().ok()).filter(|at_ms| *at_ms > 0);
        if keys.iter().any(|key| query(key).is_some()) {
            return Self { at_ms, ..Self::of(query) };
        }
        let kept = kept.unwrap_or_default();
        let choice = Self::of(|key| {
            let pairs = kept.split('&').filter_map(|pair| pair.split_once('='));
            pairs.into_iter().find(|(name, _)| *name == key).map(|(_, value)| value.to_owned())
        });
        Self { at_ms, ..choice }
    }

    fn of(get: impl Fn(&str) -> Option<String>) -> Self {
        let id = |key: &str| get(key).and_then(|text| text.parse().ok());
        let named = |key: &str| get(key).unwrap_or_default();
        let (state, sort, view) = (named("state"), named("sort"), named("view"));
        Self {
            filter: Filter {
                search: named("q"),
                group: id("group").map(domain::GroupId),
                tag: id("tag").map(domain::TagId),
                state: STATES.into_iter().find(|(_, name)| *name == state).map(|(state, _)| state),
                sort: SORTS.into_iter().find(|(_, name)| *name == sort).map(|(sort, _)| sort).unwrap_or_default(),
                descending: get("dir").as_deref() == Some("desc"),
            },
            view: View::ALL.into_iter().find(|candidate| candidate.name() == view).unwrap_or_default(),
            at_ms: None,
        }
    }

    /// The address that shows this choice. It always names order and view, so that it never falls back to what was kept.
    pub fn address(&self) -> String {
        let mut address = format!("/?{}", self.kept());
        if !self.filter.search.is_empty() {
            address.push_str("&q=");
            address.push_str(&escape(&self.filter.search));
        }
        if let Some(state) = self.filter.state {
            address.push_str("&state=");
            address.push_str(state_name(state));
        }
        if let Some(at_ms) = self.at_ms {
            address.push_str(&format!("&at={at_ms}"));
        }
        address
    }

    /// The part that is kept for the next visit: not what was searched for, nor the state, which would hide trouble.
    pub fn kept(&self) -> String {
        let filter = &self.filter;
        let mut kept = format!("sort={}", sort_name(filter.sort));
        if filter.descending {
            kept.push_str("&dir=desc");
        }
        if let Some(group) = filter.group {
            kept.push_str(&format!("&group={group}"));
        }
        if let Some(tag) = filter.tag {
            kept.push_str(&format!("&tag={tag}"));
        }
        kept.push_str("&view=");
        kept.push_str(self.view.name());
        kept
    }

    /// Whether only a part of the fleet is wanted.
    pub fn is_narrowed(&self) -> bool {
        let filter = &self.filter;
        !filter.search.trim().is_empty() || filter.group.is_some() || filter.tag.is_some() || filter.state.is_some()
    }

    /// The same order and view over the whole fleet.
    #[must_use]
    pub fn cleared(&self) -> Self {
        let filter = Filter { sort: self.filter.sort, descending: self.filter.descending, ..Filter::default() };
        Self { filter, ..self.clone() }
    }

    /// The same at another moment of the past, or now.
    #[must_use]
    pub fn at(&self, at_ms: Option<i64>) -> Self {
        Self { at_ms, ..self.clone() }
    }

    /// The same with another order: a second time the other way round. Of values, the highest come first.
    #[must_use]
    pub fn sorted_by(&self, sort: SortKey) -> Self {
        let is_value = !matches!(sort, SortKey::State | SortKey::Name);
        let mut choice = self.clone();
        choice.filter.descending = if self.filter.sort == sort { !self.filter.descending } else { is_value };
        choice.filter.sort = sort;
        choice
    }

    /// The same with another state; the one that is chosen already is let go.
    #[must_use]
    pub fn with_state(&self, state: Option<StateFilter>) -> Self {
        let mut choice = self.clone();
        choice.filter.state = state.filter(|state| self.filter.state != Some(*state));
        choice
    }
}

/// The name of a state in the address.
pub fn state_name(state: StateFilter) -> &'static str {
    STATES.into_iter().find(|(candidate, _)| *candidate == state).map_or("online", |(_, name)| name)
}

fn sort_name(sort: SortKey) -> &'static str {
    SORTS.into_iter().find(|(candidate, _)| *candidate == sort).map_or("state", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str, kept: Option<&str>) -> Choice {
        let query = address.trim_start_matches("/?").to_owned();
        Choice::read(
            |key| {
                query.split('&').find_map(|pair| pair.strip_prefix(&format!("{key}="))).map(|v| v.replace("%20", " "))
            },
            kept,
        )
    }

    #[test]
    fn an_address_comes_back_as_the_choice_it_was_made_from() {
        let choice = Choice {
            filter: Filter {
                search: "web 1".to_owned(),
                group: Some(domain::GroupId(3)),
                tag: Some(domain::TagId(9)),
                state: Some(StateFilter::Warning),
                sort: SortKey::Memory,
                descending: true,
            },
            view: View::Heat,
            at_ms: Some(1_795_500_000_000),
        };
        assert_eq!(read(&choice.address(), Some("sort=name")), choice);
    }

    #[test]
    fn what_was_kept_counts_only_without_a_choice_in_the_address() {
        let kept = "sort=cpu&dir=desc&view=cards";
        assert_eq!(read("/", Some(kept)).filter.sort, SortKey::Cpu);
        assert_eq!(read("/", Some(kept)).view, View::Cards);
        assert_eq!(read(&Choice::default().address(), Some(kept)), Choice::default());
    }

    #[test]
    fn a_moment_goes_with_what_was_kept_and_is_not_kept_itself() {
        let choice = read("/?at=7000", Some("sort=cpu&dir=desc&view=cards"));
        assert_eq!((choice.at_ms, choice.filter.sort), (Some(7_000), SortKey::Cpu));
        assert!(!choice.kept().contains("at="));
        assert_eq!(choice.cleared().at_ms, Some(7_000));
        assert_eq!(read("/?at=-5", None), Choice::default());
    }

    #[test]
    fn nonsense_is_the_default() {
        assert_eq!(read("/?sort=<script>&view=9&group=x&state=", None), Choice::default());
    }

    #[test]
    fn values_sort_highest_first_and_turn_round() {
        let by_cpu = Choice::default().sorted_by(SortKey::Cpu);
        assert!(by_cpu.filter.descending);
        assert!(!by_cpu.sorted_by(SortKey::Cpu).filter.descending);
        assert!(!by_cpu.sorted_by(SortKey::Name).filter.descending);
    }

    #[test]
    fn a_state_chosen_twice_is_let_go() {
        let offline = Choice::default().with_state(Some(StateFilter::Offline));
        assert!(offline.is_narrowed());
        assert_eq!(offline.with_state(Some(StateFilter::Offline)), Choice::default());
    }
}
