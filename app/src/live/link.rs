//! The connection to `/ws/live`: comes up, stays up, comes back, and says so.

use std::cell::RefCell;

use domain::live::{FromBrowser, FromServer, VERSION, decode, encode};
use leptos::{leptos_dom::helpers::IntervalHandle, prelude::*};

use super::{
    BellState, Clock, FleetStore, ServerStore, backoff,
    socket::{Event, Socket},
};
use crate::browser;

/// How often the connection is asked whether it lives, in milliseconds.
const PING_MS: i64 = 5_000;
/// After how long without any frame it counts as lost, in milliseconds.
const SILENCE_MS: i64 = 12_000;
/// Under which name the tab remembers that it was loaded anew for another version.
const RELOADED: &str = "reloaded-for-version";

/// How the connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// Not up yet for the first time.
    Connecting,
    /// Up: values are live.
    Open,
    /// Lost, and being tried again.
    Lost {
        /// Since when, by the browser's clock, in Unix milliseconds.
        since_ms: i64,
    },
}

thread_local! {
    // The browser's objects may not leave their thread, so that they cannot lie in a signal; a tab has one socket.
    static SOCKET: RefCell<Option<Socket>> = const { RefCell::new(None) };
}

/// The tab's live connection.
#[derive(Clone, Copy)]
pub struct Link {
    state: RwSignal<LinkState>,
    wish: StoredValue<FromBrowser>,
    attempt: StoredValue<u32>,
    last_frame_ms: StoredValue<i64>,
    last_ping_ms: StoredValue<i64>,
    /// Whether a socket is open or opening, and not waiting for the next attempt.
    is_trying: StoredValue<bool>,
    is_stopped: StoredValue<bool>,
    clock: Clock,
    fleet: FleetStore,
    server: ServerStore,
    bell: BellState,
}

impl Link {
    /// A connection that has not been started; what it brings goes into the stores.
    pub fn new(clock: Clock, fleet: FleetStore, server: ServerStore, bell: BellState) -> Self {
        Self {
            state: RwSignal::new(LinkState::Connecting),
            wish: StoredValue::new(FromBrowser::Unwatch),
            attempt: StoredValue::new(0),
            last_frame_ms: StoredValue::new(0),
            last_ping_ms: StoredValue::new(0),
            is_trying: StoredValue::new(false),
            is_stopped: StoredValue::new(false),
            clock,
            fleet,
            server,
            bell,
        }
    }

    /// How it is.
    pub fn state(self) -> LinkState {
        self.state.get()
    }

    /// Whether the values on the page are not live because the connection is lost.
    pub fn is_lost(self) -> bool {
        matches!(self.state.get(), LinkState::Lost { .. })
    }

    /// Connects and stays connected until the calling component ends. Only in the browser.
    pub fn start(self) {
        self.connect();
        let every_second = set_interval_with_handle(move || self.watch_over(), std::time::Duration::from_secs(1));
        let back = window_event_listener_untyped("online", move |_| self.connect_if_lost());
        let seen = window_event_listener_untyped("focus", move |_| self.connect_if_lost());
        on_cleanup(move || {
            self.is_stopped.try_update_value(|stopped| *stopped = true);
            every_second.as_ref().ok().map(IntervalHandle::clear);
            back.remove();
            seen.remove();
            SOCKET.with_borrow_mut(Option::take);
        });
    }

    /// Asks for something else from now on.
    pub fn watch(self, wish: FromBrowser) {
        self.wish.set_value(wish);
        if self.state.get_untracked() == LinkState::Open {
            send(wish);
        }
    }

    /// Asks for nothing more, unless something else was asked for meanwhile.
    pub fn unwatch(self, wish: FromBrowser) {
        if self.wish.try_get_value() == Some(wish) {
            self.watch(FromBrowser::Unwatch);
        }
    }

