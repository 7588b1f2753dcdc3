//! Servers that are reached through another one: by its connection, and lost with it.

use std::{
    net::{Ipv4Addr, TcpListener},
    time::Duration,
};

use serde_json::{Value, json};
use sshd_fixture::{Options, Sshd};

use crate::{
    harness::{Client, TestServer, dead_server, eventually_within},
    mail_server::MailServer,
    notifications::{made, mail},
};

/// How many servers lie behind the jump host: addresses of one sshd.
const BEHIND: u8 = 8;

fn address(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 8, number)
}

fn far() -> (Sshd, u16) {
    let port = TcpListener::bind((address(1), 0)).unwrap().local_addr().unwrap().port();
    let options = (1..=BEHIND)
        .fold(Options::default(), |options, number| options.with(&format!("ListenAddress {}:{port}", address(number))));
    (Sshd::start(options).unwrap(), port)
}

fn entry(name: &str, host: &str, port: u16, sshd: &Sshd) -> Value {
    json!({
        "name": name, "host": host, "port": port, "username": sshd.user(),
        "private_key": sshd.client_key_pem().unwrap(), "host_key_fingerprint": sshd.host_key_fingerprint().unwrap(),
    })
}

async fn online(admin: &Client, count: u8) {
    eventually_within(Duration::from_secs(40), "the servers answer", async || {
        let overview = admin.get("/api/stats/overview").await.body;
        (overview["online_servers"] == json!(count)).then_some(())
    })
    .await;
}

fn subjects(smtp: &MailServer) -> Vec<String> {
    smtp.mails().iter().map(|mail| mail["headers"]["subject"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_lies_behind_a_jump_host_is_reached_by_its_connection_and_lost_with_it_in_one_message() {
    let (_server, admin) = TestServer::with_admin().await;
    let smtp = MailServer::start(&[]);
    made(&admin, "/api/channels", mail(smtp.port)).await;
    let mut jump = Sshd::start(Options::default()).unwrap();
    let (far, port) = far();
    let jump_id =
        made(&admin, "/api/servers", entry("jump", &jump.host(), jump.port(), &jump)).await["server_id"].clone();
    for number in 1..=BEHIND {
        let mut new = entry(&format!("node-{number}"), &address(number).to_string(), port, &far);
        new["jump_host_id"] = jump_id.clone();
        made(&admin, "/api/servers", new).await;
    }
    online(&admin, BEHIND + 1).await;
    assert_eq!(jump.log().matches("Accepted publickey for").count(), 1, "all go through the one connection");
    assert_eq!(far.log().matches("Accepted publickey for").count(), usize::from(BEHIND));

    jump.stop();
    eventually_within(Duration::from_secs(30), "all are lost", async || {
        let open = admin.get("/api/incidents?open=true").await.body;
        (open.as_array().unwrap().len() == usize::from(BEHIND) + 1).then_some(())
    })
    .await;
    smtp.wait_for(1).await;
    tokio::time::sleep(Duration::from_secs(15)).await;
    assert_eq!(subjects(&smtp), ["Critical: Server offline on jump"]);
    let text = smtp.mails()[0]["parts"]["text/plain"].as_str().unwrap().to_owned();
    assert!(text.contains(&format!("{BEHIND} more servers cannot be reached because of this.")), "{text}");
    let open = admin.get("/api/incidents?open=true").await.body;
    let behind = open.as_array().unwrap().iter().find(|one| one["server_name"] == "node-3").unwrap().clone();
    let dossier = admin.get(&format!("/api/incidents/{}", behind["id"])).await.body;
    assert_eq!(dossier["cause"]["server_name"], "jump", "{dossier}");
    let server = admin.get(&format!("/api/servers/{}", behind["server_id"])).await.body;
    assert_eq!(server["reason"]["code"], "jump_host", "{server}");

    jump.restart().unwrap();
    online(&admin, BEHIND + 1).await;
    smtp.wait_for(2).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(subjects(&smtp), ["Critical: Server offline on jump", "Over: Server offline on jump"]);
    assert_eq!(admin.get("/api/incidents?open=true").await.body, json!([]));
}

#[tokio::test]
async fn a_test_goes_the_same_way_and_a_secret_is_not_sent_another_way() {
    let (_server, admin) = TestServer::with_admin().await;
    let jump = Sshd::start(Options::default()).unwrap();
    let (far, port) = far();
    let jump_id =
        made(&admin, "/api/servers", entry("jump", &jump.host(), jump.port(), &jump)).await["server_id"].clone();
    online(&admin, 1).await;
    let mut request = entry("", &address(2).to_string(), port, &far);
    request.as_object_mut().unwrap().remove("name");
    request["jump_host_id"] = jump_id.clone();
    let tried = admin.post("/api/servers/test", request.clone()).await.body;
    assert_eq!(tried["success"], true, "{tried}");
    request.as_object_mut().unwrap().remove("host_key_fingerprint");
    let seen = admin.post("/api/servers/test", request).await.body;
    assert_eq!(seen["host_key"]["fingerprint"], json!(far.host_key_fingerprint().unwrap()), "{seen}");

    // The same address is another machine behind another server: what is trusted there is not trusted here.
    let mut new = entry("node", &address(2).to_string(), port, &far);
    new["jump_host_id"] = jump_id.clone();
    let id = made(&admin, "/api/servers", new).await["server_id"].clone();
    online(&admin, 2).await;
    let mut direct = entry("direct", &address(2).to_string(), port, &far);
    direct.as_object_mut().unwrap().remove("host_key_fingerprint");
    let direct = made(&admin, "/api/servers", direct).await["server_id"].clone();
    assert_eq!(admin.get(&format!("/api/servers/{direct}")).await.body["host_key_fingerprints"], json!([]));
    let refused = admin.put(&format!("/api/servers/{id}"), json!({"jump_host_id": 0})).await;
    assert_eq!((refused.status, refused.fields()), (422, vec!["password".to_owned()]), "{}", refused.body);
}

#[tokio::test]
async fn a_way_that_leads_nowhere_is_refused_and_a_jump_host_stays_while_it_is_needed() {
    let (_server, admin) = TestServer::with_admin().await;
    let made_one = async |name: &str, jump: Option<i64>| {
        let mut new = dead_server(name);
        new["jump_host_id"] = json!(jump);
        made(&admin, "/api/servers", new).await["server_id"].as_i64().unwrap()
    };
    let first = made_one("first", None).await;
    let second = made_one("second", Some(first)).await;
    let change = async |id: i64, jump: i64| {
        admin.put(&format!("/api/servers/{id}"), json!({"jump_host_id": jump, "password": "again"})).await
    };
    for (id, jump) in [(first, first), (first, second), (second, 4711)] {
        let refused = change(id, jump).await;
        assert_eq!((refused.status, refused.fields()), (422, vec!["jump_host_id".to_owned()]), "{}", refused.body);
    }
    let refused = admin.delete(&format!("/api/servers/{first}")).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert!(refused.text("error").contains("first is the jump host of second"), "{}", refused.body);
    assert_eq!(change(second, 0).await.status, 200);
    assert_eq!(admin.delete(&format!("/api/servers/{first}")).await.status, 200);
}
