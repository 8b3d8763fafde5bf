//! What was written, and where: flags, variables, the settings file, the defaults.

use std::collections::BTreeMap;
use std::path::Path;

use canary_rules::{Field, Key, Node, Position, Problem, Problems, Yaml, nearest, parse_yaml};

use crate::cli::SettingsFlags;

/// A copy of the process environment. The only place of the program that looks at it is [`Environment::of_process`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Copies the environment of this process; what is no text is left out.
    pub(crate) fn of_process() -> Self {
        Self(
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        )
    }

    /// Returns one variable.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        Self(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }
}

/// One source with all of its values.
pub(crate) struct Layer {
    problems: Problems,
    node: Option<Node>,
    /// The name of a value's own place, where each has one: a flag or a variable.
    named: fn(&str) -> Option<String>,
}

/// All sources, the strongest first.
pub(crate) struct Sources {
    layers: Vec<Layer>,
}

pub(crate) const PREFIX: &str = "CANARY_LISTENER_";

/// The file that is read where no other is named.
const FILE: &str = "canary-listener.yaml";

impl Layer {
    pub(crate) fn file(name: &str, text: &str) -> Self {
        let problems = Problems::of(name);
        let node =
            parse_yaml(text, &problems).filter(|node| node.value != Yaml::Scalar(serde_json::Value::Null));
        Self { problems, node, named: |_| None }
    }

    /// Makes a layer of values that stand alone. A number or a truth value is read as one.
    fn values(source: &str, values: Vec<(String, Vec<String>)>, named: fn(&str) -> Option<String>) -> Self {
        let entries = values.into_iter().map(|(key, texts)| {
            let value = match <[String; 1]>::try_from(texts) {
                Ok([text]) if key != "rules" => scalar(&text),
                Ok([text]) => Yaml::List(vec![node(scalar(&text))]),
                Err(texts) => Yaml::List(texts.iter().map(|text| node(scalar(text))).collect()),
            };
            (Key { at: Position::default(), name: key }, node(value))
        });
        Self { problems: Problems::of(source), node: Some(node(Yaml::Map(entries.collect()))), named }
    }

    fn field(&self, key: &str) -> Option<Field<'_>> {
        let Some(Node { value: Yaml::Map(entries), .. }) = &self.node else { return None };
        let (_, node) = entries.iter().find(|(name, _)| name.name == key)?;
        if node.value == Yaml::Scalar(serde_json::Value::Null) {
            return None;
        }
        let mut field = Field::top(node, &self.problems);
        field.path = (self.named)(key).unwrap_or_else(|| key.to_owned());
        Some(field)
    }

    /// Returns the names of all settings, from the defaults.
    pub(crate) fn known(&self) -> Vec<String> {
        self.keys().map(|(key, _)| key.to_owned()).chain(SECTIONS.map(str::to_owned)).collect()
    }

    fn keys(&self) -> impl Iterator<Item = (&str, Position)> {
        let entries = match &self.node {
            Some(Node { value: Yaml::Map(entries), .. }) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(key, _)| (key.name.as_str(), key.at))
    }
}

fn node(value: Yaml) -> Node {
    Node { at: Position::default(), value }
}

fn scalar(text: &str) -> Yaml {
    let value = match text {
        "true" => true.into(),
        "false" => false.into(),
        _ => text.parse::<u64>().map_or_else(|_| text.into(), Into::into),
    };
    Yaml::Scalar(value)
}

impl Sources {
    /// Gathers all sources and reports keys that nobody knows.
    pub(crate) fn gather(flags: &SettingsFlags, environment: &Environment) -> Self {
        let defaults = Layer::defaults();
        let known = defaults.known();
        let given = flags.given().into_iter().map(|(key, values)| (key.to_owned(), values)).collect();
        let flags_layer =
            Layer::values("command line", given, |key| Some(format!("--{}", key.replace('_', "-"))));
        let mut layers = vec![flags_layer, variables(environment, &known)];
        let named = environment.get("CANARY_LISTENER_CONFIG").map(Path::new);
        layers.extend(file(flags.config.as_deref().or(named)));
        for layer in &layers {
            for (key, at) in layer.keys().filter(|(key, _)| !known.iter().any(|known| known == key)) {
                let hint = nearest(key, known.iter().map(String::as_str));
                let path = (layer.named)(key).unwrap_or_else(|| key.to_owned());
                let hint = hint.map(|name| (layer.named)(name).unwrap_or_else(|| name.to_owned()));
                let hint = hint.map(|name| format!("did you mean `{name}`?"));
                layer.problems.add_with_hint(at, &path, None, "there is no such setting", hint);
            }
        }
        layers.push(defaults);
        Self { layers }
    }

    /// Returns the strongest value of a setting.
    pub(crate) fn value(&self, key: &str) -> Option<Field<'_>> {
        self.layers.iter().find_map(|layer| layer.field(key))
    }

    /// Gives all problems away.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.layers.into_iter().flat_map(|layer| layer.problems.into_vec()).collect()
    }
}

/// Sections of the file that are no single values.
const SECTIONS: [&str; 3] = ["receivers", "routes", "silences"];

fn variables(environment: &Environment, known: &[String]) -> Layer {
    let found = environment
        .0
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.to_lowercase(), value)))
        .filter(|(key, _)| known.contains(key) || !is_elsewhere(key))
        .map(|(key, value)| {
            let values = if key == "rules" { words(value) } else { vec![value.clone()] };
            (key, values)
        })
        .collect();
    Layer::values("environment", found, |key| Some(format!("{PREFIX}{}", key.to_uppercase())))
}

/// Several rule files in one variable are separated as paths are everywhere.
fn words(value: &str) -> Vec<String> {
    std::env::split_paths(value).map(|path| path.display().to_string()).collect()
}

/// Kubernetes sets such variables for each service, and a service may be called `canary-listener`.
fn is_elsewhere(key: &str) -> bool {
    key == "config"
        || ["service_host", "service_port", "port"].contains(&key)
        || ["port_", "service_port_"].iter().any(|begin| key.starts_with(begin))
}

fn file(named: Option<&Path>) -> Option<Layer> {
    let path = named.unwrap_or(Path::new(FILE));
    let shown = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => Some(Layer::file(&shown, &text)),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            let layer = Layer::file(&shown, "");
            layer.problems.add(Position::default(), "", None, format!("cannot be read: {error}"));
            Some(layer)
        }
    }
}
