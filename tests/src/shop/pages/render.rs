//! Pages made of templates, with what every page shows: who is signed in and what is in the cart.

use axum::extract::{FromRequestParts, State as Shared};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use minijinja::{Environment, Value, context};

use crate::shop::faults::FaultKind;
use crate::shop::sessions::{Session, SessionId};
use crate::shop::state::State;

/// Who asks for which page.
pub(in crate::shop) struct Visit {
    pub(super) state: State,
    pub(super) session: Session,
    pub(super) path: String,
    pub(super) id: Option<SessionId>,
}

impl Visit {
    pub(super) fn new(Shared(state): Shared<State>, session: Session, path: String) -> Self {
        Self { state, session, path, id: None }
    }

    /// Changes the visitor's session.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Session) -> T) -> Option<T> {
        self.id.map(|id| self.state.sessions.change(id, change))
    }
}

impl FromRequestParts<State> for Visit {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, StatusCode> {
        let id = parts.extensions.get::<SessionId>().copied();
        let (id, session) = state.sessions.visit(id);
        let path = parts.uri.path().to_owned();
        Ok(Self { state: state.clone(), session, path, id: Some(id) })
    }
}

/// Returns all templates.
pub(in crate::shop) fn templates() -> Environment<'static> {
    let mut templates = Environment::new();
    for (name, text) in TEMPLATES {
        templates
            .add_template(name, text)
            .unwrap_or_else(|error| panic!("the template {name} is sound: {error:#}"));
    }
    templates
}

/// Returns a page.
pub(super) fn page(visit: &Visit, template: &str, context: Value) -> Response {
    page_with(StatusCode::OK, visit, template, context)
}

/// Returns a page with another status than 200.
pub(super) fn page_with(status: StatusCode, visit: &Visit, template: &str, page: Value) -> Response {
    let faults = visit.state.faults(&visit.session);
    let context = context! {
        user => visit.session.user,
        cart_count => visit.session.count(),
        partner => visit.state.partner(&visit.session),
        broken_script => faults.at(FaultKind::ScriptError, &visit.path).is_some(),
        missing_button => faults.at(FaultKind::MissingButton, &visit.path).is_some(),
        ..page
    };
    let rendered = visit.state.templates.get_template(template).and_then(|template| template.render(context));
    match rendered {
        Ok(html) => {
            let headers =
                [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
            (status, headers, html).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response(),
    }
}

macro_rules! embed {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../shop/templates/", $name)))),*]
    };
}

const TEMPLATES: &[(&str, &str)] = embed![
    "account.html",
    "base.html",
    "cart.html",
    "catalogue.html",
    "checkout.html",
    "deals.html",
    "error.html",
    "faults.html",
    "finder.html",
    "login.html",
    "parts.html",
    "pay.html",
    "product.html",
    "returns.html",
    "reviews.html",
    "search.html",
    "size-guide.html",
    "start.html",
    "thanks.html",
];
