//! `cargo xtask demo`: the main job once through, on this machine, with nothing left behind but its results.

use std::path::Path;

use crate::process::{cargo, command, run as finish, status};
use crate::{Failure, chrome, place, report};

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
    finish(cargo(root).args(["build", "--locked", "--workspace", "--bins"]))?;

    let home = place::fresh(&root.join("target/demo"))?;
    let programs = place::programs(root);
    report::step("starting the shop twice: one that works, one with a fault");
    let well = place::shop(&programs, &home, "shop", &[])?;
    let faulty = place::shop(&programs, &home, "broken-shop", &["--faults", "server-error"])?;
    report::text(&format!("    {} and {}", well.url, faulty.url));

    report::step("putting scripts/ into a git repository");
    let (repository, commit) = place::repository(root, &home)?;
    report::text(&format!("    {} at {commit}", near(root, &repository)));

    for monitor in MONITORS {
        report::step(&format!("monitor `{}`: {} ({})", monitor.name, monitor.script, monitor.says));
        let mut canary = command(programs.join("canary"), &home);
        canary.args(["run", monitor.script, "--monitor", monitor.name, "--revision", &commit, "--git"]);
        canary.arg(&repository).args(["--base-url", if monitor.faulty { &faulty.url } else { &well.url }]);
        let code = status(canary.args(["--location", "demo"]))?;
        let expected = i32::from(monitor.faulty);
        if code != expected {
            return Err(format!("the monitor `{}` ended with {code} instead of {expected}", monitor.name));
        }
    }

    report::step("the listener reads what the monitors wrote, and tells");
    let mut listener = command(programs.join("canary-listener"), &home);
    listener.args(["run", "--once", "--log-level", "warn", "--rules"]).arg(root.join("scripts/rules.yaml"));
    let code = status(&mut listener)?;
    if code != 0 {
        return Err(format!("the listener ended with {code} instead of 0"));
    }
    ending(root, &home, &programs);
    Ok(())
}

fn near(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

fn ending(root: &Path, home: &Path, programs: &Path) {
    let (home, canary) = (near(root, home), near(root, &programs.join("canary")));
    report::text(&format!(
        "\nEverything that was measured is in {home}/canary.db, pictures are in {home}/canary-attachments.\n\n\
         What to type next:\n  \
         {canary} documents --store sqlite:{home}/canary.db --run last --kind request\n  \
         {canary} documents --store sqlite:{home}/canary.db --where 'step.status: failed'\n  \
         {canary} run --help\n\
         README.md goes on from here: write a monitor, run it from git, get a Slack message."
    ));
}
