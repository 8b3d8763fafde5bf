//! Styles, modules, fonts and pictures: embedded, compressed once, kept by browsers for an hour.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::OnceLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::state::State;

/// Returns the addresses of all files.
pub(super) fn router() -> Router<State> {
    let mut router = Router::new();
    for folder in ["styles", "modules", "fonts", "pictures"] {
        let answer = async move |headers: HeaderMap, Path(name): Path<String>| file(&headers, folder, &name);
        router = router.route(&format!("/{folder}/{{name}}"), get(answer));
    }
    router
}

struct Asset {
    kind: &'static str,
    plain: Bytes,
    packed: Option<Bytes>,
}

fn file(headers: &HeaderMap, folder: &str, name: &str) -> Response {
    let Some(asset) = assets().get(&format!("{folder}/{name}")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let accepted =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut response = match &asset.packed {
        Some(packed) if accepted.contains("gzip") => {
            let mut response = Response::new(Body::from(packed.clone()));
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response
        }
        _ => Response::new(Body::from(asset.plain.clone())),
    };
    let kept = HeaderValue::from_static("public, max-age=3600");
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    response.headers_mut().insert(header::CACHE_CONTROL, kept);
    response
}

fn assets() -> &'static BTreeMap<String, Asset> {
    static ASSETS: OnceLock<BTreeMap<String, Asset>> = OnceLock::new();
    ASSETS
        .get_or_init(|| FILES.iter().map(|(path, bytes)| ((*path).to_owned(), asset(path, bytes))).collect())
}

fn asset(path: &str, bytes: &'static [u8]) -> Asset {
    let kind = match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "font/woff2",
    };
    let packed = kind.starts_with("text/").then(|| packed(bytes));
    Asset { kind, plain: Bytes::from_static(bytes), packed }
}

fn packed(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    packed.expect("a vector can be written to").into()
}

macro_rules! embed {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_bytes!(concat!("../../shop/", $path)))),*]
    };
}

const FILES: &[(&str, &[u8])] = embed![
    "styles/base.css",
    "styles/layout.css",
    "styles/product.css",
    "styles/start.css",
    "modules/api.js",
    "modules/basket.js",
    "modules/broken.js",
    "modules/checkout.js",
    "modules/count.js",
    "modules/deal.js",
    "modules/deals.js",
    "modules/finder.js",
    "modules/greeting.js",
    "modules/money.js",
    "modules/parts.js",
    "modules/product.js",
    "modules/rating.js",
    "modules/search.js",
    "modules/start.js",
    "modules/stock.js",
    "fonts/ticket-bold.woff2",
    "fonts/ticket-regular.woff2",
    "pictures/badge-leaf.svg",
    "pictures/badge-parcel.svg",
    "pictures/badge-return.svg",
    "pictures/copper-bird-bath.svg",
    "pictures/field-binoculars.svg",
    "pictures/field-guide.svg",
    "pictures/hero.png",
    "pictures/logo.svg",
    "pictures/oak-nest-box.svg",
    "pictures/owl-lantern.svg",
    "pictures/rain-cape.svg",
    "pictures/robin-mug.svg",
    "pictures/seed-feeder.svg",
    "pictures/suet-cakes.svg",
    "pictures/sunflower-seeds.svg",
    "pictures/swift-house.svg",
    "pictures/window-perch.svg",
];
