//! Planned maintenance, which goes with what it is about.

use domain::{
    GroupId, WindowId,
    alerts::Scope,
    maintenance::{Plan, Repeats, Schedule},
    tags::NewTag,
};
use store::{Error, servers::NewServer};

use crate::{
    fixture::{NOW, new_server},
    groups::new_group,
};

fn plan(name: &str, scope: Scope) -> Plan {
    let schedule = Schedule {
        time_zone: "Europe/Berlin".to_owned(),
        starts: "2026-11-30T22:00".to_owned(),
        duration_minutes: 90,
        repeats: Repeats::Weekly { days: vec![1, 4] },
        until: Some("2027-06-30".to_owned()),
    };
    Plan { name: name.to_owned(), description: "Patches".to_owned(), scope, schedule, is_enabled: true }
}

on_each_database! {
    async fn maintenance_comes_back_as_it_was_planned(store) {
        let id = store.maintenance().create(&plan("nightly", Scope::All), "ada", Some(NOW + 10), NOW).await.unwrap();
        let found = store.maintenance().get(id).await.unwrap().unwrap();
        assert_eq!((found.plan, found.person.as_str(), found.created_at_ms), (plan("nightly", Scope::All), "ada", NOW));
        let other = Plan { is_enabled: false, ..plan("weekly", Scope::All) };
        store.maintenance().change(id, &other, None, NOW + 1).await.unwrap();
        let found = store.maintenance().list().await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].plan, found[0].person.as_str(), found[0].created_at_ms), (&other, "ada", NOW));
        store.maintenance().delete(id).await.unwrap();
        assert!(matches!(store.maintenance().delete(id).await.unwrap_err(), Error::NotFound));
        let error = store.maintenance().change(WindowId(9), &other, None, NOW).await.unwrap_err();
        assert!(matches!(error, Error::NotFound), "{error:?}");
    }

    async fn what_is_off_or_over_is_not_current(store) {
        let (ends, lasts) = (plan("ends", Scope::All), plan("lasts", Scope::All));
        store.maintenance().create(&ends, "ada", Some(NOW + 10), NOW).await.unwrap();
        store.maintenance().create(&lasts, "ada", None, NOW).await.unwrap();
        store.maintenance().create(&Plan { is_enabled: false, ..lasts }, "ada", None, NOW).await.unwrap();
        let names = async |at_ms: i64| -> Vec<String> {
            let current = store.maintenance().current(at_ms).await.unwrap();
            current.into_iter().map(|window| window.plan.name).collect()
        };
        assert_eq!(names(NOW + 9).await, ["ends", "lasts"]);
        assert_eq!(names(NOW + 10).await, ["lasts"]);
        assert_eq!(store.maintenance().count().await.unwrap(), 3);
    }

    async fn maintenance_of_a_group_tag_or_server_goes_with_it_and_all_others_stay(store) {
        let group = store.groups().create(new_group("web"), NOW).await.unwrap().id;
        let eu = NewTag { name: "eu".to_owned(), color: "#1976d2".to_owned() };
        let tag = store.tags().create(eu).await.unwrap().id;
        let server = NewServer { group_id: Some(group), ..new_server("one") };
        let server = store.servers().create(server, NOW).await.unwrap().id;
        for scope in [Scope::All, Scope::Group(group), Scope::Tag(tag), Scope::Server(server)] {
            store.maintenance().create(&plan("x", scope), "ada", None, NOW).await.unwrap();
        }
        let scopes = async || -> Vec<Scope> {
            store.maintenance().list().await.unwrap().into_iter().map(|window| window.plan.scope).collect()
        };
        assert_eq!(scopes().await, [Scope::All, Scope::Group(group), Scope::Tag(tag), Scope::Server(server)]);
        store.groups().delete(group).await.unwrap();
        assert_eq!(scopes().await, [Scope::All, Scope::Tag(tag), Scope::Server(server)]);
        store.servers().delete(server).await.unwrap();
        assert_eq!(scopes().await, [Scope::All, Scope::Tag(tag)]);
        store.tags().delete(tag).await.unwrap();
        assert_eq!(scopes().await, [Scope::All]);
        let unknown = plan("x", Scope::Group(GroupId(99)));
        let error = store.maintenance().create(&unknown, "ada", None, NOW).await.unwrap_err();
        assert!(matches!(error, Error::UnknownReference { field: "scope" }), "{error:?}");
    }
}
