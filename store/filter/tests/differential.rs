//! Shows that a filter compiled to SQL means the same in a real SQLite as evaluation in memory.
#![expect(clippy::unwrap_used, reason = "a test ends by panicking")]

use canary_filter::Filter;
use canary_filter::sql::Param;
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rusqlite::Connection;
use rusqlite::types::Value as SqlValue;
use serde_json::{Map, Value, json};

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

const TEXTS: [&str; 10] =
    ["failed", "Failed", "fail", "eshop", "a*b", "a[b?", "10", "true", "žluťoučký", "say \"hi\" \\ it's"];
const MOMENTS: [&str; 4] = [
    "2026-11-21T09:00:00.000Z",
    "2026-11-20T23:59:59.999Z",
    "2026-11-21T10:00:00.001Z",
    "2026-11-21T11:00:00+02:00",
];

fn any_single() -> impl Strategy<Value = Value> {
    prop_oneof![
        proptest::sample::select(TEXTS.to_vec()).prop_map(Value::from),
        proptest::sample::select(MOMENTS.to_vec()).prop_map(Value::from),
        (-2i64..12).prop_map(Value::from),
        proptest::sample::select(vec![0.5, 2.0, 9.75, -1.5, 1e20]).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    any_single().prop_recursive(3, 12, 3, |inner| {
        let name = proptest::sample::select(vec!["b", "c", "d.e", "e"]);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map(name, inner, 0..3).prop_map(|fields| {
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
            }),
        ]
    })
}

fn any_document() -> impl Strategy<Value = Value> {
    let name = proptest::sample::select(vec!["a", "b", "c", "at", "a.b"]);
    proptest::collection::btree_map(name, any_value(), 0..5)
        .prop_map(|fields| {
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
        })
        .prop_filter(
            "a group and a dotted name for one field are not written together",
            |document: &Value| !both_ways(document),
        )
}

/// Tells whether some group holds `d.e` beside `d`, or `a.b` beside `a`, which no writer of ours does.
fn both_ways(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(both_ways),
        Value::Object(fields) => {
            let both = |group, name| fields.contains_key(group) && fields.contains_key(name);
            both("a", "a.b") || both("d", "d.e") || fields.values().any(both_ways)
        }
        _ => false,
    }
}

fn any_field() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "a", "a.b", "a.b.c", "b", "b.e", "c.d.e", "at", "a.*", "*.e", "*", "missing", "b.d.e",
    ])
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn any_literal() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(TEXTS.to_vec()).prop_map(quoted),
        proptest::sample::select(MOMENTS.to_vec()).prop_map(quoted),
        proptest::sample::select(vec![
            "failed",
            "10",
            "2",
            "2.0",
            "0.5",
            "-1.5",
            "true",
            "false",
            "now",
            "now-1h",
            "now/d",
            "2026-11-21",
            "2026-11-20"
        ])
        .prop_map(str::to_owned),
    ]
}

fn any_test() -> impl Strategy<Value = String> {
    let pattern = proptest::sample::select(vec!["*", "f*", "*ai*", "*d", "a\\*b", "a[*", "*?", "null", "1*"]);
    let comparison = proptest::sample::select(vec!["<", "<=", ">", ">="]);
    prop_oneof![
        3 => (any_field(), any_literal()).prop_map(|(field, value)| format!("{field}: {value}")),
        2 => (any_field(), pattern).prop_map(|(field, value)| format!("{field}: {value}")),
        3 => (any_field(), comparison, any_literal()).prop_map(|(field, sign, value)| format!("{field} {sign} {value}")),
        1 => (any_field(), any_literal(), any_literal())
            .prop_map(|(field, one, two)| format!("{field}: ({one} or not {two})")),
        1 => any_literal(),
    ]
}

fn any_filter() -> impl Strategy<Value = String> {
    any_test().prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) or ({b})")),
            inner.clone().prop_map(|a| format!("not ({a})")),
            (proptest::sample::select(vec!["a", "b", "a.b", "a*"]), inner)
                .prop_map(|(f, a)| format!("{f}: {{{a}}}")),
        ]
    })
}

fn in_sqlite(connection: &Connection, filter: &Filter, document: &Value) -> bool {
    let condition = filter.to_sql("body", 2, now());
    let params = condition.params.into_iter().map(|param| match param {
        Param::Text(text) => SqlValue::Text(text),
        Param::Integer(number) => SqlValue::Integer(number),
        Param::Real(number) => SqlValue::Real(number),
    });
    let sql = format!("SELECT count(*) FROM (SELECT ?1 AS body) WHERE {}", condition.clause);
    let params = std::iter::once(SqlValue::Text(document.to_string())).chain(params);
    let mut statement = connection.prepare_cached(&sql).unwrap();
    statement.query_row(rusqlite::params_from_iter(params), |row| row.get::<_, i64>(0)).unwrap() == 1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn sqlite_and_memory_agree(text in any_filter(), documents in proptest::collection::vec(any_document(), 1..6)) {
        let connection = Connection::open_in_memory().unwrap();
        let filter = Filter::parse(&text).unwrap();
        for document in &documents {
            let memory = filter.matches(document, now());
            prop_assert_eq!(in_sqlite(&connection, &filter, document), memory, "{} on {}", text, document);
        }
    }
}

#[test]
fn a_column_is_used_by_its_name_and_parameters_begin_where_told() {
    let filter = Filter::parse("run.status: failed").unwrap();
    let condition = filter.to_sql("documents.body", 5, now());
    assert!(condition.clause.contains("json_type(documents.body, ?5)"), "{}", condition.clause);
    assert!(in_sqlite(
        &Connection::open_in_memory().unwrap(),
        &filter,
        &json!({"run": {"status": "failed"}})
    ));
}

/// The generators above make everything that the two ways might see differently.
#[test]
fn everything_is_generated() {
    let mut runner = TestRunner::default();
    let mut sample = |_: usize| {
        let filter = any_filter().new_tree(&mut runner).unwrap().current();
        (filter, any_document().new_tree(&mut runner).unwrap().current().to_string())
    };
    let (filters, documents): (Vec<_>, Vec<_>) = (0..1500).map(&mut sample).unzip();
    for (what, sign) in [
        ("missing fields", "missing"),
        ("wildcards", "*ai*"),
        ("wildcards in fields", "a.*"),
        ("negation", "not ("),
        ("numbers", "> 10"),
        ("dates", "now-1h"),
        ("days", "2026-11-20"),
        ("objects in arrays", "{"),
        ("escapes", "a\\*b"),
    ] {
        assert!(filters.iter().any(|filter| filter.contains(sign)), "no filter had {what}");
    }
    for (what, sign) in [
        ("arrays", "[\""),
        ("arrays of objects", "[{"),
        ("empty arrays", "[]"),
        ("null", "null"),
        ("numbers", "9.75"),
        ("truth", "true"),
        ("dates", "T09:00:00.000Z"),
        ("names with dots", "d.e"),
        ("nothing at all", "{}"),
    ] {
        assert!(documents.iter().any(|document| document.contains(sign)), "no document had {what}");
    }
}
