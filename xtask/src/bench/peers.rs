//! The same journey by those that people use today, side by side and in turns: Playwright, and Elastic Synthetics
//! with all it writes.

use std::path::{Path, PathBuf};

use super::measure::{Cost, Scope, measure, median};
use super::{Bench, JOURNEY, WARM};
use crate::process::{command, run as finish};
use crate::{Failure, chrome, debian, place, report};

/// Measures each with a browser that it starts itself; the browser is left out.
///
/// # Errors
/// When npm or a package cannot be had, or a journey fails.
pub(crate) fn run(root: &Path, rounds: usize) -> Result<(), Failure> {
    let peers = Peers::install(root)?;
    let bench = Bench::open(root, "peers")?;
    let browser = chrome::browser()?;
    report::step(&format!("{rounds} rounds, each in turn"));
    let mut costs: [Vec<Cost>; 3] = Default::default();
    for round in 0..WARM + rounds {
        let taken = [
            bench.launched(JOURNEY, &bench.sqlite(), &browser)?,
            playwright(&bench, &peers, JOURNEY, &browser)?,
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

/// A folder with the packages of npm and the scripts that they play.
pub(super) struct Peers(PathBuf);

impl Peers {
    /// Installs them, npm itself included where it may.
    ///
    /// # Errors
    /// When npm or a package cannot be had.
    pub(super) fn install(root: &Path) -> Result<Self, Failure> {
        if chrome::on_path("npm").is_none() {
            debian::install("npm, for the peers,", &["nodejs", "npm"])?;
        }
        let folder = root.join("target/tools/peers");
        place::folder(&folder)?;
        let bench = root.join("tests/bench");
        for file in ["package.json", "playwright.config.ts", "synthetics.config.ts", "ten-actions.journey.ts"]
        {
            copy(&bench.join("peers").join(file), &folder.join(file))?;
        }
        for file in [JOURNEY, "forty.spec.ts", "none.spec.ts"] {
            copy(&bench.join(file), &folder.join(file))?;
        }
        report::step("peers from npm");
        let mut npm = command("npm", &folder);
        npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error"]);
        finish(npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
        Ok(Self(folder))
    }

    fn program(&self, name: &str) -> PathBuf {
        self.0.join("node_modules/.bin").join(name)
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::copy(from, to).map(drop).map_err(|error| format!("failed to copy `{}`: {error}", from.display()))
}

/// Plays a script by Playwright.
///
/// # Errors
/// When it fails.
pub(super) fn playwright(
    bench: &Bench,
    peers: &Peers,
    script: &str,
    browser: &Path,
) -> Result<Cost, Failure> {
    measure(&peers.0, Scope::Tree, &peers.program("playwright"), |playwright| {
        playwright.args(["test", script]).env("SHOP", &bench.shop.url).env("BROWSER", browser);
    })
}

fn synthetics(bench: &Bench, peers: &Peers, browser: &Path) -> Result<Cost, Failure> {
    measure(&peers.0, Scope::Tree, &peers.program("elastic-synthetics"), |synthetics| {
        synthetics.args([".", "--pattern", "ten-actions.journey.ts$", "--rich-events", "--sandbox"]);
        synthetics.env("SHOP", &bench.shop.url).env("BROWSER", browser);
    })
}
