//! Which of several answers counts: one that was asked for earlier may arrive later.

use leptos::prelude::*;

/// Counts what is asked, and knows which answer is the newest.
#[derive(Clone, Copy)]
pub struct Turns {
    asked: StoredValue<u64>,
    answered: StoredValue<u64>,
}

impl Turns {
    /// Nothing was asked yet.
    pub fn new() -> Self {
        Self { asked: StoredValue::new(0), answered: StoredValue::new(0) }
    }

    /// Something is asked now. Returns its turn.
    pub fn ask(self) -> u64 {
        let turn = self.asked.get_value() + 1;
        self.asked.set_value(turn);
        turn
    }

    /// Whether its answer, which has just come, is newer than all that came before. It is not when the page is gone.
    pub fn is_newest(self, turn: u64) -> bool {
        let take = |answered: &mut u64| {
            let is_newest = turn > *answered;
            *answered = turn.max(*answered);
            is_newest
        };
        self.answered.try_update_value(take).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_answer_does_not_replace_a_newer_one() {
        let owner = Owner::new();
        let turns = owner.with(Turns::new);
        let [first, second, third] = [turns.ask(), turns.ask(), turns.ask()];
        assert!(turns.is_newest(second));
        assert!(!turns.is_newest(first));
        assert!(turns.is_newest(third));
    }
}
