//! `cargo xtask bench run|script|roles|shipping|peers`: what a run costs, measured on this machine: the journey of
//! `tests/bench`, ten actions through the shop, in a release build.

mod baseline;
mod door;
mod measure;
mod peers;
mod roles;
mod script;
mod shipping;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::process::{Running, cargo, run as finish, tied};
use crate::{Failure, chrome, place, report};
use baseline::Row;
use measure::{Cost, Scope, measure, median};

pub(crate) use peers::run as peers;
pub(crate) use roles::run as roles;
pub(crate) use script::run as script;
pub(crate) use shipping::run as shipping;

/// Rounds that only warm up caches.
const WARM: usize = 2;

/// What the runner may take beside the browser, by the promises of the project.
const CPU: f64 = 0.05;
const MEMORY: f64 = 20e6;
const WALL: f64 = 1.10;
const FIRST: f64 = 0.030;
const SIZE: f64 = 25e6;

/// A shop, a browser and the programs of a release build.
struct Bench {
    home: PathBuf,
    programs: PathBuf,
    shop: place::Shop,
    /// Folder of the scripts that are measured.
    scripts: PathBuf,
}

/// A store that costs next to nothing.
const NOWHERE: &str = "ndjson:/dev/null";

/// The journey of ten actions.
const JOURNEY: &str = "journey.spec.ts";

impl Bench {
    fn open(root: &Path, name: &str) -> Result<Self, Failure> {
        report::step("release build (minutes the first time)");
        let mut build = cargo(root);
        build.args(["build", "--release", "--locked", "--bins", "--package", "canary-runner"]);
        finish(build.args(["--package", "canary-tests"]))?;
        let home = place::fresh(&root.join("target/bench").join(name))?;
        let programs = place::programs(root).with_file_name("release");
        let shop = place::shop(&programs, &home, "shop", &[])?;
        Ok(Self { home, programs, shop, scripts: root.join("tests/bench") })
    }
}

/// Measures the runner beside a browser that runs already, and the same journey as bare commands, in turns.
///
/// # Errors
/// When something cannot be built or started, or a journey fails.
pub(crate) fn run(root: &Path, rounds: usize, save: bool) -> Result<(), Failure> {
    let bench = Bench::open(root, "run")?;
    let browser = Sidecar::start(&bench.home)?;
    report::step(&format!("{rounds} rounds, canary and bare commands in turns"));
    let (mut canary, mut bare, mut first) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..WARM + rounds {
        let pair = (
            bench.attached(JOURNEY, &bench.sqlite(), &browser.url)?,
            bench.bare(&browser.url)?,
            bench.first_command(&browser)?,
        );
        if round >= WARM {
            canary.push(pair.0);
            bare.push(pair.1);
            first.push(pair.2.as_secs_f64());
        }
    }
    let wall = |costs: &[Cost]| median(costs.iter().map(|cost| cost.wall));
    let size = std::fs::metadata(bench.programs.join("canary")).map_or(0, |file| file.len());
    #[expect(clippy::cast_precision_loss, reason = "sizes of files are far below 2^52")]
    let rows = [
        Row::new("runner, processor", median(canary.iter().map(|cost| cost.cpu)) * 1e3, "ms", CPU * 1e3),
        Row::new(
            "runner, peak memory",
            median(canary.iter().map(|cost| cost.peak)) / 1e6,
            "MB",
            MEMORY / 1e6,
        ),
        Row::new("wall, of bare commands'", wall(&canary) / wall(&bare), "×", WALL),
        Row::new("start to first command", median(first.into_iter()) * 1e3, "ms", FIRST * 1e3),
        Row::new("program", size as f64 / 1e6, "MB", SIZE / 1e6),
    ];
    report::text(&format!("    wall: canary {:.3} s, bare commands {:.3} s", wall(&canary), wall(&bare)));
    baseline::tell(root, &rows, save)
}

impl Bench {
    /// A store as a run on one machine has it.
    fn sqlite(&self) -> String {
        format!("sqlite:{}", self.home.join("canary.db").display())
    }

    /// Plays a script beside a browser that runs already; the runner alone is measured.
    fn attached(&self, script: &str, store: &str, browser: &str) -> Result<Cost, Failure> {
        measure(&self.home, Scope::Process, &self.programs.join("canary"), |canary| {
            canary.arg("run").arg(self.scripts.join(script));
            canary.args(["--store", store, "--browser", browser, "--base-url", &self.shop.url]);
        })
    }

    /// Plays a script with a browser of its own, which is left out of what is measured.
    fn launched(&self, script: &str, store: &str, browser: &Path) -> Result<Cost, Failure> {
        measure(&self.home, Scope::Tree, &self.programs.join("canary"), |canary| {
            canary.arg("run").arg(self.scripts.join(script)).args(["--store", store]);
            canary.args(["--base-url", &self.shop.url]).arg("--browser-executable").arg(browser);
        })
    }

    fn bare(&self, browser: &str) -> Result<Cost, Failure> {
        measure(&self.home, Scope::Process, &self.programs.join("bare"), |bare| {
            bare.args(["--browser", browser, "--base-url", &self.shop.url]);
        })
    }

    fn first_command(&self, browser: &Sidecar) -> Result<Duration, Failure> {
        let door = door::Door::open(browser.port)?;
        let mut canary = tied(self.programs.join("canary"), &self.home);
        canary.arg("run").arg(self.scripts.join(JOURNEY));
        canary.args(["--base-url", &self.shop.url, "--browser", &door.url]);
        door.first_command(&mut canary, &self.home.join("first.log"))
    }
}

/// A browser beside the runner, as in a pod.
struct Sidecar {
    url: String,
    port: u16,
    _running: Running,
}

impl Sidecar {
    fn start(home: &Path) -> Result<Self, Failure> {
        let profile = home.join("profile");
        let mut browser = tied(chrome::browser()?, home);
        browser.args(["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"]);
        browser.args(["--no-first-run", "--disable-background-networking", "--disable-component-update"]);
        browser.arg(format!("--user-data-dir={}", profile.display())).arg("about:blank");
        let mut running = Running::start("Chrome", &mut browser, &home.join("chrome.log"))?;
        for _ in 0..200 {
            let told = std::fs::read_to_string(profile.join("DevToolsActivePort")).unwrap_or_default();
            if let Some(port) = told.lines().next().and_then(|port| port.parse().ok()) {
                return Ok(Self { url: format!("http://127.0.0.1:{port}"), port, _running: running });
            }
            running.check()?;
            std::thread::sleep(Duration::from_millis(50));
        }
        Err("Chrome told no debugging port within 10 s".to_owned())
    }
}
