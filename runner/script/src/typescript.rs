//! TypeScript and JavaScript to what the engine runs, with the way back from every position.

mod awaits;
mod exports;

use std::path::Path;

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_parser::Parser;
use oxc_semantic::{Scoping, SemanticBuilder};
use oxc_sourcemap::SourceMap;
use oxc_span::SourceType;
use oxc_syntax::module_record::{ImportImportName, ModuleRecord};
use oxc_transformer::{TransformOptions, Transformer};

use crate::error::SourcePosition;
use crate::modules::{FACADE, ModuleError};
use crate::stack::excerpt;

/// How a file wants to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As an ES module.
    Module,
    /// As the body of a function with `require`, `module` and `exports`.
    CommonJs,
}

/// A file as the engine runs it.
pub(crate) struct Compiled {
    /// The text as its author wrote it.
    pub(crate) source: String,
    /// The text that runs.
    pub(crate) code: String,
    pub(crate) form: Form,
    /// What it imports, in order.
    pub(crate) imports: Vec<Import>,
    /// Names that it exports, as far as they can be seen without running it.
    pub(crate) exports: Vec<String>,
    /// It exports more than can be seen.
    open: bool,
    /// Lines of ours before its own.
    added: u32,
    map: Option<SourceMap<'static>>,
    /// What was put into the text before it was compiled.
    shifts: awaits::Shifts,
}

/// An import of a file.
pub(crate) struct Import {
    pub(crate) specifier: String,
    pub(crate) position: SourcePosition,
    /// Names taken by it, and where they stand.
    pub(crate) names: Vec<(String, SourcePosition)>,
}

impl Compiled {
    /// Returns the position in the source of a position in the code; both count from 1.
    pub(crate) fn original(&self, line: u32, column: u32) -> Option<(u32, u32)> {
        let line = line.checked_sub(self.added)?;
        let Some(map) = &self.map else { return Some((line, self.shifts.back(line, column))) };
        let line = line.checked_sub(1)?;
        let table = map.generate_lookup_table();
        // The interpreter places a function without statements at the indentation, where no token begins.
        let token = map
            .lookup_token(&table, line, column.saturating_sub(1))
            .or_else(|| map.get_tokens().find(|token| token.get_dst_line() == line))?;
        let line = token.get_src_line() + 1;
        Some((line, self.shifts.back(line, token.get_src_col() + 1)))
    }

    /// Tells whether an import of `name` can succeed.
    pub(crate) fn may_export(&self, name: &str) -> bool {
        self.open || self.form == Form::CommonJs || self.exports.iter().any(|export| export == name)
    }
}

/// Compiles the file `name` with the text `source`.
pub(crate) fn compile(name: &str, source: String) -> Result<Compiled, ModuleError> {
    let allocator = Allocator::default();
    let path = Path::new(name);
    let kind = source_type(path);
    let parsed = Parser::new(&allocator, &source, kind).parse();
    if let Some(diagnostic) = parsed.diagnostics.first() {
        let offset = diagnostic.labels.first().map_or(0, |label| label.offset() as usize);
        let position = position(name, &source, offset);
        let help = diagnostic.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        return Err(ModuleError::Syntax { message: format!("{}{help}", diagnostic.message), position });
    }
    let mut program = parsed.program;
    let record = parsed.module_record;
    let scoping = semantics(&program);
    let form = form(path, &record, &scoping);
    let imports = imports(name, &source, &record);
    let exports = exports::names(&program, &record, form);
    let prefix = prefix(name, form, &scoping);
    let noted = awaits::note(name, &source, &program);
    let (text, shifts) = match &noted {
        Some(awaits::Noted { text, shifts }) => (text.as_str(), shifts.clone()),
        None => (source.as_str(), awaits::Shifts::default()),
    };
    let (code, map) = match (kind.is_typescript() || kind.is_jsx(), &noted) {
        (true, None) => generate(&allocator, path, &mut program, scoping),
        (true, Some(_)) => {
            let mut program = Parser::new(&allocator, text, kind).parse().program;
            let scoping = semantics(&program);
            generate(&allocator, path, &mut program, scoping)
        }
        (false, _) => (text.to_owned(), None),
    };
    let added = prefix.matches('\n').count() as u32;
    let code = match form {
        Form::Module => format!("{prefix}{code}"),
        Form::CommonJs => {
            format!("(function (exports, require, module, __filename, __dirname) {{\n{code}\n}})")
        }
    };
    let added = if form == Form::CommonJs { 1 } else { added };
    let open = !record.star_export_entries.is_empty();
    Ok(Compiled { source, code, form, imports, exports, open, added, map, shifts })
}

/// Has `work` look at the syntax tree of a text; nothing where it does not parse.
pub(crate) fn with_program<T>(
    name: &str,
    source: &str,
    work: impl FnOnce(&Program<'_>, &Scoping) -> T,
) -> Option<T> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, source_type(Path::new(name))).parse();
    if !parsed.diagnostics.is_empty() {
        return None;
    }
    let scoping = semantics(&parsed.program);
    Some(work(&parsed.program, &scoping))
}

