//! What one line of a script costs: twenty actions and twenty assertions, less the same page without them, beside
//! Playwright's own.

use std::path::Path;
use std::time::Duration;

use super::door::Door;
use super::measure::{Cost, median};
use super::peers::{Peers, playwright};
use super::{Bench, NOWHERE, Sidecar, WARM, baseline::Row};
use crate::{Failure, chrome, report};

/// Actions and assertions of the script.
const LINES: f64 = 40.0;

/// What one of them may take, by the promises of the project.
const COMMANDS: f64 = 6.0;
const CPU: f64 = 0.001;
/// How long they may take together beside Playwright's.
const WALL: f64 = 0.6;

const SCRIPTS: [&str; 2] = ["forty.spec.ts", "none.spec.ts"];

/// How long the last commands of a run that ended may be on their way.
const ON_THEIR_WAY: Duration = Duration::from_millis(100);

/// Measures both scripts in turns, by us and by Playwright where npm has it.
///
/// # Errors
/// When something cannot be built or started, or a script fails.
pub(crate) fn run(root: &Path, rounds: usize) -> Result<(), Failure> {
    let bench = Bench::open(root, "script")?;
    let peers = match Peers::install(root) {
        Ok(peers) => Some(peers),
        Err(failure) => {
            report::text(&format!("    NOT COMPARED with Playwright, which cannot be had here: {failure}"));
            None
        }
    };
    let (browser, sidecar) = (chrome::browser()?, Sidecar::start(&bench.home)?);
    let door = Door::open(sidecar.port)?;
    report::step(&format!("{rounds} rounds, each in turn"));
    let mut ours = Vec::new();
    let mut commands = Vec::new();
    let mut launched = Vec::new();
    let mut theirs = Vec::new();
    for round in 0..WARM + rounds {
        let attached = both(|script| bench.attached(script, NOWHERE, &door.url))?;
        let counted = both(|script| {
            door.commands();
            bench.attached(script, NOWHERE, &door.url)?;
            std::thread::sleep(ON_THEIR_WAY);
            Ok(door.commands())
        })?;
        let alone = both(|script| bench.launched(script, NOWHERE, &browser))?;
        let peer = match &peers {
            Some(peers) => Some(both(|script| playwright(&bench, peers, script, &browser))?),
            None => None,
        };
        if round >= WARM {
            ours.push(attached);
            #[expect(clippy::cast_precision_loss, reason = "some hundred commands")]
            commands.push((counted[0] - counted[1]) as f64 / LINES);
            launched.push(alone);
            theirs.extend(peer);
        }
    }
    let more = |costs: &[[Cost; 2]], part: fn(&Cost) -> f64| {
        median(costs.iter().map(|[forty, none]| part(forty) - part(none)))
    };
    let cpu = more(&ours, |cost| cost.cpu) / LINES;
    let wall = more(&launched, |cost| cost.wall);
    let mut rows = vec![
        Row::new("commands a line", median(commands.into_iter()), "", COMMANDS),
        Row::new("processor a line", cpu * 1e3, "ms", CPU * 1e3),
    ];
    report::text(&format!("    wall of {LINES} lines: canary {:.0} ms", wall * 1e3));
    if peers.is_some() {
        let other = more(&theirs, |cost| cost.wall);
        report::text(&format!("    wall of {LINES} lines: Playwright {:.0} ms", other * 1e3));
        rows.push(Row::new("wall, of Playwright's", wall / other, "×", WALL));
    }
    rows.iter().for_each(|row| report::text(&row.line(None)));
    Ok(())
}

fn both<T>(mut play: impl FnMut(&str) -> Result<T, Failure>) -> Result<[T; 2], Failure> {
    let [forty, none] = SCRIPTS;
    Ok([play(forty)?, play(none)?])
}
