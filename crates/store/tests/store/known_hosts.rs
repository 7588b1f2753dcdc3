//! Trusted host keys: by host and port, none forgotten, none doubled.

use domain::servers::HostKey;

use crate::fixture::NOW;

fn key(text: &str) -> HostKey {
    HostKey { algorithm: "ssh-ed25519".to_owned(), fingerprint: format!("SHA256:{text}") }
}

on_each_database! {
    async fn keys_are_trusted_for_their_host_and_port_alone(store) {
        let hosts = store.known_hosts();
        hosts.trust("web", 22, &key("a"), "ada", NOW).await.unwrap();
        hosts.trust("web", 22, &key("b"), "ada", NOW).await.unwrap();
        hosts.trust("web", 2222, &key("c"), "ada", NOW).await.unwrap();
        assert_eq!(hosts.trusted("web", 22, None).await.unwrap(), ["SHA256:a", "SHA256:b"]);
        assert_eq!(hosts.trusted("web", 2222, None).await.unwrap(), ["SHA256:c"]);
        assert!(hosts.trusted("db", 22, None).await.unwrap().is_empty());
    }

    async fn a_host_s_name_has_no_case(store) {
        store.known_hosts().trust("Web.Example.com", 22, &key("a"), "ada", NOW).await.unwrap();
        assert_eq!(store.known_hosts().trusted("web.example.COM", 22, None).await.unwrap(), ["SHA256:a"]);
    }

    async fn trusting_twice_keeps_the_first_trust(store) {
        store.known_hosts().trust("web", 22, &key("a"), "ada", NOW).await.unwrap();
        store.known_hosts().trust("web", 22, &key("a"), "bob", NOW + 1).await.unwrap();
        let listed = store.known_hosts().list().await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].trusted_by.as_str(), listed[0].trusted_at_ms), ("ada", NOW));
        assert_eq!((listed[0].host.as_str(), listed[0].port, &listed[0].key), ("web", 22, &key("a")));
    }

    async fn replacing_forgets_the_other_keys_of_that_host_and_port(store) {
        let hosts = store.known_hosts();
        hosts.trust("web", 22, &key("a"), "ada", NOW).await.unwrap();
        hosts.trust("web", 22, &key("b"), "ada", NOW).await.unwrap();
        hosts.trust("web", 2222, &key("a"), "ada", NOW).await.unwrap();
        hosts.replace("WEB", 22, &key("b"), "bob", NOW + 1).await.unwrap();
        assert_eq!(hosts.trusted("web", 22, None).await.unwrap(), ["SHA256:b"]);
        assert_eq!(hosts.trusted("web", 2222, None).await.unwrap(), ["SHA256:a"]);
        assert_eq!(hosts.list().await.unwrap()[0].trusted_by, "bob");
    }
}
