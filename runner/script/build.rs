//! Compiles the JavaScript of the prelude to the engine's bytecode, so that no run has to parse it again.
//!
//! Every `.js` file below [`FOLDERS`] is one built-in module, `canary:FOLDER/NAME`. The outcome is a table in
//! `OUT_DIR/prelude.rs`: names with bytecode for the engine, names with texts for
//! what tells of the API without running it.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::{CatchResultExt, Context, Ctx, Module, Runtime, WriteOptions};

/// Folders of `src/` with built-in modules.
const FOLDERS: [&str; 5] = ["canary", "globals", "modules", "node", "playwright"];

/// Modules whose functions are read as text, which therefore stays with them: some are sent into pages, and of
/// fixtures the names of their parameters are read.
const WITH_TEXT: [&str; 6] = [
    "canary:playwright/clock_in_page",
    "canary:playwright/fixtures",
    "canary:playwright/frame_api",
    "canary:playwright/web_storage",
    "canary:playwright/websocket_in_page",
    "canary:playwright/websocket_route",
];

/// Values between scripts and pages have one form, which the browser room owns.
const SERIALIZER: &str = "../browser/src/evaluate/serializer.js";

struct Source {
    name: String,
    text: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let output = PathBuf::from(variable("OUT_DIR")?);
    let runtime = Runtime::new()?;
    runtime.set_loader(Elsewhere, Elsewhere);
    let context = Context::full(&runtime)?;
    let (mut compiled, mut texts) = (String::new(), String::new());
    for (index, source) in sources(&root)?.iter().enumerate() {
        let bytecode = context.with(|ctx| compile(&ctx, source))?;
        std::fs::write(output.join(format!("{index}.bytecode")), bytecode)?;
        std::fs::write(output.join(format!("{index}.js")), &source.text)?;
        let entry = |kind: &str, ending: &str| {
            format!("    ({:?}, {kind}!(concat!(env!(\"OUT_DIR\"), \"/{index}.{ending}\"))),\n", source.name)
        };
        compiled += &entry("include_bytes", "bytecode");
        texts += &entry("include_str", "js");
    }
    let mut table = String::new();
    writeln!(table, "/// Names of all built-in modules and their bytecode.")?;
    writeln!(table, "pub(crate) static COMPILED: &[(&str, &[u8])] = &[\n{compiled}];\n")?;
    writeln!(table, "/// Names of all built-in modules and their texts.")?;
    writeln!(table, "pub(crate) static TEXTS: &[(&str, &str)] = &[\n{texts}];")?;
    std::fs::write(output.join("prelude.rs"), table)?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script its places in the environment")]
fn variable(name: &str) -> Result<String, Box<dyn Error>> {
    std::env::var(name).map_err(|error| format!("{name}: {error}").into())
}

/// Returns all modules, sorted by folder and name.
fn sources(root: &Path) -> Result<Vec<Source>, Box<dyn Error>> {
    let mut sources = Vec::new();
    for folder in FOLDERS {
        let path = root.join("src").join(folder);
        println!("cargo::rerun-if-changed={}", path.display());
        let mut files: Vec<PathBuf> = std::fs::read_dir(&path)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        files.retain(|file| file.extension().is_some_and(|ending| ending == "js"));
        files.sort();
        for file in files {
            let stem = file.file_stem().and_then(|stem| stem.to_str()).ok_or("a name that is no text")?;
            let text = std::fs::read_to_string(&file)?;
            sources.push(Source { name: format!("canary:{folder}/{stem}"), text });
        }
    }
    let serializer = root.join(SERIALIZER);
    println!("cargo::rerun-if-changed={}", serializer.display());
    let text = format!("export default {};\n", std::fs::read_to_string(serializer)?);
    sources.push(Source { name: "canary:playwright/serializer".to_owned(), text });
    Ok(sources)
}

fn compile(ctx: &Ctx<'_>, source: &Source) -> Result<Vec<u8>, Box<dyn Error>> {
    let Source { name, text } = source;
    let module = Module::declare(ctx.clone(), name.as_str(), text.as_str())
        .catch(ctx)
        .map_err(|error| format!("{name}: {error}"))?;
    let strip_source = !WITH_TEXT.contains(&name.as_str());
    Ok(module.write(WriteOptions { strip_source, ..WriteOptions::default() })?)
}

/// What a module imports is not looked at before it runs: an empty module stands for each.
struct Elsewhere;

impl Resolver for Elsewhere {
    fn resolve<'js>(
        &mut self,
        _: &Ctx<'js>,
        _: &str,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<String> {
        Ok(format!("elsewhere:{name}"))
    }
}

impl Loader for Elsewhere {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<Module<'js>> {
        Module::declare(ctx.clone(), name, "")
    }
}
