//! What the fuzz target and the tests do with bytes: read, parse, derive, and look whether the results make sense.

use domain::metrics::{CpuStates, Sample};
use probe::{Message, Reader, Report, Sections};

/// Reads bytes as what a server sends after its hello line. Panics when something impossible comes out.
pub fn feed(bytes: &[u8]) {
    let mut reader = Reader::new("n");
    for _ in 0..8 {
        reader.ask(Sections::ALL);
    }
    let mut previous: Option<Report> = None;
    reader.push(b"=SM-HELLO n 1 awk proc\n");
    for piece in bytes.chunks(1 + bytes.len() / 3) {
        reader.push(piece);
        while let Ok(Some(message)) = reader.next_message() {
            let Message::Report(raw) = message else { continue };
            let Ok(report) = probe::parse(&raw) else { continue };
            check_report(&report);
            if let Some(sample) = previous.as_ref().and_then(|previous| probe::derive(previous, &report, 0)) {
                check_sample(&sample);
            }
            previous = Some(report);
        }
    }
    // The same bytes where the hello line is expected.
    let mut reader = Reader::new("n");
    reader.push(bytes);
    while let Ok(Some(_)) = reader.next_message() {}
}

fn check_report(report: &Report) {
    assert!(report.stat.cores.len() <= 1024 && report.interfaces.len() <= 256 && report.disks.len() <= 64);
    assert!(report.memory.available <= report.memory.total && report.memory.swap_free <= report.memory.swap_total);
    unique(report.interfaces.iter().map(|interface| interface.name.as_str()));
    unique(report.disks.iter().map(|disk| disk.name.as_str()));
    unique(report.filesystems.iter().flatten().map(|filesystem| filesystem.mount.as_str()));
    assert!(report.filesystems.iter().all(|list| list.len() <= 64));
    assert!(report.sensors.iter().all(|list| list.len() <= 64));
    for process in report.processes.iter().flat_map(|processes| &processes.top) {
        sane(process.cpu);
        shown(&process.command, 200);
        shown(&process.user, 128);
    }
    for (list, most) in [(&report.failed_units, 256), (&report.process_names, 4_000)] {
        let names = list.iter().flat_map(|list| &list.names);
        unique(names.clone().map(String::as_str));
        names.clone().for_each(|name| shown(name, 255));
        assert!(names.count() <= most);
    }
    for sensor in report.sensors.iter().flatten() {
        assert!(sensor.value.is_finite());
        shown(&sensor.name, 140);
    }
    if let Some(identity) = &report.identity {
        [&identity.hostname, &identity.distribution, &identity.kernel, &identity.cpu_model]
            .iter()
            .for_each(|name| shown(name, 128));
    }
}

fn check_sample(sample: &Sample) {
    assert!(sample.span_secs > 0.0);
    sane(sample.uptime_secs);
    sane(sample.context_switches);
    sane(sample.forks);
    check_states(&sample.cpu);
    sample.cores.iter().for_each(check_states);
    for disk in &sample.disks {
        let rates = [disk.read_bytes, disk.write_bytes, disk.reads, disk.writes, disk.busy, disk.wait_ms];
        rates.into_iter().for_each(sane);
        assert!(disk.busy <= 100.0);
        shown(&disk.name, 128);
    }
    for interface in &sample.interfaces {
        let rates = [interface.rx_bytes, interface.tx_bytes, interface.rx_packets, interface.tx_packets];
        rates.into_iter().chain([interface.rx_errors, interface.tx_errors]).for_each(sane);
        shown(&interface.name, 128);
    }
    for stall in [sample.pressure.cpu, sample.pressure.memory, sample.pressure.io].into_iter().flatten() {
        assert!((0.0..=100.0).contains(&stall.some) && (0.0..=100.0).contains(&stall.full.unwrap_or_default()));
    }
    for average in [sample.load.one, sample.load.five, sample.load.fifteen] {
        sane(average);
    }
}

fn check_states(states: &CpuStates) {
    let parts = [states.user, states.nice, states.system, states.irq, states.softirq, states.steal, states.guest];
    parts.into_iter().chain([states.idle, states.iowait]).for_each(sane);
    let busy: f64 = parts.iter().sum();
    assert!((busy - states.busy).abs() < 1e-6, "{states:?}");
    assert!((busy + states.idle + states.iowait - 100.0).abs() < 1e-6, "{states:?}");
}

fn sane(rate: f64) {
    assert!(rate.is_finite() && rate >= 0.0, "{rate}");
}

fn shown(name: &str, max: usize) {
    assert!(name.chars().count() <= max && !name.chars().any(char::is_control), "{name:?}");
}

fn unique<'a>(names: impl Iterator<Item = &'a str>) {
    let mut seen = std::collections::HashSet::new();
    names.for_each(|name| assert!(seen.insert(name), "{name} twice"));
}