    fn connect(self) {
        let now = browser::now_ms();
        self.last_frame_ms.set_value(now);
        self.last_ping_ms.set_value(now);
        self.is_trying.set_value(true);
        let socket = browser::live_address().and_then(|address| {
            Socket::open(&address, move |event| match event {
                Event::Frame(bytes) => self.take(&bytes),
                Event::Closed => self.lost(),
            })
        });
        SOCKET.with_borrow_mut(|place| *place = socket);
    }

    fn connect_if_lost(self) {
        if matches!(self.state.get_untracked(), LinkState::Lost { .. }) {
            self.attempt.set_value(0);
            self.connect();
        }
    }

    fn lost(self) {
        if self.is_stopped.try_get_value() != Some(false) {
            return;
        }
        self.is_trying.set_value(false);
        if !matches!(self.state.get_untracked(), LinkState::Lost { .. }) {
            self.state.set(LinkState::Lost { since_ms: self.last_frame_ms.get_value() });
        }
        let attempt = self.attempt.get_value();
        self.attempt.set_value(attempt.saturating_add(1));
        let delay = backoff::delay_ms(attempt, browser::random());
        set_timeout(
            move || {
                let is_wanted = self.is_stopped.try_get_value() == Some(false);
                if is_wanted && matches!(self.state.get_untracked(), LinkState::Lost { .. }) {
                    self.connect();
                }
            },
            std::time::Duration::from_millis(u64::from(delay)),
        );
    }

    fn watch_over(self) {
        self.clock.tick();
        let now = browser::now_ms();
        if !self.is_trying.get_value() {
            return;
        }
        if now - self.last_frame_ms.get_value() > SILENCE_MS {
            SOCKET.with_borrow_mut(Option::take);
            self.lost();
        } else if self.state.get_untracked() == LinkState::Open && now - self.last_ping_ms.get_value() >= PING_MS {
            self.last_ping_ms.set_value(now);
            send(FromBrowser::Ping);
        }
    }

    fn take(self, bytes: &[u8]) {
        self.last_frame_ms.set_value(browser::now_ms());
        match decode::<FromServer>(bytes) {
            Ok(FromServer::Welcome { version, now_ms }) if version == VERSION => {
                self.clock.correct(now_ms);
                self.attempt.set_value(0);
                self.state.set(LinkState::Open);
                send(self.wish.get_value());
            }
            Ok(FromServer::Welcome { .. }) | Err(_) => reload_once(),
            Ok(FromServer::Fleet(fleet)) => self.fleet.replace(fleet),
            Ok(FromServer::FleetDelta(delta)) => self.fleet.absorb(delta),
            Ok(FromServer::Server(snapshot)) => self.server.replace(*snapshot),
            Ok(FromServer::Sample(sample)) => self.server.sample(*sample),
            Ok(FromServer::Connection(connection)) => self.server.connection(connection),
            Ok(FromServer::Identity(identity)) => self.server.identity(identity),
            Ok(FromServer::Changed(server)) => self.server.changed(*server),
            Ok(FromServer::Incidents(open)) => self.server.incidents_changed(open),
            Ok(FromServer::Bell(said)) => self.bell.take(said),
            Ok(FromServer::Gone) => self.server.gone(),
            Ok(FromServer::Pong { now_ms }) => self.clock.correct(now_ms),
            Ok(FromServer::LoggedOut) => {
                self.is_stopped.set_value(true);
                browser::leave_for(&crate::routes::login_address(&browser::here()));
            }
        }
    }
}

fn send(message: FromBrowser) {
    if let Ok(bytes) = encode(&message) {
        SOCKET.with_borrow(|socket| {
            if let Some(socket) = socket {
                socket.send(&bytes);
            }
        });
    }
}

/// The program was exchanged while the page was open: its new page speaks the new protocol. Not twice, should that not help.
fn reload_once() {
    let version = VERSION.to_string();
    if browser::tab_value(RELOADED).as_deref() != Some(&version) {
        browser::set_tab_value(RELOADED, &version);
        browser::reload();
    }
}
