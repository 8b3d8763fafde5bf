//! Rules: what is read from files, what is concluded from documents, and when people are told.
//!
//! Everything here is pure. Time is an argument, documents are given, changes are returned; reading stores,
//! keeping states and sending messages belong to the listener and its other rooms.

mod alert;
mod alias;
mod bucket;
mod condition;
mod defaults;
mod engine;
mod finding;
mod group;
mod ids;
mod measure;
mod memory;
mod path;
mod problem;
mod read;
mod rule;
mod say;
mod schema;
mod select;
mod span;
mod status;
mod table;
mod time;
mod transition;
mod yaml;

pub use alert::{Evidence, Links, SampleRef, alert_document};
pub use alias::{Index, KINDS};
pub use condition::{Comparison, Condition};
pub use defaults::DEFAULT_RULES;
pub use engine::{Counts, Engine};
pub use finding::{Finding, Unknown, Verdict};
pub use ids::{AlertId, Labels, delivery as delivery_id, short_hash, slug};
pub use measure::{Measure, Unit};
pub use memory::Incoming;
pub use path::Path;
pub use problem::{Position, Problem, Problems, nearest};
pub use read::{RuleFile, check_ids, read};
pub use rule::{
    Check, Expect, Expected, Hold, Label, Level, Lost, Recover, Reporter, Route, Rule, Runs, Severity,
    Silence, Threshold, WhenUnknown,
};
pub use say::{say_limit, say_reason};
pub use schema::{Duration as WrittenDuration, rules_schema};
pub use select::Select;
pub use span::{parse as parse_duration, say as say_duration};
pub use status::{Action, Overlay, Reason, State, Status, Step};
pub use table::{Field, Table};
pub use transition::{Change, Row, Transition};
pub use yaml::{Key, Node, Yaml, parse as parse_yaml};
