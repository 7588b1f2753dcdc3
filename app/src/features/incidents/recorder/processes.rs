//! The processes of a recording: those that did most of what was chosen.

use domain::recording::{PROCESSES_SHOWN, RecordedProcess, RecordedProcesses};
use leptos::prelude::*;

use crate::{format, i18n::use_i18n, ui::Erase};

/// What the processes are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Cpu,
    Memory,
    Read,
    Written,
}

impl By {
    const ALL: [Self; 4] = [Self::Cpu, Self::Memory, Self::Read, Self::Written];

    fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Read => "read",
            Self::Written => "written",
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "only for order")]
    fn of(self, process: &RecordedProcess) -> f64 {
        match self {
            Self::Cpu => process.cpu,
            Self::Memory => process.memory as f64,
            Self::Read => process.read_bytes.unwrap_or(-1.0),
            Self::Written => process.write_bytes.unwrap_or(-1.0),
        }
    }

    fn shown(self, process: &RecordedProcess) -> String {
        let rate = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format::rate(value).to_string());
        match self {
            Self::Cpu => format!("{} %", format::significant(process.cpu)),
            Self::Memory => format::bytes(process.memory).to_string(),
            Self::Read => rate(process.read_bytes),
            Self::Written => rate(process.write_bytes),
        }
    }
}

/// The table; on narrow screens with the chosen value alone.
#[component]
pub fn RecordedTable(
    /// The processes.
    processes: RecordedProcesses,
) -> impl IntoView {
    let texts = use_i18n();
    let RecordedProcesses { total, io_unseen, top, problem } = processes;
    if top.is_empty() {
        return view! {
            <p>{text!(texts, recorder.no_processes)}</p>
            <p class="recorder-note">{problem}</p>
        }
        .erased();
    }
    let by = RwSignal::new(By::Cpu);
    let word = move |one: By| match one {
        By::Cpu => text!(texts, metric.cpu),
        By::Memory => text!(texts, metric.memory),
        By::Read => text!(texts, recorder.read),
        By::Written => text!(texts, recorder.written),
    };
    let choice = move |one: By| {
        view! {
            <button type="button" class="segment" aria-pressed=move || (by.get() == one).to_string() on:click=move |_| by.set(one)>
                {word(one)}
            </button>
        }
    };
    let head = move |one: By| {
        view! {
            <th scope="col" class="number" data-value=one.name() aria-sort=move || (by.get() == one).then_some("descending")>
                {word(one)}
            </th>
        }
    };
    let rows = move || sorted(&top, by.get()).into_iter().map(row).collect_view();
    let count = format::count(total.into());
    let unseen = (io_unseen > 0).then(|| {
        let (count, total) = (format::count(io_unseen.into()), format::count(total.into()));
        text!(texts, recorder.io_unseen, count = count, total = total).to_string()
    });
    view! {
        <div class="recorder-by">
            <span class="quiet-text">{text!(texts, recorder.by)}</span>
            <div class="segments" role="group" aria-label=text!(texts, recorder.by)>
                {By::ALL.map(choice).collect_view()}
            </div>
        </div>
        <table class="data-table recorder-table" aria-label=text!(texts, recorder.processes) data-by=move || by.get().name()>
            <thead>
                <tr>
                    <th scope="col" class="number">{text!(texts, processes.pid)}</th>
                    <th scope="col">{text!(texts, processes.user)}</th>
                    <th scope="col">{text!(texts, processes.command)}</th>
                    <th scope="col">{text!(texts, processes.state)}</th>
                    {By::ALL.map(head).collect_view()}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="recorder-note">
            {text!(texts, recorder.of_processes, total = count).to_string()}
        </p>
        {unseen.map(|unseen| view! { <p class="recorder-note">{unseen}</p> })}
    }
    .erased()
}

/// Those that did most, as many as are shown.
fn sorted(top: &[RecordedProcess], by: By) -> Vec<RecordedProcess> {
    let mut top = top.to_vec();
    top.sort_by(|a, b| by.of(b).total_cmp(&by.of(a)).then(b.memory.cmp(&a.memory)).then(a.pid.cmp(&b.pid)));
    top.truncate(PROCESSES_SHOWN);
    top
}

fn row(process: RecordedProcess) -> impl IntoView {
    let values = By::ALL.map(|one| view! { <td class="number" data-value=one.name()>{one.shown(&process)}</td> });
    let RecordedProcess { pid, user, name, command, state, .. } = process;
    let command = if command.is_empty() { format!("[{name}]") } else { command };
    let title = command.clone();
    view! {
        <tr>
            <td class="number">{pid.to_string()}</td>
            <td class="recorder-cut">{user}</td>
            <td class="recorder-cut recorder-command code" title=title>
                <span>{command}</span>
            </td>
            <td>{state}</td>
            {values.collect_view()}
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_come_first_and_what_may_not_be_read_comes_last() {
        let process = |pid: u32, cpu: f64, read_bytes: Option<f64>| RecordedProcess {
            pid,
            cpu,
            read_bytes,
            ..RecordedProcess::default()
        };
        let all = [process(1, 5.0, None), process(2, 50.0, Some(0.0)), process(3, 7.0, Some(9.0))];
        let pids = |by| sorted(&all, by).into_iter().map(|process| process.pid).collect::<Vec<_>>();
        assert_eq!((pids(By::Cpu), pids(By::Read)), (vec![2, 3, 1], vec![3, 2, 1]));
        let many: Vec<_> = (0..40).map(|pid| process(pid, f64::from(pid), None)).collect();
        assert_eq!(sorted(&many, By::Cpu).len(), PROCESSES_SHOWN);
    }
}
