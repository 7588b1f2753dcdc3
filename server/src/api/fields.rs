//! Says which field of a request could not be taken, in plain words and without repeating its value: it may be a secret.

use domain::{Error, error::FieldErrors};
use serde_path_to_error::Path;

/// The longest field name that is repeated to the sender, in characters.
const NAME_MAX: usize = 100;

/// The error for a field that serde refused; `said` is what it said about it.
pub fn refused(path: &Path, said: &str) -> Error {
    let said = said.split(" at line ").next().unwrap_or(said);
    let (name, message) = if let Some(name) = quoted(said, "unknown field ") {
        (Some(name), "is not known here".to_owned())
    } else if let Some(name) = quoted(said, "missing field ") {
        (Some(name), "is missing".to_owned())
    } else if let Some(name) = quoted(said, "duplicate field ") {
        (Some(name), "is given twice".to_owned())
    } else {
        (None, expected(said))
    };
    let mut fields = FieldErrors::default();
    fields.add(full_name(path, name), message);
    fields.finish().err().unwrap_or_else(Error::internal)
}

/// What stands between backticks after `intro`.
fn quoted<'a>(said: &'a str, intro: &str) -> Option<&'a str> {
    said.strip_prefix(intro)?.strip_prefix('`')?.split('`').next()
}

/// The part of serde's message that names the right kind of value; the part before it repeats the wrong one.
fn expected(said: &str) -> String {
    match said.rsplit_once("expected ") {
        Some((_, kind)) => format!("has the wrong kind of value: expected {kind}"),
        None => "has a value that cannot be read".to_owned(),
    }
}

fn full_name(path: &Path, name: Option<&str>) -> String {
    let outer = path.to_string();
    let outer = outer.trim_end_matches('?').trim_end_matches('.');
    let full = match (outer, name) {
        ("", Some(name)) => name.to_owned(),
        ("", None) => "body".to_owned(),
        // serde names an unknown field both as the place and in its message.
        (outer, Some(name)) if outer == name || outer.ends_with(&format!(".{name}")) => outer.to_owned(),
        (outer, Some(name)) => format!("{outer}.{name}"),
        (outer, None) => outer.to_owned(),
    };
    full.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect()
}
