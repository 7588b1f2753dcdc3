//! Tokens: a JWT (RFC 7519, HS256) that names a session. The session row decides whether it still counts.

use domain::{Error, Result, SessionId, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use vault::Vault;

#[derive(Serialize, Deserialize)]
struct Claims {
    /// The account's id.
    sub: String,
    /// The session's id.
    sid: String,
    /// When it was made, in Unix seconds.
    iat: i64,
    /// When it ends, in Unix seconds.
    exp: i64,
}

/// Makes and reads tokens.
pub(super) struct Tokens {
    signing: EncodingKey,
    checking: DecodingKey,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    /// The keys come from the master key, so nothing more has to be stored.
    pub fn new(vault: &Vault) -> Self {
        let key = vault.signing_key("jwt");
        Self { signing: EncodingKey::from_secret(key.as_ref()), checking: DecodingKey::from_secret(key.as_ref()) }
    }

    /// A token for a session that ends at `expires_at_ms`.
    pub fn make(&self, user: UserId, session: &SessionId, now_ms: i64, expires_at_ms: i64) -> Result<String> {
        let claims =
            Claims { sub: user.to_string(), sid: session.0.clone(), iat: now_ms / 1_000, exp: expires_at_ms / 1_000 };
        encode(&Header::new(Algorithm::HS256), &claims, &self.signing).map_err(|cause| {
            tracing::error!(%cause, "could not sign a token");
            Error::internal()
        })
    }

    /// The session that a token names, when its signature is ours and its time is not over.
    pub fn read(&self, token: &str) -> Result<(UserId, SessionId)> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.set_required_spec_claims(&["exp", "sub"]);
        let data = decode::<Claims>(token, &self.checking, &validation).map_err(|_| Error::unauthenticated())?;
        let user = data.claims.sub.parse().map_err(|_| Error::unauthenticated())?;
        Ok((user, SessionId(data.claims.sid)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use crate::clock;

    fn tokens() -> Tokens {
        Tokens::new(&Vault::new(&vault::MasterKey::generate().unwrap()))
    }

    #[test]
    fn a_token_names_its_session() {
        let tokens = tokens();
        let now = clock::now_ms();
        let token = tokens.make(UserId(7), &SessionId("abc".to_owned()), now, now + 60_000).unwrap();
        assert_eq!(tokens.read(&token).unwrap(), (UserId(7), SessionId("abc".to_owned())));
    }

    #[test]
    fn expired_altered_and_foreign_tokens_are_refused() {
        let tokens = tokens();
        let now = clock::now_ms();
        let session = SessionId("abc".to_owned());
        let expired = tokens.make(UserId(7), &session, now - 120_000, now - 60_000).unwrap();
        let foreign = self::tokens().make(UserId(7), &session, now, now + 60_000).unwrap();
        let good = tokens.make(UserId(7), &session, now, now + 60_000).unwrap();
        let altered = good.replacen('.', ".e", 1);
        // A header that asks for no signature at all (RFC 8725, section 2.1).
        let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", good.split('.').nth(1).unwrap());
        for bad in [expired, foreign, altered, unsigned, String::new(), "x.y.z".to_owned()] {
            assert!(tokens.read(&bad).is_err(), "{bad}");
        }
    }
}
