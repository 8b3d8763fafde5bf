//! From the cart to the invoice.

use axum::extract::{Form, Path, Query};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use minijinja::context;
use serde::Deserialize;

use super::render::{Visit, page, page_with};
use crate::shop::catalogue::money;

/// The cart.
pub(in crate::shop) async fn cart(visit: Visit) -> Response {
    let session = &visit.session;
    let lines: Vec<_> = session
        .lines()
        .iter()
        .map(|line| {
            let price = money(line.product.cents * line.quantity);
            context! { slug => line.product.slug, name => line.product.name, quantity => line.quantity, price }
        })
        .collect();
    let total = money(session.total());
    page(&visit, "cart.html", context! { lines, total, voucher => session.voucher })
}

/// The checkout.
pub(in crate::shop) async fn checkout(visit: Visit) -> Response {
    let session = &visit.session;
    page(&visit, "checkout.html", context! { lines => session.count(), total => money(session.total()) })
}

/// What an order says.
#[derive(Deserialize)]
pub(in crate::shop) struct Order {
    name: String,
    email: String,
    address: String,
    delivery: String,
    terms: Option<String>,
}

/// Places an order.
pub(in crate::shop) async fn place_order(visit: Visit, Form(order): Form<Order>) -> Response {
    let complete = [&order.name, &order.email, &order.address].iter().all(|text| !text.trim().is_empty());
    let known = ["post", "pigeon"].contains(&order.delivery.as_str());
    if !complete || !known || order.terms.is_none() || visit.session.count() == 0 {
        let text = "Something is missing: please go back and fill in all fields.";
        return page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &visit,
            "error.html",
            context! { title => "Not yet", text },
        );
    }
    let number = visit.change(crate::shop::sessions::Session::order).unwrap_or_default();
    Redirect::to(&format!("/thanks?order={number}")).into_response()
}

/// Which order was placed.
#[derive(Deserialize)]
pub(in crate::shop) struct Placed {
    order: String,
}

/// Thanks for an order.
pub(in crate::shop) async fn thanks(visit: Visit, Query(placed): Query<Placed>) -> Response {
    page(&visit, "thanks.html", context! { order => placed.order })
}

/// An invoice to download.
pub(in crate::shop) async fn invoice(Path(name): Path<String>) -> Response {
    let order = name.trim_end_matches(".csv");
    let plain = order.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !plain {
        return StatusCode::NOT_FOUND.into_response();
    }
    let disposition = format!("attachment; filename=\"invoice-{order}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, format!("order,paid\n{order},yes\n")).into_response()
}
