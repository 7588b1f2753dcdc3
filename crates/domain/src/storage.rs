//! What history takes on the disk, how long it is kept, and what that means for the days to come.

use serde::{Deserialize, Serialize};

use crate::{GroupId, Result, ServerId, error::FieldErrors};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// The longest time that anything is kept, in days: a hundred years.
pub const DAYS_MAX: u32 = 36_500;
/// The largest budget and floor, in MiB: a PiB.
pub const MIB_MAX: u64 = 1 << 30;
/// A budget below this could not even hold the newest hours.
pub const BUDGET_MIN_MIB: u64 = 16;
/// The rate at which history grows is not known before so much time.
const RATE_MIN_MS: i64 = 10 * 60 * 1_000;

/// How long history is kept, and what it may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// For how many days values are kept as they were sampled.
    pub raw_days: u32,
    /// For how many days they are kept by the minute.
    pub minute_days: u32,
    /// For how many days they are kept by the hour.
    pub hour_days: u32,
    /// How many MiB all of it may take; 0 for no bound.
    pub budget_mib: u64,
    /// How many MiB of the disk are left free, though no more than 5 % of it; 0 to use all of it.
    pub free_disk_mib: u64,
    /// What servers of some groups have instead.
    pub groups: Vec<GroupDays>,
}

/// How long the history of a group's servers is kept, where that is different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupDays {
    /// The group.
    pub group_id: GroupId,
    /// For how many days values are kept as they were sampled; as for all when not given.
    pub raw_days: Option<u32>,
    /// For how many days they are kept by the minute; as for all when not given.
    pub minute_days: Option<u32>,
    /// For how many days they are kept by the hour; as for all when not given.
    pub hour_days: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            raw_days: 7,
            minute_days: 90,
            hour_days: 5 * 365,
            budget_mib: 10 * 1_024,
            free_disk_mib: 1_024,
            groups: Vec::new(),
        }
    }
}

impl Limits {
    /// The same, checked.
    ///
    /// # Errors
    /// Names every field that cannot be taken.
    pub fn validated(mut self) -> Result<Self> {
        let mut fields = FieldErrors::default();
        let mut check = |field: String, value: u64, least: u64, most: u64, unit: &str| {
            if !(least..=most).contains(&value) {
                fields.add(field, format!("must be {least} to {most} {unit}"));
            }
        };
        for (field, days) in
            [("raw_days", self.raw_days), ("minute_days", self.minute_days), ("hour_days", self.hour_days)]
        {
            check(field.to_owned(), days.into(), 1, DAYS_MAX.into(), "days");
        }
        if self.budget_mib > 0 {
            check("budget_mib".to_owned(), self.budget_mib, BUDGET_MIN_MIB, MIB_MAX, "MiB, or 0 for no bound");
        }
        check("free_disk_mib".to_owned(), self.free_disk_mib, 0, MIB_MAX, "MiB");
        for group in &self.groups {
            for (field, days) in group.named() {
                let name = format!("group_{}_{field}", group.group_id);
                check(name, days.map_or(1, u64::from), 1, DAYS_MAX.into(), "days");
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        if self.groups.iter().any(|group| !seen.insert(group.group_id.0)) {
            fields.add("groups", "names a group twice");
        }
        fields.finish()?;
        self.groups.retain(|group| group.named().iter().any(|(_, days)| days.is_some()));
        Ok(self)
    }

    /// For how many days a tier's rows of a group's servers are kept, by the tier's number; lists of processes, number 3, as long as rows by
    /// the minute.
    pub fn days(&self, group: Option<GroupId>, tier: i16) -> u32 {
        let own = group.and_then(|group| self.groups.iter().find(|days| days.group_id == group));
        let (all, own) = match tier {
            0 => (self.raw_days, own.and_then(|own| own.raw_days)),
            1 | 3 => (self.minute_days, own.and_then(|own| own.minute_days)),
            _ => (self.hour_days, own.and_then(|own| own.hour_days)),
        };
        own.unwrap_or(all)
    }

    /// The same in milliseconds.
    pub fn keeps_ms(&self, group: Option<GroupId>, tier: i16) -> i64 {
        i64::from(self.days(group, tier)) * DAY_MS
    }

    /// The budget in bytes; `None` for no bound.
    pub fn budget_bytes(&self) -> Option<u64> {
        (self.budget_mib > 0).then(|| self.budget_mib.saturating_mul(1 << 20))
    }

    /// The floor of free disk in bytes.
    pub fn floor_bytes(&self) -> u64 {
        self.free_disk_mib.saturating_mul(1 << 20)
    }
}

impl GroupDays {
    fn named(&self) -> [(&'static str, Option<u32>); 3] {
        [("raw_days", self.raw_days), ("minute_days", self.minute_days), ("hour_days", self.hour_days)]
    }
}

/// What all history takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Usage {
    /// When this was so, in Unix milliseconds.
    pub now_ms: i64,
    /// How many bytes all blocks take.
    pub total_bytes: u64,
    /// The most that they may take; `None` for no bound.
    pub budget_bytes: Option<u64>,
    /// The disk that the data lies on; `None` where it does not say.
    pub disk: Option<Disk>,
    /// Whether nothing is written because the disk is too full.
    pub is_paused: bool,
    /// What was lost since the start.
    pub losses: Losses,
    /// Each server's tiers.
    pub servers: Vec<ServerUsage>,
}

/// The disk that the data lies on, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Disk {
    /// Its size.
    pub total_bytes: u64,
    /// What is free.
    pub free_bytes: u64,
    /// What is left free: below this the oldest history goes.
    pub floor_bytes: u64,
}

/// What was lost since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Losses {
    /// Values of series beyond the most that one server may have.
    pub refused_values: u64,
    /// Samples that could not be written.
    pub lost_samples: u64,
    /// Blocks that could not be read back.
    pub damaged_blocks: u64,
}

