//! A connection to a simulated server, from its greeting to its end.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use probe::emulate;
use russh::server::{Auth, ChannelOpenHandle, Config, Handler, Msg, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId, ChannelWriteHalf, MethodKind, MethodSet, SshId};
use tokio::net::TcpStream;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::behaviour::Behaviour;
use super::conversation::{Conversation, Due};
use super::fleet::{Counted, Fleet};
use super::identity::{host_key, hostname};
use super::server::Server;
use super::wire::Wire;

/// Takes the place of a report: no line of it is one of the protocol.
const GARBAGE: &[u8] = b"\x00\xff\xfe garbage\n=SM-BEGIN what\n\x1b[31m=SM-END\n\n\xc3\x28";
/// What a flood is made of.
const FLOOD: &[u8] = &[b'x'; 32 * 1024];

/// Serves a connection until it ends.
pub(super) async fn serve(fleet: Arc<Fleet>, server: Arc<Server>, tcp: TcpStream, tasks: TaskTracker) {
    fleet.counters.accepted.fetch_add(1, Ordering::Relaxed);
    let (behaviour, cut) = server.greet();
    if behaviour == Behaviour::Dead || tcp.set_nodelay(true).is_err() {
        return;
    }
    let config = config(host_key(fleet.seed(), server.number, behaviour != Behaviour::Lying));
    let visitor = Visitor {
        _counted: Counted::new(&fleet, |counters| &counters.connections),
        fleet,
        server: Arc::clone(&server),
        tasks,
        channels: HashMap::new(),
        cut: cut.clone(),
        _end: cut.clone().drop_guard(),
    };
    // However the connection ends, there is nobody to tell.
    if let Ok(session) = russh::server::run_stream(config, Wire::new(tcp, server, cut), visitor).await {
        let _ = session.await;
    }
}

fn config(key: russh::keys::PrivateKey) -> Arc<Config> {
    Arc::new(Config {
        server_id: SshId::Standard("SSH-2.0-FleetSimulator".into()),
        methods: MethodSet::from([MethodKind::Password, MethodKind::PublicKey].as_slice()),
        auth_rejection_time: Duration::from_millis(100),
        auth_rejection_time_initial: Some(Duration::ZERO),
        keys: vec![key],
        window_size: 256 * 1024,
        channel_buffer_size: 4,
        inactivity_timeout: None,
        ..Config::default()
    })
}

/// What russh calls back about one connection.
struct Visitor {
    fleet: Arc<Fleet>,
    server: Arc<Server>,
    tasks: TaskTracker,
    channels: HashMap<ChannelId, Running>,
    cut: CancellationToken,
    /// Ends the connection's tasks with it.
    _end: DropGuard,
    _counted: Counted,
}

/// A channel.
struct Running {
    output: Option<ChannelWriteHalf<Msg>>,
    conversation: Option<Conversation>,
    hello: Option<Counted>,
    reports: u32,
    sampled: Option<Counted>,
}

impl Visitor {
    fn login(&self, is_right: bool) -> Auth {
        if is_right && self.server.behaviour() != Behaviour::Refusing {
            return Auth::Accept;
        }
        self.fleet.counters.refused.fetch_add(1, Ordering::Relaxed);
        Auth::reject()
    }

    async fn answer(&mut self, channel: ChannelId, due: Due, session: &mut Session) -> Result<(), russh::Error> {
        let answer = match (self.server.behaviour(), &due) {
            (Behaviour::Flooding, _) => {
                self.flood(channel);
                return Ok(());
            }
            (Behaviour::Garbage, Due::Report(..)) => Bytes::from_static(GARBAGE),
            (Behaviour::Slow(late), _) => {
                if self.cut.run_until_cancelled(tokio::time::sleep(late)).await.is_none() {
                    return Ok(());
                }
                self.honest(channel, due)
            }
            _ => self.honest(channel, due),
        };
        session.data(channel, answer)
    }

    fn honest(&mut self, channel: ChannelId, due: Due) -> Bytes {
        match due {
            Due::Hello(nonce) => {
                if let Some(running) = self.channels.get_mut(&channel) {
                    running.hello = Some(Counted::new(&self.fleet, |counters| &counters.probes));
                }
                emulate::hello(&nonce).into()
            }
            Due::Report(seq, sections) => {
                let (place, name) = (self.server.next_place(), hostname(self.server.number));
                let report = self.fleet.trace.report(seq, sections, place, &name, |record| self.server.burden(record));
                self.server.reported();
                if let Some(running) = self.channels.get_mut(&channel) {
                    running.reports = running.reports.saturating_add(1);
                    if running.reports == 2 {
                        running.sampled = Some(Counted::new(&self.fleet, |counters| &counters.sampled));
                    }
                }
                self.fleet.counters.reports.fetch_add(1, Ordering::Relaxed);
                self.fleet.counters.bytes.fetch_add(report.len() as u64, Ordering::Relaxed);
                report.into()
            }
        }
    }

    /// Sends bytes as fast as they are taken, until the connection ends.
    fn flood(&mut self, channel: ChannelId) {
        let Some(output) = self.channels.get_mut(&channel).and_then(|running| running.output.take()) else { return };
        let cut = self.cut.clone();
        self.tasks.spawn(async move {
            let flood = async { while output.data_bytes(Bytes::from_static(FLOOD)).await.is_ok() {} };
            cut.run_until_cancelled(flood).await;
        });
    }
}

impl Handler for Visitor {
    type Error = russh::Error;

    async fn auth_password(&mut self, _: &str, password: &str) -> Result<Auth, Self::Error> {
        Ok(self.login(self.fleet.takes_password(password)))
    }

    async fn auth_publickey(&mut self, _: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, Self::Error> {
        Ok(self.login(self.fleet.takes_key(key.public_key)))
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        let id = channel.id();
        let (_, output) = channel.split();
        self.channels
            .insert(id, Running { output: Some(output), conversation: None, hello: None, reports: 0, sampled: None });
        reply.accept().await;
        Ok(())
    }

    async fn exec_request(&mut self, id: ChannelId, command: &[u8], session: &mut Session) -> Result<(), Self::Error> {
        match self.channels.get_mut(&id) {
            Some(running) if command == probe::COMMAND.as_bytes() => {
                running.conversation = Some(Conversation::default());
                session.channel_success(id)
            }
            _ => session.channel_failure(id),
        }
    }

    async fn data(&mut self, id: ChannelId, bytes: &[u8], session: &mut Session) -> Result<(), Self::Error> {
        let conversation = self.channels.get_mut(&id).and_then(|running| running.conversation.as_mut());
        match conversation.map(|conversation| conversation.take(bytes)) {
            Some(Ok(due)) => {
                for due in due {
                    self.answer(id, due, session).await?;
                }
                Ok(())
            }
            Some(Err(_)) => session.close(id),
            None => Ok(()),
        }
    }

    async fn channel_eof(&mut self, id: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        // The end of its input ends the probe.
        if self.channels.remove(&id).is_some() {
            session.exit_status_request(id, 0)?;
            session.close(id)?;
        }
        Ok(())
    }

    async fn channel_close(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Self::Error> {
        self.channels.remove(&id);
        Ok(())
    }
}
