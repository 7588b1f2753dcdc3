//! Groups of servers: each server is in one group or in none.

use serde::{Deserialize, Serialize};

use crate::{Result, error::FieldErrors, ids::GroupId, text};

/// The colour of a group for which none was chosen.
pub const DEFAULT_COLOUR: &str = "#1976d2";

/// A group of servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name, unique among groups.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its colour, `#rrggbb`.
    pub color: String,
    /// How many servers are in it.
    pub item_count: u32,
}

/// What a person gives to create a group or to change one (all fields are set).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Its colour, `#rrggbb`.
    #[serde(default = "default_colour")]
    pub color: String,
}

fn default_colour() -> String {
    DEFAULT_COLOUR.to_owned()
}

impl NewGroup {
    /// The same with its texts trimmed.
    ///
    /// # Errors
    /// Names every field that cannot be taken.
    pub fn validated(self) -> Result<Self> {
        let mut errors = FieldErrors::default();
        let name = errors.check("name", text::name(&self.name));
        let description = errors.check("description", text::description(&self.description));
        let color = errors.check("color", text::colour(&self.color));
        errors.finish()?;
        Ok(Self {
            name: name.unwrap_or_default(),
            description: description.unwrap_or_default(),
            color: color.unwrap_or_default(),
        })
    }
}
