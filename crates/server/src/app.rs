//! The server as a whole: what it holds, which addresses it answers, and how it
//! starts and stops.

use crate::access::{self, Tokens};
use crate::address::Address;
use crate::answer::{refusal, refusal_to};
use crate::asked::Asked;
use crate::downloads::Downloads;
use crate::options::ServerOptions;
use crate::proxy::{Parts, Proxy};
use crate::view::{View, ViewError, Views};
use crate::{cargo, health, leftover, npm, nuget, observe, pages, projects, pypi};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response, StatusCode};
use axum::middleware;
use axum::routing::{any, get, put};
use axum::serve::ListenerExt as _;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tenure_domain::Ecosystem;
use tenure_store::{ProjectName, Store, StoreError};
use tenure_trust::acceptance::Circle;
use tenure_upstream::FetchError;
use tenure_upstream::client::{Client, ClientOptions};
use tokio::net::TcpListener;
use url::Url;

/// Everything that requests share.
pub(crate) struct App {
    pub(crate) proxy: Arc<Proxy>,
    pub(crate) downloads: Downloads,
    pub(crate) metrics: PrometheusHandle,
    pub(crate) address: Address,
    pub(crate) views: Views,
    pub(crate) tokens: Tokens,
    /// Whether reading needs a project's token, too.
    pub(crate) private: bool,
    server_view: RwLock<Arc<View>>,
}

/// A server that is ready to run.
pub struct Server {
    app: Arc<App>,
    listener: TcpListener,
    address: SocketAddr,
}

