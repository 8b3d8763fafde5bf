//! What shipping costs: the journey of ten actions with its documents going to Elasticsearch while it goes on, beside
//! the same with documents that go nowhere, in turns.

use std::path::Path;

use super::baseline::Row;
use super::measure::{Scope, measure, median};
use super::{Bench, JOURNEY, NOWHERE, Sidecar, WARM};
use crate::{Failure, elasticsearch, report, test};

/// What a run may take beside one that ships nothing, by the promises of the project.
const WALL: f64 = 1.05;

/// Measures both in turns; each pair gives one ratio, so that what slows the machine down slows both.
///
/// # Errors
/// When something cannot be built or started, or a journey fails.
pub(crate) fn run(root: &Path, rounds: usize) -> Result<(), Failure> {
    let bench = Bench::open(root, "shipping")?;
    let node = elasticsearch::node(root, test::given("ELASTICSEARCH_URL"))?;
    let store = format!("elasticsearch:{}/?namespace=bench", node.url.trim_end_matches('/'));
    measure(&bench.home, Scope::Process, &bench.programs.join("canary"), |canary| {
        canary.args(["setup", "elasticsearch", "--store", &store]);
    })?;
    let browser = Sidecar::start(&bench.home)?;
    report::step(&format!("{rounds} rounds, with Elasticsearch and with nothing in turns"));
    let (mut ratios, mut shipped, mut silent) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..WARM + rounds {
        let play = |store: &str| bench.attached(JOURNEY, store, &browser.url);
        // Who comes first changes: the second finds a warm cache.
        let (with, without) = if round % 2 == 0 {
            let with = play(&store)?;
            (with, play(NOWHERE)?)
        } else {
            let without = play(NOWHERE)?;
            (play(&store)?, without)
        };
        if round >= WARM {
            ratios.push(with.wall / without.wall);
            shipped.push(with);
            silent.push(without);
        }
    }
    let seconds = |costs: &[super::Cost]| median(costs.iter().map(|cost| cost.wall));
    let cpu = |costs: &[super::Cost]| median(costs.iter().map(|cost| cost.cpu));
    report::text(&format!(
        "    wall: {:.3} s with Elasticsearch, {:.3} s with nothing; processor: {:.0} ms, {:.0} ms",
        seconds(&shipped),
        seconds(&silent),
        cpu(&shipped) * 1e3,
        cpu(&silent) * 1e3
    ));
    let (low, high) = quartiles(&mut ratios);
    report::text(&format!(
        "    ratio of {} pairs: half of them between {low:.3} and {high:.3}",
        ratios.len()
    ));
    report::text(&Row::new("wall, of nothing's", median(ratios.into_iter()), "×", WALL).line(None));
    Ok(())
}

/// Sorts numbers and returns the ends of their middle half.
fn quartiles(values: &mut [f64]) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |quarter: usize| values.get(values.len() * quarter / 4).copied().unwrap_or_default();
    (at(1), at(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_half_has_two_ends() {
        let (low, high) = quartiles(&mut [8.0, 1.0, 3.0, 2.0, 5.0, 4.0, 7.0, 6.0]);
        assert!((low - 3.0).abs() < f64::EPSILON && (high - 7.0).abs() < f64::EPSILON);
        assert!(quartiles(&mut []).0.abs() < f64::EPSILON);
    }
}
