//! Follows the documents of each page: which one is current, whether it has settled, what its collector told.

use std::collections::HashMap;
use std::rc::Rc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::collector::{BINDING, Report, WORLD};
use crate::observation::{Entry, Page};
use crate::vitals::{Timeline, number, text};

/// Events this observer listens to.
pub(crate) const METHODS: &[&str] = &[
    "Page.frameNavigated",
    "Page.lifecycleEvent",
    "Runtime.executionContextCreated",
    "Runtime.executionContextsCleared",
    "Runtime.executionContextDestroyed",
    "Runtime.bindingCalled",
];

/// A page's documents and the execution contexts of its collectors, by session.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    sessions: HashMap<Rc<str>, Session>,
    documents: HashMap<Rc<str>, Document>,
}

#[derive(Debug, Default)]
struct Session {
    current: Option<Rc<str>>,
    /// The frame of top documents, known from the first of them on.
    top: Option<String>,
    /// Collector contexts of this session: id to the document it runs in, once that is known.
    contexts: HashMap<u64, Option<Rc<str>>>,
}

impl Session {
    /// Inner frames of the same process have the collector's world too, and nothing in it.
    fn is_top(&self, frame: Option<&str>) -> bool {
        match (&self.top, frame) {
            (Some(top), Some(frame)) => top == frame,
            _ => true,
        }
    }
}

#[derive(Debug)]
struct Document {
    url: Rc<str>,
    title: String,
    restored: bool,
    status: Option<u16>,
    navigation: Map<String, Value>,
    timeline: Timeline,
    heap_limit: Option<u64>,
    loaded: bool,
    started: f64,
}

/// What became known by an event or an answer.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// Entries of a document, as documents carry them, each with its start after the document's.
    pub(crate) entries: Vec<(Rc<str>, Entry, f64)>,
    /// A document that was left.
    pub(crate) left: Option<(Rc<str>, Rc<str>, f64, Page)>,
    /// Entries that the collector had no room for.
    pub(crate) dropped: u64,
}

impl Pages {
    /// Takes one event of the session of a page.
    pub(crate) fn on_event(
        &mut self,
        session: &Rc<str>,
        method: &str,
        params: &str,
        at: f64,
    ) -> Result<News, String> {
        match method {
            "Page.frameNavigated" => self.navigated(session, decode(params)?, at),
            "Page.lifecycleEvent" => self.lifecycle(session, &decode(params)?),
            "Runtime.executionContextCreated" => {
                let Created { context } = decode(params)?;
                let known = self.session(session);
                if context.name == WORLD && known.is_top(context.aux_data.frame_id.as_deref()) {
                    known.contexts.insert(context.id, None);
                }
            }
            "Runtime.executionContextsCleared" => self.session(session).contexts.clear(),
            "Runtime.executionContextDestroyed" => {
                let Destroyed { execution_context_id } = decode(params)?;
                self.session(session).contexts.remove(&execution_context_id);
            }
            "Runtime.bindingCalled" => {
                let called: Called = decode(params)?;
                if called.name == BINDING {
                    return self.told(session, called.execution_context_id, &called.payload);
                }
            }
            _ => {}
        }
        Ok(News::default())
    }

    /// Notes the response code of a document.
    pub(crate) fn answered(&mut self, loader: &str, status: Option<u16>) {
        if let Some(document) = self.documents.get_mut(loader) {
            document.status = status;
        }
    }

    /// Returns id and address of the current document of a session.
    pub(crate) fn current(&self, session: &str) -> Option<(Rc<str>, Rc<str>)> {
        let loader = self.sessions.get(session)?.current.clone()?;
        let url = self.documents.get(&loader)?.url.clone();
        Some((loader, url))
    }

    /// Returns the address of a document.
    pub(crate) fn url(&self, loader: &str) -> Option<Rc<str>> {
        self.documents.get(loader).map(|document| document.url.clone())
    }

    /// Returns the context to read the current document's collector in, once the document has loaded.
    pub(crate) fn readable(&self, session: &str) -> Option<u64> {
        let session = self.sessions.get(session)?;
        let current = session.current.as_ref()?;
        self.documents.get(current).filter(|document| document.loaded)?;
        let mine = |(_, loader): &(&u64, &Option<Rc<str>>)| loader.as_ref() == Some(current);
        session.contexts.iter().find(mine).map(|(id, _)| *id)
    }

    /// Returns the vitals of the current document of a session as far as they are known.
    pub(crate) fn vitals(&self, session: &str) -> Option<crate::observation::Vitals> {
        let document = self.documents.get(self.sessions.get(session)?.current.as_ref()?)?;
        Some(document.timeline.vitals(&document.navigation))
    }

    /// Returns the limit of the heap that the current document told.
    pub(crate) fn heap_limit(&self, session: &str) -> Option<u64> {
        self.documents.get(self.sessions.get(session)?.current.as_ref()?)?.heap_limit
    }

    /// Takes what the collector in a context told.
    pub(crate) fn told(&mut self, session: &Rc<str>, context: u64, payload: &str) -> Result<News, String> {
        if payload.is_empty() {
            return Ok(News::default());
        }
        let report: Report = decode(payload)?;
        let known = self.sessions.get(session).and_then(|s| s.contexts.get(&context).cloned().flatten());
        let current = || self.sessions.get(session).and_then(|s| s.current.clone());
        let Some(loader) = known.or_else(current) else { return Ok(News::default()) };
        let leaving = report.leaving;
        let mut news = self.add(&loader, report);
        if leaving {
            news.left = self.leave(&loader);
        }
        Ok(news)
    }

