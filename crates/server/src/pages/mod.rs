//! Pages for people: what to type, and why a release is held. Plain HTML
//! without a script, so that they open anywhere.

mod home;
mod package;
mod shell;

use crate::access::{self, Denied};
use crate::app::App;
use crate::proxy::ProxyError;
use crate::text;
use crate::view::View;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, WWW_AUTHENTICATE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::get;
use maud::Markup;
use std::sync::Arc;
use tenure_domain::{Ecosystem, PackageId};
use tenure_ecosystem::nuget::name as nuget_name;
use tenure_ecosystem::pypi::name as pypi_name;
use tenure_store::ProjectName;

/// Where the page about a package is, below a view's path.
pub(crate) fn path_of(package: &PackageId) -> String {
    format!("-/package/{}/{}", package.ecosystem(), package.name())
}

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(home_page))
        .route("/-/package/{ecosystem}/{*name}", get(package_of_server))
        .route(
            "/p/{project}/-/package/{ecosystem}/{*name}",
            get(package_of_project),
        )
}

/// What a browser sees at a registry's own address.
pub(crate) fn registry(view: &View, ecosystem: Ecosystem) -> Response<Body> {
    let back = format!("{}{ecosystem}/", view.path());
    let title = format!("{ecosystem} registry");
    html(
        StatusCode::OK,
        &shell::page(&title, &home::about_registry(ecosystem, &back)),
    )
}

async fn home_page(State(app): State<Arc<App>>, headers: HeaderMap) -> Response<Body> {
    let page = home::what_to_type(&address(&app, &headers));
    html(StatusCode::OK, &shell::page("Tenure", &page))
}

/// This server's address, for people to type.
fn address(app: &App, headers: &HeaderMap) -> Arc<str> {
    let address = app.address.of(headers);
    address.unwrap_or_else(|| "http://localhost".into())
}

async fn package_of_server(
    State(app): State<Arc<App>>,
    Path((ecosystem, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    if let Err(denied) = access::to_read(&app, &headers, None).await {
        return ask_for_token(&denied);
    }
    let view = app.server_view();
    package_page(&app, &view, (&ecosystem, &name), &headers).await
}

async fn package_of_project(
    State(app): State<Arc<App>>,
    Path((project, ecosystem, name)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    let Ok(project) = project.parse::<ProjectName>() else {
        return problem(StatusCode::NOT_FOUND, "There is no such project.");
    };
    if let Err(denied) = access::to_read(&app, &headers, Some(&project)).await {
        return ask_for_token(&denied);
    }
    match app.view(&project).await {
        Ok(view) => package_page(&app, &view, (&ecosystem, &name), &headers).await,
        Err(_) => problem(StatusCode::NOT_FOUND, "There is no such project here."),
    }
}

async fn package_page(
    app: &App,
    view: &Arc<View>,
    (ecosystem, name): (&str, &str),
    headers: &HeaderMap,
) -> Response<Body> {
    let Ok(ecosystem) = ecosystem.parse::<Ecosystem>() else {
        return problem(StatusCode::NOT_FOUND, "There is no such ecosystem.");
    };
    let name = match ecosystem {
        Ecosystem::Cargo => name.to_ascii_lowercase(),
        Ecosystem::Pypi => pypi_name::normalise(name).unwrap_or_default(),
        Ecosystem::Nuget => nuget_name::normalise(name).unwrap_or_default(),
        Ecosystem::Npm => name.to_owned(),
    };
    let Ok(package) = PackageId::new(ecosystem, &name) else {
        let why = format!("This is no name of a package of {ecosystem}.");
        return problem(StatusCode::NOT_FOUND, &why);
    };
    match told(app, view, &package, &address(app, headers)).await {
        Ok(body) => html(StatusCode::OK, &shell::page(package.name(), &body)),
        Err(error) => problem(error.status(), &error.to_string()),
    }
}

/// Browsers ask for a name and a password; the token is the password.
fn ask_for_token(denied: &Denied) -> Response<Body> {
    let mut response = problem(denied.status(), &denied.to_string());
    let challenge = "Basic realm=\"any name, and a project's token as the password\"";
    let challenge = HeaderValue::from_static(challenge);
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

async fn told(
    app: &App,
    view: &Arc<View>,
    package: &PackageId,
    address: &str,
) -> Result<Markup, ProxyError> {
    let document = app.proxy.document(package).await?;
    let judged = app.proxy.judged(&document, view).await?;
    let unreadable = app.proxy.unreadable(&document).await?;
    Ok(package::page(
        &document,
        &judged,
        &unreadable,
        view,
        address,
    ))
}

fn problem(status: StatusCode, why: &str) -> Response<Body> {
    let title = status.canonical_reason().unwrap_or("Not now");
    html(
        status,
        &shell::page(title, &maud::html! { p { (text::plain(why)) } }),
    )
}

/// Nothing on a page runs, is fetched from elsewhere, or can be put into
/// another page.
const SAFE: [(HeaderName, &str); 3] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
];

fn html(status: StatusCode, page: &Markup) -> Response<Body> {
    let bytes = page.0.clone().into_bytes();
    let mut response = crate::answer::bytes(status, "text/html; charset=utf-8", bytes);
    for (name, value) in SAFE {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    crate::answer::no_store(&mut response);
    response
}
