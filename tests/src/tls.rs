//! TLS on loopback: certificates of one's own, and a front that speaks TLS for a server that does not.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

use crate::server::{Server, listen};

/// Where a server's own certificate and its key are, both in PEM.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The certificate.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Identity {
    /// Returns what shakes hands under this identity.
    ///
    /// # Errors
    /// When certificate or key cannot be used.
    pub(crate) fn acceptor(&self) -> io::Result<TlsAcceptor> {
        let chain: Result<Vec<_>, _> =
            CertificateDer::pem_file_iter(&self.certificate).map_err(io::Error::other)?.collect();
        let chain = chain.map_err(io::Error::other)?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(io::Error::other)?;
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let configuration = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
        Ok(TlsAcceptor::from(Arc::new(configuration.map_err(io::Error::other)?)))
    }
}

/// Takes connections and shakes hands; who does not like the certificate is not waited for.
pub(crate) struct Door {
    pub(crate) listener: TcpListener,
    pub(crate) acceptor: TlsAcceptor,
}

impl axum::serve::Listener for Door {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            if let Ok((stream, address)) = self.listener.accept().await
                && let Ok(stream) = self.acceptor.accept(stream).await
            {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// An address that speaks TLS and hands everything on to a server that does not; it closes when this goes away.
#[derive(Debug)]
pub struct Front {
    url: String,
    _server: Server,
}

impl Front {
    /// Puts a front with this identity before the server at an address `http://HOST:PORT`.
    ///
    /// # Errors
    /// When the certificate cannot be used or no port can be had.
    pub fn before(server: &str, identity: &Identity) -> io::Result<Self> {
        let acceptor = identity.acceptor()?;
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let url = format!("https://{}", listener.local_addr()?);
        let server = server.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let serve = async move || {
            let listener = TcpListener::from_std(listener)?;
            loop {
                let (stream, _) = listener.accept().await?;
                let (acceptor, server) = (acceptor.clone(), server.clone());
                tokio::spawn(async move {
                    // Who breaks off, before or after the handshake, has noticed it himself.
                    drop(hand_on(stream, &acceptor, &server).await);
                });
            }
        };
        Ok(Self { url, _server: Server::start("front", serve)? })
    }

    /// Returns its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

async fn hand_on(stream: TcpStream, acceptor: &TlsAcceptor, server: &str) -> io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    let mut server = TcpStream::connect(server).await?;
    tokio::io::copy_bidirectional(&mut stream, &mut server).await?;
    Ok(())
}
