//! Servers: adding, changing and deleting them, trying a connection, and what is known of each.

mod jump_hosts;
pub(crate) mod secrets;
mod testing;
mod views;

use std::sync::Arc;

use domain::{
    Error, Permission, Result, ServerId,
    fleet::Filter,
    live::ServerSnapshot,
    metrics::Latest,
    servers::{HostKey, NewServer, Server, ServerChange, TestRequest, TestResult, Via},
};
use store::{Store, servers::Trust};
use vault::Vault;

use self::{secrets::Given, views::Views};
use crate::{
    actor::Actor,
    audit::{AuditLog, Deed},
    clock,
    fleet::{Fleet, board::Entry},
    notifications::Bell,
};

/// Servers.
#[derive(Debug)]
pub struct Servers {
    store: Arc<Store>,
    vault: Arc<Vault>,
    audit: AuditLog,
    fleet: Arc<Fleet>,
    bell: Arc<Bell>,
    views: Views,
}

/// Which servers are wanted, and how many.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    /// Which, and in which order.
    pub filter: Filter,
    /// At most so many; all when not given.
    pub limit: Option<u32>,
    /// Leaving out the first so many.
    pub offset: Option<u32>,
}

/// A page of servers.
#[derive(Debug, Clone)]
pub struct ListPage {
    /// The servers of this page.
    pub servers: Vec<Server>,
    /// How many there are in all that fit the filter.
    pub total: u32,
}

impl Servers {
    pub(crate) fn new(
        store: Arc<Store>,
        vault: Arc<Vault>,
        audit: AuditLog,
        fleet: Arc<Fleet>,
        bell: Arc<Bell>,
    ) -> Self {
        Self { store, vault, audit, fleet, bell, views: Views::default() }
    }

    /// A page of the servers that fit a filter, with how each is doing.
    ///
    /// # Errors
    /// When the actor may not see servers.
    pub fn list(&self, actor: &Actor, query: &ListQuery) -> Result<ListPage> {
        actor.require(Permission::ServersRead)?;
        let rows: Vec<_> = self.fleet.board().all().iter().map(|entry| entry.row()).collect();
        let fitting = query.filter.apply(&rows);
        let total = u32::try_from(fitting.len()).unwrap_or(u32::MAX);
        let (skip, take) = (query.offset.unwrap_or(0) as usize, query.limit.unwrap_or(u32::MAX) as usize);
        let page = fitting.into_iter().skip(skip).take(take);
        let servers = page.filter_map(|row| self.fleet.board().get(row.id)).map(|entry| entry.server()).collect();
        Ok(ListPage { servers, total })
    }

    /// One server, with how it is doing.
    ///
    /// # Errors
    /// When the actor may not see servers, or there is none.
    pub fn get(&self, actor: &Actor, id: ServerId) -> Result<Server> {
        Ok(self.entry(actor, id)?.server())
    }

    /// The newest values of one server.
    ///
    /// # Errors
    /// When the actor may not see servers, or there is none.
    pub async fn latest(&self, actor: &Actor, id: ServerId) -> Result<Latest> {
        let entry = self.entry(actor, id)?;
        self.note_view(actor, &entry).await;
        Ok(entry.latest())
    }

    /// Everything that a server's page needs at first.
    ///
    /// # Errors
    /// When the actor may not see servers, or there is none.
    pub async fn snapshot(&self, actor: &Actor, id: ServerId) -> Result<ServerSnapshot> {
        let entry = self.entry(actor, id)?;
        self.note_view(actor, &entry).await;
        Ok(entry.snapshot())
    }

    /// Adds a server and starts watching it.
    ///
    /// # Errors
    /// When the actor may not, a field cannot be taken, or the database fails.
    pub async fn create(&self, actor: &Actor, new: NewServer) -> Result<Server> {
        actor.require(Permission::ServersWrite)?;
        let mut new = new.validated()?;
        let given = Given {
            password: new.password.take(),
            private_key: new.private_key.take(),
            passphrase: new.passphrase.take(),
        };
        new.jump_host_id = jump_hosts::chosen(new.jump_host_id);
        jump_hosts::check(self.fleet.board(), None, new.jump_host_id)?;
        given.check().await?;
        let auth = given.auth().ok_or_else(|| Error::invalid("password", "is missing"))?;
        let detail = new.host_key_fingerprint.as_ref().map(|key| format!("trusting host key {key}"));
        let row = store::servers::NewServer {
            secret: secrets::seal(&self.vault, &new.host, new.port, &auth)?,
            trust: trust(new.host_key_fingerprint, actor),
            name: new.name,
            host: new.host,
            port: new.port,
            username: new.username,
            description: new.description,
            via: Via::Ssh,
            jump_host_id: new.jump_host_id,
            group_id: new.group_id.filter(|group| group.0 != 0),
            tag_ids: new.tag_ids,
            interval_secs: new.interval_secs,
        };
        let server = self.store.servers().create(row, clock::now_ms()).await?;
        self.fleet.watch(server.clone());
        self.update_neighbours(&server).await?;
        self.fleet.board().labels_changed();
        self.audit.note(actor, deed("server.create", &server, detail.unwrap_or_default())).await;
        Ok(server)
    }

