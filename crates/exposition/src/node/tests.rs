//! The text of a fleet, as a whole.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::collections::HashSet;

use domain::metrics::{Load, Memory, SensorKind};
use probe::{CoreTicks, CpuTicks, DiskCounters, InterfaceCounters, PressureCounters, StallCounters, StallLine, Stat};

use super::*;

fn report(cores: u32) -> Report {
    let ticks = CpuTicks { user: 250, idle: 10_001, guest: 3, ..CpuTicks::default() };
    let stall = |total_us| StallLine { avg10: 0.0, total_us: Some(total_us) };
    let pressure = StallCounters { some: stall(1_500_000), full: Some(stall(250)) };
    Report {
        uptime_centis: 12_345,
        stat: Stat {
            cores: (0..cores).map(|index| CoreTicks { index, ticks }).collect(),
            context_switches: 77,
            forks: 5,
            running: 2,
            blocked: 1,
            booted_at_secs: 1_700_000_000,
            ..Stat::default()
        },
        memory: Memory { total: 8_589_934_592, cached: 100, shared: 23, ..Memory::default() },
        load: Some(Load { one: 0.25, five: 1.5, fifteen: 2.0, ..Load::default() }),
        interfaces: ["eth0", "lo"]
            .map(|name| InterfaceCounters { name: name.to_owned(), rx_bytes: 9, tx_dropped: 4, ..Default::default() })
            .to_vec(),
        disks: vec![DiskCounters { name: "sda".to_owned(), read_sectors: 3, busy_ms: 1_234, ..Default::default() }],
        pressure: PressureCounters { cpu: Some(pressure), memory: Some(pressure), io: None },
        ..Report::default()
    }
}

fn measured(cores: u32) -> Measured {
    let sensor = |kind, name: &str| Sensor { kind, name: name.to_owned(), value: 45.5, critical: Some(100.0) };
    Measured {
        at_ms: 1_700_000_123_500,
        age_secs: 0.5,
        report: Arc::new(report(cores)),
        filesystems: vec![Filesystem {
            mount: "/mnt/a \"b\"\\".to_owned(),
            device: "/dev/sda1".to_owned(),
            kind: "ext4".to_owned(),
            size: 100,
            used: 40,
            available: 50,
            inodes: 10,
            inodes_free: 7,
        }],
        sensors: vec![
            sensor(SensorKind::Temperature, "coretemp Package id 0"),
            sensor(SensorKind::Temperature, "coretemp Core 0"),
            sensor(SensorKind::Fan, "nct6775 fan1"),
        ],
        identity: Some(Identity {
            hostname: "web".to_owned(),
            distribution: "Debian GNU/Linux 12 (bookworm)".to_owned(),
            kernel: "Linux 6.1.0-18-amd64".to_owned(),
            architecture: "x86_64".to_owned(),
            ..Identity::default()
        }),
    }
}

fn node(id: i64, name: &str, measured: Option<Measured>) -> Node {
    let (name, host) = (name.to_owned(), "192.0.2.1".to_owned());
    Node { id: ServerId(id), name, host, via: Via::Ssh, group_id: Some(GroupId(3)), measured }
}

fn text(list: Vec<Node>) -> String {
    nodes(list, HashMap::from([(GroupId(3), "Web".to_owned())])).collect()
}

