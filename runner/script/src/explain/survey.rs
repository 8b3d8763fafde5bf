//! One file of a script: what it imports, asks, names and uses.

use std::borrow::Cow;
use std::collections::HashMap;

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, AssignmentExpression, AssignmentTarget, BindingIdentifier,
    BindingPattern, CallExpression, Class, ComputedMemberExpression, ConditionalExpression,
    ExportAllDeclaration, ExportDefaultDeclaration, ExportFromDeclaration, ExportNamedDeclaration,
    Expression, ForOfStatement, ForStatementLeft, FormalParameter, IdentifierReference, IfStatement,
    ImportDeclaration, ImportDeclarationSpecifier, ImportExpression, LogicalExpression, ObjectExpression,
    ObjectPropertyKind, Program, PropertyDefinition, Statement, StaticMemberExpression, TSTypeAnnotation,
    UnaryExpression, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::Scoping;
use oxc_span::{GetSpan as _, Span};
use oxc_syntax::operator::UnaryOperator;
use oxc_syntax::symbol::SymbolId;

use super::follow::{Asked, Pending, Trail, near};
use super::meaning::{self, Meaning};
use super::{Place, RemarkKind, Source, Step};
use crate::api::Status;
use crate::api::types::{self, Given};
use crate::typescript;

/// What a walk is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// Names are given their meanings.
    Gathering,
    /// What is used is judged.
    Judging,
}

/// Walks one file.
pub(super) struct Survey<'s> {
    trail: &'s mut Trail,
    file: &'s str,
    source: &'s str,
    scoping: &'s Scoping,
    /// Meanings of variables.
    names: HashMap<SymbolId, Meaning>,
    /// Meanings of `this.name`, by class and name.
    fields: HashMap<(Span, String), Meaning>,
    classes: Vec<Span>,
    /// How many conditions and defaults stand around: what is asked for there may be missing.
    guards: u32,
    /// A condition is looked at that throws where it holds.
    demanded: bool,
    sight: Sight,
}

impl<'s> Survey<'s> {
    pub(super) fn new(trail: &'s mut Trail, file: &'s str, source: &'s str, scoping: &'s Scoping) -> Self {
        Self {
            trail,
            file,
            source,
            scoping,
            names: HashMap::new(),
            fields: HashMap::new(),
            classes: Vec::new(),
            guards: 0,
            demanded: false,
            sight: Sight::Gathering,
        }
    }

    pub(super) fn walk(&mut self, program: &Program<'_>, sight: Sight) {
        self.sight = sight;
        self.visit_program(program);
    }

    fn place(&self, span: Span) -> Place {
        typescript::position(self.file, self.source, span.start as usize).into()
    }

    // ---- meanings ----

    fn meaning(&self, expression: &Expression<'_>) -> Option<Meaning> {
        match expression.get_inner_expression() {
            Expression::Identifier(identifier) => self.named(identifier),
            Expression::AwaitExpression(awaited) => self.meaning(&awaited.argument),
            Expression::StaticMemberExpression(member) => self.member(member),
            Expression::ComputedMemberExpression(member) => self.element(member),
            Expression::CallExpression(call) => self.call(call),
            Expression::ChainExpression(chain) => match &chain.expression {
                oxc_ast::ast::ChainElement::CallExpression(call) => self.call(call),
                oxc_ast::ast::ChainElement::StaticMemberExpression(member) => self.member(member),
                _ => None,
            },
            Expression::LogicalExpression(logical) => {
                self.meaning(&logical.left).or_else(|| self.meaning(&logical.right))
            }
            Expression::ConditionalExpression(conditional) => {
                self.meaning(&conditional.consequent).or_else(|| self.meaning(&conditional.alternate))
            }
            _ => None,
        }
    }

    fn symbol(&self, identifier: &IdentifierReference<'_>) -> Option<SymbolId> {
        self.scoping.get_reference(identifier.reference_id.get()?).symbol_id()
    }

    fn named(&self, identifier: &IdentifierReference<'_>) -> Option<Meaning> {
        match self.symbol(identifier) {
            Some(symbol) => self.names.get(&symbol).cloned(),
            None if identifier.name == "process" => Some(Meaning::Process),
            None => None,
        }
    }

