//! Monitor scripts: loading them without a browser, playing them in one, and telling what happened.
//!
//! This room owns the script engine (QuickJS), TypeScript, module loading and the three dialects:
//! Playwright tests, DevTools recordings and lists of URLs. It leaves Chrome to `canary-browser`
//! and documents to the runner: what a script did goes out as [`PlayEvent`]s.

mod api;
mod clock;
mod engine;
mod error;
mod explain;
mod failure;
mod globals;
mod host;
mod journey;
mod load;
mod modules;
mod outcome;
mod play;
mod playwright;
mod prelude;
mod program;
mod recorder;
mod settings;
mod smoke;
mod stack;
mod tell;
#[cfg(test)]
mod testing;
mod typescript;
mod waiting;

pub use error::{LoadError, PlayError, Problem, SourcePosition};
pub use explain::{Explanation, Need, Place, Remark, RemarkKind, Source, Step, explain};
pub use load::load;
pub use outcome::{Failure, FailureClass, Outcome, StackFrame};
pub use play::{
    Ack, AttachmentContent, ConsoleMessage, PlayEvent, PlayOutcome, Stage, StepRef, TestRef, play,
};
pub use program::{Dialect, Program, TestDeclaration, TestId};
pub use recorder::recording_schema;
pub use settings::{EXPECT_TIMEOUT, PlaySettings, STEP_TIMEOUT, TEST_TIMEOUT};
pub use waiting::Waiting;
