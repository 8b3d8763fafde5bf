//! What others may ask the listener: `/healthz`, `/metrics`, and pages for people.
//!
//! It is read-only and knows nothing of its own: the loop puts a [`View`] here after each of its steps.

pub(crate) mod metrics;
mod page;
mod view;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use canary_store::Clock;
use tokio::net::TcpListener;

use metrics::Metrics;
pub(crate) use view::{AlertView, ReceiverView, Role, SentView, View, Viewed};

/// What the handlers share with the loop.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) view: Viewed,
    pub(crate) metrics: Metrics,
    clock: Clock,
}

impl Shared {
    pub(crate) fn new(view: View, clock: Clock) -> Arc<Self> {
        Arc::new(Self { view: Viewed::new(view), metrics: Metrics::new(), clock })
    }
}

/// Why the listener cannot be asked.
#[derive(Debug, thiserror::Error)]
#[error("failed to listen on `{address}`; another listener may run there (see --listen)")]
pub(crate) struct ListenError {
    address: SocketAddr,
    source: std::io::Error,
}

/// Starts to answer, and goes on until the program ends. Returns the address.
pub(crate) async fn serve(address: SocketAddr, shared: Arc<Shared>) -> Result<SocketAddr, ListenError> {
    let failed = |source| ListenError { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    let router = router(shared);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "pages are no longer served");
        }
    });
    Ok(bound)
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .route("/", get(index))
        .route("/a/{alert}", get(alert))
        .with_state(shared)
}

async fn healthz(State(shared): State<Arc<Shared>>) -> (StatusCode, String) {
    let (well, words) = shared.view.health(shared.clock.now());
    let status = if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, format!("{words}\n"))
}

async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, shared.metrics.encode()).into_response()
}

async fn index(State(shared): State<Arc<Shared>>) -> Response {
    answer(shared.view.read(|view| page::index(view, shared.clock.now())))
}

async fn alert(State(shared): State<Arc<Shared>>, Path(alert): Path<String>) -> Response {
    let page = shared.view.read(|view| {
        view.alerts.iter().find(|one| one.id == alert).map(|alert| page::alert(alert, shared.clock.now()))
    });
    match page {
        Some(page) => answer(page),
        None => (StatusCode::NOT_FOUND, "there is no such alert, or it is over\n").into_response(),
    }
}

fn answer(page: Result<String, page::PageError>) -> Response {
    match page {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(error = crate::chain::chain(&error), "page cannot be made");
            (StatusCode::INTERNAL_SERVER_ERROR, "the page cannot be made\n").into_response()
        }
    }
}

#[cfg(test)]
mod tests;
