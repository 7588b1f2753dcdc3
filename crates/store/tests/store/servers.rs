//! Servers with tags, secrets and the state of their connection.

use domain::{
    GroupId, ServerId, TagId,
    servers::{AuthMethod, HostKey, Via},
    stats::Overview,
    status::{Connection, Reason, ReasonCode, Status},
};
use store::{
    Error, Store,
    servers::{NewServer, SealedSecret, ServerPatch, Trust},
};

use crate::{
    fixture::{NOW, new_server},
    groups::new_group,
    tags::new_tag,
};

fn sealed() -> SealedSecret {
    SealedSecret {
        auth_method: AuthMethod::PrivateKey,
        secret: Some("v1.sealed key".to_owned()),
        passphrase: Some("v1.sealed passphrase".to_owned()),
    }
}

fn trust(text: &str) -> Trust {
    let key = HostKey { algorithm: "ssh-ed25519".to_owned(), fingerprint: format!("SHA256:{text}") };
    Trust { key, by: "ada".to_owned() }
}

async fn tag(store: &Store, name: &str) -> TagId {
    store.tags().create(new_tag(name)).await.unwrap().id
}

const REASONS: [ReasonCode; 17] = [
    ReasonCode::Connecting,
    ReasonCode::NameNotResolved,
    ReasonCode::ConnectionRefused,
    ReasonCode::Unreachable,
    ReasonCode::TimedOut,
    ReasonCode::NotSsh,
    ReasonCode::HostKeyUnknown,
    ReasonCode::HostKeyChanged,
    ReasonCode::LoginRefused,
    ReasonCode::KeyUnusable,
    ReasonCode::CommandRefused,
    ReasonCode::NoProc,
    ReasonCode::BadReport,
    ReasonCode::ConnectionLost,
    ReasonCode::NoAnswer,
    ReasonCode::SecretUnreadable,
    ReasonCode::Internal,
];

fn offline(code: ReasonCode) -> Connection {
    let reason = Some(Reason { code, message: "in plain words".to_owned() });
    Connection { status: Status::Offline, reason, since_ms: Some(NOW), next_try_ms: Some(NOW + 9) }
}

