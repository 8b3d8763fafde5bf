//! Owns the compiler to SQL of SQLite: a condition on a column that holds documents as JSON text.
//!
//! Most fields are single values within groups and are found by their JSON path. Where that finds none, the
//! document is walked as evaluation in memory walks it: through lists, and with dots in names. What is missing
//! is never NULL in the end: a comparison with nothing is false, so that a negation of it is true.

use jiff::Timestamp;

use crate::literal::{Comparison, Literal, Number, Test};
use crate::tree::{Field, Node};

/// A condition with its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The condition, with parameters as `?N`.
    pub clause: String,
    /// Values of the parameters, in order.
    pub params: Vec<Param>,
}

/// A value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
}

pub(crate) fn compile(node: &Node, column: &str, first: usize, now: Timestamp) -> Condition {
    let mut compiler = Compiler { params: Vec::new(), first, now, walks: 0 };
    let clause = compiler.node(node, column);
    Condition { clause, params: compiler.params }
}

struct Compiler {
    params: Vec<Param>,
    first: usize,
    now: Timestamp,
    walks: usize,
}

/// An SQL expression of a value and one of its JSON type.
struct Operand<'a> {
    value: &'a str,
    kind: &'a str,
}

impl Compiler {
    fn node(&mut self, node: &Node, document: &str) -> String {
        match node {
            Node::All => "1".into(),
            Node::And(parts) => self.join(parts, " AND ", document),
            Node::Or(parts) => self.join(parts, " OR ", document),
            Node::Not(part) => format!("NOT coalesce({}, 0)", self.node(part, document)),
            Node::Field(field, Test::Exists) => self.exists(document, field),
            Node::Field(field, Test::Absent) => format!("NOT {}", self.exists(document, field)),
            Node::Field(field, test) => self.field(document, field, test),
            Node::Nested(field, part) => self.nested(document, field, part),
        }
    }

    fn join(&mut self, parts: &[Node], connective: &str, document: &str) -> String {
        let parts: Vec<_> = parts.iter().map(|part| self.node(part, document)).collect();
        format!("({})", parts.join(connective))
    }

    fn param(&mut self, param: Param) -> String {
        self.params.push(param);
        format!("?{}", self.first + self.params.len() - 1)
    }

    fn text(&mut self, text: impl Into<String>) -> String {
        self.param(Param::Text(text.into()))
    }

    fn field(&mut self, document: &str, field: &Field, test: &Test) -> String {
        let walked = |compiler: &mut Self| {
            let name = compiler.next_walk();
            let (value, kind) = (format!("{name}.value"), format!("{name}.type"));
            let passes = compiler.test(test, &Operand { value: &value, kind: &kind });
            compiler.walk(document, field, &name, &format!("{} AND {passes}", is_single(&kind)), Reach::Path)
        };
        match self.json_path(field) {
            None => walked(self),
            Some(path) => {
                let kind = format!("json_type({document}, {path})");
                let value = format!("json_extract({document}, {path})");
                let direct = self.test(test, &Operand { value: &value, kind: &kind });
                let walk = walked(self);
                format!("CASE WHEN {} THEN {direct} ELSE {walk} END", is_single(&kind))
            }
        }
    }

    fn exists(&mut self, document: &str, field: &Field) -> String {
        let name = self.next_walk();
        let single = is_single(&format!("{name}.type"));
        let walk = self.walk(document, field, &name, &single, Reach::Below);
        match self.json_path(field) {
            None => walk,
            Some(path) => {
                format!(
                    "CASE WHEN {} THEN 1 ELSE {walk} END",
                    is_single(&format!("json_type({document}, {path})"))
                )
            }
        }
    }

    fn nested(&mut self, document: &str, field: &Field, part: &Node) -> String {
        let name = self.next_walk();
        let inner = self.node(part, &format!("{name}.value"));
        let condition = format!("{name}.type = 'object' AND {inner}");
        self.walk(document, field, &name, &condition, Reach::Path)
    }

    fn next_walk(&mut self) -> String {
        self.walks += 1;
        format!("walk{}", self.walks)
    }

    /// Returns the JSON path of a field with a name, unless SQLite could not read a part of it.
    fn json_path(&mut self, field: &Field) -> Option<String> {
        let Field::Named(name) = field else { return None };
        if name.contains(['"', '\\']) || name.chars().any(char::is_control) {
            return None;
        }
        let parts: Vec<_> = name.split('.').map(|part| format!(".\"{part}\"")).collect();
        Some(self.text(format!("${}", parts.concat())))
    }

