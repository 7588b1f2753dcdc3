//! Tags: unique names, and servers that lose them.

use domain::{TagId, tags::NewTag};
use store::{Error, servers::NewServer};

use crate::fixture::{NOW, new_server};

pub fn new_tag(name: &str) -> NewTag {
    NewTag { name: name.to_owned(), color: "#3f51b5".to_owned() }
}

on_each_database! {
    async fn tags_are_listed_by_name_with_the_number_of_their_servers(store) {
        let web = store.tags().create(new_tag("web")).await.unwrap();
        let empty = store.tags().create(new_tag("empty")).await.unwrap();
        for name in ["one", "two"] {
            let server = NewServer { tag_ids: vec![web.id], ..new_server(name) };
            store.servers().create(server, NOW).await.unwrap();
        }
        let listed = store.tags().list().await.unwrap();
        let counts: Vec<_> = listed.iter().map(|tag| (tag.name.as_str(), tag.item_count)).collect();
        assert_eq!(counts, [("empty", 0), ("web", 2)]);
        assert_eq!(store.tags().get(web.id).await.unwrap().unwrap().item_count, 2);
        assert_eq!(store.tags().get(empty.id).await.unwrap(), Some(empty));
    }

    async fn a_tag_s_name_is_unique(store) {
        store.tags().create(new_tag("web")).await.unwrap();
        let error = store.tags().create(new_tag("web")).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { field: "name" }), "{error:?}");
        let other = store.tags().create(new_tag("database")).await.unwrap();
        let error = store.tags().update(other.id, new_tag("web")).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { field: "name" }), "{error:?}");
    }

    async fn a_tag_is_renamed_and_coloured(store) {
        let tag = store.tags().create(new_tag("web")).await.unwrap();
        let change = NewTag { name: "edge".to_owned(), color: "#ff0000".to_owned() };
        let changed = store.tags().update(tag.id, change).await.unwrap();
        assert_eq!((changed.name.as_str(), changed.color.as_str(), changed.item_count), ("edge", "#ff0000", 0));
        assert_eq!(store.tags().list().await.unwrap(), [changed]);
    }

    async fn deleting_a_tag_takes_it_off_its_servers(store) {
        let web = store.tags().create(new_tag("web")).await.unwrap();
        let rack = store.tags().create(new_tag("rack")).await.unwrap();
        let server = NewServer { tag_ids: vec![web.id, rack.id], ..new_server("one") };
        let server = store.servers().create(server, NOW).await.unwrap();
        store.tags().delete(web.id).await.unwrap();
        assert_eq!(store.servers().get(server.id).await.unwrap().unwrap().tag_ids, [rack.id]);
    }

    async fn a_missing_tag_is_not_found(store) {
        assert!(store.tags().get(TagId(9)).await.unwrap().is_none());
        let error = store.tags().update(TagId(9), new_tag("x")).await.unwrap_err();
        assert!(matches!(error, Error::NotFound), "{error:?}");
        assert!(matches!(store.tags().delete(TagId(9)).await.unwrap_err(), Error::NotFound));
    }
}
