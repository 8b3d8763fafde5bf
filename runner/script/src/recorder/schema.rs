//! The JSON Schema of recordings. The types here only describe; a test holds them against the reader.
#![expect(dead_code, reason = "the types are never made, their shape is what is asked for")]

use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use serde_json::{Map, Value};

/// Returns the schema of a recording.
pub fn recording_schema() -> Schema {
    schema_for!(Recording)
}

/// A recording of the Recorder of Chrome's DevTools, exported as JSON.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Recording {
    /// Name of the test.
    title: String,
    /// Limit of a step that has none of its own, in milliseconds.
    #[schemars(range(min = 1, max = 30_000))]
    timeout: Option<f64>,
    /// Attribute that the Recorder made selectors of.
    selector_attribute: Option<String>,
    /// What is done, in order.
    steps: Vec<Step>,
}

/// A step.
#[derive(Serialize, JsonSchema)]
struct Step {
    #[serde(flatten)]
    action: Action,
    /// Limit of the step, in milliseconds.
    #[schemars(range(min = 1, max = 30_000))]
    timeout: Option<f64>,
    /// The page it is for: `main`, or the address of a popup or of a frame of another origin.
    target: Option<String>,
    /// Way to the frame below the target: the place among the frames of each level, from 0.
    frame: Option<Vec<u32>>,
    /// Navigations that the step leads to; they are waited for.
    #[serde(rename = "assertedEvents")]
    asserted_events: Option<Vec<Event>>,
}

/// An event that was recorded with a step.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Event {
    /// A navigation. Where it leads elsewhere than it was recorded, the run warns.
    Navigation {
        /// Where it led.
        url: Option<String>,
        /// Title of the page.
        title: Option<String>,
    },
}

