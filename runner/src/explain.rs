//! The command `explain`: what scripts are and need, and what they use that is not supported. Opens no browser
//! and writes no document.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use canary_script::{Dialect, Explanation, LoadError, Need, Place, PlaySettings, RemarkKind, Source};
use canary_store::document::FailureClass;
use serde_json::{Value, json};

use crate::chain;
use crate::clock::Clock;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::plan::{self, Target};
use crate::recorder::redactor::Redactor;
use crate::run::play_settings;
use crate::runs::block_on;
use crate::settings::Settings;
use crate::urls;

/// Explains all scripts that the settings name; the exit code says whether they would load.
pub(crate) fn explain(
    settings: &Settings,
    as_json: bool,
    redactor: &Redactor,
    clock: Clock,
) -> Result<Exit, CommandError> {
    let working = std::env::current_dir().map_err(CommandError::Prepare)?;
    let root = match plan::place(settings, &working)? {
        plan::Place::Folder(root) => root,
        plan::Place::Repository => working,
    };
    let plans = plan::runs(settings, &root, clock.now())?;
    let play = play_settings(settings, &std::env::temp_dir());
    block_on(async {
        let mut exit = Exit::SUCCESS;
        for plan in plans {
            let explanation = explain_target(&root, &plan.target, &play).await;
            if explanation.error.is_some() {
                exit = Exit::of(Some(FailureClass::Script));
            }
            let text = match as_json {
                true => format!("{}\n", as_value(&explanation)),
                false => pretty(&explanation),
            };
            std::io::stdout().write_all(redactor.text(&text).as_bytes())?;
        }
        Ok(exit)
    })
}

