//! Which address gives what, and which fault bites where.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Form, Multipart, Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, Html, IntoResponse, Json, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;

use super::faults::Fault;
use super::session::{PASSWORD, Session, USER};
use super::{pages, stock};

/// What all visitors share.
#[derive(Debug)]
pub(super) struct World {
    pub(super) third_party: String,
    pub(super) faults: Vec<Fault>,
}

type Shared = State<Arc<World>>;

/// How long the slow things take.
const SLOW: Duration = Duration::from_secs(3);

/// Returns the shop.
pub(super) fn shop(world: World) -> Router {
    Router::new()
        .route("/", get(start))
        .route("/search", get(search))
        .route("/product/{id}", get(product))
        .route("/cart", get(cart))
        .route("/cart/add", post(add))
        .route("/cart/clear", post(clear))
        .route("/checkout", get(checkout))
        .route("/order", post(order))
        .route("/login", get(login_form).post(login))
        .route("/logout", post(logout))
        .route("/account", get(account))
        .route("/widgets", get(widgets))
        .route("/popup", get(popup))
        .route("/list", get(list))
        .route("/shift", get(shift))
        .route("/slow", get(slow))
        .route("/slow.js", get(slow_script))
        .route("/upload", post(upload))
        .route("/download/price-list.csv", get(download))
        .route("/faults", get(faults).post(switch_faults))
        .route("/api/recommendations", get(recommendations))
        .route("/api/stock/{id}", get(stock_of))
        .route("/health", get(|| async { "ok" }))
        .route("/assets/{name}", get(asset))
        .route("/img/{name}", get(image))
        .fallback(lost)
        .with_state(Arc::new(world))
}

/// Returns the third party: an advertisement in a frame, a tag script, a pixel.
pub(super) fn third_party() -> Router {
    Router::new()
        .route("/ad", get(|| async { Html(include_str!("assets/ad.html")) }))
        .route("/tag.js", get(|| async { script(include_str!("assets/tag.js")) }))
        .route("/pixel.svg", get(|| async { svg(pages::picture("#ffffff", "")) }))
        .route("/down/{name}", get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
}

async fn start(State(world): Shared, headers: HeaderMap) -> Html<String> {
    pages::start(&world, &Session::of(&headers, &world.faults))
}

#[derive(Deserialize)]
struct Words {
    #[serde(default)]
    q: String,
}

async fn search(State(world): Shared, headers: HeaderMap, Query(words): Query<Words>) -> Html<String> {
    let session = Session::of(&headers, &world.faults);
    if session.has(Fault::SlowAnswer) {
        tokio::time::sleep(SLOW).await;
    }
    pages::search(&world, &session, &words.q)
}

async fn product(State(world): Shared, headers: HeaderMap, Path(id): Path<u32>) -> Response {
    let session = Session::of(&headers, &world.faults);
    if session.has(Fault::Hang) {
        std::future::pending::<()>().await;
    }
    match stock::find(id) {
        Some(product) => pages::product(&world, &session, product).into_response(),
        None => (StatusCode::NOT_FOUND, pages::lost(&world, &session)).into_response(),
    }
}

async fn cart(State(world): Shared, headers: HeaderMap) -> Html<String> {
    pages::cart(&world, &Session::of(&headers, &world.faults))
}

#[derive(Deserialize)]
struct Item {
    id: u32,
}

async fn add(State(world): Shared, headers: HeaderMap, Form(item): Form<Item>) -> Response {
    let mut session = Session::of(&headers, &world.faults);
    session.add(item.id);
    (cookie("cart", &session.cart_cookie()), Redirect::to("/cart")).into_response()
}

async fn clear() -> Response {
    (cookie("cart", ""), Redirect::to("/cart")).into_response()
}

async fn checkout(State(world): Shared, headers: HeaderMap) -> Html<String> {
    pages::checkout(&world, &Session::of(&headers, &world.faults))
}

#[derive(Deserialize)]
struct Order {
    name: String,
    email: String,
    delivery: String,
    #[serde(default)]
    terms: String,
}

async fn order(State(world): Shared, headers: HeaderMap, Form(order): Form<Order>) -> Response {
    let session = Session::of(&headers, &world.faults);
    if session.has(Fault::Error500) {
        return (StatusCode::INTERNAL_SERVER_ERROR, pages::broken(&world, &session)).into_response();
    }
    let complete = !order.name.is_empty() && order.email.contains('@') && order.terms == "yes";
    if !complete || session.cart.is_empty() {
        return (StatusCode::UNPROCESSABLE_ENTITY, pages::checkout(&world, &session)).into_response();
    }
    let page = pages::thanks(&world, &session, &order.name, &order.delivery);
    (cookie("cart", ""), page).into_response()
}

async fn login_form(State(world): Shared, headers: HeaderMap) -> Html<String> {
    pages::login(&world, &Session::of(&headers, &world.faults), "")
}

#[derive(Deserialize)]
struct Credentials {
    username: String,
    password: String,
}

async fn login(State(world): Shared, headers: HeaderMap, Form(given): Form<Credentials>) -> Response {
    if given.username == USER && given.password == PASSWORD {
        return (cookie("user", USER), Redirect::to("/account")).into_response();
    }
    let session = Session::of(&headers, &world.faults);
    let page = pages::login(&world, &session, "Wrong user name or password.");
    (StatusCode::UNAUTHORIZED, page).into_response()
}

async fn logout() -> Response {
    (cookie("user", ""), Redirect::to("/")).into_response()
}

async fn account(State(world): Shared, headers: HeaderMap) -> Response {
    let session = Session::of(&headers, &world.faults);
    match &session.user {
        Some(user) => pages::account(&world, &session, user).into_response(),
        None => Redirect::to("/login").into_response(),
    }
}

async fn widgets(State(world): Shared, headers: HeaderMap) -> Html<String> {
    pages::widgets(&world, &Session::of(&headers, &world.faults))
}

async fn popup(State(world): Shared, headers: HeaderMap) -> Html<String> {
    pages::popup(&world, &Session::of(&headers, &world.faults))
}

async fn list(State(world): Shared, headers: HeaderMap) -> Html<String> {
    pages::list(&world, &Session::of(&headers, &world.faults))
}

async fn shift(State(world): Shared, headers: HeaderMap) -> Html<String> {
    pages::shift(&world, &Session::of(&headers, &world.faults))
}

async fn slow(State(world): Shared, headers: HeaderMap) -> Html<String> {
    pages::slow(&world, &Session::of(&headers, &world.faults))
}

async fn slow_script() -> Response {
    tokio::time::sleep(Duration::from_millis(400)).await;
    script(include_str!("assets/slow.js"))
}

async fn upload(State(world): Shared, headers: HeaderMap, mut form: Multipart) -> Response {
    let session = Session::of(&headers, &world.faults);
    let mut received = Vec::new();
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.file_name().unwrap_or_default().to_owned();
        match field.bytes().await {
            Ok(bytes) => received.push((name, bytes.len())),
            Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
        }
    }
    pages::uploaded(&world, &session, &received).into_response()
}

