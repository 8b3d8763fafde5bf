//! Returns with an upload, and the switches of the faults.

use std::collections::HashMap;

use axum::extract::{Form, Multipart};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use minijinja::context;

use super::render::{Visit, page};
use crate::shop::faults::{Fault, FaultKind, Faults};

/// The form to send something back.
pub(in crate::shop) async fn returns(visit: Visit) -> Response {
    page(&visit, "returns.html", context! {})
}

/// Receives an upload.
pub(in crate::shop) async fn send_back(visit: Visit, mut form: Multipart) -> Response {
    let mut received = None;
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(error) => return (error.status(), error.body_text()).into_response(),
        };
        if field.name() != Some("picture") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        match field.bytes().await {
            Ok(bytes) => received = Some(context! { name, bytes => bytes.len() }),
            Err(error) => return (error.status(), error.body_text()).into_response(),
        }
    }
    match received {
        Some(received) => page(&visit, "returns.html", context! { received }),
        None => (StatusCode::BAD_REQUEST, "the field `picture` is missing\n").into_response(),
    }
}

/// The switches.
pub(in crate::shop) async fn faults(visit: Visit) -> Response {
    let faults = visit.state.faults(&visit.session);
    let kinds: Vec<_> = FaultKind::ALL
        .into_iter()
        .map(|kind| context! { name => kind.name(), says => kind.says(), on => faults.has(kind) })
        .collect();
    page(&visit, "faults.html", context! { kinds })
}

/// Switches faults on and off: those named in the form are on, all others off.
pub(in crate::shop) async fn switch_faults(
    visit: Visit,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let on = FaultKind::ALL.into_iter().filter(|kind| form.contains_key(kind.name())).map(Fault::from);
    let faults: Faults = on.collect();
    visit.change(|session| session.faults = Some(faults));
    Redirect::to("/faults").into_response()
}
