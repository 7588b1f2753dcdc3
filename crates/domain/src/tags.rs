//! Tags: short labels, any number of them on a server.

use serde::{Deserialize, Serialize};

use crate::{Result, error::FieldErrors, ids::TagId, text};

/// The colour of a tag for which none was chosen.
pub const DEFAULT_COLOUR: &str = "#3f51b5";

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// Its name, unique among tags.
    pub name: String,
    /// Its colour, `#rrggbb`.
    pub color: String,
    /// How many servers carry it.
    pub item_count: u32,
}

/// What a person gives to create a tag or to change one (all fields are set).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewTag {
    /// Its name.
    pub name: String,
    /// Its colour, `#rrggbb`.
    #[serde(default = "default_colour")]
    pub color: String,
}

fn default_colour() -> String {
    DEFAULT_COLOUR.to_owned()
}

impl NewTag {
    /// The same with its texts trimmed.
    ///
    /// # Errors
    /// Names every field that cannot be taken.
    pub fn validated(self) -> Result<Self> {
        let mut errors = FieldErrors::default();
        let name = errors.check("name", text::name(&self.name));
        let color = errors.check("color", text::colour(&self.color));
        errors.finish()?;
        Ok(Self { name: name.unwrap_or_default(), color: color.unwrap_or_default() })
    }
}
