//! Owns the way from a dotted path to the values of a document, through groups and lists.

use serde_json::Value;

use crate::tree::Field;

/// Tells whether some single value of a field passes. Lists are looked through; a group is not a value.
pub(crate) fn any_value(document: &Value, field: &Field, test: &mut dyn FnMut(&Value) -> bool) -> bool {
    match field {
        Field::Named(path) => any_at(document, path, &mut |found| any_single(found, test)),
        Field::Like(pattern) => {
            any_leaf(document, &mut String::new(), &mut |path, value| pattern.matches(path) && test(value))
        }
    }
}

/// Tells whether a field has any value at all, itself or within its group.
pub(crate) fn exists(document: &Value, field: &Field) -> bool {
    match field {
        Field::Named(path) => {
            any_at(document, path, &mut has_value) || any_prefixed(document, path, &mut has_value)
        }
        Field::Like(_) => any_value(document, field, &mut |value| !value.is_null()),
    }
}

/// Tells whether some object of a field passes.
pub(crate) fn any_object(document: &Value, field: &Field, test: &mut dyn FnMut(&Value) -> bool) -> bool {
    match field {
        Field::Named(path) => any_at(document, path, &mut |found| any_element(found, test)),
        Field::Like(pattern) => {
            any_group(document, &mut String::new(), &mut |path, value| pattern.matches(path) && test(value))
        }
    }
}

/// Calls back for whatever stands at a path. A name in a document may have dots of its own.
fn any_at(value: &Value, path: &str, found: &mut dyn FnMut(&Value) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| any_at(item, path, found)),
        Value::Object(fields) => {
            let whole = fields.get(path);
            whole.is_some_and(&mut *found)
                || path.match_indices('.').any(|(dot, _)| {
                    let Some((name, rest)) = path.split_at_checked(dot) else { return false };
                    let rest = rest.trim_start_matches('.');
                    fields.get(name).is_some_and(|below| any_at(below, rest, found))
                })
        }
        _ => false,
    }
}

/// Calls back for fields below a path whose own name has dots: `a.b` is within `a`.
fn any_prefixed(value: &Value, path: &str, found: &mut dyn FnMut(&Value) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| any_prefixed(item, path, found)),
        Value::Object(fields) => fields.iter().any(|(name, below)| {
            let within = name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
            let rest = path.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('.'));
            (within && found(below)) || rest.is_some_and(|rest| any_prefixed(below, rest, found))
        }),
        _ => false,
    }
}

fn has_value(value: &Value) -> bool {
    any_leaf(value, &mut String::new(), &mut |_, single| !single.is_null())
}

fn any_single(value: &Value, test: &mut dyn FnMut(&Value) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| any_single(item, test)),
        Value::Object(_) => false,
        single => test(single),
    }
}

fn any_element(value: &Value, test: &mut dyn FnMut(&Value) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| any_element(item, test)),
        Value::Object(_) => test(value),
        _ => false,
    }
}

/// Calls back for every single value with its path.
fn any_leaf(value: &Value, path: &mut String, test: &mut dyn FnMut(&str, &Value) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| any_leaf(item, path, test)),
        Value::Object(fields) => {
            fields.iter().any(|(name, below)| within(path, name, |path| any_leaf(below, path, test)))
        }
        single => test(path, single),
    }
}

/// Calls back for every object but the outermost, with its path.
fn any_group(value: &Value, path: &mut String, test: &mut dyn FnMut(&str, &Value) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| any_group(item, path, test)),
        Value::Object(fields) => {
            (!path.is_empty() && test(path, value))
                || fields.iter().any(|(name, below)| within(path, name, |path| any_group(below, path, test)))
        }
        _ => false,
    }
}

fn within(path: &mut String, name: &str, visit: impl FnOnce(&mut String) -> bool) -> bool {
    let length = path.len();
    if length > 0 {
        path.push('.');
    }
    path.push_str(name);
    let found = visit(path);
    path.truncate(length);
    found
}