    fn member(&self, member: &StaticMemberExpression<'_>) -> Option<Meaning> {
        if matches!(member.object, Expression::ThisExpression(_)) {
            let class = *self.classes.last()?;
            return self.fields.get(&(class, member.property.name.to_string())).cloned();
        }
        self.member_of(&self.meaning(&member.object)?, &member.property.name)
    }

    fn member_of(&self, of: &Meaning, name: &str) -> Option<Meaning> {
        match of {
            Meaning::File(file) => self.trail.exports.get(file)?.get(name).cloned(),
            of => meaning::member(&self.trail.types, of, name),
        }
    }

    fn element(&self, member: &ComputedMemberExpression<'_>) -> Option<Meaning> {
        match self.meaning(&member.object)? {
            Meaning::Given(Given::List(class)) => Some(Meaning::Given(Given::Class(class))),
            of => self.member_of(&of, &literal(&member.expression)?),
        }
    }

    fn call(&self, call: &CallExpression<'_>) -> Option<Meaning> {
        if let Some(specifier) = self.required(call) {
            let resolved = self.trail.modules.resolve(self.file, &specifier).ok()?;
            let builtin = crate::prelude::builtin(&resolved);
            return Some(builtin.map_or(Meaning::File(resolved), Meaning::Builtin));
        }
        meaning::called(self.meaning(&call.callee)?)
    }

    /// Returns what `require('…')` asks for.
    fn required(&self, call: &CallExpression<'_>) -> Option<String> {
        let Expression::Identifier(callee) = &call.callee else { return None };
        if callee.name != "require" || self.symbol(callee).is_some() {
            return None;
        }
        literal(call.arguments.first()?.as_expression()?)
    }

    /// Returns the meaning that a type annotation gives.
    fn annotated(&self, annotation: Option<&TSTypeAnnotation<'_>>) -> Option<Meaning> {
        let given = types::given(&annotation?.type_annotation)?;
        let (Given::Class(local) | Given::List(local)) = &given;
        let symbol = self.scoping.get_root_binding(local.as_str().into())?;
        let Some(Meaning::Type(class)) = self.names.get(&symbol) else { return None };
        Some(Meaning::Given(match given {
            Given::Class(_) => Given::Class(class.clone()),
            Given::List(_) => Given::List(class.clone()),
        }))
    }

    // ---- bindings ----

    fn bind_name(&mut self, name: &BindingIdentifier<'_>, meaning: Meaning) {
        if let Some(symbol) = name.symbol_id.get() {
            self.names.insert(symbol, meaning);
        }
    }

