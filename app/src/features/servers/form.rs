//! The form of a server: what is entered, and the requests that are made of it.

use domain::{
    GroupId, Secret, ServerId, TagId,
    servers::{AuthMethod, DEFAULT_INTERVAL_SECS, DEFAULT_PORT, NewServer, Server, ServerChange, TestRequest},
};
use leptos::prelude::*;

use super::{
    api::{Choices, JumpHost},
    group_choice::GroupChoice,
    jump_choice::JumpChoice,
    key_input::KeyInput,
    tag_choice::TagChoice,
};
use crate::{
    error::AppError,
    i18n::use_i18n,
    ui::{SectionCard, TextArea, TextField},
};

/// What is entered. Texts as they are typed; checked when a request is made of them.
#[derive(Clone, Copy)]
pub struct Entered {
    /// The name.
    pub name: RwSignal<String>,
    /// The host.
    pub host: RwSignal<String>,
    /// The port.
    pub port: RwSignal<String>,
    /// The server through which it is reached.
    pub jump_host: RwSignal<Option<ServerId>>,
    /// The account.
    pub username: RwSignal<String>,
    /// Whether a private key is used, and not a password.
    pub uses_key: RwSignal<bool>,
    /// The password.
    pub password: RwSignal<String>,
    /// The private key.
    pub private_key: RwSignal<String>,
    /// Its passphrase.
    pub passphrase: RwSignal<String>,
    /// The group.
    pub group: RwSignal<Option<GroupId>>,
    /// The tags.
    pub tags: RwSignal<Vec<TagId>>,
    /// The seconds between two samples.
    pub interval: RwSignal<String>,
    /// The description.
    pub description: RwSignal<String>,
    /// The host key that the person trusts.
    pub trusted: RwSignal<Option<String>>,
}

impl Entered {
    /// Nothing yet.
    pub fn nothing() -> Self {
        Self::with("", "", DEFAULT_PORT, "root", DEFAULT_INTERVAL_SECS, "")
    }

    /// What is stored of a server; secrets stay empty.
    pub fn of(server: &Server) -> Self {
        let Server { name, host, username, description, .. } = server;
        let entered = Self::with(name, host, server.port, username, server.interval_secs, description);
        entered.uses_key.set(server.auth_method == AuthMethod::PrivateKey);
        entered.jump_host.set(server.jump_host_id);
        entered.group.set(server.group_id);
        entered.tags.set(server.tag_ids.clone());
        entered
    }

    fn with(name: &str, host: &str, port: u16, username: &str, interval: u32, description: &str) -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        Self {
            name: text(name),
            host: text(host),
            port: text(&port.to_string()),
            jump_host: RwSignal::new(None),
            username: text(username),
            uses_key: RwSignal::new(false),
            password: text(""),
            private_key: text(""),
            passphrase: text(""),
            group: RwSignal::new(None),
            tags: RwSignal::new(Vec::new()),
            interval: text(&interval.to_string()),
            description: text(description),
            trusted: RwSignal::new(None),
        }
    }

    /// The request to add it, checked.
    ///
    /// # Errors
    /// Names the fields that cannot be taken.
    pub fn new_server(self) -> domain::Result<NewServer> {
        let (password, private_key, passphrase) = self.secrets();
        NewServer {
            name: self.name.get_untracked(),
            host: self.host.get_untracked(),
            port: self.port(),
            username: self.username.get_untracked(),
            description: self.description.get_untracked(),
            password,
            private_key,
            passphrase,
            host_key_fingerprint: self.trusted.get_untracked(),
            jump_host_id: self.jump_host.get_untracked(),
            group_id: self.group.get_untracked(),
            tag_ids: self.tags.get_untracked(),
            interval_secs: self.interval(),
        }
        .validated()
    }

    /// The request to change it, checked. Empty secrets stay as they are stored. The monitor's own machine has no login: of it,
    /// only what describes it is changed.
    ///
    /// # Errors
    /// Names the fields that cannot be taken.
    pub fn change(self, is_local: bool) -> domain::Result<ServerChange> {
        let description = ServerChange {
            name: Some(self.name.get_untracked()),
            description: Some(self.description.get_untracked()),
            group_id: Some(self.group.get_untracked().unwrap_or(GroupId(0))),
            tag_ids: Some(self.tags.get_untracked()),
            interval_secs: Some(self.interval()),
            ..ServerChange::default()
        };
        if is_local {
            return description.validated();
        }
        let (password, private_key, passphrase) = self.secrets();
        ServerChange {
            host: Some(self.host.get_untracked()),
            port: Some(self.port()),
            username: Some(self.username.get_untracked()),
            password,
            private_key,
            passphrase,
            host_key_fingerprint: self.trusted.get_untracked(),
            jump_host_id: Some(self.jump_host.get_untracked().unwrap_or(ServerId(0))),
            ..description
        }
        .validated()
    }

    /// The request to try it, checked.
    ///
    /// # Errors
    /// Names the fields that cannot be taken.
    pub fn test(self, server_id: Option<ServerId>) -> domain::Result<TestRequest> {
        let (password, private_key, passphrase) = self.secrets();
        TestRequest {
            host: self.host.get_untracked(),
            port: self.port(),
            username: self.username.get_untracked(),
            password,
            private_key,
            passphrase,
            server_id,
            host_key_fingerprint: self.trusted.get_untracked(),
            jump_host_id: self.jump_host.get_untracked(),
        }
        .validated()
    }

    /// Port 0 is what the check refuses: it stands for what is no number.
    fn port(self) -> u16 {
        self.port.with_untracked(|port| port.trim().parse().unwrap_or(0))
    }

    fn interval(self) -> u32 {
        self.interval.with_untracked(|secs| secs.trim().parse().unwrap_or(0))
    }

    fn secrets(self) -> (Option<Secret>, Option<Secret>, Option<Secret>) {
        let secret = |text: RwSignal<String>| Some(Secret::new(text.get_untracked())).filter(|text| !text.is_empty());
        if self.uses_key.get_untracked() {
            (None, secret(self.private_key), secret(self.passphrase))
        } else {
            (secret(self.password), None, None)
        }
    }
}

