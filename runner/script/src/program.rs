//! A loaded script: its dialect and the tests it declares, ready to be played.

use crate::playwright::Script;
use crate::recorder::Recording;
use crate::smoke::Smoke;
use crate::waiting::Waiting;

/// The language a monitor is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A test file in Playwright style, TypeScript or JavaScript.
    Playwright,
    /// A recording of the DevTools Recorder.
    Recorder,
    /// A list of URLs.
    Smoke,
}

impl Dialect {
    /// Returns the name that documents carry as `script.dialect`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Playwright => "playwright",
            Self::Recorder => "recorder",
            Self::Smoke => "smoke",
        }
    }
}

/// Number of a test in its program, from 0, in the order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TestId(pub usize);

/// A test as the script declares it.
#[derive(Clone, Debug, PartialEq)]
pub struct TestDeclaration {
    /// Its number.
    pub id: TestId,
    /// Titles of its `describe` blocks, then its own.
    pub title: Vec<String>,
    /// Path of the file in the checkout.
    pub file: String,
    /// Line of the declaration, from 1.
    pub line: u32,
    /// Tags, with their `@`.
    pub tags: Vec<String>,
}

/// A loaded script.
pub struct Program {
    /// The language it is written in.
    pub dialect: Dialect,
    /// Path in the checkout; for a list of URLs what the list is called.
    pub path: String,
    /// Tests in the order they are played.
    pub tests: Vec<TestDeclaration>,
    pub(crate) body: Body,
}

impl Program {
    /// Returns what tells, while it is played, whether the browser or the site is waited for.
    pub fn waiting(&self) -> Waiting {
        match &self.body {
            Body::Playwright(script) => script.waiting(),
            // These have nothing of their own to do.
            Body::Recorder(_) | Body::Smoke(_) => Waiting::always(),
        }
    }
}

/// What plays a program.
pub(crate) enum Body {
    Playwright(Box<Script>),
    Recorder(Box<Recording>),
    Smoke(Smoke),
}
