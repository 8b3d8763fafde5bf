//! Nothing is half there: what the prelude asks, what the host answers, what the types promise and what
//! the reference page tells are one list.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use rquickjs::{CatchResultExt, Context, Module, Object, Runtime};
use serde::Deserialize;
use serde::de::{self, Visitor};

use super::command;
use crate::prelude;

/// Reads no value: asked for an enum, it tells the names of its variants.
struct Names<'a>(&'a mut Vec<&'static str>);

impl<'de> de::Deserializer<'de> for Names<'_> {
    type Error = de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(de::Error::custom("no enum"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.extend(variants);
        Err(de::Error::custom("names taken"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

fn names<'de, T: Deserialize<'de>>() -> Vec<&'static str> {
    let mut names = Vec::new();
    assert!(T::deserialize(Names(&mut names)).is_err());
    names
}

/// Returns all commands, as `page.goBack`.
fn commands() -> BTreeSet<String> {
    let groups: [(&str, Vec<&str>); 18] = [
        ("session", names::<command::SessionAsk>()),
        ("browser", names::<command::BrowserAsk>()),
        ("context", names::<command::ContextAsk>()),
        ("page", names::<command::PageAsk>()),
        ("frame", names::<command::FrameAsk>()),
        ("handle", names::<command::HandleAsk>()),
        ("worker", names::<command::WorkerAsk>()),
        ("keyboard", names::<command::KeyboardAsk>()),
        ("mouse", names::<command::MouseAsk>()),
        ("touchscreen", names::<command::TouchscreenAsk>()),
        ("dialog", names::<command::DialogAsk>()),
        ("download", names::<command::DownloadAsk>()),
        ("request", names::<command::RequestAsk>()),
        ("response", names::<command::ResponseAsk>()),
        ("route", names::<command::RouteAsk>()),
        ("har", names::<command::HarAsk>()),
        ("fetch", names::<command::FetchAsk>()),
        ("cdp", names::<command::CdpAsk>()),
    ];
    let known: BTreeSet<&str> = groups.iter().map(|(group, _)| *group).collect();
    assert_eq!(known, names::<command::Ask>().into_iter().collect(), "every group is walked");
    let all =
        groups.iter().flat_map(|(group, names)| names.iter().map(move |name| format!("{group}.{name}")));
    all.collect()
}

fn sources() -> impl Iterator<Item = (&'static str, &'static str)> {
    let of_page_api = |(name, _): &(&'static str, &'static str)| name.starts_with("canary:playwright/");
    prelude::MODULES.iter().copied().filter(of_page_api)
}

#[test]
fn the_prelude_uses_every_command_and_no_other() {
    let commands = commands();
    let text: String = sources().map(|(_, text)| text).collect::<Vec<_>>().join("\n");
    let unused: Vec<&String> =
        commands.iter().filter(|command| !text.contains(&format!("'{command}'"))).collect();
    // A cancellation is built by hand, since it belongs to another call.
    let unused: Vec<&&String> = unused.iter().filter(|command| **command != "session.cancel").collect();
    assert!(unused.is_empty(), "nothing in the prelude asks {unused:?}");
    let asked =
        regex::Regex::new(r"ask\([^,'`]*(?:'[^']*'|`[^`]*`)?,\s*'(\w+\.\w+)'").expect("an expression");
    for found in asked.captures_iter(&text) {
        let command = &found[1];
        assert!(commands.contains(command), "the prelude asks `{command}`, which nobody answers");
    }
}

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
const MEMBERS: &str = "(thing) => {
  const found = Object.create(null);
  for (let at = typeof thing === 'function' ? thing.prototype : thing; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (!name.startsWith('_') && name !== 'constructor') found[name] ??= String(get ?? value);
    }
  }
  for (const field of String(thing).matchAll(/^    this\\.(\\w+) = new /gm)) found[field[1]] ??= 'field';
  for (const field of String(thing).matchAll(/^    this\\.(\\w+) = context\\./gm)) found[field[1]] ??= 'field';
  return JSON.stringify(found);
}";

/// Returns the members that the prelude has: name and text, by class.
fn implemented() -> BTreeMap<&'static str, BTreeMap<String, String>> {
    let runtime = Runtime::new().expect("an engine");
    runtime.set_loader(Prelude, Prelude);
    let context = Context::full(&runtime).expect("a context");
    context.with(|ctx| {
        CLASSES
            .iter()
            .map(|(class, module, export)| {
                let module = format!("canary:playwright/{module}");
                let namespace: Object<'_> = Module::import(&ctx, module.as_str())
                    .and_then(|promise| promise.finish())
                    .catch(&ctx)
                    .unwrap_or_else(|error| panic!("{module}: {error}"));
                let thing: rquickjs::Value<'_> = namespace.get(*export).expect("the export");
                assert!(!thing.is_undefined(), "{module} exports no {export}");
                let members: rquickjs::Function<'_> = ctx.eval(MEMBERS).expect("a function");
                let json: String = members.call((thing,)).expect("members");
                (*class, serde_json::from_str(&json).expect("JSON"))
            })
            .collect()
    })
}

