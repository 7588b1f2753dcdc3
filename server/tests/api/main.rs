//! The program through its real door: every operation of the API, what is refused, pages, live connections, command line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test may stop at the first surprise"
)]

mod alert_conditions;
mod alerts;
mod audit_logs;
mod auth;
mod command_line;
mod cross_site;
mod cut_off;
mod dashboard;
mod dry_run;
mod durability;
mod export;
mod files;
mod groups;
mod harness;
mod health;
mod history;
mod hostile_input;
mod incident_list;
mod incidents;
mod jump_hosts;
mod live;
mod mail_server;
mod maintenance;
mod master_key;
mod metrics;
mod node_exporter;
mod notifications;
mod notifications_crash;
mod openapi;
mod pages;
mod permissions;
mod process;
mod recorder;
mod secrecy;
mod servers;
mod setup;
mod storage;
mod storm;
mod stream;
mod tags;
mod tokens;
mod users;
mod webhook_events;