impl Losses {
    /// Whether nothing was lost.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// What the history of one server takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServerUsage {
    /// The server.
    pub server_id: ServerId,
    /// Its name.
    pub name: String,
    /// Its group.
    pub group_id: Option<GroupId>,
    /// What it takes in each tier that has anything.
    pub tiers: Vec<TierUsage>,
}

/// What one tier takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierUsage {
    /// Its number: 0 as sampled, 1 by the minute, 2 by the hour.
    pub tier: i16,
    /// Its size.
    pub size_bytes: u64,
    /// How many values it has.
    pub value_count: u64,
    /// When its first value was measured, in Unix milliseconds.
    pub first_ms: i64,
    /// When its last value was measured, in Unix milliseconds.
    pub last_ms: i64,
    /// How long it is kept, in milliseconds.
    pub keeps_ms: i64,
}

/// What comes of the budget when everything goes on as it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forecast {
    /// It is too early to say.
    Unknown,
    /// Retention is reached first: it does not become larger than so many bytes.
    Settles(u64),
    /// The budget is full after so many milliseconds.
    FullIn(i64),
}

impl ServerUsage {
    /// What all tiers of it take.
    pub fn size_bytes(&self) -> u64 {
        self.tiers.iter().map(|tier| tier.size_bytes).sum()
    }

    /// Its oldest value, in Unix milliseconds.
    pub fn first_ms(&self) -> Option<i64> {
        self.tiers.iter().filter(|tier| tier.value_count > 0).map(|tier| tier.first_ms).min()
    }
}

impl TierUsage {
    /// Bytes per value; `None` without values.
    #[allow(clippy::cast_precision_loss, reason = "two digits are shown")]
    pub fn bytes_per_value(&self) -> Option<f64> {
        (self.value_count > 0).then(|| self.size_bytes as f64 / self.value_count as f64)
    }

    /// When its oldest value goes because of its age, in Unix milliseconds.
    pub fn oldest_goes_ms(&self) -> i64 {
        self.first_ms.saturating_add(self.keeps_ms)
    }

    /// How many bytes are older than `oldest_ms`, as far as that can be said without counting.
    fn before(&self, oldest_ms: i64) -> u64 {
        let span_ms = u128::try_from(self.last_ms - self.first_ms).unwrap_or_default().max(1);
        let gone_ms = u128::try_from(oldest_ms - self.first_ms).unwrap_or_default().min(span_ms);
        u64::try_from(u128::from(self.size_bytes) * gone_ms / span_ms).unwrap_or_default()
    }
}

