//! From when until when a certificate can be used: the two dates of `Validity` (RFC 5280, section 4.1.2.5), and nothing else of it.

use ::alerts::Certificate;
use der::{
    Decode, Header, Reader, Result, SliceReader, Tag,
    asn1::{GeneralizedTime, UtcTime},
};

/// Reads the dates of a certificate in DER.
///
/// # Errors
/// When it is no certificate, or has dates before 1970.
pub(super) fn read(certificate: &[u8]) -> Result<Certificate> {
    let mut reader = SliceReader::new(certificate)?;
    // Certificate, then TBSCertificate.
    open(&mut reader)?;
    open(&mut reader)?;
    if Tag::peek(&reader)?.is_context_specific() {
        // The version.
        reader.tlv_bytes()?;
    }
    // Serial number, signature algorithm, issuer.
    for _ in 0..3 {
        reader.tlv_bytes()?;
    }
    open(&mut reader)?;
    Ok(Certificate::Read { from_ms: time(&mut reader)?, until_ms: time(&mut reader)? })
}

/// Goes into a sequence.
fn open(reader: &mut SliceReader<'_>) -> Result<()> {
    Header::decode(reader)?.tag().assert_eq(Tag::Sequence)?;
    Ok(())
}

/// A time in Unix milliseconds.
fn time(reader: &mut SliceReader<'_>) -> Result<i64> {
    let since_epoch = match Tag::peek(reader)? {
        Tag::UtcTime => UtcTime::decode(reader)?.to_unix_duration(),
        _ => GeneralizedTime::decode(reader)?.to_unix_duration(),
    };
    Ok(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Makes a certificate that is good from and until a moment.
    const MAKE: &str = r"set -e
        printf '[ca]\ndefault_ca=c\n[c]\nnew_certs_dir=.\ndatabase=index\nserial=serial\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' >ca.cnf
        : >index
        echo 01 >serial
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=a.example.com -keyout key -out csr
        openssl ca -batch -config ca.cnf -selfsign -keyfile key -in csr -out crt -notext -startdate $1 -enddate $2
        openssl x509 -in crt -outform DER -out der";

    fn certificate(from: &str, until: &str) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let made = Command::new("sh").current_dir(&folder).args(["-c", MAKE, "make", from, until]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        std::fs::read(folder.path().join("der")).unwrap()
    }

    #[test]
    fn both_forms_of_dates_are_read() {
        let day = 24 * 60 * 60 * 1_000;
        let soon = certificate("20240101000000Z", "20240131000000Z");
        let from_ms = 1_704_067_200_000;
        assert_eq!(read(&soon), Ok(Certificate::Read { from_ms, until_ms: from_ms + 30 * day }));
        // From 2050 on dates have four digits for the year.
        let far = certificate("20240101000000Z", "20500101000000Z");
        assert_eq!(read(&far), Ok(Certificate::Read { from_ms, until_ms: 2_524_608_000_000 }));
    }

    #[test]
    fn what_is_cut_or_changed_gives_dates_or_an_error_and_nothing_else() {
        let whole = certificate("20240101000000Z", "20240131000000Z");
        assert!((0..60).all(|length| read(&whole[..length]).is_err()));
        for place in 0..whole.len() {
            for value in [0, 0x17, 0x30, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[place] = value;
                let _ = read(&changed);
            }
        }
        for other in [&b""[..], b"\x30", b"\x30\x80", b"\x30\x03\x02\x01\x05", b"GET / HTTP/1.1\r\n"] {
            assert!(read(other).is_err(), "{other:?}");
        }
    }
}
