//! The time as the server has it: ages and countdowns must not depend on how well the person's clock goes.

use leptos::prelude::*;

use crate::browser;

/// The server's time, ticking once a second in the browser; in the first render it is the moment of the values shown.
#[derive(Clone, Copy)]
pub struct Clock {
    now_ms: RwSignal<i64>,
    offset_ms: StoredValue<Option<i64>>,
}

impl Clock {
    /// A clock that does not know the time yet.
    pub fn new() -> Self {
        Self { now_ms: RwSignal::new(0), offset_ms: StoredValue::new(None) }
    }

    /// The server's time in Unix milliseconds; 0 as long as nothing is known.
    pub fn now_ms(self) -> i64 {
        self.now_ms.get()
    }

    /// Takes the moment of the values in the page, unless the time is already known.
    pub fn begin(self, now_ms: i64) {
        if self.now_ms.get_untracked() == 0 {
            self.now_ms.set(now_ms);
        }
    }

    /// Stands still at a moment, as for values of the past.
    pub fn stand_at(self, at_ms: i64) {
        self.now_ms.set(at_ms);
    }

    /// Takes what the server says its time is.
    pub fn correct(self, server_now_ms: i64) {
        self.offset_ms.set_value(Some(server_now_ms - browser::now_ms()));
        self.now_ms.set(server_now_ms);
    }

    /// Moves on. Only in the browser.
    pub fn tick(self) {
        let begun = self.now_ms.get_untracked();
        let offset = self.offset_ms.get_value().unwrap_or_else(|| {
            let first = if begun == 0 { 0 } else { begun - browser::now_ms() };
            self.offset_ms.set_value(Some(first));
            first
        });
        self.now_ms.set(browser::now_ms() + offset);
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}