impl Usage {
    /// All servers together, a line per tier in the order of their numbers.
    pub fn tiers(&self) -> Vec<TierUsage> {
        let mut sums: std::collections::BTreeMap<i16, TierUsage> = std::collections::BTreeMap::new();
        for tier in self.servers.iter().flat_map(|server| &server.tiers) {
            let sum = sums.entry(tier.tier).or_insert(TierUsage { size_bytes: 0, value_count: 0, ..*tier });
            sum.size_bytes += tier.size_bytes;
            sum.value_count += tier.value_count;
            if tier.oldest_goes_ms() < sum.oldest_goes_ms() {
                sum.keeps_ms = tier.keeps_ms;
            }
            sum.first_ms = sum.first_ms.min(tier.first_ms);
            sum.last_ms = sum.last_ms.max(tier.last_ms);
        }
        sums.into_values().collect()
    }

    /// What comes of the budget at the present rate.
    pub fn forecast(&self) -> Forecast {
        let growing: Vec<_> = self.servers.iter().flat_map(|server| &server.tiers).filter_map(Growth::of).collect();
        if growing.is_empty() {
            return Forecast::Unknown;
        }
        let known: u64 = self.servers.iter().map(ServerUsage::size_bytes).sum();
        let rest = known.saturating_sub(growing.iter().map(|growth| growth.now_bytes).sum());
        let at = |ahead_ms: i64| growing.iter().map(|growth| growth.at(ahead_ms)).sum::<u64>().saturating_add(rest);
        let Some(budget) = self.budget_bytes else { return Forecast::Settles(at(i64::MAX)) };
        if at(i64::MAX) <= budget {
            return Forecast::Settles(at(i64::MAX));
        }
        let (mut low, mut high) = (0, i64::from(DAYS_MAX) * DAY_MS);
        while high - low > 60_000 {
            let middle = low + (high - low) / 2;
            if at(middle) < budget {
                low = middle;
            } else {
                high = middle;
            }
        }
        Forecast::FullIn(high)
    }

    /// How many bytes go when `limits` come into force, and the begin of the oldest time that loses something; `None` when nothing goes.
    pub fn lost_with(&self, limits: &Limits) -> Option<(u64, i64)> {
        let (mut bytes, mut since_ms) = (0, i64::MAX);
        for server in &self.servers {
            for tier in &server.tiers {
                let oldest_ms = self.now_ms.saturating_sub(limits.keeps_ms(server.group_id, tier.tier));
                let gone = tier.before(oldest_ms);
                if gone > 0 && limits.keeps_ms(server.group_id, tier.tier) < tier.keeps_ms {
                    bytes += gone;
                    since_ms = since_ms.min(tier.first_ms);
                }
            }
        }
        let over = limits
            .budget_bytes()
            .map_or(0, |budget| (self.total_bytes - bytes.min(self.total_bytes)).saturating_sub(budget));
        if over > 0 {
            bytes += over;
            since_ms = since_ms.min(self.servers.iter().filter_map(ServerUsage::first_ms).min().unwrap_or(self.now_ms));
        }
        (bytes > 0).then_some((bytes, since_ms))
    }
}

/// How one tier of one server grows.
struct Growth {
    now_bytes: u64,
    span_ms: i64,
    keeps_ms: i64,
}

impl Growth {
    fn of(tier: &TierUsage) -> Option<Self> {
        let span_ms = tier.last_ms - tier.first_ms;
        (tier.value_count > 0 && span_ms >= RATE_MIN_MS).then_some(Self {
            now_bytes: tier.size_bytes,
            span_ms,
            keeps_ms: tier.keeps_ms,
        })
    }

