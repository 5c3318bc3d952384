use axum::serve::Listener;
use rcgen::CertifiedKey;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::server::TlsStream;

/// A certificate that nobody vouches for, made for the occasion.
pub(crate) struct Identity {
    acceptor: TlsAcceptor,
    pub(crate) pem: String,
}

impl Identity {
    pub(super) fn for_loopback() -> Self {
        Self::of(&["127.0.0.1", "localhost"])
    }

    /// Of hosts by their names.
    pub(crate) fn of(names: &[&str]) -> Self {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let made = rcgen::generate_simple_self_signed(names);
        let CertifiedKey { cert, signing_key } = made.expect("a certificate can be made");
        let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has today's protocols")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key.into())
            .expect("the key fits its certificate");
        Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            pem: cert.pem(),
        }
    }

    pub(crate) fn listen(&self, tcp: TcpListener) -> TlsListener {
        TlsListener {
            tcp,
            acceptor: self.acceptor.clone(),
        }
    }
}

/// Hands out connections after their handshake.
pub(crate) struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (connection, address) = Listener::accept(&mut self.tcp).await;
            // A client that does not trust us hangs up; that is its right.
            if let Ok(connection) = self.acceptor.accept(connection).await {
                return (connection, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}
