//! A TLS handshake that only wants to see the certificate.

use std::{io, sync::Arc, time::Duration};

use ::alerts::Certificate;
use rustls::{
    ClientConfig, DigitallySignedStruct, SignatureScheme,
    client::{
        Resumption,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use tokio::{io::AsyncWriteExt, time};
use tokio_rustls::TlsConnector;

use super::dates;

/// For how long a look may take, from the name's address to the certificate.
const LIMIT: Duration = Duration::from_secs(10);

/// Why a certificate could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    /// It took too long.
    #[error("no answer within {} seconds", LIMIT.as_secs())]
    TooSlow,
    /// No connection, or what is there does not speak TLS.
    #[error("{0}")]
    Failed(#[from] io::Error),
    /// The way through a jump host is closed.
    #[error("{0}")]
    JumpHost(String),
    /// A name that cannot be asked for.
    #[error("the name cannot be asked for")]
    Name,
    /// There is none, or it cannot be understood.
    #[error("the certificate cannot be understood: {0}")]
    Unreadable(#[from] der::Error),
}

/// Makes handshakes.
pub(super) struct Handshakes(TlsConnector);

impl Handshakes {
    /// Prepares for it.
    ///
    /// # Errors
    /// When the crypto library cannot be used.
    pub fn new() -> Result<Self, rustls::Error> {
        let provider = Arc::new(ring::default_provider());
        let schemes = provider.signature_verification_algorithms.supported_schemes();
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Any(schemes)))
            .with_no_client_auth();
        // Who comes back with a ticket is not shown the certificate again.
        config.resumption = Resumption::disabled();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// Connects, through another server where it lies behind one, asks for a name, reads the certificate and says goodbye. Nothing else is sent.
    ///
    /// # Errors
    /// When there is no connection, no TLS or no certificate to read.
    pub async fn read(
        &self,
        host: &str,
        port: u16,
        name: &str,
        through: Option<&ssh::Tunnel>,
    ) -> Result<Certificate, ReadError> {
        // The zone of an address, as in fe80::1%eth0, is nothing to the other side.
        let name = name.split('%').next().unwrap_or(name).to_owned();
        let name = ServerName::try_from(name).map_err(|_| ReadError::Name)?;
        time::timeout(LIMIT, self.try_to_read(host, port, name, through)).await.unwrap_or(Err(ReadError::TooSlow))
    }

    async fn try_to_read(
        &self,
        host: &str,
        port: u16,
        name: ServerName<'static>,
        through: Option<&ssh::Tunnel>,
    ) -> Result<Certificate, ReadError> {
        let stream = ssh::Road::to(host, port, through, LIMIT).await.map_err(io::Error::other)?;
        let mut stream = self.0.connect(name, stream).await?;
        let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first).cloned();
        // What was shown is what was asked for; whether the other side hears the goodbye does not matter.
        let _ = stream.shutdown().await;
        Ok(dates::read(&shown.unwrap_or_else(|| CertificateDer::from(Vec::new())))?)
    }
}

/// Takes any certificate. Nothing secret is sent on these connections and nothing is believed that comes from them but two dates.
#[derive(Debug)]
struct Any(Vec<SignatureScheme>);

impl ServerCertVerifier for Any {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.clone()
    }
}
