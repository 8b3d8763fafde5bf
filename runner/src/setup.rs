//! The command `setup`: prepares a server to hold documents.

use std::io::Write as _;

use canary_store::{Clock, StoreSettings, elasticsearch};

use crate::error::CommandError;
use crate::exit::Exit;
use crate::runs::block_on;
use crate::settings::Settings;

/// Sets up Elasticsearch and says what was done.
pub(crate) fn elasticsearch(settings: &Settings) -> Result<Exit, CommandError> {
    let StoreSettings::Elasticsearch(server) = &settings.store else {
        return Err(CommandError::NoServer { store: settings.store.to_string() });
    };
    block_on(async {
        let report = elasticsearch::setup(server, Clock::system()).await?;
        let mut out = std::io::stdout();
        writeln!(out, "Elasticsearch {} at {}", report.version, server.url)?;
        for name in &report.written {
            writeln!(out, "  written: {name}")?;
        }
        writeln!(out, "  {} were as they should be", report.unchanged.len())?;
        for name in &report.outdated {
            writeln!(out, "  outdated: {name}; roll it over to bring its mapping up to date")?;
        }
        if !report.stamps {
            writeln!(
                out,
                "  the server has no ingest processors: runners stamp `event.ingested` themselves"
            )?;
        }
        Ok(Exit::SUCCESS)
    })
}
