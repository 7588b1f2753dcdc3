//! Logging in: by password, keyboard-interactive or private key, with one attempt and never a second guess.

use std::sync::Arc;

use domain::Secret;
use russh::client::{AuthResult, KeyboardInteractiveAuthResponse, Prompt};
use russh::keys::{HashAlg, PrivateKey, PrivateKeyWithHashAlg};
use russh::{MethodKind, MethodSet};

use crate::Auth;
use crate::error::ConnectError;
use crate::private_key::{self, KeyError};
use crate::session::Session;

/// Questions of a keyboard-interactive login that are answered before it is given up.
const ROUNDS: usize = 8;

/// A credential that was found to be usable before any server was asked.
pub(crate) enum Credential {
    Password(Secret),
    Key(Arc<PrivateKey>),
}

impl Credential {
    /// Reads the private key, which takes a moment of CPU when it is encrypted.
    pub(crate) async fn prepare(auth: &Auth) -> Result<Self, KeyError> {
        match auth {
            Auth::Password(password) => Ok(Self::Password(password.clone())),
            Auth::PrivateKey { pem, passphrase } => {
                let (pem, passphrase) = (pem.clone(), passphrase.clone());
                let read = tokio::task::spawn_blocking(move || {
                    private_key::read(pem.expose(), passphrase.as_ref().map(Secret::expose))
                });
                let key = read.await.map_err(|_| KeyError::Unreadable)??;
                Ok(Self::Key(Arc::new(key)))
            }
        }
    }
}

/// Logs in as `user`.
pub(crate) async fn login(session: &mut Session, user: &str, credential: Credential) -> Result<(), ConnectError> {
    // As OpenSSH's client does: the answer tells what is allowed before a credential is sent in vain, which many servers
    // count and log as a failure.
    let offered = match session.handle.authenticate_none(user).await {
        Ok(AuthResult::Success) => return Ok(()),
        Ok(AuthResult::Failure { remaining_methods, .. }) => remaining_methods,
        Err(error) => return Err(session.explain(error)),
    };
    let not_allowed = |wanted| ConnectError::MethodNotAllowed { wanted, methods: names(&offered) };
    match credential {
        _ if offered.is_empty() => Err(refused(session, &offered)),
        Credential::Password(password) if offered.contains(&MethodKind::Password) => {
            let answer = session.handle.authenticate_password(user, password.expose()).await;
            judge(session, answer)
        }
        Credential::Password(password) if offered.contains(&MethodKind::KeyboardInteractive) => {
            keyboard_interactive(session, user, &password).await
        }
        Credential::Password(_) => Err(not_allowed("password")),
        Credential::Key(key) if offered.contains(&MethodKind::PublicKey) => {
            let hash = signature_hash(session, &key).await?;
            let answer = session.handle.authenticate_publickey(user, PrivateKeyWithHashAlg::new(key, hash)).await;
            judge(session, answer)
        }
        Credential::Key(_) => Err(not_allowed("publickey")),
    }
}

fn judge(session: &Session, answer: Result<AuthResult, russh::Error>) -> Result<(), ConnectError> {
    match answer {
        Ok(AuthResult::Success) => Ok(()),
        Ok(AuthResult::Failure { remaining_methods, partial_success: true }) => {
            Err(ConnectError::SecondFactorNeeded { methods: names(&remaining_methods) })
        }
        Ok(AuthResult::Failure { remaining_methods, .. }) => Err(refused(session, &remaining_methods)),
        Err(error) => Err(session.explain(error)),
    }
}

/// russh reports a connection that ended during the login as a refusal without methods.
fn refused(session: &Session, methods: &MethodSet) -> ConnectError {
    match session.facts.ended.get() {
        Some(ended) if methods.is_empty() => ended.clone(),
        _ => ConnectError::LoginRefused { methods: names(methods) },
    }
}

fn names(methods: &MethodSet) -> Vec<String> {
    methods.iter().map(String::from).collect()
}

/// RSA keys sign with SHA-2, never with SHA-1 (`ssh-rsa`); other keys have only one way to sign.
async fn signature_hash(session: &Session, key: &PrivateKey) -> Result<Option<HashAlg>, ConnectError> {
    if !key.algorithm().is_rsa() {
        return Ok(None);
    }
    match session.handle.best_supported_rsa_hash().await {
        Ok(Some(Some(hash))) => Ok(Some(hash)),
        Ok(Some(None)) => {
            Err(ConnectError::NoCommonAlgorithm { kind: "signature".to_owned(), theirs: vec!["ssh-rsa".to_owned()] })
        }
        // The server did not say: every one that is younger than 2016 knows this.
        Ok(None) => Ok(Some(HashAlg::Sha512)),
        Err(error) => Err(session.explain(error)),
    }
}

/// Answers a single question for the password, as servers with PAM ask it, and nothing else.
async fn keyboard_interactive(session: &mut Session, user: &str, password: &Secret) -> Result<(), ConnectError> {
    let mut answered: Option<String> = None;
    let mut reply = session.handle.authenticate_keyboard_interactive_start(user, None).await;
    for _ in 0..ROUNDS {
        let prompts = match reply {
            Ok(KeyboardInteractiveAuthResponse::Success) => return Ok(()),
            Ok(KeyboardInteractiveAuthResponse::Failure { remaining_methods, partial_success }) => {
                return judge(session, Ok(AuthResult::Failure { remaining_methods, partial_success }));
            }
            Ok(KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. }) => prompts,
            Err(error) => return Err(session.explain(error)),
        };
        let answers = match (prompts.as_slice(), &answered) {
            ([], _) => Vec::new(),
            ([Prompt { prompt, echo: false }], None) => {
                answered = Some(prompt.clone());
                vec![password.expose().to_owned()]
            }
            // The same question again: the answer was wrong.
            ([Prompt { prompt, .. }], Some(before)) if prompt == before => {
                return Err(ConnectError::LoginRefused { methods: vec!["keyboard-interactive".to_owned()] });
            }
            _ => {
                return Err(ConnectError::SecondFactorNeeded { methods: vec!["keyboard-interactive".to_owned()] });
            }
        };
        reply = session.handle.authenticate_keyboard_interactive_respond(answers).await;
    }
    Err(ConnectError::Protocol("the server never ends its keyboard-interactive login".to_owned()))
}
