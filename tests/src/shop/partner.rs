//! The partner: another origin, whose frames, script and picture the shop's pages hold.

use axum::Router;
use axum::extract::State as Shared;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::state::State;

const WIDGET: &str = "\
const line = document.getElementById('partner-line');
if (line) line.textContent = 'Tip of the day: clean the bath once a week.';
";

const PIXEL: &str = include_str!("../../shop/pictures/friends.svg");

/// Returns the partner's origin.
pub(super) fn router(state: State) -> Router {
    Router::new()
        .route("/reviews", get(async |state| frame(&state, "reviews.html")))
        .route("/pay", get(async |state| frame(&state, "pay.html")))
        .route(
            "/widget.js",
            get(async || ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], WIDGET)),
        )
        .route("/pixel.svg", get(async || ([(header::CONTENT_TYPE, "image/svg+xml")], PIXEL)))
        .with_state(state)
}

fn frame(Shared(state): &Shared<State>, template: &str) -> Response {
    let rendered = state.templates.get_template(template).and_then(|template| template.render(()));
    match rendered {
        Ok(html) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response(),
    }
}
