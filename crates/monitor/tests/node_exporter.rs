//! Values agree with those of `prometheus-node-exporter` on the same machine at the same moment: processor use within two
//! percentage points, rates within 5 %, memory and file systems within 1 %.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
#![allow(clippy::cast_precision_loss, reason = "a percentage needs no more than 53 bits")]

mod support;

use std::{
    collections::HashMap,
    io::{Read, Write},
    net::{TcpListener, TcpStream, UdpSocket},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use domain::{live::FromServer, metrics::Sample};
use monitor::{ListQuery, ServerWatch};
use support::World;

/// Set for the process that runs in the namespace.
const INSIDE: &str = "NODE_EXPORTER_TEST_INSIDE";
/// An address at the far end of the cable (RFC 5737), which only exists in the namespace.
const OTHER_END: &str = "192.0.2.2";
const EXPORTER: &str = "/usr/bin/prometheus-node-exporter";

/// A running node_exporter; ended when it is dropped.
struct Exporter {
    process: Child,
    port: u16,
}

/// One scrape: value by metric name with labels, as it stands in the text.
type Scrape = HashMap<String, f64>;

impl Exporter {
    fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(EXPORTER)
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .args(["--collector.disable-defaults", "--collector.cpu", "--collector.meminfo", "--collector.netdev"])
            .args(["--collector.diskstats", "--collector.filesystem", "--collector.loadavg"])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let exporter = Self { process, port };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(10), "node_exporter does not listen");
            thread::sleep(Duration::from_millis(50));
        }
        exporter
    }

    fn scrape(&self) -> Scrape {
        let mut socket = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        socket.write_all(b"GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        let lines = answer.lines().filter(|line| line.starts_with("node_"));
        lines
            .filter_map(|line| line.rsplit_once(' '))
            .map(|(name, value)| (name.to_owned(), value.parse().unwrap()))
            .collect()
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Steady work for processor, network and disk, so that there is something to compare.
struct Work {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Work {
    fn start(folder: &Path) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
        let mut file = std::fs::File::create(folder.join("work")).unwrap();
        let every = |millis, mut work: Box<dyn FnMut() + Send>| {
            let stop = Arc::clone(&stop);
            thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    work();
                    thread::sleep(Duration::from_millis(millis));
                }
            })
        };
        let threads = vec![
            every(5, Box::new(move || drop(socket.send_to(&[7; 1_000], (OTHER_END, 9))))),
            every(
                100,
                Box::new(move || {
                    file.write_all(&[7; 1024 * 1024]).unwrap();
                    file.sync_data().unwrap();
                }),
            ),
            every(
                20,
                Box::new(|| {
                    let started = Instant::now();
                    while started.elapsed() < Duration::from_millis(15) {
                        std::hint::spin_loop();
                    }
                }),
            ),
        ];
        Self { stop, threads }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

async fn next_sample(watch: &mut ServerWatch) -> Sample {
    loop {
        if let FromServer::Sample(sample) = watch.next().await.unwrap() {
            return *sample;
        }
    }
}

/// The mean over samples of a rate, each weighted with the time it stands for.
fn mean(samples: &[Sample], rate: impl Fn(&Sample) -> f64) -> f64 {
    let span: f64 = samples.iter().map(|sample| sample.span_secs).sum();
    samples.iter().map(|sample| rate(sample) * sample.span_secs).sum::<f64>() / span
}

fn assert_close(what: &str, ours: f64, theirs: f64, part: f64, absolute: f64) {
    let allowed = (theirs.abs() * part).max(absolute);
    assert!((ours - theirs).abs() <= allowed, "{what}: ours {ours}, node_exporter's {theirs}, allowed {allowed}");
    eprintln!("{what}: ours {ours:.3}, node_exporter's {theirs:.3}");
}

/// node_exporter leaves the loopback out, so traffic goes over a cable between two interfaces, in a network namespace that
/// this test has for itself.
#[test]
fn values_agree_with_node_exporter() {
    if !Path::new(EXPORTER).exists() || !sshd_fixture::is_root() {
        eprintln!("skipped: needs root and {EXPORTER}");
        return;
    }
    if std::env::var_os(INSIDE).is_none() {
        if !Command::new("unshare").args(["--net", "true"]).status().is_ok_and(|status| status.success()) {
            eprintln!("skipped: this container may not have network namespaces");
            return;
        }
        let this = std::env::current_exe().unwrap();
        let mut inside = Command::new("unshare");
        inside.arg("--net").arg(this).args(["--exact", "values_agree_with_node_exporter", "--nocapture"]);
        assert!(inside.env(INSIDE, "yes").status().unwrap().success());
        return;
    }
    lay_cable();
    tokio::runtime::Runtime::new().unwrap().block_on(compare());
}

fn lay_cable() {
    let mac = "02:00:00:00:00:02";
    for command in [
        "link set lo up".to_owned(),
        "link add near type veth peer name far".to_owned(),
        format!("link set far address {mac} up"),
        "link set near up".to_owned(),
        "addr add 192.0.2.1/24 dev near".to_owned(),
        format!("neigh add {OTHER_END} lladdr {mac} dev near"),
    ] {
        assert!(Command::new("ip").args(command.split(' ')).status().unwrap().success(), "ip {command}");
    }
}

async fn compare() {
    let world = World::with(|options| options.watch_self = true).await;
    let exporter = Exporter::start();
    let work = Work::start(world.data.path());
    let id = world.monitor.servers().list(&world.actor, &ListQuery::default()).unwrap().servers[0].id;
    let mut watch = world.monitor.live().watch_server(&world.actor, id).await.unwrap();
    // The very first ones may be late, and writing to the disk takes a moment to become steady.
    for _ in 0..3 {
        next_sample(&mut watch).await;
    }
    let before = exporter.scrape();
    let began = Instant::now();
    let mut samples = Vec::new();
    for _ in 0..15 {
        samples.push(next_sample(&mut watch).await);
    }
    let after = exporter.scrape();
    let span = began.elapsed().as_secs_f64();
    drop(work);
    let latest = world.monitor.servers().latest(&world.actor, id).await.unwrap().sample.unwrap();

    compare_cpu(&samples, &before, &after);
    compare_rates(&samples, &before, &after, span);
    compare_sizes(&latest, &after);
}

fn compare_cpu(samples: &[Sample], before: &Scrape, after: &Scrape) {
    let spent = |mode: &str| {
        let fits =
            |name: &&String| name.starts_with("node_cpu_seconds_total") && name.contains(&format!("mode=\"{mode}\""));
        let sum = |scrape: &Scrape| scrape.keys().filter(fits).map(|name| scrape[name]).sum::<f64>();
        sum(after) - sum(before)
    };
    let modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"];
    let total: f64 = modes.iter().map(|mode| spent(mode)).sum();
    type Mode = (&'static str, fn(&Sample) -> f64);
    let ours: [Mode; 5] = [
        ("user", |sample| sample.cpu.user),
        ("system", |sample| sample.cpu.system),
        ("idle", |sample| sample.cpu.idle),
        ("iowait", |sample| sample.cpu.iowait),
        ("steal", |sample| sample.cpu.steal),
    ];
    for (mode, ours) in ours {
        assert_close(&format!("cpu {mode} %"), mean(samples, ours), spent(mode) * 100.0 / total, 0.0, 2.0);
    }
}

fn compare_rates(samples: &[Sample], before: &Scrape, after: &Scrape, span: f64) {
    let rate = |name: &str| (after[name] - before[name]) / span;
    let ours = |name: &'static str| {
        move |sample: &Sample| sample.interfaces.iter().find(|interface| interface.name == name).unwrap().clone()
    };
    let theirs = rate("node_network_receive_bytes_total{device=\"far\"}");
    assert!(theirs > 50_000.0, "there is traffic to compare: {theirs}");
    assert_close("far received B/s", mean(samples, |sample| ours("far")(sample).rx_bytes), theirs, 0.05, 0.0);
    let theirs = rate("node_network_transmit_bytes_total{device=\"near\"}");
    assert_close("near sent B/s", mean(samples, |sample| ours("near")(sample).tx_bytes), theirs, 0.05, 0.0);
    let theirs = rate("node_network_transmit_packets_total{device=\"near\"}");
    assert_close("near sent packets/s", mean(samples, |sample| ours("near")(sample).tx_packets), theirs, 0.05, 0.0);
    for disk in &samples[0].disks {
        let name = format!("node_disk_written_bytes_total{{device=\"{}\"}}", disk.name);
        if !before.contains_key(&name) || rate(&name) < 100_000.0 {
            continue;
        }
        let ours = |sample: &Sample| {
            sample.disks.iter().find(|other| other.name == disk.name).map_or(0.0, |disk| disk.write_bytes)
        };
        assert_close(&format!("{} written B/s", disk.name), mean(samples, ours), rate(&name), 0.05, 0.0);
    }
}

fn compare_sizes(latest: &Sample, after: &Scrape) {
    let memory = latest.memory;
    assert_close("memory total", memory.total as f64, after["node_memory_MemTotal_bytes"], 0.01, 0.0);
    assert_close("memory available", memory.available as f64, after["node_memory_MemAvailable_bytes"], 0.01, 0.0);
    assert_close("swap total", memory.swap_total as f64, after["node_memory_SwapTotal_bytes"], 0.01, 0.0);
    let root = latest.filesystems.as_ref().unwrap().iter().find(|filesystem| filesystem.mount == "/").unwrap();
    let theirs = |metric: &str| {
        let fits = |name: &&String| name.starts_with(metric) && name.contains("mountpoint=\"/\"");
        after[after.keys().find(fits).unwrap()]
    };
    assert_close("/ size", root.size as f64, theirs("node_filesystem_size_bytes"), 0.01, 0.0);
    assert_close("/ available", root.available as f64, theirs("node_filesystem_avail_bytes"), 0.01, 0.0);
}
