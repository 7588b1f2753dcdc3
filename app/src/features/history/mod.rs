//! What was measured earlier, as charts.

pub mod api;
mod catalogue;
mod chart;
mod compare;
mod panel;
mod picker;
mod table;
mod trace;
mod uplot;
mod wanted;

pub use catalogue::{is_usual, unit_of};
pub use panel::HistoryPanel;
pub use wanted::{Span, Wanted};
