//! Requests of the script itself, outside of pages: redirects, credentials and cookies as a browser has
//! them. Those of a context share its cookies both ways.

mod cookies;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use canary_browser::{Context, Cookie, CookieFilter, Header, HttpCredentials, Progress};
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, StatusCode, redirect};
use serde_json::json;
use url::Url;

use super::command::FetchAsk;
use super::failure::Failed;
use super::registry::{BodyId, ContextId, JarId};
use super::{Host, json_answer, nothing};
use crate::engine::Answer;

/// The largest body that a script may take in; half of what its engine may hold.
const LARGEST: usize = 32 << 20;
/// How many redirects are followed unless the script says otherwise, as browsers do.
const REDIRECTS: u32 = 20;
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(30);

/// Cookies and settings of requests that belong to no context.
pub(super) struct Jar {
    cookies: RefCell<Vec<Cookie>>,
    user_agent: Option<String>,
    credentials: Option<HttpCredentials>,
    ignore_https_errors: bool,
}

/// Whose cookies go along.
enum Owner {
    Context(Context),
    Jar(Rc<Jar>),
}

/// A request as it is about to be sent.
struct Outgoing {
    url: Url,
    method: Method,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

/// An answer, its body still to come.
struct Incoming {
    url: Url,
    response: reqwest::Response,
}

impl Host {
    pub(super) async fn fetch(&self, progress: &Progress, ask: FetchAsk) -> Result<Answer, Failed> {
        match ask {
            FetchAsk::Fetch {
                context,
                jar,
                url,
                method,
                headers,
                body,
                max_redirects,
                max_retries,
                ignore_https_errors,
            } => {
                let owner = self.owner(context, jar)?;
                let body = body.map(|body| super::route::bytes(&body)).transpose()?;
                let outgoing = Outgoing {
                    url: Url::parse(&url)
                        .map_err(|error| Failed::invalid(format!("Invalid URL: {error}")))?,
                    method: Method::from_bytes(method.as_bytes())
                        .map_err(|_| Failed::invalid(format!("`{method}` is no method")))?,
                    headers: header_map(&headers)?,
                    body,
                };
                let client = self.client(&owner, ignore_https_errors.unwrap_or(false))?;
                let limits = (max_redirects.unwrap_or(REDIRECTS), max_retries.unwrap_or(0));
                let incoming = self.send(progress, &client, &owner, outgoing, limits).await?;
                self.take_in(progress, incoming).await
            }
            FetchAsk::Body { body } => {
                let bytes = self.objects.bodies.get(body);
                bytes
                    .map(|bytes| Answer::Bytes(bytes.to_vec()))
                    .ok_or_else(|| Failed::invalid("Response has been disposed"))
            }
            FetchAsk::DisposeBody { body } => {
                self.objects.bodies.remove(body);
                Ok(nothing())
            }
            FetchAsk::NewJar { user_agent, http_credentials, ignore_https_errors, cookies } => {
                let id: JarId = self.objects.fresh();
                let jar = Jar {
                    cookies: RefCell::new(cookies),
                    user_agent,
                    credentials: http_credentials,
                    ignore_https_errors: ignore_https_errors.unwrap_or(false),
                };
                self.objects.jars.insert(id, Rc::new(jar));
                Ok(json_answer(id))
            }
            FetchAsk::DisposeJar { jar } => {
                self.objects.jars.remove(jar);
                Ok(nothing())
            }
            FetchAsk::Cookies { context, jar, urls } => {
                Ok(json_answer(self.owner(context, jar)?.cookies(progress, &urls).await?))
            }
            FetchAsk::AddCookies { context, jar, cookies } => {
                self.owner(context, jar)?.add(progress, cookies).await?;
                Ok(nothing())
            }
            FetchAsk::ClearCookies { context, jar } => {
                match self.owner(context, jar)? {
                    Owner::Context(context) => {
                        context.clear_cookies(progress, &CookieFilter::default()).await?
                    }
                    Owner::Jar(jar) => jar.cookies.borrow_mut().clear(),
                }
                Ok(nothing())
            }
        }
    }

