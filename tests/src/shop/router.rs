//! Which address is answered by what, and what comes before every answer: the session, its faults.

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use super::faults::{FaultKind, Faults};
use super::sessions::SessionId;
use super::state::State;
use super::{api, assets, pages};

/// Returns the shop's own origin.
pub(super) fn shop(state: State) -> Router {
    let visited = Router::new()
        .route("/", get(pages::start))
        .route("/search", get(pages::search))
        .route("/product/{slug}", get(pages::product))
        .route("/cart", get(pages::cart))
        .route("/checkout", get(pages::checkout).post(pages::place_order))
        .route("/thanks", get(pages::thanks))
        .route("/login", get(pages::login).post(pages::sign_in))
        .route("/logout", post(pages::sign_out))
        .route("/account", get(pages::account))
        .route("/catalogue", get(pages::catalogue))
        .route("/deals", get(pages::deals))
        .route("/finder", get(pages::finder))
        .route("/returns", get(pages::returns).post(pages::send_back))
        .route("/size-guide", get(pages::size_guide))
        .route("/invoice/{name}", get(pages::invoice))
        .route("/faults", get(pages::faults).post(pages::switch_faults))
        .route("/api/cart", get(api::cart).post(api::put))
        .route("/api/voucher", post(api::voucher))
        .route("/api/vote", post(api::vote))
        .route("/api/session", get(api::session))
        .route("/api/deal", get(api::deal))
        .route("/api/stock", get(api::stock))
        .route("/api/suggest", get(api::suggest))
        .fallback(pages::not_found)
        .layer(middleware::from_fn_with_state(state.clone(), visit));
    Router::new()
        .route("/health", get(async || "open\n"))
        .merge(assets::router())
        .merge(visited)
        .with_state(state)
}

/// Finds the visitor's session, reads `?fault=` off the address, and lets faults strike before the answer.
async fn visit(Shared(state): Shared<State>, mut request: Request, next: Next) -> Response {
    state.visits.note(request.uri().path());
    let known = SessionId::of(request.headers());
    let (id, mut session) = state.sessions.visit(known);
    match wished(request.uri()) {
        Some(Ok(faults)) => {
            session.faults = Some(faults.clone());
            state.sessions.change(id, |session| session.faults = Some(faults));
        }
        Some(Err(problem)) => return (StatusCode::BAD_REQUEST, problem).into_response(),
        None => {}
    }
    let faults = state.faults(&session);
    let path = request.uri().path();
    if faults.at(FaultKind::Hang, path).is_some() {
        std::future::pending::<()>().await;
    }
    if let Some(slow) = faults.at(FaultKind::SlowAnswer, path) {
        tokio::time::sleep(slow.delay).await;
    }
    let mut response = if faults.at(FaultKind::ServerError, path).is_some() {
        pages::broken(&state, &session)
    } else {
        request.extensions_mut().insert(id);
        next.run(request).await
    };
    if known != Some(id)
        && let Ok(cookie) = HeaderValue::from_str(&id.cookie())
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Returns the faults that an address asks for.
fn wished(uri: &Uri) -> Option<Result<Faults, String>> {
    let pairs = url::form_urlencoded::parse(uri.query()?.as_bytes());
    let (_, value) = pairs.into_iter().find(|(name, _)| name == "fault")?;
    Some(value.parse::<Faults>().map_err(|problem| problem.to_string()))
}
