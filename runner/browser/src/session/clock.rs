//! The browser's wall clock beside ours, read once for each session on the first page that it opens, while
//! nothing happens there yet. What is made of it is left to whoever keeps the times.

use std::time::{Duration, Instant};

use chromiumoxide_cdp::cdp::js_protocol::runtime::{EvaluateParams, ExecutionContextId};
use serde::Deserialize;

use super::Session;
use crate::error::ActionError;
use crate::page::Page;
use crate::progress::Progress;

/// How often the clock is read; the quickest answer counts.
const READINGS: usize = 3;

/// A page that does not tell the time within this is not asked any longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// One reading of the browser's wall clock: it was read at some moment between the two of ours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClockReading {
    /// When we asked.
    pub asked: Instant,
    /// When we had the answer.
    pub answered: Instant,
    /// What the browser's clock said, milliseconds since the epoch.
    pub browser: f64,
}

impl ClockReading {
    /// Returns the moment that the reading most likely stands for, and by how much it may be wrong.
    #[must_use]
    pub fn moment(&self) -> (Instant, Duration) {
        let half = self.answered.duration_since(self.asked) / 2;
        (self.asked + half, half)
    }
}

#[derive(Deserialize)]
struct Evaluated {
    result: Told,
}

#[derive(Deserialize)]
struct Told {
    value: Option<f64>,
}

impl Session {
    /// Returns the reading of a remote browser's clock, once a page has been opened. A browser that we launched
    /// has our own clock.
    #[must_use]
    pub fn clock_reading(&self) -> Option<ClockReading> {
        self.0.clock.get().copied().flatten()
    }

    /// Reads the clock where nobody has yet.
    pub(crate) async fn read_clock(&self, page: &Page) {
        if !self.is_remote() || self.0.clock.get().is_some() {
            return;
        }
        let reading = read(&Progress::new(PATIENCE), page).await;
        if let Err(error) = &reading {
            tracing::debug!(%error, "the browser's clock could not be read");
        }
        // Two pages may be opened at once: the first reading counts.
        self.0.clock.set(reading.ok().flatten()).ok();
    }
}

async fn read(progress: &Progress, page: &Page) -> Result<Option<ClockReading>, ActionError> {
    // A world of our own, since scripts may set the clock of the page's.
    let world = page.main_frame().isolated_context(progress).await?;
    let mut best: Option<ClockReading> = None;
    for _ in 0..READINGS {
        let params = EvaluateParams {
            context_id: Some(ExecutionContextId::new(world.id())),
            ..EvaluateParams::new("Date.now()")
        };
        let asked = now();
        let reply = world.channel().send(&params);
        let told: Evaluated = progress.run(async { Ok::<_, ActionError>(reply.decode().await?) }).await?;
        let answered = now();
        let Some(browser) = told.result.value else { return Ok(None) };
        // The clock tells whole milliseconds, cut off.
        let reading = ClockReading { asked, answered, browser: browser + 0.5 };
        if best.is_none_or(|best| reading.moment().1 < best.moment().1) {
            best = Some(reading);
        }
    }
    Ok(best)
}

fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
