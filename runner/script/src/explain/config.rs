//! Keys of a `playwright.config`: which are used, which change nothing, and why.

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, BindingPattern, ExportDefaultDeclarationKind, Expression,
    ObjectExpression, ObjectPropertyKind, Program, Statement,
};
use oxc_span::GetSpan as _;

use super::RemarkKind;
use super::follow::near;
use crate::api::Words;

/// A key with its way from the top, like `projects.use.baseURL`.
pub(super) struct Key {
    pub(super) path: Vec<String>,
    /// Byte offset in the file.
    pub(super) offset: u32,
}

/// What is to be said of a key.
pub(super) enum Judgement {
    Used,
    Remark(RemarkKind, String),
    /// It is an option of `use`, which the script may have added itself.
    Option(String),
}

/// Keys that are used, at the top and in projects.
const USED: &[&str] = &[
    "name",
    "use",
    "timeout",
    "expect",
    "retries",
    "metadata",
    "projects",
    "testDir",
    "testMatch",
    "testIgnore",
];

/// Keys that do something elsewhere and cannot do it here.
const REFUSED: &[(&str, &str)] = &[
    ("dependencies", "each script is a run of its own; do it in a `beforeAll` hook or a fixture"),
    ("globalSetup", "each script is a run of its own; do it in a `beforeAll` hook or a fixture"),
    ("globalTeardown", "each script is a run of its own; do it in an `afterAll` hook or a fixture"),
    ("teardown", "each script is a run of its own; do it in an `afterAll` hook or a fixture"),
    ("webServer", "a monitor watches a site that is there already; name it with `--base-url`"),
];

/// Keys that mean nothing to a monitor.
const IGNORED: &[(&str, &str)] = &[
    ("build", "scripts are compiled as they are"),
    ("captureGitInfo", "documents name the commit anyway"),
    ("failOnFlakyTests", "a test that passes in the end has passed"),
    ("forbidOnly", "`only` is taken as it stands"),
    ("fullyParallel", "tests of a monitor run one after the other"),
    ("globalTimeout", "the limit of a run is `--run-timeout`"),
    ("grep", "all tests of a script are played"),
    ("grepInvert", "all tests of a script are played"),
    ("ignoreSnapshots", "there are no snapshots"),
    ("maxFailures", "all tests of a script are played"),
    ("outputDir", "files go to the attachments (`--attachments`)"),
    ("preserveOutput", "files go to the attachments (`--attachments`)"),
    ("quiet", "the reporter is chosen by `--reporter`"),
    ("repeatEach", "each test is played once"),
    ("reportSlowTests", "durations are in the documents"),
    ("reporter", "results go to the store; the reporter is chosen by `--reporter`"),
    ("respectGitIgnore", "scripts are named on the command line"),
    ("shard", "scripts are named on the command line"),
    ("snapshotDir", "there are no snapshots"),
    ("snapshotPathTemplate", "there are no snapshots"),
    ("tag", "tags of the monitor are set by `--tag`"),
    ("tsconfig", "the nearest `tsconfig.json` is used"),
    ("updateSnapshots", "there are no snapshots"),
    ("updateSourceMethod", "there are no snapshots"),
    ("workers", "tests of a monitor run one after the other"),
];

/// Says what a key of the configuration does.
pub(super) fn judge(path: &[String], words: &Words) -> Judgement {
    let inside: Vec<&str> = path.iter().map(String::as_str).filter(|key| *key != "projects").collect();
    match inside.as_slice() {
        // The list of projects itself.
        [] => Judgement::Used,
        ["use", name] => Judgement::Option((*name).to_owned()),
        ["expect", "timeout"] => Judgement::Used,
        ["expect", name] if words.files.contains(*name) => {
            Judgement::Remark(RemarkKind::Ignored, "there are no snapshots".to_owned())
        }
        ["expect", "toPass"] => Judgement::Used,
        [name] if USED.contains(name) => Judgement::Used,
        [name] => {
            let find = |table: &[(&str, &str)]| {
                table.iter().find(|(known, _)| known == name).map(|(_, why)| (*why).to_owned())
            };
            if let Some(why) = find(REFUSED) {
                Judgement::Remark(RemarkKind::Unsupported, why)
            } else if let Some(why) = find(IGNORED) {
                Judgement::Remark(RemarkKind::Ignored, why)
            } else {
                let known = [REFUSED, IGNORED].concat();
                let known = USED.iter().copied().chain(known.iter().map(|(name, _)| *name));
                Judgement::Remark(RemarkKind::Unknown, near(name, known))
            }
        }
        _ => Judgement::Used,
    }
}

