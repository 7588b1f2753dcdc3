//! Which incidents are wanted: the same in the address of a page, over REST and in the store.

use serde::{Deserialize, Serialize};

use crate::{
    alerts::Severity,
    error::{Error, Result},
    ids::{RuleId, ServerId},
};

/// The longest text that is searched for, in characters.
const SEARCH_MAX: usize = 200;

/// Which incidents are wanted. What is not given does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentFilter {
    /// Those that are not over.
    pub only_open: bool,
    /// Those of one server.
    pub server: Option<ServerId>,
    /// Those that are so bad.
    pub severity: Option<Severity>,
    /// Those of this priority, 1 to 4.
    pub priority: Option<u8>,
    /// Those that somebody has acknowledged, or those that nobody has.
    pub acknowledged: Option<bool>,
    /// Those that one rule began.
    pub rule: Option<RuleId>,
    /// Words that all have to be in the rule's or server's name or the series, whatever the case of their ASCII letters.
    pub search: String,
}

impl IncidentFilter {
    /// The filter with its text trimmed.
    ///
    /// # Errors
    /// When something makes no sense; the field is named.
    pub fn validated(mut self) -> Result<Self> {
        if self.priority.is_some_and(|priority| !(1..=4).contains(&priority)) {
            return Err(Error::invalid("priority", "must be 1 to 4"));
        }
        self.search = self.search.trim().to_owned();
        if self.search.chars().count() > SEARCH_MAX {
            return Err(Error::invalid("search", format!("must have at most {SEARCH_MAX} characters")));
        }
        Ok(self)
    }

    /// Whether more is left out than what is over.
    pub fn is_narrowed(&self) -> bool {
        *self != Self { only_open: self.only_open, ..Self::default() }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_named() {
        let field = |filter: IncidentFilter| filter.validated().unwrap_err().fields.first().unwrap().field.clone();
        assert_eq!(field(IncidentFilter { priority: Some(5), ..Default::default() }), "priority");
        assert_eq!(field(IncidentFilter { search: "x".repeat(201), ..Default::default() }), "search");
        let filter = IncidentFilter { search: "  cpu ".to_owned(), only_open: true, ..Default::default() };
        let filter = filter.validated().unwrap();
        assert_eq!((filter.search.as_str(), filter.is_narrowed()), ("cpu", true));
        assert!(!IncidentFilter { only_open: true, ..Default::default() }.is_narrowed());
    }
}
