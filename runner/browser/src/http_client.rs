//! Requests outside of pages: redirects, credentials and cookies as a browser has them.
//!
//! Those of a context share its cookies both ways; others have a jar of their own.

mod jar;
mod outgoing;

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use reqwest::header::{self, HeaderValue};
use reqwest::{Client, StatusCode, redirect};
use url::Url;

use crate::context::{Context, Cookie, HttpCredentials, Proxy};
use crate::error::ActionError;
use crate::network::Header;
use crate::progress::Progress;

pub use outgoing::HttpRequest;
use outgoing::Outgoing;

/// The largest body that is taken in, in bytes; half of what a script's engine may hold.
const LARGEST: usize = 32 << 20;
/// How many redirects are followed unless it is said otherwise, as browsers do.
const REDIRECTS: u32 = 20;
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(30);

/// Why a request outside of pages has no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// What was asked cannot be sent.
    #[error("{0}")]
    Invalid(String),
    /// No answer came.
    #[error("{0}")]
    Unreachable(String),
    /// The time was over, or the browser has no cookies for us any more.
    #[error(transparent)]
    Action(#[from] ActionError),
}

/// What requests of one jar have in common.
#[derive(Clone, Debug, Default)]
pub struct JarOptions {
    /// The user agent.
    pub user_agent: String,
    /// User and password for servers that ask.
    pub http_credentials: Option<HttpCredentials>,
    /// Whether broken certificates are accepted.
    pub ignore_https_errors: bool,
    /// The proxy.
    pub proxy: Option<Proxy>,
}

/// An answer with its body.
#[derive(Clone, Debug)]
pub struct HttpAnswer {
    /// The address that answered, after redirects.
    pub url: String,
    /// The status.
    pub status: u16,
    /// What the status means.
    pub status_text: &'static str,
    /// The headers in the order of their arrival.
    pub headers: Vec<Header>,
    /// Who answered: the server, or the proxy before it.
    pub server: Option<SocketAddr>,
    /// The body.
    pub body: Vec<u8>,
}

/// Sends requests that belong together; clones share their cookies.
#[derive(Clone)]
pub struct HttpClient(Owner);

/// Whose cookies go along.
#[derive(Clone)]
enum Owner {
    Context(Context),
    Jar(Rc<Jar>),
}

struct Jar {
    cookies: RefCell<Vec<Cookie>>,
    options: JarOptions,
}

impl std::fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Owner::Context(context) => write!(f, "HttpClient({context:?})"),
            Owner::Jar(_) => write!(f, "HttpClient(jar)"),
        }
    }
}

impl HttpClient {
    /// Makes one that shares the cookies, credentials and proxy of a context.
    pub fn of_context(context: &Context) -> Self {
        Self(Owner::Context(context.clone()))
    }

    /// Makes one with cookies of its own.
    pub fn with_jar(options: JarOptions, cookies: Vec<Cookie>) -> Self {
        Self(Owner::Jar(Rc::new(Jar { cookies: RefCell::new(cookies), options })))
    }

    /// Returns the cookies for these addresses, or all.
    pub async fn cookies(&self, progress: &Progress, urls: &[String]) -> Result<Vec<Cookie>, HttpError> {
        self.0.cookies(progress, urls).await
    }

    /// Sets cookies.
    pub async fn add_cookies(&self, progress: &Progress, cookies: Vec<Cookie>) -> Result<(), HttpError> {
        self.0.add(progress, cookies).await
    }

    /// Puts cookies in place of all that are there.
    pub async fn replace_cookies(&self, progress: &Progress, cookies: Vec<Cookie>) -> Result<(), HttpError> {
        self.0.replace(progress, cookies).await
    }

    /// Sends a request, follows redirects, and takes the answer in.
    pub async fn send(&self, progress: &Progress, request: HttpRequest) -> Result<HttpAnswer, HttpError> {
        let limits = (request.max_redirects.unwrap_or(REDIRECTS), request.max_retries.unwrap_or(0));
        let client = self.client(request.ignore_https_errors.unwrap_or(false))?;
        let (url, response) = self.follow(progress, &client, Outgoing::of(request)?, limits).await?;
        take_in(progress, url, response).await
    }

    fn client(&self, ignore_https_errors: bool) -> Result<Client, HttpError> {
        let mut builder = Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .user_agent(self.0.user_agent())
            .danger_accept_invalid_certs(ignore_https_errors || self.0.ignores_https_errors());
        if let Some(proxy) = self.0.proxy()? {
            builder = builder.proxy(proxy);
        }
        builder.build().map_err(|error| HttpError::Invalid(error.to_string()))
    }

