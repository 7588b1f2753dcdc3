//! Maintenance on a server's page: that it is on, and the button that begins it.

use domain::{ServerId, servers::Server};
use leptos::prelude::*;

use super::{
    api::begin_maintenance,
    when::short,
    words::{self, DAY, HOUR},
};
use crate::{
    browser,
    error::AppError,
    format,
    i18n::use_i18n,
    live::Clock,
    ui::{Banner, Dialog, FormEnd, Icon, IconName, Mounted, Refusal, TextField, ToastKind, Toasts},
};

/// How long it can last, in minutes.
const CHOICES: [u32; 5] = [30, HOUR, 4 * HOUR, 12 * HOUR, DAY];

/// Says that a server is in maintenance, and until when.
#[component]
pub fn InMaintenance(
    /// Until when, in Unix milliseconds.
    until_ms: RwSignal<Option<i64>>,
) -> impl IntoView {
    let texts = use_i18n();
    let (clock, mounted) = (expect_context::<Clock>(), expect_context::<Mounted>());
    let until = Memo::new(move |_| until_ms.get().filter(|until_ms| *until_ms > clock.now_ms()));
    move || {
        until.get().map(|until_ms| {
            let moment = move || if mounted.0.get() { short(until_ms) } else { format::utc(until_ms) };
            view! {
                <div class="maintenance-mark">
                    <Banner level="info" icon=IconName::Wrench>
                        <p>
                            <a href="/maintenance">{text!(texts, maintenance.in_maintenance)}</a>
                            " "
                            {text!(texts, maintenance.until_word)}
                            " "
                            <time class="moment" datetime=format::rfc3339(until_ms)>
                                {moment}
                            </time>
                            ". "
                            <span class="quiet-text">{text!(texts, maintenance.nobody_is_told)}</span>
                        </p>
                    </Banner>
                </div>
            }
        })
    }
}

/// The button that has a server be in maintenance from now on, with its dialog.
#[component]
pub fn BeginMaintenance(
    /// The server.
    server: Memo<Option<Server>>,
    /// Until when it is in maintenance, in Unix milliseconds; changes when it begins.
    until_ms: RwSignal<Option<i64>>,
) -> impl IntoView {
    let texts = use_i18n();
    let is_open = RwSignal::new(false);
    let name = move || server.with_untracked(|server| server.as_ref().map(|s| s.name.clone())).unwrap_or_default();
    let id = server.with_untracked(|server| server.as_ref().map_or(ServerId(0), |server| server.id));
    view! {
        <button type="button" class="button" on:click=move |_| is_open.set(true)>
            <Icon name=IconName::Wrench />
            <span class="button-word">{text!(texts, maintenance.begin)}</span>
        </button>
        <Dialog is_open title=text!(texts, maintenance.begin_title)>
            {move || view! { <BeginForm id name=name() is_open until_ms /> }}
        </Dialog>
    }
}

#[component]
fn BeginForm(id: ServerId, name: String, is_open: RwSignal<bool>, until_ms: RwSignal<Option<i64>>) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let title = RwSignal::new(text!(texts, maintenance.begin_name, name = name.clone()).to_string());
    let minutes = RwSignal::new(HOUR);
    let begin = Action::new_local(move |(): &()| {
        let (title, minutes) = (title.get_untracked(), minutes.get_untracked());
        async move {
            until_ms.set(begin_maintenance(id, title, minutes, browser::own_time_zone()).await?);
            is_open.set(false);
            toasts.show(ToastKind::Done, text!(texts, maintenance.begun));
            Ok::<_, AppError>(())
        }
    });
    let refusal = Refusal::new(Signal::derive(move || begin.value().get().and_then(Result::err)));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        begin.dispatch_local(());
    };
    let choice = move |choice: u32| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="minutes"
                    value=choice.to_string()
                    prop:checked=move || minutes.get() == choice
                    on:change=move |_| minutes.set(choice)
                />
                {words::duration(choice)}
            </label>
        }
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            <p>{text!(texts, maintenance.begin_detail, name = name).to_string()}</p>
            <fieldset class="field">
                <legend>{text!(texts, maintenance.duration)}</legend>
                <div class="segments">{CHOICES.map(choice).collect_view()}</div>
            </fieldset>
            <TextField name="name" label=text!(texts, labels.name) value=title is_required=true error=refusal.at("name") />
            <FormEnd is_open error=refusal is_busy=begin.pending() submit=text!(texts, maintenance.begin_submit)>
                <a class="button quiet maintenance-plan" href="/maintenance">{text!(texts, maintenance.plan_later)}</a>
            </FormEnd>
        </form>
    }
}