async fn explain_target(root: &Path, target: &Target, settings: &PlaySettings) -> Explanation {
    let (dialect, loaded) = match target {
        Target::Script(path) if !path.ends_with(urls::ENDING) => {
            match canary_script::explain(root, path, settings).await {
                Ok(explanation) => return explanation,
                Err(error) => (Dialect::Playwright, Err(error)),
            }
        }
        pages => (Dialect::Smoke, pages.load(root, settings).await),
    };
    let (tests, error) = match loaded {
        Ok(program) => (program.tests, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let path = match target {
        Target::Script(path) => path.clone(),
        Target::Urls(urls) => urls.join(" "),
    };
    let files = match target {
        Target::Script(path) => vec![path.clone()],
        Target::Urls(_) => Vec::new(),
    };
    Explanation {
        dialect,
        path,
        files,
        tests,
        steps: Vec::new(),
        needs: Vec::new(),
        remarks: Vec::new(),
        error,
    }
}

fn as_value(explanation: &Explanation) -> Value {
    let Explanation { dialect, path, files, tests, steps, needs, remarks, error } = explanation;
    let tests: Vec<Value> = tests
        .iter()
        .map(|test| json!({ "title": test.title, "file": test.file, "line": test.line, "tags": test.tags }))
        .collect();
    json!({
        "script": path,
        "dialect": dialect.name(),
        "loads": error.is_none(),
        "error": error.as_ref().map(|error| json!({ "message": chain::lines(error), "places": places(error) })),
        "files": files,
        "tests": tests,
        "steps": steps,
        "needs": needs,
        "remarks": remarks,
    })
}

/// Returns where the mistakes are that keep a script from being loaded.
fn places(error: &LoadError) -> Vec<Place> {
    match error {
        LoadError::Syntax { position, .. } => vec![position.clone().into()],
        LoadError::Problems(problems) => {
            problems.iter().map(|problem| problem.position.clone().into()).collect()
        }
        LoadError::Script(failure) => failure
            .stack
            .first()
            .map(|frame| Place { file: frame.file.clone(), line: frame.line, column: frame.column })
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// Returns an explanation as people read it.
fn pretty(explanation: &Explanation) -> String {
    let Explanation { dialect, path, files, tests, steps, needs, remarks, error } = explanation;
    let mut text = format!("{path} ({})\n", dialect.name());
    if files.len() > 1 {
        let others = files.get(1..).unwrap_or_default().join(", ");
        text.push_str(&format!("  with {others}\n"));
    }
    let rows = tests.iter().map(|test| {
        let place = if test.file.is_empty() { String::new() } else { format!("{}:{}", test.file, test.line) };
        (test.title.join(" > "), place)
    });
    section(&mut text, "tests", rows.collect());
    section(
        &mut text,
        "steps",
        steps.iter().map(|step| (step.name.clone(), step.place.to_string())).collect(),
    );
    section(&mut text, "needs", needs.iter().map(|need| (words(need), need.place.to_string())).collect());
    for (kind, title) in [
        (RemarkKind::Unsupported, "not supported"),
        (RemarkKind::Unknown, "unknown"),
        (RemarkKind::Ignored, "ignored"),
        (RemarkKind::Differs, "differs"),
    ] {
        let told = remarks.iter().filter(|remark| remark.kind == kind);
        let rows = told.map(|remark| (format!("{}: {}", remark.what, remark.why), remark.place.to_string()));
        section(&mut text, title, rows.collect());
    }
    if let Some(error) = error {
        let lines = chain::lines(error).replace('\n', "\n    ");
        // Writing to a text cannot fail.
        writeln!(text, "  cannot be loaded\n    {lines}").ok();
    }
    text
}

/// Writes rows with their places in a column of their own.
fn section(text: &mut String, title: &str, rows: Vec<(String, String)>) {
    /// Longer rows have their place behind them, wherever that is.
    const WIDEST: usize = 72;
    if rows.is_empty() {
        return;
    }
    let width = rows.iter().map(|(row, _)| row.chars().count()).filter(|width| *width <= WIDEST).max();
    let width = width.unwrap_or_default();
    writeln!(text, "  {title}").ok();
    for (row, place) in rows {
        writeln!(text, "    {}", format!("{row:width$}  {place}").trim_end()).ok();
    }
}

/// Says where a value is taken from and whether it is there.
fn words(need: &Need) -> String {
    let name = &need.name;
    let source = match need.source {
        Source::Environment => format!("process.env.{name}"),
        Source::Parameter => format!("parameter {name}"),
        Source::Secret => format!("secret {name}"),
        Source::Code => format!("secret {name}, for one-time codes"),
    };
    let hint = match (need.given, need.optional, need.source) {
        (true, _, _) => "given".to_owned(),
        (false, true, _) => "optional".to_owned(),
        (false, false, Source::Environment) => format!("missing: --param {name}=… or --secret {name}=…"),
        (false, false, Source::Parameter) => format!("missing: --param {name}=…"),
        (false, false, Source::Secret | Source::Code) => format!("missing: --secret {name}=…"),
    };
    format!("{source} ({hint})")
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn told(files: &[(&str, &str)], target: &str) -> (String, Value) {
        let folder = TempDir::new().unwrap();
        for (path, text) in files {
            std::fs::write(folder.path().join(path), text).unwrap();
        }
        let target = Target::Script(target.to_owned());
        let settings = PlaySettings::default();
        let work = async { Ok(explain_target(folder.path(), &target, &settings).await) };
        let explanation = block_on(work).unwrap();
        (pretty(&explanation), as_value(&explanation))
    }

    #[test]
    fn a_script_is_told_in_sections() {
        let script = "import { test, expect } from '@playwright/test';
import { mfa } from 'canary';
import { user } from './data';
test.describe('shop', () => {
  test('buy', async ({ page }) => {
    await test.step('log in', async () => page.fill('#code', mfa.token('MFA') + user));
    await page.pause();
    await expect(page).toHaveTitle(process.env.TITLE ?? 'Shop');
  });
});
";
        let (text, value) =
            told(&[("a.spec.ts", script), ("data.ts", "export const user = 'ada';\n")], "a.spec.ts");
        insta::assert_snapshot!(text, @"
        a.spec.ts (playwright)
          with data.ts
          tests
            shop > buy  a.spec.ts:5
          steps
            log in  a.spec.ts:6:11
          needs
            secret MFA, for one-time codes (missing: --secret MFA=…)  a.spec.ts:6:72
            process.env.TITLE (optional)                              a.spec.ts:8:48
          not supported
            Page.pause: a monitor runs without anybody watching  a.spec.ts:7:16
        ");
        insta::assert_json_snapshot!(value, @r#"
        {
          "script": "a.spec.ts",
          "dialect": "playwright",
          "loads": true,
          "error": null,
          "files": [
            "a.spec.ts",
            "data.ts"
          ],
          "tests": [
            {
              "title": [
                "shop",
                "buy"
              ],
              "file": "a.spec.ts",
              "line": 5,
              "tags": []
            }
          ],
          "steps": [
            {
              "name": "log in",
              "file": "a.spec.ts",
              "line": 6,
              "column": 11
            }
          ],
          "needs": [
            {
              "name": "MFA",
              "source": "code",
              "optional": false,
              "given": false,
              "file": "a.spec.ts",
              "line": 6,
              "column": 72
            },
            {
              "name": "TITLE",
              "source": "environment",
              "optional": true,
              "given": false,
              "file": "a.spec.ts",
              "line": 8,
              "column": 48
            }
          ],
          "remarks": [
            {
              "kind": "unsupported",
              "what": "Page.pause",
              "why": "a monitor runs without anybody watching",
              "file": "a.spec.ts",
              "line": 7,
              "column": 16
            }
          ]
        }
        "#);
    }

    #[test]
    fn lists_and_broken_scripts_are_told() {
        insta::assert_snapshot!(told(&[("a.urls", "http://shop.test/\n")], "a.urls").0, @"
        a.urls (smoke)
          tests
            http://shop.test/  a.urls:1
        ");
        insta::assert_snapshot!(told(&[("a.urls", "/\n")], "a.urls").0, @"
        a.urls (smoke)
          cannot be loaded
            syntax error: not an address: relative URL without a base; relative addresses need `--base-url`
              at a.urls:1:1
            /
        ");
        insta::assert_snapshot!(told(&[("a.spec.ts", "test('a', () => {});\n")], "a.spec.ts").0, @"
        a.spec.ts (playwright)
          cannot be loaded
            ReferenceError: test is not defined
                at a.spec.ts:1:1
            > 1 | test('a', () => {});
                | ^
        ");
        insta::assert_snapshot!(told(&[("a.json", "{ \"steps\": [{ \"type\": \"clik\" }] }")], "a.json").0, @r#"
        a.json (recorder)
          cannot be loaded
            a.json:1:1: `title` is nothing, expected a text (every recording of the Recorder has it)
            a.json:1:23: `steps[0].type` is "clik", expected change, click, doubleClick, hover, close, customStep, emulateNetworkConditions, keyDown, keyUp, navigate, scroll, setViewport, waitForElement or waitForExpression (the Recorder knows no other step)
        "#);
    }
}
