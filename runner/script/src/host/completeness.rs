//! Nothing is half there: what the prelude asks, what the host answers, what the types promise and what
//! the reference page tells are one list.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;
use serde::de::{self, Visitor};

use super::command;
use crate::api::types::Types;
use crate::api::{self, Api, Status};
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
    prelude::TEXTS.iter().copied().filter(of_page_api)
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

#[test]
fn the_types_promise_what_is_there_and_no_more() {
    let (api, types) = (Api::read().expect("the table"), Types::read());
    let mut problems = Vec::new();
    for class in api.classes() {
        let promised = types.members(class);
        let documented = api::documented().filter(|(known, _)| *known == class);
        for member in documented.flat_map(|(_, members)| members) {
            match (api.status(class, member), promised.contains(member)) {
                (Status::Supported(_), false) => problems.push(format!("{class}.{member} is in no type")),
                (Status::Refused(_) | Status::Missing, true) => {
                    problems.push(format!("the types promise {class}.{member}, which is not there"));
                }
                _ => {}
            }
        }
        let there: BTreeSet<&str> = api.members(class).collect();
        for member in promised.iter().filter(|member| !there.contains(member.as_str())) {
            problems.push(format!("the types promise {class}.{member}, which is not there"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn reference() -> String {
    let api = Api::read().expect("the table");
    let mut page = String::from(
        "# The page API, member by member\n\nMade by a test of `runner/script` out of the code; Playwright 1.65's public documentation is what it is\nheld against. What is not supported throws an error that names the member.\n",
    );
    for (class, members) in api::documented() {
        write!(page, "\n## {class}\n\n| Member | |\n|---|---|\n").expect("a string takes all");
        for member in members {
            let words = match api.status(class, member) {
                Status::Supported(Some(difference)) => format!("supported; {difference}"),
                Status::Supported(None) => "supported".to_owned(),
                Status::Refused(hint) => format!("no: {hint}"),
                Status::Missing | Status::Unknown => "not yet".to_owned(),
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
