//! Many writers at once, in this process and beside it.

use domain::{SessionId, audit::Query, status::Connection};
use store::{Error, Store, audit::NewEntry, servers::ServerPatch, sessions::Session};

use crate::fixture::{NOW, new_server, new_user, user_id};

async fn write_a_bit_of_everything(store: Store, number: usize) {
    let user_id = user_id(&store, &format!("user{number}")).await;
    let session = Session {
        id: SessionId(format!("session {number}")),
        user_id,
        created_at_ms: NOW,
        expires_at_ms: NOW + 1,
        last_used_ms: NOW,
        ip: String::new(),
        user_agent: String::new(),
    };
    store.sessions().create(session).await.unwrap();
    let server = store.servers().create(new_server("x"), NOW).await.unwrap();
    for round in 0..10 {
        store.servers().set_connection(server.id, &Connection::default()).await.unwrap();
        let patch = ServerPatch { name: Some(format!("{number}.{round}")), ..ServerPatch::default() };
        store.servers().update(server.id, patch, NOW).await.unwrap();
        let entry = NewEntry { user_id: Some(user_id), action: "server.change".to_owned(), ..NewEntry::default() };
        store.audit().append(entry).await.unwrap();
        assert!(store.servers().list().await.unwrap().len() <= 40);
    }
}

async fn all_at_once(stores: &[&Store], tasks: usize) {
    let writers: Vec<_> = (0..tasks)
        .map(|number| tokio::spawn(write_a_bit_of_everything(stores[number % stores.len()].clone(), number)))
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
}

on_each_database! {
    async fn twenty_writers_at_once_all_get_through(store) {
        all_at_once(&[store], 20).await;
        assert_eq!(store.audit().query(&Query::default()).await.unwrap().total, 200);
        let servers = store.servers().list().await.unwrap();
        assert!(servers.len() == 20 && servers.iter().all(|server| server.name.ends_with(".9")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_may_write_to_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("servers.db");
    let (one, other) = (Store::open(&path).await.unwrap(), Store::open(&path).await.unwrap());
    one.migrate().await.unwrap();
    all_at_once(&[&one, &other], 20).await;
    assert_eq!(other.audit().query(&Query::default()).await.unwrap().total, 200);
    one.close().await.unwrap();
    other.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_may_start_at_once_and_one_makes_the_first_administrator() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("servers.db");
        let starts = ["ada", "bob"].map(|name| {
            let path = path.clone();
            tokio::spawn(async move {
                let store = Store::open(path).await.unwrap();
                store.migrate().await.unwrap();
                let made = store.users().create_first_admin(new_user(name), NOW).await;
                store.close().await.unwrap();
                made
            })
        });
        let [one, other] = starts;
        match (one.await.unwrap(), other.await.unwrap()) {
            (Ok(_), Err(Error::Conflict { .. })) | (Err(Error::Conflict { .. }), Ok(_)) => {}
            both => panic!("{both:?}"),
        }
    }
}