    /// Changes a server. What changes its connection starts it over; anything else leaves it alone.
    ///
    /// # Errors
    /// When the actor may not, there is none, or a field cannot be taken.
    pub async fn change(&self, actor: &Actor, id: ServerId, change: ServerChange) -> Result<Server> {
        actor.require(Permission::ServersWrite)?;
        let before = self.entry(actor, id)?.server();
        let mut change = change.validated()?;
        let given = Given {
            password: change.password.take(),
            private_key: change.private_key.take(),
            passphrase: change.passphrase.take(),
        };
        let jump_host_id = change.jump_host_id.map(|id| jump_hosts::chosen(Some(id)));
        jump_hosts::check(self.fleet.board(), Some(id), jump_host_id.flatten())?;
        given.check().await?;
        let auth = given.auth();
        refuse_stray_secrets(&before, &change, auth.is_some())?;
        let (host, port) = (change.host.as_ref().unwrap_or(&before.host), change.port.unwrap_or(before.port));
        let secret = auth.as_ref().map(|auth| secrets::seal(&self.vault, host, port, auth)).transpose()?;
        let new_secret = secret.is_some();
        let patch = store::servers::ServerPatch {
            secret,
            trust: trust(change.host_key_fingerprint, actor),
            name: change.name,
            host: change.host,
            port: change.port,
            username: change.username,
            description: change.description,
            jump_host_id,
            group_id: change.group_id.map(|group| (group.0 != 0).then_some(group)),
            tag_ids: change.tag_ids,
            interval_secs: change.interval_secs,
        };
        let server = self.store.servers().update(id, patch, clock::now_ms()).await?;
        if new_secret || is_reached_otherwise(&before, &server) {
            self.fleet.watch(server.clone());
            self.update_neighbours(&server).await?;
        } else {
            self.fleet.update(server.clone());
        }
        self.fleet.board().labels_changed();
        self.audit.note(actor, deed("server.change", &server, described(&before, &server, new_secret))).await;
        self.get(actor, id)
    }

    /// A host key belongs to a host and port: other entries of the same one are reached with it from now on as well.
    async fn update_neighbours(&self, server: &Server) -> Result<()> {
        for entry in self.fleet.board().all() {
            let other = entry.server();
            let shares = other.host == server.host
                && other.port == server.port
                && other.jump_host_id == server.jump_host_id
                && other.id != server.id;
            if shares && other.via == Via::Ssh {
                self.fleet.watch(self.stored(other.id).await?);
            }
        }
        Ok(())
    }

    /// The servers through which others can be reached, by name; not through themselves or what is reached through them.
    ///
    /// # Errors
    /// When the actor may not see servers.
    pub fn jump_hosts(&self, actor: &Actor, this: Option<ServerId>) -> Result<Vec<Server>> {
        actor.require(Permission::ServersRead)?;
        let board = self.fleet.board();
        let mut all: Vec<Server> = board.all().iter().map(|entry| entry.server()).collect();
        all.retain(|server| jump_hosts::check(board, this, Some(server.id)).is_ok());
        all.sort_by_cached_key(|server| server.name.to_lowercase());
        Ok(all)
    }

    /// Deletes a server, its secret and its values.
    ///
    /// # Errors
    /// When the actor may not, or there is none.
    pub async fn delete(&self, actor: &Actor, id: ServerId) -> Result<()> {
        actor.require(Permission::ServersDelete)?;
        let server = self.entry(actor, id)?.server();
        jump_hosts::refuse_while_needed(self.fleet.board(), &server)?;
        self.store.servers().delete(id).await?;
        self.fleet.forget(id);
        self.store.alerts().end_orphans(clock::now_ms()).await?;
        self.bell.incidents_changed();
        self.fleet.board().labels_changed();
        self.audit.note(actor, deed("server.delete", &server, String::new())).await;
        Ok(())
    }

    /// Tries to reach an offline server again now.
    ///
    /// # Errors
    /// When the actor may not, or there is none.
    pub async fn retry(&self, actor: &Actor, id: ServerId) -> Result<()> {
        actor.require(Permission::ServersTest)?;
        let entry = self.entry(actor, id)?;
        entry.retry.notify_waiters();
        self.audit.note(actor, deed("server.retry", &entry.server(), String::new())).await;
        Ok(())
    }

