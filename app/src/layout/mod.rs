//! What is around every page: sidebar, top line, palette, shortcuts, and the live connection they all share.

mod connection;
mod frame;
mod page;
mod palette;
mod person_menu;
mod shortcuts;
mod sidebar;

pub use frame::{Frame, Me};
pub use page::{Crumb, Page};
