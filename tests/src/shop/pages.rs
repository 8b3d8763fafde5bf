//! The shop's pages.

mod buy;
mod render;
mod serve;
mod visitor;

use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use serde::Deserialize;

pub(super) use buy::{cart, checkout, invoice, place_order, thanks};
pub(super) use render::templates;
pub(super) use serve::{faults, returns, send_back, switch_faults};
pub(super) use visitor::{account, login, sign_in, sign_out};

use super::catalogue::{self, Product};
use super::sessions::Session;
use super::state::State;
use render::{Visit, page, page_with};

/// The shop's start page.
pub(super) async fn start(visit: Visit) -> Response {
    page(
        &visit,
        "start.html",
        context! { favourites => cards(&catalogue::PRODUCTS[..catalogue::FAVOURITES]) },
    )
}

/// What a search asks for.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

/// Results of a search.
pub(super) async fn search(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let found = catalogue::search(&asked.q);
    page(&visit, "search.html", context! { query => asked.q, found => cards(found) })
}

/// One product.
pub(super) async fn product(visit: Visit, Path(slug): Path<String>) -> Response {
    match catalogue::find(&slug) {
        Some(found) => page(&visit, "product.html", context! { product => card(found) }),
        None => missing(&visit),
    }
}

/// All products, and a long list.
pub(super) async fn catalogue(visit: Visit) -> Response {
    let parts: Vec<_> =
        catalogue::parts().map(|(name, cents)| context! { name, price => catalogue::money(cents) }).collect();
    page(&visit, "catalogue.html", context! { products => cards(catalogue::PRODUCTS), parts })
}

/// A page whose layout shifts.
pub(super) async fn deals(visit: Visit) -> Response {
    page(&visit, "deals.html", context! { products => cards(&catalogue::PRODUCTS[4..8]) })
}

/// A page whose script is slow.
pub(super) async fn finder(visit: Visit) -> Response {
    page(&visit, "finder.html", context! {})
}

/// A page that opens in a window of its own.
pub(super) async fn size_guide(visit: Visit) -> Response {
    page(&visit, "size-guide.html", context! {})
}

/// Whatever else is asked for.
pub(super) async fn not_found(visit: Visit) -> Response {
    missing(&visit)
}

/// Returns what the fault `server-error` shows.
pub(super) fn broken(state: &State, session: &Session) -> Response {
    let visit = Visit::new(Shared(state.clone()), session.clone(), String::new());
    let text = "Something broke on our side. We are looking into it.";
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    page_with(status, &visit, "error.html", context! { title => "Internal error", text })
}

fn missing(visit: &Visit) -> Response {
    let text = "There is nothing at this address.";
    page_with(StatusCode::NOT_FOUND, visit, "error.html", context! { title => "Not found", text })
}

fn cards<'a>(products: impl IntoIterator<Item = impl std::borrow::Borrow<Product> + 'a>) -> Vec<Value> {
    products.into_iter().map(|product| card(product.borrow())).collect()
}

fn card(product: &Product) -> Value {
    context! {
        slug => product.slug,
        name => product.name,
        text => product.text,
        rating => product.rating,
        votes => product.votes,
        price => catalogue::money(product.cents),
    }
}