on_each_database! {
    async fn a_server_is_read_back_as_it_was_added(store) {
        let group = store.groups().create(new_group("web"), NOW).await.unwrap().id;
        let (one, two) = (tag(store, "one").await, tag(store, "two").await);
        let new = NewServer {
            description: "first line\nsecond line".to_owned(),
            port: 65_535,
            secret: sealed(),
            group_id: Some(group),
            tag_ids: vec![two, one, two],
            interval_secs: 300,
            trust: Some(trust("a")),
            ..new_server("Web 1")
        };
        let made = store.servers().create(new, NOW).await.unwrap();
        assert_eq!((made.name.as_str(), made.host.as_str(), made.port), ("Web 1", "192.0.2.10", 65_535));
        assert_eq!((made.username.as_str(), made.description.as_str()), ("root", "first line\nsecond line"));
        assert_eq!((made.via, made.auth_method, made.interval_secs), (Via::Ssh, AuthMethod::PrivateKey, 300));
        assert_eq!((made.group_id, made.tag_ids.as_slice()), (Some(group), [one, two].as_slice()));
        assert_eq!(made.host_key_fingerprints, ["SHA256:a"]);
        assert_eq!((made.connection(), made.last_seen_ms), (Connection::default(), None));
        assert_eq!((made.created_at_ms, made.updated_at_ms), (NOW, NOW));
        assert_eq!(store.servers().get(made.id).await.unwrap(), Some(made.clone()));
        assert_eq!(store.servers().list().await.unwrap(), [made]);
    }

    async fn several_servers_may_share_name_host_port_and_account(store) {
        let new = NewServer { trust: Some(trust("a")), host: "Web".to_owned(), ..new_server("Web 1") };
        let one = store.servers().create(new.clone(), NOW).await.unwrap();
        let two = store.servers().create(NewServer { host: "web".to_owned(), trust: None, ..new }, NOW).await.unwrap();
        assert_ne!(one.id, two.id);
        assert_eq!(store.servers().list().await.unwrap(), [one.clone(), two.clone()]);
        assert_eq!([one.host_key_fingerprints, two.host_key_fingerprints], [["SHA256:a"], ["SHA256:a"]]);
    }

    async fn the_list_has_each_server_with_its_own_tags_and_keys(store) {
        let (one, two) = (tag(store, "one").await, tag(store, "two").await);
        let mut expected = Vec::new();
        for number in 0..50_u16 {
            let new = NewServer {
                port: 1_000 + number,
                tag_ids: if number % 2 == 0 { vec![one, two] } else { vec![two] },
                trust: (number % 3 == 0).then(|| trust(&number.to_string())),
                ..new_server(&format!("Web {number}"))
            };
            expected.push(store.servers().create(new, NOW).await.unwrap());
        }
        assert_eq!(store.servers().list().await.unwrap(), expected);
    }

    async fn a_server_with_an_unknown_group_or_tag_is_refused_and_nothing_is_stored(store) {
        let bad_group = NewServer { group_id: Some(GroupId(9)), trust: Some(trust("a")), ..new_server("x") };
        let error = store.servers().create(bad_group, NOW).await.unwrap_err();
        assert!(matches!(error, Error::UnknownReference { field: "group_id" }), "{error:?}");
        let bad_tag = NewServer { tag_ids: vec![TagId(9)], trust: Some(trust("a")), ..new_server("x") };
        let error = store.servers().create(bad_tag, NOW).await.unwrap_err();
        assert!(matches!(error, Error::UnknownReference { field: "tag_ids" }), "{error:?}");
        assert!(store.servers().list().await.unwrap().is_empty());
        assert!(store.known_hosts().list().await.unwrap().is_empty());
    }

    async fn a_change_touches_only_what_it_names(store) {
        let one = tag(store, "one").await;
        let group = store.groups().create(new_group("web"), NOW).await.unwrap().id;
        let new = NewServer { secret: sealed(), tag_ids: vec![one], group_id: Some(group), ..new_server("Web 1") };
        let before = store.servers().create(new, NOW).await.unwrap();
        store.servers().set_connection(before.id, &offline(ReasonCode::TimedOut)).await.unwrap();
        let patch = ServerPatch { name: Some("Web 2".to_owned()), ..ServerPatch::default() };
        let after = store.servers().update(before.id, patch, NOW + 1).await.unwrap();
        assert_eq!((after.name.as_str(), after.updated_at_ms, after.created_at_ms), ("Web 2", NOW + 1, NOW));
        assert_eq!((after.tag_ids, after.group_id, after.host), (vec![one], Some(group), before.host));
        assert_eq!((after.status, after.reason.unwrap().code), (Status::Offline, ReasonCode::TimedOut));
        assert_eq!(store.servers().secret(before.id).await.unwrap(), Some(sealed()));
    }

    async fn everything_about_a_server_can_be_changed(store) {
        let (one, two) = (tag(store, "one").await, tag(store, "two").await);
        let group = store.groups().create(new_group("web"), NOW).await.unwrap().id;
        let new = NewServer { secret: sealed(), tag_ids: vec![one], group_id: Some(group), ..new_server("Web 1") };
        let new = NewServer { trust: Some(trust("a")), ..new };
        let id = store.servers().create(new, NOW).await.unwrap().id;
        let password = SealedSecret {
            auth_method: AuthMethod::Password,
            secret: Some("v1.sealed".to_owned()),
            passphrase: None,
        };
        let patch = ServerPatch {
            name: Some("Db".to_owned()),
            host: Some("db".to_owned()),
            port: Some(2222),
            username: Some("admin".to_owned()),
            description: Some("database".to_owned()),
            secret: Some(password.clone()),
            jump_host_id: Some(None),
            group_id: Some(None),
            tag_ids: Some(vec![two]),
            interval_secs: Some(60),
            trust: Some(trust("b")),
        };
        let changed = store.servers().update(id, patch, NOW + 1).await.unwrap();
        assert_eq!((changed.name.as_str(), changed.host.as_str(), changed.port), ("Db", "db", 2222));
        assert_eq!((changed.username.as_str(), changed.description.as_str()), ("admin", "database"));
        assert_eq!((changed.group_id, changed.tag_ids.as_slice(), changed.interval_secs), (None, [two].as_slice(), 60));
        assert_eq!(changed.auth_method, AuthMethod::Password);
        assert_eq!(changed.host_key_fingerprints, ["SHA256:b"]);
        assert_eq!(store.servers().secret(id).await.unwrap(), Some(password));
        assert_eq!(store.known_hosts().trusted("192.0.2.10", 22, None).await.unwrap(), ["SHA256:a"]);
        let nothing = SealedSecret::default();
        let forget =
            ServerPatch { secret: Some(nothing.clone()), tag_ids: Some(Vec::new()), ..ServerPatch::default() };
        let bare = store.servers().update(id, forget, NOW + 2).await.unwrap();
        assert_eq!((bare.auth_method, bare.tag_ids.len()), (AuthMethod::None, 0));
        assert_eq!(store.servers().secret(id).await.unwrap(), Some(nothing));
    }

    async fn a_newly_trusted_key_takes_the_place_of_the_old_one(store) {
        let new = NewServer { trust: Some(trust("old")), ..new_server("Web 1") };
        let id = store.servers().create(new, NOW).await.unwrap().id;
        let patch = ServerPatch { trust: Some(trust("new")), ..ServerPatch::default() };
        let changed = store.servers().update(id, patch, NOW + 1).await.unwrap();
        assert_eq!(changed.host_key_fingerprints, ["SHA256:new"]);
    }

    async fn a_change_that_fails_in_part_changes_nothing(store) {
        let before = store.servers().create(new_server("Web 1"), NOW).await.unwrap();
        let patch = ServerPatch {
            name: Some("Web 2".to_owned()),
            trust: Some(trust("a")),
            tag_ids: Some(vec![TagId(9)]),
            ..ServerPatch::default()
        };
        let error = store.servers().update(before.id, patch, NOW + 1).await.unwrap_err();
        assert!(matches!(error, Error::UnknownReference { field: "tag_ids" }), "{error:?}");
        let patch = ServerPatch { group_id: Some(Some(GroupId(9))), ..ServerPatch::default() };
        let error = store.servers().update(before.id, patch, NOW + 1).await.unwrap_err();
        assert!(matches!(error, Error::UnknownReference { field: "group_id" }), "{error:?}");
        assert_eq!(store.servers().get(before.id).await.unwrap(), Some(before));
    }

    async fn a_deleted_server_takes_its_tags_along_and_leaves_its_host_s_keys(store) {
        let one = tag(store, "one").await;
        let new = NewServer { tag_ids: vec![one], trust: Some(trust("a")), ..new_server("Web 1") };
        let id = store.servers().create(new, NOW).await.unwrap().id;
        store.servers().delete(id).await.unwrap();
        assert!(store.servers().get(id).await.unwrap().is_none());
        assert_eq!(store.tags().get(one).await.unwrap().unwrap().item_count, 0);
        assert_eq!(store.known_hosts().list().await.unwrap().len(), 1);
    }

    async fn the_id_of_a_deleted_server_is_never_used_again(store) {
        let old = store.servers().create(new_server("old"), NOW).await.unwrap().id;
        store.servers().delete(old).await.unwrap();
        assert!(store.servers().create(new_server("new"), NOW).await.unwrap().id > old);
    }

    async fn every_reason_is_kept(store) {
        let id = store.servers().create(new_server("Web 1"), NOW).await.unwrap().id;
        for code in REASONS {
            store.servers().set_connection(id, &offline(code)).await.unwrap();
            let kept = store.servers().get(id).await.unwrap().unwrap().connection();
            assert_eq!(kept, Connection { next_try_ms: None, ..offline(code) });
        }
        let online = Connection { status: Status::Online, since_ms: Some(NOW + 1), ..Connection::default() };
        store.servers().set_connection(id, &online).await.unwrap();
        assert_eq!(store.servers().get(id).await.unwrap().unwrap().connection(), online);
        store.servers().set_connection(ServerId(99), &online).await.unwrap();
    }

    async fn when_thousands_of_servers_last_answered_is_kept_at_once(store) {
        let one = store.servers().create(new_server("one"), NOW).await.unwrap().id;
        let two = store.servers().create(new_server("two"), NOW).await.unwrap().id;
        let silent = store.servers().create(new_server("silent"), NOW).await.unwrap().id;
        let mut seen: Vec<_> = (1_000..4_000).map(|id| (ServerId(id), NOW)).collect();
        seen.insert(0, (one, NOW + 1));
        seen.push((two, NOW + 2));
        store.servers().set_last_seen(&seen).await.unwrap();
        store.servers().set_last_seen(&[]).await.unwrap();
        let last = |id| async move { store.servers().get(id).await.unwrap().unwrap().last_seen_ms };
        assert_eq!((last(one).await, last(two).await, last(silent).await), (Some(NOW + 1), Some(NOW + 2), None));
    }

    async fn servers_are_counted_by_status(store) {
        assert_eq!(store.servers().counts().await.unwrap(), Overview::default());
        for status in [Status::Online, Status::Online, Status::Offline, Status::Unknown] {
            let id = store.servers().create(new_server("x"), NOW).await.unwrap().id;
            store.servers().set_connection(id, &Connection { status, ..Connection::default() }).await.unwrap();
        }
        let counts = store.servers().counts().await.unwrap();
        let shown = (counts.total_servers, counts.online_servers, counts.offline_servers, counts.unknown_servers);
        assert_eq!((shown, counts.unread_alerts), ((4, 2, 1, 1), 0));
    }

    async fn a_missing_server_is_not_found(store) {
        assert!(store.servers().get(ServerId(9)).await.unwrap().is_none());
        assert!(store.servers().secret(ServerId(9)).await.unwrap().is_none());
        let error = store.servers().update(ServerId(9), ServerPatch::default(), NOW).await.unwrap_err();
        assert!(matches!(error, Error::NotFound), "{error:?}");
        assert!(matches!(store.servers().delete(ServerId(9)).await.unwrap_err(), Error::NotFound));
    }

    async fn what_a_person_enters_stays_text(store) {
        for text in ["'; DROP TABLE servers; --", "\"x\"", "%_\\", "日本 <script>", "$1 ? :a"] {
            let made = store.servers().create(new_server(text), NOW).await.unwrap();
            assert_eq!(store.servers().get(made.id).await.unwrap().unwrap().name, text);
        }
    }
}

#[test]
fn a_sealed_secret_is_not_shown_by_debug_output() {
    let shown = format!("{:?}", NewServer { secret: sealed(), ..new_server("Web 1") });
    assert!(shown.contains("PrivateKey") && !shown.contains("v1."), "{shown}");
}
