//! Disks and file systems.

use domain::{
    level,
    metrics::{Disk, Filesystem},
};
use leptos::prelude::*;

use super::recent::{Recent, newest};
use crate::{
    format,
    i18n::use_i18n,
    ui::{Chart, Meter, Percent, SectionCard, Series, chart::scale_top},
};

/// The card about what the disks do.
#[component]
pub fn DisksCard() -> impl IntoView {
    let texts = use_i18n();
    let recent = Recent::here();
    let total = |read: fn(&domain::metrics::RecentPoint) -> f32| {
        newest(move |sample| format::rate(f64::from(read(&sample.recent_point()))).to_string())
    };
    let series = vec![
        Series {
            label: text!(texts, disks.read).to_owned(),
            class: "a",
            newest: total(|point| point.read_bytes),
            points: recent.series(|point| point.read_bytes),
        },
        Series {
            label: text!(texts, disks.written).to_owned(),
            class: "b",
            newest: total(|point| point.write_bytes),
            points: recent.series(|point| point.write_bytes),
        },
    ];
    let top = Signal::derive(move || {
        let highest = recent.highest(|point| point.read_bytes.max(point.write_bytes));
        scale_top([highest].into_iter(), 1_024.0)
    });
    let disks = newest(|sample| sample.disks.clone());
    view! {
        <SectionCard title=text!(texts, disks.title)>
            <Chart
                label=text!(texts, disks.title)
                series
                top
                top_label=Signal::derive(move || format::rate(f64::from(top.get())).to_string())
                span_label=recent.span_label()
            />
            <div class="table-scroll">
                <table class="data-table" aria-label=text!(texts, disks.title)>
                    <thead>
                        <tr>
                            <th scope="col">{text!(texts, disks.device)}</th>
                            <th scope="col" class="number">{text!(texts, disks.read)}</th>
                            <th scope="col" class="number">{text!(texts, disks.written)}</th>
                            <th scope="col" class="number">{text!(texts, disks.busy)}</th>
                            <th scope="col" class="number">{text!(texts, disks.wait)}</th>
                        </tr>
                    </thead>
                    <tbody>{move || disks.get().into_iter().map(disk_row).collect_view()}</tbody>
                </table>
            </div>
        </SectionCard>
    }
}

fn disk_row(disk: Disk) -> impl IntoView {
    view! {
        <tr>
            <th scope="row" class="code">{disk.name}</th>
            <td class="number">{format::rate(disk.read_bytes).to_string()}</td>
            <td class="number">{format::rate(disk.write_bytes).to_string()}</td>
            <td class="number">{format!("{} %", format::significant(disk.busy))}</td>
            <td class="number">{format!("{} ms", format::significant(disk.wait_ms))}</td>
        </tr>
    }
}

/// The card about what is stored where.
#[component]
pub fn FilesystemsCard() -> impl IntoView {
    let texts = use_i18n();
    let filesystems = Memo::new({
        let filesystems = newest(|sample| sample.filesystems.clone().unwrap_or_default());
        move |_| filesystems.get()
    });
    view! {
        <SectionCard title=text!(texts, filesystems.title)>
            <div class="table-scroll">
                <table class="data-table" aria-label=text!(texts, filesystems.title)>
                    <thead>
                        <tr>
                            <th scope="col">{text!(texts, filesystems.mount)}</th>
                            <th scope="col">{text!(texts, filesystems.kind)}</th>
                            <th scope="col" class="number">{text!(texts, filesystems.size)}</th>
                            <th scope="col" class="number">{text!(texts, filesystems.free)}</th>
                            <th scope="col">{text!(texts, filesystems.used)}</th>
                            <th scope="col" class="number">{text!(texts, filesystems.inodes)}</th>
                        </tr>
                    </thead>
                    <tbody>{move || filesystems.get().into_iter().map(filesystem_row).collect_view()}</tbody>
                </table>
            </div>
        </SectionCard>
    }
}

fn filesystem_row(filesystem: Filesystem) -> impl IntoView {
    #[allow(clippy::cast_possible_truncation, reason = "three digits are shown")]
    let used = Signal::stored(Some(filesystem.used_percent() as f32));
    view! {
        <tr>
            <th scope="row" class="code" title=filesystem.device.clone()>{filesystem.mount.clone()}</th>
            <td>{filesystem.kind.clone()}</td>
            <td class="number">{format::bytes(filesystem.size).to_string()}</td>
            <td class="number">{format::bytes(filesystem.available).to_string()}</td>
            <td>
                <div class="metered">
                    <Percent value=used thresholds=level::DISK />
                    <Meter percent=used thresholds=level::DISK />
                </div>
            </td>
            <td class="number">{inodes(&filesystem)}</td>
        </tr>
    }
}

/// Inodes in use, in percent; a dash where the type has none.
#[allow(clippy::cast_precision_loss, reason = "three digits are shown")]
fn inodes(filesystem: &Filesystem) -> String {
    if filesystem.inodes == 0 {
        return "–".to_owned();
    }
    let used = filesystem.inodes.saturating_sub(filesystem.inodes_free);
    format!("{} %", format::significant(used as f64 * 100.0 / filesystem.inodes as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inodes_are_shown_where_there_are_any() {
        assert_eq!(inodes(&Filesystem::default()), "–");
        assert_eq!(inodes(&Filesystem { inodes: 200, inodes_free: 150, ..Filesystem::default() }), "25.0 %");
    }
}
