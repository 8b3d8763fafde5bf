//! The keys of `kind: lost`: runs that started and never ended.

use std::time::Duration;

use crate::alias::Index;
use crate::read::modern::Part;
use crate::read::silence::read_level;
use crate::rule::{Check, Lost};
use crate::select::Select;

/// Documents of a run that ended in time are in the store well before this.
const GRACE: Duration = Duration::from_secs(60);

pub(super) fn read(part: &Part<'_, '_>) -> Option<(Select, Check)> {
    let table = part.table;
    if let Some(field) = table.get("index") {
        field.problem("rules of kind `lost` read the documents `start` and `run`; they take no index");
    }
    let grace = table.get("grace").and_then(|field| field.duration()).unwrap_or(GRACE);
    let level = read_level(part);
    let index = Index::parse("start")?;
    let select = part.filter.clone().unwrap_or_else(Select::all).of_kind(&index);
    Some((select, Check::Lost(Lost { grace, level })))
}