/// Says what is the matter with an option of `use`, if something is.
pub(super) fn option(name: &str, words: &Words) -> (Option<RemarkKind>, String) {
    if words.refused.contains(name) {
        return (Some(RemarkKind::Unsupported), "a context with it is refused".to_owned());
    }
    if words.operators.contains(name) {
        return (Some(RemarkKind::Ignored), "the browser is the operator's".to_owned());
    }
    if words.options.contains(name) {
        return (None, String::new());
    }
    (Some(RemarkKind::Unknown), near(name, words.options.iter().map(String::as_str)))
}

/// Returns the keys of the configuration that a file exports.
pub(super) fn keys(program: &Program<'_>) -> Vec<Key> {
    let mut keys = Vec::new();
    for statement in &program.body {
        match statement {
            Statement::ExportDefaultDeclaration(export) => {
                if let Some(expression) = expression_of(&export.declaration) {
                    exported(program, expression, &mut keys);
                }
            }
            Statement::ExpressionStatement(statement) => {
                if let Expression::AssignmentExpression(assignment) = &statement.expression
                    && assignment
                        .left
                        .as_member_expression()
                        .is_some_and(|member| member.static_property_name() == Some("exports"))
                {
                    exported(program, &assignment.right, &mut keys);
                }
            }
            _ => {}
        }
    }
    keys
}

fn expression_of<'a, 'b>(kind: &'b ExportDefaultDeclarationKind<'a>) -> Option<&'b Expression<'a>> {
    kind.as_expression()
}

/// Looks through `defineConfig(…)`, types and names of variables.
fn exported(program: &Program<'_>, expression: &Expression<'_>, keys: &mut Vec<Key>) {
    match expression.get_inner_expression() {
        Expression::ObjectExpression(object) => walk(object, &mut Vec::new(), keys),
        Expression::CallExpression(call) => {
            for argument in call.arguments.iter().filter_map(Argument::as_expression) {
                exported(program, argument, keys);
            }
        }
        Expression::Identifier(identifier) => {
            for statement in &program.body {
                let Statement::VariableDeclaration(declaration) = statement else { continue };
                for declarator in &declaration.declarations {
                    let BindingPattern::BindingIdentifier(name) = &declarator.id else { continue };
                    if name.name == identifier.name
                        && let Some(init) = &declarator.init
                    {
                        exported(program, init, keys);
                    }
                }
            }
        }
        _ => {}
    }
}

fn walk(object: &ObjectExpression<'_>, path: &mut Vec<String>, keys: &mut Vec<Key>) {
    for property in &object.properties {
        let ObjectPropertyKind::ObjectProperty(property) = property else { continue };
        let Some(name) = property.key.static_name() else { continue };
        path.push(name.into_owned());
        keys.push(Key { path: path.clone(), offset: property.key.span().start });
        let is_section = path.last().is_some_and(|name| ["use", "expect"].contains(&name.as_str()));
        match property.value.get_inner_expression() {
            Expression::ObjectExpression(inner) if is_section => walk(inner, path, keys),
            Expression::ArrayExpression(list) if path.as_slice() == ["projects"] => {
                for element in list.elements.iter().filter_map(ArrayExpressionElement::as_expression) {
                    if let Expression::ObjectExpression(project) = element.get_inner_expression() {
                        walk(project, path, keys);
                    }
                }
            }
            _ => {}
        }
        path.pop();
    }
}
