//! Names that a file exports, seen without running it.

use oxc_ast::ast::{
    Argument, AssignmentTarget, CallExpression, Expression, ObjectPropertyKind, Program, PropertyKey,
};
use oxc_ast_visit::{Visit, walk};
use oxc_syntax::module_record::{ExportExportName, ModuleRecord};

use super::Form;

/// Returns the names that can be seen.
pub(crate) fn names(program: &Program<'_>, record: &ModuleRecord<'_>, form: Form) -> Vec<String> {
    match form {
        Form::Module => of_module(record),
        Form::CommonJs => {
            let mut found = Found::default();
            found.visit_program(program);
            found.names.sort_unstable();
            found.names.dedup();
            found.names
        }
    }
}

fn of_module(record: &ModuleRecord<'_>) -> Vec<String> {
    let entries = record.local_export_entries.iter().chain(&record.indirect_export_entries);
    entries
        .filter_map(|entry| match &entry.export_name {
            ExportExportName::Name(name) => Some(name.name.to_string()),
            ExportExportName::Default(_) => Some("default".to_owned()),
            ExportExportName::Null => None,
        })
        .collect()
}

/// Collects `exports.name = …`, `module.exports = { name }` and `Object.defineProperty(exports, 'name', …)`.
#[derive(Default)]
struct Found {
    names: Vec<String>,
}

impl<'a> Visit<'a> for Found {
    fn visit_assignment_expression(&mut self, it: &oxc_ast::ast::AssignmentExpression<'a>) {
        if let AssignmentTarget::StaticMemberExpression(member) = &it.left {
            if is_exports(&member.object) {
                self.names.push(member.property.name.to_string());
            } else if is_module_exports(&it.left)
                && let Expression::ObjectExpression(object) = &it.right
            {
                for property in &object.properties {
                    if let ObjectPropertyKind::ObjectProperty(property) = property
                        && let PropertyKey::StaticIdentifier(key) = &property.key
                    {
                        self.names.push(key.name.to_string());
                    }
                }
            }
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        let defines = it.callee.as_member_expression().is_some_and(|member| {
            is_name(member.object(), "Object") && member.static_property_name() == Some("defineProperty")
        });
        if defines
            && let [Argument::Identifier(target), Argument::StringLiteral(name), ..] = it.arguments.as_slice()
            && target.name == "exports"
        {
            self.names.push(name.value.to_string());
        }
        walk::walk_call_expression(self, it);
    }
}

fn is_name(expression: &Expression<'_>, name: &str) -> bool {
    matches!(expression, Expression::Identifier(identifier) if identifier.name == name)
}

/// Tells whether an expression is `exports` or `module.exports`.
fn is_exports(expression: &Expression<'_>) -> bool {
    match expression {
        Expression::StaticMemberExpression(member) => {
            is_name(&member.object, "module") && member.property.name == "exports"
        }
        other => is_name(other, "exports"),
    }
}

fn is_module_exports(target: &AssignmentTarget<'_>) -> bool {
    match target {
        AssignmentTarget::StaticMemberExpression(member) => {
            is_name(&member.object, "module") && member.property.name == "exports"
        }
        _ => false,
    }
}
