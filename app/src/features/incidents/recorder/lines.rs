//! Lines of a recording: a log in a box of its own, with where it is from and what is missing.

use domain::recording::RecordedLines;
use leptos::{html, prelude::*};

/// The lines.
#[component]
pub fn Lines(
    /// What was recorded.
    part: RecordedLines,
    /// What it is.
    title: &'static str,
    /// What is said when the server has nothing to say.
    nothing: &'static str,
) -> impl IntoView {
    let RecordedLines { source, lines, problem } = part;
    let log = NodeRef::<html::Pre>::new();
    // The newest line is the last one.
    Effect::new(move |_| {
        if let Some(log) = log.get() {
            log.set_scroll_top(log.scroll_height());
        }
    });
    let is_empty = lines.is_empty();
    // Without a source, its absence is all that there is to say.
    let is_said = is_empty && (problem.is_empty() || !source.is_empty());
    view! {
        {is_said.then(|| view! { <p>{nothing}</p> })}
        {(!problem.is_empty()).then(|| view! { <p class="recorder-note recorder-problem">{problem}</p> })}
        {(!is_empty)
            .then(|| {
                view! {
                    <pre class="recorder-log" tabindex="0" role="region" aria-label=title node_ref=log>
                        {lines.join("\n")}
                    </pre>
                }
            })}
        {(!source.is_empty()).then(|| view! { <p class="recorder-note code">{source}</p> })}
    }
}
