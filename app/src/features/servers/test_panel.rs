//! Trying a connection: progress, the host key and the question whether to trust it, and what came of it.

use domain::{
    ServerId,
    servers::{TestRequest, TestResult},
};
use leptos::{prelude::*, reactive::actions::ActionAbortHandle};

use super::{api::test_server, form::Entered, host_key::TrustQuestion, reason::ReasonAdvice};
use crate::{
    error::AppError,
    format,
    i18n::use_i18n,
    ui::{Erase, Icon, IconName, SectionCard},
};

/// The test of what is entered.
#[derive(Clone, Copy)]
pub struct Test {
    action: Action<TestRequest, Result<TestResult, AppError>>,
    abort: StoredValue<Option<ActionAbortHandle>>,
    entered: Entered,
    server_id: Option<ServerId>,
    /// What is wrong with the fields, as the form shows it.
    pub error: RwSignal<Option<AppError>>,
}

impl Test {
    /// A test of what is entered; of a stored server when it has an id, whose stored secret is then used where none is entered.
    pub fn new(entered: Entered, server_id: Option<ServerId>, error: RwSignal<Option<AppError>>) -> Self {
        let action = Action::new_local(move |request: &TestRequest| test_server(request.clone()));
        let test = Self { action, abort: StoredValue::new(None), entered, server_id, error };
        // A trusted key belongs to one host and port, and what was found out to what was entered then.
        Effect::new(move |before: Option<(String, String)>| {
            let now = (entered.host.get(), entered.port.get());
            if before.is_some_and(|before| before != now) {
                entered.trusted.set(None);
                test.cancel();
                action.value().set(None);
            }
            now
        });
        test
    }

    /// Begins.
    pub fn run(self) {
        self.cancel();
        self.action.value().set(None);
        match self.entered.test(self.server_id) {
            Ok(request) => {
                self.error.set(None);
                self.abort.set_value(Some(self.action.dispatch_local(request)));
            }
            Err(error) => self.error.set(Some(error.into())),
        }
    }

    /// Gives up.
    pub fn cancel(self) {
        if let Some(Some(handle)) = self.abort.try_update_value(Option::take)
            && self.is_running_untracked()
        {
            handle.abort();
        }
    }

    fn is_running_untracked(self) -> bool {
        self.action.pending().get_untracked()
    }
}

/// The panel with the button and what came of it.
#[component]
pub fn TestPanel(
    /// The test.
    test: Test,
    /// The host keys that are trusted already.
    #[prop(optional)]
    trusted_before: Vec<String>,
) -> impl IntoView {
    let texts = use_i18n();
    let Test { action, entered, error, .. } = test;
    let before = StoredValue::new(trusted_before);
    Effect::new(move |_| {
        if let Some(Err(failure)) = action.value().get() {
            error.set(Some(failure));
        }
    });
    let is_running = action.pending();
    let outcome =
        move || action.value().get().and_then(Result::ok).map(|result| view! { <Outcome result test before /> });
    view! {
        <SectionCard title=text!(texts, test.title)>
            <p class="card-detail">{text!(texts, test.detail)}</p>
            <div class="test-actions">
                <button type="button" class="button" disabled=move || is_running.get() on:click=move |_| test.run()>
                    {text!(texts, test.run)}
                </button>
                <div hidden=move || !is_running.get() class="test-running">
                    <span class="spinner" aria-hidden="true"></span>
                    <span>{text!(texts, test.running)} " " <span class="code">{move || entered.host.get()}</span></span>
                    <button type="button" class="button quiet small" on:click=move |_| test.cancel()>
                        {text!(texts, action.cancel)}
                    </button>
                </div>
            </div>
            <div class="test-outcome" role="status" aria-live="polite">{outcome}</div>
        </SectionCard>
    }
}

/// What a test found out.
#[component]
fn Outcome(result: TestResult, test: Test, before: StoredValue<Vec<String>>) -> impl IntoView {
    let texts = use_i18n();
    let entered = test.entered;
    let took = format::significant(f64::from(result.took_ms) / 1_000.0);
    let on_trust = Callback::new(move |fingerprint: String| {
        entered.trusted.set(Some(fingerprint));
        test.run();
    });
    if result.success {
        return view! {
            <div class="outcome" data-level="fine">
                <Icon name=IconName::Check />
                <div>
                    <p class="outcome-title">{text!(texts, test.works)}</p>
                    <p>{result.system}</p>
                    <p class="quiet-text">{text!(texts, test.took, secs = took).to_string()}</p>
                </div>
            </div>
        }
        .erased();
    }
    match (result.host_key, result.host_key_trusted) {
        (Some(key), false) => {
            let host = entered.host.get_untracked();
            view! { <TrustQuestion key host before=before.get_value() on_trust /> }.erased()
        }
        _ => view! {
            <div class="outcome" data-level="critical">
                <Icon name=IconName::Warning />
                <div>
                    <p class="outcome-title">{text!(texts, test.failed)}</p>
                    <p>{result.message}</p>
                    {result.reason.map(|reason| view! { <ReasonAdvice code=reason.code /> })}
                </div>
            </div>
        }
        .erased(),
    }
}
