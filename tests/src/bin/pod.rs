//! `pod`: turns the manifest of a monitor into one pod that podman can play, for the test of images. The pod is
//! what a cluster would make of it, except that the sidecar becomes an ordinary container, since podman knows no
//! native sidecars, and that settings and folders of the test are put in.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use serde_json::{Value, json};

/// Turns the manifest of a monitor into one pod, as JSON.
#[derive(Parser)]
struct Arguments {
    /// Manifest of the monitor
    monitor: PathBuf,
    /// Manifest with the settings that it refers to
    #[arg(long)]
    settings: PathBuf,
    /// Number of the user and group that run it, instead of the manifest's
    #[arg(long)]
    user: Option<u32>,
    /// Setting of this pod, NAME=VALUE
    #[arg(long = "set")]
    set: Vec<String>,
    /// Folder of this machine that the runner sees, HOST=INSIDE
    #[arg(long = "mount")]
    mounts: Vec<String>,
}

fn main() -> ExitCode {
    match pod(&Arguments::parse()) {
        Ok(pod) => match writeln!(std::io::stdout(), "{pod:#}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(problem) => {
            eprintln!("pod: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn pod(arguments: &Arguments) -> Result<Value, String> {
    let monitors = documents(&arguments.monitor)?;
    let job = monitors.iter().find(|document| document["kind"] == "CronJob").ok_or("there is no CronJob")?;
    let mut spec = job["spec"]["jobTemplate"]["spec"]["template"]["spec"].clone();
    let mut chrome = spec["initContainers"][0].take();
    let mut canary = spec["containers"][0].take();
    if let Some(chrome) = chrome.as_object_mut() {
        chrome.remove("restartPolicy");
        chrome.remove("startupProbe");
    }
    if let Some(user) = arguments.user {
        for key in ["runAsUser", "runAsGroup", "fsGroup"] {
            spec["securityContext"][key] = user.into();
        }
    }
    let environment = environment(&canary, &documents(&arguments.settings)?, &arguments.set)?;
    canary["env"] = environment;
    let mut volumes = list(&spec["volumes"]);
    let mut mounts = list(&canary["volumeMounts"]);
    for (number, mount) in arguments.mounts.iter().enumerate() {
        let (host, inside) = pair(mount)?;
        let name = format!("test-{number}");
        volumes.push(json!({ "name": name, "hostPath": { "path": host, "type": "Directory" } }));
        mounts.push(json!({ "name": name, "mountPath": inside }));
    }
    canary["volumeMounts"] = Value::Array(mounts);
    if let Some(canary) = canary.as_object_mut() {
        canary.remove("envFrom");
    }
    spec["volumes"] = Value::Array(volumes);
    spec["containers"] = json!([chrome, canary]);
    if let Some(spec) = spec.as_object_mut() {
        spec.remove("initContainers");
        spec.remove("serviceAccountName");
    }
    let name = job["metadata"]["name"].clone();
    Ok(json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": name }, "spec": spec }))
}

/// Returns the runner's variables as a cluster would: what the pod says over what it refers to; the test's own
/// settings win, and one without a value is left out.
fn environment(canary: &Value, settings: &[Value], set: &[String]) -> Result<Value, String> {
    let mut variables = serde_json::Map::new();
    for source in list(&canary["envFrom"]) {
        let name = &source["configMapRef"]["name"];
        let map = settings.iter().find(|map| name.is_string() && map["metadata"]["name"] == *name);
        variables.extend(map.and_then(|map| map["data"].as_object()).cloned().unwrap_or_default());
    }
    for variable in list(&canary["env"]) {
        variables.insert(variable["name"].as_str().unwrap_or_default().to_owned(), variable["value"].clone());
    }
    for setting in set {
        let (name, value) = pair(setting)?;
        variables.insert(name.to_owned(), value.into());
    }
    variables.retain(|_, value| value != "");
    Ok(variables.into_iter().map(|(name, value)| json!({ "name": name, "value": value })).collect())
}

fn documents(file: &Path) -> Result<Vec<Value>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_saphyr::from_multiple(&text).map_err(|error| format!("{}: {error}", file.display()))
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn pair(text: &str) -> Result<(&str, &str), String> {
    text.split_once('=').ok_or_else(|| format!("`{text}` has no `=`"))
}
