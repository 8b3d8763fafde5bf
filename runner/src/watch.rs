//! Watching: carries the browser's events to the observers, their questions to the browser, and what they saw
//! to the recorder. Knows in which test and step things happen; what is seen is decided by the observers, what
//! it becomes by `convert`.

mod clock;

use std::collections::HashMap;
use std::rc::Rc;

use canary_browser::{Command, Event, EventReceiver, Progress, Session, Target, TargetKind};
use canary_observe::{Observation, Observed, Observers, ReadToken, Settings, Source, TimeBase, When};
use canary_store::document::{BrowserClock, PageRef, Vitals};
use serde::Deserialize;

use crate::clock::Clock;
use crate::convert;
use crate::recorder::{Context, DropReason, Recorder};
use crate::settings;

/// How long all questions at the end of a step may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);

/// The kinds of targets that observers listen to, beside pages.
const INNER: &[TargetKind] = &[
    TargetKind::Page,
    TargetKind::Iframe,
    TargetKind::Worker,
    TargetKind::SharedWorker,
    TargetKind::ServiceWorker,
];

/// Watches one browser while a script is played.
pub(crate) struct Watch {
    session: Session,
    observers: Observers,
    events: EventReceiver,
    clock: Clock,
    /// Pages by the browser's id, with their session for the observers.
    pages: HashMap<String, Rc<Target>>,
    /// The page in which something happened last.
    active: Option<String>,
    /// The test and step in which things happen now.
    context: Context,
    /// What was seen so far, for the summary.
    seen: Seen,
}

/// What the summary says of everything that was seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Bytes that pages received from the network.
    pub(crate) received: u64,
    /// The worst of each vital.
    pub(crate) worst: Vitals,
    /// The last share of the heap's limit that a page used.
    pub(crate) heap_share: Option<f64>,
    /// How the clock of a remote browser stands.
    pub(crate) clock: BrowserClock,
}

/// A page as it stood when it was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageState {
    /// The document load.
    pub(crate) page: PageRef,
    /// Its title.
    pub(crate) title: Option<String>,
    /// Its vitals so far.
    pub(crate) vitals: Vitals,
}

/// What of the collector's report is of use here.
#[derive(Deserialize)]
struct Report {
    url: Option<String>,
    title: Option<String>,
}

impl Watch {
    /// Starts watching a browser in which no page is open yet.
    pub(crate) fn start(session: &Session, wanted: settings::Observe, clock: Clock) -> Self {
        let observers = Observers::new(
            Settings {
                requests: wanted.requests,
                pages: wanted.pages,
                entries: wanted.entries,
                console: wanted.console,
                memory: wanted.memory,
            },
            TimeBase::default(),
        );
        let commands = observers.commands().into_iter().map(|command| {
            let targets = if command.pages_only { &[TargetKind::Page] } else { INNER };
            Command::new(command.method, command.params, targets)
        });
        session.prepare(commands.collect());
        let events = session.subscribe(&observers.methods());
        Self {
            session: session.clone(),
            observers,
            events,
            clock,
            pages: HashMap::new(),
            active: None,
            context: Context::default(),
            seen: Seen::default(),
        }
    }

    /// Waits for the next event; nothing once the session is over.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Names the test and step in which things happen from now on.
    pub(crate) fn enter(&mut self, context: Context) {
        self.context = context;
    }

    /// Turns to a page, whatever happens in others.
    pub(crate) fn look_at(&mut self, page: &Rc<Target>) {
        self.active = Some(page.target_id.clone());
        self.pages.entry(page.target_id.clone()).or_insert_with(|| Rc::clone(page));
    }

    /// Takes one event.
    pub(crate) fn take(&mut self, event: &Event, recorder: &Recorder) {
        self.tie_clocks();
        let now = self.millis_at(event.at);
        if let Some(source) = self.source_of(&event.target) {
            self.observers.on_event(&source, &event.method, event.params.get(), now);
            self.record(recorder);
        }
    }

    /// Brings the browser's times to our clock as soon as its own was read, which is before the first document.
    fn tie_clocks(&mut self) {
        if self.seen.clock.offset.is_some() {
            return;
        }
        let Some(reading) = self.session.clock_reading() else { return };
        self.seen.clock = clock::compare(&reading, self.millis_at(reading.moment().0));
        let offset = self.seen.clock.offset.unwrap_or_default();
        tracing::debug!(offset, uncertainty = self.seen.clock.uncertainty, "the browser's clock was read");
        self.observers.set_clock_offset(offset);
    }

