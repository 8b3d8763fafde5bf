//! `bare`: the journey of the benchmarks as bare CDP commands, without a script engine, without observers, without
//! a store. What a monitor takes beside it is the price of being one.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use canary_browser::{ContextOptions, EventReceiver, Open, Page, Progress, Session};
use clap::Parser;
use serde_json::{Value, json};

/// Plays the journey of the benchmarks with bare commands.
#[derive(Parser)]
struct Arguments {
    /// Debugging address of a browser
    #[arg(long)]
    browser: String,
    /// The shop
    #[arg(long)]
    base_url: String,
}

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let local = tokio::task::LocalSet::new();
    match local.run_until(journey(Arguments::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bare: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn journey(arguments: Arguments) -> Outcome<()> {
    let progress = Progress::new(Duration::from_secs(30));
    let session = canary_browser::open(&progress, &Open::Attach { url: arguments.browser }).await?;
    let context = session.new_context(&progress, &ContextOptions::default()).await?;
    let page = context.new_page(&progress).await?;
    let loads = session.subscribe(&["Page.loadEventFired"]);
    let mut hand = Hand { session: session.clone(), page, progress: progress.clone(), loads };

    hand.call("Page.navigate", json!({ "url": format!("{}/", arguments.base_url) })).await?;
    hand.loaded().await?;
    hand.fill("#q", "seeds").await?;
    hand.click(".search button").await?;
    hand.loaded().await?;
    hand.click("a[href='/product/sunflower-seeds']").await?;
    hand.loaded().await?;
    hand.fill("[name=quantity]", "2").await?;
    hand.fill("[name=finish]", "White").await?;
    hand.click("#add .primary").await?;
    hand.wait("document.querySelector('#added').textContent !== ''").await?;
    hand.click("a.cart").await?;
    hand.loaded().await?;
    hand.click("a[href='/checkout']").await?;
    hand.loaded().await?;
    hand.fill("[name=name]", "Anna Wren").await?;
    context.close(&progress).await?;
    session.close().await;
    Ok(())
}

/// What a person's hand does, in the fewest commands.
struct Hand {
    session: Session,
    page: Page,
    progress: Progress,
    loads: EventReceiver,
}

impl Hand {
    async fn call(&self, method: &str, params: Value) -> Outcome<Value> {
        Ok(self.session.call(&self.progress, &self.page.target(), method, &params).await?)
    }

    async fn evaluate(&self, expression: &str) -> Outcome<Value> {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.call("Runtime.evaluate", params).await?;
        if answer["exceptionDetails"].is_object() {
            return Err(format!("{expression}: {}", answer["exceptionDetails"]).into());
        }
        Ok(answer["result"]["value"].take())
    }

    async fn loaded(&mut self) -> Outcome<()> {
        let progress = self.progress.clone();
        let event = tokio::time::timeout(progress.remaining().unwrap_or_default(), self.loads.recv()).await?;
        event.map(drop).ok_or_else(|| "the browser is gone".into())
    }

    async fn wait(&self, condition: &str) -> Outcome<()> {
        let script = format!(
            "new Promise((done) => {{ const look = () => {condition} ? done() : setTimeout(look, 5); look(); }})"
        );
        self.evaluate(&script).await.map(drop)
    }

    async fn fill(&self, selector: &str, value: &str) -> Outcome<()> {
        let script = format!(
            "{{ const field = document.querySelector({}); field.focus(); field.value = {}; \
             for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, {{ bubbles: true }})); }}",
            json!(selector),
            json!(value)
        );
        self.evaluate(&script).await.map(drop)
    }

    async fn click(&self, selector: &str) -> Outcome<()> {
        let script = format!(
            "(() => {{ const element = document.querySelector({}); element.scrollIntoView({{ block: 'center' }}); \
             const box = element.getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2]; }})()",
            json!(selector)
        );
        let point = self.evaluate(&script).await?;
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let pressed = kind != "mouseMoved";
            let button = if pressed { "left" } else { "none" };
            let params = json!({
                "type": kind, "x": point[0], "y": point[1], "button": button, "clickCount": u8::from(pressed),
            });
            self.call("Input.dispatchMouseEvent", params).await?;
        }
        Ok(())
    }
}
