//! Owns the evaluation of a filter on one document in memory.

use jiff::Timestamp;
use serde_json::Value;

use crate::literal::Test;
use crate::path;
use crate::tree::Node;

pub(crate) fn matches(node: &Node, document: &Value, now: Timestamp) -> bool {
    match node {
        Node::All => true,
        Node::And(parts) => parts.iter().all(|part| matches(part, document, now)),
        Node::Or(parts) => parts.iter().any(|part| matches(part, document, now)),
        Node::Not(part) => !matches(part, document, now),
        Node::Field(field, Test::Exists) => path::exists(document, field),
        Node::Field(field, Test::Absent) => !path::exists(document, field),
        Node::Field(field, test) => path::any_value(document, field, &mut |value| test.passes(value, now)),
        Node::Nested(field, part) => {
            path::any_object(document, field, &mut |object| matches(part, object, now))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::Filter;

    fn check(filter: &str, expected: bool) {
        let document = json!({
            "@timestamp": "2026-11-21T09:00:00.000Z",
            "run": {"status": "failed", "duration": 1200.5, "steps": {"failed": 2}},
            "monitor": {"id": "shop", "tags": ["eshop", "prod eu"]},
            "labels": {"team.name": "web", "empty": null, "none": []},
            "request": {"third_party": true},
            "attachments": [{"type": "image/png", "bytes": 10}, {"type": "text/html", "bytes": 500}],
            "failure": {"message": "say \"hi\" * twice"},
        });
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        assert_eq!(Filter::parse(filter).unwrap().matches(&document, now), expected, "{filter}");
    }

    #[test]
    fn values() {
        check("", true);
        check("run.status: failed", true);
        check("run.status: Failed", false);
        check("run.status: (passed or failed)", true);
        check("run.status: (failed and not passed)", true);
        check("run.steps.failed: 2", true);
        check("run.steps.failed: 2.0", true);
        check("run.steps.failed: \"2\"", true);
        check("request.third_party: true", true);
        check("request.third_party: \"true\"", false);
        check("monitor.tags: eshop", true);
        check("monitor.tags: prod eu", true);
        check("labels.team.name: web", true);
        check(r#"failure.message: "say \"hi\" * twice""#, true);
        check(r"failure.message: say \u0022hi\u0022 \* twice", true);
    }

    #[test]
    fn wildcards() {
        check("run.status: fail*", true);
        check("run.status: *pass*", false);
        check("run.steps.failed: 2*", false);
        check("monitor.*: shop", true);
        check("*.status: failed", true);
        check("failed", true);
        check("absent", false);
    }

    #[test]
    fn presence() {
        check("run: *", true);
        check("labels.empty: *", false);
        check("labels.none: *", false);
        check("not labels.empty: *", true);
        check("labels.empty: null", true);
        check("run.status: null", false);
        check("vitals.*: *", false);
    }

    #[test]
    fn ranges() {
        check("run.duration > 1200", true);
        check("run.duration >= 1200.5 and run.duration <= 1200.5", true);
        check("run.duration < 1200.5", false);
        check("run.status > abc", true);
        check("run.duration > abc", false);
        check("attachments.bytes > 400", true);
        check("@timestamp > now-1h", false);
        check("@timestamp >= now-1h", true);
        check("@timestamp < now/h and @timestamp: 2026-11-21", true);
        check("@timestamp > 2026-11-21", false);
        check("@timestamp <= \"2026-11-21T10:00:00+01:00\"", true);
    }

    #[test]
    fn nested_looks_at_one_object() {
        check("attachments.type: image/png and attachments.bytes: 500", true);
        check("attachments: {type: image/png and bytes: 500}", false);
        check("attachments: {type: text/html and not bytes < 500}", true);
        check("monitor: {tags: eshop}", true);
    }

    #[test]
    fn negation_takes_documents_without_the_field() {
        check("not vitals.lcp > 2500", true);
        check("not run.status: failed", false);
        check("run.status: (not passed)", true);
    }
}
