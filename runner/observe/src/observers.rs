//! All observers behind one door: events and answers in, questions and observations out.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use serde_json::{Value, json};

use crate::observation::{Memory, Observation, Observed, Observer, Request, Vitals};
use crate::pages::News;
use crate::time::TimeBase;
use crate::{collector, console, memory, network, pages};

/// Which observers are on.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Requests.
    pub requests: bool,
    /// Documents with navigation timing and vitals.
    pub pages: bool,
    /// Performance entries.
    pub entries: bool,
    /// Console and uncaught errors.
    pub console: bool,
    /// Heap and DOM sizes after each step.
    pub memory: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { requests: true, pages: true, entries: true, console: true, memory: true }
    }
}

/// A command to be sent to each new target before it is released.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// Protocol method.
    pub method: &'static str,
    /// Its parameters.
    pub params: Value,
    /// Whether it goes to pages only; the others go to workers and frames of other origins too.
    pub pages_only: bool,
}

/// Where an event came from.
#[derive(Debug, Clone)]
pub struct Source {
    /// Protocol session.
    pub session: Rc<str>,
    /// Session of the page that the target belongs to (its own for a page).
    pub page: Rc<str>,
    /// Id of that page's main frame, which is its target id.
    pub main_frame: Rc<str>,
}

/// The occasion on which pages are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A step ended; pages that are still loading are left alone.
    StepEnd,
    /// The test ended.
    TestEnd,
}

/// A question to the browser; its answer goes to [`Observers::on_answer`].
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// Which question this is.
    pub token: ReadToken,
    /// Session to ask in.
    pub session: Rc<str>,
    /// Protocol method.
    pub method: &'static str,
    /// Its parameters.
    pub params: Value,
}

/// Tells which question an answer belongs to.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadToken {
    /// What the collector of a document kept.
    Collector {
        /// Session of the page.
        page: Rc<str>,
        /// Context that was asked.
        context: u64,
    },
    /// One part of a memory sample.
    Memory {
        /// Session of the page.
        page: Rc<str>,
        /// Method that was asked.
        method: &'static str,
    },
}

/// The observers of one session.
#[derive(Debug)]
pub struct Observers {
    settings: Settings,
    base: TimeBase,
    network: network::Network,
    pages: pages::Pages,
    samples: HashMap<Rc<str>, Memory>,
    unavailable: BTreeSet<&'static str>,
    told: Vec<Observed>,
}

impl Observers {
    /// Makes them for a session whose clocks are tied by `base`.
    #[must_use]
    pub fn new(settings: Settings, base: TimeBase) -> Self {
        Self {
            settings,
            base,
            network: network::Network::default(),
            pages: pages::Pages::default(),
            samples: HashMap::new(),
            unavailable: BTreeSet::new(),
            told: Vec::new(),
        }
    }

    /// Returns what must be sent to each new target while it is paused.
    ///
    /// The domains Page, Runtime and Network are expected to be on; with life-cycle events.
    #[must_use]
    pub fn commands(&self) -> Vec<Prepared> {
        let mut commands = Vec::new();
        if self.settings.console {
            commands.push(Prepared { method: "Log.enable", params: json!({}), pages_only: false });
        }
        if self.settings.pages || self.settings.entries {
            let binding = json!({"name": collector::BINDING, "executionContextName": collector::WORLD});
            let script =
                json!({"source": collector::SOURCE, "worldName": collector::WORLD, "runImmediately": true});
            commands.push(Prepared { method: "Runtime.addBinding", params: binding, pages_only: true });
            commands.push(Prepared {
                method: "Page.addScriptToEvaluateOnNewDocument",
                params: script,
                pages_only: true,
            });
        }
        commands
    }