    /// Its size after some time: it grows until its oldest goes.
    fn at(&self, ahead_ms: i64) -> u64 {
        let span_ms = self.span_ms.saturating_add(ahead_ms).min(self.keeps_ms.max(self.span_ms));
        let (size, span, now) =
            (u128::from(self.now_bytes), u128::try_from(span_ms), u128::try_from(self.span_ms.max(1)));
        let (Ok(span), Ok(now)) = (span, now) else { return self.now_bytes };
        u64::try_from(size * span / now).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    fn usage(budget_mib: u64, days: i64) -> Usage {
        let tier = TierUsage {
            tier: 0,
            size_bytes: 10 * MIB,
            value_count: 20 * MIB,
            first_ms: 0,
            last_ms: days * DAY_MS,
            keeps_ms: 10 * DAY_MS,
        };
        let server = ServerUsage {
            server_id: ServerId(1),
            name: "web".to_owned(),
            group_id: Some(GroupId(4)),
            tiers: vec![tier],
        };
        Usage {
            now_ms: days * DAY_MS,
            total_bytes: 10 * MIB,
            budget_bytes: Some(budget_mib * MIB),
            disk: None,
            is_paused: false,
            losses: Losses::default(),
            servers: vec![server],
        }
    }

    #[test]
    fn either_the_budget_is_reached_or_retention() {
        assert_eq!(usage(100, 2).forecast(), Forecast::Settles(50 * MIB), "5 MiB a day for ten days");
        let Forecast::FullIn(ms) = usage(30, 2).forecast() else { panic!("the budget is smaller") };
        assert_eq!(ms.div_euclid(60_000), 4 * DAY_MS / 60_000, "20 MiB more at 5 MiB a day");
        assert_eq!(usage(30, 0).forecast(), Forecast::Unknown);
        assert_eq!(Usage { budget_bytes: None, ..usage(1, 2) }.forecast(), Forecast::Settles(50 * MIB));
    }

    #[test]
    fn what_a_shorter_time_costs_is_said_before() {
        let usage = usage(100, 4);
        let lost = |change: fn(&mut Limits)| {
            let mut limits = Limits { raw_days: 10, ..Limits::default() };
            change(&mut limits);
            usage.lost_with(&limits)
        };
        assert_eq!(lost(|_| ()), None);
        assert_eq!(lost(|limits| limits.raw_days = 2), Some((5 * MIB, 0)));
        let own = GroupDays { group_id: GroupId(4), raw_days: Some(1), minute_days: None, hour_days: None };
        assert_eq!(lost(|limits| limits.raw_days = 5), None, "it is only four days old");
        let with_group = Limits { raw_days: 10, groups: vec![own], ..Limits::default() };
        assert_eq!(usage.lost_with(&with_group).unwrap().0, 10 * MIB * 3 / 4);
        assert_eq!(lost(|limits| limits.budget_mib = 4), Some((6 * MIB, 0)));
    }

    #[test]
    fn every_field_that_cannot_be_taken_is_named() {
        let own = GroupDays { group_id: GroupId(4), raw_days: Some(0), minute_days: None, hour_days: None };
        let wrong = Limits {
            raw_days: 0,
            minute_days: DAYS_MAX + 1,
            budget_mib: 1,
            free_disk_mib: u64::MAX,
            groups: vec![own, own],
            ..Limits::default()
        };
        let error = wrong.validated().unwrap_err();
        let named: Vec<_> = error.fields.iter().map(|field| field.field.as_str()).collect();
        let group = "group_4_raw_days";
        assert_eq!(named, ["raw_days", "minute_days", "budget_mib", "free_disk_mib", group, group, "groups"]);
        assert_eq!(Limits::default().validated().unwrap(), Limits::default());
    }

    #[test]
    fn tiers_are_summed_whatever_their_number() {
        let mut all = usage(1, 2);
        let other = TierUsage { tier: 3, ..all.servers[0].tiers[0] };
        all.servers[0].tiers.push(other);
        all.servers.push(all.servers[0].clone());
        let tiers = all.tiers();
        assert_eq!(
            tiers.iter().map(|tier| (tier.tier, tier.size_bytes)).collect::<Vec<_>>(),
            [(0, 20 * MIB), (3, 20 * MIB)]
        );
        assert_eq!(tiers[0].bytes_per_value(), Some(0.5));
    }
}
