//! Which charts there are, and in which unit a series is.

use domain::unit::Unit;

/// A chart that every server has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usual {
    /// Its name, for its heading.
    pub title: Title,
    /// The unit, as `charts.js` knows it.
    pub unit: &'static str,
    /// The highest value of its scale; 0 for as high as the values are.
    pub top: f64,
    /// Its series' keys; the first stands for all when servers are compared.
    pub series: &'static [&'static str],
}

/// The headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "they say what they are")]
pub enum Title {
    Cpu,
    Memory,
    Load,
    Network,
    Disk,
    Filesystem,
    Pressure,
}

/// The charts that every server has.
pub const USUAL: [Usual; 7] = [
    Usual { title: Title::Cpu, unit: "percent", top: 100.0, series: &["cpu.busy"] },
    Usual { title: Title::Memory, unit: "percent", top: 100.0, series: &["memory.used_percent", "swap.used_percent"] },
    Usual { title: Title::Network, unit: "rate", top: 0.0, series: &["net.rx_bytes", "net.tx_bytes"] },
    Usual { title: Title::Disk, unit: "rate", top: 0.0, series: &["disk.read_bytes", "disk.write_bytes"] },
    Usual { title: Title::Load, unit: "number", top: 0.0, series: &["load.one", "load.five", "load.fifteen"] },
    Usual { title: Title::Filesystem, unit: "percent", top: 100.0, series: &["filesystem.used_percent"] },
    Usual {
        title: Title::Pressure,
        unit: "percent",
        top: 0.0,
        series: &["pressure.cpu.some", "pressure.memory.some", "pressure.io.some"],
    },
];

/// Whether a series is in one of those charts.
pub fn is_usual(key: &str) -> bool {
    USUAL.iter().any(|usual| usual.series.contains(&key))
}

/// The unit of a series as `charts.js` knows it, and the highest value of its scale; 0 for as high as the values are.
pub fn unit_of(key: &str) -> (&'static str, f64) {
    match Unit::of(key) {
        Unit::Percent if key.starts_with("pressure.") => ("percent", 0.0),
        Unit::Percent => ("percent", 100.0),
        Unit::Bytes => ("bytes", 0.0),
        Unit::BytesPerSecond => ("rate", 0.0),
        Unit::PerSecond => ("per_second", 0.0),
        Unit::Celsius => ("celsius", 0.0),
        Unit::Milliseconds => ("milliseconds", 0.0),
        Unit::Seconds | Unit::Hours | Unit::Days | Unit::Number => ("number", 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_charts_have_the_units_of_their_series() {
        for usual in USUAL {
            for key in usual.series {
                assert_eq!(unit_of(key).0, usual.unit, "{key}");
            }
        }
        assert_eq!(unit_of("filesystem.used_percent:/srv").0, "percent");
        assert_eq!(unit_of("net.rx_errors:eth0").0, "per_second");
        assert_eq!(unit_of("memory.available").0, "bytes");
    }
}