#[test]
fn a_server_that_answers_has_node_exporters_series_in_base_units() {
    let text = text(vec![node(7, "web", Some(measured(2)))]);
    for line in [
        "server_monitor_server_up{instance=\"web\"} 1",
        "server_monitor_server_info{instance=\"web\",id=\"7\",name=\"web\",host=\"192.0.2.1\",group=\"Web\",via=\"ssh\"} 1",
        "server_monitor_server_report_timestamp_seconds{instance=\"web\"} 1700000123.5",
        "node_load1{instance=\"web\"} 0.25",
        "node_boot_time_seconds{instance=\"web\"} 1700000000",
        "node_time_seconds{instance=\"web\"} 1700000123.95",
        "node_uname_info{instance=\"web\",machine=\"x86_64\",nodename=\"web\",release=\"6.1.0-18-amd64\",sysname=\"Linux\"} 1",
        "node_os_info{instance=\"web\",pretty_name=\"Debian GNU/Linux 12 (bookworm)\"} 1",
        "node_procs_blocked{instance=\"web\"} 1",
        "node_context_switches_total{instance=\"web\"} 77",
        "node_cpu_seconds_total{instance=\"web\",cpu=\"1\",mode=\"idle\"} 100.01",
        "node_cpu_guest_seconds_total{instance=\"web\",cpu=\"0\",mode=\"user\"} 0.03",
        "node_pressure_cpu_waiting_seconds_total{instance=\"web\"} 1.5",
        "node_pressure_memory_stalled_seconds_total{instance=\"web\"} 0.00025",
        "node_memory_MemTotal_bytes{instance=\"web\"} 8589934592",
        "node_memory_Cached_bytes{instance=\"web\"} 123",
        "node_disk_read_bytes_total{instance=\"web\",device=\"sda\"} 1536",
        "node_disk_io_time_seconds_total{instance=\"web\",device=\"sda\"} 1.234",
        "node_network_receive_bytes_total{instance=\"web\",device=\"eth0\"} 9",
        "node_network_transmit_drop_total{instance=\"web\",device=\"lo\"} 4",
        "node_filesystem_free_bytes{instance=\"web\",device=\"/dev/sda1\",fstype=\"ext4\",mountpoint=\"/mnt/a \\\"b\\\"\\\\\"} 60",
        "node_hwmon_temp_celsius{instance=\"web\",chip=\"coretemp\",sensor=\"Package id 0\"} 45.5",
        "node_hwmon_fan_rpm{instance=\"web\",chip=\"nct6775\",sensor=\"fan1\"} 45.5",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}\nis not in\n{text}");
    }
    assert_eq!(text.matches("node_hwmon_chip_names{").count(), 2);
    assert!(!text.contains("node_pressure_io_waiting_seconds_total{"), "the kernel does not offer it");
}

#[test]
fn of_a_server_that_does_not_answer_only_that_is_said() {
    let text = text(vec![node(1, "web", None)]);
    let series: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(series.len(), 2, "{text}");
    assert_eq!(series[0], "server_monitor_server_up{instance=\"web\"} 0");
}

#[test]
fn a_family_begins_once_however_the_text_is_cut_and_no_series_appears_twice() {
    let list = (0..150).map(|id| node(id, if id % 3 == 0 { "same" } else { "x" }, Some(measured(4)))).collect();
    let pieces: Vec<_> = nodes(list, HashMap::new()).collect();
    assert!(pieces.len() > 10, "{}", pieces.len());
    assert!(pieces.iter().all(|piece| piece.len() < CHUNK_BYTES + CHUNK_BYTES / 4));
    let text = pieces.concat();
    let mut heads = HashSet::new();
    let mut series = HashSet::new();
    let mut current = "";
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("# TYPE ") {
            assert!(heads.insert(head), "{head} twice");
            current = head.split(' ').next().unwrap();
        } else if !line.starts_with('#') {
            let (name, _) = line.rsplit_once(' ').unwrap();
            assert_eq!(name.split('{').next(), Some(current));
            assert!(series.insert(name), "{name} twice");
        }
    }
    assert_eq!(heads.len(), families().count());
}

#[test]
fn an_empty_fleet_has_every_family_and_no_series() {
    let text = text(Vec::new());
    assert_eq!(text.matches("# TYPE ").count(), families().count());
    assert!(text.lines().all(|line| line.starts_with('#')));
}

/// Without optimisation this takes some ten times as long as it does in the program.
#[test]
fn a_thousand_servers_are_written_in_no_time() {
    let list = (0..1_000).map(|id| node(id, &format!("web-{id}"), Some(measured(8)))).collect();
    let began = std::time::Instant::now();
    let lines: usize = nodes(list, HashMap::new()).map(|piece| piece.lines().count()).sum();
    let took = began.elapsed();
    assert!(lines > 100_000, "{lines}");
    assert!(took.as_secs() < 5, "{lines} lines took {took:?}");
    eprintln!("{lines} lines took {took:?}");
}
