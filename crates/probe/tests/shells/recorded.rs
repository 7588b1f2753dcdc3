//! On the recorded files of other machines: old kernels, other processors, containers, very large ones.

use std::fs;

use domain::metrics::SensorKind;
use probe::{Report, Sections};
use tempfile::TempDir;

use crate::archive::unpack;
use crate::session::{Session, Tools, installed};

/// What every shell and awk reports of a recorded machine; all of them the same. Also the arguments that `df` got.
fn report(machine: &str) -> (Report, Vec<String>) {
    let mut known: Option<Report> = None;
    let mut arguments = Vec::new();
    for (shell, awk) in installed() {
        let root = TempDir::new().unwrap();
        let at = root.path().to_str().unwrap();
        unpack(machine, root.path());
        fs::write(root.path().join("passwd"), "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n")
            .unwrap();
        let tools = Tools::new(shell, Some(awk));
        let df = "printf '%s\\n' \"$@\" >AT/df-arguments; case $2 in -i) cat AT/df-i ;; *) cat AT/df ;; esac";
        tools.replace("df", &df.replace("AT", at));
        tools.replace("uname", &format!("cat {at}/arch"));
        tools.replace("getent", "test \"$2\" = 48 && echo apache:x:48:48:Apache:/usr/share/httpd:/sbin/nologin");
        let place = |path: &str| format!("{at}{path}");
        let changes = [
            ("/proc", place("/proc")),
            ("/sys/class", place("/sys/class")),
            ("/etc/os-release", place("/os-release")),
            ("/etc/passwd", place("/passwd")),
        ];
        let changes = changes.each_ref().map(|(from, to)| (*from, to.as_str()));
        let report = Session::start_changed(tools, &changes).report(Sections::ALL);
        if let Some(known) = &known {
            assert_eq!(&report, known, "{shell} {awk} reports {machine} differently");
        }
        arguments = fs::read_to_string(root.path().join("df-arguments")).unwrap().lines().map(str::to_owned).collect();
        known = Some(report);
    }
    (known.unwrap(), arguments)
}

fn mounts(report: &Report) -> Vec<&str> {
    report.filesystems.as_ref().unwrap().iter().map(|filesystem| filesystem.mount.as_str()).collect()
}

fn disks(report: &Report) -> Vec<&str> {
    report.disks.iter().map(|disk| disk.name.as_str()).collect()
}

#[test]
fn centos_7_with_device_mapper_network_file_systems_and_a_strange_process() {
    let (report, arguments) = report("centos-7");
    assert_eq!(report.uptime_centis, 864_012_345);
    assert_eq!(report.stat.cores.len(), 4);
    assert_eq!(report.pressure, probe::PressureCounters::default());
    assert_eq!(report.memory.available, 9_812_344 * 1024);
    assert_eq!(disks(&report), ["sda", "dm-0", "dm-1"]);
    assert_eq!(mounts(&report), ["/", "/boot"]);
    assert_eq!(arguments, ["-P", "-i", "/", "/boot"]);
    let root = &report.filesystems.as_ref().unwrap()[0];
    assert_eq!((root.kind.as_str(), root.device.as_str()), ("xfs", "/dev/mapper/centos-root"));
    assert_eq!((root.size, root.inodes_free), (52_403_200 * 1024, 25_802_055));
    let processes = report.processes.as_ref().unwrap();
    assert_eq!(processes.total, 4);
    let find = |pid: u32| processes.top.iter().find(|process| process.pid == pid).unwrap();
    assert_eq!((find(2211).user.as_str(), find(2211).memory), ("apache", 100_000 * 1024));
    assert!((find(2211).cpu - 0.116).abs() < 0.001, "{:?}", find(2211));
    let strange = find(2212);
    assert_eq!(
        (strange.name.as_str(), strange.state.as_str(), strange.user.as_str()),
        ("weird) R 1 (name", "R", "ann")
    );
    assert_eq!(strange.command, "./weird) R 1 (name a b");
    assert!(find(2).command.is_empty() && find(2).memory == 0);
    let identity = report.identity.unwrap();
    assert_eq!(identity.distribution, "CentOS Linux 7 (Core)");
    assert_eq!(identity.cpu_model, "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz");
    assert_eq!(identity.booted_at_ms, 1_701_234_567_000);
}