/// The fields. `keeps_secret` says that a secret is stored and stays when none is entered.
#[component]
pub fn ServerFields(
    /// What is entered.
    entered: Entered,
    /// What can be chosen.
    choices: Choices,
    /// What the last request said.
    error: Signal<Option<AppError>>,
    /// Whether a secret is stored already.
    keeps_secret: bool,
    /// Whether it is the monitor's own machine, which needs no login.
    is_local: bool,
) -> impl IntoView {
    let texts = use_i18n();
    let field = move |name: &'static str| Signal::derive(move || error.get().and_then(|error| error.field(name)));
    let Choices { labels, jump_hosts } = choices;
    view! {
        <SectionCard title=text!(texts, servers.what)>
            <div class="stack">
                <TextField
                    name="name"
                    label=text!(texts, servers.name)
                    value=entered.name
                    is_required=true
                    placeholder=text!(texts, servers.name_example)
                    error=field("name")
                />
                <GroupChoice chosen=entered.group groups=labels.groups />
                <TagChoice chosen=entered.tags tags=labels.tags />
                <TextArea
                    name="description"
                    label=text!(texts, servers.description)
                    value=entered.description
                    rows=2
                    error=field("description")
                />
                <TextField
                    name="interval_secs"
                    label=text!(texts, servers.interval)
                    value=entered.interval
                    kind="number"
                    hint=text!(texts, servers.interval_hint).to_owned()
                    error=field("interval_secs")
                />
            </div>
        </SectionCard>
        {(!is_local).then(|| view! { <LoginFields entered jump_hosts field=Callback::new(field) keeps_secret /> })}
    }
}

#[component]
fn LoginFields(
    entered: Entered,
    jump_hosts: Vec<JumpHost>,
    field: Callback<&'static str, Signal<Option<String>>>,
    keeps_secret: bool,
) -> impl IntoView {
    let texts = use_i18n();
    view! {
        <SectionCard title=text!(texts, servers.how)>
            <div class="stack">
                <div class="host-and-port">
                    <TextField
                        name="host"
                        label=text!(texts, servers.host)
                        value=entered.host
                        is_required=true
                        is_code=true
                        placeholder="web-1.example.com"
                        error=field.run("host")
                    />
                    <TextField
                        name="port"
                        label=text!(texts, servers.port)
                        value=entered.port
                        kind="number"
                        is_code=true
                        error=field.run("port")
                    />
                </div>
                <JumpChoice chosen=entered.jump_host jump_hosts error=field.run("jump_host_id") />
                <TextField
                    name="username"
                    label=text!(texts, servers.username)
                    value=entered.username
                    is_required=true
                    is_code=true
                    hint=text!(texts, servers.username_hint).to_owned()
                    error=field.run("username")
                />
                <KeyInput entered field keeps_secret />
            </div>
        </SectionCard>
    }
}
