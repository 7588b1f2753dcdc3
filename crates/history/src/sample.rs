//! A sample as a row: each value rounded to what the kernel's counters give.

use domain::metrics::Sample;

use crate::{RowWriter, round};

/// Puts all numbers of a sample into a row.
pub fn write_sample(row: &mut RowWriter, sample: &Sample) {
    sample.each_value(|metric, instance, value, places| row.set(metric, instance, round(value, places)));
}

#[cfg(test)]
mod tests {
    use domain::metrics::{CpuStates, Disk, Filesystem, Interface, Load, Pressure, PressureStall};

    use crate::{MOST_SERIES, read_rows};

    use super::*;

    #[test]
    fn every_part_of_a_sample_has_its_series() {
        let sample = Sample {
            cores: vec![CpuStates::default(); 2],
            load: Load { one: 0.125, ..Load::default() },
            pressure: Pressure { io: Some(PressureStall { some: 1.234_5, full: None }), ..Pressure::default() },
            disks: vec![Disk { name: "sda".to_owned(), reads: 10.0 / 3.0, read_bytes: 5.0, ..Disk::default() }],
            interfaces: vec![Interface { name: "eth0".to_owned(), rx_bytes: 9.4, ..Interface::default() }],
            filesystems: Some(vec![Filesystem {
                mount: "/srv/a:b".to_owned(),
                used: 1,
                available: 2,
                ..Filesystem::default()
            }]),
            ..Sample::default()
        };
        let mut row = RowWriter::new(MOST_SERIES);
        write_sample(&mut row, &sample);
        row.end_row(1);
        let table = read_rows(row.bytes(), None).unwrap();
        for (key, value) in [
            ("cpu.idle:1", 0.0),
            ("load.one", 0.13),
            ("pressure.io.some", 1.23),
            ("disk.reads:sda", 3.3),
            ("disk.read_bytes", 5.0),
            ("net.rx_bytes:eth0", 9.0),
            ("net.rx_bytes", 9.0),
            ("filesystem.used_percent:/srv/a:b", 33.33),
            ("filesystem.used_percent", 33.33),
        ] {
            assert_eq!(table.column(key), Some([value].as_slice()), "{key}");
        }
        assert!(table.column("pressure.cpu.some").is_none(), "what the kernel does not offer has no series");
    }
}
