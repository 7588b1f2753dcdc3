//! One rule over one series: what it saw last, and what that means.

use domain::alerts::State;

/// What a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The rule fires.
    Began {
        /// Since when something is wrong, in Unix milliseconds.
        since_ms: i64,
    },
    /// It is over.
    Ended {
        /// Since when something was wrong, in Unix milliseconds.
        since_ms: i64,
        /// Since when nothing is wrong any more, in Unix milliseconds.
        until_ms: i64,
    },
}

/// How a value looks to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Wrong.
    Bad,
    /// Right.
    Good,
    /// Between the levels: it stays what it was.
    Between,
}

/// How long something has to be so before it counts, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waits {
    /// Wrong, before the rule fires.
    pub bad_ms: i64,
    /// Right, before it is over.
    pub good_ms: i64,
}

/// One rule over one series. Whoever keeps its [`State`] can go on after a restart as if there had been none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Watch {
    state: State,
    /// When it last looked. A clock that was set back must not make anything shorter or longer.
    last_ms: Option<i64>,
}

impl Watch {
    /// A watch that goes on from what was kept.
    pub fn from_state(state: State) -> Self {
        Self { state, last_ms: None }
    }

    /// What is to be kept.
    pub fn state(&self) -> State {
        self.state
    }

    /// Takes in how a value looks at a moment. Returns what a person is to be told.
    pub fn look(&mut self, look: Look, at_ms: i64, waits: Waits) -> Option<Change> {
        // What comes out of order says nothing about now.
        if self.last_ms.is_some_and(|last_ms| at_ms < last_ms) {
            return None;
        }
        self.last_ms = Some(at_ms);
        let (state, change) = next(self.state, look, at_ms, waits);
        self.state = state;
        change
    }

    /// Ends it, as when its rule or server is deleted. Returns what a person is to be told.
    pub fn end(&mut self, at_ms: i64) -> Option<Change> {
        match std::mem::take(&mut self.state) {
            State::Firing { since_ms, good_since_ms } => {
                Some(Change::Ended { since_ms, until_ms: good_since_ms.unwrap_or(at_ms) })
            }
            State::Quiet | State::Pending { .. } => None,
        }
    }
}

fn next(state: State, look: Look, at_ms: i64, waits: Waits) -> (State, Option<Change>) {
    match (state, look) {
        (State::Quiet, Look::Bad) => fired_or_pending(at_ms, at_ms, waits),
        (State::Quiet, Look::Good | Look::Between) => (State::Quiet, None),
        (State::Pending { since_ms }, Look::Bad) => fired_or_pending(since_ms, at_ms, waits),
        // Only what is wrong all the time counts.
        (State::Pending { .. }, Look::Good | Look::Between) => (State::Quiet, None),
        (State::Firing { since_ms, .. }, Look::Bad | Look::Between) => {
            (State::Firing { since_ms, good_since_ms: None }, None)
        }
        (State::Firing { since_ms, good_since_ms }, Look::Good) => {
            let until_ms = good_since_ms.unwrap_or(at_ms);
            if at_ms - until_ms >= waits.good_ms {
                (State::Quiet, Some(Change::Ended { since_ms, until_ms }))
            } else {
                (State::Firing { since_ms, good_since_ms: Some(until_ms) }, None)
            }
        }
    }
}

