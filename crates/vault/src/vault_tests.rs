//! Tests of sealing and of derived keys.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed test shall panic")]

use proptest::prelude::*;

use super::*;

fn vault() -> Vault {
    Vault::new(&MasterKey::from_text(&"42".repeat(32)).ok().unwrap())
}

#[test]
fn a_sealed_value_opens_in_its_context_only() {
    let vault = vault();
    let sealed = vault.seal(b"hunter2", "servers/7/password").unwrap();
    assert!(sealed.starts_with(&format!("v1.{}.", vault.key_id())), "{sealed}");
    assert!(!sealed.contains("hunter2"));
    assert_eq!(vault.open(&sealed, "servers/7/password").unwrap().as_slice(), b"hunter2");
    for context in ["servers/8/password", "servers/7/private_key", "", "servers/7/password "] {
        assert_eq!(vault.open(&sealed, context), Err(SealError::Damaged), "{context:?}");
    }
}

#[test]
fn the_same_secret_is_never_sealed_the_same_way_twice() {
    let vault = vault();
    assert_ne!(vault.seal(b"x", "a").unwrap(), vault.seal(b"x", "a").unwrap());
}

#[test]
fn another_master_key_is_told_apart_from_damage() {
    let other = Vault::new(&MasterKey::generate().unwrap());
    let sealed = vault().seal(b"hunter2", "a").unwrap();
    let expected = SealError::WrongKey { sealed_under: vault().key_id().to_owned(), ours: other.key_id().to_owned() };
    assert_eq!(other.open(&sealed, "a"), Err(expected.clone()));
    let check = vault().check_value().unwrap();
    assert_eq!(vault().verify_check_value(&check), Ok(()));
    assert_eq!(other.verify_check_value(&check), Err(expected));
    assert_eq!(vault().verify_check_value(&sealed), Err(SealError::Damaged));
}

#[test]
fn what_is_no_sealed_value_is_called_malformed() {
    let id = vault().key_id().to_owned();
    let valid = vault().seal(b"x", "a").unwrap();
    let cases = [
        String::new(),
        "hunter2".into(),
        "v1...".into(),
        format!("v2.{id}.AAAAAAAAAAAAAAAA.AAAA"),
        format!("v1.{id}.AAAA.AAAA"),
        format!("v1.{id}.AAAAAAAAAAAAAAAA.*"),
        format!("{valid}.AAAA"),
        format!("{valid}="),
        valid.replace(&id, "0123456789ABCDEF"),
    ];
    for case in cases {
        assert_eq!(vault().open(&case, "a"), Err(SealError::Malformed), "{case}");
    }
    assert_eq!(vault().open(&format!("v1.{id}.AAAAAAAAAAAAAAAA."), "a"), Err(SealError::Damaged));
}

/// A format that changes without a new version would make every stored secret unreadable: this value was computed apart
/// from this crate, with Python's `cryptography` package.
#[test]
fn a_value_sealed_by_another_implementation_opens() {
    assert_eq!(vault().key_id(), KNOWN_KEY_ID);
    assert_eq!(vault().seal_with_nonce(*b"0123456789ab", b"hunter2", "servers/7/password").unwrap(), KNOWN_SEALED);
    assert_eq!(vault().open(KNOWN_SEALED, "servers/7/password").unwrap().as_slice(), b"hunter2");
    let hex: String = vault().signing_key("sessions").iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(hex, KNOWN_SIGNING_KEY);
}

const KNOWN_KEY_ID: &str = "2084eb48cdceeaeb";
const KNOWN_SEALED: &str = "v1.2084eb48cdceeaeb.MDEyMzQ1Njc4OWFi.79hS4rDAMd13lZW3w9-ZvpoomQ0Tt-o";
const KNOWN_SIGNING_KEY: &str = "8ce3a93266c2213a6aa9de5ddfddd9084c9871f93f8591a4912de8eba884063d";

#[test]
fn signing_keys_differ_by_purpose_and_by_master_key() {
    let vault = vault();
    assert_eq!(vault.signing_key("sessions"), vault.signing_key("sessions"));
    assert_ne!(vault.signing_key("sessions"), vault.signing_key("webhooks"));
    assert_ne!(vault.signing_key("sessions"), Vault::new(&MasterKey::generate().unwrap()).signing_key("sessions"));
}

proptest! {
    #[test]
    fn whatever_is_sealed_comes_back(plaintext in proptest::collection::vec(any::<u8>(), 0..600), context in ".{0,40}") {
        let vault = vault();
        let sealed = vault.seal(&plaintext, &context).unwrap();
        let opened = vault.open(&sealed, &context).unwrap();
        prop_assert_eq!(opened.as_slice(), plaintext.as_slice());
    }

    #[test]
    fn any_flipped_bit_is_refused(plaintext in proptest::collection::vec(any::<u8>(), 0..60), place in any::<prop::sample::Index>(), bit in 0u8..8) {
        let vault = vault();
        let mut sealed = vault.seal(&plaintext, "a").unwrap().into_bytes();
        let at = place.index(sealed.len());
        sealed[at] ^= 1 << bit;
        if let Ok(text) = String::from_utf8(sealed) {
            prop_assert!(vault.open(&text, "a").is_err());
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "(v1\\.)?[0-9a-f.A-Z_-]{0,80}", context in ".{0,10}") {
        prop_assert!(vault().open(&text, &context).is_err());
    }
}
