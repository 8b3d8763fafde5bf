//! TypeScript to JavaScript, with the way back from every position.

use std::path::Path;

use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_parser::Parser;
use oxc_semantic::SemanticBuilder;
use oxc_sourcemap::SourceMap;
use oxc_span::SourceType;
use oxc_syntax::module_record::ModuleRecord;
use oxc_transformer::{TransformOptions, Transformer};

use crate::error::SourcePosition;
use crate::modules::ModuleError;
use crate::stack::excerpt;

/// A module as the engine runs it.
pub(crate) struct Compiled {
    /// The text as its author wrote it.
    pub(crate) source: String,
    /// The text that runs.
    pub(crate) code: String,
    /// Specifiers of its imports and where they stand.
    pub(crate) imports: Vec<(String, SourcePosition)>,
    map: Option<SourceMap<'static>>,
}

impl Compiled {
    /// Returns the position in the source of a position in the code; both count from 1.
    pub(crate) fn original(&self, line: u32, column: u32) -> Option<(u32, u32)> {
        let Some(map) = &self.map else { return Some((line, column)) };
        let line = line.checked_sub(1)?;
        let table = map.generate_lookup_table();
        // The interpreter places a function without statements at the indentation, where no token begins.
        let token = map
            .lookup_token(&table, line, column.saturating_sub(1))
            .or_else(|| map.get_tokens().find(|token| token.get_dst_line() == line))?;
        Some((token.get_src_line() + 1, token.get_src_col() + 1))
    }
}

/// Compiles the file `name` with the text `source`.
pub(crate) fn compile(name: &str, source: &str) -> Result<Compiled, ModuleError> {
    let allocator = Allocator::default();
    let path = Path::new(name);
    let kind = SourceType::from_path(path).unwrap_or_else(|_| SourceType::ts());
    let parsed = Parser::new(&allocator, source, kind).parse();
    if let Some(diagnostic) = parsed.diagnostics.first() {
        let offset = diagnostic.labels.first().map_or(0, |label| label.offset() as usize);
        let position = position(name, source, offset);
        return Err(ModuleError::Syntax { message: diagnostic.message.to_string(), position });
    }
    let mut program = parsed.program;
    let imports = imports(name, source, &parsed.module_record);
    let scoping = SemanticBuilder::new()
        .with_excess_capacity(2.0)
        .with_enum_eval(true)
        .build(&program)
        .semantic
        .into_scoping();
    let options = TransformOptions::default();
    Transformer::new(&allocator, path, &options).build_with_scoping(scoping, &mut program);
    let options = CodegenOptions { source_map_path: Some(path.to_path_buf()), ..CodegenOptions::default() };
    let generated = Codegen::new().with_options(options).build(&program);
    Ok(Compiled {
        source: source.to_owned(),
        code: generated.code,
        imports,
        map: generated.map.map(|map| map.into_owned()),
    })
}

fn imports(name: &str, source: &str, record: &ModuleRecord<'_>) -> Vec<(String, SourcePosition)> {
    record
        .requested_modules
        .iter()
        .filter_map(|(specifier, requests)| {
            let span = requests.first()?.span;
            Some((specifier.to_string(), position(name, source, span.start as usize)))
        })
        .collect()
}

/// Returns line and column, from 1, of a byte offset.
fn position(name: &str, source: &str, offset: usize) -> SourcePosition {
    let before = source.get(..offset).unwrap_or(source);
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() as u32 + 1;
    SourcePosition { file: name.to_owned(), line, column, excerpt: excerpt(source, line, column) }
}
