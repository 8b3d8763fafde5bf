//! `cargo xtask demo`: the main job once through, on this machine, with nothing left behind but its results.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::process::{Running, cargo, command, output, status, tied};
use crate::{Failure, chrome, debian, report};

/// One monitor of the demo.
struct Monitor {
    name: &'static str,
    script: &'static str,
    says: &'static str,
    faulty: bool,
}

const MONITORS: &[Monitor] = &[
    Monitor { name: "buy", script: "checkout.json", says: "a recording of Chrome's DevTools", faulty: false },
    Monitor {
        name: "order",
        script: "order.spec.ts",
        says: "a Playwright test; its shop is broken at the checkout",
        faulty: true,
    },
    Monitor { name: "pages", script: "pages.urls", says: "a list of pages", faulty: false },
];

/// Runs the demo.
///
/// # Errors
/// When something is missing, or when a part does not do what the demo shows.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    report::step("looking for Chrome");
    let browser = chrome::browser()?;
    report::text(&format!("    {}", browser.display()));

    report::step("building (minutes the first time, seconds after that)");
    let mut build = cargo(root);
    build.args(["build", "--locked", "--workspace", "--bins"]);
    crate::process::run(&mut build)?;

    let home = fresh_folder(&root.join("target/demo"))?;
    let programs = programs(root);
    report::step("starting the shop twice: one that works, one with a fault");
    let (well, _well) = shop(&programs, &home, "shop", &[])?;
    let (faulty, _faulty) = shop(&programs, &home, "broken-shop", &["--faults", "server-error"])?;
    report::text(&format!("    {well} and {faulty}"));

    report::step("putting scripts/ into a git repository");
    if chrome::on_path("git").is_none() {
        debian::install("git", &["git"])?;
    }
    let (repository, commit) = repository(root, &home)?;
    report::text(&format!("    {} at {commit}", repository.display()));

    for monitor in MONITORS {
        report::step(&format!("monitor `{}`: {} ({})", monitor.name, monitor.script, monitor.says));
        let shop = if monitor.faulty { &faulty } else { &well };
        let code = run_monitor(&programs, &home, &repository, &commit, monitor, shop)?;
        let expected = i32::from(monitor.faulty);
        if code != expected {
            return Err(format!("the monitor `{}` ended with {code} instead of {expected}", monitor.name));
        }
    }

    report::step("the listener reads what the monitors wrote, and tells");
    let mut listener = command(programs.join("canary-listener"), &home);
    listener
        .args(["run", "--once", "--store", "sqlite:canary.db", "--rules"])
        .arg(root.join("scripts/rules.yaml"));
    let code = status(&mut listener)?;
    if code != 0 {
        return Err(format!("the listener ended with {code} instead of 0"));
    }
    ending(root, &home, &programs);
    Ok(())
}

fn fresh_folder(folder: &Path) -> Result<PathBuf, Failure> {
    let failed = |error| format!("failed to make `{}` anew: {error}", folder.display());
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(failed)?;
    }
    std::fs::create_dir_all(folder).map_err(failed)?;
    Ok(folder.to_owned())
}

/// Returns the folder that cargo built the programs into: the one this program is in.
fn programs(root: &Path) -> PathBuf {
    let here = std::env::current_exe().ok().and_then(|file| file.parent().map(PathBuf::from));
    here.unwrap_or_else(|| root.join("target/debug"))
}

/// Starts a shop and returns its address.
fn shop(programs: &Path, home: &Path, name: &str, arguments: &[&str]) -> Result<(String, Running), Failure> {
    let log = home.join(format!("{name}.log"));
    let mut shop = tied(programs.join("shop"), home);
    shop.args(["--address", "127.0.0.1:0", "--partner", "127.0.0.2:0"]).args(arguments);
    let mut running = Running::start(name, &mut shop, &log)?;
    for _ in 0..200 {
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        if let Some(url) = said.strip_prefix("shop ").and_then(|said| said.split_once(' ')) {
            return Ok((url.0.to_owned(), running));
        }
        running.check()?;
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(format!("{name} did not tell its address within 10 s; its log is {}", log.display()))
}

/// Makes a repository of the scripts and returns it with the id of its one commit.
fn repository(root: &Path, home: &Path) -> Result<(PathBuf, String), Failure> {
    let repository = home.join("monitors");
    crate::process::run(command("cp", root).args(["-r", "scripts"]).arg(&repository))?;
    let git = |arguments: &[&str]| {
        let mut git = command("git", &repository);
        git.args([
            "-c",
            "user.name=demo",
            "-c",
            "user.email=demo@example.test",
            "-c",
            "init.defaultBranch=main",
        ]);
        git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        output(git.args(arguments))
    };
    git(&["init", "--quiet"])?;
    git(&["add", "."])?;
    git(&["commit", "--quiet", "--message", "Monitors of the demo"])?;
    Ok((repository.clone(), git(&["rev-parse", "HEAD"])?.trim().to_owned()))
}

fn run_monitor(
    programs: &Path,
    home: &Path,
    repository: &Path,
    commit: &str,
    monitor: &Monitor,
    shop: &str,
) -> Result<i32, Failure> {
    let mut canary = command(programs.join("canary"), home);
    canary.args(["run", monitor.script, "--monitor", monitor.name, "--revision", commit, "--base-url", shop]);
    canary.arg("--git").arg(repository);
    canary.args(["--store", "sqlite:canary.db", "--attachments", "folder:attachments", "--location", "demo"]);
    status(&mut canary)
}

fn ending(root: &Path, home: &Path, programs: &Path) {
    let near = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    let (home, canary) = (near(home), near(&programs.join("canary")));
    report::text(&format!(
        "\nEverything that was measured is in {home}/canary.db, pictures are in {home}/attachments.\n\n\
         What to type next:\n  \
         {canary} documents --store sqlite:{home}/canary.db --run last --kind request\n  \
         {canary} documents --store sqlite:{home}/canary.db --where 'step.status: failed'\n  \
         {canary} run --help\n\
         and README.md tells how to write a monitor of your own."
    ));
}
