//! What the monitor itself knows of a server.

use domain::servers::Via;

use super::{Family, Kind, Of, gauge};

pub(super) const FAMILIES: &[Family] = &[
    Family {
        name: "server_monitor_server_up",
        kind: Kind::Gauge,
        help: "Whether the server answers; its other series are there only then.",
        of: Of::All(|series, node, _| series.value(if node.measured.is_some() { 1.0 } else { 0.0 })),
    },
    Family {
        name: "server_monitor_server_info",
        kind: Kind::Gauge,
        help: "What the monitor calls the server: its id, name, host, group and the way to it.",
        of: Of::All(|series, node, groups| {
            let id = node.id.to_string();
            let group = node.group_id.and_then(|id| groups.get(&id)).map_or("", String::as_str);
            let labels = [
                ("id", id.as_str()),
                ("name", &node.name),
                ("host", &node.host),
                ("group", group),
                ("via", if node.via == Via::Local { "local" } else { "ssh" }),
            ];
            series.with(labels, 1.0);
        }),
    },
    gauge(
        "server_monitor_server_report_timestamp_seconds",
        "When the server's newest report arrived, in unixtime.",
        #[allow(clippy::cast_precision_loss, reason = "a time in milliseconds has 41 bits")]
        |series, measured| series.value(measured.at_ms as f64 / 1000.0),
    ),
];
