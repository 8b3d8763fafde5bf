//! Fields that rules name, held against the document model: a name that no document has never matches.

use std::collections::BTreeSet;

use canary_rules::{Check, Problems, Rule, nearest};
use canary_store::Kind;
use canary_store::document::{of_envelope, of_kind};

/// Warns of every field that no document of the rule's kind has.
pub(super) fn check(problems: &Problems, rules: &[Rule]) {
    for rule in rules {
        let Ok(kind) = rule.select.kind().parse::<Kind>() else { continue };
        if kind == Kind::Alert {
            continue;
        }
        let known = known(kind);
        for field in named(rule).into_iter().filter(|field| !is_known(&known, field)) {
            let near = nearest(&field, known.iter().map(String::as_str));
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let words = format!("no document of kind `{kind}` has the field `{field}`{hint}");
            problems.warn(rule.at, &format!("rule `{}`", rule.id), words);
        }
    }
}

fn known(kind: Kind) -> BTreeSet<String> {
    of_envelope().into_iter().chain(of_kind(kind)).map(|(name, _)| name).collect()
}

/// A part of a name may be data, such as a header; what stands below a field of any shape is free.
fn is_known(known: &BTreeSet<String>, field: &str) -> bool {
    let below = |name: &String| field.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('.'));
    let above = |name: &String| name.strip_prefix(field).is_some_and(|rest| rest.starts_with('.'));
    let free = |name: &String| name.split_once('*').is_some_and(|(begin, _)| field.starts_with(begin));
    known.contains(field)
        || field.contains('*')
        || known.iter().any(|name| below(name) || above(name) || free(name))
}

fn named(rule: &Rule) -> BTreeSet<String> {
    let mut named: BTreeSet<String> = rule.select.fields().unwrap_or_default();
    named.extend(rule.group_by().iter().map(ToString::to_string));
    match &rule.check {
        Check::Threshold(check) => {
            named.extend(check.measure.field().map(ToString::to_string));
            named.extend(check.bad.iter().filter_map(|bad| bad.fields()).flatten());
        }
        Check::Runs(check) => {
            named.extend(check.fail_when.fields().unwrap_or_default());
            named.extend(check.ignore_when.iter().filter_map(|ignore| ignore.fields()).flatten());
        }
        Check::Silence(_) | Check::Lost(_) => {}
    }
    named
}
