//! Which rules may care for a document, found without asking each of them.
//!
//! Most filters want some field to be some text (`monitor.id: shop and …`). Such rules are filed under that text,
//! and a document wakes only those under the texts that it has. The others are asked always.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::path::Path;
use crate::select::Select;

/// The rules of all kinds of documents, filed.
#[derive(Debug, Default)]
pub(crate) struct Dispatch {
    kinds: HashMap<&'static str, Filed>,
}

/// Rules under the text that they want.
type ByText = HashMap<Box<str>, Vec<usize>>;

#[derive(Debug, Default)]
struct Filed {
    /// Fields with the rules under each text.
    by_text: Vec<(Path, ByText)>,
    /// Rules that must be asked.
    others: Vec<usize>,
}

impl Dispatch {
    /// Files rules: each with the kinds that it reads and its filter.
    pub(crate) fn of<'a>(rules: impl Iterator<Item = (Vec<&'static str>, &'a Select)>) -> Self {
        let mut by_kind: HashMap<&'static str, Vec<(usize, &Select)>> = HashMap::new();
        for (index, (kinds, select)) in rules.enumerate() {
            for kind in kinds {
                by_kind.entry(kind).or_default().push((index, select));
            }
        }
        Self { kinds: by_kind.into_iter().map(|(kind, rules)| (kind, Filed::of(&rules))).collect() }
    }

    /// Puts the rules that may care for a document into `found`, each once.
    pub(crate) fn find(&self, kind: &str, body: &Value, found: &mut Vec<usize>) {
        found.clear();
        let Some(filed) = self.kinds.get(kind) else { return };
        found.extend(&filed.others);
        for (field, texts) in &filed.by_text {
            let before = found.len();
            let mut values = 0;
            field.each(body, &mut |value| {
                values += 1;
                found.extend(value.as_str().and_then(|text| texts.get(text)).into_iter().flatten());
            });
            if values > 1 {
                // A list may hold a text twice, and a rule must not take a document twice.
                let mut seen = HashSet::new();
                let woken = found.split_off(before);
                found.extend(woken.into_iter().filter(|index| seen.insert(*index)));
            }
        }
    }
}

impl Filed {
    /// Each rule is filed under the field that tells rules apart best.
    fn of(rules: &[(usize, &Select)]) -> Self {
        let mut texts: HashMap<&str, HashSet<&str>> = HashMap::new();
        for (_, select) in rules {
            for (field, text) in select.filter().required_texts() {
                texts.entry(field).or_default().insert(text);
            }
        }
        let mut by_text: HashMap<&str, ByText> = HashMap::new();
        let mut others = Vec::new();
        for (index, select) in rules {
            let required = select.filter().required_texts();
            let best = required
                .into_iter()
                .max_by_key(|(field, _)| (texts.get(field).map_or(0, HashSet::len), *field));
            match best {
                Some((field, text)) => {
                    by_text.entry(field).or_default().entry(text.into()).or_default().push(*index);
                }
                None => others.push(*index),
            }
        }
        Self {
            by_text: by_text.into_iter().map(|(field, rules)| (Path::new(field), rules)).collect(),
            others,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(filters: &[&str], body: &Value, expected: &[usize]) {
        let selects: Vec<Select> =
            filters.iter().map(|filter| Select::parse(filter, None).expect("is a filter")).collect();
        let dispatch = Dispatch::of(selects.iter().map(|select| (vec!["run"], select)));
        let mut found = vec![99];
        dispatch.find("run", body, &mut found);
        found.sort_unstable();
        assert_eq!(found, expected);
        dispatch.find("step", body, &mut found);
        assert_eq!(found, Vec::<usize>::new());
        let now = "2026-11-20T10:00:00Z".parse().expect("is a moment");
        for (index, select) in selects.iter().enumerate() {
            assert!(
                !select.matches(body, now) || expected.contains(&index),
                "no filter that matches is left out"
            );
        }
    }

    #[test]
    fn a_document_wakes_only_rules_that_may_match() {
        let filters = [
            "monitor.id: a and run.status: failed",
            "monitor.id: b and run.status: failed",
            "monitor.tags: x",
            "monitor.tags: (x or y)",
            "",
            "not monitor.id: a",
            "run.steps: 3",
            "monitor.id: c*",
        ];
        let body = json!({"monitor": {"id": "a", "tags": ["x", "x"]}, "run": {"status": "passed"}});
        check(&filters, &body, &[0, 2, 3, 4, 5, 6, 7]);
        check(&filters, &json!({}), &[3, 4, 5, 6, 7]);
    }
}