    fn owner(&self, context: Option<ContextId>, jar: Option<JarId>) -> Result<Owner, Failed> {
        match (context, jar) {
            (Some(context), _) => Ok(Owner::Context(self.context_of(context)?)),
            (None, Some(jar)) => self.objects.jars.get(jar).map(Owner::Jar).ok_or(Failed::Gone),
            (None, None) => Err(Failed::invalid("a context or a jar is needed")),
        }
    }

    fn client(&self, owner: &Owner, ignore_https_errors: bool) -> Result<Client, Failed> {
        let mut builder = Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .user_agent(self.user_agent(owner))
            .danger_accept_invalid_certs(ignore_https_errors || owner.ignores_https_errors());
        if let Some(proxy) = owner.proxy()? {
            builder = builder.proxy(proxy);
        }
        builder.build().map_err(|error| Failed::invalid(error.to_string()))
    }

    fn user_agent(&self, owner: &Owner) -> String {
        let own = match owner {
            Owner::Context(context) => context.options().user_agent.clone(),
            Owner::Jar(jar) => jar.user_agent.clone(),
        };
        own.unwrap_or_else(|| {
            let known = self.session.as_ref().map(|session| session.version().user_agent);
            known.unwrap_or_default().replace("HeadlessChrome", "Chrome")
        })
    }

    async fn send(
        &self,
        progress: &Progress,
        client: &Client,
        owner: &Owner,
        mut outgoing: Outgoing,
        (mut redirects, mut retries): (u32, u32),
    ) -> Result<Incoming, Failed> {
        if owner.is_offline() {
            return Err(Failed::Unreachable(format!("the context is offline: {}", outgoing.url)));
        }
        let follows = redirects > 0;
        let mut authorized = false;
        loop {
            progress.log(&format!("→ {} {}", outgoing.method, outgoing.url));
            let sent = self.send_once(progress, client, owner, &outgoing, authorized).await;
            let response = match sent {
                Err(Failed::Unreachable(reason)) if retries > 0 => {
                    progress.log(&format!("  failed: {reason}, trying again"));
                    retries -= 1;
                    continue;
                }
                sent => sent?,
            };
            progress.log(&format!("← {}", response.status()));
            owner.keep(progress, &outgoing.url, response.headers()).await?;
            if response.status() == StatusCode::UNAUTHORIZED
                && !authorized
                && owner.credentials_for(&outgoing.url).is_some()
            {
                authorized = true;
                continue;
            }
            match outgoing.redirected(&response) {
                Some(next) if follows => {
                    if redirects == 0 {
                        return Err(Failed::invalid("Max redirect count exceeded"));
                    }
                    redirects -= 1;
                    outgoing = next;
                }
                _ => return Ok(Incoming { url: outgoing.url, response }),
            }
        }
    }

