//! The program from outside, as far as it goes without a browser: exit codes, what is printed, what is stored,
//! and that no credential is in any of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A folder in which the program runs, with nothing of the caller's environment.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn canary(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        #[expect(
            clippy::disallowed_methods,
            reason = "the program under test is started here and nowhere else"
        )]
        let mut command = Command::new(env!("CARGO_BIN_EXE_canary"));
        command.args(arguments).current_dir(self.path()).env_clear().envs(variables.iter().copied());
        command.output().unwrap()
    }

    /// Runs, and returns exit code, standard output and standard error.
    fn check(&self, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
        let output = self.canary(arguments, variables);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn documents(&self, arguments: &[&str]) -> Vec<Value> {
        let all: Vec<&str> = ["documents"].iter().chain(arguments).copied().collect();
        let (code, lines, errors) = self.check(&all, &[]);
        assert_eq!(code, 0, "{errors}");
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Says whether any file below the folder holds the text.
    fn any_file_holds(&self, text: &str) -> bool {
        fn holds(path: &Path, text: &[u8]) -> bool {
            if path.is_dir() {
                return std::fs::read_dir(path).unwrap().any(|entry| holds(&entry.unwrap().path(), text));
            }
            std::fs::read(path).unwrap().windows(text.len()).any(|part| part == text)
        }
        holds(self.path(), text.as_bytes())
    }
}

const RECORDING: &str = r#"{"title": "shop", "steps": [{"type": "navigate", "url": "http://127.0.0.1:1/"}]}"#;

/// Makes a repository with one commit of a recording, tagged `v1`, and returns the commit's id.
fn repository(path: &Path) -> String {
    let mut options = git2::RepositoryInitOptions::new();
    let repository = git2::Repository::init_opts(path, options.initial_head("main")).unwrap();
    std::fs::create_dir(path.join("monitors")).unwrap();
    std::fs::write(path.join("monitors/shop.json"), RECORDING).unwrap();
    let mut index = repository.index().unwrap();
    index.add_path(Path::new("monitors/shop.json")).unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let ann = git2::Signature::now("Ann", "ann@example.com").unwrap();
    let commit = repository.commit(Some("refs/heads/main"), &ann, &ann, "one", &tree, &[]).unwrap();
    repository.tag_lightweight("v1", &repository.find_object(commit, None).unwrap(), false).unwrap();
    commit.to_string()
}

#[test]
fn a_wrong_flag_is_told_with_the_usage() {
    let (code, output, errors) = Place::new().check(&["run", "--bogus"], &[]);
    assert_eq!((code, output.as_str()), (2, ""));
    assert!(errors.contains("--bogus") && errors.contains("Usage"), "{errors}");
}

#[test]
fn programs_are_told_of_a_refusal_as_the_end_of_a_run() {
    let place = Place::new();
    let (code, output, errors) = place.check(&["run", "--reporter", "json", "--timeout", "soon"], &[]);
    assert_eq!(code, 2);
    let line: Value = serde_json::from_str(output.trim()).unwrap();
    assert_eq!((&line["type"], &line["failure"]["class"]), (&"run".into(), &"plan".into()));
    for part in ["--timeout", "`soon`", "TARGET", "hint: for example"] {
        assert!(errors.contains(part), "`{part}` is not in {errors}");
    }
}

#[test]
fn a_missing_browser_says_what_to_do() {
    let place = Place::new();
    let arguments =
        ["run", "http://127.0.0.1:1/", "--browser-executable", "/nowhere/chrome", "--label", "team=web"];
    let (code, output, _) = place.check(&arguments, &[]);
    assert_eq!(code, 4);
    assert!(output.contains("no browser") && output.contains("--browser-executable"), "{output}");
    let documents = place.documents(&["--run", "last"]);
    let kinds: Vec<_> = documents.iter().map(|document| &document["event"]["dataset"]).collect();
    assert_eq!(kinds, ["canary.start", "canary.run"]);
    let summary = &documents[1];
    assert_eq!(summary["run"]["status"], "error");
    assert_eq!(summary["failure"]["class"], "browser_missing");
    assert_eq!(summary["labels"]["team"], "web");
    assert_eq!(summary["run"]["sequence"], 1);
    assert!(summary["run"]["id"] == documents[0]["run"]["id"]);
    assert!(documents[0]["run"]["deadline"].is_string());
}

#[test]
fn a_checkout_that_fails_gives_no_credential_away() {
    let place = Place::new();
    let arguments = [
        "run",
        "monitors/*.spec.ts",
        "--git",
        "https://ann:hunter22@127.0.0.1:1/monitors.git",
        "--git-token",
        "env:TOKEN",
        "--secret",
        "SHOP=env:SHOP_PASSWORD",
        "--log-level",
        "trace",
    ];
    let variables = [("TOKEN", "tok-0123456789"), ("SHOP_PASSWORD", "correct horse")];
    let (code, output, errors) = place.check(&arguments, &variables);
    assert_eq!(code, 3, "{output}{errors}");
    assert!(output.contains("https://127.0.0.1:1/monitors.git"), "{output}");
    assert!(output.contains("check the host"), "{output}");
    let documents = place.documents(&["--kind", "run"]);
    assert_eq!(documents[0]["failure"]["class"], "checkout");
    assert_eq!(documents[0]["script"]["repository"], "https://127.0.0.1:1/monitors.git");
    for secret in ["hunter22", "tok-0123456789", "correct horse"] {
        assert!(!output.contains(secret) && !errors.contains(secret), "{secret}: {output}{errors}");
        assert!(!place.any_file_holds(secret), "{secret}");
    }
}

#[test]
fn documents_name_the_commit_that_ran() {
    let place = Place::new();
    let commit = repository(&place.path().join("source"));
    for revision in ["v1", "main", commit.as_str(), commit.get(..8).unwrap()] {
        let arguments = [
            "run",
            "monitors/*.json",
            "--git",
            "source",
            "--revision",
            revision,
            "--browser-executable",
            "/nowhere/chrome",
        ];
        let (code, output, errors) = place.check(&arguments, &[]);
        assert_eq!(code, 4, "{output}{errors}");
        for document in place.documents(&["--run", "last"]) {
            assert_eq!(document["script"]["revision"], commit.as_str());
            assert_eq!(document["script"]["path"], "monitors/shop.json");
            assert_eq!(document["script"]["dialect"], "recorder");
            assert_eq!(document["monitor"]["id"], "monitors/shop");
        }
    }
    let arguments = ["run", "a.json", "--git", "source", "--revision", "v2"];
    let (code, output, _) = place.check(&arguments, &[]);
    assert_eq!(code, 3);
    assert!(output.contains("no commit, branch or tag `v2`"), "{output}");
}

#[test]
fn what_a_store_did_not_take_is_replayed() {
    let place = Place::new();
    let arguments = [
        "run",
        "http://127.0.0.1:1/",
        "--browser-executable",
        "/nowhere/chrome",
        "--store",
        "sqlite:/proc/no/a.db",
    ];
    let (code, output, errors) = place.check(&arguments, &[]);
    assert_eq!(code, 4, "the first cause wins: {output}{errors}");
    assert!(output.contains("wait in the spool"), "{output}");
    let (code, output, errors) = place.check(&["replay"], &[]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert_eq!(output, "2 documents delivered, 0 were there already\n");
    let documents = place.documents(&["--kind", "run"]);
    assert_eq!(documents[0]["run"]["delivery"], "spooled");
    assert_eq!(documents[0]["cost"]["documents"], 2);
}

#[test]
fn a_file_of_another_program_is_no_store() {
    let place = Place::new();
    std::fs::write(place.path().join("notes.txt"), "buy milk, and then some more milk\n".repeat(50)).unwrap();
    let arguments = ["run", "http://127.0.0.1:1/", "--store", "sqlite:notes.txt"];
    let (code, _, errors) = place.check(&arguments, &[]);
    assert!(errors.contains("notes.txt"), "{code} {errors}");
    let (code, _, errors) = place.check(&["documents", "--store", "ndjson:-"], &[]);
    assert_eq!(code, 1);
    assert!(errors.contains("cannot be read"), "{errors}");
}

#[test]
fn several_runs_end_with_the_highest_code() {
    let place = Place::new();
    std::fs::write(place.path().join("a.json"), RECORDING).unwrap();
    std::fs::write(place.path().join("b.json"), r#"{"title": "b", "steps": [{"type": "dance"}]}"#).unwrap();
    let arguments =
        ["run", "b.json", "a.json", "--browser-executable", "/nowhere/chrome", "--reporter", "json"];
    let (code, output, errors) = place.check(&arguments, &[]);
    assert_eq!(code, 4, "{output}{errors}");
    let ends: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let classes: Vec<_> = ends.iter().map(|end| &end["failure"]["class"]).collect();
    assert_eq!(classes, ["script", "browser_missing"]);
    assert_ne!(ends[0]["id"], ends[1]["id"]);
}

#[test]
fn schemas_and_completions_are_printed() {
    let place = Place::new();
    let (code, output, _) = place.check(&["schema", "config"], &[]);
    let schema: Value = serde_json::from_str(&output).unwrap();
    assert_eq!((code, &schema["title"]), (0, &"canary.yaml".into()));
    let (code, output, _) = place.check(&["completions", "bash"], &[]);
    assert!(code == 0 && output.contains("--browser-executable"));
    let (code, _, errors) = place.check(&["schema", "nothing"], &[]);
    assert!(code == 2 && errors.contains("`config`"), "{errors}");
}

#[test]
fn scripts_are_explained_without_a_browser() {
    let place = Place::new();
    let script = "import { test } from '@playwright/test';
test('buy', async ({ page }) => { await page.fill('#key', process.env.API_KEY!); await page.pause(); });
";
    std::fs::write(place.path().join("a.spec.ts"), script).unwrap();
    std::fs::write(place.path().join("b.spec.ts"), "import 'axios';\n").unwrap();
    std::fs::write(place.path().join("shop.json"), RECORDING).unwrap();
    let secret = ["--secret", "API_KEY=env:KEY"];
    let (code, told, errors) =
        place.check(&["explain", "a.spec.ts", "shop.json", secret[0], secret[1]], &[("KEY", "s3cr3t-value")]);
    assert_eq!(code, 0, "{errors}");
    assert!(told.contains("process.env.API_KEY (given)") && told.contains("Page.pause"), "{told}");
    assert!(told.contains("navigate http://127.0.0.1:1/"), "{told}");
    let (code, lines, errors) = place.check(&["explain", "*.spec.ts", "--json"], &[]);
    assert_eq!(code, 3, "{errors}");
    let told: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(told[0]["loads"], true);
    assert_eq!(told[0]["needs"][0]["given"], false);
    assert_eq!(told[1]["loads"], false);
    assert_eq!(told[1]["remarks"][0]["what"], "import of `axios`");
    assert_eq!(told[1]["error"]["places"][0]["line"], 1);
    let (code, _, errors) = place.check(&["explain", "nothing.spec.ts"], &[]);
    assert_eq!(code, 2, "{errors}");
    assert!(errors.contains("nothing.spec.ts"), "{errors}");
}
