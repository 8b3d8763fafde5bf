//! What the shop's pages fetch.

use axum::extract::{Extension, Json, Query, State as Shared};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::catalogue::{self, PRODUCTS};
use super::sessions::{Session, SessionId};
use super::state::State;

type Visitor = Extension<SessionId>;

fn session_of(state: &State, id: SessionId) -> Session {
    state.sessions.visit(Some(id)).1
}

/// The cart.
pub(super) async fn cart(Shared(state): Shared<State>, Extension(id): Visitor) -> Json<Value> {
    Json(said(&session_of(&state, id)))
}

/// What goes into the cart.
#[derive(Deserialize)]
pub(super) struct Wanted {
    slug: String,
    quantity: u64,
}

/// Puts something into the cart, or takes it out.
pub(super) async fn put(
    Shared(state): Shared<State>,
    Extension(id): Visitor,
    Json(wanted): Json<Wanted>,
) -> Result<Json<Value>, StatusCode> {
    let product = catalogue::find(&wanted.slug).ok_or(StatusCode::NOT_FOUND)?;
    if wanted.quantity > 9 {
        return Err(StatusCode::UNPROCESSABLE_ENTITY);
    }
    Ok(Json(state.sessions.change(id, |session| {
        session.put(product, wanted.quantity);
        said(session)
    })))
}

fn said(session: &Session) -> Value {
    json!({ "count": session.count(), "total": session.total() })
}

/// A voucher's code.
#[derive(Deserialize)]
pub(super) struct Voucher {
    code: String,
}

/// Redeems a voucher.
pub(super) async fn voucher(
    Shared(state): Shared<State>,
    Extension(id): Visitor,
    Json(voucher): Json<Voucher>,
) -> Json<Value> {
    let accepted = voucher.code == "SPRING";
    if accepted {
        state.sessions.change(id, |session| session.voucher = true);
    }
    Json(json!({ "accepted": accepted }))
}

/// Which product is voted for.
#[derive(Deserialize)]
pub(super) struct Vote {
    slug: String,
}

/// Takes a vote.
pub(super) async fn vote(Json(vote): Json<Vote>) -> Result<Json<Value>, StatusCode> {
    let product = catalogue::find(&vote.slug).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(json!({ "votes": product.votes + 1 })))
}

/// Who is signed in.
pub(super) async fn session(Shared(state): Shared<State>, Extension(id): Visitor) -> Json<Value> {
    Json(json!({ "user": session_of(&state, id).user }))
}

/// Today's deal, which is the same every day.
pub(super) async fn deal() -> Json<Value> {
    let product = PRODUCTS[4];
    Json(json!({ "name": product.name, "slug": product.slug, "cents": product.cents * 8 / 10 }))
}

/// What is in the warehouse.
pub(super) async fn stock() -> Json<Value> {
    let pieces: u64 = PRODUCTS.iter().map(|product| product.stock).sum();
    Json(json!({ "pieces": pieces, "products": PRODUCTS.len() }))
}

/// What a person types.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    q: String,
}

/// Names of products that fit what a person types.
pub(super) async fn suggest(Query(typed): Query<Typed>) -> Json<Value> {
    let names: Vec<_> = catalogue::search(&typed.q).iter().map(|product| product.name).collect();
    Json(json!({ "names": names }))
}
