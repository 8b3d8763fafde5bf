//! `roles`: finds an element by role and name in two ways, in turns: computed in the page, as locators do it, and
//! asked of the browser's accessibility tree. Prints the median of each in milliseconds, as JSON.

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use canary_browser::{Action, ContextOptions, GotoOptions, Open, Page, Progress, Selector, Session};
use clap::Parser;
use serde_json::{Value, json};

/// Times both ways on the shop's longest page.
#[derive(Parser)]
struct Arguments {
    /// Debugging address of a browser
    #[arg(long)]
    browser: String,
    /// The shop
    #[arg(long)]
    base_url: String,
    /// How often each
    #[arg(long, default_value_t = 100)]
    rounds: usize,
}

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "what it found goes to who started it")]
async fn main() -> ExitCode {
    let local = tokio::task::LocalSet::new();
    match local.run_until(compare(Arguments::parse())).await {
        Ok(medians) => {
            println!("{medians}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("roles: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn compare(arguments: Arguments) -> Outcome<Value> {
    let progress = Progress::new(Duration::from_secs(120));
    let session = canary_browser::open(&progress, &Open::Attach { url: arguments.browser }).await?;
    let context = session.new_context(&progress, &ContextOptions::default()).await?;
    let page = context.new_page(&progress).await?;
    page.goto(&progress, &format!("{}/catalogue", arguments.base_url), &GotoOptions::default()).await?;
    let hand = Hand { session: session.clone(), page, progress: progress.clone() };
    let (mut in_page, mut in_tree) = (Vec::new(), Vec::new());
    for round in 0..arguments.rounds + 2 {
        let (page, tree) = (timed(hand.in_page()).await?, timed(hand.in_tree()).await?);
        // The first rounds compile and build what the others find there.
        if round >= 2 {
            in_page.push(page);
            in_tree.push(tree);
        }
    }
    context.close(&progress).await?;
    session.close().await;
    Ok(json!({ "page": median(in_page), "tree": median(in_tree) }))
}

const ROLE: &str = "link";
const NAME: &str = "Seed Feeder";

struct Hand {
    session: Session,
    page: Page,
    progress: Progress,
}

impl Hand {
    async fn call(&self, method: &str, params: Value) -> Outcome<Value> {
        Ok(self.session.call(&self.progress, &self.page.target(), method, &params).await?)
    }

    async fn in_page(&self) -> Outcome<()> {
        let selector = Selector::parse(&format!("role={ROLE}[name=\"{NAME}\"]"))?;
        let frame = self.page.main_frame();
        let text = frame.locating(&selector, false).act(&self.progress, &Action::TextContent).await?;
        match text.as_str() {
            Some(text) if text.contains(NAME) => Ok(()),
            _ => Err(format!("the page found `{text}`").into()),
        }
    }

    async fn in_tree(&self) -> Outcome<()> {
        let document = self.call("DOM.getDocument", json!({ "depth": 0 })).await?;
        let query = json!({ "nodeId": document["root"]["nodeId"], "role": ROLE, "accessibleName": NAME });
        let found = self.call("Accessibility.queryAXTree", query).await?;
        let node = &found["nodes"][0]["backendDOMNodeId"];
        let object = self.call("DOM.resolveNode", json!({ "backendNodeId": node })).await?;
        let text = self
            .call(
                "Runtime.callFunctionOn",
                json!({
                    "objectId": object["object"]["objectId"],
                    "functionDeclaration": "function() { return this.textContent; }",
                    "returnByValue": true,
                }),
            )
            .await?;
        match text["result"]["value"].as_str() {
            Some(text) if text.contains(NAME) => Ok(()),
            _ => Err(format!("the tree found {found}").into()),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
async fn timed(work: impl Future<Output = Outcome<()>>) -> Outcome<Duration> {
    let began = Instant::now();
    work.await?;
    Ok(began.elapsed())
}

/// Returns the middle one in milliseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1e3)
}