    /// Visits all values at a field's path, whatever lists and dotted names are on the way.
    fn walk(&mut self, document: &str, field: &Field, name: &str, condition: &str, reach: Reach) -> String {
        let (found, prune) = match field {
            Field::Named(path) => {
                let path = self.text(path.clone());
                let at = |place: &str| format!("{place} = {path}");
                let below = |place: &str| format!("substr({place}, 1, length({path}) + 1) = {path} || '.'");
                let above = |place: &str| format!("substr({path}, 1, length({place}) + 1) = {place} || '.'");
                let place = format!("{name}.path");
                match reach {
                    Reach::Path => (at(&place), Some(format!("{} OR {}", at(STEP), above(STEP)))),
                    Reach::Below => (
                        format!("({} OR {})", at(&place), below(&place)),
                        Some(format!("{} OR {} OR {}", at(STEP), above(STEP), below(STEP))),
                    ),
                }
            }
            Field::Like(pattern) => (format!("{name}.path GLOB {}", self.text(pattern.glob())), None),
        };
        let step =
            format!("CASE {name}.type WHEN 'array' THEN {name}.path ELSE {name}.path || '.' || item.key END");
        let pruned = |prune: &Option<String>, step: &str, word: &str| match prune {
            Some(prune) => format!(" {word} ({})", prune.replace(STEP, step)),
            None => String::new(),
        };
        format!(
            "EXISTS (WITH RECURSIVE {name}(path, value, type) AS (\
             SELECT item.key, item.value, item.type FROM json_each({document}) AS item{first} \
             UNION ALL SELECT {step}, item.value, item.type \
             FROM {name}, json_each(CASE WHEN {name}.type IN ('object', 'array') THEN {name}.value END) AS item{next}) \
             SELECT 1 FROM {name} WHERE {found} AND {condition})",
            first = pruned(&prune, "item.key", "WHERE"),
            next = pruned(&prune, &format!("({step})"), "WHERE"),
        )
    }

    fn test(&mut self, test: &Test, operand: &Operand<'_>) -> String {
        let Operand { value, kind } = operand;
        match test {
            Test::Exists => "1".into(),
            Test::Absent => "0".into(),
            Test::Like(pattern) => {
                format!("({kind} = 'text' AND {value} GLOB {})", self.text(pattern.glob()))
            }
            Test::Equals(literal) => self.equals(literal, operand),
            Test::Compare(comparison, literal) => self.compare(*comparison, literal, operand),
        }
    }

    fn equals(&mut self, literal: &Literal, operand: &Operand<'_>) -> String {
        let Operand { value, kind } = operand;
        let mut ways = vec![format!("({kind} = 'text' AND {value} = {})", self.text(literal.text.clone()))];
        if let Some(moment) = &literal.moment {
            let period = moment.resolve(self.now);
            let (first, last) =
                (self.param(Param::Integer(period.first)), self.param(Param::Integer(period.last)));
            ways.push(format!("({} AND {} BETWEEN {first} AND {last})", is_moment(operand), millis(value)));
        }
        if let Some(number) = literal.number {
            ways.push(format!("({} AND {value} = {})", is_number(kind), self.number(number)));
        }
        if let Some(boolean) = literal.boolean {
            ways.push(format!("{kind} = '{boolean}'"));
        }
        format!("({})", ways.join(" OR "))
    }

    fn compare(&mut self, comparison: Comparison, literal: &Literal, operand: &Operand<'_>) -> String {
        let Operand { value, kind } = operand;
        let sign = comparison.sign();
        let mut ways = Vec::new();
        if let Some(moment) = &literal.moment {
            let bound = self.param(Param::Integer(comparison.bound(moment.resolve(self.now))));
            ways.push(format!("WHEN {} THEN {} {sign} {bound}", is_moment(operand), millis(value)));
        }
        ways.push(format!("WHEN {kind} = 'text' THEN {value} {sign} {}", self.text(literal.text.clone())));
        if let Some(number) = literal.number {
            ways.push(format!("WHEN {} THEN {value} {sign} {}", is_number(kind), self.number(number)));
        }
        format!("CASE {} ELSE 0 END", ways.join(" "))
    }

    fn number(&mut self, number: Number) -> String {
        self.param(match number {
            Number::Integer(number) => Param::Integer(number),
            Number::Real(number) => Param::Real(number),
        })
    }
}

/// Stands in a pruning condition for the path that is about to be taken.
const STEP: &str = "\u{1}";

/// How far a walk goes.
#[derive(Clone, Copy)]
enum Reach {
    /// To the field.
    Path,
    /// To everything within the field as well.
    Below,
}

fn is_single(kind: &str) -> String {
    format!("{kind} IN ('text', 'integer', 'real', 'true', 'false')")
}

fn is_number(kind: &str) -> String {
    format!("{kind} IN ('integer', 'real')")
}

/// Tells whether a text is a moment as documents write it.
fn is_moment(operand: &Operand<'_>) -> String {
    let Operand { value, kind } = operand;
    let digits = |count| "[0-9]".repeat(count);
    let shape =
        format!("{}-{}-{}T{}:{}:{}*", digits(4), digits(2), digits(2), digits(2), digits(2), digits(2));
    format!(
        "({kind} = 'text' AND length({value}) >= 20 AND {value} GLOB '{shape}' AND unixepoch({value}) IS NOT NULL)"
    )
}

fn millis(value: &str) -> String {
    format!("CAST(round(unixepoch({value}, 'subsec') * 1000) AS INTEGER)")
}