    /// Takes the events that are there already.
    pub(crate) fn catch_up(&mut self, recorder: &Recorder) {
        while let Some(event) = self.events.try_recv() {
            self.take(&event, recorder);
        }
    }

    /// Asks the open pages what their collectors kept, and returns how the active one stands.
    pub(crate) async fn read(&mut self, when: When, recorder: &Recorder) -> PageState {
        self.catch_up(recorder);
        let mut state = PageState::default();
        let pages: Vec<Rc<Target>> = self.pages.values().cloned().collect();
        for page in pages {
            let is_active = self.active.as_deref() == Some(&page.target_id);
            self.read_page(&page, when, is_active.then_some(&mut state)).await;
        }
        self.catch_up(recorder);
        self.record(recorder);
        if let Some(page) = self.active_page() {
            if let Some((id, url)) = self.observers.current(&page.session_id) {
                state.page.id = Some(id.as_ref().to_owned());
                state.page.url.get_or_insert_with(|| url.as_ref().to_owned());
            }
            state.vitals = self.observers.vitals(&page.session_id).map(convert::vitals).unwrap_or_default();
        }
        state
    }

    /// Ends what is open when a test ends.
    pub(crate) fn finish(&mut self, recorder: &Recorder) {
        self.catch_up(recorder);
        let target = self.active_page().unwrap_or_else(|| self.session.browser_target());
        let source = Source {
            session: Rc::clone(&target.session_id),
            page: Rc::clone(&target.session_id),
            main_frame: Rc::from(target.target_id.as_str()),
        };
        self.observers.finish(&source);
        self.record(recorder);
        self.pages.clear();
        self.active = None;
    }

    /// Returns the page in which something happened last.
    pub(crate) fn active_page(&self) -> Option<Rc<Target>> {
        self.active.as_ref().and_then(|id| self.pages.get(id)).cloned()
    }

    /// Returns the document load that the active page shows now.
    pub(crate) fn current(&self) -> PageRef {
        let current = self.active_page().and_then(|page| self.observers.current(&page.session_id));
        match current {
            Some((id, url)) => {
                PageRef { id: Some(id.as_ref().to_owned()), url: Some(url.as_ref().to_owned()) }
            }
            None => PageRef::default(),
        }
    }

    /// Returns what was seen so far.
    pub(crate) fn seen(&self) -> &Seen {
        &self.seen
    }

    async fn read_page(&mut self, page: &Rc<Target>, when: When, mut state: Option<&mut PageState>) {
        let progress = Progress::new(PATIENCE);
        for read in self.observers.reads(&page.session_id, when) {
            let answer = self.session.call(&progress, page, read.method, &read.params).await;
            if answer.is_err() {
                // A page that does not answer is closed, or about to be; the next one may be fine.
                self.pages.remove(&page.target_id);
            }
            let now = self.millis_at(self.clock.instant());
            let answer = answer.map(|answer| answer.to_string()).map_err(|error| error.to_string());
            if let (ReadToken::Collector { .. }, Ok(answer), Some(state)) = (&read.token, &answer, &mut state)
            {
                state.take(answer);
            }
            self.observers.on_answer(read.token, answer.as_deref().map_err(Clone::clone), now);
        }
    }

    /// Returns where an event came from, in the observers' terms; nothing for targets of no page.
    fn source_of(&mut self, target: &Rc<Target>) -> Option<Source> {
        if target.kind == TargetKind::Page {
            if self.active.as_deref() != Some(&target.target_id) {
                self.active = Some(target.target_id.clone());
            }
            self.pages.entry(target.target_id.clone()).or_insert_with(|| Rc::clone(target));
        }
        let page = target.page.as_ref().and_then(|id| self.pages.get(id)).unwrap_or(target);
        Some(Source {
            session: Rc::clone(&target.session_id),
            page: Rc::clone(&page.session_id),
            main_frame: Rc::from(page.target_id.as_str()),
        })
    }

