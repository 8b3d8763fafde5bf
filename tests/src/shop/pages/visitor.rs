//! Signing in and out, and the account.

use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use minijinja::context;
use serde::Deserialize;

use super::render::{Visit, page, page_with};

/// Who may sign in: name, password, name on pages.
const USERS: [(&str, &str, &str); 2] = [("anna", "blackbird", "Anna"), ("bela", "nightingale", "Bela")];

/// What a sign-in says.
#[derive(Deserialize)]
pub(in crate::shop) struct Credentials {
    user: String,
    password: String,
}

/// The sign-in page.
pub(in crate::shop) async fn login(visit: Visit) -> Response {
    page(&visit, "login.html", context! {})
}

/// Signs in.
pub(in crate::shop) async fn sign_in(visit: Visit, Form(given): Form<Credentials>) -> Response {
    let known = USERS.iter().find(|(user, password, _)| *user == given.user && *password == given.password);
    let Some((_, _, name)) = known else {
        let context = context! { wrong => true, name => given.user };
        return page_with(StatusCode::UNAUTHORIZED, &visit, "login.html", context);
    };
    visit.change(|session| session.user = Some(name));
    Redirect::to("/account").into_response()
}

/// Signs out.
pub(in crate::shop) async fn sign_out(visit: Visit) -> Response {
    visit.change(|session| session.user = None);
    Redirect::to("/").into_response()
}

/// The account of who is signed in.
pub(in crate::shop) async fn account(visit: Visit) -> Response {
    match visit.session.user {
        Some(_) => page(&visit, "account.html", context! { orders => visit.session.orders }),
        None => Redirect::to("/login").into_response(),
    }
}
