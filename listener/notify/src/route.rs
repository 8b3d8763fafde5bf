//! Who is told: routes by what an alert is, and silences that keep it quiet.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::notice::Severity;

/// What routes and silences may look at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub rule: &'a str,
    pub kind: &'a str,
    pub severity: Severity,
    pub fault: &'a str,
    pub tags: &'a [String],
    pub labels: &'a BTreeMap<String, String>,
}

/// Names with the patterns of which one must fit: `severity`, `rule`, `kind`, `fault`, `tags`, or a label.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matchers(BTreeMap<String, Vec<String>>);

impl Matchers {
    /// Makes matchers; without any, everything fits.
    #[must_use]
    pub fn new(matchers: BTreeMap<String, Vec<String>>) -> Self {
        Self(matchers)
    }

    /// Tells whether an alert fits all of them.
    #[must_use]
    pub fn fit(&self, subject: &Subject<'_>) -> bool {
        self.0.iter().all(|(name, patterns)| {
            let one = |value: &str| patterns.iter().any(|pattern| like(pattern, value));
            match name.as_str() {
                "rule" => one(subject.rule),
                "kind" => one(subject.kind),
                "severity" => one(subject.severity.as_str()),
                "fault" => one(subject.fault),
                "tags" => subject.tags.iter().any(|tag| one(tag)),
                label => subject.labels.get(label).is_some_and(|value| one(value)),
            }
        })
    }
}

/// `*` stands for any letters.
fn like(pattern: &str, value: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|head| value.strip_prefix(head)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(tail) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(tail)
}

/// Where alerts that fit are sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    pub matchers: Matchers,
    pub receivers: Vec<String>,
    /// Whether later routes are looked at as well.
    pub go_on: bool,
}

/// All routes, in the order in which they are looked at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Routes(pub Vec<Route>);

impl Routes {
    /// Returns the receivers of an alert; without routes these are all there are.
    #[must_use]
    pub fn receivers<'a>(
        &'a self,
        subject: &Subject<'_>,
        all: impl Iterator<Item = &'a str>,
    ) -> BTreeSet<&'a str> {
        if self.0.is_empty() {
            return all.collect();
        }
        let mut found = BTreeSet::new();
        for route in self.0.iter().filter(|route| route.matchers.fit(subject)) {
            found.extend(route.receivers.iter().map(String::as_str));
            if !route.go_on {
                break;
            }
        }
        found
    }
}

/// A time in which alerts that fit are written down and not told.
#[derive(Debug, Clone, PartialEq)]
pub struct Silence {
    pub id: String,
    pub matchers: Matchers,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

impl Silence {
    /// Tells whether an alert is kept quiet at a moment.
    #[must_use]
    pub fn covers(&self, subject: &Subject<'_>, now: Timestamp) -> bool {
        self.from.is_none_or(|from| now >= from)
            && self.until.is_none_or(|until| now < until)
            && self.matchers.fit(subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matchers(pairs: &[(&str, &[&str])]) -> Matchers {
        Matchers::new(
            pairs
                .iter()
                .map(|(name, patterns)| {
                    ((*name).to_owned(), patterns.iter().map(|text| (*text).to_owned()).collect())
                })
                .collect(),
        )
    }

    fn with_subject(check: impl Fn(&Subject<'_>)) {
        let labels = BTreeMap::from([("monitor.id".to_owned(), "shop-checkout".to_owned())]);
        let tags = ["eshop".to_owned(), "prod".to_owned()];
        check(&Subject {
            rule: "failed-runs",
            kind: "runs",
            severity: Severity::Critical,
            fault: "site",
            tags: &tags,
            labels: &labels,
        });
    }

    #[test]
    fn all_matchers_must_fit_and_one_pattern_of_each() {
        with_subject(|subject| {
            let check =
                |pairs: &[(&str, &[&str])], fits| assert_eq!(matchers(pairs).fit(subject), fits, "{pairs:?}");
            check(&[], true);
            check(&[("severity", &["critical"])], true);
            check(&[("severity", &["warning", "critical"]), ("tags", &["prod"])], true);
            check(&[("severity", &["critical"]), ("tags", &["test"])], false);
            check(&[("monitor.id", &["shop-*"])], true);
            check(&[("monitor.id", &["*-check*"])], true);
            check(&[("monitor.id", &["shop"])], false);
            check(&[("monitor.id", &["*out*check*"])], false);
            check(&[("observer.name", &["*"])], false);
        });
    }

    #[test]
    fn the_first_route_that_fits_decides_unless_it_goes_on() {
        let route = |pairs: &[(&str, &[&str])], receiver: &str, go_on| Route {
            matchers: matchers(pairs),
            receivers: vec![receiver.to_owned()],
            go_on,
        };
        let routes = Routes(vec![
            route(&[("tags", &["eshop"])], "log", true),
            route(&[("severity", &["critical"])], "pager", false),
            route(&[], "mail", false),
        ]);
        with_subject(|subject| {
            let all = ["log", "pager", "mail", "other"];
            assert_eq!(routes.receivers(subject, all.into_iter()), BTreeSet::from(["log", "pager"]));
            assert_eq!(Routes::default().receivers(subject, all.into_iter()).len(), 4);
        });
    }

    #[test]
    fn a_silence_has_a_beginning_and_an_end() {
        let at = |text: &str| text.parse::<Timestamp>().expect("is a moment");
        let silence = Silence {
            id: "deploy".to_owned(),
            matchers: matchers(&[("monitor.id", &["shop-*"])]),
            from: Some(at("2026-11-20T10:00:00Z")),
            until: Some(at("2026-11-20T11:00:00Z")),
        };
        with_subject(|subject| {
            assert!(!silence.covers(subject, at("2026-11-20T09:59:59Z")));
            assert!(silence.covers(subject, at("2026-11-20T10:00:00Z")));
            assert!(!silence.covers(subject, at("2026-11-20T11:00:00Z")));
        });
    }
}
