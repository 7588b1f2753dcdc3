//! The script in real shells with real awks: on this machine, and on recorded files of other ones.
//!
//! What is not installed here (dash, bash, busybox, mawk, gawk) is left out with a note; at least one of each must be there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod archive;
mod live;
mod recorded;
mod recorder;
mod session;
