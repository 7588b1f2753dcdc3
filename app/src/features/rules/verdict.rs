//! What a rule would have done, with the way to the charts of then.

use domain::{
    alerts::Severity,
    dry_run::{DryRun, Firing, LeftOut},
    unit::Unit,
};
use leptos::prelude::*;

use super::form::{Kind, RuleForm};
use crate::{
    Texts,
    features::history::{Span, Wanted, is_usual},
    format,
    i18n::use_i18n,
    ui::{Moment, Mounted},
};

/// How many are shown before somebody asks for all.
const SHOWN_AT_FIRST: usize = 25;
/// As much is shown in the charts before and after it, in milliseconds.
const AROUND_MS: i64 = 30 * 60 * 1_000;

/// What came of a dry run, in a sentence.
#[component]
pub fn Summary(run: DryRun) -> impl IntoView {
    let texts = use_i18n();
    let mounted = expect_context::<Mounted>();
    let is_known = is_known(&run);
    let title = match (is_known, run.fired) {
        (false, _) => text!(texts, rules.never_known),
        (true, 0) => text!(texts, rules.would_not),
        (true, _) => text!(texts, rules.would),
    };
    let span = move || {
        text!(texts, rules.between, from = mounted.exact(run.from_ms), to = mounted.exact(run.to_ms)).to_string()
    };
    view! {
        <p class="trial-title">{title}</p>
        <p class="trial-span" hidden=!is_known>{span}</p>
    }
}

/// The same in numbers, and each time that it would have fired.
#[component]
pub fn Details(form: RuleForm, run: DryRun) -> impl IntoView {
    let texts = use_i18n();
    let notes = notes(texts, &form, &run);
    let note = |words: String| view! { <li>{words}</li> };
    let has_fired = is_known(&run) && run.fired > 0;
    let facts = has_fired.then(|| view! { <Facts run=run.clone() /> });
    // Of a part of them it would look as if the time before had been quiet.
    let has_all = !run.left_out.contains(&LeftOut::TooManyFirings);
    let strip = (has_fired && has_all).then(|| view! { <Strip severity=form.severity run=run.clone() /> });
    let table = (!run.firings.is_empty()).then(|| view! { <Firings kind=form.kind run=run.clone() /> });
    view! {
        {facts}
        {strip}
        <ul class="trial-notes">{notes.into_iter().map(note).collect_view()}</ul>
        {table}
    }
}

/// Whether there is a past of what the rule looks at.
fn is_known(run: &DryRun) -> bool {
    !run.left_out.contains(&LeftOut::NoHistory)
}

/// What one has to know to read it rightly.
fn notes(texts: Texts, form: &RuleForm, run: &DryRun) -> Vec<String> {
    let count = |number: u32| format::count(number.into());
    let mut notes = Vec::new();
    for left_out in &run.left_out {
        let (looked, all) = (count(run.looked_at), count(run.servers));
        notes.push(match left_out {
            LeftOut::NoHistory => text!(texts, rules.no_history).to_owned(),
            LeftOut::TooManyServers => text!(texts, rules.too_many_servers, looked = looked, all = all).to_string(),
            LeftOut::TimeIsUp => text!(texts, rules.time_is_up, looked = looked, all = all).to_string(),
            LeftOut::TooManyFirings => {
                text!(texts, rules.too_many_firings, count = format::count(run.firings.len() as u64)).to_string()
            }
        });
    }
    if !is_known(run) {
        return notes;
    }
    if run.servers == 0 {
        notes.push(text!(texts, rules.no_servers).to_owned());
    } else if run.left_out.is_empty() && run.fired == 0 {
        notes.push(text!(texts, rules.looked_at, count = count(run.looked_at)).to_string());
    }
    if run.without_values > 0 {
        notes.push(text!(texts, rules.without_values, count = count(run.without_values)).to_string());
    }
    if run.step_ms > 0 {
        let step = format::duration(u64::try_from(run.step_ms / 1_000).unwrap_or(0));
        notes.push(text!(texts, rules.coarse, step = step).to_string());
    }
    if form.kind == Kind::Offline && run.fired > 0 {
        notes.push(text!(texts, rules.own_gaps).to_owned());
    }
    notes
}

/// How long it lasted, until the end of the time when it was not over.
fn length_secs(firing: &Firing, to_ms: i64) -> u64 {
    format::age_secs(firing.ended_at_ms.unwrap_or(to_ms), firing.began_at_ms)
}

