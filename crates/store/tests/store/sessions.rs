//! Login sessions: good until they end, in whatever way.

use domain::{SessionId, UserId};
use store::{Error, sessions::Session, users::UserPatch};

use crate::fixture::{NOW, user_id};

fn id(text: &str) -> SessionId {
    SessionId(text.to_owned())
}

fn session(text: &str, user_id: UserId) -> Session {
    Session {
        id: id(text),
        user_id,
        created_at_ms: NOW,
        expires_at_ms: NOW + 1_000,
        last_used_ms: NOW,
        ip: "192.0.2.1".to_owned(),
        user_agent: "curl/8".to_owned(),
    }
}

on_each_database! {
    async fn a_session_comes_with_its_account_until_it_expires(store) {
        let ada = user_id(store, "ada").await;
        store.sessions().create(session("one", ada)).await.unwrap();
        let (found, user) = store.sessions().get_with_user(&id("one"), NOW + 999).await.unwrap().unwrap();
        assert_eq!((found, user.username.as_str()), (session("one", ada), "ada"));
        assert!(store.sessions().get_with_user(&id("one"), NOW + 1_000).await.unwrap().is_none());
        assert!(store.sessions().get_with_user(&id("ONE"), NOW).await.unwrap().is_none());
    }

    async fn a_session_of_a_disabled_account_is_worth_nothing(store) {
        let ada = user_id(store, "ada").await;
        let off = UserPatch { is_active: Some(false), ..UserPatch::default() };
        store.users().update(ada, off).await.unwrap();
        store.sessions().create(session("made meanwhile", ada)).await.unwrap();
        assert!(store.sessions().get_with_user(&id("made meanwhile"), NOW).await.unwrap().is_none());
    }

    async fn using_a_session_is_noted(store) {
        let ada = user_id(store, "ada").await;
        store.sessions().create(session("one", ada)).await.unwrap();
        store.sessions().touch(&id("one"), NOW + 77).await.unwrap();
        let (found, _) = store.sessions().get_with_user(&id("one"), NOW).await.unwrap().unwrap();
        assert_eq!(found.last_used_ms, NOW + 77);
        store.sessions().touch(&id("gone"), NOW).await.unwrap();
    }

    async fn logging_out_ends_one_session(store) {
        let ada = user_id(store, "ada").await;
        store.sessions().create(session("one", ada)).await.unwrap();
        store.sessions().create(session("two", ada)).await.unwrap();
        assert!(store.sessions().delete(&id("one")).await.unwrap());
        assert!(!store.sessions().delete(&id("one")).await.unwrap());
        assert!(store.sessions().get_with_user(&id("one"), NOW).await.unwrap().is_none());
        assert!(store.sessions().get_with_user(&id("two"), NOW).await.unwrap().is_some());
    }

    async fn deleting_an_account_ends_its_sessions(store) {
        let (ada, bob) = (user_id(store, "ada").await, user_id(store, "bob").await);
        store.sessions().create(session("ada's", ada)).await.unwrap();
        store.sessions().create(session("bob's", bob)).await.unwrap();
        store.users().delete(ada).await.unwrap();
        assert!(!store.sessions().delete(&id("ada's")).await.unwrap());
        assert!(store.sessions().delete(&id("bob's")).await.unwrap());
    }

    async fn expired_sessions_are_swept_and_others_stay(store) {
        let ada = user_id(store, "ada").await;
        store.sessions().create(session("old", ada)).await.unwrap();
        store.sessions().create(Session { expires_at_ms: NOW + 5_000, ..session("new", ada) }).await.unwrap();
        assert_eq!(store.sessions().delete_expired(NOW + 1_000).await.unwrap(), 1);
        assert!(store.sessions().get_with_user(&id("new"), NOW + 1_000).await.unwrap().is_some());
    }

    async fn a_session_needs_an_account(store) {
        let error = store.sessions().create(session("one", UserId(99))).await.unwrap_err();
        assert!(matches!(error, Error::UnknownReference { field: "user_id" }), "{error:?}");
    }
}
