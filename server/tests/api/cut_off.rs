//! The monitor's own machine loses its network: that is one incident, and the servers that are lost with it are consequences.

use std::{net::Ipv4Addr, time::Duration};

use serde_json::{Value, json};
use sshd_fixture::{Options, Sshd};

use crate::{
    harness::eventually_within,
    mail_server::MailServer,
    notifications::{made, mail, watching},
};

/// What was told of losses, by subject; the machine that runs the tests may be busy, too.
fn told(smtp: &MailServer) -> Vec<String> {
    let subjects = smtp.mails().into_iter().map(|mail| mail["headers"]["subject"].as_str().unwrap().to_owned());
    subjects.filter(|subject| subject.contains("offline") || subject.contains("cut off")).collect()
}

#[tokio::test]
async fn a_monitor_that_reaches_nobody_says_so_once_and_not_that_each_server_is_away() {
    let (_server, admin) = watching().await;
    let smtp = MailServer::start(&[]);
    made(&admin, "/api/channels", mail(smtp.port)).await;
    let mut sshds = Vec::new();
    for number in 1..=4 {
        let options = Options { host: Ipv4Addr::new(127, 0, 7, number), ..Options::default() };
        let sshd = Sshd::start(options).unwrap();
        let new = json!({
            "name": format!("far-{number}"), "host": sshd.host(), "port": sshd.port(), "username": sshd.user(),
            "private_key": sshd.client_key_pem().unwrap(), "host_key_fingerprint": sshd.host_key_fingerprint().unwrap(),
        });
        made(&admin, "/api/servers", new).await;
        sshds.push(sshd);
    }
    eventually_within(Duration::from_secs(30), "all answer", async || {
        let overview = admin.get("/api/stats/overview").await.body;
        (overview["online_servers"] == json!(5)).then_some(())
    })
    .await;

    // Nothing comes back from any of them, as when a cable is pulled.
    sshds.iter().for_each(Sshd::freeze);
    let open = async |rule: &str| -> Vec<Value> {
        let open = admin.get("/api/incidents?open=true").await.body;
        open.as_array().unwrap().iter().filter(|one| one["rule_name"] == rule).cloned().collect()
    };
    eventually_within(Duration::from_secs(40), "it is cut off", async || {
        (open("Monitor cut off").await.len() == 1 && open("Server offline").await.len() == 4).then_some(())
    })
    .await;
    eventually_within(Duration::from_secs(20), "the mail", async || (!told(&smtp).is_empty()).then_some(())).await;
    tokio::time::sleep(Duration::from_secs(8)).await;
    let subjects = told(&smtp);
    assert!(matches!(subjects.as_slice(), [one] if one.starts_with("Critical: Monitor cut off on ")), "{subjects:?}");
    let lost = open("Server offline").await.remove(0);
    let dossier = admin.get(&format!("/api/incidents/{}", lost["id"])).await.body;
    assert_eq!(dossier["cause"]["rule_name"], "Monitor cut off", "{dossier}");

    sshds.iter().for_each(Sshd::thaw);
    eventually_within(Duration::from_secs(100), "all is over", async || {
        (open("Monitor cut off").await.is_empty() && open("Server offline").await.is_empty()).then_some(())
    })
    .await;
    eventually_within(Duration::from_secs(20), "the second mail", async || (told(&smtp).len() > 1).then_some(())).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let subjects = told(&smtp);
    assert!(subjects.len() == 2 && subjects[1].starts_with("Over: Monitor cut off on "), "{subjects:?}");
}
