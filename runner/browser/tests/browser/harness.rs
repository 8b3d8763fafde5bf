//! One Chrome for all tests of the binary, and a context with a page of its own for each.
//!
//! The browser lives on a thread of its own, since it is driven from one thread; tests hand their work over.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use canary_browser::{Argument, Context, ContextOptions, Open, Page, Progress, Script, Session, WireValue};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::task::LocalSet;

use crate::server::Server;

type Work = Box<dyn FnOnce(Session, Server) -> Pin<Box<dyn Future<Output = ()>>> + Send>;

/// What the last failed assertion said, and where.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// What a test has: a fresh context with one page, and a server.
pub(crate) struct Room {
    pub(crate) context: Context,
    pub(crate) page: Page,
    pub(crate) server: Server,
}

/// Long enough for a busy machine, short enough to be waited for.
pub(crate) fn soon() -> Progress {
    Progress::new(Duration::from_secs(20))
}

/// The browser that tests launch.
pub(crate) fn launch() -> Open {
    Open::Launch { executable: None, args: Vec::new(), headless: true }
}

fn shared() -> &'static mpsc::UnboundedSender<Work> {
    static SHARED: OnceLock<mpsc::UnboundedSender<Work>> = OnceLock::new();
    SHARED.get_or_init(|| {
        let (sender, mut works) = mpsc::unbounded_channel::<Work>();
        // The output of this thread belongs to the test that came first: the others are told here.
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string();
            print(panic);
        }));
        std::thread::spawn(move || {
            block_on(async move {
                let session =
                    canary_browser::open(&soon(), &launch()).await.unwrap_or_else(|error| panic!("{error}"));
                let server = Server::start().await;
                while let Some(work) = works.recv().await {
                    tokio::task::spawn_local(work(session.clone(), server.clone()));
                }
            });
        });
        sender
    })
}

/// Runs a future on a runtime as the runner has it.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, work)
}

/// Runs a test on the shared Chrome, in a context with these options.
pub(crate) fn with<F, R>(options: ContextOptions, test: F)
where
    F: FnOnce(Room) -> R + Send + 'static,
    R: Future<Output = ()> + 'static,
{
    let (done, outcome) = oneshot::channel();
    let work: Work = Box::new(move |session, server| {
        Box::pin(async move {
            let room = async move {
                let context = session.new_context(&soon(), &options).await.expect("a context opens");
                let page = context.new_page(&soon()).await.expect("a page opens");
                let closing = context.clone();
                test(Room { context, page, server }).await;
                closing.close(&soon()).await.expect("a context closes");
            };
            let outcome = tokio::time::timeout(Duration::from_secs(60), tokio::task::spawn_local(room)).await;
            drop(done.send(outcome));
        })
    });
    shared().send(work).unwrap_or_else(|_| panic!("no Chrome: install one, as `cargo xtask test` does"));
    match outcome.blocking_recv().expect("no Chrome: install one, as `cargo xtask test` does") {
        Ok(Ok(())) => {}
        Ok(Err(_)) => {
            let words = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).clone();
            panic!("{words}");
        }
        Err(_) => panic!("the test did not end within 60 s"),
    }
}

/// Runs a test on the shared Chrome.
pub(crate) fn test<F, R>(test: F)
where
    F: FnOnce(Room) -> R + Send + 'static,
    R: Future<Output = ()> + 'static,
{
    with(ContextOptions::default(), test);
}

/// Runs an expression or a function without argument and returns its value as JSON.
pub(crate) async fn eval(page: &Page, source: &str) -> Value {
    eval_wire(page, source).await.to_json()
}

/// Runs an expression and returns its value in the wire form.
pub(crate) async fn eval_wire(page: &Page, source: &str) -> WireValue {
    let script = Script::Expression(source.to_owned());
    page.main_frame()
        .evaluate(&soon(), &script, &Argument::none())
        .await
        .unwrap_or_else(|error| panic!("{source}: {error}"))
}

impl Room {
    /// Puts a page on the server and goes there.
    pub(crate) async fn show(&self, html: &str) -> String {
        let url = self.server.page(html);
        self.page.goto(&soon(), &url, &canary_browser::GotoOptions::default()).await.expect("the page opens");
        url
    }
}
