//! The connection itself: TCP, and TLS by rustls. Trusts either one authorities' file or the machine's store, nothing else.

use crate::model::reason::Reason;
use crate::platforms::irc::settings::Settings;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

/// How long reaching the server and its handshake may take.
const REACHING: Duration = Duration::from_secs(20);

/// Bytes both ways, encrypted or not.
pub trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<Any: AsyncRead + AsyncWrite + Send + Unpin> Wire for Any {}

/// Reaches the server that `settings` name.
pub async fn reach(settings: &Settings) -> Result<Box<dyn Wire>, Reason> {
    let reaching = tokio::time::timeout(REACHING, reach_patiently(settings)).await;
    reaching.unwrap_or_else(|_| {
        Err(Reason::new("irc-unreachable").with("server", &settings.server).with("error", "timed out"))
    })
}

async fn reach_patiently(settings: &Settings) -> Result<Box<dyn Wire>, Reason> {
    let unreachable = |error: std::io::Error| {
        Reason::new("irc-unreachable").with("server", &settings.server).with("error", error)
    };
    let (host, port) = settings
        .address()
        .ok_or_else(|| Reason::new("irc-settings-server").with("server", &settings.server))?;
    let stream = TcpStream::connect((host, port)).await.map_err(unreachable)?;
    stream.set_nodelay(true).map_err(unreachable)?;
    if !settings.tls {
        return Ok(Box::new(stream));
    }
    let distrusted =
        |error: String| Reason::new("irc-tls").with("server", &settings.server).with("error", error);
    let named = settings.server_name.as_deref().unwrap_or(host).to_owned();
    let name = ServerName::try_from(named).map_err(|error| distrusted(error.to_string()))?;
    let connector = TlsConnector::from(Arc::new(trust(settings.ca.as_deref()).map_err(distrusted)?));
    let encrypted = connector.connect(name, stream).await.map_err(|error| distrusted(error.to_string()))?;
    Ok(Box::new(encrypted))
}

fn trust(ca: Option<&Path>) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(path) => {
            let shown = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| shown(&error))? {
                let certificate = certificate.map_err(|error| shown(&error))?;
                roots.add(certificate).map_err(|error| shown(&error))?;
            }
        }
        None => {
            // A store may hold entries that rustls does not read; one good authority is enough to go on.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err("no certificate authorities found".to_owned());
    }
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
