//! Servers under the names, types and units of node_exporter (<https://github.com/prometheus/node_exporter>), each with its
//! label `instance`, so that rules and dashboards that were made for node_exporter work.
//!
//! A family's samples have to stand together, so the text goes through the fleet once per family. It comes in [`Chunks`] of
//! some 64 KiB: a large fleet costs neither one large buffer nor a long time without a pause.

mod cpu;
mod devices;
mod memory;
mod monitor;
mod system;

use std::{collections::HashMap, iter, sync::Arc};

use domain::{
    GroupId, ServerId,
    metrics::{Filesystem, Identity, Sensor},
    servers::Via,
};
use probe::Report;

use crate::{
    instance::instances,
    text::{Kind, Text},
};

/// How large a chunk gets, more or less.
const CHUNK_BYTES: usize = 64 * 1024;

/// A server.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its id.
    pub id: ServerId,
    /// Its name; the label `instance` is made of it.
    pub name: String,
    /// Where it is reached.
    pub host: String,
    /// The way to it.
    pub via: Via,
    /// Its group.
    pub group_id: Option<GroupId>,
    /// Its newest values; `None` while it does not answer, so that its series end.
    pub measured: Option<Measured>,
}

/// The newest values of a server.
#[derive(Debug, Clone)]
pub struct Measured {
    /// When the report arrived, in Unix milliseconds by the monitor's clock.
    pub at_ms: i64,
    /// How old the report is, in seconds.
    pub age_secs: f64,
    /// The report, with the totals from which rates are derived.
    pub report: Arc<Report>,
    /// The file systems as they were last seen.
    pub filesystems: Vec<Filesystem>,
    /// The sensors as they were last seen.
    pub sensors: Vec<Sensor>,
    /// What the server says of itself.
    pub identity: Option<Identity>,
}

/// The names of groups.
type Groups = HashMap<GroupId, String>;

/// A family of metrics, and how its samples of one server are written.
struct Family {
    name: &'static str,
    kind: Kind,
    help: &'static str,
    of: Of,
}

/// Whether a family is there for every server or for those that answer.
enum Of {
    All(fn(&mut Series<'_>, &Node, &Groups)),
    Answering(fn(&mut Series<'_>, &Measured)),
}

const fn gauge(name: &'static str, help: &'static str, write: fn(&mut Series<'_>, &Measured)) -> Family {
    Family { name, kind: Kind::Gauge, help, of: Of::Answering(write) }
}

const fn counter(name: &'static str, help: &'static str, write: fn(&mut Series<'_>, &Measured)) -> Family {
    Family { name, kind: Kind::Counter, help, of: Of::Answering(write) }
}

/// Every family, in the order in which they are written.
fn all() -> impl Iterator<Item = &'static Family> {
    [monitor::FAMILIES, system::FAMILIES, cpu::FAMILIES, memory::FAMILIES, devices::FAMILIES].into_iter().flatten()
}

/// The names and kinds of all families.
pub fn families() -> impl Iterator<Item = (&'static str, Kind)> {
    all().map(|family| (family.name, family.kind))
}

/// Where a family's samples of one server go.
struct Series<'a> {
    text: &'a mut Text,
    name: &'static str,
    instance: &'a str,
}

impl Series<'_> {
    fn value(&mut self, value: f64) {
        self.with([], value);
    }

    fn with<const N: usize>(&mut self, labels: [(&str, &str); N], value: f64) {
        self.text.sample(self.name, iter::once(("instance", self.instance)).chain(labels), value);
    }
}

/// The text of a fleet, piece by piece.
#[derive(Debug)]
pub struct Chunks {
    nodes: Vec<(String, Node)>,
    groups: Groups,
    family: usize,
    node: usize,
}

/// The text of these servers, sorted by `instance`, with the names of their groups.
pub fn nodes(nodes: Vec<Node>, groups: HashMap<GroupId, String>) -> Chunks {
    let instances = instances(nodes.iter().map(|node| (node.id, node.name.as_str())));
    let mut nodes: Vec<_> = instances.into_iter().zip(nodes).collect();
    nodes.sort_by(|(a, _), (b, _)| a.cmp(b));
    Chunks { nodes, groups, family: 0, node: 0 }
}

impl Iterator for Chunks {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let mut text = Text::with_capacity(CHUNK_BYTES + CHUNK_BYTES / 4);
        for family in all().skip(self.family) {
            if self.node == 0 {
                text.family(family.name, family.kind, family.help);
            }
            for (instance, node) in self.nodes.iter().skip(self.node) {
                let mut series = Series { text: &mut text, name: family.name, instance };
                match (&family.of, &node.measured) {
                    (Of::All(write), _) => write(&mut series, node, &self.groups),
                    (Of::Answering(write), Some(measured)) => write(&mut series, measured),
                    (Of::Answering(_), None) => {}
                }
                self.node += 1;
                if text.len() >= CHUNK_BYTES {
                    return Some(text.into_string());
                }
            }
            self.family += 1;
            self.node = 0;
        }
        Some(text.into_string()).filter(|text| !text.is_empty())
    }
}

/// A total or size as the format has it.
#[allow(clippy::cast_precision_loss, reason = "Prometheus' numbers have 53 bits")]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
