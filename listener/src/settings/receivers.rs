//! Who is told: receivers, routes and silences, from the settings and from rule files.

use std::collections::{BTreeMap, BTreeSet};

use canary_notify::{
    Auth, Matchers, Receiver, ReceiverKind, Route, Routes, Secret, SettingsError, Silence, Slack, Template,
    Terminal, Webhook,
};
use canary_rules::{Field, Node, Problems, Rule, Table, nearest};
use jiff::Timestamp;

use super::Books;
use super::secret;
use super::sources::{Environment, Sources};

/// Everything about who is told.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) receivers: Vec<Receiver>,
    /// The names that were written, also where the rest is wrong: who names one of them is not to blame.
    names: BTreeSet<String>,
    pub(super) routes: Routes,
    pub(super) silences: Vec<Silence>,
    pub(super) dead_letters: Option<String>,
}

impl Told {
    /// Reads the settings' own receivers first, then the sections of settings file and rule files.
    pub(super) fn read(sources: &Sources, books: &Books, environment: &Environment) -> Self {
        let mut told = Self::default();
        told.of_settings(sources, environment);
        if let Some(field) = sources.value("receivers") {
            told.read_receivers(&field, environment);
        }
        for (problems, file) in &books.books {
            if let Some(field) = section(file.receivers.as_ref(), "receivers", problems) {
                told.read_receivers(&field, environment);
            }
        }
        told.add_terminal(sources);
        let mut routes = Vec::new();
        for field in sections(sources, books, "routes") {
            routes.extend(told.read_routes(&field));
        }
        told.routes = Routes(routes);
        for field in sections(sources, books, "silences") {
            let items = field.list().unwrap_or_default();
            told.silences.extend(items.iter().filter_map(read_silence));
        }
        told.dead_letters = sources.value("dead_letters").and_then(|field| {
            let name = field.name()?;
            told.known(&field, &name).then_some(name)
        });
        told
    }

    fn of_settings(&mut self, sources: &Sources, environment: &Environment) {
        if let Some(field) = sources.value("slack_webhook")
            && let Some(url) = secret::read(&field, environment)
            && let Some(slack) = accept(&field, Slack::new(url.expose()))
        {
            self.add("slack", ReceiverKind::Slack(slack));
        }
        if let Some(field) = sources.value("webhook")
            && let Some(url) = secret::read(&field, environment)
            && let Some(mut webhook) = accept(&field, Webhook::new(url.expose()))
        {
            webhook.secret =
                sources.value("webhook_secret").and_then(|field| secret::read(&field, environment));
            self.receivers
                .push(Receiver { name: "webhook".to_owned(), kind: ReceiverKind::Webhook(webhook) });
        }
    }

    fn add_terminal(&mut self, sources: &Sources) {
        let words = [
            ("yes", Some(true)),
            ("true", Some(true)),
            ("no", Some(false)),
            ("false", Some(false)),
            ("auto", None),
        ];
        let wanted = sources.value("terminal").and_then(|field| field.choice(&words)).flatten();
        if wanted.unwrap_or(self.receivers.is_empty()) && !self.has("terminal") {
            let colours = crate::logging::wants_colours();
            let terminal = Terminal { colours, template: None };
            self.add("terminal", ReceiverKind::Terminal(terminal));
        }
    }

    fn read_receivers(&mut self, field: &Field<'_>, environment: &Environment) {
        for (name, field) in field.entries().unwrap_or_default() {
            if !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) || name.is_empty() {
                field.problem(
                    "the name of a receiver has letters, digits, `-` and `_` only: it is part of ids",
                );
            } else if self.has(&name) {
                field.problem(format!("there is a receiver called `{name}` already"));
            } else {
                self.names.insert(name.clone());
                if let Some(kind) = read_receiver(&field, environment) {
                    self.receivers.push(Receiver { name, kind });
                }
            }
        }
    }

    fn read_routes(&self, field: &Field<'_>) -> Vec<Route> {
        field.list().unwrap_or_default().iter().filter_map(|field| self.read_route(field)).collect()
    }

    fn read_route(&self, field: &Field<'_>) -> Option<Route> {
        let table = field.table()?;
        let matchers = read_matchers(&table);
        let receivers = table.need("receivers").and_then(|field| {
            let names = field.texts()?;
            names.iter().all(|name| self.known(&field, name)).then_some(names)
        });
        let go_on = table.get("continue").and_then(|field| field.boolean()).unwrap_or(false);
        table.finish();
        Some(Route { matchers: matchers?, receivers: receivers?, go_on })
    }

    fn add(&mut self, name: &str, kind: ReceiverKind) {
        self.names.insert(name.to_owned());
        self.receivers.push(Receiver { name: name.to_owned(), kind });
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    fn known(&self, field: &Field<'_>, name: &str) -> bool {
        if self.has(name) {
            return true;
        }
        field.problem_with_hint(format!("there is no receiver called `{name}`"), Some(self.hint(name)));
        false
    }

    fn hint(&self, name: &str) -> String {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        match nearest(name, names.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None if names.is_empty() => "no receivers are set".to_owned(),
            None => format!("there are: {}", names.join(", ")),
        }
    }

    /// Reports receivers that rules name and nobody has set up.
    pub(super) fn check_receivers(&self, problems: &Problems, rules: &[Rule]) {
        if self.receivers.is_empty() {
            return;
        }
        for rule in rules {
            for name in rule.route.receivers.iter().filter(|name| !self.has(name)) {
                let expectation = format!("there is no receiver called `{name}`");
                let path = format!("rule `{}`: receivers", rule.id);
                problems.add_with_hint(
                    rule.at,
                    &path,
                    Some(name.clone()),
                    expectation,
                    Some(self.hint(name)),
                );
            }
        }
    }
}

