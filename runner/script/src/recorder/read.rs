//! From JSON to a recording. All mistakes are told together, each with its place.

use std::time::Duration;

use canary_browser::{Button, Selector};
use serde_json::{Map, Value};

use super::extension::CUSTOM_STEPS;
use super::flow::{
    Alternatives, Click, Custom, Flow, Navigation, Operator, Step, StepAction, Target, VariableSource,
    Viewport, WaitForElement,
};
use super::position::{Segment, offset, path_text};
use crate::error::{LoadError, Problem};
use crate::typescript::position;

/// The longest time limit that the Recorder writes.
const LONGEST: f64 = 30_000.0;
/// The step types that there are.
const TYPES: &str = "change, click, doubleClick, hover, close, customStep, emulateNetworkConditions, keyDown, keyUp, \
                     navigate, scroll, setViewport, waitForElement or waitForExpression";

/// Tells whether a JSON text looks like a recording.
pub(crate) fn is_recording(value: &Value) -> bool {
    value.get("steps").is_some()
}

/// Reads a recording; `name` is its path in the checkout.
pub(crate) fn read(name: &str, text: &str, value: &Value) -> Result<Flow, LoadError> {
    let mut reader = Reader { name, text, path: Vec::new(), problems: Vec::new() };
    let flow = reader.flow(value);
    if reader.problems.is_empty() { Ok(flow) } else { Err(LoadError::Problems(reader.problems)) }
}

struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    path: Vec<Segment>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn flow(&mut self, value: &Value) -> Flow {
        let empty = Map::new();
        let object = value.as_object().unwrap_or(&empty);
        let title = self.required_text(object, "title");
        let timeout = self.timeout(object);
        let steps = match object.get("steps") {
            Some(Value::Array(steps)) => self.inside("steps", |reader| {
                steps
                    .iter()
                    .enumerate()
                    .filter_map(|(index, step)| reader.at(index, |reader| reader.step(step)))
                    .collect()
            }),
            other => {
                self.problem_at("steps", other, "a list of steps", "export the recording again as JSON");
                Vec::new()
            }
        };
        Flow { title, timeout, steps }
    }

    fn step(&mut self, value: &Value) -> Option<Step> {
        let Some(step) = value.as_object() else {
            self.problem(value, "an object with a `type`", "each step of a recording is one");
            return None;
        };
        let kind = self.required_text(step, "type");
        let action = self.action(&kind, step)?;
        let target = match self.text(step, "target") {
            None => Target::Main,
            Some(target) if target == "main" => Target::Main,
            Some(target) => Target::Page(target),
        };
        let line = position(self.name, self.text, offset(self.text, &self.path)).line;
        let timeout = self.timeout(step);
        Some(Step {
            action,
            timeout,
            target,
            frame: self.frame(step),
            navigations: self.navigations(step),
            line,
        })
    }

    fn action(&mut self, kind: &str, step: &Map<String, Value>) -> Option<StepAction> {
        Some(match kind {
            "change" => {
                StepAction::Change { on: self.selectors(step)?, value: self.required_text(step, "value") }
            }
            "click" => StepAction::Click { on: self.selectors(step)?, click: self.click(step) },
            "doubleClick" => StepAction::DoubleClick { on: self.selectors(step)?, click: self.click(step) },
            "hover" => StepAction::Hover { on: self.selectors(step)? },
            "close" => StepAction::Close,
            "customStep" => StepAction::Custom(self.custom(step)?),
            "emulateNetworkConditions" => StepAction::EmulateNetwork {
                download: self.required_number(step, "download"),
                upload: self.required_number(step, "upload"),
                latency: self.required_number(step, "latency"),
            },
            "keyDown" => StepAction::KeyDown { key: self.required_text(step, "key") },
            "keyUp" => StepAction::KeyUp { key: self.required_text(step, "key") },
            "navigate" => StepAction::Navigate { url: self.required_text(step, "url") },
            "scroll" => StepAction::Scroll {
                on: if step.contains_key("selectors") { Some(self.selectors(step)?) } else { None },
                x: self.number(step, "x").unwrap_or(0.0),
                y: self.number(step, "y").unwrap_or(0.0),
            },
            "setViewport" => StepAction::SetViewport(Viewport {
                width: self.required_number(step, "width") as u32,
                height: self.required_number(step, "height") as u32,
                scale: self.number(step, "deviceScaleFactor").unwrap_or(1.0),
                is_mobile: self.flag(step, "isMobile").unwrap_or(false),
                has_touch: self.flag(step, "hasTouch").unwrap_or(false),
            }),
            "waitForElement" => StepAction::WaitForElement(self.wait_for_element(step)?),
            "waitForExpression" => {
                StepAction::WaitForExpression { expression: self.required_text(step, "expression") }
            }
            _ => {
                let value = step.get("type");
                self.problem_at("type", value, TYPES, "the Recorder knows no other step");
                return None;
            }
        })
    }

    fn click(&mut self, step: &Map<String, Value>) -> Click {
        let button = match self.text(step, "button").as_deref() {
            None | Some("primary") => Button::Left,
            Some("auxiliary") => Button::Middle,
            Some("secondary") => Button::Right,
            Some("back") => Button::Back,
            Some("forward") => Button::Forward,
            Some(_) => {
                let expected = "primary, auxiliary, secondary, back or forward";
                self.problem_at("button", step.get("button"), expected, "primary is the left button");
                Button::Left
            }
        };
        let touch = match self.text(step, "deviceType").as_deref() {
            None | Some("mouse" | "pen") => false,
            Some("touch") => true,
            Some(_) => {
                let value = step.get("deviceType");
                self.problem_at("deviceType", value, "mouse, pen or touch", "leave it out for the mouse");
                false
            }
        };
        let offset = self.number(step, "offsetX").zip(self.number(step, "offsetY"));
        let duration = self.number(step, "duration").unwrap_or(0.0).max(0.0);
        Click { offset, button, touch, duration: Duration::from_secs_f64(duration / 1000.0) }
    }

    fn wait_for_element(&mut self, step: &Map<String, Value>) -> Option<WaitForElement> {
        let operator = match self.text(step, "operator").as_deref() {
            None | Some(">=") => Operator::AtLeast,
            Some("==") => Operator::Exactly,
            Some("<=") => Operator::AtMost,
            Some(_) => {
                self.problem_at(
                    "operator",
                    step.get("operator"),
                    ">=, == or <=",
                    "it compares the number of elements",
                );
                Operator::AtLeast
            }
        };
        Some(WaitForElement {
            on: self.selectors(step)?,
            operator,
            count: self.number(step, "count").unwrap_or(1.0) as u32,
            visible: self.flag(step, "visible").unwrap_or(true),
            properties: self.object(step, "properties"),
            attributes: self.texts(step, "attributes"),
        })
    }

    fn custom(&mut self, step: &Map<String, Value>) -> Option<Custom> {
        let name = self.required_text(step, "name");
        if !CUSTOM_STEPS.contains(&name.as_str()) {
            // It is somebody else's, and so is what it is given.
            return Some(Custom::Unknown { name });
        }
        let parameters = self.object(step, "parameters");
        self.inside("parameters", |reader| {
            Some(match name.as_str() {
                "assertText" => Custom::AssertText {
                    on: reader.selectors(&parameters)?,
                    text: reader.required_text(&parameters, "text"),
                    exact: reader.flag(&parameters, "exact").unwrap_or(false),
                },
                "setVariable" => Custom::SetVariable {
                    name: reader.required_text(&parameters, "name"),
                    from: reader.variable_source(&parameters)?,
                },
                "upload" => {
                    Custom::Upload { on: reader.selectors(&parameters)?, files: reader.files(&parameters) }
                }
                "download" => Custom::Download {
                    on: reader.selectors(&parameters)?,
                    name: reader.text(&parameters, "name"),
                },
                "secret" => Custom::Secret {
                    on: reader.selectors(&parameters)?,
                    secret: reader.required_text(&parameters, "secret"),
                },
                _ => Custom::Totp {
                    on: reader.selectors(&parameters)?,
                    secret: reader.required_text(&parameters, "secret"),
                },
            })
        })
    }

    fn variable_source(&mut self, parameters: &Map<String, Value>) -> Option<VariableSource> {
        if parameters.contains_key("selectors") {
            let on = self.selectors(parameters)?;
            return Some(match self.text(parameters, "attribute") {
                Some(attribute) => VariableSource::Attribute(on, attribute),
                None => VariableSource::Text(on),
            });
        }
        Some(VariableSource::Value(self.required_text(parameters, "value")))
    }

    fn files(&mut self, parameters: &Map<String, Value>) -> Vec<String> {
        match parameters.get("files") {
            Some(Value::String(file)) => vec![file.clone()],
            Some(Value::Array(files)) if files.iter().all(Value::is_string) => {
                files.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            other => {
                self.problem_at(
                    "files",
                    other,
                    "a path or a list of paths",
                    "paths are those of the checkout",
                );
                Vec::new()
            }
        }
    }

    /// Reads `selectors`: alternatives, each a text or a chain of texts into shadow roots.
    fn selectors(&mut self, step: &Map<String, Value>) -> Option<Alternatives> {
        let hint = "like [[\"aria/Search\"], [\"#search\"]]";
        let list = match step.get("selectors") {
            Some(Value::Array(list)) if !list.is_empty() => list,
            other => {
                self.problem_at("selectors", other, "a list of selectors", hint);
                return None;
            }
        };
        let before = self.problems.len();
        let chains: Vec<Vec<String>> = self.inside("selectors", |reader| {
            list.iter()
                .enumerate()
                .filter_map(|(index, one)| reader.at(index, |reader| reader.chain(one, hint)))
                .collect()
        });
        let label = chains.first().map(|chain| chain.join(" >> ")).unwrap_or_default();
        let selectors = self.inside("selectors", |reader| {
            chains
                .iter()
                .enumerate()
                .filter_map(|(index, chain)| reader.at(index, |reader| reader.parse(chain)))
                .collect()
        });
        (self.problems.len() == before).then_some(Alternatives { selectors, label })
    }

    fn chain(&mut self, value: &Value, hint: &str) -> Option<Vec<String>> {
        let chain = match value {
            Value::String(one) => Some(vec![one.clone()]),
            Value::Array(parts) if !parts.is_empty() => {
                parts.iter().map(|part| part.as_str().map(str::to_owned)).collect()
            }
            _ => None,
        };
        if chain.is_none() {
            self.problem(value, "a selector, or a list of selectors that lead into shadow roots", hint);
        }
        chain
    }

    fn parse(&mut self, chain: &[String]) -> Option<Selector> {
        let mut whole: Option<Selector> = None;
        for text in chain {
            match Selector::parse_recorder(text) {
                Ok(part) => whole = Some(whole.map_or(part.clone(), |whole| whole.then(part))),
                Err(error) => {
                    self.problem(&Value::from(text.as_str()), "a selector", &error.to_string());
                    return None;
                }
            }
        }
        whole
    }

    fn frame(&mut self, step: &Map<String, Value>) -> Vec<usize> {
        match step.get("frame") {
            None => Vec::new(),
            Some(Value::Array(path)) if path.iter().all(Value::is_u64) => {
                path.iter().filter_map(Value::as_u64).map(|index| index as usize).collect()
            }
            other => {
                self.problem_at(
                    "frame",
                    other,
                    "a list of places, like [0, 1]",
                    "[0] is the first frame of the page",
                );
                Vec::new()
            }
        }
    }

    fn navigations(&mut self, step: &Map<String, Value>) -> Vec<Navigation> {
        match step.get("assertedEvents") {
            None => Vec::new(),
            Some(Value::Array(events)) => self.inside("assertedEvents", |reader| {
                events
                    .iter()
                    .enumerate()
                    .filter_map(|(index, event)| reader.at(index, |reader| reader.navigation(event)))
                    .collect()
            }),
            other => {
                self.problem_at(
                    "assertedEvents",
                    other,
                    "a list of events",
                    "each is an object with a `type`",
                );
                Vec::new()
            }
        }
    }

    fn navigation(&mut self, event: &Value) -> Option<Navigation> {
        let Some(object) =
            event.as_object().filter(|object| object.get("type") == Some(&"navigation".into()))
        else {
            self.problem(event, "an event of the type `navigation`", "the Recorder knows no other");
            return None;
        };
        Some(Navigation { url: self.text(object, "url"), title: self.text(object, "title") })
    }

    fn timeout(&mut self, object: &Map<String, Value>) -> Option<Duration> {
        let ms = self.number(object, "timeout")?;
        if !(1.0..=LONGEST).contains(&ms) {
            self.problem_at("timeout", object.get("timeout"), "1 to 30000", "it is in milliseconds");
            return None;
        }
        Some(Duration::from_secs_f64(ms / 1000.0))
    }

    // ---- values ----

    fn text(&mut self, object: &Map<String, Value>, key: &str) -> Option<String> {
        match object.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            other => {
                self.problem_at(key, other, "a text", "put it into quotes");
                None
            }
        }
    }

    fn required_text(&mut self, object: &Map<String, Value>, key: &str) -> String {
        if !object.contains_key(key) {
            self.problem_at(key, None, "a text", "every recording of the Recorder has it");
        }
        self.text(object, key).unwrap_or_default()
    }

    fn number(&mut self, object: &Map<String, Value>, key: &str) -> Option<f64> {
        match object.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::Number(number)) => number.as_f64(),
            other => {
                self.problem_at(key, other, "a number", "without quotes");
                None
            }
        }
    }

    fn required_number(&mut self, object: &Map<String, Value>, key: &str) -> f64 {
        if !object.contains_key(key) {
            self.problem_at(key, None, "a number", "every recording of the Recorder has it");
        }
        self.number(object, key).unwrap_or_default()
    }

    fn flag(&mut self, object: &Map<String, Value>, key: &str) -> Option<bool> {
        match object.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::Bool(flag)) => Some(*flag),
            other => {
                self.problem_at(key, other, "true or false", "without quotes");
                None
            }
        }
    }

    fn object(&mut self, object: &Map<String, Value>, key: &str) -> Map<String, Value> {
        match object.get(key) {
            None => Map::new(),
            Some(Value::Object(inner)) => inner.clone(),
            other => {
                self.problem_at(key, other, "an object", "like { \"name\": \"value\" }");
                Map::new()
            }
        }
    }

    /// Reads an object whose values are all texts.
    fn texts(&mut self, object: &Map<String, Value>, key: &str) -> Map<String, Value> {
        let texts = self.object(object, key);
        self.inside(key, |reader| {
            for (name, value) in texts.iter().filter(|(_, value)| !value.is_string()) {
                reader.problem_at(
                    name,
                    Some(value),
                    "a text",
                    "values of attributes are texts; put it into quotes",
                );
            }
        });
        texts
    }

    // ---- places ----

    fn inside<T>(&mut self, key: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(Segment::Key(key.to_owned()));
        let result = work(self);
        self.path.pop();
        result
    }

    fn at<T>(&mut self, index: usize, work: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(Segment::Index(index));
        let result = work(self);
        self.path.pop();
        result
    }

    fn problem_at(&mut self, key: &str, value: Option<&Value>, expectation: &str, hint: &str) {
        let shown = value.map_or_else(|| "nothing".to_owned(), Value::to_string);
        self.inside(key, |reader| reader.note(shown, expectation, hint));
    }

    fn problem(&mut self, value: &Value, expectation: &str, hint: &str) {
        self.note(value.to_string(), expectation, hint);
    }

    fn note(&mut self, value: String, expectation: &str, hint: &str) {
        self.problems.push(Problem {
            path: path_text(&self.path),
            value,
            expectation: expectation.to_owned(),
            hint: hint.to_owned(),
            position: position(self.name, self.text, offset(self.text, &self.path)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Flow, LoadError> {
        read("flow.json", text, &serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_recording_is_read() {
        let flow = read_text(
            r##"{ "title": "buy", "timeout": 2000, "steps": [
                { "type": "setViewport", "width": 800, "height": 600, "deviceScaleFactor": 2, "isMobile": true, "hasTouch": true, "isLandscape": false },
                { "type": "navigate", "url": "https://shop", "assertedEvents": [{ "type": "navigation", "url": "https://shop/", "title": "Shop" }] },
                { "type": "click", "target": "https://popup", "frame": [0, 1], "selectors": [["aria/Buy[role=\"button\"]"], ["#host", "#buy"], "text/Buy"], "offsetX": 3, "offsetY": 4.5, "button": "secondary" },
                { "type": "waitForElement", "selectors": ["li"], "operator": "==", "count": 3, "visible": false, "attributes": { "class": "row" } },
                { "type": "customStep", "name": "totp", "parameters": { "selectors": ["#code"], "secret": "MFA" } },
                { "type": "customStep", "name": "mine", "parameters": {} }
            ] }"##,
        )
        .unwrap();
        let names: Vec<String> = flow.steps.iter().map(Step::name).collect();
        let expected = [
            "set viewport 800x600",
            "navigate https://shop",
            "click aria/Buy[role=\"button\"]",
            "wait for element li",
            "type code of MFA into #code",
            "custom step mine",
        ];
        assert_eq!(names, expected);
        assert_eq!(flow.timeout, Some(Duration::from_secs(2)));
        assert_eq!(flow.steps[2].frame, [0, 1]);
        assert_eq!(flow.steps[2].target, Target::Page("https://popup".to_owned()));
        assert_eq!(flow.steps[2].line, 4);
        let StepAction::Click { on, click } = &flow.steps[2].action else { panic!("no click") };
        assert_eq!(on.selectors.len(), 3);
        assert_eq!((click.offset, click.button), (Some((3.0, 4.5)), Button::Right));
    }

    /// What a step that is nobody's is given, is nobody's business.
    #[test]
    fn recordings_may_be_empty_and_have_steps_of_others() {
        for steps in [
            "",
            r#"{ "type": "customStep", "name": "x", "parameters": ["1", "2"] }"#,
            r#"{ "type": "customStep", "name": "x" }"#,
        ] {
            let text = format!(
                r#"{{ "title": "t", "selectorAttribute": "data-testid", "timeout": 100, "steps": [{steps}] }}"#
            );
            read_text(&text).unwrap();
        }
    }

    #[test]
    fn wrong_recordings_are_refused() {
        for (text, expected) in [
            ("{}", "`title` is nothing, expected a text"),
            (r#"{ "title": "t" }"#, "`steps` is nothing, expected a list of steps"),
            (r#"{ "title": "t", "steps": {} }"#, "`steps` is {}, expected a list of steps"),
            (r#"{ "title": "t", "steps": [], "timeout": 30001 }"#, "`timeout` is 30001, expected 1 to 30000"),
            (r#"{ "title": "t", "steps": [], "timeout": 0 }"#, "`timeout` is 0, expected 1 to 30000"),
            (
                r#"{ "title": "t", "steps": [{ "type": "navigate", "url": "x", "timeout": 0 }] }"#,
                "`steps[0].timeout` is 0, expected 1 to 30000",
            ),
            (
                r#"{ "title": "t", "steps": [{ "type": "waitForElement", "selectors": ["a"], "attributes": { "a": 5 } }] }"#,
                "`steps[0].attributes.a` is 5, expected a text",
            ),
            (
                r#"{ "title": "t", "steps": [{ "type": "waitForElement", "selectors": ["a"], "properties": null }] }"#,
                "`steps[0].properties` is null, expected an object",
            ),
            (
                r#"{ "title": "t", "steps": [{ "type": "click" }] }"#,
                "`steps[0].selectors` is nothing, expected",
            ),
            (
                r#"{ "title": "t", "steps": [{ "type": "keyDown" }] }"#,
                "`steps[0].key` is nothing, expected a text",
            ),
            (
                r#"{ "title": "t", "steps": [{ "type": "click", "selectors": ["a"], "deviceType": "foot" }] }"#,
                "`steps[0].deviceType` is \"foot\", expected mouse, pen or touch",
            ),
            (
                r#"{ "title": "t", "steps": [{ "type": "navigate", "url": "x", "assertedEvents": [{ "type": "x" }] }] }"#,
                "expected an event of the type `navigation`",
            ),
            (
                r#"{ "title": "t", "steps": [{ "type": "scroll", "frame": ["a"] }] }"#,
                "`steps[0].frame` is [\"a\"], expected a list of places",
            ),
        ] {
            let error = read_text(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}\n{error}");
        }
    }

    #[test]
    fn all_mistakes_are_told_at_their_place() {
        let error = read_text(
            "{\n  \"steps\": [\n    { \"type\": \"clik\" },\n    { \"type\": \"click\", \"selectors\": [\"div[\"], \"button\": \"left\" },\n    { \"type\": \"navigate\", \"url\": 5, \"timeout\": 60000 }\n  ]\n}",
        )
        .unwrap_err();
        insta::assert_snapshot!(error.to_string(), @r#"
    flow.json:1:1: `title` is nothing, expected a text (every recording of the Recorder has it)
    flow.json:3:15: `steps[0].type` is "clik", expected change, click, doubleClick, hover, close, customStep, emulateNetworkConditions, keyDown, keyUp, navigate, scroll, setViewport, waitForElement or waitForExpression (the Recorder knows no other step)
    flow.json:4:38: `steps[1].selectors[0]` is "div[", expected a selector (selector `div[` cannot be parsed at character 4: expected `]`: Unexpected token "" while parsing css selector "div[". Did you mean to CSS.escape it?)
    flow.json:5:34: `steps[2].url` is 5, expected a text (put it into quotes)
    flow.json:5:48: `steps[2].timeout` is 60000, expected 1 to 30000 (it is in milliseconds)
    "#);
    }
}