#[test]
fn debian_7_without_available_memory_and_with_a_partition_for_a_disk() {
    let (report, _) = report("debian-7");
    // free − low + cache − low + slab − low, with low = 5120
    assert_eq!(report.memory.available / 1024, 120_344 + 540_000 + 45_000 - 3 * 5_120);
    assert_eq!(report.memory.cached / 1024, 510_232 - 20_352);
    assert_eq!(disks(&report), ["xvda1", "xvda2"]);
    assert_eq!(report.interfaces[1].rx_bytes, 3_123_456_789);
    assert_eq!(report.interfaces[1].rx_errors + report.interfaces[1].rx_dropped, 5);
    let root = &report.filesystems.as_ref().unwrap()[0];
    assert_eq!((root.available, root.used_percent()), (0, 100.0));
}

#[test]
fn alpine_with_busybox_df_and_a_mount_point_that_needs_quoting() {
    let (report, arguments) = report("alpine");
    assert_eq!(mounts(&report), ["/", "/boot", "/media/my \"disk\" it's"]);
    assert_eq!(arguments[4], "/media/my \"disk\" it's");
    assert_eq!(disks(&report), ["vda"]);
    assert_eq!(report.filesystems.as_ref().unwrap()[0].inodes, 262_144);
    assert_eq!(report.pressure.cpu.unwrap().some.total_us, Some(345_678));
    assert_eq!(report.identity.unwrap().distribution, "Alpine Linux v3.19");
}

#[test]
fn a_container_shows_its_root_and_no_files_of_its_host() {
    let (report, _) = report("container");
    assert_eq!(mounts(&report), ["/"]);
    assert_eq!(report.filesystems.as_ref().unwrap()[0].kind, "overlay");
    assert_eq!(disks(&report), ["nvme0n1", "md127"]);
    assert_eq!(report.stat.cores.len(), 16);
    assert_eq!(report.stat.total.guest_nice, 1000);
    assert_eq!((report.stat.running, report.stat.blocked), (9, 2));
    assert_eq!(report.processes.unwrap().total, 2);
}

#[test]
fn a_raspberry_pi_with_an_sd_card_and_a_thermal_zone() {
    let (report, _) = report("raspberry-pi");
    assert_eq!(disks(&report), ["mmcblk0"]);
    assert_eq!(mounts(&report), ["/", "/boot"]);
    let sensors = report.sensors.unwrap();
    assert_eq!((sensors.len(), sensors[0].name.as_str(), sensors[0].value), (1, "cpu-thermal", 51.54));
    let identity = report.identity.unwrap();
    assert_eq!(
        (identity.cpu_model.as_str(), identity.architecture.as_str()),
        ("Raspberry Pi 4 Model B Rev 1.4", "aarch64")
    );
}

#[test]
fn a_machine_with_256_processors_and_more_devices_than_are_shown() {
    let (report, _) = report("epyc-256");
    assert_eq!(report.stat.cores.len(), 256);
    assert_eq!(report.stat.cores[255].ticks.user, 34_567 + 255);
    assert_eq!(report.stat.running, 140);
    assert_eq!(report.pressure, probe::PressureCounters::default());
    assert_eq!(report.interfaces.len(), 256);
    assert_eq!(report.interfaces[1].rx_bytes, 9_223_372_036_854_775_807);
    assert_eq!((report.disks.len(), report.disks[63].name.as_str()), (64, "nvme63n1"));
    assert_eq!(mounts(&report).len(), 64);
    let sensors = report.sensors.unwrap();
    let shown = sensors.iter().map(|sensor| (sensor.name.as_str(), sensor.value)).collect::<Vec<_>>();
    let expected =
        [("k10temp Tctl", 45.125), ("nvme Composite", 38.85), ("nvme Composite #2", 39.85), ("w83627 fan1", 1854.0)];
    assert_eq!(shown, expected);
    assert_eq!((sensors[1].critical, sensors[3].kind), (Some(84.85), SensorKind::Fan));
    let processes = report.processes.unwrap();
    assert_eq!((processes.total, processes.top.len()), (40, 15));
    let pids = processes.top.iter().map(|process| process.pid).collect::<Vec<_>>();
    assert_eq!(pids, (26..=40).rev().collect::<Vec<_>>());
}

#[test]
fn a_mainframe_with_one_file_system_mounted_three_times() {
    let (report, _) = report("s390x");
    assert_eq!(mounts(&report), ["/"]);
    assert_eq!(disks(&report), ["dasda"]);
    let identity = report.identity.unwrap();
    assert_eq!((identity.cpu_model.as_str(), identity.cores), ("IBM/S390 machine 3906", 2));
}
