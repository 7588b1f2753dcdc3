//! The section `sensors`: temperatures and fans (kernel documents `hwmon/sysfs-interface`, `driver-api/thermal`).

use std::collections::{HashMap, HashSet};

use domain::metrics::{Sensor, SensorKind};

use super::text::{NAME_MAX_CHARS, clean, signed};

/// The most sensors that are looked at.
const SENSORS_MAX: usize = 64;

pub(super) fn parse(text: &str) -> Vec<Sensor> {
    let mut sensors: Vec<Sensor> = Vec::new();
    let mut times_seen: HashMap<String, u32> = HashMap::new();
    let mut taken = HashSet::new();
    for mut sensor in text.lines().filter_map(sensor).take(SENSORS_MAX) {
        // Two processors or disks of one kind have chips and labels of the same name.
        let times = times_seen.entry(sensor.name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            sensor.name = format!("{} #{times}", sensor.name);
        }
        if taken.insert(sensor.name.clone()) {
            sensors.push(sensor);
        }
    }
    sensors
}

/// Reads kind, value, critical value or `-`, and after tabs chip and label.
fn sensor(line: &str) -> Option<Sensor> {
    let mut parts = line.splitn(3, '\t');
    let mut words = parts.next()?.split_ascii_whitespace();
    let kind = words.next()?;
    let value = signed(words.next()?)?;
    let critical = words.next().and_then(signed);
    let (chip, label) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let name = clean(&format!("{} {}", chip.trim(), label.trim()), NAME_MAX_CHARS);
    if name.is_empty() {
        return None;
    }
    match kind {
        // Sensors that are not connected give absurd values: below −100 °C, above 300 °C.
        "temp" if (-100_000..=300_000).contains(&value) => Some(Sensor {
            kind: SensorKind::Temperature,
            name,
            value: thousandths(value),
            critical: critical.filter(|critical| (1..=300_000).contains(critical)).map(thousandths),
        }),
        "fan" => {
            let value = u32::try_from(value).ok().filter(|value| *value <= 100_000)?;
            Some(Sensor { kind: SensorKind::Fan, name, value: f64::from(value), critical: None })
        }
        _ => None,
    }
}

#[allow(clippy::cast_precision_loss, reason = "the values have six digits")]
fn thousandths(value: i64) -> f64 {
    value as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temperatures_are_degrees_and_fans_revolutions() {
        let sensors = parse(
            "temp 45000 100000\tcoretemp\tPackage id 0\ntemp 44500 -\tcoretemp\tCore 0\nfan 1200 -\tnct6775\tfan1\n\
             temp 38850 84850\tnvme\tComposite\ntemp 37850 65261850\tnvme\tComposite\ntemp 51540 -\tcpu-thermal\t\n",
        );
        let name = |name: &str, kind, value, critical| Sensor { kind, name: name.to_owned(), value, critical };
        let expected = [
            name("coretemp Package id 0", SensorKind::Temperature, 45.0, Some(100.0)),
            name("coretemp Core 0", SensorKind::Temperature, 44.5, None),
            name("nct6775 fan1", SensorKind::Fan, 1200.0, None),
            name("nvme Composite", SensorKind::Temperature, 38.85, Some(84.85)),
            name("nvme Composite #2", SensorKind::Temperature, 37.85, None),
            name("cpu-thermal", SensorKind::Temperature, 51.54, None),
        ];
        assert_eq!(sensors, expected);
    }

    #[test]
    fn sensors_that_are_not_connected_are_left_out() {
        assert!(
            parse(
                "temp -128000 -\ta\tb\ntemp 65261850 -\ta\tb\nfan -1 -\ta\tb\ntemp x\ta\tb\nvolt 1 -\ta\tb\ntemp 1\n"
            )
            .is_empty()
        );
    }
    #[test]
    fn no_two_sensors_have_the_same_name() {
        let sensors = parse("temp 1000 -\ta\tb #2\ntemp 2000 -\ta\tb\ntemp 3000 -\ta\tb\n");
        assert_eq!(sensors.iter().map(|sensor| sensor.name.as_str()).collect::<Vec<_>>(), ["a b #2", "a b"]);
    }
}
