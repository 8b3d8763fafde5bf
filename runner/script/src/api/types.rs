//! What members of the API give, read from `page.d.ts`.

use std::collections::BTreeMap;
#[cfg(test)]
use std::collections::BTreeSet;

use oxc_ast::ast::{TSInterfaceDeclaration, TSSignature, TSType, TSTypeName};
use oxc_ast_visit::Visit;

use crate::typescript;

/// What an expression gives, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// An object of a class of the API.
    Class(String),
    /// A list of such objects.
    List(String),
}

/// An interface: what it extends and what its members give.
#[derive(Default)]
struct Interface {
    bases: Vec<String>,
    members: BTreeMap<String, Option<Given>>,
}

/// The interfaces of the file.
pub(crate) struct Types(BTreeMap<String, Interface>);

impl Types {
    /// Reads the file, which is part of the program.
    pub(crate) fn read() -> Self {
        let text = include_str!("../../types/page.d.ts");
        let read = typescript::with_program("page.d.ts", text, |program, _| {
            let mut interfaces = Interfaces::default();
            interfaces.visit_program(program);
            interfaces.0
        });
        Self(read.unwrap_or_default())
    }

    /// Returns what a member of a class gives; for a method that is what it returns or resolves with.
    pub(crate) fn given(&self, class: &str, member: &str) -> Option<Given> {
        let interface = self.0.get(class)?;
        match interface.members.get(member) {
            Some(given) => given.clone(),
            None => interface.bases.iter().find_map(|base| self.given(base, member)),
        }
    }

    /// Returns the members of an interface, those of the interfaces that it extends included.
    #[cfg(test)]
    pub(crate) fn members(&self, class: &str) -> BTreeSet<String> {
        let Some(interface) = self.0.get(class) else { return BTreeSet::new() };
        let inherited = interface.bases.iter().flat_map(|base| self.members(base));
        inherited.chain(interface.members.keys().cloned()).collect()
    }
}

/// Collects interfaces.
#[derive(Default)]
struct Interfaces(BTreeMap<String, Interface>);

impl<'a> Visit<'a> for Interfaces {
    fn visit_ts_interface_declaration(&mut self, declaration: &TSInterfaceDeclaration<'a>) {
        self.0.insert(declaration.id.name.to_string(), interface(declaration));
    }
}

fn interface(declaration: &TSInterfaceDeclaration<'_>) -> Interface {
    let bases = declaration.extends.iter().filter_map(|base| type_name(&base.type_name)).collect();
    let mut members: BTreeMap<String, Option<Given>> = BTreeMap::new();
    for signature in &declaration.body.body {
        let (key, annotation) = match signature {
            TSSignature::TSMethodSignature(method) => (&method.key, &method.return_type),
            TSSignature::TSPropertySignature(property) => (&property.key, &property.type_annotation),
            _ => continue,
        };
        let Some(name) = key.static_name() else { continue };
        let given = annotation.as_ref().and_then(|annotation| given(&annotation.type_annotation));
        // Of several forms the first one that gives an object counts.
        let known = members.entry(name.into_owned()).or_default();
        *known = known.take().or(given);
    }
    Interface { bases, members }
}

/// Returns what a type stands for; promises are looked into, and so are unions with null.
pub(crate) fn given(of: &TSType<'_>) -> Option<Given> {
    match of {
        TSType::TSParenthesizedType(inner) => given(&inner.type_annotation),
        TSType::TSUnionType(union) => union.types.iter().find_map(given),
        TSType::TSArrayType(list) => match given(&list.element_type)? {
            Given::Class(class) => Some(Given::List(class)),
            Given::List(_) => None,
        },
        TSType::TSTypeReference(reference) => {
            let name = type_name(&reference.type_name)?;
            let argument = reference.type_arguments.as_ref().and_then(|arguments| arguments.params.first());
            match name.as_str() {
                "Promise" | "Maybe" => given(argument?),
                "Array" | "ReadonlyArray" => match given(argument?)? {
                    Given::Class(class) => Some(Given::List(class)),
                    Given::List(_) => None,
                },
                _ => Some(Given::Class(name)),
            }
        }
        _ => None,
    }
}

fn type_name(name: &TSTypeName<'_>) -> Option<String> {
    match name {
        TSTypeName::IdentifierReference(identifier) => Some(identifier.name.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(class: &str, member: &str, expected: Option<Given>) {
        assert_eq!(Types::read().given(class, member), expected, "{class}.{member}");
    }

    #[test]
    fn members_give_objects() {
        let class = |name: &str| Some(Given::Class(name.to_owned()));
        check("Page", "locator", class("Locator"));
        check("Page", "keyboard", class("Keyboard"));
        check("Page", "goto", class("Response"));
        check("Locator", "elementHandle", class("ElementHandle"));
        check("Locator", "all", Some(Given::List("Locator".to_owned())));
        check("Page", "title", None);
        check("Page", "nothing", None);
    }
}
