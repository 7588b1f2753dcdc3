//! Processes as a table that can be sorted.

use domain::metrics::{Process, Processes};
use leptos::prelude::*;

use crate::{format, i18n::use_i18n};

/// What the processes are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Cpu,
    Memory,
}

/// The table of processes.
#[component]
pub fn ProcessTable(
    /// The processes.
    #[prop(into)]
    processes: Signal<Processes>,
) -> impl IntoView {
    let texts = use_i18n();
    let by = RwSignal::new(By::Cpu);
    let head = move |key: By, word: &'static str| {
        view! {
            <th scope="col" class="number" aria-sort=move || (by.get() == key).then_some("descending")>
                <button type="button" class="sort-button" on:click=move |_| by.set(key)>
                    {word}
                </button>
            </th>
        }
    };
    view! {
        <div class="table-scroll">
            <table class="data-table process-table" aria-label=text!(texts, processes.title)>
                <thead>
                    <tr>
                        <th scope="col" class="number">{text!(texts, processes.pid)}</th>
                        <th scope="col">{text!(texts, processes.user)}</th>
                        <th scope="col">{text!(texts, processes.command)}</th>
                        <th scope="col">{text!(texts, processes.state)}</th>
                        {head(By::Cpu, text!(texts, metric.cpu))}
                        {head(By::Memory, text!(texts, metric.memory))}
                    </tr>
                </thead>
                <tbody>
                    {move || processes.with(|all| sorted(all, by.get())).into_iter().map(row).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

fn sorted(processes: &Processes, by: By) -> Vec<Process> {
    let mut top = processes.top.clone();
    top.sort_by(|a, b| match by {
        By::Cpu => b.cpu.total_cmp(&a.cpu).then(b.memory.cmp(&a.memory)),
        By::Memory => b.memory.cmp(&a.memory).then(a.pid.cmp(&b.pid)),
    });
    top
}

fn row(process: Process) -> impl IntoView {
    let command = if process.command.is_empty() { format!("[{}]", process.name) } else { process.command };
    let title = command.clone();
    view! {
        <tr>
            <td class="number">{process.pid.to_string()}</td>
            <td class="process-user">{process.user}</td>
            <td class="process-command code" title=title>
                <span>{command}</span>
            </td>
            <td>{process.state}</td>
            <td class="number">{format!("{} %", format::significant(process.cpu))}</td>
            <td class="number">{format::bytes(process.memory).to_string()}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_sort_by_what_was_chosen() {
        let process = |pid: u32, cpu: f64, memory: u64| Process { pid, cpu, memory, ..Process::default() };
        let all = Processes { total: 3, top: vec![process(1, 5.0, 30), process(2, 50.0, 10), process(3, 5.0, 90)] };
        let pids = |by| sorted(&all, by).into_iter().map(|process| process.pid).collect::<Vec<_>>();
        assert_eq!((pids(By::Cpu), pids(By::Memory)), (vec![2, 3, 1], vec![3, 1, 2]));
    }
}
