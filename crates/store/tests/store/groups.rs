//! Groups: unique names, and servers that outlive them.

use domain::{GroupId, groups::NewGroup};
use store::{Error, servers::NewServer};

use crate::fixture::{NOW, new_server};

pub fn new_group(name: &str) -> NewGroup {
    NewGroup { name: name.to_owned(), description: String::new(), color: "#1976d2".to_owned() }
}

on_each_database! {
    async fn groups_are_listed_by_name_with_the_number_of_their_servers(store) {
        let web = store.groups().create(new_group("web"), NOW).await.unwrap();
        let empty = store.groups().create(new_group("empty"), NOW).await.unwrap();
        for name in ["one", "two"] {
            let server = NewServer { group_id: Some(web.id), ..new_server(name) };
            store.servers().create(server, NOW).await.unwrap();
        }
        store.servers().create(new_server("alone"), NOW).await.unwrap();
        let listed = store.groups().list().await.unwrap();
        let counts: Vec<_> = listed.iter().map(|group| (group.name.as_str(), group.item_count)).collect();
        assert_eq!(counts, [("empty", 0), ("web", 2)]);
        assert_eq!(store.groups().get(web.id).await.unwrap().unwrap().item_count, 2);
        assert_eq!(store.groups().get(empty.id).await.unwrap(), Some(empty));
    }

    async fn a_group_s_name_is_unique(store) {
        store.groups().create(new_group("web"), NOW).await.unwrap();
        let error = store.groups().create(new_group("web"), NOW).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { field: "name" }), "{error:?}");
        let other = store.groups().create(new_group("database"), NOW).await.unwrap();
        let error = store.groups().update(other.id, new_group("web"), NOW).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { field: "name" }), "{error:?}");
        assert_eq!(store.groups().get(other.id).await.unwrap().unwrap().name, "database");
    }

    async fn a_group_is_renamed_described_and_coloured(store) {
        let group = store.groups().create(new_group("web"), NOW).await.unwrap();
        let server = NewServer { group_id: Some(group.id), ..new_server("one") };
        store.servers().create(server, NOW).await.unwrap();
        let change =
            NewGroup { name: "edge".to_owned(), description: "outside".to_owned(), color: "#ff0000".to_owned() };
        let changed = store.groups().update(group.id, change, NOW + 1).await.unwrap();
        let shown = (changed.name.as_str(), changed.description.as_str(), changed.color.as_str(), changed.item_count);
        assert_eq!(shown, ("edge", "outside", "#ff0000", 1));
        assert_eq!(store.groups().list().await.unwrap(), [changed]);
    }

    async fn deleting_a_group_leaves_its_servers_in_none(store) {
        let group = store.groups().create(new_group("web"), NOW).await.unwrap();
        let server = NewServer { group_id: Some(group.id), ..new_server("one") };
        let server = store.servers().create(server, NOW).await.unwrap();
        assert_eq!(server.group_id, Some(group.id));
        store.groups().delete(group.id).await.unwrap();
        assert_eq!(store.servers().get(server.id).await.unwrap().unwrap().group_id, None);
    }

    async fn a_missing_group_is_not_found(store) {
        assert!(store.groups().get(GroupId(9)).await.unwrap().is_none());
        let error = store.groups().update(GroupId(9), new_group("x"), NOW).await.unwrap_err();
        assert!(matches!(error, Error::NotFound), "{error:?}");
        assert!(matches!(store.groups().delete(GroupId(9)).await.unwrap_err(), Error::NotFound));
    }
}
