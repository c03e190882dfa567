//! The socket: takes connections, as many as may be, and lets each go on by itself.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use replica::session::DataIncarnation;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::http::Peer;
use crate::patient::Patient;
use crate::routes::router;
use crate::server::{Options, Server, StartError};

/// The most bytes of the head of a request, and of what is read at once.
const BUFFER_BYTES: usize = 64 << 10;

/// A server that listens, and does not answer yet.
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
    server: Arc<Server>,
}

impl Listening {
    /// Opens the folder and listens.
    ///
    /// # Errors
    /// Says what does not open.
    pub async fn start(options: Options, address: SocketAddr) -> Result<Self, StartError> {
        let server = opened(options.clone()).await?;
        let server = if server.is_set_back().await {
            tracing::warn!("these data are older than their backup: they go on as other data");
            server.access.renew(DataIncarnation(server.random()))?;
            let is_closed = tokio::task::spawn_blocking(move || drop(server));
            is_closed.await.map_err(std::io::Error::other)?;
            opened(options).await?
        } else {
            server
        };
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, server })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it serves.
    #[must_use]
    pub fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// Answers until it is dropped. What was acknowledged is on the disk then; what was not is asked again.
    pub async fn serve(self) {
        let Self { listener, server, .. } = self;
        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&server).carry_between_branches());
        tasks.spawn(Arc::clone(&server).back_up());
        tasks.spawn(tell_presence(Arc::clone(&server)));
        tasks.spawn(ping(Arc::clone(&server)));
        let room = Arc::new(Semaphore::new(server.options.max_connections));
        let router = router(Arc::clone(&server));
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => match Arc::clone(&room).try_acquire_owned() {
                        Ok(place) => {
                            let answering = answer(Arc::clone(&server), router.clone(), stream, peer);
                            tasks.spawn(async move {
                                answering.await;
                                drop(place);
                            });
                        }
                        Err(_) => { server.metrics.turned_away.inc(); }
                    },
                    // Too many open files, mostly: others have to close first.
                    Err(error) => {
                        tracing::warn!(%error, "a connection was not taken");
                        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    }
                },
                Some(ended) = tasks.join_next() => {
                    if let Err(error) = ended && error.is_panic() {
                        tracing::error!("a connection ended by a fault of this program");
                    }
                }
            }
        }
    }
}

async fn opened(options: Options) -> Result<Arc<Server>, StartError> {
    tokio::task::spawn_blocking(move || Server::open(options)).await.map_err(std::io::Error::other)?
}

async fn answer(server: Arc<Server>, router: Router, stream: TcpStream, peer: SocketAddr) {
    // A live event does not wait for the one before to be acknowledged.
    let _ = stream.set_nodelay(true);
    let stream = Patient::new(stream, server.options.read_timeout);
    server.metrics.connections.inc();
    let _open = Open(Arc::clone(&server));
    let routes = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        routes.call(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new());
    http.header_read_timeout(server.options.read_timeout).max_buf_size(BUFFER_BYTES);
    // Whoever goes away without a word has no more to say.
    let Some(tls) = &server.options.tls else {
        let _ = http.serve_connection(TokioIo::new(stream), service).await;
        return;
    };
    let greeting = TlsAcceptor::from(tls.config()).accept(stream);
    // In a place of its own, so that a connection without TLS has no room for what only TLS needs.
    let encrypted = Box::pin(async {
        if let Ok(Ok(stream)) = tokio::time::timeout(server.options.read_timeout, greeting).await {
            let _ = http.serve_connection(TokioIo::new(stream), service).await;
        }
    });
    encrypted.await;
}

struct Open(Arc<Server>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.metrics.connections.dec();
    }
}

async fn tell_presence(server: Arc<Server>) {
    let mut ticks = tokio::time::interval(server.options.presence_every);
    loop {
        ticks.tick().await;
        server.branches().iter().for_each(|branch| branch.tell_presence());
    }
}

async fn ping(server: Arc<Server>) {
    let mut ticks = tokio::time::interval(server.options.ping_every);
    loop {
        ticks.tick().await;
        server.branches().iter().for_each(|branch| branch.ping());
    }
}