    fn bind(&mut self, pattern: &BindingPattern<'_>, meaning: &Meaning) {
        match pattern {
            BindingPattern::BindingIdentifier(name) => self.bind_name(name, meaning.clone()),
            BindingPattern::AssignmentPattern(assignment) => self.bind(&assignment.left, meaning),
            BindingPattern::ArrayPattern(list) => {
                if let Meaning::Given(Given::List(class)) = meaning {
                    let each = Meaning::Given(Given::Class(class.clone()));
                    for element in list.elements.iter().flatten() {
                        self.bind(element, &each);
                    }
                }
            }
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    let Some(name) = property.key.static_name() else { continue };
                    let optional = matches!(property.value, BindingPattern::AssignmentPattern(_));
                    self.used(meaning, &name, property.span, optional);
                    if let Some(meaning) = self.member_of(meaning, &name) {
                        self.bind(&property.value, &meaning);
                    }
                }
            }
        }
    }

    /// Binds what test functions, hooks and fixtures take apart.
    fn bind_fixtures(&mut self, expression: &Expression<'_>) {
        let parameters = match expression.get_inner_expression() {
            Expression::ArrowFunctionExpression(function) => &function.params,
            Expression::FunctionExpression(function) => &function.params,
            _ => return,
        };
        if let Some(first) = parameters.items.first()
            && first.type_annotation.is_none()
        {
            self.bind(&first.pattern, &Meaning::Fixtures);
        }
    }

    /// Binds what the fixtures of `test.extend({ … })` take apart, and notes their names.
    fn extended(&mut self, object: &ObjectExpression<'_>) {
        for property in &object.properties {
            let ObjectPropertyKind::ObjectProperty(property) = property else { continue };
            if let Some(name) = property.key.static_name() {
                self.trail.fixtures.insert(name.into_owned());
            }
            match property.value.get_inner_expression() {
                Expression::ArrayExpression(pair) => {
                    if let Some(value) = pair.elements.first().and_then(ArrayExpressionElement::as_expression)
                    {
                        self.bind_fixtures(value);
                    }
                }
                _ => self.bind_fixtures(&property.value),
            }
        }
    }

    // ---- judging ----

    /// Judges the use of a member.
    fn used(&mut self, of: &Meaning, name: &str, span: Span, optional: bool) {
        if self.sight != Sight::Judging {
            return;
        }
        let place = self.place(span);
        let words = &self.trail.api.words;
        let (known, what) = match of {
            Meaning::Given(Given::Class(class)) => return self.used_of_class(class, name, place),
            Meaning::Environment => {
                return self.trail.findings.need(
                    name,
                    Source::Environment,
                    optional || self.guards > 0,
                    place,
                );
            }
            Meaning::Parameters => {
                return self.trail.findings.need(name, Source::Parameter, optional || self.guards > 0, place);
            }
            Meaning::Expectation => {
                if !words.matchers.contains(name) && !["not", "resolves", "rejects"].contains(&name) {
                    self.trail.pending.push(Pending { name: name.to_owned(), asked: Asked::Matcher, place });
                }
                return;
            }
            Meaning::Test => (&words.test, "test"),
            Meaning::Describe => (&words.describe, "test.describe"),
            Meaning::Step => (&words.step, "test.step"),
            // Asymmetric forms of matchers that the script adds are members too.
            Meaning::Expect if self.trail.matchers.as_ref().is_none_or(|own| own.contains(name)) => return,
            Meaning::Expect => (&words.expect, "expect"),
            module @ (Meaning::Builtin(_) | Meaning::File(_)) => {
                if !self.trail.may_export(module, name) {
                    let whose = match module {
                        Meaning::File(file) => format!("`{file}`"),
                        Meaning::Builtin(module) => format!("`{}`", public_name(module)),
                        _ => String::new(),
                    };
                    let what = format!("`{name}` of {whose}");
                    self.trail.findings.remark(RemarkKind::Unknown, what, "it is not exported", place);
                }
                return;
            }
            _ => return,
        };
        if !known.contains(name) && !["call", "apply", "bind", "name", "length"].contains(&name) {
            let why = near(name, known.iter().map(String::as_str));
            self.trail.findings.remark(RemarkKind::Unknown, format!("{what}.{name}"), why, place);
        }
    }

    fn used_of_class(&mut self, class: &str, name: &str, place: Place) {
        if !self.trail.api.classes().any(|known| known == class) {
            return;
        }
        let what = format!("{class}.{name}");
        let (kind, why) = match self.trail.api.status(class, name) {
            Status::Supported(None) => return,
            Status::Supported(Some(difference)) => (RemarkKind::Differs, difference.to_owned()),
            Status::Refused(why) => (RemarkKind::Unsupported, why),
            Status::Missing => (RemarkKind::Unsupported, "not yet".to_owned()),
            Status::Unknown => (RemarkKind::Unknown, near(name, self.trail.api.members(class))),
        };
        self.trail.findings.remark(kind, what, why, place);
    }

    fn guarded(&mut self, work: impl FnOnce(&mut Self)) {
        let more = u32::from(!self.demanded);
        self.guards += more;
        work(self);
        self.guards -= more;
    }

    /// Looks at the values of `test.use({ … })`.
    fn options(&mut self, object: &ObjectExpression<'_>) {
        for property in &object.properties {
            let ObjectPropertyKind::ObjectProperty(property) = property else { continue };
            let Some(name) = property.key.static_name() else { continue };
            let place = self.place(property.key.span());
            self.trail.pending.push(Pending { name: name.into_owned(), asked: Asked::Option, place });
        }
    }

    /// Returns what a module means and reads it; remarks are made once.
    fn import(&mut self, specifier: &str, span: Span) -> Option<Meaning> {
        let place = self.place(span);
        let file = self.file;
        self.trail.import(file, specifier, &place)
    }

    /// Tells whether an import is there at run time: what is used as a type only is left out.
    fn is_needed(&self, it: &ImportDeclaration<'_>) -> bool {
        let Some(specifiers) = &it.specifiers else { return true };
        let typescript = [".ts", ".tsx", ".mts", ".cts"].iter().any(|ending| self.file.ends_with(ending));
        if it.import_kind.is_type() {
            return false;
        }
        !typescript
            || specifiers.is_empty()
            || specifiers.iter().any(|specifier| {
                let symbol = specifier.local().symbol_id.get();
                symbol.is_some_and(|symbol| {
                    self.scoping.get_resolved_references(symbol).any(|reference| reference.is_value())
                })
            })
    }

    fn export(&mut self, name: &str, meaning: Meaning) {
        self.trail.exports.entry(self.file.to_owned()).or_default().insert(name.to_owned(), meaning);
    }
}

