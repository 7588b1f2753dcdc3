//! The fleet as a list: rows, and how they are searched, filtered and sorted. The same code answers REST, the first HTML and the browser.

mod open;

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{GroupId, ServerId, TagId},
    level::{self, Level},
    metrics::Vitals,
    servers::Via,
    status::{Connection, Status},
};

pub use open::OpenIncidents;

/// What is entered about a server and seldom changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowMeta {
    /// Its name.
    pub name: String,
    /// Its host name or address.
    pub host: String,
    /// Its SSH port.
    pub port: u16,
    /// How it is reached.
    pub via: Via,
    /// Its group.
    pub group_id: Option<GroupId>,
    /// Its tags, sorted.
    pub tag_ids: Vec<TagId>,
    /// Seconds between two samples while nobody looks.
    pub interval_secs: u32,
}

/// One server in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Row {
    /// Its id.
    pub id: ServerId,
    /// What was entered about it.
    pub meta: RowMeta,
    /// Whether it answers.
    pub connection: Connection,
    /// Its newest values; `None` until the first sample.
    pub vitals: Option<Vitals>,
    /// Processor use of the last minutes in whole percent, the newest last.
    pub spark: Vec<u8>,
    /// Its incidents that are not over.
    pub incidents: OpenIncidents,
}

impl Row {
    /// How bad the server's state is: offline is critical, else its worst value decides, or the worst incident that nobody has
    /// acknowledged.
    pub fn level(&self) -> Level {
        if self.connection.status == Status::Offline {
            return Level::Critical;
        }
        let values = self.vitals.map_or(Level::Fine, |vitals| {
            let disk = vitals.disk.map_or(Level::Fine, |percent| level::DISK.level(percent));
            level::CPU.level(vitals.cpu).max(level::MEMORY.level(vitals.memory)).max(disk)
        });
        values.max(self.incidents.level())
    }
}

/// What a person filters by: the state, in the words of the summary line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum StateFilter {
    /// Those that answer.
    Online,
    /// Those that do not.
    Offline,
    /// Those not yet tried.
    Unknown,
    /// Those that answer and have a value or an incident at warning level, but none at critical.
    Warning,
    /// Those that answer and have a value or an incident at critical level.
    Critical,
}

impl StateFilter {
    /// Whether a row is in this state.
    pub fn takes(self, row: &Row) -> bool {
        let online = row.connection.status == Status::Online;
        match self {
            Self::Online => online,
            Self::Offline => row.connection.status == Status::Offline,
            Self::Unknown => row.connection.status == Status::Unknown,
            Self::Warning => online && row.level() == Level::Warning,
            Self::Critical => online && row.level() == Level::Critical,
        }
    }
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SortKey {
    /// What needs a person first: offline, critical, warning, unknown, fine; among these, servers whose trouble somebody has
    /// acknowledged come last; then by name.
    #[default]
    State,
    /// By name, numbers in it by their value.
    Name,
    /// By processor use.
    Cpu,
    /// By memory use.
    Memory,
    /// By the fullest file system.
    Disk,
    /// By traffic, both ways together.
    Network,
    /// By load average.
    Load,
    /// By uptime.
    Uptime,
}

/// Which rows are wanted, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Words that all have to be in the name or host, whatever their case.
    pub search: String,
    /// Only this group.
    pub group: Option<GroupId>,
    /// Only with this tag.
    pub tag: Option<TagId>,
    /// Only in this state.
    pub state: Option<StateFilter>,
    /// What to sort by.
    pub sort: SortKey,
    /// The other way round.
    pub descending: bool,
}

impl Filter {
    /// Whether a row is wanted.
    pub fn takes(&self, row: &Row) -> bool {
        self.group.is_none_or(|group| row.meta.group_id == Some(group))
            && self.tag.is_none_or(|tag| row.meta.tag_ids.contains(&tag))
            && self.state.is_none_or(|state| state.takes(row))
            && self.finds(row)
    }

    fn finds(&self, row: &Row) -> bool {
        let words = self.search.split_whitespace();
        let (name, host) = (row.meta.name.to_lowercase(), row.meta.host.to_lowercase());
        words.map(str::to_lowercase).all(|word| name.contains(&word) || host.contains(&word))
    }

