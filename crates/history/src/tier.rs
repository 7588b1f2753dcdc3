//! The tiers: the same past in ever coarser steps, each kept longer than the one before.

/// A tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// As sampled.
    Raw,
    /// One row a minute.
    Minute,
    /// One row an hour.
    Hour,
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Tier {
    /// All, finest first.
    pub const ALL: [Self; 3] = [Self::Raw, Self::Minute, Self::Hour];

    /// Its number in the database.
    pub fn number(self) -> i16 {
        match self {
            Self::Raw => 0,
            Self::Minute => 1,
            Self::Hour => 2,
        }
    }

    /// The tier of a number in the database.
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.number() == number)
    }

    /// The next coarser one.
    pub fn coarser(self) -> Option<Self> {
        match self {
            Self::Raw => Some(Self::Minute),
            Self::Minute => Some(Self::Hour),
            Self::Hour => None,
        }
    }

    /// The time between two rows, in milliseconds; 0 where rows are as they were sampled.
    pub fn step_ms(self) -> i64 {
        match self {
            Self::Raw => 0,
            Self::Minute => MINUTE,
            Self::Hour => HOUR,
        }
    }

    /// How long a window of time is that becomes one block, in milliseconds: some thousand rows, so that they pack well,
    /// and not more, so that a chart of a shorter time need not unpack much that it does not show.
    pub fn window_ms(self) -> i64 {
        match self {
            Self::Raw => 6 * HOUR,
            Self::Minute => 5 * DAY,
            Self::Hour => 120 * DAY,
        }
    }

    /// The begin of the window that a moment is in.
    pub fn window_of(self, at_ms: i64) -> i64 {
        Kept::Rows(self).window_of(at_ms)
    }

    /// How long its rows are kept when nothing else is set, in milliseconds.
    pub fn default_retention_ms(self) -> i64 {
        match self {
            Self::Raw => 7 * DAY,
            Self::Minute => 90 * DAY,
            Self::Hour => 5 * 365 * DAY,
        }
    }

    /// Whether its rows are summaries of finer ones.
    pub fn is_rolled_up(self) -> bool {
        self != Self::Raw
    }
}

/// What is kept under a number in the database: rows of a tier, or lists of processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Rows of numbers.
    Rows(Tier),
    /// The processes that took the most, once a minute.
    Processes,
}

impl From<Tier> for Kept {
    fn from(tier: Tier) -> Self {
        Self::Rows(tier)
    }
}

impl Kept {
    /// Its number in the database.
    pub fn number(self) -> i16 {
        match self {
            Self::Rows(tier) => tier.number(),
            Self::Processes => 3,
        }
    }

    /// What a number in the database stands for.
    pub fn from_number(number: i16) -> Option<Self> {
        match Tier::from_number(number) {
            Some(tier) => Some(Self::Rows(tier)),
            None => (number == Self::Processes.number()).then_some(Self::Processes),
        }
    }

    /// How long a window of time is that becomes one block, in milliseconds.
    pub fn window_ms(self) -> i64 {
        match self {
            Self::Rows(tier) => tier.window_ms(),
            Self::Processes => 6 * HOUR,
        }
    }

    /// The begin of the window that a moment is in.
    pub fn window_of(self, at_ms: i64) -> i64 {
        at_ms - at_ms.rem_euclid(self.window_ms())
    }
}