impl<'a> Visit<'a> for Survey<'_> {
    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        let specifier = it.source.value.as_str();
        let needed = self.is_needed(it);
        let module = match needed {
            true => self.import(specifier, it.source.span),
            // Types of the API tell what values are.
            false => match self.trail.modules.resolve(self.file, specifier) {
                Ok(name) => crate::prelude::builtin(&name).map(Meaning::Builtin),
                Err(_) => None,
            },
        };
        let Some(module) = module else { return };
        for specifier in it.specifiers.iter().flatten() {
            match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(one) => {
                    let name = one.imported.name();
                    let exported = self.member_of(&module, &name);
                    let is_type = one.import_kind.is_type() || matches!(exported, Some(Meaning::Type(_)));
                    if needed && !is_type && self.is_value(&one.local) {
                        self.used(&module, &name, one.span, false);
                    }
                    if let Some(meaning) = exported {
                        self.bind_name(&one.local, meaning);
                    }
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(one) => {
                    if let Some(meaning) = self.member_of(&module, "default") {
                        self.bind_name(&one.local, meaning);
                    }
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(one) => {
                    self.bind_name(&one.local, module.clone());
                }
            }
        }
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        if let Some(specifier) = literal(&it.source) {
            self.import(&specifier, it.source.span());
        }
        walk::walk_import_expression(self, it);
    }

    fn visit_export_from_declaration(&mut self, it: &ExportFromDeclaration<'a>) {
        if it.export_kind.is_type() {
            return;
        }
        let Some(module) = self.import(it.source.value.as_str(), it.source.span) else { return };
        for specifier in &it.specifiers {
            let (local, exported) = (specifier.local.name(), specifier.exported.name());
            match self.member_of(&module, &local) {
                Some(meaning) => self.export(&exported, meaning),
                None if !specifier.export_kind.is_type() => self.used(&module, &local, specifier.span, false),
                None => {}
            }
        }
    }

    fn visit_export_all_declaration(&mut self, it: &ExportAllDeclaration<'a>) {
        if it.export_kind.is_type() {
            return;
        }
        let module = self.import(it.source.value.as_str(), it.source.span);
        let names: Vec<(String, Meaning)> = match &module {
            Some(Meaning::File(file)) => {
                let exports = self.trail.exports.get(file).into_iter().flatten();
                exports.map(|(name, meaning)| (name.clone(), meaning.clone())).collect()
            }
            Some(Meaning::Builtin(module)) => ["test", "expect", "chromium", "request", "selectors"]
                .iter()
                .filter_map(|name| Some(((*name).to_owned(), meaning::exported(module, name)?)))
                .collect(),
            _ => Vec::new(),
        };
        for (name, meaning) in names {
            self.export(&name, meaning);
        }
    }

    fn visit_export_named_declaration(&mut self, it: &ExportNamedDeclaration<'a>) {
        for specifier in &it.specifiers {
            let Some(symbol) = self.scoping.get_root_binding(specifier.local.name().as_str().into()) else {
                continue;
            };
            if let Some(meaning) = self.names.get(&symbol).cloned() {
                self.export(&specifier.exported.name(), meaning);
            }
        }
        walk::walk_export_named_declaration(self, it);
    }

    fn visit_export_declaration(&mut self, it: &oxc_ast::ast::ExportDeclaration<'a>) {
        walk::walk_export_declaration(self, it);
        let oxc_ast::ast::Declaration::VariableDeclaration(variables) = &it.declaration else { return };
        for declarator in &variables.declarations {
            let mut names = Vec::new();
            collect_names(&declarator.id, &mut names);
            for (name, symbol) in names {
                if let Some(meaning) = symbol.and_then(|symbol| self.names.get(&symbol).cloned()) {
                    self.export(&name, meaning);
                }
            }
        }
    }

    fn visit_export_default_declaration(&mut self, it: &ExportDefaultDeclaration<'a>) {
        if let Some(meaning) = it.declaration.as_expression().and_then(|value| self.meaning(value)) {
            self.export("default", meaning);
        }
        walk::walk_export_default_declaration(self, it);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        let annotated = self.annotated(it.type_annotation.as_deref());
        let meaning = annotated.or_else(|| it.init.as_ref().and_then(|init| self.meaning(init)));
        if let Some(meaning) = meaning {
            self.bind(&it.id, &meaning);
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        if let Some(meaning) = self.annotated(it.type_annotation.as_deref()) {
            self.bind(&it.pattern, &meaning);
            if (it.accessibility.is_some() || it.readonly)
                && let (BindingPattern::BindingIdentifier(name), Some(class)) =
                    (&it.pattern, self.classes.last())
            {
                self.fields.insert((*class, name.name.to_string()), meaning);
            }
        }
        walk::walk_formal_parameter(self, it);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        self.classes.push(it.span);
        walk::walk_class(self, it);
        self.classes.pop();
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        let annotated = self.annotated(it.type_annotation.as_deref());
        let meaning = annotated.or_else(|| it.value.as_ref().and_then(|value| self.meaning(value)));
        if let (Some(meaning), Some(class), Some(name)) = (meaning, self.classes.last(), it.key.static_name())
        {
            self.fields.insert((*class, name.into_owned()), meaning);
        }
        walk::walk_property_definition(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if let AssignmentTarget::StaticMemberExpression(member) = &it.left
            && matches!(member.object, Expression::ThisExpression(_))
            && let (Some(class), Some(meaning)) = (self.classes.last(), self.meaning(&it.right))
        {
            self.fields.entry((*class, member.property.name.to_string())).or_insert(meaning);
        }
        if let AssignmentTarget::AssignmentTargetIdentifier(name) = &it.left
            && let (Some(symbol), Some(meaning)) = (self.symbol(name), self.meaning(&it.right))
        {
            self.names.entry(symbol).or_insert(meaning);
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        if let (ForStatementLeft::VariableDeclaration(variables), Some(Meaning::Given(Given::List(class)))) =
            (&it.left, self.meaning(&it.right))
        {
            for declarator in &variables.declarations {
                self.bind(&declarator.id, &Meaning::Given(Given::Class(class.clone())));
            }
        }
        walk::walk_for_of_statement(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if let Some(specifier) = self.required(it) {
            self.import(&specifier, it.span);
        }
        let of = match &it.callee {
            Expression::StaticMemberExpression(member) => {
                self.meaning(&member.object).map(|of| (of, member.property.name.as_str()))
            }
            callee => self.meaning(callee).map(|of| (of, "")),
        };
        let arguments = || it.arguments.iter().filter_map(Argument::as_expression);
        let first = arguments().next().map(Expression::get_inner_expression);
        match (of, first) {
            (Some((Meaning::Test, "extend")), Some(Expression::ObjectExpression(object))) => {
                self.extended(object)
            }
            (Some((Meaning::Test, "use")), Some(Expression::ObjectExpression(object)))
                if self.sight == Sight::Judging =>
            {
                self.options(object);
            }
            (Some((Meaning::Test, "step")), Some(title)) => self.step(title, it.span),
            (Some((Meaning::Step, "")), Some(title)) => self.step(title, it.span),
            (Some((Meaning::Test, _)), _) => arguments().for_each(|argument| self.bind_fixtures(argument)),
            (Some((Meaning::Expect, "extend")), Some(added)) => self.matchers(added),
            (Some((Meaning::Secret, "")), Some(name)) => self.secret(name, Source::Secret),
            (Some((Meaning::Codes, "token")), Some(name)) => self.secret(name, Source::Code),
            _ => {}
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        if self.sight == Sight::Judging
            && let Some(of) = self.meaning(&it.object)
        {
            self.used(&of, &it.property.name, it.property.span, false);
        }
        walk::walk_static_member_expression(self, it);
    }

    fn visit_computed_member_expression(&mut self, it: &ComputedMemberExpression<'a>) {
        if let (Some(of), Some(name)) = (self.meaning(&it.object), literal(&it.expression)) {
            self.used(&of, &name, it.expression.span(), false);
        }
        walk::walk_computed_member_expression(self, it);
    }

    fn visit_logical_expression(&mut self, it: &LogicalExpression<'a>) {
        self.guarded(|survey| survey.visit_expression(&it.left));
        self.visit_expression(&it.right);
    }

    fn visit_conditional_expression(&mut self, it: &ConditionalExpression<'a>) {
        self.guarded(|survey| survey.visit_expression(&it.test));
        self.visit_expression(&it.consequent);
        self.visit_expression(&it.alternate);
    }

    fn visit_if_statement(&mut self, it: &IfStatement<'a>) {
        if throws(&it.consequent) {
            // What is looked at only to be missed is needed after all.
            let guards = std::mem::take(&mut self.guards);
            self.demanded = true;
            self.visit_expression(&it.test);
            self.demanded = false;
            self.guards = guards;
        } else {
            self.guarded(|survey| survey.visit_expression(&it.test));
        }
        self.visit_statement(&it.consequent);
        if let Some(alternate) = &it.alternate {
            self.visit_statement(alternate);
        }
    }

    fn visit_unary_expression(&mut self, it: &UnaryExpression<'a>) {
        match it.operator {
            UnaryOperator::LogicalNot | UnaryOperator::Typeof => {
                self.guarded(|survey| survey.visit_expression(&it.argument));
            }
            _ => walk::walk_unary_expression(self, it),
        }
    }
}

impl Survey<'_> {
    fn is_value(&self, name: &BindingIdentifier<'_>) -> bool {
        let symbol = name.symbol_id.get();
        symbol.is_some_and(|symbol| {
            self.scoping.get_resolved_references(symbol).any(|reference| reference.is_value())
        })
    }

    fn step(&mut self, title: &Expression<'_>, span: Span) {
        if self.sight != Sight::Judging {
            return;
        }
        let written = title.span();
        let text = self.source.get(written.start as usize..written.end as usize).unwrap_or_default();
        let name = literal(title).unwrap_or_else(|| text.trim_matches('`').to_owned());
        let place = self.place(span);
        self.trail.findings.steps.push(Step { name, place });
    }

    fn secret(&mut self, name: &Expression<'_>, source: Source) {
        if let (Sight::Judging, Some(text)) = (self.sight, literal(name)) {
            let place = self.place(name.span());
            self.trail.findings.need(&text, source, self.guards > 0, place);
        }
    }

    /// Notes matchers that the script adds.
    fn matchers(&mut self, added: &Expression<'_>) {
        let Expression::ObjectExpression(object) = added.get_inner_expression() else {
            self.trail.matchers = None;
            return;
        };
        for property in &object.properties {
            let name = match property {
                ObjectPropertyKind::ObjectProperty(property) => property.key.static_name(),
                ObjectPropertyKind::SpreadProperty(_) => None,
            };
            match (name, &mut self.trail.matchers) {
                (Some(name), Some(matchers)) => {
                    matchers.insert(name.into_owned());
                }
                (None, matchers) => *matchers = None,
                (Some(_), None) => {}
            }
        }
    }
}

fn throws(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::ThrowStatement(_) => true,
        Statement::BlockStatement(block) => block.body.last().is_some_and(throws),
        _ => false,
    }
}

fn collect_names(pattern: &BindingPattern<'_>, into: &mut Vec<(String, Option<SymbolId>)>) {
    match pattern {
        BindingPattern::BindingIdentifier(name) => into.push((name.name.to_string(), name.symbol_id.get())),
        BindingPattern::ObjectPattern(object) => {
            object.properties.iter().for_each(|property| collect_names(&property.value, into));
        }
        BindingPattern::ArrayPattern(list) => {
            list.elements.iter().flatten().for_each(|element| collect_names(element, into));
        }
        BindingPattern::AssignmentPattern(assignment) => collect_names(&assignment.left, into),
    }
}

/// Returns a text that stands in the source as it is.
fn literal(expression: &Expression<'_>) -> Option<String> {
    match expression.get_inner_expression() {
        Expression::StringLiteral(text) => Some(text.value.to_string()),
        Expression::TemplateLiteral(template) => template.single_quasi().map(|text| text.to_string()),
        _ => None,
    }
}

/// Returns the name that scripts import a built-in module by.
fn public_name(module: &str) -> Cow<'_, str> {
    match module {
        "canary:playwright/exports" => "@playwright/test".into(),
        "canary:canary/exports" => "canary".into(),
        module => module.strip_prefix("canary:").unwrap_or(module).replacen("node/", "node:", 1).into(),
    }
}