/// Why a server does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be listened on.
    #[error("cannot listen on `{address}`: {source}; choose another with `--listen`")]
    Listen {
        /// The address.
        address: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The client of the upstream cannot be set up.
    #[error(transparent)]
    Upstream(#[from] FetchError),
    /// The metrics cannot be set up.
    #[error("metrics cannot be gathered: {0}")]
    Metrics(String),
    /// It broke down while it ran.
    #[error("the server broke down: {0}")]
    Broken(#[from] std::io::Error),
}

/// How long running requests may take after the server was told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// How often downloads are written.
const WRITE_DOWNLOADS: Duration = Duration::from_secs(5);
/// How often what nothing names any more is removed.
const CLEAN: Duration = Duration::from_hours(1);

impl Server {
    /// Opens the store and listens; nothing is answered yet.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn start(options: ServerOptions) -> Result<Self, ServerError> {
        let store = Store::open(&options.store).await?;
        let mut credentials = options.registries.credentials();
        let mut others = BTreeMap::new();
        for (ecosystem, (upstream, credential)) in options.others {
            credentials.note_registry(ecosystem, upstream.url());
            if let Some(credential) = credential {
                credentials.insert_for(&shown_to(ecosystem, upstream.url()), credential);
            }
            others.insert(ecosystem, upstream);
        }
        let client = Client::new(ClientOptions {
            transport: options.transport,
            credentials,
            limits: options.upstream_limits,
            clock: options.clock.clone(),
        })?;
        let listen = |source| ServerError::Listen {
            address: options.listen.clone(),
            source,
        };
        let listener = TcpListener::bind(&options.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let now = options.clock.now();
        let server_view = View::of_server(&options.defaults, options.circle, now);
        let proxy = Proxy::new(Parts {
            store,
            client,
            registries: options.registries,
            others,
            clock: options.clock,
            limits: options.limits,
            tarball_hosts: options.tarball_hosts,
        });
        let app = App {
            proxy: Arc::new(proxy),
            downloads: Downloads::default(),
            metrics: metrics()?,
            address: Address::new(options.public_url.as_ref()),
            views: Views::new(),
            tokens: access::tokens(),
            private: options.private,
            server_view: RwLock::new(Arc::new(server_view)),
        };
        Ok(Self {
            app: Arc::new(app),
            listener,
            address,
        })
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// By which the people that the server follows can be changed while it runs.
    pub fn following(&self) -> Following {
        Following(Arc::clone(&self.app))
    }

    /// Answers until `stop` is over; then finishes what is under way.
    ///
    /// # Errors
    /// When the listening socket breaks down.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServerError> {
        let routes = routes(Arc::clone(&self.app));
        let listener = self.listener.tap_io(|connection| {
            // Headers and bodies are written at once, so waiting for more to
            // send with them only delays them.
            let _ = connection.set_nodelay(true);
        });
        let chores = tokio::spawn(chores(Arc::clone(&self.app)));
        let facts = tokio::spawn(Arc::clone(&self.app.proxy).gather_facts());
        let (stopping, told) = tokio::sync::oneshot::channel();
        let serving = axum::serve(listener, routes).with_graceful_shutdown(async move {
            stop.await;
            tracing::info!("stopping: finishing the requests under way");
            // Nobody listens if serving has ended by itself.
            let _ = stopping.send(());
        });
        let late = async move {
            if told.await.is_ok() {
                tokio::time::sleep(LAST_REQUESTS).await;
            } else {
                std::future::pending::<()>().await;
            }
        };
        let served = tokio::select! {
            served = serving => served,
            () = late => Ok(()),
        };
        chores.abort();
        facts.abort();
        // A store that hangs is not waited for.
        let _ = tokio::time::timeout(LAST_REQUESTS, self.app.proxy.all_kept()).await;
        let now = self.app.proxy.clock.now();
        self.app.downloads.write(&self.app.proxy.store, now).await;
        Ok(served?)
    }
}

/// Changes whom a running server follows.
#[derive(Clone)]
pub struct Following(Arc<App>);

impl Following {
    /// From now on the server's own view has this circle; projects have it
    /// beside their own.
    pub fn set(&self, circle: Circle) {
        let now = self.0.proxy.clock.now();
        let mut place = self
            .0
            .server_view
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *place = Arc::new(View::clone(&place).following(circle, now));
    }
}

/// Below which address a registry's credential is shown. The files of a Python
/// index lie beside its pages, and pip shows it to the whole host.
fn shown_to(ecosystem: Ecosystem, registry: &Url) -> Url {
    let mut address = registry.clone();
    if matches!(ecosystem, Ecosystem::Pypi | Ecosystem::Nuget) {
        address.set_path("/");
    }
    address
}

/// What is done beside answering.
async fn chores(app: Arc<App>) {
    let mut write = tokio::time::interval(WRITE_DOWNLOADS);
    let mut clean = tokio::time::interval(CLEAN);
    loop {
        let store = &app.proxy.store;
        tokio::select! {
            _ = write.tick() => {
                app.downloads.write(store, app.proxy.clock.now()).await;
                app.metrics.run_upkeep();
            }
            _ = clean.tick() => match store.prune(app.proxy.clock.now()).await {
                Ok(pruned) => tracing::debug!(?pruned, "cleaned the store"),
                Err(error) => crate::observe::store_failed("cleaning", &error),
            },
        }
    }
}

/// One recorder serves the whole process, which matters to tests alone.
fn metrics() -> Result<PrometheusHandle, ServerError> {
    use std::sync::OnceLock;
    static HANDLE: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
    let handle = HANDLE.get_or_init(|| {
        PrometheusBuilder::new()
            .set_buckets(&[0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0])
            .and_then(PrometheusBuilder::install_recorder)
            .inspect(|_| crate::observe::describe())
            .map_err(|error| error.to_string())
    });
    handle.clone().map_err(ServerError::Metrics)
}

fn routes(app: Arc<App>) -> Router {
    Router::new()
        .route("/-/health", get(health::health))
        .route("/-/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/-/api/v1/projects/{project}/files", put(projects::push))
        .route("/-/npm/v1/attestations/{*path}", any(above_registries))
        .merge(registries())
        .merge(pages::routes())
        .fallback(async || {
            refusal(
                StatusCode::NOT_FOUND,
                "there is nothing at this address; npm's registry is at `/npm/`, cargo's at `/cargo/`, Python's index at `/pypi/simple/`, NuGet's at `/nuget/v3/index.json`",
            )
        })
        .layer(middleware::map_request(leftover::read_anyway))
        .with_state(app)
}

/// The ecosystems of which there is a registry here.
const SERVED: [Ecosystem; 4] = Ecosystem::ALL;

fn registries() -> Router<Arc<App>> {
    let mut router = Router::new();
    for ecosystem in SERVED {
        for end in ["", "/", "/{*path}"] {
            let of_server = format!("/{ecosystem}{end}");
            let of_project = format!("/p/{{project}}/{ecosystem}{end}");
            router = router
                .route(&of_server, any(in_server))
                .route(&of_project, any(in_project));
        }
    }
    router
}

/// The ecosystem whose registry a path leads to, by its segment of that number.
fn ecosystem_in(path: &str, segment: usize) -> Ecosystem {
    let named = path.split('/').nth(segment);
    // The routes lead nothing else here.
    named
        .and_then(|name| name.parse().ok())
        .unwrap_or(Ecosystem::Npm)
}

async fn in_server(State(app): State<Arc<App>>, request: Request<Body>) -> Response<Body> {
    let ecosystem = ecosystem_in(request.uri().path(), 1);
    if let Err(denied) = access::to_read(&app, request.headers(), None).await {
        return denied.refusal_to(ecosystem);
    }
    let view = app.server_view();
    serve(app, view, request, &format!("/{ecosystem}"), ecosystem).await
}

/// npm 11 asks for attestations at the root of a registry's host, wherever
/// below it the registry is.
async fn above_registries(State(app): State<Arc<App>>, request: Request<Body>) -> Response<Body> {
    if let Err(denied) = access::to_read(&app, request.headers(), None).await {
        return denied.refusal();
    }
    let view = app.server_view();
    serve(app, view, request, "", Ecosystem::Npm).await
}

async fn in_project(State(app): State<Arc<App>>, request: Request<Body>) -> Response<Body> {
    // As it was sent: a name in the path keeps its escapes.
    let path = request.uri().path().to_owned();
    let ecosystem = ecosystem_in(&path, 3);
    let named = path
        .strip_prefix("/p/")
        .and_then(|rest| rest.split('/').next());
    let project = named.unwrap_or_default().parse::<ProjectName>();
    let project = match project {
        Ok(project) => project,
        Err(error) => return refusal_to(ecosystem, StatusCode::NOT_FOUND, &error.to_string()),
    };
    if let Err(denied) = access::to_read(&app, request.headers(), Some(&project)).await {
        return denied.refusal_to(ecosystem);
    }
    let root = format!("/p/{project}/{ecosystem}");
    match app.view(&project).await {
        Ok(view) => serve(app, view, request, &root, ecosystem).await,
        Err((status, why)) => refusal_to(ecosystem, status, &why),
    }
}

async fn serve(
    app: Arc<App>,
    view: Arc<View>,
    request: Request<Body>,
    root: &str,
    ecosystem: Ecosystem,
) -> Response<Body> {
    let Some(address) = app.address.of(request.headers()) else {
        return refusal_to(
            ecosystem,
            StatusCode::BAD_REQUEST,
            "the request names no usable `Host`",
        );
    };
    let path = request.uri().path().to_owned();
    let path = path
        .strip_prefix(root)
        .unwrap_or_default()
        .trim_start_matches('/');
    if path.is_empty() {
        return pages::registry(&view, ecosystem);
    }
    let (parts, body) = request.into_parts();
    let asked = Asked {
        app,
        view,
        parts,
        address,
    };
    let began = Instant::now();
    let (kind, response) = match ecosystem {
        Ecosystem::Cargo => cargo::answer(&asked, path).await,
        Ecosystem::Pypi => pypi::answer(&asked, path).await,
        Ecosystem::Nuget => nuget::answer(&asked, path).await,
        Ecosystem::Npm => npm::answer(asked, body, path).await,
    };
    observe::answered(kind, response.status().as_u16(), began.elapsed());
    response
}

impl App {
    /// The server's own view, as it is now.
    pub(crate) fn server_view(&self) -> Arc<View> {
        let now = self.proxy.clock.now();
        let known = self.server_view.read();
        let known = Arc::clone(&known.unwrap_or_else(PoisonError::into_inner));
        if known.is_good(None, now) {
            return known;
        }
        let renewed = Arc::new(View::clone(&known).at(None, now));
        let place = self.server_view.write();
        let mut place = place.unwrap_or_else(PoisonError::into_inner);
        // Whom the server follows may have been changed meanwhile.
        if Arc::ptr_eq(&place, &known) {
            *place = Arc::clone(&renewed);
        }
        renewed
    }

    /// A project's view; or a status and why there is none.
    pub(crate) async fn view(
        &self,
        project: &ProjectName,
    ) -> Result<Arc<View>, (StatusCode, String)> {
        let now = self.proxy.clock.now();
        let server = self.server_view();
        let view = self.views.of(project, &self.proxy.store, (&server, now));
        view.await.map_err(|error| {
            let status = match error {
                ViewError::NoProject(_) => StatusCode::NOT_FOUND,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            };
            tracing::warn!(%project, %error, "a project has no view");
            (status, error.to_string())
        })
    }
}