    /// Ends every document that is still there, in the order of their start.
    pub(crate) fn leave_all(&mut self) -> Vec<(Rc<str>, Rc<str>, f64, Page)> {
        let mut loaders: Vec<(f64, Rc<str>)> =
            self.documents.iter().map(|(loader, document)| (document.started, loader.clone())).collect();
        loaders.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        self.sessions.clear();
        loaders.into_iter().filter_map(|(_, loader)| self.leave(&loader)).collect()
    }

    fn session(&mut self, session: &Rc<str>) -> &mut Session {
        self.sessions.entry(session.clone()).or_default()
    }

    fn navigated(&mut self, session: &Rc<str>, event: Navigated, at: f64) {
        if event.frame.parent_id.is_some() {
            return;
        }
        let loader: Rc<str> = event.frame.loader_id.into();
        let known = self.session(session);
        known.current = Some(loader.clone());
        known.top = event.frame.id;
        let url: Rc<str> = event.frame.url.into();
        if &*url == "about:blank" {
            return;
        }
        self.documents.entry(loader).or_insert_with(|| Document {
            url,
            title: String::new(),
            restored: event.kind.as_deref() == Some("BackForwardCacheRestore"),
            status: None,
            navigation: Map::new(),
            timeline: Timeline::default(),
            heap_limit: None,
            loaded: false,
            started: at,
        });
    }

    fn lifecycle(&mut self, session: &Rc<str>, event: &Lifecycle) {
        let loaded = event.name == "load";
        if !loaded && event.name != "DOMContentLoaded" {
            return;
        }
        let Some(known) = self.sessions.get_mut(session) else { return };
        // Only the top document has a collector, so a context without a document is that of the one that
        // tells of itself, if it is the current one.
        let Some(current) = known.current.clone().filter(|current| **current == *event.loader_id) else {
            return;
        };
        for loader in known.contexts.values_mut() {
            loader.get_or_insert_with(|| current.clone());
        }
        if let Some(document) = self.documents.get_mut(&current) {
            document.loaded |= loaded;
        }
    }

    fn add(&mut self, loader: &Rc<str>, report: Report) -> News {
        let mut news = News { dropped: report.dropped, ..News::default() };
        let Some(document) = self.documents.get_mut(loader) else { return news };
        document.url = report.url.into();
        document.title = report.title;
        document.restored |= report.restored;
        document.heap_limit = report.heap_limit.or(document.heap_limit);
        if let Some(navigation) = report.navigation {
            document.navigation = snake_case(navigation);
        }
        for entry in report.entries {
            document.timeline.add(&entry);
            let start = number(&entry, "start");
            news.entries.push((
                loader.clone(),
                Entry { fields: as_document(entry) },
                document.started + start,
            ));
        }
        news
    }

    fn leave(&mut self, loader: &Rc<str>) -> Option<(Rc<str>, Rc<str>, f64, Page)> {
        let document = self.documents.remove(loader)?;
        let page = Page {
            url: document.url.to_string(),
            title: document.title,
            load_type: if document.restored { "restored" } else { "hard" },
            status: document.status.or_else(|| status(&document.navigation)),
            vitals: document.timeline.vitals(&document.navigation),
            navigation: document.navigation,
        };
        Some((loader.clone(), document.url, document.started, page))
    }

    /// Sets when a document's navigation began, as its request told (epoch milliseconds).
    pub(crate) fn started(&mut self, loader: &str, at: f64) {
        if let Some(document) = self.documents.get_mut(loader) {
            document.started = document.started.min(at);
        }
    }
}

fn status(navigation: &Map<String, Value>) -> Option<u16> {
    let status = number(navigation, "response_status") as u16;
    (status > 0).then_some(status)
}

/// Returns a navigation timing in the names of documents; parts that no document names are left out.
fn snake_case(timing: Map<String, Value>) -> Map<String, Value> {
    let mut named = Map::new();
    for (name, value) in timing {
        if value.is_object()
            || value.is_array()
            || matches!(name.as_str(), "name" | "entryType" | "initiatorType")
        {
            continue;
        }
        let mut snake = String::with_capacity(name.len() + 4);
        for letter in name.chars() {
            if letter.is_ascii_uppercase() {
                snake.push('_');
            }
            snake.push(letter.to_ascii_lowercase());
        }
        named.insert(snake, value);
    }
    named
}

/// Returns an entry without what serves derivations only, with `response_time` and `ttfb` where it has a response:
/// from the start of the entry to its last and to its first byte.
fn as_document(mut entry: Map<String, Value>) -> Map<String, Value> {
    let start = number(&entry, "start");
    let (first, last) = (number(&entry, "_response_start"), number(&entry, "_response_end"));
    if text(&entry, "type") == "resource" {
        if last > 0.0 {
            entry.insert("response_time".to_owned(), json!(last - start));
        }
        // A resource of another origin that does not allow it hides its first byte as 0.
        if first > 0.0 {
            entry.insert("ttfb".to_owned(), json!(first - start));
        }
    }
    entry.retain(|name, _| !name.starts_with('_'));
    entry
}

fn decode<'a, T: Deserialize<'a>>(params: &'a str) -> Result<T, String> {
    serde_json::from_str(params).map_err(|error| error.to_string())
}

#[derive(Deserialize)]
struct Navigated {
    frame: Frame,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Frame {
    id: Option<String>,
    parent_id: Option<String>,
    #[serde(default)]
    loader_id: String,
    #[serde(default)]
    url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lifecycle {
    #[serde(default)]
    loader_id: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Created {
    context: Context,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    id: u64,
    #[serde(default)]
    name: String,
    #[serde(default)]
    aux_data: AuxData,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuxData {
    frame_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Destroyed {
    execution_context_id: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Called {
    #[serde(default)]
    name: String,
    #[serde(default)]
    payload: String,
    execution_context_id: u64,
}
