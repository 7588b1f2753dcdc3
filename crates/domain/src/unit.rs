//! Units of series, as far as their names tell them.

use crate::format;

/// What a series is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "they say what they are")]
pub enum Unit {
    Percent,
    Bytes,
    BytesPerSecond,
    PerSecond,
    Celsius,
    Milliseconds,
    Seconds,
    Hours,
    Days,
    Number,
}

impl Unit {
    /// The unit of a series by its key, such as `filesystem.used:/srv`.
    pub fn of(key: &str) -> Self {
        let metric = key.split(':').next().unwrap_or_default();
        match metric {
            "net.rx_bytes" | "net.tx_bytes" | "disk.read_bytes" | "disk.write_bytes" => Self::BytesPerSecond,
            "disk.wait_ms" => Self::Milliseconds,
            "uptime" => Self::Seconds,
            "sensor.temperature" => Self::Celsius,
            "filesystem.size" | "filesystem.used" | "filesystem.available" => Self::Bytes,
            "filesystem.full_hours" => Self::Hours,
            "certificate" => Self::Days,
            "cpu.count" => Self::Number,
            _ if metric.ends_with("_percent") || metric == "disk.busy" => Self::Percent,
            _ if metric.starts_with("cpu.") || metric.starts_with("pressure.") => Self::Percent,
            _ if metric.starts_with("memory.") || metric.starts_with("swap.") => Self::Bytes,
            _ if metric.starts_with("net.") || metric.starts_with("disk.") || metric.starts_with("kernel.") => {
                Self::PerSecond
            }
            _ => Self::Number,
        }
    }

    /// Its symbol; empty for a mere number.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Percent => "%",
            Self::Bytes => "B",
            Self::BytesPerSecond => "B/s",
            Self::PerSecond => "1/s",
            Self::Celsius => "°C",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
            Self::Hours => "h",
            Self::Days => "d",
            Self::Number => "",
        }
    }

    /// A value with its unit, with all its digits where it is neither a size nor a rate.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sizes and times are whole and positive"
    )]
    pub fn write(self, value: f64) -> String {
        let plain = if value.abs() >= 1e6 { format::significant(value) } else { value.to_string() };
        match self {
            Self::Bytes => format::bytes(value.max(0.0) as u64).to_string(),
            Self::BytesPerSecond => format::rate(value).to_string(),
            Self::Seconds => format::duration(value.max(0.0) as u64),
            Self::PerSecond => format!("{plain}/s"),
            Self::Number => plain,
            _ => format!("{plain}\u{202f}{}", self.symbol()),
        }
    }

    /// A value as it was measured, with no more digits than count.
    pub fn write_measured(self, value: f64) -> String {
        self.write((value * 100.0).round() / 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_with_the_unit_that_their_series_tells() {
        for (key, value, text) in [
            ("cpu.busy", 90.0, "90 %"),
            ("cpu.busy:3", 95.339, "95.34 %"),
            ("cpu.count", 8.0, "8"),
            ("load.one", 0.5, "0.5"),
            ("load.one", 1.234_567, "1.23"),
            ("memory.available", 1_073_741_824.0, "1.00 GiB"),
            ("filesystem.used_percent:/srv", 91.0, "91 %"),
            ("filesystem.full_hours:/srv", 3.42, "3.42 h"),
            ("net.rx_bytes:eth0", 1_048_576.0, "1.00 MiB/s"),
            ("net.rx_errors:eth0", 3.0, "3/s"),
            ("sensor.temperature:*", 80.0, "80 °C"),
            ("certificate:www.example.com:443", 14.0, "14 d"),
            ("uptime", 12_345.6, "3 h 25 min"),
        ] {
            assert_eq!(Unit::of(key).write_measured(value).replace('\u{202f}', " "), text, "{key}");
        }
    }
}
