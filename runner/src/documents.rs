//! The command `documents`: prints documents of a store, one line of JSON each.

use std::io::{BufWriter, ErrorKind, Write as _};
use std::str::FromStr as _;

use canary_store::{Clock, Filter, Kind, Query, RunId, Store};

use crate::cli::DocumentsFlags;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::runs::block_on;
use crate::settings::Settings;
use crate::settings::nearest::nearest;
use crate::settings::problem::{Problem, Problems};

/// Prints the documents that were asked for, in the order in which they came into the store.
pub(crate) fn print(settings: &Settings, flags: &DocumentsFlags) -> Result<Exit, CommandError> {
    let mut query = read_query(flags)?;
    block_on(async {
        let store = Store::open(&settings.store, Clock::system()).await?;
        // Whoever asks has just seen a run end.
        store.refresh().await?;
        query.run = match flags.run.as_deref() {
            Some("last") => Some(store.latest_run(None).await?.ok_or(CommandError::NoRun)?),
            Some(id) => Some(RunId::from(id)),
            None => None,
        };
        let rows = store.query(&query).await?;
        store.close().await;
        let mut out = BufWriter::new(std::io::stdout().lock());
        for row in rows {
            match writeln!(out, "{}", row.body) {
                // A reader that has seen enough is no failure: `canary documents | head`.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(Exit::SUCCESS),
                written => written?,
            }
        }
        match out.flush() {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(Exit::SUCCESS),
        }
    })
}

/// Reads what is asked for; all mistakes are told together.
fn read_query(flags: &DocumentsFlags) -> Result<Query, Problems> {
    let mut problems = Vec::new();
    let mut query = Query::default();
    for written in &flags.kind {
        match Kind::from_str(written) {
            Ok(kind) => query.kinds.push(kind),
            Err(error) => {
                let problem = Problem::new("kind", "--kind", "the name of a kind").value(written);
                let names = Kind::ALL.map(Kind::as_str);
                let hint = nearest(written, names)
                    .map_or_else(|| error.to_string(), |name| format!("did you mean `{name}`?"));
                problems.push(problem.hint(hint));
            }
        }
    }
    if let Some(written) = &flags.filter {
        match Filter::parse(written) {
            Ok(filter) => query.filter = Some(filter),
            Err(error) => problems.push(
                Problem::new("where", "--where", "a filter in KQL, for example `run.status: failed`")
                    .value(written)
                    .hint(error.to_string()),
            ),
        }
    }
    if problems.is_empty() { Ok(query) } else { Err(Problems(problems)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mistakes_are_told_together() {
        let flags = DocumentsFlags {
            store: None,
            kind: vec!["stepp".into(), "run".into()],
            run: None,
            filter: Some("run.status:".into()),
        };
        insta::assert_snapshot!(read_query(&flags).unwrap_err().to_string(), @"
        2 problems with the settings
          kind (--kind): `stepp`
            expected: the name of a kind
            hint: did you mean `step`?
          where (--where): `run.status:`
            expected: a filter in KQL, for example `run.status: failed`
            hint: expected a value at character 12, found the end
        ");
    }
}
