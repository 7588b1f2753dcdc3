//! Section `[metrics]`: the token by which Prometheus scrapes without an account.

use std::{fs, path::PathBuf};

use domain::Secret;
use serde::{Deserialize, Serialize};

use super::ConfigError;

/// The shortest token that is taken, in characters: it opens the door for good, so it must not be guessed.
const TOKEN_MIN: usize = 16;

/// Who may scrape besides those who are logged in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metrics {
    /// The token itself. It comes from the environment only: a token in a file is what `token_file` is for.
    #[serde(skip)]
    pub token: Option<Secret>,
    /// The file that holds the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
}

impl Metrics {
    /// The token: of the environment, else of the file; `None` when neither is given.
    ///
    /// # Errors
    /// When the file cannot be read, or the token is too short or not plain.
    pub fn token(&self) -> Result<Option<Secret>, ConfigError> {
        let refused = |name: &str, problem: String| ConfigError::Value { name: name.to_owned(), problem };
        let (name, token) = match (&self.token, &self.token_file) {
            (Some(token), _) => ("MONITOR_METRICS_TOKEN", token.clone()),
            (None, Some(path)) => {
                let name = "the file of the metrics token";
                let text = fs::read_to_string(path)
                    .map_err(|error| refused(name, format!("{} cannot be read: {error}", path.display())))?;
                (name, Secret::new(text.trim()))
            }
            (None, None) => return Ok(None),
        };
        let (length, is_plain) = (token.expose().len(), token.expose().bytes().all(|byte| byte.is_ascii_graphic()));
        if length < TOKEN_MIN || !is_plain {
            let problem = format!("it needs {TOKEN_MIN} characters or more, all of them plain and without spaces");
            return Err(refused(name, problem));
        }
        Ok(Some(token))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    const GOOD: &str = "a-token-that-nobody-guesses";

    fn of(token: Option<&str>, token_file: Option<PathBuf>) -> Metrics {
        Metrics { token: token.map(Secret::new), token_file }
    }

    #[test]
    fn the_environment_comes_before_the_file_and_neither_is_needed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        fs::write(&file, format!("{GOOD}\n")).unwrap();
        let other = "another-token-of-good-length";
        assert_eq!(of(None, None).token().unwrap(), None);
        assert_eq!(of(None, Some(file.clone())).token().unwrap(), Some(Secret::new(GOOD)));
        assert_eq!(of(Some(other), Some(file)).token().unwrap(), Some(Secret::new(other)));
    }

    #[test]
    fn a_token_that_is_short_or_not_plain_and_a_missing_file_are_refused() {
        for bad in [of(Some("short"), None), of(Some("has a space in the middle"), None), of(None, Some("/no".into()))]
        {
            assert!(bad.token().is_err(), "{:?}", bad.token_file);
        }
        let message = of(Some("short"), None).token().unwrap_err().to_string();
        assert!(message.contains("MONITOR_METRICS_TOKEN") && !message.contains("short"), "{message}");
    }
}
