//! The audit log: complete, narrowed, in pages, and longer-lived than accounts.

use domain::audit::Query;
use store::{Store, audit::NewEntry};

use crate::fixture::{NOW, user_id};

fn entry(action: &str, minute: i64) -> NewEntry {
    NewEntry {
        username: "ada".to_owned(),
        action: action.to_owned(),
        target_type: action.split('.').next().unwrap().to_owned(),
        created_at_ms: NOW + minute * 60_000,
        ..NewEntry::default()
    }
}

async fn actions(store: &Store, query: Query) -> Vec<String> {
    let page = store.audit().query(&query).await.unwrap();
    assert_eq!(page.count as usize, page.logs.len());
    page.logs.into_iter().map(|entry| entry.action).collect()
}

on_each_database! {
    async fn an_entry_is_read_back_as_it_was_written(store) {
        let ada = user_id(store, "ada").await;
        let written = NewEntry {
            user_id: Some(ada),
            target_id: "7".to_owned(),
            detail: "Web 1 <b>".to_owned(),
            ip: "192.0.2.1".to_owned(),
            user_agent: "ü".repeat(300),
            ..entry("server.create", 0)
        };
        store.audit().append(written).await.unwrap();
        let page = store.audit().query(&Query::default()).await.unwrap();
        assert_eq!((page.total, page.count, page.limit, page.offset), (1, 1, 100, 0));
        let read = &page.logs[0];
        assert_eq!((read.user_id, read.username.as_str(), read.created_at_ms), (Some(ada), "ada", NOW));
        let what = (read.action.as_str(), read.target_type.as_str(), read.target_id.as_str());
        assert_eq!(what, ("server.create", "server", "7"));
        assert_eq!((read.detail.as_str(), read.ip.as_str()), ("Web 1 <b>", "192.0.2.1"));
        assert_eq!(read.user_agent, "ü".repeat(200));
    }

    async fn entries_come_newest_first_in_pages_with_their_total(store) {
        let many = (0..1_203).map(|number| entry(&format!("server.n{number}"), number)).collect();
        store.audit().append_many(many).await.unwrap();
        let page = store.audit().query(&Query { limit: Some(2), offset: Some(1), ..Query::default() }).await.unwrap();
        let ids: Vec<_> = page.logs.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!((ids, page.total), (vec!["server.n1201", "server.n1200"], 1_203));
        let past = store.audit().query(&Query { offset: Some(2_000), ..Query::default() }).await.unwrap();
        assert_eq!((past.count, past.total), (0, 1_203));
    }

    async fn a_page_has_1_to_500_entries(store) {
        store.audit().append_many((0..600).map(|number| entry("server.view", number)).collect()).await.unwrap();
        for (asked, given) in [(None, 100), (Some(0), 1), (Some(7), 7), (Some(100_000), 500)] {
            let page = store.audit().query(&Query { limit: asked, ..Query::default() }).await.unwrap();
            assert_eq!((page.limit, page.count), (given, given));
        }
    }

    async fn an_action_is_matched_whole_or_as_a_prefix_that_ends_in_a_dot(store) {
        let all = ["auth.login", "auth.login_failed", "authority.x", "a_th.login", "host_key.trust", "hostXkey.trust"];
        store.audit().append_many(all.iter().map(|action| entry(action, 0)).collect()).await.unwrap();
        let by = |action: &str| Query { action: Some(action.to_owned()), ..Query::default() };
        assert_eq!(actions(store, by("auth.login")).await, ["auth.login"]);
        assert_eq!(actions(store, by("auth.")).await, ["auth.login_failed", "auth.login"]);
        assert_eq!(actions(store, by("host_key.")).await, ["host_key.trust"]);
        assert!(actions(store, by("%.")).await.is_empty());
        assert!(actions(store, by("auth")).await.is_empty());
    }

    async fn entries_are_narrowed_by_account_thing_and_time(store) {
        let (ada, bob) = (user_id(store, "ada").await, user_id(store, "bob").await);
        let by = |id, action, minute| NewEntry { user_id: Some(id), ..entry(action, minute) };
        let all = vec![by(ada, "server.a", 0), by(bob, "server.b", 1), by(ada, "group.c", 2), by(ada, "server.d", 3)];
        store.audit().append_many(all).await.unwrap();
        let of_ada = Query { user_id: Some(ada.0), ..Query::default() };
        assert_eq!(actions(store, of_ada.clone()).await, ["server.d", "group.c", "server.a"]);
        let servers = Query { target_type: Some("server".to_owned()), ..of_ada };
        assert_eq!(actions(store, servers.clone()).await, ["server.d", "server.a"]);
        let early = Query { to_ms: Some(NOW), ..servers };
        assert_eq!(actions(store, early).await, ["server.a"]);
        let between = Query { from_ms: Some(NOW + 60_000), to_ms: Some(NOW + 120_000), ..Query::default() };
        assert_eq!(actions(store, between).await, ["group.c", "server.b"]);
    }

    async fn the_log_outlives_the_account(store) {
        let ada = user_id(store, "ada").await;
        store.audit().append(NewEntry { user_id: Some(ada), ..entry("auth.login", 0) }).await.unwrap();
        store.users().delete(ada).await.unwrap();
        let late = [NewEntry { user_id: Some(ada), ..entry("auth.logout", 1) }, entry("server.view", 2)];
        store.audit().append_many(late.to_vec()).await.unwrap();
        let page = store.audit().query(&Query::default()).await.unwrap();
        assert_eq!(page.total, 3);
        assert!(page.logs.iter().all(|entry| entry.user_id.is_none() && entry.username == "ada"));
    }

    async fn nothing_to_write_is_no_error(store) {
        store.audit().append_many(Vec::new()).await.unwrap();
        assert_eq!(store.audit().query(&Query::default()).await.unwrap().total, 0);
    }
}
