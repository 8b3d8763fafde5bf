//! `git http-backend` behind https, with a token at its door.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::server::{Server, listen};
use crate::tls::{Door, Identity};

/// An open server of the repositories in a folder; it closes when this goes away.
#[derive(Debug)]
pub struct GitOverHttps {
    url: String,
    requests: Requests,
    _server: Server,
}

/// What was asked for, body included.
type Requests = Arc<Mutex<Vec<String>>>;

/// What each request is answered from.
#[derive(Clone)]
struct Desk {
    folder: PathBuf,
    /// The header that opens the door.
    authorization: Arc<str>,
    requests: Requests,
}

impl GitOverHttps {
    /// Serves the repositories in a folder over https to whoever names the token as the password of `git`.
    ///
    /// # Errors
    /// When the certificate cannot be read or no port can be had.
    pub fn open(folder: &Path, identity: &Identity, token: &str) -> io::Result<Self> {
        let acceptor = identity.acceptor()?;
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let url = format!("https://{}", listener.local_addr()?);
        let requests = Requests::default();
        let word = base64::engine::general_purpose::STANDARD.encode(format!("git:{token}"));
        let authorization = format!("Basic {word}").into();
        let desk = Desk { folder: folder.to_owned(), authorization, requests: Arc::clone(&requests) };
        let router = Router::new().fallback(answer).with_state(desk);
        let server = Server::start("git", async move || {
            let door = Door { listener: TcpListener::from_std(listener)?, acceptor };
            axum::serve(door, router).await
        })?;
        Ok(Self { url, requests, _server: server })
    }

    /// Returns its address, to which a repository's name is added.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns what was asked so far by those who had the token: method, path and body of each request.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn answer(
    State(desk): State<Desk>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if shown != Some(&*desk.authorization) {
        let ask = (header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"git\""));
        return (StatusCode::UNAUTHORIZED, [ask]).into_response();
    }
    let request = format!("{method} {uri} {}", String::from_utf8_lossy(&body));
    desk.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    match backend(&desk.folder, &method, &uri, &headers, body).await {
        Ok(response) => response,
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Runs `git http-backend` for one request, as a web server would: variables and body in, headers and body out.
async fn backend(
    folder: &Path,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: Bytes,
) -> io::Result<Response> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut git = tokio::process::Command::new("git");
    git.arg("http-backend")
        .env("GIT_PROJECT_ROOT", folder)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REQUEST_METHOD", method.as_str())
        .env("PATH_INFO", uri.path())
        .env("QUERY_STRING", uri.query().unwrap_or_default())
        .env("CONTENT_TYPE", content_type.unwrap_or_default())
        .env("REMOTE_USER", "git");
    let mut git = git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    if let Some(mut input) = git.stdin.take() {
        input.write_all(&body).await?;
    }
    let said = git.wait_with_output().await?.stdout;
    let end = said.windows(4).position(|window| window == b"\r\n\r\n");
    let (head, body) =
        said.split_at(end.ok_or_else(|| io::Error::other("git http-backend told no headers"))?);
    let mut response = body.get(4..).unwrap_or_default().to_vec().into_response();
    response.headers_mut().remove(header::CONTENT_TYPE);
    for line in String::from_utf8_lossy(head).lines() {
        let Some((name, value)) = line.split_once(": ") else { continue };
        if name == "Status" {
            let code = value.split(' ').next().and_then(|code| code.parse().ok());
            *response.status_mut() = code.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        } else if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}