/// Makes a module of a JSON file.
pub(crate) fn compile_json(name: &str, source: String) -> Result<Compiled, ModuleError> {
    let value: serde_json::Value = serde_json::from_str(&source).map_err(|error| ModuleError::Syntax {
        message: error.to_string(),
        position: SourcePosition {
            file: name.to_owned(),
            line: error.line() as u32,
            column: error.column() as u32,
            excerpt: excerpt(&source, error.line() as u32, error.column() as u32),
        },
    })?;
    let text = serde_json::Value::from(value.to_string());
    let mut code = format!("const value = JSON.parse({text});\nexport default value;\n");
    let mut exports = vec!["default".to_owned()];
    for key in value.as_object().into_iter().flat_map(|object| object.keys()).filter(|key| is_identifier(key))
    {
        let index = exports.len();
        code.push_str(&format!("const own{index} = value.{key};\nexport {{ own{index} as {key} }};\n"));
        exports.push(key.clone());
    }
    Ok(Compiled {
        source,
        code,
        form: Form::Module,
        imports: Vec::new(),
        exports,
        open: false,
        added: 0,
        map: None,
        shifts: awaits::Shifts::default(),
    })
}

fn is_identifier(key: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    key != "default" && key.chars().all(word) && key.starts_with(|c: char| !c.is_ascii_digit())
}

fn source_type(path: &Path) -> SourceType {
    match path.extension().and_then(std::ffi::OsStr::to_str) {
        // Whether a plain file is a module is seen from its text.
        Some("js" | "jsx") => {
            SourceType::unambiguous().with_jsx(path.extension().is_some_and(|ending| ending == "jsx"))
        }
        _ => SourceType::from_path(path).unwrap_or_else(|_| SourceType::ts()),
    }
}

fn semantics(program: &Program<'_>) -> Scoping {
    let semantic =
        SemanticBuilder::new().with_excess_capacity(2.0).with_enum_eval(true).build(program).semantic;
    semantic.into_scoping()
}

fn form(path: &Path, record: &ModuleRecord<'_>, scoping: &Scoping) -> Form {
    let ending = path.extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    let free = |name: &str| scoping.root_unresolved_references().contains_key(name);
    match ending {
        "cjs" | "cts" => Form::CommonJs,
        "mjs" | "mts" => Form::Module,
        _ if record.has_module_syntax => Form::Module,
        _ if ["module", "exports", "require"].into_iter().any(free) => Form::CommonJs,
        // Bundles in the old universal form look for `define` and put themselves on `this`.
        _ if free("define") => Form::CommonJs,
        _ => Form::Module,
    }
}

/// Returns what an ES module needs that was written as if it were CommonJS, as one line.
fn prefix(name: &str, form: Form, scoping: &Scoping) -> String {
    let free = |word: &str| scoping.root_unresolved_references().contains_key(word);
    let quoted = serde_json::Value::from(name);
    let mut line = String::new();
    if form == Form::CommonJs {
        return line;
    }
    if free("require") || free("__dirname") {
        line.push_str(&format!(
            "import {{ folderOf as canaryFolderOf, requireFrom as canaryRequireFrom }} from '{FACADE}'; "
        ));
    }
    if free("require") {
        line.push_str(&format!("const require = canaryRequireFrom({quoted}); "));
    }
    if free("__dirname") {
        line.push_str(&format!("const __dirname = canaryFolderOf({quoted}); "));
    }
    if free("__filename") {
        line.push_str(&format!("const __filename = '/' + {quoted}; "));
    }
    if free("module") || free("exports") {
        line.push_str("const module = { exports: {} }, exports = module.exports; ");
    }
    if !line.is_empty() {
        line.push('\n');
    }
    line
}

fn generate<'a>(
    allocator: &'a Allocator,
    path: &Path,
    program: &mut Program<'a>,
    scoping: Scoping,
) -> (String, Option<SourceMap<'static>>) {
    let options = TransformOptions::default();
    Transformer::new(allocator, path, &options).build_with_scoping(scoping, program);
    let options = CodegenOptions { source_map_path: Some(path.to_path_buf()), ..CodegenOptions::default() };
    let generated = Codegen::new().with_options(options).build(program);
    (generated.code, generated.map.map(|map| map.into_owned()))
}

fn imports(file: &str, source: &str, record: &ModuleRecord<'_>) -> Vec<Import> {
    let place = |start: u32| position(file, source, start as usize);
    let mut imports: Vec<Import> = Vec::new();
    for (specifier, requests) in &record.requested_modules {
        let Some(request) = requests.iter().find(|request| !request.is_type) else { continue };
        let entries = record
            .import_entries
            .iter()
            .filter(|entry| entry.module_request.name == *specifier && !entry.is_type);
        let names = entries.filter_map(|entry| match &entry.import_name {
            ImportImportName::Name(name) => Some((name.name.to_string(), place(name.span.start))),
            ImportImportName::Default(span) => Some(("default".to_owned(), place(span.start))),
            ImportImportName::NamespaceObject => None,
        });
        imports.push(Import {
            specifier: specifier.to_string(),
            position: place(request.span.start),
            names: names.collect(),
        });
    }
    for import in &record.dynamic_imports {
        let span = import.module_request;
        let text = source.get(span.start as usize..span.end as usize).unwrap_or_default();
        let specifier = text.trim_matches(['\'', '"', '`']).to_owned();
        imports.push(Import { specifier, position: place(span.start), names: Vec::new() });
    }
    imports.sort_by_key(|import| (import.position.line, import.position.column));
    imports
}

/// Returns line and column, from 1, of a byte offset.
pub(crate) fn position(name: &str, source: &str, offset: usize) -> SourcePosition {
    let before = source.get(..offset).unwrap_or(source);
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() as u32 + 1;
    SourcePosition { file: name.to_owned(), line, column, excerpt: excerpt(source, line, column) }
}