    fn record(&mut self, recorder: &Recorder) {
        for observed in self.observers.drain() {
            self.seen.add(&observed);
            if let Observation::Unavailable { observer, reason } = &observed.what {
                tracing::warn!(observer = observer.name(), reason, "an observer could not do its work");
                recorder.dropped(DropReason::Observer(observer.name()), 1);
            }
            if let Some(converted) = convert::document(observed) {
                let context = Context { page: converted.page, ..self.context.clone() };
                recorder.record(converted.at, &context, converted.body);
            }
        }
    }

    fn millis_at(&self, at: std::time::Instant) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds since the epoch fit a float for ages")]
        let micros = self.clock.wall(at).as_microsecond() as f64;
        micros / 1_000.0
    }
}

impl PageState {
    fn take(&mut self, answer: &str) {
        #[derive(Deserialize)]
        struct Answer {
            result: Payload,
        }
        #[derive(Deserialize)]
        struct Payload {
            value: Option<String>,
        }
        let payload = serde_json::from_str::<Answer>(answer).ok().and_then(|answer| answer.result.value);
        let report = payload.and_then(|payload| serde_json::from_str::<Report>(&payload).ok());
        if let Some(report) = report {
            self.page.url = report.url;
            self.title = report.title;
        }
    }
}

impl Seen {
    fn add(&mut self, observed: &Observed) {
        match &observed.what {
            Observation::Request(request) => {
                self.received = self.received.saturating_add(request.received.unwrap_or(0));
            }
            Observation::Page(page) => self.worsen(page),
            Observation::Memory(memory) => {
                #[expect(clippy::cast_precision_loss, reason = "a ratio of sizes")]
                let share =
                    memory.used.zip(memory.limit).map(|(used, limit)| used as f64 / limit.max(1) as f64);
                self.heap_share = share.or(self.heap_share);
            }
            _ => {}
        }
    }

    /// The worst of each vital, whichever page it comes from; what is to blame goes along.
    fn worsen(&mut self, page: &canary_observe::Page) {
        let vitals = convert::vitals(page.vitals.clone());
        let worst = &mut self.worst;
        if is_worse(vitals.lcp, worst.lcp) {
            worst.lcp = vitals.lcp;
            worst.lcp_attribution = vitals.lcp_attribution;
        }
        if is_worse(vitals.cls, worst.cls) {
            worst.cls = vitals.cls;
            worst.cls_attribution = vitals.cls_attribution;
        }
        if is_worse(vitals.inp, worst.inp) {
            worst.inp = vitals.inp;
            worst.inp_attribution = vitals.inp_attribution;
        }
        if is_worse(vitals.tbt, worst.tbt) {
            worst.tbt = vitals.tbt;
            worst.tbt_attribution = vitals.tbt_attribution;
        }
        for (new, old) in [(vitals.fcp, &mut worst.fcp), (vitals.ttfb, &mut worst.ttfb)] {
            if is_worse(new, *old) {
                *old = new;
            }
        }
    }
}

fn is_worse(new: Option<f64>, old: Option<f64>) -> bool {
    match (new, old) {
        (Some(new), Some(old)) => new > old,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use canary_observe::{Memory, Page, Request};

    use super::*;

    fn observed(what: Observation) -> Observed {
        Observed { at: 0.0, page_id: None, page_url: None, what }
    }

    fn page(lcp: Option<f64>, cls: Option<f64>) -> Observation {
        let vitals = canary_observe::Vitals { lcp, cls, ..canary_observe::Vitals::default() };
        Observation::Page(Box::new(Page { vitals, ..Page::default() }))
    }

    #[test]
    fn the_summary_knows_the_worst_of_each_vital() {
        let mut seen = Seen::default();
        seen.add(&observed(page(Some(900.0), Some(0.2))));
        seen.add(&observed(page(Some(2_500.0), None)));
        seen.add(&observed(page(None, Some(0.1))));
        assert_eq!((seen.worst.lcp, seen.worst.cls, seen.worst.inp), (Some(2_500.0), Some(0.2), None));
    }

    #[test]
    fn bytes_add_up_and_memory_is_the_last() {
        let mut seen = Seen::default();
        for received in [Some(100), None, Some(50)] {
            seen.add(&observed(Observation::Request(Box::new(Request { received, ..Request::default() }))));
        }
        let memory = Memory { used: Some(90), limit: Some(100), ..Memory::default() };
        seen.add(&observed(Observation::Memory(memory)));
        assert_eq!((seen.received, seen.heap_share), (150, Some(0.9)));
    }
}
