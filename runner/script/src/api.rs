//! The API that scripts see, as the prelude has it: which member is supported, refused or missing. One
//! table for the reference page, the types' test and `explain`.
//!
//! `types` reads what members give from the `.d.ts` file.

pub(crate) mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{CatchResultExt, Context, Ctx, Error, Function, Module, Object, Runtime, Value};

use crate::prelude;

/// Where each class of the API lives in the prelude.
const CLASSES: [(&str, &str, &str); 32] = [
    ("APIRequest", "request", "request"),
    ("APIRequestContext", "request", "ApiRequestContext"),
    ("APIResponse", "request", "ApiResponse"),
    ("Browser", "browser", "Browser"),
    ("BrowserContext", "context", "BrowserContext"),
    ("BrowserType", "browser", "BrowserType"),
    ("CDPSession", "cdp", "CdpSession"),
    ("Clock", "clock", "Clock"),
    ("ConsoleMessage", "console_message", "ConsoleMessage"),
    ("Coverage", "coverage", "Coverage"),
    ("Dialog", "dialog", "Dialog"),
    ("Download", "download", "Download"),
    ("ElementHandle", "handles", "ElementHandle"),
    ("FileChooser", "file_chooser", "FileChooser"),
    ("Frame", "frame", "Frame"),
    ("FrameLocator", "locator", "FrameLocator"),
    ("JSHandle", "handles", "JSHandle"),
    ("Keyboard", "input", "Keyboard"),
    ("Locator", "locator", "Locator"),
    ("Mouse", "input", "Mouse"),
    ("Page", "page", "Page"),
    ("Request", "network", "Request"),
    ("Response", "network", "Response"),
    ("Route", "route", "Route"),
    ("Selectors", "selectors", "selectors"),
    ("Touchscreen", "input", "Touchscreen"),
    ("Tracing", "tracing", "Tracing"),
    ("WebError", "console_message", "WebError"),
    ("WebSocket", "websocket", "WebSocket"),
    ("WebSocketRoute", "websocket_route", "WebSocketRoute"),
    ("WebStorage", "web_storage", "WebStorage"),
    ("Worker", "worker", "Worker"),
];

/// Tells the members of a class with the text of each: of its prototypes, or of the object itself.
const MEMBERS: &str = r"(thing) => {
  const found = Object.create(null);
  for (let at = typeof thing === 'function' ? thing.prototype : thing; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (!name.startsWith('_') && name !== 'constructor') found[name] ??= String(get ?? value);
    }
  }
  for (const field of String(thing).matchAll(/^    this\.(\w+) = new /gm)) found[field[1]] ??= 'field';
  for (const field of String(thing).matchAll(/^    this\.(\w+) = context\./gm)) found[field[1]] ??= 'field';
  return JSON.stringify(found);
}";

/// Names of what else scripts call: the words of `test`, `describe` and `expect`, and all matchers.
const WORDS: &str = r"async () => {
  const { test } = await import('canary:playwright/test');
  const { expect, UNAVAILABLE } = await import('canary:playwright/expect');
  const { matchers } = await import('canary:playwright/matchers');
  const { pageMatchers } = await import('canary:playwright/expect_page');
  const { fixtures } = await import('canary:playwright/fixtures');
  const { REFUSED } = await import('canary:playwright/context_options');
  const options = Object.entries(fixtures).filter(([, value]) => Array.isArray(value) && value[1].option);
  return JSON.stringify({
    test: Object.keys(test),
    describe: Object.keys(test.describe),
    step: Object.keys(test.step),
    expect: Object.getOwnPropertyNames(expect),
    matchers: [...Object.keys(matchers), ...Object.keys(pageMatchers), 'toPass'].filter((name) => !UNAVAILABLE.has(name)),
    files: [...UNAVAILABLE],
    options: options.map(([name]) => name),
    operators: options.filter(([, [, { scope }]]) => scope === 'worker').map(([name]) => name),
    refused: REFUSED,
  });
}";

/// Where a member is there and does not do quite the same.
const DIFFERENCES: [(&str, &str); 12] = [
    ("BrowserType.launch", "gives the run's one browser; its options are the operator's"),
    ("BrowserType.connect", "gives the run's one browser"),
    ("BrowserType.connectOverCDP", "gives the run's one browser"),
    ("Browser.close", "closes the contexts; the browser ends with the run"),
    ("Browser.newContext", "client certificates, videos and HAR recording are refused"),
    ("Page.screenshot", "`path` keeps the picture as an attachment of the run"),
    ("Page.pdf", "`path` keeps the file as an attachment of the run"),
    ("Page.video", "always null"),
    ("Download.saveAs", "keeps the file as an attachment of the run"),
    ("Download.createReadStream", "gives the whole file at once, to be iterated over"),
    ("BrowserContext.backgroundPages", "always empty"),
    ("Locator.normalize", "gives the same locator"),
];

/// What a member does, as its own text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// It is there, with what differs if something does.
    Supported(Option<&'static str>),
    /// It throws; why, or what to use instead.
    Refused(String),
    /// The public documentation has it, and the prelude does not.
    Missing,
    /// Nobody knows it.
    Unknown,
}

