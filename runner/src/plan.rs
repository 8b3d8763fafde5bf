//! The plan: which runs a command line means. A script is one run, a list of URLs is one, and globs are looked
//! up in the checkout. Owns names of monitors and paths of scripts; playing them is left to `run`.

use std::path::{Path, PathBuf};

use canary_script::{LoadError, PlaySettings, Program};
use canary_store::document::RunId;
use jiff::Timestamp;
use url::Url;

use crate::settings::Settings;
use crate::settings::problem::{Problem, Problems};
use crate::urls;

/// One run: one monitor and what it plays.
#[derive(Clone, Debug)]
pub(crate) struct RunPlan {
    /// Id of the run.
    pub(crate) id: RunId,
    /// Id of the monitor.
    pub(crate) monitor: String,
    /// What is played.
    pub(crate) target: Target,
}

impl RunPlan {
    /// Returns the run of a target.
    pub(crate) fn new(target: Target, settings: &Settings, now: Timestamp) -> Self {
        let monitor = settings.identity.monitor.clone().unwrap_or_else(|| monitor_of(&target));
        Self { id: RunId::at(now), monitor, target }
    }
}

/// What one run plays.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Target {
    /// A script, by its path in the checkout.
    Script(String),
    /// A list of URLs.
    Urls(Vec<String>),
}

impl Target {
    /// Returns the name of its language, as far as it can be told without loading it.
    pub(crate) fn dialect(&self) -> &'static str {
        match self {
            Self::Script(path) if path.ends_with(".json") => "recorder",
            Self::Script(path) if path.ends_with(urls::ENDING) => "smoke",
            Self::Script(_) => "playwright",
            Self::Urls(_) => "smoke",
        }
    }

    /// Loads it, without a browser.
    pub(crate) async fn load(&self, root: &Path, settings: &PlaySettings) -> Result<Program, LoadError> {
        match self {
            Self::Script(path) if path.ends_with(urls::ENDING) => urls::load(root, path, settings),
            Self::Script(path) => canary_script::load(root, path, settings).await,
            Self::Urls(urls) => {
                let urls = urls.iter().filter_map(|url| Url::parse(url).ok()).collect();
                Ok(Program::smoke("", urls, settings))
            }
        }
    }

    /// Returns the target as documents name it.
    pub(crate) fn names(&self) -> Vec<String> {
        match self {
            Self::Script(path) => vec![path.clone()],
            Self::Urls(urls) => urls.clone(),
        }
    }
}

/// Where the scripts of a command line lie.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// In a repository that is to be cloned.
    Repository,
    /// In a folder of this machine.
    Folder(PathBuf),
}

/// Says where scripts lie, before anything is cloned. Tells at once when nothing is to be run, and when local
/// scripts are not there.
pub(crate) fn place(settings: &Settings, working: &Path) -> Result<Place, Problems> {
    if settings.targets.is_empty() {
        let problem = Problem::new("targets", "TARGET", "at least one script, glob or URL")
            .hint("for example `canary run monitors/checkout.spec.ts` or `canary run https://example.com/`");
        return Err(Problems(vec![problem]));
    }
    if settings.git.is_some() {
        return Ok(Place::Repository);
    }
    let scripts = settings.targets.iter().filter(|target| !is_url(target));
    let outside = scripts.map(|script| working.join(script)).find(|script| !script.starts_with(working));
    Ok(Place::Folder(outside.map_or_else(|| working.to_owned(), |script| root_of(&script))))
}

/// Returns what is wrong with the targets, as far as it can be told before anything is cloned.
pub(crate) fn check(settings: &Settings, working: &Path) -> Vec<Problem> {
    match place(settings, working) {
        Ok(Place::Folder(root)) => match runs(settings, &root, Timestamp::UNIX_EPOCH) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.0,
        },
        Ok(Place::Repository) => Vec::new(),
        Err(problems) => problems.0,
    }
}

/// Files that stand in the topmost folder of a project.
const ROOT_MARKS: &[&str] = &[".git", "package.json", "tsconfig.json", "canary.yaml"];