    async fn follow(
        &self,
        progress: &Progress,
        client: &Client,
        mut outgoing: Outgoing,
        (mut redirects, mut retries): (u32, u32),
    ) -> Result<(Url, reqwest::Response), HttpError> {
        if self.0.is_offline() {
            return Err(HttpError::Unreachable(format!("the context is offline: {}", outgoing.url)));
        }
        let follows = redirects > 0;
        let mut authorized = false;
        loop {
            progress.log(&format!("→ {} {}", outgoing.method, outgoing.url));
            let sent = self.send_once(progress, client, &outgoing, authorized).await;
            let response = match sent {
                Err(HttpError::Unreachable(reason)) if retries > 0 => {
                    progress.log(&format!("  failed: {reason}, trying again"));
                    retries -= 1;
                    continue;
                }
                sent => sent?,
            };
            progress.log(&format!("← {}", response.status()));
            self.0.keep(progress, &outgoing.url, response.headers()).await?;
            if response.status() == StatusCode::UNAUTHORIZED
                && !authorized
                && self.0.credentials_for(&outgoing.url).is_some()
            {
                authorized = true;
                continue;
            }
            match outgoing.redirected(&response) {
                Some(next) if follows => {
                    if redirects == 0 {
                        return Err(HttpError::Invalid("Max redirect count exceeded".to_owned()));
                    }
                    redirects -= 1;
                    outgoing = next;
                }
                _ => return Ok((outgoing.url, response)),
            }
        }
    }

    async fn send_once(
        &self,
        progress: &Progress,
        client: &Client,
        outgoing: &Outgoing,
        authorized: bool,
    ) -> Result<reqwest::Response, HttpError> {
        let mut headers = outgoing.headers.clone();
        headers.entry(header::ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        if !headers.contains_key(header::COOKIE)
            && let Some(cookies) = self.0.cookie_header(progress, &outgoing.url).await?
        {
            headers.insert(header::COOKIE, cookies);
        }
        let mut request = client.request(outgoing.method.clone(), outgoing.url.clone()).headers(headers);
        let always = self
            .0
            .credentials_for(&outgoing.url)
            .filter(|credentials| authorized || credentials.send.as_deref() == Some("always"));
        if let Some(credentials) = always {
            request = request.basic_auth(credentials.username, Some(credentials.password));
        }
        if let Some(body) = &outgoing.body {
            request = request.body(body.clone());
        }
        progress.run(async { Ok::<_, ActionError>(request.send().await) }).await?.map_err(unreachable)
    }
}

async fn take_in(
    progress: &Progress,
    url: Url,
    mut response: reqwest::Response,
) -> Result<HttpAnswer, HttpError> {
    let server = response.remote_addr();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = progress
        .run(async {
            let mut body = Vec::new();
            loop {
                match response.chunk().await {
                    Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST => body.extend_from_slice(&chunk),
                    Ok(Some(_)) => return Ok::<_, ActionError>(Err(too_large())),
                    Ok(None) => return Ok(Ok(body)),
                    Err(error) => return Ok(Err(unreachable(error))),
                }
            }
        })
        .await??;
    let headers = headers
        .iter()
        .map(|(name, value)| Header {
            name: name.as_str().to_owned(),
            value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
        })
        .collect();
    Ok(HttpAnswer {
        url: url.into(),
        status: status.as_u16(),
        status_text: status.canonical_reason().unwrap_or_default(),
        headers,
        server,
        body,
    })
}

fn too_large() -> HttpError {
    HttpError::Invalid(format!(
        "the answer has more than {} MiB, the most that a script may take in",
        LARGEST >> 20
    ))
}

/// Tells why no answer came, down to the first cause.
fn unreachable(error: reqwest::Error) -> HttpError {
    let mut reasons = vec![error.to_string()];
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        reasons.push(cause.to_string());
        source = cause.source();
    }
    HttpError::Unreachable(reasons.join(": "))
}

impl Owner {
    fn user_agent(&self) -> String {
        match self {
            Self::Context(context) => {
                let own = context.options().user_agent.clone();
                own.unwrap_or_else(|| context.session().version().ordinary_user_agent())
            }
            Self::Jar(jar) => jar.options.user_agent.clone(),
        }
    }

    fn ignores_https_errors(&self) -> bool {
        match self {
            Self::Context(context) => context.options().ignore_https_errors,
            Self::Jar(jar) => jar.options.ignore_https_errors,
        }
    }

    fn is_offline(&self) -> bool {
        matches!(self, Self::Context(context) if context.options().offline)
    }

    fn proxy(&self) -> Result<Option<reqwest::Proxy>, HttpError> {
        let proxy = match self {
            Self::Context(context) => context.options().proxy.clone(),
            Self::Jar(jar) => jar.options.proxy.clone(),
        };
        let Some(proxy) = proxy else { return Ok(None) };
        let made =
            reqwest::Proxy::all(&proxy.server).map_err(|error| HttpError::Invalid(error.to_string()))?;
        let made = match (&proxy.username, &proxy.password) {
            (Some(user), password) => made.basic_auth(user, password.as_deref().unwrap_or_default()),
            _ => made,
        };
        let bypass = proxy.bypass.as_deref().and_then(reqwest::NoProxy::from_string);
        Ok(Some(made.no_proxy(bypass)))
    }

    fn credentials_for(&self, url: &Url) -> Option<HttpCredentials> {
        let credentials = match self {
            Self::Context(context) => context.options().http_credentials.clone(),
            Self::Jar(jar) => jar.options.http_credentials.clone(),
        }?;
        let fits = match &credentials.origin {
            Some(origin) => Url::parse(origin).is_ok_and(|origin| origin.origin() == url.origin()),
            None => true,
        };
        fits.then_some(credentials)
    }
}
