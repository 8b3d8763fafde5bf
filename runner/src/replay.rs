//! The command `replay`: brings documents that wait in the spool to the store.

use std::io::Write as _;

use canary_store::{Clock, Store};

use crate::error::CommandError;
use crate::exit::Exit;
use crate::recorder::SpoolPlace;
use crate::runs::block_on;
use crate::settings::Settings;

/// Brings everything to the store that it takes, and says what goes on waiting.
pub(crate) fn replay(settings: &Settings) -> Result<Exit, CommandError> {
    block_on(async {
        let store = Store::open(&settings.store, Clock::system()).await?;
        let spool = SpoolPlace::open(settings.spool.clone()).await.ok_or(CommandError::NoSpool)?;
        let replay = spool.replay(&store).await?;
        spool.close().await;
        store.close().await;
        let mut out = std::io::stdout();
        writeln!(out, "{} documents delivered, {} were there already", replay.accepted, replay.duplicate)?;
        for (count, what) in [
            (replay.waiting as u64, "go on waiting"),
            (replay.rejected as u64, "were refused and are kept in a file ending in `.rejected`"),
            (replay.damaged, "places of the spool are damaged"),
            (replay.busy as u64, "files belong to runs that still go on"),
        ] {
            if count > 0 {
                writeln!(out, "{count} {what}")?;
            }
        }
        if let Some(reason) = &replay.reason {
            writeln!(out, "because: {reason}")?;
        }
        Ok(if replay.waiting == 0 { Exit::SUCCESS } else { Exit::COMMAND })
    })
}