    /// The order of two rows. Rows without a value come last, whichever way round.
    pub fn compare(&self, a: &Row, b: &Row) -> Ordering {
        let by_value = |value: fn(&Vitals) -> f32| {
            let (x, y) = (a.vitals.as_ref().map(value), b.vitals.as_ref().map(value));
            match (x, y) {
                (Some(x), Some(y)) => self.turned(x.total_cmp(&y)),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            }
        };
        let order = match self.sort {
            SortKey::State => self.turned(urgency(a).cmp(&urgency(b))),
            SortKey::Name => self.turned(natural(&a.meta.name, &b.meta.name)),
            SortKey::Cpu => by_value(|vitals| vitals.cpu),
            SortKey::Memory => by_value(|vitals| vitals.memory),
            SortKey::Disk => by_value(|vitals| vitals.disk.unwrap_or(-1.0)),
            SortKey::Network => by_value(|vitals| vitals.rx_bytes + vitals.tx_bytes),
            SortKey::Load => by_value(|vitals| vitals.load),
            SortKey::Uptime => by_value(|vitals| {
                #[allow(clippy::cast_precision_loss, reason = "an order needs no exact seconds")]
                let secs = vitals.uptime_secs as f32;
                secs
            }),
        };
        order.then_with(|| natural(&a.meta.name, &b.meta.name)).then_with(|| a.id.cmp(&b.id))
    }

    /// The wanted rows in the wanted order.
    pub fn apply<'a>(&self, rows: impl IntoIterator<Item = &'a Row>) -> Vec<&'a Row> {
        let mut taken: Vec<&Row> = rows.into_iter().filter(|row| self.takes(row)).collect();
        taken.sort_by(|a, b| self.compare(a, b));
        taken
    }

    fn turned(&self, order: Ordering) -> Ordering {
        if self.descending { order.reverse() } else { order }
    }
}

/// The place of a row when what needs a person comes first.
fn urgency(row: &Row) -> (u8, bool) {
    const FINE: u8 = 4;
    let state = match (row.connection.status, row.level()) {
        (Status::Offline, _) => 0,
        (Status::Online, Level::Critical) => 1,
        (Status::Online, Level::Warning) => 2,
        (Status::Unknown, _) => 3,
        (Status::Online, Level::Fine) => FINE,
    };
    let is_taken_on = row.incidents.acknowledged > 0 && row.incidents.unacknowledged() == 0;
    (state, state < FINE && is_taken_on)
}

/// Compares names as a person would: `web-9` before `web-10`, whatever the case.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.chars().peekable(), b.chars().peekable());
    loop {
        match (a.peek().copied(), b.peek().copied()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let order = number(&mut a).cmp(&number(&mut b));
                if order != Ordering::Equal {
                    return order;
                }
            }
            (Some(x), Some(y)) => {
                let order = x.to_lowercase().cmp(y.to_lowercase());
                if order != Ordering::Equal {
                    return order;
                }
                a.next();
                b.next();
            }
        }
    }
}

fn number(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> u64 {
    let mut value = 0_u64;
    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
        value = value.saturating_mul(10).saturating_add(u64::from(digit));
        chars.next();
    }
    value
}

/// How many servers are in which state: the summary line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// All.
    pub total: u32,
    /// Those that answer.
    pub online: u32,
    /// Those that do not.
    pub offline: u32,
    /// Those not yet tried.
    pub unknown: u32,
    /// Those that answer and have a value at warning level, but none at critical.
    pub warning: u32,
    /// Those that answer and have a value at critical level.
    pub critical: u32,
    /// How many incidents are not over.
    pub incidents: u32,
}

impl Summary {
    /// Counts rows.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut summary = Self::default();
        for row in rows {
            summary.total += 1;
            summary.incidents += row.incidents.total();
            match row.connection.status {
                Status::Online => summary.online += 1,
                Status::Offline => summary.offline += 1,
                Status::Unknown => summary.unknown += 1,
            }
            if StateFilter::Warning.takes(row) {
                summary.warning += 1;
            } else if StateFilter::Critical.takes(row) {
                summary.critical += 1;
            }
        }
        summary
    }
}

#[cfg(test)]
mod tests;
