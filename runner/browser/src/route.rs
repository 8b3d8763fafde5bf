//! Requests held up on their way, to be answered, changed, refused or let go.
//!
//! Which route belongs to which handler is the script's matter; here is one stream of held requests for each
//! page and one for each context. A page's stream comes first, the context's is next, then the network.

mod answer;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::connection::{RawEvent, Reply, all_done};
use crate::context::{Context, HttpCredentials};
use crate::error::ActionError;
use crate::network::Request;
use crate::page::Page;
use crate::progress::Progress;
use crate::target::Channel;

pub use answer::{Continue, Fulfil};

/// Says whether requests to an address are held up.
pub type UrlMatcher = Rc<dyn Fn(&str) -> bool>;

/// Held requests, in order. When it is dropped, nothing is held for it any more.
pub type Routes = mpsc::UnboundedReceiver<Route>;

/// What of a page or a context is held up.
#[derive(Default)]
pub(crate) struct Interception {
    streams: RefCell<Vec<Stream>>,
    next_stream: Cell<u64>,
    /// Requests that are held but not told yet, by the network's id.
    early: RefCell<HashMap<String, (Channel, Paused)>>,
    asked: RefCell<HashSet<String>>,
    is_on: Cell<bool>,
}

struct Stream {
    /// Newer streams have higher numbers.
    number: u64,
    matches: UrlMatcher,
    sender: mpsc::UnboundedSender<Route>,
}

impl Interception {
    fn add(&self, matches: UrlMatcher) -> Routes {
        let (sender, receiver) = mpsc::unbounded_channel();
        let number = self.next_stream.get();
        self.next_stream.set(number + 1);
        self.streams.borrow_mut().push(Stream { number, matches, sender });
        receiver
    }

    fn has_streams(&self) -> bool {
        let mut streams = self.streams.borrow_mut();
        streams.retain(|stream| !stream.sender.is_closed());
        !streams.is_empty()
    }

