//! Ids that follow from what they name, so that whoever computes them again gets the same (RULES.md §1.3).

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The labels that make a group: field name and value.
pub type Labels = BTreeMap<String, String>;

/// Identifies a rule applied to one group of documents.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AlertId(String);

impl AlertId {
    /// Derives the id from the rule and the labels of the group.
    #[must_use]
    pub fn of(rule: &str, labels: &Labels) -> Self {
        let mut parts = vec![rule];
        for (name, value) in labels {
            parts.push(name);
            parts.push(value);
        }
        Self(short_hash(&parts))
    }

    /// Returns the id as text: sixteen hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AlertId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Returns the id of an episode: the alert with the second at which it started.
#[must_use]
pub(crate) fn episode(alert: &AlertId, start: i64) -> String {
    format!("{alert}-{start}")
}

/// Returns the id of a transition: the episode with the transition's number in it.
#[must_use]
pub(crate) fn transition(alert: &AlertId, start: i64, seq: u32) -> String {
    format!("{alert}-{start}-{seq}")
}

/// Returns the id of a delivery: the transition with the name of the receiver.
#[must_use]
pub fn delivery(transition: &str, receiver: &str) -> String {
    format!("{transition}-{receiver}")
}

/// Hashes parts so that no two lists of parts run together; sixteen hexadecimal digits.
#[must_use]
pub fn short_hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Makes a name for ids out of a title.
#[must_use]
pub fn slug(title: &str) -> String {
    const LONGEST: usize = 40;
    let mut out = String::new();
    for letter in title.chars() {
        if letter.is_ascii_alphanumeric() {
            out.push(letter.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if out.len() >= LONGEST {
            break;
        }
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() { "rule".to_owned() } else { out.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_from_rule_and_labels_alone() {
        let labels = |pairs: &[(&str, &str)]| -> Labels {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let alert = AlertId::of("slow", &labels(&[("a", "1"), ("b", "2")]));
        assert_eq!(alert, AlertId::of("slow", &labels(&[("b", "2"), ("a", "1")])));
        assert_ne!(alert, AlertId::of("slow", &labels(&[("a", "12"), ("b", "")])));
        assert_ne!(alert, AlertId::of("slow", &labels(&[])));
        assert_eq!(alert.as_str().len(), 16);
        let sent = delivery(&transition(&alert, 1_795_132_800, 2), "slack");
        assert_eq!(sent, format!("{alert}-1795132800-2-slack"));
    }

    #[test]
    fn titles_become_names() {
        assert_eq!(slug("Failed check, 2× an hour!"), "failed-check-2-an-hour");
        assert_eq!(slug("žluť"), "lu");
        assert_eq!(slug("→"), "rule");
    }
}