#[component]
fn Facts(run: DryRun) -> impl IntoView {
    let texts = use_i18n();
    let longest_secs = format::age_secs(run.longest_ms.unwrap_or(0), 0);
    let (fired, all) = (format::count(run.servers_fired.into()), format::count(run.looked_at.into()));
    let of = text!(texts, rules.of_servers, count = fired, all = all).to_string();
    let fact = |term: &'static str, value: String| {
        view! {
            <div>
                <dt>{term}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    view! {
        <dl class="trial-facts">
            {fact(text!(texts, rules.times), format::count(run.fired.into()))}
            {fact(text!(texts, rules.on_servers), of)} {fact(text!(texts, rules.longest), format::duration(longest_secs))}
        </dl>
    }
}

/// When it would have fired, drawn along the time. The table says the same to those who do not see it.
#[component]
fn Strip(severity: Severity, run: DryRun) -> impl IntoView {
    const WIDTH: i64 = 1_000;
    let span_ms = (run.to_ms - run.from_ms).max(1);
    let place = |at_ms: i64| ((at_ms - run.from_ms) * WIDTH / span_ms).clamp(0, WIDTH);
    let bar = |firing: &Firing| {
        let from = place(firing.began_at_ms).min(WIDTH - 4);
        let width = (place(firing.ended_at_ms.unwrap_or(run.to_ms)) - from).max(4);
        view! { <rect x=from.to_string() y="0" width=width.to_string() height="16" /> }
    };
    let level = if severity == Severity::Critical { "critical" } else { "warning" };
    view! {
        <svg class="trial-strip" data-level=level viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true">
            {run.firings.iter().map(bar).collect_view()}
        </svg>
    }
}

#[component]
fn Firings(kind: Kind, run: DryRun) -> impl IntoView {
    let texts = use_i18n();
    let shows_all = RwSignal::new(false);
    let (count, to_ms) = (run.firings.len(), run.to_ms);
    let has_values = kind == Kind::Value;
    let firings = StoredValue::new(run.firings);
    let rows = move || {
        let shown = if shows_all.get() { count } else { SHOWN_AT_FIRST };
        let firings = firings.with_value(|firings| firings.iter().take(shown).cloned().collect::<Vec<_>>());
        firings.into_iter().map(|firing| view! { <FiringRow firing to_ms has_values /> }).collect_view()
    };
    let more = move || {
        (count > SHOWN_AT_FIRST && !shows_all.get()).then(|| {
            view! {
                <button type="button" class="button small" on:click=move |_| shows_all.set(true)>
                    {text!(texts, rules.show_all, count = format::count(count as u64)).to_string()}
                </button>
            }
        })
    };
    view! {
        <table class="data-table trial-table" aria-label=text!(texts, rules.firings)>
            <thead>
                <tr>
                    <th scope="col">{text!(texts, rules.when)}</th>
                    <th scope="col">{text!(texts, incidents.lasted)}</th>
                    <th scope="col">{text!(texts, incidents.server)}</th>
                    {has_values.then(|| view! { <th scope="col" class="number">{text!(texts, rules.worst)}</th> })}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {more}
    }
}

#[component]
fn FiringRow(firing: Firing, to_ms: i64, has_values: bool) -> impl IntoView {
    let texts = use_i18n();
    let lasted = format::duration(length_secs(&firing, to_ms));
    let lasted = match firing.ended_at_ms {
        Some(_) => lasted,
        None => text!(texts, rules.not_over, lasted = lasted).to_string(),
    };
    let worst = has_values.then(|| {
        let worst = firing.worst.map(|worst| Unit::of(&firing.series).write_measured(worst)).unwrap_or_default();
        view! { <td class="number">{worst}</td> }
    });
    let href = charts_address(&firing, to_ms);
    view! {
        <tr>
            <td>
                <a href=href title=text!(texts, incidents.charts)>
                    <Moment at_ms=Signal::stored(firing.began_at_ms) />
                </a>
            </td>
            <td class="nowrap">{lasted}</td>
            <td class="trial-server">
                <span>{firing.server_name}</span>
                <span class="code trial-series">{firing.series}</span>
            </td>
            {worst}
        </tr>
    }
}

/// Where the charts of the server around it are; a series without a chart of its own gets one.
fn charts_address(firing: &Firing, to_ms: i64) -> String {
    let from_ms = firing.since_ms - AROUND_MS;
    let end_ms = (firing.ended_at_ms.unwrap_or(to_ms) + AROUND_MS).min(to_ms).max(firing.since_ms + AROUND_MS);
    let more =
        if firing.series.is_empty() || is_usual(&firing.series) { Vec::new() } else { vec![firing.series.clone()] };
    Wanted { span: Span::Between(from_ms, end_ms), more, ..Wanted::default() }.address(firing.server_id)
}

#[cfg(test)]
mod tests {
    use domain::ServerId;

    use super::*;

    #[test]
    fn the_way_leads_to_the_charts_of_then() {
        let firing = Firing {
            server_id: ServerId(7),
            server_name: "web".to_owned(),
            series: "cpu.busy".to_owned(),
            since_ms: 10_000_000,
            began_at_ms: 10_060_000,
            ended_at_ms: Some(11_000_000),
            worst: None,
        };
        let to_ms = 100_000_000;
        assert_eq!(charts_address(&firing, to_ms), "/servers/7?from=8200000&to=12800000");
        let lasting = Firing { ended_at_ms: None, series: "disk.busy:sda".to_owned(), ..firing };
        assert_eq!(charts_address(&lasting, 12_000_000), "/servers/7?from=8200000&to=12000000&more=disk.busy%3Asda");
        assert_eq!(length_secs(&lasting, 12_000_000), 1_940);
    }
}
