//! What is stored of a server, as its services hand it over: secrets are sealed already.

use std::fmt;

use domain::{
    GroupId, ServerId, TagId,
    servers::{AuthMethod, HostKey, Via},
};

/// How the monitor logs in to a server, sealed. `Debug` shows the method alone.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SealedSecret {
    /// What is sealed.
    pub auth_method: AuthMethod,
    /// The sealed password or private key.
    pub secret: Option<String>,
    /// The private key's sealed passphrase.
    pub passphrase: Option<String>,
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedSecret").field("auth_method", &self.auth_method).finish_non_exhaustive()
    }
}

/// A host key to trust for the server's host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The key.
    pub key: HostKey,
    /// The name of the account that trusts it.
    pub by: String,
}

/// What a new server is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewServer {
    /// Its name.
    pub name: String,
    /// Its host name or address.
    pub host: String,
    /// Its SSH port.
    pub port: u16,
    /// The account to log in as.
    pub username: String,
    /// What it is for.
    pub description: String,
    /// How it is reached.
    pub via: Via,
    /// The server through which it is reached.
    pub jump_host_id: Option<ServerId>,
    /// How the monitor logs in.
    pub secret: SealedSecret,
    /// Its group.
    pub group_id: Option<GroupId>,
    /// Its tags.
    pub tag_ids: Vec<TagId>,
    /// Seconds between two samples while nobody looks.
    pub interval_secs: u32,
    /// A host key to trust from the start, beside those trusted already.
    pub trust: Option<Trust>,
}

/// A change to a server; what is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerPatch {
    /// A new name.
    pub name: Option<String>,
    /// A new host name or address.
    pub host: Option<String>,
    /// A new SSH port.
    pub port: Option<u16>,
    /// Another account to log in as.
    pub username: Option<String>,
    /// Another description.
    pub description: Option<String>,
    /// Another server through which it is reached; `Some(None)` for none.
    pub jump_host_id: Option<Option<ServerId>>,
    /// Another secret; the default one to forget the stored one.
    pub secret: Option<SealedSecret>,
    /// Another group; `Some(None)` for none.
    pub group_id: Option<Option<GroupId>>,
    /// Other tags, in place of those it has.
    pub tag_ids: Option<Vec<TagId>>,
    /// Other seconds between two samples.
    pub interval_secs: Option<u32>,
    /// A host key to trust in place of those trusted before.
    pub trust: Option<Trust>,
}
