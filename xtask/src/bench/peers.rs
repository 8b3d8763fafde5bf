//! The same journey by those that people use today, side by side and in turns: Playwright, and Elastic Synthetics
//! with all it writes.

use std::path::{Path, PathBuf};

use super::measure::{Cost, Scope, measure, median};
use super::{Bench, WARM};
use crate::process::{command, run as finish};
use crate::{Failure, chrome, debian, place, report};

/// Measures each with a browser that it starts itself; the browser is left out.
///
/// # Errors
/// When npm or a package cannot be had, or a journey fails.
pub(crate) fn run(root: &Path, rounds: usize) -> Result<(), Failure> {
    if chrome::on_path("npm").is_none() {
        debian::install("npm, for the peers,", &["nodejs", "npm"])?;
    }
    let peers = install(root)?;
    let bench = Bench::open(root, "peers")?;
    let browser = chrome::browser()?;
    report::step(&format!("{rounds} rounds, each in turn"));
    let mut costs: [Vec<Cost>; 3] = Default::default();
    for round in 0..WARM + rounds {
        let taken = [
            bench.launching(&browser)?,
            playwright(&bench, &peers, &browser)?,
            synthetics(&bench, &peers, &browser)?,
        ];
        if round >= WARM {
            for (costs, taken) in costs.iter_mut().zip(taken) {
                costs.push(taken);
            }
        }
    }
    report::step("ten actions, processes beside the browser, medians");
    for (name, costs) in ["canary", "Playwright", "Elastic Synthetics"].iter().zip(&costs) {
        let middle = |part: fn(&Cost) -> f64| median(costs.iter().map(part));
        let (cpu, peak, wall) = (middle(|c| c.cpu), middle(|c| c.peak) / 1e6, middle(|c| c.wall));
        report::text(&format!("    {name:<20} {cpu:>6.2} s processor {peak:>7.1} MB {wall:>6.2} s wall"));
    }
    Ok(())
}

fn install(root: &Path) -> Result<PathBuf, Failure> {
    let folder = root.join("target/tools/peers");
    place::folder(&folder)?;
    for file in ["package.json", "playwright.config.ts", "synthetics.config.ts", "ten-actions.journey.ts"] {
        copy(&root.join("tests/bench/peers").join(file), &folder.join(file))?;
    }
    copy(&root.join("tests/bench/journey.spec.ts"), &folder.join("journey.spec.ts"))?;
    report::step("peers from npm");
    let mut npm = command("npm", &folder);
    npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error"]);
    finish(npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    Ok(folder)
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::copy(from, to).map(drop).map_err(|error| format!("failed to copy `{}`: {error}", from.display()))
}

impl Bench {
    fn launching(&self, browser: &Path) -> Result<Cost, Failure> {
        let store = format!("sqlite:{}", self.home.join("canary.db").display());
        measure(&self.home, Scope::Tree, &self.programs.join("canary"), |canary| {
            canary.arg("run").arg(&self.journey).args(["--base-url", &self.shop.url, "--store", &store]);
            canary.arg("--browser-executable").arg(browser);
        })
    }
}

fn playwright(bench: &Bench, peers: &Path, browser: &Path) -> Result<Cost, Failure> {
    measure(peers, Scope::Tree, &peers.join("node_modules/.bin/playwright"), |playwright| {
        playwright.args(["test", "journey.spec.ts"]).env("SHOP", &bench.shop.url).env("BROWSER", browser);
    })
}

fn synthetics(bench: &Bench, peers: &Path, browser: &Path) -> Result<Cost, Failure> {
    measure(peers, Scope::Tree, &peers.join("node_modules/.bin/elastic-synthetics"), |synthetics| {
        synthetics.args([".", "--pattern", "ten-actions.journey.ts$", "--rich-events", "--sandbox"]);
        synthetics.env("SHOP", &bench.shop.url).env("BROWSER", browser);
    })
}
