//! Accounts: who is who, and who may never go.

use domain::{Permission, Role, UserId};
use store::{
    Error,
    sessions::Session,
    users::{NewUser, UserPatch},
};

use crate::fixture::{NOW, new_user, user, user_id};

on_each_database! {
    async fn a_created_account_is_found_by_id_name_and_address(store) {
        let made = user(store, "Ada", Role::Auditor).await;
        assert_eq!(made.created_at_ms, NOW);
        assert!(made.is_active && made.permissions.contains(&Permission::AuditRead));
        assert_eq!(store.users().by_id(made.id).await.unwrap(), Some(made.clone()));
        for login in ["Ada", "ADA", "ada", "ada@example.com", "Ada@Example.Com"] {
            let found = store.users().by_login(login).await.unwrap().unwrap();
            assert_eq!((found.user, found.password_hash.as_str()), (made.clone(), "hash of Ada"), "{login}");
        }
        assert!(store.users().by_login("ad").await.unwrap().is_none());
        assert!(store.users().by_id(UserId(99)).await.unwrap().is_none());
    }

    async fn names_and_addresses_are_unique_in_any_case(store) {
        user_id(store, "ada").await;
        let same_name = NewUser { email: "other@example.com".to_owned(), ..new_user("ADA") };
        let error = store.users().create(same_name, NOW).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { field: "username" }), "{error:?}");
        let same_address = NewUser { email: "ADA@example.com".to_owned(), ..new_user("bob") };
        let error = store.users().create(same_address, NOW).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { field: "email" }), "{error:?}");
        assert_eq!(store.users().count().await.unwrap(), 1);
    }

    async fn the_first_account_is_an_administrator_and_there_is_only_one_first(store) {
        let first = store.users().create_first_admin(new_user("ada"), NOW).await.unwrap();
        assert_eq!(first.role, Role::Admin);
        let error = store.users().create_first_admin(new_user("bob"), NOW).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        assert_eq!(store.users().count().await.unwrap(), 1);
    }

    async fn of_many_first_administrators_at_once_one_wins(store) {
        let attempts: Vec<_> = (0..10)
            .map(|number| {
                let store = store.clone();
                let new = new_user(&format!("admin{number}"));
                tokio::spawn(async move { store.users().create_first_admin(new, NOW).await })
            })
            .collect();
        let mut made = 0;
        for attempt in attempts {
            match attempt.await.unwrap() {
                Ok(_) => made += 1,
                Err(error) => assert!(matches!(error, Error::Conflict { .. }), "{error:?}"),
            }
        }
        assert_eq!((made, store.users().count().await.unwrap()), (1, 1));
    }

    async fn accounts_are_listed_by_name(store) {
        for name in ["carl", "Bob", "ada"] {
            user_id(store, name).await;
        }
        let names: Vec<_> = store.users().list().await.unwrap().into_iter().map(|user| user.username).collect();
        assert_eq!(names, ["ada", "Bob", "carl"]);
    }

    async fn a_change_touches_only_what_it_names(store) {
        let before = user(store, "ada", Role::User).await;
        store.users().set_last_login(before.id, NOW + 5).await.unwrap();
        let patch = UserPatch { role: Some(Role::Operator), ..UserPatch::default() };
        let after = store.users().update(before.id, patch).await.unwrap();
        assert_eq!((after.role, after.last_login_ms), (Role::Operator, Some(NOW + 5)));
        assert_eq!((after.email, after.is_active), (before.email, true));
        let patch = UserPatch {
            email: Some("New@example.com".to_owned()),
            password_hash: Some("new hash".to_owned()),
            ..UserPatch::default()
        };
        store.users().update(before.id, patch).await.unwrap();
        let found = store.users().by_login("new@EXAMPLE.com").await.unwrap().unwrap();
        assert_eq!((found.user.role, found.password_hash.as_str()), (Role::Operator, "new hash"));
        assert!(store.users().by_login("ada@example.com").await.unwrap().is_none());
    }

    async fn an_address_in_use_cannot_be_taken_over(store) {
        user_id(store, "ada").await;
        let bob = user_id(store, "bob").await;
        let patch = UserPatch { email: Some("ADA@example.com".to_owned()), ..UserPatch::default() };
        let error = store.users().update(bob, patch).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { field: "email" }), "{error:?}");
    }

    async fn disabling_an_account_ends_its_sessions(store) {
        let (ada, bob) = (user_id(store, "ada").await, user_id(store, "bob").await);
        for (id, user_id) in [("a", ada), ("b", bob)] {
            let session = Session {
                id: domain::SessionId(id.to_owned()),
                user_id,
                created_at_ms: NOW,
                expires_at_ms: NOW + 1000,
                last_used_ms: NOW,
                ip: String::new(),
                user_agent: String::new(),
            };
            store.sessions().create(session).await.unwrap();
        }
        let off = UserPatch { is_active: Some(false), ..UserPatch::default() };
        assert!(!store.users().update(ada, off).await.unwrap().is_active);
        assert_eq!(store.sessions().delete_for_user(ada).await.unwrap(), 0);
        assert_eq!(store.sessions().delete_for_user(bob).await.unwrap(), 1);
    }

    async fn the_last_active_administrator_cannot_be_demoted_disabled_or_deleted(store) {
        let ada = user(store, "ada", Role::Admin).await.id;
        let bob = user(store, "bob", Role::Admin).await.id;
        let off = UserPatch { is_active: Some(false), ..UserPatch::default() };
        store.users().update(bob, off.clone()).await.unwrap();
        assert_eq!(store.users().count_active_admins().await.unwrap(), 1);
        let demoted = UserPatch { role: Some(Role::Operator), ..UserPatch::default() };
        for patch in [off, demoted] {
            let error = store.users().update(ada, patch).await.unwrap_err();
            assert!(matches!(error, Error::LastAdmin), "{error:?}");
        }
        assert!(matches!(store.users().delete(ada).await.unwrap_err(), Error::LastAdmin));
        let still = store.users().by_id(ada).await.unwrap().unwrap();
        assert!(still.is_active && still.role == Role::Admin);
        store.users().delete(bob).await.unwrap();
        assert!(store.users().by_id(bob).await.unwrap().is_none());
    }

    async fn two_administrators_cannot_disable_each_other_at_once(store) {
        let (ada, bob) = (user(store, "ada", Role::Admin).await.id, user(store, "bob", Role::Admin).await.id);
        let off = UserPatch { is_active: Some(false), ..UserPatch::default() };
        let users = store.users();
        let (one, other) = tokio::join!(users.update(ada, off.clone()), users.update(bob, off));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        assert_eq!(store.users().count_active_admins().await.unwrap(), 1);
    }

    async fn a_missing_account_is_not_found(store) {
        let change = store.users().update(UserId(7), UserPatch::default()).await.unwrap_err();
        assert!(matches!(change, Error::NotFound), "{change:?}");
        assert!(matches!(store.users().delete(UserId(7)).await.unwrap_err(), Error::NotFound));
        store.users().set_last_login(UserId(7), NOW).await.unwrap();
    }
}

#[test]
fn a_hash_is_not_shown_by_debug_output() {
    let user = domain::accounts::User {
        id: UserId(1),
        username: "ada".to_owned(),
        email: String::new(),
        role: Role::User,
        is_active: true,
        last_login_ms: None,
        created_at_ms: NOW,
        permissions: Vec::new(),
    };
    let shown = format!("{:?}", store::users::UserWithHash { user, password_hash: "$argon2id$x".to_owned() });
    assert!(shown.contains("ada") && !shown.contains("argon2id"), "{shown}");
}