    /// Returns the events to subscribe to.
    #[must_use]
    pub fn methods(&self) -> Vec<&'static str> {
        // Requests and documents are followed in any case: everything else is told of a document.
        let mut methods = [network::METHODS, pages::METHODS].concat();
        if self.settings.console {
            methods.extend_from_slice(console::METHODS);
        }
        methods
    }

    /// Sets the runner's wall clock less the browser's (milliseconds).
    pub fn set_clock_offset(&mut self, offset: f64) {
        self.base.set_offset(offset);
    }

    /// Takes one event, which arrived at `now` (epoch milliseconds).
    pub fn on_event(&mut self, source: &Source, method: &str, params: &str, now: f64) {
        if network::METHODS.contains(&method) {
            if let Err(reason) = self.network.on_event(method, params, &self.base) {
                self.spoiled(Observer::Network, format!("`{method}`: {reason}"), now);
            }
            self.tell_requests(source);
        } else if pages::METHODS.contains(&method) {
            match self.pages.on_event(&source.session, method, params, now) {
                Ok(news) => self.tell_pages(news),
                Err(reason) => self.spoiled(Observer::Pages, format!("`{method}`: {reason}"), now),
            }
        } else if self.settings.console {
            match console::read(method, params, &self.base) {
                Ok(Some((at, console))) => self.tell(at, &source.page, Observation::Console(console)),
                Ok(None) => {}
                Err(reason) => self.spoiled(Observer::Console, format!("`{method}`: {reason}"), now),
            }
        }
    }

    /// Returns what to ask a page on this occasion; nothing while it is inside its measured window.
    #[must_use]
    pub fn reads(&self, page: &Rc<str>, when: When) -> Vec<Read> {
        let mut reads = Vec::new();
        let Some(context) = self.pages.readable(page) else { return reads };
        if self.settings.pages || self.settings.entries {
            reads.push(Read {
                token: ReadToken::Collector { page: page.clone(), context },
                session: page.clone(),
                method: "Runtime.evaluate",
                params: json!({"expression": collector::READ, "contextId": context, "returnByValue": true,
                    "awaitPromise": true}),
            });
        }
        if self.settings.memory && when == When::StepEnd {
            reads.extend(memory::QUESTIONS.iter().map(|&method| Read {
                token: ReadToken::Memory { page: page.clone(), method },
                session: page.clone(),
                method,
                params: json!({}),
            }));
        }
        reads
    }

    /// Takes the answer to a question, which arrived at `now` (epoch milliseconds).
    pub fn on_answer(&mut self, token: ReadToken, answer: Result<&str, String>, now: f64) {
        match token {
            ReadToken::Collector { page, context } => {
                let news = answer.and_then(|answer| {
                    let value: Value = serde_json::from_str(answer).map_err(|error| error.to_string())?;
                    let payload = value["result"]["value"].as_str().unwrap_or_default();
                    self.pages.told(&page, context, payload)
                });
                match news {
                    Ok(news) => self.tell_pages(news),
                    Err(reason) => self.spoiled(Observer::Pages, reason, now),
                }
            }
            ReadToken::Memory { page, method } => {
                let limit = self.pages.heap_limit(&page);
                let sample = self.samples.entry(page.clone()).or_default();
                if let Err(reason) = answer.and_then(|answer| memory::add(sample, method, answer)) {
                    self.samples.remove(&page);
                    self.spoiled(Observer::Memory, reason, now);
                } else if sample.used.is_some() && sample.nodes.is_some() {
                    let sample = Memory { limit, ..*sample };
                    self.samples.remove(&page);
                    self.tell(now, &page, Observation::Memory(sample));
                }
            }
        }
    }

    /// Returns the vitals of a page's current document as far as they have been read.
    #[must_use]
    pub fn vitals(&self, page: &str) -> Option<Vitals> {
        self.pages.vitals(page)
    }

    /// Returns id and address of a page's current document.
    #[must_use]
    pub fn current(&self, page: &str) -> Option<(Rc<str>, Rc<str>)> {
        self.pages.current(page)
    }

    /// Returns what was seen since the last call.
    pub fn drain(&mut self) -> Vec<Observed> {
        std::mem::take(&mut self.told)
    }

    /// Ends what is still open, at the end of a test: unfinished requests, documents that were not left.
    pub fn finish(&mut self, source: &Source) {
        self.network.flush();
        self.tell_requests(source);
        for (loader, url, at, page) in self.pages.leave_all() {
            self.tell_page(loader, url, at, page);
        }
    }

    fn tell(&mut self, at: f64, page: &str, what: Observation) {
        let (page_id, page_url) = self.pages.current(page).unzip();
        self.told.push(Observed { at, page_id, page_url, what });
    }

    fn tell_requests(&mut self, source: &Source) {
        for ended in self.network.drain() {
            if ended.request.navigation {
                self.pages.answered(&ended.loader, ended.request.status);
                self.pages.started(&ended.loader, ended.at);
            }
            if !self.settings.requests {
                continue;
            }
            let (page_id, page_url) = self.page_of(&ended.loader, &ended.request, source);
            let what = Observation::Request(Box::new(ended.request));
            self.told.push(Observed { at: ended.at, page_id, page_url, what });
        }
    }

    /// A request of a top document belongs to it by its loader, one of an inner frame to the page around it.
    fn page_of(
        &self,
        loader: &str,
        request: &Request,
        source: &Source,
    ) -> (Option<Rc<str>>, Option<Rc<str>>) {
        if let Some(url) = self.pages.url(loader) {
            return (Some(loader.into()), Some(url));
        }
        // A navigation that failed leaves no document behind; it is told of the one that it should have become.
        if request.navigation && request.frame.as_deref() == Some(&*source.main_frame) {
            return (Some(loader.into()), Some(request.url.as_str().into()));
        }
        self.pages.current(&source.page).unzip()
    }

    fn tell_pages(&mut self, news: News) {
        if self.settings.entries {
            for (loader, entry, at) in news.entries {
                let page_url = self.pages.url(&loader);
                self.told.push(Observed {
                    at,
                    page_id: Some(loader),
                    page_url,
                    what: Observation::Entry(entry),
                });
            }
        }
        if let Some((loader, url, at, page)) = news.left {
            self.tell_page(loader, url, at, page);
        }
        if news.dropped > 0 {
            let reason = format!("{} performance entries more than the collector keeps", news.dropped);
            self.spoiled(Observer::Entries, reason, 0.0);
        }
    }

    fn tell_page(&mut self, loader: Rc<str>, url: Rc<str>, at: f64, page: crate::observation::Page) {
        if self.settings.pages {
            let what = Observation::Page(Box::new(page));
            self.told.push(Observed { at, page_id: Some(loader), page_url: Some(url), what });
        }
    }

    /// Tells once for each observer that it could not do its work.
    fn spoiled(&mut self, observer: Observer, reason: String, at: f64) {
        if self.unavailable.insert(observer.name()) {
            let what = Observation::Unavailable { observer, reason };
            self.told.push(Observed { at, page_id: None, page_url: None, what });
        }
    }
}

#[cfg(test)]
mod tests;