    /// Tries a connection without storing anything.
    ///
    /// # Errors
    /// When the actor may not, or a field cannot be taken. A connection that fails is no error but the result.
    pub async fn test(&self, actor: &Actor, request: TestRequest) -> Result<TestResult> {
        actor.require(Permission::ServersTest)?;
        let request = request.validated()?;
        let (host, port, account) = (request.host.clone(), request.port, request.username.clone());
        let result = testing::Test { store: &self.store, vault: &self.vault, fleet: &self.fleet }.run(request).await?;
        let deed = Deed {
            action: "server.test",
            target_type: "server",
            target_id: format!("{account}@{host}:{port}"),
            detail: result.message.clone(),
            ..Deed::default()
        };
        self.audit.note(actor, deed).await;
        Ok(result)
    }

    pub(crate) fn entry(&self, actor: &Actor, id: ServerId) -> Result<Arc<Entry>> {
        actor.require(Permission::ServersRead)?;
        self.fleet.board().get(id).ok_or_else(|| Error::not_found("server"))
    }

    pub(crate) fn ids(&self, actor: &Actor) -> Result<Vec<ServerId>> {
        actor.require(Permission::ServersRead)?;
        Ok(self.fleet.board().all().iter().map(|entry| entry.server().id).collect())
    }

    /// Notes who looked at a server: once per person, server and quarter of an hour, or a script that polls would fill the log.
    pub(crate) async fn note_view(&self, actor: &Actor, entry: &Entry) {
        let server = entry.server();
        if self.views.is_new(actor.user_id, server.id, clock::now_ms()) {
            self.audit.note(actor, deed("server.view", &server, String::new())).await;
        }
    }

    async fn stored(&self, id: ServerId) -> Result<Server> {
        self.store.servers().get(id).await?.ok_or_else(|| Error::not_found("server"))
    }
}

/// A stored secret goes only to the machine that it was entered for: whoever may edit a server must not be able to send its
/// password to a machine of their own.
fn refuse_stray_secrets(before: &Server, change: &ServerChange, is_given: bool) -> Result<()> {
    let moves = change.host.as_ref().is_some_and(|host| *host != before.host)
        || change.port.is_some_and(|port| port != before.port)
        || change.jump_host_id.is_some_and(|id| jump_hosts::chosen(Some(id)) != before.jump_host_id);
    if before.via == Via::Local {
        let connects = moves || is_given || change.host_key_fingerprint.is_some() || change.username.is_some();
        return if connects {
            Err(Error::invalid("host", "cannot be changed: this is the machine that the monitor runs on"))
        } else {
            Ok(())
        };
    }
    if moves && !is_given {
        return Err(Error::invalid(
            "password",
            "is missing: the stored one was entered for another host, port or way there, so give the password or key again",
        ));
    }
    Ok(())
}

fn is_reached_otherwise(before: &Server, after: &Server) -> bool {
    before.host != after.host
        || before.port != after.port
        || before.username != after.username
        || before.jump_host_id != after.jump_host_id
        || before.host_key_fingerprints != after.host_key_fingerprints
}

fn deed(action: &'static str, server: &Server, more: String) -> Deed {
    let detail = if more.is_empty() { server.name.clone() } else { format!("{}: {more}", server.name) };
    Deed { action, target_type: "server", target_id: server.id.to_string(), target_name: server.name.clone(), detail }
}

/// A fingerprint as the store keeps it. Its type is learnt with the first connection, not from the person.
fn trust(fingerprint: Option<String>, actor: &Actor) -> Option<Trust> {
    let key = HostKey { algorithm: String::new(), fingerprint: fingerprint? };
    Some(Trust { key, by: actor.username.clone() })
}

fn described(before: &Server, after: &Server, new_secret: bool) -> String {
    let mut parts = Vec::new();
    if before.name != after.name {
        parts.push(format!("was {}", before.name));
    }
    if before.host != after.host || before.port != after.port {
        parts.push(format!("moved from {}:{} to {}:{}", before.host, before.port, after.host, after.port));
    }
    if before.jump_host_id != after.jump_host_id {
        let way = after.jump_host_id.map_or_else(|| "directly".to_owned(), |id| format!("through server {id}"));
        parts.push(format!("reached {way}"));
    }
    if before.username != after.username {
        parts.push(format!("account {} instead of {}", after.username, before.username));
    }
    if new_secret {
        parts.push("new password or key".to_owned());
    }
    if before.host_key_fingerprints != after.host_key_fingerprints {
        parts.push(format!("trusting host key {}", after.host_key_fingerprints.join(", ")));
    }
    if before.group_id != after.group_id || before.tag_ids != after.tag_ids {
        parts.push("group or tags".to_owned());
    }
    if before.interval_secs != after.interval_secs {
        parts.push(format!("every {} s", after.interval_secs));
    }
    parts.join(", ")
}
