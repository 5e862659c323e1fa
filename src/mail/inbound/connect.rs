//! A connection to a mail server, encrypted as the mailbox's URL says.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_imap::Client;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use super::Failure;
use crate::config::{Mailbox, Tls};

/// How long the server may take to be reached.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection, encrypted or not.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Debug {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + Debug> Wire for T {}

/// Whom to believe that they are the server.
#[derive(Clone)]
pub struct Trust(TlsConnector);

/// Trusts the certificates of the system, and those of a PEM file if one is named.
pub fn trust(file: &str) -> Result<Trust, String> {
    let mut roots = RootCertStore::empty();
    let system = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(system.certs);
    if !file.is_empty() {
        let certificates = CertificateDer::pem_file_iter(file).map_err(|error| format!("{file}: {error}"))?;
        let mut found = 0;
        for certificate in certificates {
            let certificate = certificate.map_err(|error| format!("{file}: {error}"))?;
            roots.add(certificate).map_err(|error| format!("{file}: {error}"))?;
            found += 1;
        }
        if found == 0 {
            return Err(format!("{file} has no certificate"));
        }
    }
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Trust(TlsConnector::from(Arc::new(config))))
}

/// Connects; nobody has signed in yet.
pub(super) async fn connect(mailbox: &Mailbox, trust: &Trust) -> Result<Client<Box<dyn Wire>>, Failure> {
    let connecting = TcpStream::connect((mailbox.host.as_str(), mailbox.port));
    let stream = in_time(PATIENCE, connecting).await?.map_err(|error| said("cannot connect", &error))?;
    match mailbox.tls {
        Tls::Direct => greeted(Client::new(encrypt(stream, mailbox, trust).await?)).await,
        Tls::Without => greeted(Client::new(Box::new(stream) as Box<dyn Wire>)).await,
        Tls::Start => {
            let mut client = greeted(Client::new(stream)).await?;
            in_time(PATIENCE, client.run_command_and_check_ok("STARTTLS", None))
                .await?
                .map_err(|error| said("no STARTTLS", &error))?;
            // What the server said before is not believed: whatever was buffered of it is gone with the client.
            Ok(Client::new(encrypt(client.into_inner(), mailbox, trust).await?))
        }
    }
}

async fn greeted<T: AsyncRead + AsyncWrite + Unpin + Send + Debug>(
    mut client: Client<T>,
) -> Result<Client<T>, Failure> {
    match in_time(PATIENCE, client.read_response()).await? {
        Ok(Some(_)) => Ok(client),
        Ok(None) => Err(Failure("the server closed the connection without a greeting".to_owned())),
        Err(error) => Err(said("no greeting", &error)),
    }
}

async fn encrypt(stream: TcpStream, mailbox: &Mailbox, trust: &Trust) -> Result<Box<dyn Wire>, Failure> {
    let name = ServerName::try_from(mailbox.host.clone()).map_err(|error| said("host", &error))?;
    let encrypted = in_time(PATIENCE, trust.0.connect(name, stream)).await?;
    Ok(Box::new(encrypted.map_err(|error| said("TLS", &error))?))
}

fn said(what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure(format!("{what}: {error}"))
}

/// Gives up on a server that does not answer.
pub(super) async fn in_time<T>(patience: Duration, work: impl Future<Output = T>) -> Result<T, Failure> {
    tokio::time::timeout(patience, work).await.map_err(|_| Failure("the server does not answer".to_owned()))
}
