//! What the bell says, as a signal: one for the whole frame, so that it does not begin anew with every page.

use domain::live::Bell;
use leptos::prelude::*;

/// What the bell says.
#[derive(Clone, Copy)]
pub struct BellState {
    said: RwSignal<Bell>,
}

impl BellState {
    /// A bell that knows nothing yet.
    pub fn new() -> Self {
        Self { said: RwSignal::new(Bell::default()) }
    }

    /// Takes what it says now, unless something newer is known: an answer may be overtaken by what is pushed.
    pub fn take(self, said: Bell) {
        if self.said.try_get_untracked().is_some_and(|known| known != said && known.version <= said.version) {
            self.said.set(said);
        }
    }

    /// What it says.
    pub fn said(self) -> Bell {
        self.said.get()
    }

    /// Another number whenever something about incidents is different: what a page shows of them is to be loaded anew then.
    pub fn version(self) -> u64 {
        self.said.with(|said| said.version)
    }
}

impl Default for BellState {
    fn default() -> Self {
        Self::new()
    }
}
