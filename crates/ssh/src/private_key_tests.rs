//! Tests of what a person may paste as a private key. `ssh-keygen` makes the keys and says what they are.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed test shall panic")]

use std::fs;
use std::process::Command;

use proptest::prelude::*;

use super::*;

/// The example key of RFC 8410, 10.3.
const RFC_8410: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----";

/// A key pair by `ssh-keygen`: the private key's text, its type and its fingerprint.
fn generate(arguments: &[&str], passphrase: &str) -> (String, KeyInfo) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    let made =
        Command::new("ssh-keygen").args(["-q", "-N", passphrase, "-f"]).arg(&file).args(arguments).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let public = fs::read_to_string(file.with_extension("pub")).unwrap();
    let line = Command::new("ssh-keygen").arg("-lf").arg(file.with_extension("pub")).output().unwrap().stdout;
    let fingerprint = String::from_utf8(line).unwrap().split(' ').nth(1).unwrap().to_owned();
    let algorithm = public.split(' ').next().unwrap().to_owned();
    (fs::read_to_string(&file).unwrap(), KeyInfo { algorithm, fingerprint })
}

fn unsupported_text(result: Result<KeyInfo, KeyError>) -> String {
    match result {
        Err(KeyError::Unsupported { what }) => what,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_kind_of_key_is_read_in_every_form_plain_and_encrypted() {
    for kind in [
        &["-t", "ed25519"][..],
        &["-t", "ecdsa", "-b", "256"],
        &["-t", "ecdsa", "-b", "384"],
        &["-t", "ecdsa", "-b", "521"],
        &["-t", "rsa", "-b", "2048"],
    ] {
        for form in ["RFC4716", "PKCS8", "PEM"] {
            let arguments = [kind, &["-m", form]].concat();
            let (pem, expected) = generate(&arguments, "");
            assert_eq!(check_private_key(&pem, None).as_ref(), Ok(&expected), "{arguments:?}\n{pem}");
            assert_eq!(check_private_key(&pem, Some("not needed")).as_ref(), Ok(&expected), "{arguments:?}");
            let (pem, expected) = generate(&arguments, "open sesame");
            // The one form that russh does not open; OpenSSH still writes it when asked to.
            if form == "PEM" && kind.contains(&"ecdsa") {
                assert!(unsupported_text(check_private_key(&pem, Some("open sesame"))).contains("ssh-keygen -p"));
                continue;
            }
            assert_eq!(check_private_key(&pem, Some("open sesame")).as_ref(), Ok(&expected), "{arguments:?}\n{pem}");
            assert_eq!(check_private_key(&pem, Some("open sesam")), Err(KeyError::PassphraseWrong), "{arguments:?}");
            assert_eq!(check_private_key(&pem, None), Err(KeyError::PassphraseMissing), "{arguments:?}");
        }
    }
}

#[test]
fn an_ed25519_key_in_pkcs_8_is_read() {
    let info = check_private_key(RFC_8410, None).unwrap();
    assert_eq!(info.algorithm, "ssh-ed25519");
    assert_eq!(info.fingerprint, RFC_8410_FINGERPRINT);
}

/// Of the public key that RFC 8410 gives for its example.
const RFC_8410_FINGERPRINT: &str = "SHA256:ebCT4wkJOqO5AIlHG03cHvn3Cr3ZZEEh8m81duHhR3Q";

#[test]
fn what_happens_to_a_key_on_its_way_through_a_clipboard_does_no_harm() {
    let (pem, expected) = generate(&["-t", "ed25519"], "");
    let indented: String = pem.lines().map(|line| format!("   {line}  \n\n")).collect();
    for text in [
        pem.replace('\n', "\r\n"),
        pem.trim().to_owned(),
        format!("\u{feff}\n\n{pem}\n\n"),
        indented,
        format!("my key:\n{pem}\nthanks"),
    ] {
        assert_eq!(check_private_key(&text, None).as_ref(), Ok(&expected), "{text:?}");
    }
}

#[test]
fn what_is_no_private_key_is_unreadable() {
    let (pem, _) = generate(&["-t", "ed25519"], "");
    let lines: Vec<&str> = pem.lines().collect();
    let cases = [
        String::new(),
        "hunter2".into(),
        "x".repeat(100_000),
        lines[..lines.len() - 1].join("\n"),
        [lines[0], lines[lines.len() - 1]].join("\n"),
        [lines[0], "!!!!", lines[lines.len() - 1]].join("\n"),
        [lines[0], lines[1], lines[lines.len() - 1]].join("\n"),
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----".into(),
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----".into(),
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----".into(),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----".into(),
    ];
    for case in cases {
        assert_eq!(check_private_key(&case, Some("x")), Err(KeyError::Unreadable), "{case}");
    }
}

#[test]
fn keys_that_are_of_no_use_are_named() {
    let (short, _) = generate(&["-t", "rsa", "-b", "1024"], "");
    assert!(unsupported_text(check_private_key(&short, None)).contains("1024 bits"));
    let cases = [
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPx0 me", "public key"),
        ("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "PuTTY"),
        ("-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----", "DSA"),
        ("-----BEGIN FOO PRIVATE KEY-----\nAAAA\n-----END FOO PRIVATE KEY-----", "FOO"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-EDE3-CBC,0011\n\nAAAA\n-----END RSA PRIVATE KEY-----",
            "old way",
        ),
    ];
    for (text, word) in cases {
        let what = unsupported_text(check_private_key(text, Some("x")));
        assert!(what.contains(word), "{text}: {what}");
    }
}

/// The key's text with `from` replaced by `to` in its data.
fn altered(pem: &str, from: &[u8], to: &[u8]) -> String {
    let found = Pem::find(pem).unwrap();
    let mut body = found.body().unwrap().to_vec();
    let at = body.windows(from.len()).position(|window| window == from).unwrap();
    body[at..at + to.len()].copy_from_slice(to);
    format!("-----BEGIN {0}-----\n{1}\n-----END {0}-----\n", found.label, STANDARD.encode(body))
}

#[test]
fn a_passphrase_that_would_take_minutes_to_open_is_refused_at_once() {
    let (pem, _) = generate(&["-t", "ed25519", "-a", "16"], "x");
    // The number of rounds comes after a salt of 16 bytes: 16 rounds, as 32 bits, before the number of keys.
    let costly = altered(&pem, &[0, 0, 0, 16, 0, 0, 0, 1], &[0x7f, 0, 0, 16, 0, 0, 0, 1]);
    assert!(unsupported_text(check_private_key(&costly, Some("x"))).contains("rounds"));

    let (plain, _) = generate(&["-t", "ed25519"], "");
    let mut pkcs8 = Vec::new();
    russh::keys::encode_pkcs8_pem_encrypted(&read(&plain, None).unwrap(), b"x", 100_000, &mut pkcs8).unwrap();
    let pem = String::from_utf8(pkcs8).unwrap();
    assert!(check_private_key(&pem, Some("x")).is_ok());
    let costly = altered(&pem, &[2, 3, 1, 0x86, 0xa0], &[2, 3, 0x7f, 0xff, 0xff]);
    assert!(unsupported_text(check_private_key(&costly, Some("x"))).contains("rounds"));
}

#[test]
fn no_message_repeats_the_key() {
    let (pem, _) = generate(&["-t", "ed25519"], "x");
    let secret = pem.lines().nth(3).unwrap();
    for passphrase in [None, Some("y")] {
        let error = check_private_key(&pem, passphrase).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(secret));
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(-----BEGIN (OPENSSH |RSA |EC |ENCRYPTED )?PRIVATE KEY-----\n)?[A-Za-z0-9+/=\n -]{0,200}(\n-----END (OPENSSH |RSA |EC |ENCRYPTED )?PRIVATE KEY-----)?") {
        let _ = check_private_key(&text, Some("x"));
    }

    #[test]
    fn no_altered_key_makes_it_panic(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let found = Pem::find(RFC_8410).unwrap();
        let mut body = found.body().unwrap().to_vec();
        let at = place.index(body.len());
        body[at] = byte;
        let _ = check_private_key(&format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", STANDARD.encode(body)), None);
    }
}
