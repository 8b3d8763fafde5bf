//! What names and expressions of a script stand for, as far as it can be told without running it.

use crate::api::types::{Given, Types};

/// What something stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Objects of the page API.
    Given(Given),
    /// A class of the API as a type, by its name there.
    Type(String),
    /// What a test function takes apart: `{ page, context }`.
    Fixtures,
    /// `test`.
    Test,
    /// What gives a `test` when it is called.
    TestMaker,
    /// `test.describe`, and its `serial` and `parallel`.
    Describe,
    /// `test.step`.
    Step,
    /// `expect`.
    Expect,
    /// What gives an `expect` when it is called.
    ExpectMaker,
    /// What `expect(…)` gives.
    Expectation,
    /// `process`.
    Process,
    /// `process.env`.
    Environment,
    /// `params` of `canary`.
    Parameters,
    /// `secret` of `canary`.
    Secret,
    /// `mfa` of `canary`.
    Codes,
    /// `mfa.token`.
    Code,
    /// All that a built-in module exports, by the module's name.
    Builtin(&'static str),
    /// All that a file exports, by its path.
    File(String),
}

impl Meaning {
    fn class(name: &str) -> Self {
        Self::Given(Given::Class(name.to_owned()))
    }
}

/// Returns what a built-in module's export stands for.
pub(super) fn exported(module: &'static str, name: &str) -> Option<Meaning> {
    Some(match (module, name) {
        ("canary:playwright/exports", "test" | "default") => Meaning::Test,
        ("canary:playwright/exports", "expect") => Meaning::Expect,
        ("canary:playwright/exports", "mergeTests") => Meaning::TestMaker,
        ("canary:playwright/exports", "mergeExpects") => Meaning::ExpectMaker,
        ("canary:playwright/exports", "chromium" | "firefox" | "webkit") => Meaning::class("BrowserType"),
        ("canary:playwright/exports", "request") => Meaning::class("APIRequest"),
        ("canary:playwright/exports", "selectors") => Meaning::class("Selectors"),
        ("canary:playwright/exports", name) if name.starts_with(char::is_uppercase) => {
            Meaning::Type(name.to_owned())
        }
        ("canary:canary/exports", "params") => Meaning::Parameters,
        ("canary:canary/exports", "secret") => Meaning::Secret,
        ("canary:canary/exports", "mfa") => Meaning::Codes,
        ("canary:node/process", "default") => Meaning::Process,
        ("canary:node/process", "env") => Meaning::Environment,
        ("canary:canary/exports", "default") => Meaning::Builtin(module),
        (module, "default") if module.starts_with("canary:node/") => Meaning::Builtin(module),
        _ => return None,
    })
}

/// Returns what a member of something stands for. A method stands for what it gives.
pub(super) fn member(types: &Types, of: &Meaning, name: &str) -> Option<Meaning> {
    Some(match (of, name) {
        (Meaning::Given(Given::Class(class)), name) => Meaning::Given(types.given(class, name)?),
        (Meaning::Fixtures, "page") => Meaning::class("Page"),
        (Meaning::Fixtures, "context") => Meaning::class("BrowserContext"),
        (Meaning::Fixtures, "browser") => Meaning::class("Browser"),
        (Meaning::Fixtures, "request") => Meaning::class("APIRequestContext"),
        (Meaning::Test, "step") => Meaning::Step,
        (Meaning::Test, "describe") | (Meaning::Describe, "serial" | "parallel") => Meaning::Describe,
        (Meaning::Test, "expect") | (Meaning::Expect, "soft" | "poll") => Meaning::Expect,
        (Meaning::Test, "extend") => Meaning::TestMaker,
        (Meaning::Expect, "configure" | "extend") => Meaning::ExpectMaker,
        (Meaning::Expectation, "not" | "resolves" | "rejects") => Meaning::Expectation,
        (Meaning::Process, "env") => Meaning::Environment,
        (Meaning::Codes, "token") => Meaning::Code,
        (Meaning::Builtin(module), name) => exported(module, name)?,
        _ => return None,
    })
}

/// Returns what calling something gives.
pub(super) fn called(callee: Meaning) -> Option<Meaning> {
    Some(match callee {
        // Methods stand for what they give already.
        given @ Meaning::Given(_) => given,
        Meaning::TestMaker => Meaning::Test,
        Meaning::ExpectMaker => Meaning::Expect,
        Meaning::Expect => Meaning::Expectation,
        _ => return None,
    })
}
