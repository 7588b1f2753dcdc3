//! What the monitor asks for: one line per report.

use std::ops::BitOr;

/// Which sections a report shall have. [`Sections::FAST`] is in every one: rates need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sections(u8);

impl Sections {
    /// Processor, memory, load, pressure, interfaces and disks: starts no process on the server.
    pub const FAST: Self = Self(1);
    /// Also file systems.
    pub const FILESYSTEMS: Self = Self(1 | 2);
    /// Also processes.
    pub const PROCESSES: Self = Self(1 | 4);
    /// Also sensors.
    pub const SENSORS: Self = Self(1 | 8);
    /// Also what the server says of itself.
    pub const IDENTITY: Self = Self(1 | 16);
    /// Also which units have failed.
    pub const UNITS: Self = Self(1 | 32);
    /// Also the names of all processes.
    pub const NAMES: Self = Self(1 | 64);
    /// Everything.
    pub const ALL: Self = Self(127);

    const LETTERS: [(u8, char); 7] = [(1, 'f'), (2, 'd'), (4, 'p'), (8, 't'), (16, 'i'), (32, 'u'), (64, 'n')];

    /// These and file systems.
    #[must_use]
    pub const fn with_filesystems(self) -> Self {
        self.with(Self::FILESYSTEMS)
    }

    /// These and processes.
    #[must_use]
    pub const fn with_processes(self) -> Self {
        self.with(Self::PROCESSES)
    }

    /// These and sensors.
    #[must_use]
    pub const fn with_sensors(self) -> Self {
        self.with(Self::SENSORS)
    }

    /// These and what the server says of itself.
    #[must_use]
    pub const fn with_identity(self) -> Self {
        self.with(Self::IDENTITY)
    }

    /// These and `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is in these.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The letters of a request line.
    pub fn letters(self) -> String {
        Self::LETTERS.iter().filter(|(bit, _)| self.0 & bit != 0).map(|(_, letter)| letter).collect()
    }

    /// What the letters of a request line stand for; unknown letters stand for nothing.
    pub fn from_letters(letters: &str) -> Self {
        let bits = Self::LETTERS.iter().filter(|(_, letter)| letters.contains(*letter));
        bits.fold(Self::FAST, |sections, (bit, _)| Self(sections.0 | bit))
    }
}

impl BitOr for Sections {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

/// The request line for one report, with its line feed. [`Reader::ask`](crate::Reader::ask) makes it and expects its answer.
pub fn request(seq: u64, sections: Sections) -> String {
    format!("{seq} {}\n", sections.letters())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_say_which_sections_are_wanted() {
        assert_eq!(request(7, Sections::FAST), "7 f\n");
        assert_eq!(request(8, Sections::FAST.with_processes().with_filesystems()), "8 fdp\n");
        assert_eq!(request(9, Sections::ALL), "9 fdptiun\n");
        for sections in [Sections::FAST, Sections::SENSORS | Sections::IDENTITY, Sections::ALL] {
            assert_eq!(Sections::from_letters(&sections.letters()), sections);
        }
    }

    #[test]
    fn every_request_has_the_fast_sections() {
        assert!(Sections::from_letters("xyz").contains(Sections::FAST));
        assert!(!Sections::FAST.contains(Sections::SENSORS));
    }
}