/// Ways to find one element; all are tried at once, and the first that finds it wins. Each is a selector, or a
/// list of selectors that lead into shadow roots one after the other. A selector is CSS, or begins with `aria/`,
/// `text/`, `xpath/` or `pierce/`.
#[derive(Serialize, JsonSchema)]
struct Selectors(#[schemars(length(min = 1))] Vec<Chain>);

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Chain {
    One(String),
    Many(Vec<String>),
}

/// What a step does, by its `type`.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Action {
    /// Puts a value into a field: typed where people type, chosen or set elsewhere.
    Change {
        selectors: Selectors,
        /// The value; `{{name}}` stands for a parameter or a variable.
        value: String,
    },
    /// Clicks.
    Click(Click),
    /// Clicks twice.
    DoubleClick(Click),
    /// Moves the mouse over an element.
    Hover { selectors: Selectors },
    /// Closes the page of the target.
    Close {},
    /// Does what recordings lack: `assertText`, `setVariable`, `upload`, `download`, `secret`, `totp`. Other names
    /// do nothing.
    CustomStep {
        /// Which.
        name: String,
        /// What it needs, see `customSteps`.
        parameters: Option<Value>,
    },
    /// Makes the network slow; nothing both ways is offline.
    EmulateNetworkConditions {
        /// Bytes per second.
        download: f64,
        /// Bytes per second.
        upload: f64,
        /// Milliseconds.
        latency: f64,
    },
    /// Presses a key.
    KeyDown {
        /// Name of the key, like `Enter` or `a`.
        key: String,
    },
    /// Lets a key go.
    KeyUp {
        /// Name of the key, like `Enter` or `a`.
        key: String,
    },
    /// Goes to an address.
    Navigate {
        /// The address; `{{name}}` stands for a parameter or a variable.
        url: String,
    },
    /// Scrolls the page, or an element.
    Scroll {
        /// The element; without it the page.
        selectors: Option<Selectors>,
        /// Pixels from the left.
        x: Option<f64>,
        /// Pixels from the top.
        y: Option<f64>,
    },
    /// Sets the size and kind of the screen. The first one of a recording holds from its beginning.
    SetViewport {
        width: u32,
        height: u32,
        device_scale_factor: Option<f64>,
        is_mobile: Option<bool>,
        has_touch: Option<bool>,
        is_landscape: Option<bool>,
    },
    /// Waits for elements.
    WaitForElement {
        selectors: Selectors,
        /// How their number is compared; `>=` without it.
        operator: Option<Operator>,
        /// Their number; 1 without it.
        count: Option<u32>,
        /// False waits until what the rest says does not hold.
        visible: Option<bool>,
        /// Properties that each has, however deep.
        properties: Option<Map<String, Value>>,
        /// Attributes that each has.
        attributes: Option<std::collections::BTreeMap<String, String>>,
    },
    /// Waits until an expression of JavaScript is truthy; promises are waited for.
    WaitForExpression {
        /// The expression; `{{name}}` stands for a parameter or a variable.
        expression: String,
    },
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Click {
    selectors: Selectors,
    /// Pixels from the left of the element; its middle without it.
    offset_x: Option<f64>,
    /// Pixels from the top of the element; its middle without it.
    offset_y: Option<f64>,
    /// `primary` without it.
    button: Option<Button>,
    /// `mouse` without it.
    device_type: Option<Device>,
    /// Milliseconds between down and up.
    #[schemars(range(min = 0))]
    duration: Option<f64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Button {
    Primary,
    Auxiliary,
    Secondary,
    Back,
    Forward,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Device {
    Mouse,
    Pen,
    Touch,
}

#[derive(Serialize, JsonSchema)]
enum Operator {
    #[serde(rename = ">=")]
    AtLeast,
    #[serde(rename = "==")]
    Exactly,
    #[serde(rename = "<=")]
    AtMost,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::read::read;
    use super::*;

    /// Returns the forms of a step: each type with what it requires and all it knows.
    fn forms() -> Vec<(String, Vec<String>, Map<String, Value>)> {
        let schema = Value::from(recording_schema());
        let step = &schema["$defs"]["Step"];
        let common = step["properties"].as_object().unwrap().clone();
        let resolve = |form: &Value| -> Value {
            let mut whole = form.clone();
            if let Some(name) = form["$ref"].as_str() {
                let of = &schema["$defs"][name.rsplit('/').next().unwrap()];
                let properties = of["properties"].as_object().unwrap().clone();
                whole["properties"].as_object_mut().unwrap().extend(properties);
                let required = of["required"].as_array().unwrap().clone();
                whole["required"].as_array_mut().unwrap().extend(required);
            }
            whole
        };
        let list = step["oneOf"].as_array().unwrap();
        list.iter()
            .map(|form| {
                let form = resolve(form);
                let kind = form["properties"]["type"]["const"].as_str().unwrap().to_owned();
                let required = form["required"].as_array().unwrap().iter();
                let mut properties = form["properties"].as_object().unwrap().clone();
                properties.extend(common.clone());
                (kind, required.map(|name| name.as_str().unwrap().to_owned()).collect(), properties)
            })
            .collect()
    }

    fn example(name: &str) -> Value {
        match name {
            "selectors" => json!(["#a", ["x-card", "aria/Buy"]]),
            "value" | "name" | "key" | "url" | "expression" | "target" => json!("a"),
            "frame" => json!([0, 1]),
            "assertedEvents" => json!([{ "type": "navigation", "url": "u", "title": "t" }]),
            "operator" => json!("=="),
            "button" => json!("auxiliary"),
            "deviceType" => json!("pen"),
            "isMobile" | "hasTouch" | "isLandscape" | "visible" => json!(true),
            "properties" => json!({ "a": { "b": 1 } }),
            "attributes" => json!({ "a": "b" }),
            "parameters" => json!([1]),
            _ => json!(5),
        }
    }

    fn reads(step: &Map<String, Value>) -> Result<(), String> {
        let value = json!({ "title": "t", "steps": [step] });
        let text = value.to_string();
        read("flow.json", &text, &value).map(drop).map_err(|error| error.to_string())
    }

    /// What the schema allows is read, and what it requires is missed.
    #[test]
    fn the_schema_and_the_reader_agree() {
        let forms = forms();
        assert_eq!(forms.len(), 14);
        for (kind, required, properties) in forms {
            let mut step: Map<String, Value> =
                properties.keys().map(|name| (name.clone(), example(name))).collect();
            step.insert("type".to_owned(), json!(kind));
            reads(&step).unwrap_or_else(|error| panic!("{kind}: {error}"));
            for name in required {
                let mut less = step.clone();
                less.remove(&name);
                assert!(reads(&less).is_err(), "{kind} without {name}");
            }
            for name in properties
                .keys()
                .filter(|name| !["type", "isLandscape", "parameters"].contains(&name.as_str()))
            {
                let mut wrong = step.clone();
                wrong.insert(name.clone(), json!([{}]));
                assert!(reads(&wrong).is_err(), "{kind} with a wrong {name}");
            }
        }
    }
}