    /// Hands a route to the newest stream that wants it and has not had it, or gives it back.
    fn offer(&self, mut route: Route) -> Option<Route> {
        let streams = self.streams.borrow();
        let before = route.before;
        for stream in streams.iter().rev().filter(|stream| stream.number < before) {
            if !(stream.matches)(route.request().url()) {
                continue;
            }
            route.before = stream.number;
            match stream.sender.send(route) {
                Ok(()) => return None,
                Err(refused) => route = refused.0,
            }
        }
        Some(route)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paused {
    request_id: String,
    request: PausedRequest,
    network_id: Option<String>,
    redirected_request_id: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct PausedRequest {
    method: String,
    headers: crate::network::Headers,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthRequired {
    request_id: String,
    auth_challenge: Challenge,
}

#[derive(Deserialize)]
struct Challenge {
    source: Option<String>,
    origin: String,
}

/// A request that is held up. Exactly one of its endings must be chosen.
pub struct Route {
    page: Page,
    channel: Channel,
    id: String,
    request: Request,
    /// Whether the page's streams have all had it, and the number of the one that had it last.
    in_context: bool,
    before: u64,
    over: Cell<bool>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Route({:?})", self.request)
    }
}

impl Page {
    /// Holds up requests of this page to addresses that match.
    pub async fn routes(&self, progress: &Progress, matches: UrlMatcher) -> Result<Routes, ActionError> {
        let routes = self.0.interception.add(matches);
        self.update_interception(progress).await?;
        Ok(routes)
    }

    /// Holds up requests as far as anybody still asks for it.
    pub async fn update_interception(&self, progress: &Progress) -> Result<(), ActionError> {
        let was_on = self.0.interception.is_on.get();
        let replies = match (self.wants_interception(), was_on) {
            (true, _) => self.channels().iter().flat_map(|channel| self.intercept(channel)).collect(),
            (false, true) => {
                self.0.interception.is_on.set(false);
                let off = |channel: &Channel| [disable(channel), cache(channel, false)];
                self.channels().iter().flat_map(off).collect()
            }
            (false, false) => Vec::new(),
        };
        progress.run(async { Ok(all_done(replies).await?) }).await
    }

    fn wants_interception(&self) -> bool {
        let options = self.context().options();
        let credentials = options.http_credentials.is_some()
            || options.proxy.as_ref().is_some_and(|proxy| proxy.username.is_some());
        drop(options);
        credentials || self.has_routes()
    }

    fn has_routes(&self) -> bool {
        self.0.interception.has_streams() || self.context().0.interception.has_streams()
    }

    /// Sends what holds requests up, where anybody wants that.
    pub(crate) fn intercept(&self, channel: &Channel) -> Vec<Reply> {
        if !self.wants_interception() {
            return Vec::new();
        }
        self.0.interception.is_on.set(true);
        let patterns = json!({ "handleAuthRequests": true, "patterns": [{ "urlPattern": "*" }] });
        // What comes from a cache would not be held up.
        let uncached = self.has_routes().then(|| cache(channel, true));
        uncached.into_iter().chain([channel.send_raw("Fetch.enable", &patterns)]).collect()
    }

    pub(crate) fn on_request_paused(&self, channel: &Channel, event: &RawEvent<'_>) {
        let Some(paused) = event.decode::<Paused>() else { return };
        // A redirect of what was let go already, and a question that the browser asks of its own accord.
        let is_preflight = paused.request.method == "OPTIONS"
            && paused.request.headers.get("access-control-request-method").is_some();
        let network_id = match &paused.network_id {
            Some(id) if paused.redirected_request_id.is_none() && !is_preflight && self.has_routes() => {
                id.clone()
            }
            _ => {
                drop(let_go(channel, &paused.request_id));
                return;
            }
        };
        match self.0.network.request(&network_id).filter(|request| request.known_response().is_none()) {
            Some(request) => self.offer(channel, &paused, request),
            None => {
                self.0.interception.early.borrow_mut().insert(network_id, (channel.clone(), paused));
            }
        }
    }

    /// A request was told that may be held up already.
    pub(crate) fn join_paused(&self, request: &Request) {
        let early = self.0.interception.early.borrow_mut().remove(request.id());
        if let Some((channel, paused)) = early {
            self.offer(&channel, &paused, request.clone());
        }
    }

    fn offer(&self, channel: &Channel, paused: &Paused, request: Request) {
        let route = Route {
            page: self.clone(),
            channel: channel.clone(),
            id: paused.request_id.clone(),
            request,
            in_context: false,
            before: u64::MAX,
            over: Cell::new(false),
        };
        self.pass_on(route);
    }

    fn pass_on(&self, route: Route) {
        let route = if route.in_context {
            route
        } else {
            let Some(route) = self.0.interception.offer(route) else { return };
            Route { in_context: true, before: u64::MAX, ..route }
        };
        if let Some(route) = self.context().0.interception.offer(route) {
            drop(route.let_go());
        }
    }

    pub(crate) fn on_auth_required(&self, channel: &Channel, event: &RawEvent<'_>) {
        let Some(asked) = event.decode::<AuthRequired>() else { return };
        let is_first = self.0.interception.asked.borrow_mut().insert(asked.request_id.clone());
        let credentials = self.credentials_for(&asked.auth_challenge).filter(|_| is_first);
        let answer = match (&credentials, is_first) {
            (Some(credentials), _) => json!({
                "response": "ProvideCredentials",
                "username": credentials.username,
                "password": credentials.password,
            }),
            (None, true) => json!({ "response": "Default" }),
            // Asked again: they were wrong.
            (None, false) => json!({ "response": "CancelAuth" }),
        };
        let params = json!({ "requestId": asked.request_id, "authChallengeResponse": answer });
        drop(channel.send_raw("Fetch.continueWithAuth", &params));
    }

    fn credentials_for(&self, challenge: &Challenge) -> Option<HttpCredentials> {
        let options = self.context().options();
        if challenge.source.as_deref() == Some("Proxy") {
            let proxy = options.proxy.as_ref()?;
            return Some(HttpCredentials {
                username: proxy.username.clone()?,
                password: proxy.password.clone().unwrap_or_default(),
                origin: None,
                send: None,
            });
        }
        let credentials = options.http_credentials.clone()?;
        let wanted =
            credentials.origin.as_deref().map(|origin| origin.trim_end_matches('/').to_ascii_lowercase());
        let fits = wanted.is_none_or(|wanted| wanted == challenge.origin.to_ascii_lowercase());
        fits.then_some(credentials)
    }
}

impl Context {
    /// Holds up requests of all pages to addresses that match.
    pub async fn routes(&self, progress: &Progress, matches: UrlMatcher) -> Result<Routes, ActionError> {
        let routes = self.0.interception.add(matches);
        self.update_interception(progress).await?;
        Ok(routes)
    }

    /// Holds up requests as far as anybody still asks for it.
    pub async fn update_interception(&self, progress: &Progress) -> Result<(), ActionError> {
        for page in self.all_pages() {
            page.update_interception(progress).await?;
        }
        Ok(())
    }
}

fn cache(channel: &Channel, disabled: bool) -> Reply {
    channel.send_raw("Network.setCacheDisabled", &json!({ "cacheDisabled": disabled }))
}

fn disable(channel: &Channel) -> Reply {
    channel.send_raw("Fetch.disable", &Value::Object(serde_json::Map::new()))
}

fn let_go(channel: &Channel, id: &str) -> Reply {
    channel.send_raw("Fetch.continueRequest", &json!({ "requestId": id }))
}
