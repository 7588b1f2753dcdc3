//! Rules over values: when something begins and when it is over. Pure functions: time is passed in, and nothing is read or written.

#![forbid(unsafe_code)]

mod certificate;
mod dependence;
mod forecast;
mod listed;
mod maintenance;
mod plan;
mod rules;
mod server;
mod watch;

pub use certificate::Certificate;
pub use dependence::{Answers, DEPTH_MAX, Dependence, GRACE_MS, Held, Node};
pub use listed::Listed;
pub use maintenance::{Series, Span};
pub use plan::{Known, Listener, Plan, Told, WINDOW_MS, plan};
pub use rules::{CertificateRule, Rules, Wants};
pub use server::{Event, Server};
pub use watch::{Change, Look, Waits, Watch};