/// Returns the project around a script that lies elsewhere, so that its imports are within reach.
fn root_of(script: &Path) -> PathBuf {
    let folder = script.parent().unwrap_or(script);
    let marked = |folder: &&Path| ROOT_MARKS.iter().any(|mark| folder.join(mark).exists());
    folder.ancestors().find(marked).unwrap_or(folder).to_owned()
}

/// Returns the runs, in the order of the command line; the URLs together are one.
pub(crate) fn runs(settings: &Settings, root: &Path, now: Timestamp) -> Result<Vec<RunPlan>, Problems> {
    let mut problems = Vec::new();
    let mut scripts: Vec<String> = Vec::new();
    let mut urls = Vec::new();
    for target in &settings.targets {
        if is_url(target) {
            match Url::parse(target) {
                Ok(_) => urls.push(target.clone()),
                Err(error) => problems.push(
                    Problem::new("targets", "TARGET", "a URL that can be visited")
                        .value(target)
                        .hint(error.to_string()),
                ),
            }
            continue;
        }
        match find(root, target) {
            Ok(found) => scripts.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    // A script that is named and matched by a glob is one run.
    let mut targets: Vec<Target> = Vec::new();
    for script in scripts {
        let target = Target::Script(script);
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    if !urls.is_empty() {
        targets.push(Target::Urls(urls));
    }
    if let Some(monitor) = settings.identity.monitor.as_ref().filter(|_| targets.len() > 1) {
        let expectation =
            format!("one script, since one monitor is one script; {} are to be run", targets.len());
        let problem = Problem::new("monitor", "--monitor", expectation).value(monitor);
        problems.push(problem.hint("leave it out: each script's path becomes the name of its monitor"));
    }
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    Ok(targets.into_iter().map(|target| RunPlan::new(target, settings, now)).collect())
}

fn is_url(target: &str) -> bool {
    target.starts_with("http://") || target.starts_with("https://")
}

/// Returns the paths in the checkout that a target means.
fn find(root: &Path, target: &str) -> Result<Vec<String>, Problem> {
    let problem = |expectation: &str| Problem::new("targets", "TARGET", expectation).value(target);
    let full = root.join(target);
    if full.is_dir() {
        let hint = format!("for all of its scripts write `{}/*.spec.ts`", target.trim_end_matches('/'));
        return Err(problem("a script, a glob or a URL; this is a folder").hint(hint));
    }
    if full.is_file() {
        return Ok(vec![within(root, &full)]);
    }
    if !target.contains(['*', '?', '[']) {
        let hint = format!("paths are relative to `{}`", root.display());
        return Err(problem("a script that is there").hint(hint));
    }
    let pattern = full.to_string_lossy().into_owned();
    let found: Vec<String> = match glob::glob(&pattern) {
        Ok(paths) => paths.flatten().filter(|path| path.is_file()).map(|path| within(root, &path)).collect(),
        Err(error) => return Err(problem("a glob").hint(error.to_string())),
    };
    if found.is_empty() {
        let hint = format!("globs are relative to `{}`", root.display());
        return Err(problem("a glob that matches a script").hint(hint));
    }
    Ok(found)
}

fn within(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned()
}

/// Endings that say what a script is, and are no part of its name.
const ENDINGS: &[&str] = &[
    ".spec.ts",
    ".test.ts",
    ".spec.js",
    ".test.js",
    ".spec.mjs",
    ".test.mjs",
    ".recording.json",
    urls::ENDING,
    ".ts",
    ".mts",
    ".js",
    ".mjs",
    ".cjs",
    ".json",
];

/// Returns the monitor's name: the script's path without what tells its language, or the host that is visited.
fn monitor_of(target: &Target) -> String {
    match target {
        Target::Script(path) => {
            let path = path.trim_start_matches("./").trim_start_matches('/');
            let name = ENDINGS.iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(path);
            name.to_owned()
        }
        Target::Urls(urls) => {
            let host = urls.first().and_then(|url| Url::parse(url).ok());
            host.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| "smoke".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tempfile::TempDir;

    use super::*;
    use crate::settings::sources::{Sources, Written};

    fn settings(targets: &[&str], monitor: Option<&str>) -> Settings {
        let mut flags =
            vec![Written { path: "targets".into(), value: json!(targets), place: "TARGET".into() }];
        flags.extend(monitor.map(|monitor| Written {
            path: "monitor".into(),
            value: json!(monitor),
            place: "--monitor".into(),
        }));
        Settings::read(&Sources { flags, ..Sources::default() }).checked().unwrap().0
    }

    fn check(targets: &[&str], monitor: Option<&str>) -> Result<Vec<(String, Vec<String>)>, String> {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join("monitors")).unwrap();
        for file in ["monitors/b.spec.ts", "monitors/a.spec.ts", "monitors/rec.json"] {
            std::fs::write(folder.path().join(file), "").unwrap();
        }
        let settings = settings(targets, monitor);
        let text =
            |problems: Problems| problems.to_string().replace(&*folder.path().to_string_lossy(), "ROOT");
        place(&settings, folder.path()).map_err(text)?;
        let runs = runs(&settings, folder.path(), Timestamp::UNIX_EPOCH).map_err(text)?;
        Ok(runs.into_iter().map(|run| (run.monitor, run.target.names())).collect())
    }

    fn run(monitor: &str, targets: &[&str]) -> (String, Vec<String>) {
        (monitor.to_owned(), targets.iter().map(|target| (*target).to_owned()).collect())
    }

    #[test]
    fn globs_scripts_and_urls_become_runs() {
        let expected = vec![
            run("monitors/a", &["monitors/a.spec.ts"]),
            run("monitors/b", &["monitors/b.spec.ts"]),
            run("monitors/rec", &["monitors/rec.json"]),
            run("shop.example", &["http://shop.example/", "http://shop.example/cart"]),
        ];
        let targets = [
            "monitors/*.spec.ts",
            "monitors/a.spec.ts",
            "http://shop.example/",
            "./monitors/rec.json",
            "http://shop.example/cart",
        ];
        assert_eq!(check(&targets, None), Ok(expected));
        assert_eq!(
            check(&["monitors/a.spec.ts"], Some("shop")),
            Ok(vec![run("shop", &["monitors/a.spec.ts"])])
        );
    }

    #[test]
    fn all_wrong_targets_are_told_together() {
        let targets =
            ["monitors/c.spec.ts", "monitors/*.feature", "monitors", "monitors/?.spec.ts", "http://"];
        insta::assert_snapshot!(check(&targets, Some("shop")).unwrap_err(), @"
        5 problems with the settings
          targets (TARGET): `monitors/c.spec.ts`
            expected: a script that is there
            hint: paths are relative to `ROOT`
          targets (TARGET): `monitors/*.feature`
            expected: a glob that matches a script
            hint: globs are relative to `ROOT`
          targets (TARGET): `monitors`
            expected: a script, a glob or a URL; this is a folder
            hint: for all of its scripts write `monitors/*.spec.ts`
          targets (TARGET): `http://`
            expected: a URL that can be visited
            hint: empty host
          monitor (--monitor): `shop`
            expected: one script, since one monitor is one script; 2 are to be run
            hint: leave it out: each script's path becomes the name of its monitor
        ");
    }

    #[test]
    fn nothing_to_run_is_a_problem() {
        insta::assert_snapshot!(check(&[], None).unwrap_err(), @"
        1 problem with the settings
          targets (TARGET)
            expected: at least one script, glob or URL
            hint: for example `canary run monitors/checkout.spec.ts` or `canary run https://example.com/`
        ");
    }

    #[test]
    fn a_script_elsewhere_is_read_from_its_project() {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir_all(folder.path().join("project/monitors")).unwrap();
        std::fs::write(folder.path().join("project/package.json"), "{}").unwrap();
        let script = folder.path().join("project/monitors/a.spec.ts");
        std::fs::write(&script, "").unwrap();
        let settings = settings(&[script.to_str().unwrap()], None);
        let place = place(&settings, Path::new("/nowhere")).unwrap();
        assert_eq!(place, Place::Folder(folder.path().join("project")));
    }
}
