//! The kit that all pages are made of: native elements, dressed. Nothing here knows what it shows.

pub mod banner;
pub mod chart;
pub mod confirm;
pub mod dialog;
pub mod empty;
pub mod field;
pub mod icon;
pub mod label_dot;
pub mod meter;
pub mod moment;
pub mod page;
pub mod skeleton;
pub mod sparkline;
pub mod stacked;
pub mod state;
pub mod toast;
pub mod value;
pub mod virtual_list;

pub use banner::Banner;
pub use chart::{Chart, Series};
pub use confirm::ConfirmByName;
pub use dialog::Dialog;
pub use empty::Empty;
pub use field::{Field, TextArea, TextField};
pub use icon::{Icon, IconName};
pub use label_dot::LabelDot;
pub use meter::Meter;
pub use moment::{Ago, Moment, Mounted};
pub use page::{FailedPage, SectionCard};
pub use skeleton::Skeleton;
pub use sparkline::Sparkline;
pub use stacked::{Part, Stacked};
pub use state::{StateMark, StateWord};
pub use toast::{ToastKind, ToastList, Toasts};
pub use value::{Amount, Percent};