fn section<'a>(node: Option<&'a Node>, name: &str, problems: &'a Problems) -> Option<Field<'a>> {
    let mut field = Field::top(node?, problems);
    field.path = name.to_owned();
    Some(field)
}

fn sections<'a>(sources: &'a Sources, books: &'a Books, name: &str) -> Vec<Field<'a>> {
    let mut found: Vec<Field<'a>> = sources.value(name).into_iter().collect();
    for (problems, file) in &books.books {
        let node = if name == "routes" { &file.routes } else { &file.silences };
        found.extend(section(node.as_ref(), name, problems));
    }
    found
}

fn read_receiver(field: &Field<'_>, environment: &Environment) -> Option<ReceiverKind> {
    let table = field.table()?;
    let kinds = [("slack", "slack"), ("webhook", "webhook"), ("terminal", "terminal")];
    let kind = table.need("type").and_then(|field| field.choice(&kinds))?;
    let receiver = match kind {
        "slack" => read_slack(&table, environment).map(ReceiverKind::Slack),
        "webhook" => read_webhook(&table, environment).map(ReceiverKind::Webhook),
        _ => read_terminal(&table).map(ReceiverKind::Terminal),
    };
    table.finish();
    receiver
}

fn read_slack(table: &Table<'_>, environment: &Environment) -> Option<Slack> {
    let url = table.need("url").and_then(|field| {
        let url = secret::read(&field, environment)?;
        accept(&field, Slack::new(url.expose()))
    });
    let template = read_template(table, "template");
    let wait = table.get("group_wait").and_then(|field| field.duration());
    let mut slack = url?;
    slack.template = template?;
    slack.group_wait = wait.unwrap_or(slack.group_wait);
    Some(slack)
}

fn read_webhook(table: &Table<'_>, environment: &Environment) -> Option<Webhook> {
    let url = table.need("url").and_then(|field| {
        let url = secret::read(&field, environment)?;
        accept(&field, Webhook::new(url.expose()))
    });
    let hidden = |key| table.get(key).and_then(|field: Field<'_>| secret::read(&field, environment));
    let (secret, bearer, password): (Option<Secret>, Option<Secret>, Option<Secret>) =
        (hidden("secret"), hidden("bearer"), hidden("password"));
    let user = table.get("user").and_then(|field| field.name());
    let body = read_template(table, "body");
    let timeout = table.get("timeout").and_then(|field| field.duration());
    let auth = match (bearer, user, password) {
        (Some(_), Some(_), _) => {
            table.problem("either `bearer`, or `user` and `password`");
            None
        }
        (Some(token), None, _) => Some(Auth::Bearer(token)),
        (None, Some(user), Some(password)) => Some(Auth::Basic { user, password }),
        (None, Some(_), None) => {
            table.missing("password");
            None
        }
        (None, None, _) => None,
    };
    let mut webhook = url?;
    webhook.secret = secret;
    webhook.auth = auth;
    webhook.body = body?;
    webhook.timeout = timeout.unwrap_or(webhook.timeout);
    Some(webhook)
}

fn read_terminal(table: &Table<'_>) -> Option<Terminal> {
    Some(Terminal { colours: crate::logging::wants_colours(), template: read_template(table, "template")? })
}

/// Nothing where the template is broken; nothing inside where there is none.
fn read_template(table: &Table<'_>, key: &'static str) -> Option<Option<Template>> {
    let Some(field) = table.get(key) else { return Some(None) };
    match Template::parse(&field.text()?) {
        Ok(template) => Some(Some(template)),
        Err(error) => {
            field.problem(error.to_string());
            None
        }
    }
}

/// Addresses are secrets, so a problem does not show them.
fn accept<T>(field: &Field<'_>, receiver: Result<T, SettingsError>) -> Option<T> {
    receiver.map_err(|error| field.problems().add(field.at(), &field.path, None, error.to_string())).ok()
}

fn read_matchers(table: &Table<'_>) -> Option<Matchers> {
    let mut matchers = BTreeMap::new();
    if let Some(field) = table.any(&["match", "when"]) {
        for (name, field) in field.entries()? {
            matchers.insert(name, field.texts()?);
        }
    }
    Some(Matchers::new(matchers))
}

fn read_silence(field: &Field<'_>) -> Option<Silence> {
    let table = field.table()?;
    let id = table.need("id").and_then(|field| field.name());
    let matchers = read_matchers(&table);
    let moment = |key| match table.get(key) {
        None => Some(None),
        Some(field) => {
            let at = field.text()?.parse::<Timestamp>().ok();
            if at.is_none() {
                field.problem("expected a moment such as `2026-11-20T10:00:00Z`");
            }
            at.map(Some)
        }
    };
    let (from, until) = (moment("from"), moment("until"));
    let _comment = table.get("comment").and_then(|field| field.text());
    table.finish();
    Some(Silence { id: id?, matchers: matchers?, from: from?, until: until? })
}
