//! Groups of documents: the values that a rule's `group_by` fields have.
//!
//! A group is known by a fingerprint, so that finding it allocates nothing; its labels are made once.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use crate::ids::Labels;
use crate::path::Path;

/// Identifies a group within its rule, in this process only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Fingerprint(u64);

/// The only group of a rule that has no `group_by`.
pub(crate) const ONLY: Fingerprint = Fingerprint(0);

/// Groups of one rule beyond this many are refused and counted: a field with endless values is a mistake.
pub(crate) const MOST_GROUPS: usize = 20_000;

/// A document belongs to no more groups than this, however many values its fields have.
const MOST_OF_ONE: usize = 16;

/// Calls `found` for every group that a document belongs to: usually one, more where a field has several
/// values. A field that is missing is missing from the labels as well.
pub(crate) fn each(
    fields: &[Path],
    document: &Value,
    found: &mut dyn FnMut(Fingerprint, &mut dyn FnMut() -> Labels),
) {
    if fields.is_empty() {
        found(ONLY, &mut Labels::new);
        return;
    }
    let mut chosen: Vec<Vec<Option<&Value>>> = vec![Vec::with_capacity(fields.len())];
    for field in fields {
        let mut values = Vec::new();
        field.each(document, &mut |value| values.push(Some(value)));
        if values.is_empty() {
            values.push(None);
        }
        chosen = chosen
            .into_iter()
            .flat_map(|group| {
                values.iter().map(move |value| {
                    let mut group = group.clone();
                    group.push(*value);
                    group
                })
            })
            .take(MOST_OF_ONE)
            .collect();
    }
    for values in chosen {
        let mut hasher = DefaultHasher::new();
        for value in &values {
            value.map(hash_value).hash(&mut hasher);
        }
        let labels = || {
            fields
                .iter()
                .zip(&values)
                .filter_map(|(field, value)| Some((field.as_str().to_owned(), word(value.as_ref()?))))
                .collect()
        };
        found(Fingerprint(hasher.finish().max(1)), &mut { labels });
    }
}

/// Returns the fingerprint that a group with these labels has.
pub(crate) fn of_labels(fields: &[Path], labels: &Labels) -> Fingerprint {
    if fields.is_empty() {
        return if labels.is_empty() { ONLY } else { of_names(labels) };
    }
    let mut hasher = DefaultHasher::new();
    for field in fields {
        labels.get(field.as_str()).map(|value| hash_word(value)).hash(&mut hasher);
    }
    Fingerprint(hasher.finish().max(1))
}

/// Returns the fingerprint of a group whose labels are not made from `group_by`.
pub(crate) fn of_names(labels: &Labels) -> Fingerprint {
    let mut hasher = DefaultHasher::new();
    for (name, value) in labels {
        name.hash(&mut hasher);
        value.hash(&mut hasher);
    }
    Fingerprint(hasher.finish().max(1))
}

/// Hashes a value as its label would be, so that a stored label finds its group again.
pub(crate) fn hash_value(value: &Value) -> u64 {
    match value {
        Value::String(text) => hash_word(text),
        other => hash_word(&other.to_string()),
    }
}

fn hash_word(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}

fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_stored_label_finds_its_group_again() {
        let fields =
            [Path::new("monitor.id"), Path::new("http.response.status_code"), Path::new("observer.name")];
        let document = json!({"monitor": {"id": "shop"}, "http": {"response": {"status_code": 500}}});
        let mut seen = 0;
        each(&fields, &document, &mut |key, labels| {
            let labels = labels();
            assert_eq!(labels.len(), 2, "a missing field is no label: {labels:?}");
            assert_eq!(key, of_labels(&fields, &labels));
            seen += 1;
        });
        assert_eq!(seen, 1);
    }

    #[test]
    fn several_values_make_several_groups() {
        let fields = [Path::new("monitor.tags")];
        let mut groups = Vec::new();
        each(&fields, &json!({"monitor": {"tags": ["a", "b"]}}), &mut |_, labels| groups.push(labels()));
        assert_eq!(groups.len(), 2);
        let many: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        let mut count = 0;
        each(&fields, &json!({"monitor": {"tags": many}}), &mut |_, _| count += 1);
        assert_eq!(count, MOST_OF_ONE);
    }
}
