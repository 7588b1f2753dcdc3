//! Rules: the list, the editor, and trying a rule over the past.

pub mod api;
mod condition;
mod draft;
mod editor;
mod form;
mod list;
mod page;
mod scope;
mod series;
mod trial;
mod verdict;
mod words;

pub use list::RulesPage;
pub use page::{NewRulePage, RulePage};
