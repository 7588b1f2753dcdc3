//! Refusing fields that are not known inside what is kept as it comes: there they may be new ones of a later version, here they are mistakes.

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned, de::Error};
use serde_json::Value;

/// A value of which no field is unknown.
pub(super) fn known<'de, D: Deserializer<'de>, T: DeserializeOwned + Serialize>(from: D) -> Result<T, D::Error> {
    let given = Value::deserialize(from)?;
    let taken: T = T::deserialize(&given).map_err(D::Error::custom)?;
    let known = serde_json::to_value(&taken).map_err(D::Error::custom)?;
    match unknown(&given, &known) {
        Some(field) => Err(D::Error::custom(format!("unknown field `{field}`"))),
        None => Ok(taken),
    }
}

fn unknown<'a>(given: &'a Value, known: &Value) -> Option<&'a str> {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => given.iter().find_map(|(name, value)| match known.get(name) {
            Some(known) => unknown(value, known),
            None => Some(name.as_str()),
        }),
        (Value::Array(given), Value::Array(known)) => {
            given.iter().zip(known).find_map(|(given, known)| unknown(given, known))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use domain::notify::{QuietHours, Step, Target};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mistyped_field_is_named() {
        let target = json!({"kind": "webhook", "url": "https://example.com", "event_type": ["alert.triggered"]});
        let refused = known::<_, Target>(target).unwrap_err().to_string();
        assert!(refused.contains("event_type"), "{refused}");
        let steps = json!([{"after_secs": 0, "channels": [1]}, {"after_secs": 5, "channels": [], "channel": 3}]);
        assert!(known::<_, Vec<Step>>(steps).unwrap_err().to_string().contains("channel"));
        let quiet = json!({"days": [1], "from_minute": 0, "until_minute": 5, "except": null});
        assert!(known::<_, Option<QuietHours>>(quiet).is_ok());
        assert!(known::<_, Option<QuietHours>>(Value::Null).unwrap().is_none());
    }
}