async fn download() -> Response {
    let lines =
        stock::STOCK.iter().map(|product| format!("{},{},{}\n", product.id, product.name, product.price));
    let list = std::iter::once("id,name,cents\n".to_owned()).chain(lines).collect::<String>();
    let headers =
        [(CONTENT_TYPE, "text/csv"), (CONTENT_DISPOSITION, "attachment; filename=\"price-list.csv\"")];
    (headers, list).into_response()
}

async fn faults(State(world): Shared, headers: HeaderMap, Query(given): Query<Switches>) -> Response {
    match given.set {
        Some(set) => set_faults(&set),
        None => pages::faults(&world, &Session::of(&headers, &world.faults)).into_response(),
    }
}

#[derive(Deserialize)]
struct Switches {
    set: Option<String>,
}

async fn switch_faults(Form(given): Form<Vec<(String, String)>>) -> Response {
    set_faults(&given.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join("."))
}

fn set_faults(names: &str) -> Response {
    let known: Vec<_> = Fault::list(names).into_iter().map(Fault::name).collect();
    (cookie("faults", &known.join(".")), Redirect::to("/faults")).into_response()
}

async fn recommendations() -> Response {
    let names: Vec<_> = stock::STOCK.iter().rev().take(4).map(|product| product.name).collect();
    Json(json!({ "recommended": names })).into_response()
}

async fn stock_of(Path(id): Path<u32>) -> Response {
    match stock::find(id) {
        Some(product) => Json(json!({"id": id, "left": 3 + product.id * 7 % 20})).into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({"error": "no such product"}))).into_response(),
    }
}

async fn asset(Path(name): Path<String>) -> Response {
    match name.as_str() {
        "shop.css" => css(include_str!("assets/shop.css")),
        "theme.css" => css(include_str!("assets/theme.css")),
        "shop.js" => script(include_str!("assets/shop.js")),
        "cart.js" => script(include_str!("assets/cart.js")),
        "recommendations.js" => script(include_str!("assets/recommendations.js")),
        "rating.js" => script(include_str!("assets/rating.js")),
        "fault.js" => script("throw new TypeError('the shop is broken on purpose');\n"),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn image(Path(name): Path<String>) -> Response {
    let id = name.strip_suffix(".svg").and_then(|id| id.parse().ok());
    match id.and_then(stock::find) {
        Some(product) => svg(pages::picture(product.colour, product.name)),
        None if name == "hero.svg" => svg(pages::hero()),
        None if name.starts_with("icon-") => svg(pages::picture("#22303c", "")),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn lost(State(world): Shared, headers: HeaderMap) -> Response {
    (StatusCode::NOT_FOUND, pages::lost(&world, &Session::of(&headers, &world.faults))).into_response()
}

fn cookie(name: &str, value: &str) -> AppendHeaders<[(axum::http::HeaderName, String); 1]> {
    let age = if value.is_empty() { "; Max-Age=0" } else { "" };
    AppendHeaders([(SET_COOKIE, format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}"))])
}

fn css(text: &'static str) -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "max-age=60")], text).into_response()
}

fn script(text: &'static str) -> Response {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "max-age=60")], text).into_response()
}

fn svg(text: String) -> Response {
    ([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "max-age=60")], text).into_response()
}
