//! The fields of a condition: those that its kind has, and no others.

use domain::{
    alerts::{Comparison, WAIT_MAX_SECS},
    unit::Unit,
};
use leptos::{html, prelude::*};

use super::{
    draft::{Draft, UNITS, Wait},
    form::Kind,
    series::suggested,
    words::kind_name,
};
use crate::{
    i18n::use_i18n,
    ui::{Erase, Field, Select, SelectField, TextField, follow_text, option},
};

/// What is wrong with a field, by its name.
pub type Refusals = Callback<&'static str, Signal<Option<String>>>;

/// The kind, and what it needs.
#[component]
pub fn ConditionFields(draft: Draft, refused: Refusals) -> impl IntoView {
    let texts = use_i18n();
    let choose = move |name: String| {
        if let Some(kind) = Kind::of_name(&name) {
            draft.kind.set(kind);
        }
    };
    let of_kind = move || match draft.kind.get() {
        Kind::Value => view! { <ValueFields draft refused /> }.erased(),
        Kind::NoData => view! { <SeriesField draft refused kind=Kind::NoData /> }.erased(),
        Kind::FullWithin => view! { <FullFields draft refused /> }.erased(),
        Kind::UnitFailed => view! {
            <TextField
                name="unit"
                label=text!(texts, rules.unit)
                value=draft.unit
                is_code=true
                placeholder="nginx.service"
                hint=text!(texts, rules.unit_hint).to_owned()
                error=refused.run("unit")
            />
        }
        .erased(),
        Kind::ProcessMissing => view! {
            <TextField
                name="process"
                label=text!(texts, rules.process)
                value=draft.process
                is_code=true
                placeholder="postgres"
                hint=text!(texts, rules.process_hint).to_owned()
                error=refused.run("process")
            />
        }
        .erased(),
        Kind::CertificateEnds => view! { <CertificateFields draft refused /> }.erased(),
        Kind::Offline | Kind::Reboot | Kind::CutOff | Kind::HostKeyChanged => ().erased(),
    };
    let waits = move || {
        (!draft.kind.get().is_momentary()).then(|| {
            view! {
                <div class="rule-pair">
                    <WaitField name="for_secs" label=text!(texts, rules.bad_for) wait=draft.bad refused />
                    <WaitField name="clear_secs" label=text!(texts, rules.good_for) wait=draft.good refused />
                </div>
            }
        })
    };
    view! {
        <SelectField
            name="kind"
            label=text!(texts, rules.kind)
            options=Kind::ALL.map(|kind| option(kind.name(), kind_name(texts, kind))).to_vec()
            chosen=Signal::derive(move || draft.kind.get().name().to_owned())
            on_choose=choose
        />
        {of_kind}
        {waits}
    }
}

#[component]
fn SeriesField(draft: Draft, refused: Refusals, kind: Kind) -> impl IntoView {
    let texts = use_i18n();
    let hint = if kind == Kind::Value { text!(texts, rules.series_hint) } else { text!(texts, rules.series_one_hint) };
    view! {
        <TextField
            name="series"
            label=text!(texts, rules.series)
            value=draft.series
            is_code=true
            placeholder="cpu.busy"
            suggestions=Signal::stored(suggested(kind).map(str::to_owned).collect::<Vec<_>>())
            hint=hint.to_owned()
            error=refused.run("series")
        />
    }
}

#[component]
fn ValueFields(draft: Draft, refused: Refusals) -> impl IntoView {
    let texts = use_i18n();
    let comparisons = [("above", text!(texts, rules.above)), ("below", text!(texts, rules.below))];
    let chosen = move || if draft.comparison.get() == Comparison::Below { "below" } else { "above" }.to_owned();
    let choose = move |value: String| {
        draft.comparison.set(if value == "below" { Comparison::Below } else { Comparison::Above });
    };
    // What a level means, where the number alone is hard to read.
    let meaning = move |level: RwSignal<String>| {
        Signal::derive(move || {
            let series = draft.series.get();
            let Ok(value) = level.get().trim().parse::<f64>() else { return String::new() };
            match Unit::of(&series).symbol() {
                "" => String::new(),
                _ => Unit::of(&series).write(value),
            }
        })
    };
    view! {
        <SeriesField draft refused kind=Kind::Value />
        <SelectField
            name="comparison"
            label=text!(texts, rules.comparison)
            options=comparisons.map(|(value, words)| option(value, words)).to_vec()
            chosen=Signal::derive(chosen)
            on_choose=choose
        />
        <div class="rule-pair">
            <TextField name="fire" label=text!(texts, rules.fire) value=draft.fire hint=meaning(draft.fire) error=refused.run("fire") />
            <TextField
                name="clear"
                label=text!(texts, rules.clear)
                value=draft.clear
                hint=meaning(draft.clear)
                error=refused.run("clear")
            />
        </div>
        <p class="rule-note">{text!(texts, rules.band)}</p>
    }
}

#[component]
fn FullFields(draft: Draft, refused: Refusals) -> impl IntoView {
    let texts = use_i18n();
    view! {
        <div class="rule-pair">
            <TextField
                name="mount"
                label=text!(texts, rules.mount)
                value=draft.mount
                is_code=true
                placeholder="/srv"
                hint=text!(texts, rules.mount_hint).to_owned()
                error=refused.run("mount")
            />
            <TextField
                name="hours"
                kind="number"
                label=text!(texts, rules.hours)
                value=draft.hours
                hint=text!(texts, rules.hours_hint).to_owned()
                error=refused.run("hours")
            />
        </div>
    }
}

#[component]
fn CertificateFields(draft: Draft, refused: Refusals) -> impl IntoView {
    let texts = use_i18n();
    view! {
        <TextField
            name="host"
            label=text!(texts, rules.host)
            value=draft.host
            is_code=true
            placeholder="shop.example.com"
            hint=text!(texts, rules.host_hint).to_owned()
            error=refused.run("host")
        />
        <div class="rule-pair">
            <TextField name="port" kind="number" label=text!(texts, rules.port) value=draft.port error=refused.run("port") />
            <TextField name="days" kind="number" label=text!(texts, rules.days) value=draft.days error=refused.run("days") />
        </div>
    }
}

/// A time: a number, and whether it is seconds, minutes or hours.
#[component]
fn WaitField(name: &'static str, label: &'static str, wait: Wait, refused: Refusals) -> impl IntoView {
    let texts = use_i18n();
    let error = refused.run(name);
    let word = move |unit: u32| match unit {
        1 => text!(texts, rules.seconds),
        60 => text!(texts, rules.minutes),
        _ => text!(texts, rules.hours_unit),
    };
    let choose = move |unit: String| {
        if let Ok(unit) = unit.parse() {
            wait.unit.set(unit);
        }
    };
    let input = NodeRef::<html::Input>::new();
    follow_text(input, wait.number);
    view! {
        <Field name label error>
            <div class="rule-wait">
                <input
                    id=name
                    class="input"
                    type="number"
                    min="0"
                    max=WAIT_MAX_SECS.to_string()
                    inputmode="numeric"
                    aria-describedby=format!("{name}-hint {name}-error")
                    aria-invalid=move || error.get().is_some().to_string()
                    value=wait.number.get_untracked()
                    node_ref=input
                    on:input=move |event| wait.number.set(event_target_value(&event))
                />
                <Select
                    label=format!("{label}: {}", text!(texts, rules.unit_of_time))
                    options=UNITS.map(|unit| option(unit.to_string(), word(unit))).to_vec()
                    chosen=Signal::derive(move || wait.unit.get().to_string())
                    on_choose=choose
                />
            </div>
        </Field>
    }
}
