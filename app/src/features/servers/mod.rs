//! Servers: adding, changing, deleting one, and the page of one.

pub mod api;
mod delete;
mod detail;
mod edit_page;
mod form;
mod group_choice;
mod host_key;
mod jump_choice;
mod key_input;
mod new_page;
mod reason;
mod server_page;
mod tag_choice;
mod test_panel;

pub use edit_page::EditServerPage;
pub use new_page::NewServerPage;
pub use server_page::ServerPage;
