//! Why a server does not answer, in words for people, and how patient to be about it.

use domain::status::{Reason, ReasonCode};
use ssh::{ConnectError, KeyError, Phase};

/// How to go on after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Try again soon: networks and reboots pass.
    Network,
    /// Try again much later: the server counts refused logins.
    Login,
    /// Trying again changes nothing: somebody has to confirm a key or change an entry.
    NeedsPerson,
}

/// Why a server does not answer, and how to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub reason: Reason,
    pub class: Class,
}

impl Failure {
    pub fn new(code: ReasonCode, class: Class, message: impl Into<String>) -> Self {
        Self { reason: Reason { code, message: message.into() }, class }
    }

    /// Something failed on our side; the log has the cause.
    pub fn internal() -> Self {
        Self::new(ReasonCode::Internal, Class::Network, "Something failed on our side. The program's log says more.")
    }

    /// The way through another server is not there.
    pub fn jump_host(message: impl Into<String>) -> Self {
        Self::new(ReasonCode::JumpHost, Class::Network, message)
    }

    /// The server stopped answering on an open connection.
    pub fn no_answer() -> Self {
        Self::new(ReasonCode::NoAnswer, Class::Network, "The server stopped answering on an open connection.")
    }
}

impl From<&ConnectError> for Failure {
    fn from(error: &ConnectError) -> Self {
        use ReasonCode as Code;
        let needs_person = |code, message: String| Self::new(code, Class::NeedsPerson, message);
        let network = |code, message: String| Self::new(code, Class::Network, message);
        match error {
            ConnectError::NameNotResolved { host, .. } => {
                network(Code::NameNotResolved, format!("The name {host} has no address. Check the host name."))
            }
            ConnectError::Refused { address } => {
                network(Code::ConnectionRefused, format!("Nothing listens on {address}. Is SSH running on that port?"))
            }
            ConnectError::Unreachable { detail } => {
                network(Code::Unreachable, format!("The host cannot be reached: {detail}."))
            }
            ConnectError::ForwardingRefused => Self::jump_host(
                "The jump host makes no connections to others: allow it to (AllowTcpForwarding in its sshd_config), or choose another one.",
            ),
            ConnectError::TimedOut { phase: Phase::Keepalive | Phase::Write } => Self::no_answer(),
            ConnectError::TimedOut { phase } => network(Code::TimedOut, format!("Timed out while {phase}.")),
            ConnectError::NotSsh { greeting } if greeting.is_empty() => {
                network(Code::NotSsh, "What listens there does not speak SSH. Check the port.".to_owned())
            }
            ConnectError::NotSsh { greeting } => network(
                Code::NotSsh,
                format!("What listens there does not speak SSH, it says “{greeting}”. Check the port."),
            ),
            ConnectError::HostKeyUnknown { presented } => needs_person(
                Code::HostKeyUnknown,
                format!(
                    "Nobody has confirmed its host key yet: {} {}. Compare and trust it.",
                    presented.algorithm, presented.fingerprint
                ),
            ),
            ConnectError::HostKeyChanged { expected, presented } => needs_person(
                Code::HostKeyChanged,
                format!(
                    "Its host key changed. Trusted is {}; presented was {} {}. Somebody may be in between: \
                     find out why before trusting the new key.",
                    expected.join(" or "),
                    presented.algorithm,
                    presented.fingerprint
                ),
            ),
            ConnectError::LoginRefused { methods } => Self::new(
                Code::LoginRefused,
                Class::Login,
                format!("The server refused the login. Check account and password or key.{}", offered(methods)),
            ),
            ConnectError::MethodNotAllowed { wanted, methods } => Self::new(
                Code::LoginRefused,
                Class::Login,
                format!("The server does not allow logging in by {wanted}.{}", offered(methods)),
            ),
            ConnectError::SecondFactorNeeded { .. } => Self::new(
                Code::LoginRefused,
                Class::Login,
                "The server asks for a second factor, which cannot be given unattended. Use a key that it takes alone.",
            ),
            ConnectError::Key(error) => needs_person(Code::KeyUnusable, key_message(error)),
            ConnectError::NoCommonAlgorithm { kind, theirs } => network(
                Code::NotSsh,
                format!("No common {kind} algorithm: the server offers only {}.", theirs.join(", ")),
            ),
            ConnectError::CommandRefused => Self::new(
                Code::CommandRefused,
                Class::Login,
                "Logged in, but the server refused to run a command. Allow the account to run /bin/sh.",
            ),
            ConnectError::Closed { reason: None } => {
                network(Code::ConnectionLost, "The server closed the connection.".to_owned())
            }
            ConnectError::Closed { reason: Some(reason) } => {
                network(Code::ConnectionLost, format!("The server closed the connection: {reason}."))
            }
            ConnectError::Protocol(detail) => {
                network(Code::NotSsh, format!("The server broke the SSH protocol: {detail}."))
            }
        }
    }
}

/// The reason that a failed connection gives.
pub(crate) fn of_connect_error(error: &ConnectError) -> Reason {
    Failure::from(error).reason
}

fn key_message(error: &KeyError) -> String {
    let error = error.to_string();
    let mut chars = error.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("The private key cannot be used. {first}{}.", chars.as_str())
}

fn offered(methods: &[String]) -> String {
    if methods.is_empty() { String::new() } else { format!(" It offers: {}.", methods.join(", ")) }
}