fn fired_or_pending(since_ms: i64, at_ms: i64, waits: Waits) -> (State, Option<Change>) {
    if at_ms - since_ms >= waits.bad_ms {
        (State::Firing { since_ms, good_since_ms: None }, Some(Change::Began { since_ms }))
    } else {
        (State::Pending { since_ms }, None)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WAITS: Waits = Waits { bad_ms: 60, good_ms: 30 };

    /// Looks every ten milliseconds: `b` is bad, `g` good, `-` between. Gives when which change came.
    fn changes(looks: &str, waits: Waits) -> Vec<(i64, Change)> {
        let mut watch = Watch::default();
        let look = |each: char| match each {
            'b' => Look::Bad,
            'g' => Look::Good,
            _ => Look::Between,
        };
        let all = looks.chars().zip(0_i64..);
        all.filter_map(|(each, number)| Some((number * 10, watch.look(look(each), number * 10, waits)?))).collect()
    }

    #[test]
    fn a_rule_fires_when_it_was_bad_for_long_enough_and_ends_when_it_was_good_for_long_enough() {
        let began = |at_ms, since_ms| (at_ms, Change::Began { since_ms });
        let ended = |at_ms, since_ms, until_ms| (at_ms, Change::Ended { since_ms, until_ms });
        for (looks, expected) in [
            ("bbbbbb", vec![]),
            ("bbbbbbb", vec![began(60, 0)]),
            ("gbbbbbbbgggg", vec![began(70, 10), ended(110, 10, 80)]),
            // One good value begins the wait anew.
            ("bbbbbbgbbbbbb", vec![]),
            // A value between the levels is not bad enough to count.
            ("bbbbbb-bbbbbbb", vec![began(130, 70)]),
            // Once it fires, between is still wrong.
            ("bbbbbbb----------", vec![began(60, 0)]),
            ("bbbbbbbgg-gggg", vec![began(60, 0), ended(130, 0, 100)]),
            ("bbbbbbbggbbbgggg", vec![began(60, 0), ended(150, 0, 120)]),
        ] {
            assert_eq!(changes(looks, WAITS), expected, "{looks}");
        }
        assert_eq!(changes("bgbg", Waits::default()).len(), 4, "without waits every change counts");
    }

    #[test]
    fn a_clock_that_is_set_back_changes_nothing() {
        let mut watch = Watch::default();
        assert_eq!(watch.look(Look::Bad, 1_000, WAITS), None);
        assert_eq!(watch.look(Look::Good, 500, WAITS), None);
        assert_eq!(watch.look(Look::Bad, 1_060, WAITS), Some(Change::Began { since_ms: 1_000 }));
    }

    #[test]
    fn what_is_deleted_ends_what_it_began() {
        let mut watch = Watch::default();
        watch.look(Look::Bad, 0, WAITS);
        assert_eq!(watch.end(10), None);
        watch.look(Look::Bad, 20, Waits::default());
        assert_eq!(watch.end(50), Some(Change::Ended { since_ms: 20, until_ms: 50 }));
        assert_eq!(watch.end(60), None);
    }

    fn looks() -> impl Strategy<Value = Vec<(Look, i64)>> {
        let look = prop_oneof![Just(Look::Bad), Just(Look::Good), Just(Look::Between)];
        prop::collection::vec((look, 0_i64..50), 0..200)
    }

    proptest! {
        #[test]
        fn began_and_ended_alternate_and_begin_with_began(looks in looks(), bad_ms in 0_i64..100, good_ms in 0_i64..100) {
            let (mut watch, mut at_ms, mut is_open) = (Watch::default(), 0, false);
            for (look, later) in looks {
                at_ms += later;
                match watch.look(look, at_ms, Waits { bad_ms, good_ms }) {
                    Some(Change::Began { since_ms }) => {
                        prop_assert!(!is_open && at_ms - since_ms >= bad_ms);
                        is_open = true;
                    }
                    Some(Change::Ended { until_ms, .. }) => {
                        prop_assert!(is_open && at_ms - until_ms >= good_ms);
                        is_open = false;
                    }
                    None => {}
                }
                prop_assert_eq!(is_open, matches!(watch.state(), State::Firing { .. }));
            }
        }

        #[test]
        fn nothing_happens_between_the_levels(looks in looks(), times in prop::collection::vec(0_i64..100, 1..50)) {
            let (mut watch, mut at_ms) = (Watch::default(), 0);
            for (look, later) in looks {
                at_ms += later;
                watch.look(look, at_ms, WAITS);
            }
            for later in times {
                at_ms += later;
                prop_assert_eq!(watch.look(Look::Between, at_ms, WAITS), None);
            }
        }

        #[test]
        fn a_restart_at_any_moment_changes_nothing(looks in looks(), restart in 0_usize..200) {
            let (mut whole, mut broken, mut at_ms) = (Watch::default(), Watch::default(), 0);
            for (number, (look, later)) in looks.into_iter().enumerate() {
                at_ms += later;
                if number == restart {
                    broken = Watch::from_state(broken.state());
                }
                prop_assert_eq!(whole.look(look, at_ms, WAITS), broken.look(look, at_ms, WAITS));
            }
        }
    }
}
