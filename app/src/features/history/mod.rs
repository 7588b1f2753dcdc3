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
pub use chart::{Drawn, HistoryChart, Plan, Shown};
pub use panel::{HistoryPanel, label};
pub use uplot::{Gestures, Line, Marks};
pub use wanted::{Span, Wanted};