/// Why the table cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("failed to read the table of the API: {0}")]
pub(crate) struct ApiError(String);

/// The words of the test runner.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Words {
    /// Members of `test`.
    pub(crate) test: BTreeSet<String>,
    /// Members of `test.describe`.
    pub(crate) describe: BTreeSet<String>,
    /// Members of `test.step`.
    pub(crate) step: BTreeSet<String>,
    /// Members of `expect`.
    pub(crate) expect: BTreeSet<String>,
    /// Members of what `expect(…)` gives.
    pub(crate) matchers: BTreeSet<String>,
    /// Matchers that compare with files of an earlier run, which monitors do not have.
    pub(crate) files: BTreeSet<String>,
    /// Options that `use` takes.
    pub(crate) options: BTreeSet<String>,
    /// Those of them that a run answers for by itself.
    pub(crate) operators: BTreeSet<String>,
    /// Options of contexts that are refused.
    pub(crate) refused: BTreeSet<String>,
}

/// The table.
pub(crate) struct Api {
    /// Members of each class with the text of each.
    classes: BTreeMap<&'static str, BTreeMap<String, String>>,
    pub(crate) words: Words,
}

impl Api {
    /// Reads it from the prelude, in an engine of its own.
    pub(crate) fn read() -> Result<Self, ApiError> {
        let engine = |error: Error| ApiError(error.to_string());
        let runtime = Runtime::new().map_err(engine)?;
        runtime.set_loader(Prelude, Prelude);
        let context = Context::full(&runtime).map_err(engine)?;
        context.with(|ctx| {
            let mut classes = BTreeMap::new();
            for (class, module, export) in CLASSES {
                classes.insert(class, members(&ctx, module, export).map_err(ApiError)?);
            }
            Ok(Self { classes, words: words(&ctx).map_err(ApiError)? })
        })
    }

    /// Tells what a member of a class does.
    pub(crate) fn status(&self, class: &str, member: &str) -> Status {
        let Some(text) = self.classes.get(class).and_then(|members| members.get(member)) else {
            return if is_documented(class, member) { Status::Missing } else { Status::Unknown };
        };
        if let Some(found) = REFUSAL.captures(text) {
            let hint = found.get(1).map_or("", |hint| hint.as_str());
            return Status::Refused(if hint.is_empty() { "not yet".to_owned() } else { hint.to_owned() });
        }
        let name = format!("{class}.{member}");
        let difference = DIFFERENCES.iter().find(|(known, _)| *known == name);
        Status::Supported(difference.map(|(_, words)| *words))
    }

    /// Returns the names of the members that a class has.
    pub(crate) fn members(&self, class: &str) -> impl Iterator<Item = &str> {
        self.classes.get(class).into_iter().flat_map(|members| members.keys().map(String::as_str))
    }

    /// Returns the names of all classes.
    pub(crate) fn classes(&self) -> impl Iterator<Item = &'static str> {
        self.classes.keys().copied()
    }
}

static REFUSAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[^{]*\{\s*return unsupported\(\s*[^,)]+(?:, (?:'([^']*)'|(\w+)))?")
        .expect("an expression that is a constant")
});

/// Returns members of the public documentation, by class.
pub(crate) fn documented() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    let lines = include_str!("../types/playwright-members.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(": "))
        .map(|(class, members)| (class, members.split(' ').collect()))
}

fn is_documented(class: &str, member: &str) -> bool {
    documented().any(|(known, members)| known == class && members.contains(&member))
}

fn members(ctx: &Ctx<'_>, module: &str, export: &str) -> Result<BTreeMap<String, String>, String> {
    let module = format!("canary:playwright/{module}");
    let read = || -> Result<String, Error> {
        let namespace: Object<'_> = Module::import(ctx, module.as_str())?.finish()?;
        let thing: Value<'_> = namespace.get(export)?;
        ctx.eval::<Function<'_>, _>(MEMBERS)?.call((thing,))
    };
    let json = read().catch(ctx).map_err(|error| format!("{module}: {error}"))?;
    serde_json::from_str(&json).map_err(|error| format!("{module}: {error}"))
}

fn words(ctx: &Ctx<'_>) -> Result<Words, String> {
    let read = || -> Result<String, Error> {
        let promise: rquickjs::Promise<'_> = ctx.eval::<Function<'_>, _>(WORDS)?.call(())?;
        promise.finish()
    };
    let json = read().catch(ctx).map_err(|error| error.to_string())?;
    serde_json::from_str(&json).map_err(|error| error.to_string())
}

/// Resolves and loads modules of the prelude; what reaches Rust is an empty object.
struct Prelude;

impl Resolver for Prelude {
    fn resolve<'js>(
        &mut self,
        _: &Ctx<'js>,
        base: &str,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<String> {
        if name.starts_with(prelude::PREFIX) {
            return Ok(name.to_owned());
        }
        prelude::resolve(base, name).map(str::to_owned).ok_or_else(|| Error::new_resolving(base, name))
    }
}

impl Loader for Prelude {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<Module<'js, Declared>> {
        let text = prelude::text(name).unwrap_or("export default {};");
        Module::declare(ctx.clone(), name, text)
    }
}