    async fn send_once(
        &self,
        progress: &Progress,
        client: &Client,
        owner: &Owner,
        outgoing: &Outgoing,
        authorized: bool,
    ) -> Result<reqwest::Response, Failed> {
        let mut headers = outgoing.headers.clone();
        headers.entry(header::ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        if !headers.contains_key(header::COOKIE)
            && let Some(cookies) = owner.cookie_header(progress, &outgoing.url).await?
        {
            headers.insert(header::COOKIE, cookies);
        }
        let mut request = client.request(outgoing.method.clone(), outgoing.url.clone()).headers(headers);
        let always = owner
            .credentials_for(&outgoing.url)
            .filter(|credentials| authorized || credentials.send.as_deref() == Some("always"));
        if let Some(credentials) = always {
            request = request.basic_auth(credentials.username, Some(credentials.password));
        }
        if let Some(body) = &outgoing.body {
            request = request.body(body.clone());
        }
        progress
            .run(async { Ok::<_, canary_browser::ActionError>(request.send().await) })
            .await?
            .map_err(unreachable)
    }

    async fn take_in(&self, progress: &Progress, incoming: Incoming) -> Result<Answer, Failed> {
        let Incoming { url, mut response } = incoming;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = progress
            .run(async {
                let mut body = Vec::new();
                loop {
                    match response.chunk().await {
                        Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST => {
                            body.extend_from_slice(&chunk)
                        }
                        Ok(Some(_)) => return Ok::<_, canary_browser::ActionError>(Err(too_large())),
                        Ok(None) => return Ok(Ok(body)),
                        Err(error) => return Ok(Err(unreachable(error))),
                    }
                }
            })
            .await??;
        let id: BodyId = self.objects.fresh();
        self.objects.bodies.insert(id, body.into());
        let list: Vec<Header> = headers
            .iter()
            .map(|(name, value)| Header {
                name: name.as_str().to_owned(),
                value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
            })
            .collect();
        Ok(json_answer(json!({
            "url": url.as_str(),
            "status": status.as_u16(),
            "statusText": status.canonical_reason().unwrap_or_default(),
            "headers": list,
            "body": id,
        })))
    }
}

fn too_large() -> Failed {
    Failed::invalid(format!(
        "the answer has more than {} MiB, the most that a script may take in",
        LARGEST >> 20
    ))
}

/// Tells why no answer came, down to the first cause.
fn unreachable(error: reqwest::Error) -> Failed {
    let mut reasons = vec![error.to_string()];
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        reasons.push(cause.to_string());
        source = cause.source();
    }
    Failed::Unreachable(reasons.join(": "))
}

fn header_map(headers: &[Header]) -> Result<HeaderMap, Failed> {
    let mut map = HeaderMap::new();
    for Header { name, value } in headers {
        let wrong = |what: &str| Failed::invalid(format!("Invalid character in header {what} [\"{name}\"]"));
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("name"))?;
        map.append(parsed, HeaderValue::from_str(value).map_err(|_| wrong("content"))?);
    }
    Ok(map)
}

impl Outgoing {
    /// Returns the request that a redirect asks for.
    fn redirected(&self, response: &reqwest::Response) -> Option<Self> {
        let status = response.status().as_u16();
        if !matches!(status, 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let location = response.headers().get(header::LOCATION)?;
        let url = self.url.join(&String::from_utf8_lossy(location.as_bytes())).ok()?;
        let becomes_get = match status {
            301 | 302 => self.method == Method::POST,
            303 => self.method != Method::GET && self.method != Method::HEAD,
            _ => false,
        };
        let mut headers = self.headers.clone();
        headers.remove(header::HOST);
        if url.origin() != self.url.origin() {
            headers.remove(header::AUTHORIZATION);
        }
        if becomes_get {
            let of_body = [
                header::CONTENT_TYPE,
                header::CONTENT_LENGTH,
                header::CONTENT_ENCODING,
                header::CONTENT_LANGUAGE,
            ];
            of_body.iter().for_each(|name| {
                headers.remove(name);
            });
            return Some(Self { url, method: Method::GET, headers, body: None });
        }
        Some(Self { url, method: self.method.clone(), headers, body: self.body.clone() })
    }
}

impl Owner {
    fn ignores_https_errors(&self) -> bool {
        match self {
            Self::Context(context) => context.options().ignore_https_errors,
            Self::Jar(jar) => jar.ignore_https_errors,
        }
    }

    fn is_offline(&self) -> bool {
        matches!(self, Self::Context(context) if context.options().offline)
    }

    fn proxy(&self) -> Result<Option<reqwest::Proxy>, Failed> {
        let Self::Context(context) = self else { return Ok(None) };
        let Some(proxy) = context.options().proxy.clone() else { return Ok(None) };
        let made = reqwest::Proxy::all(&proxy.server).map_err(|error| Failed::invalid(error.to_string()))?;
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
            Self::Jar(jar) => jar.credentials.clone(),
        }?;
        let fits = match &credentials.origin {
            Some(origin) => Url::parse(origin).is_ok_and(|origin| origin.origin() == url.origin()),
            None => true,
        };
        fits.then_some(credentials)
    }
}