/// Resolves and loads modules of the prelude; what reaches Rust is an empty object.
struct Prelude;

impl rquickjs::loader::Resolver for Prelude {
    fn resolve<'js>(
        &mut self,
        _: &rquickjs::Ctx<'js>,
        base: &str,
        name: &str,
        _: Option<rquickjs::loader::ImportAttributes<'js>>,
    ) -> rquickjs::Result<String> {
        match name.starts_with("canary:") {
            true => Ok(name.to_owned()),
            false => Ok(prelude::resolve(base, name).expect("a module of the prelude").to_owned()),
        }
    }
}

impl rquickjs::loader::Loader for Prelude {
    fn load<'js>(
        &mut self,
        ctx: &rquickjs::Ctx<'js>,
        name: &str,
        _: Option<rquickjs::loader::ImportAttributes<'js>>,
    ) -> rquickjs::Result<Module<'js, rquickjs::module::Declared>> {
        let text = prelude::source(name).unwrap_or("export default {};");
        Module::declare(ctx.clone(), name, text)
    }
}

fn manifest(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Members of the public documentation, by class.
fn documented() -> Vec<(String, Vec<String>)> {
    let text = manifest("types/playwright-members.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(": "))
        .map(|(class, members)| (class.to_owned(), members.split(' ').map(str::to_owned).collect()))
        .collect()
}

/// Members that the types declare, by class, those of the interfaces that it extends included.
fn typed() -> BTreeMap<String, BTreeSet<String>> {
    let text = manifest("types/page.d.ts");
    let head = regex::Regex::new(r"^(?:export )?interface (\w+)(?:<[^>]*>)?(?: extends ([^{]+))? \{$")
        .expect("an expression");
    let member = regex::Regex::new(r"^  ([\w$]+)[<(?:]").expect("an expression");
    let mut own: BTreeMap<String, (Vec<String>, BTreeSet<String>)> = BTreeMap::new();
    let mut current = None;
    for line in text.lines() {
        if let Some(found) = head.captures(line) {
            let bases = found.get(2).map_or("", |bases| bases.as_str());
            let bases =
                bases.split(',').map(|base| base.trim().split('<').next().unwrap_or_default().to_owned());
            own.insert(
                found[1].to_owned(),
                (bases.filter(|base| !base.is_empty()).collect(), BTreeSet::new()),
            );
            current = Some(found[1].to_owned());
        } else if line == "}" {
            current = None;
        } else if let (Some(class), Some(found)) = (&current, member.captures(line))
            && let Some((_, members)) = own.get_mut(class)
        {
            members.insert(found[1].to_owned());
        }
    }
    fn all(own: &BTreeMap<String, (Vec<String>, BTreeSet<String>)>, class: &str) -> BTreeSet<String> {
        let Some((bases, members)) = own.get(class) else { return BTreeSet::new() };
        bases.iter().flat_map(|base| all(own, base)).chain(members.iter().cloned()).collect()
    }
    own.keys().map(|class| (class.clone(), all(&own, class))).collect()
}

/// What a member does, as its own text says.
enum Status {
    Supported,
    Refused(String),
    Missing,
}

fn status(text: Option<&String>) -> Status {
    let Some(text) = text else { return Status::Missing };
    let refusal = regex::Regex::new(r"^[^{]*\{\s*return unsupported\(\s*[^,)]+(?:, (?:'([^']*)'|(\w+)))?")
        .expect("an expression");
    match refusal.captures(text) {
        Some(found) => {
            let hint = found.get(1).map_or("", |hint| hint.as_str());
            Status::Refused(if hint.is_empty() { "not yet".to_owned() } else { hint.to_owned() })
        }
        None => Status::Supported,
    }
}

#[test]
fn the_types_promise_what_is_there_and_no_more() {
    let (implemented, typed) = (implemented(), typed());
    let mut problems = Vec::new();
    for (class, members) in &implemented {
        let promised = typed.get(*class).cloned().unwrap_or_default();
        for (class_documented, documented) in documented() {
            if class_documented != *class {
                continue;
            }
            for member in documented {
                match (status(members.get(&member)), promised.contains(&member)) {
                    (Status::Supported, false) => problems.push(format!("{class}.{member} is in no type")),
                    (Status::Refused(_) | Status::Missing, true) => {
                        problems.push(format!("the types promise {class}.{member}, which is not there"));
                    }
                    _ => {}
                }
            }
        }
        for member in &promised {
            if !members.contains_key(member) {
                problems.push(format!("the types promise {class}.{member}, which is not there"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Where a member is there and does not do quite the same.
const DIFFERENCES: [(&str, &str); 14] = [
    ("BrowserType.launch", "gives the run's one browser; its options are the operator's"),
    ("BrowserType.connect", "gives the run's one browser"),
    ("BrowserType.connectOverCDP", "gives the run's one browser"),
    ("Browser.close", "closes the contexts; the browser ends with the run"),
    ("Browser.newContext", "client certificates, videos and HAR recording are refused"),
    ("Page.screenshot", "`path` keeps the picture as an attachment of the run"),
    ("Page.pdf", "`path` keeps the file as an attachment of the run"),
    ("Page.addInitScript", "what it returns cannot be disposed of"),
    ("Page.video", "always null"),
    ("Download.saveAs", "keeps the file as an attachment of the run"),
    ("Download.createReadStream", "gives the whole file at once, to be iterated over"),
    ("BrowserContext.newCDPSession", "talks over the page's own session"),
    ("BrowserContext.backgroundPages", "always empty"),
    ("Locator.normalize", "gives the same locator"),
];

fn reference() -> String {
    let implemented = implemented();
    let mut page = String::from(
        "# The page API, member by member\n\nMade by a test of `runner/script` out of the code; Playwright 1.65's public documentation is what it is\nheld against. What is not supported throws an error that names the member.\n",
    );
    for (class, members) in documented() {
        let there = implemented.get(class.as_str()).cloned().unwrap_or_default();
        write!(page, "\n## {class}\n\n| Member | |\n|---|---|\n").expect("a string takes all");
        for member in members {
            let name = format!("{class}.{member}");
            let difference = DIFFERENCES.iter().find(|(known, _)| *known == name);
            let words = match (status(there.get(&member)), difference) {
                (Status::Supported, Some((_, difference))) => format!("supported; {difference}"),
                (Status::Supported, None) => "supported".to_owned(),
                (Status::Refused(hint), _) => format!("no: {hint}"),
                (Status::Missing, _) => "not yet".to_owned(),
            };
            writeln!(page, "| `{member}` | {words} |").expect("a string takes all");
        }
    }
    page
}

#[test]
fn the_reference_page_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/playwright-api.md");
    let fresh = reference();
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if kept != fresh {
        // The next run finds it as it must be; this one fails, so that nobody forgets to commit it.
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
        std::fs::write(&path, &fresh).expect("the page");
        panic!("{} was stale and has been written anew: commit it", path.display());
    }
}
