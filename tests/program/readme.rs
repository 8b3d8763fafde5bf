//! The README is true: every command in it is run as it stands there, in one shell, from top to bottom; and every
//! flag and file that README and guide name is there.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use canary_tests::receiver::Receiver;

use crate::chrome;
use crate::programs::{Finished, Workplace, program, root};

/// Where the README's webhook points to, which the test leads to a fake Slack.
const SLACK: &str = "https://hooks.slack.com";

/// Where the README's Elasticsearch is, which the test leads to a real one.
const ELASTICSEARCH: &str = "https://elasticsearch.example.com:9200";

/// How long all of the README may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(300);

/// What a reader has and the test must bring along: cargo at work in the repository, and an end to all that the
/// README leaves running: with `-m` each job is a group, since some browsers are started by a wrapper. `cargo xtask test` is what runs this test, so it is not run again inside itself.
const PREAMBLE: &str = r#"
set -euo pipefail -m
trap 'for job in $(jobs -p); do kill -- -$job; done; wait' EXIT
cargo() {
    if [ "$*" = "xtask test" ]; then return; fi
    (cd "$ROOT" && command cargo "$@")
}
set -x
"#;

/// A block of the README: commands, commands that need what is not here, or a file that the reader saves.
#[derive(Debug, PartialEq)]
enum Block<'a> {
    Commands(&'a str),
    Elsewhere(&'a str),
    File { name: &'a str, text: &'a str },
}

fn blocks(markdown: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    // Fences come in pairs: what stands between them is every other piece.
    for fenced in markdown.split("\n```").skip(1).step_by(2) {
        let (kind, text) = fenced.split_once('\n').unwrap_or((fenced, ""));
        match kind.split_once(' ') {
            None if kind == "sh" => blocks.push(Block::Commands(text)),
            None if kind == "shell" => blocks.push(Block::Elsewhere(text)),
            Some((_, name)) => blocks.push(Block::File { name, text }),
            None => panic!("a block of kind `{kind}` is neither `sh` nor a named file, so nobody checks it"),
        }
    }
    blocks
}

fn script(markdown: &str, slack: &str, elasticsearch: &str) -> String {
    let mut script = PREAMBLE.to_owned();
    for block in blocks(markdown) {
        match block {
            Block::Commands(text) => {
                let text = text.replace(SLACK, slack).replace(ELASTICSEARCH, elasticsearch);
                writeln!(script, "{text}").unwrap();
            }
            Block::Elsewhere(_) => {}
            Block::File { name, text } => {
                writeln!(script, "mkdir -p \"$(dirname {name})\"\ncat > {name} <<'END'\n{text}\nEND")
                    .unwrap();
            }
        }
    }
    script
}

#[test]
fn blocks_are_found_in_markdown() {
    let markdown = "# T\n\n```sh\ncargo x\n```\ntext\n```ts a/b.ts\nlet x;\n```\n";
    let file = Block::File { name: "a/b.ts", text: "let x;" };
    assert_eq!(blocks(markdown), [Block::Commands("cargo x"), file]);
}

#[tokio::test]
async fn every_command_of_the_readme_works() {
    let workplace = Workplace::new();
    let slack = Receiver::open().unwrap();
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let elasticsearch = std::env::var_os("ELASTICSEARCH_URL").and_then(|url| url.into_string().ok());
    let elasticsearch =
        elasticsearch.expect("ELASTICSEARCH_URL is not set: `cargo xtask test` starts a server");
    workplace.write("readme.sh", &script(&readme, slack.url(), &elasticsearch));

    // The reader stands in the repository, where `target/debug` holds the programs.
    let programs = program("canary").parent().unwrap().to_owned();
    std::fs::create_dir(workplace.path().join("target")).unwrap();
    std::os::unix::fs::symlink(programs, workplace.path().join("target/debug")).unwrap();
    let browser = chrome::browser();
    let shell = format!("#!/bin/sh\nexec {} --headless \"$@\"\n", browser.display());
    workplace.write_program("bin/chromium-headless-shell", &shell);

    // Whatever the README starts is in one group of processes, which ends in time.
    let mut bash = workplace.command(Path::new("timeout"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = workplace.path().join("bin");
    let path = std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&path))).unwrap();
    bash.args(["290", "bash", "readme.sh"]).env("PATH", path).env("ROOT", root());
    for who in ["AUTHOR", "COMMITTER"] {
        bash.env(format!("GIT_{who}_NAME"), "Reader").env(format!("GIT_{who}_EMAIL"), "reader@example.test");
    }
    for name in ["CARGO_HOME", "RUSTUP_HOME", "CARGO_TARGET_DIR"] {
        if let Some(value) = std::env::var_os(name) {
            bash.env(name, value);
        }
    }
    let ended = Finished::within(LIMIT, bash.spawn().unwrap()).await;
    assert_eq!(ended.code(), Some(0), "{}\n{}", ended.stdout, ended.stderr);

    let messages: Vec<String> = slack.received().iter().map(|message| message.body.to_string()).collect();
    let [_test, alert, ..] = messages.as_slice() else { panic!("not two messages: {messages:#?}") };
    for part in ["search", "500"] {
        assert!(alert.contains(part), "`{part}` is not in {alert}");
    }
    assert!(ended.stdout.contains("the monitor failed, as it should"), "{}", ended.stdout);
    workplace.no_browser_left().await;
}

/// Flags of other programs that the README uses.
const FOREIGN: [&str; 11] = [
    "--address",
    "--faults",
    "--full",
    "--initial-branch",
    "--kustomize",
    "--message",
    "--no-sandbox",
    "--partner",
    "--port",
    "--quiet",
    "--remote-debugging-port",
];

fn flags(text: &str) -> BTreeSet<&str> {
    let in_flag = |letter: char| letter.is_ascii_lowercase() || letter == '-';
    text.split(|letter| !in_flag(letter)).filter(|word| word.starts_with("--") && word.len() > 3).collect()
}

#[test]
fn commands_that_need_a_cluster_name_files_that_are_there() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let elsewhere = |block| match block {
        Block::Elsewhere(text) => Some(text),
        Block::Commands(_) | Block::File { .. } => None,
    };
    let words: Vec<_> =
        blocks(&readme).into_iter().filter_map(elsewhere).flat_map(str::split_whitespace).collect();
    let files: Vec<_> =
        words.iter().filter(|word| word.starts_with("docker/") || word.starts_with("k8s/")).collect();
    assert_eq!(files.len(), 3, "{words:?}");
    for file in files {
        assert!(root().join(file).exists(), "{file} is not there");
    }
}

#[tokio::test]
async fn flags_and_files_that_are_named_are_there() {
    let workplace = Workplace::new();
    let mut help = String::new();
    for (name, command) in [
        ("canary", "run"),
        ("canary", "documents"),
        ("canary-listener", "run"),
        ("canary-listener", "check"),
        ("canary-listener", "send-test"),
        ("canary", "setup"),
        ("canary", "explain"),
    ] {
        let child = workplace.command(&program(name)).args([command, "--help"]).spawn().unwrap();
        help += &Finished::of(child).await.stdout;
    }
    let known = flags(&help);
    for page in ["README.md", "docs/guide.md"] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        let unknown: Vec<_> = flags(&text)
            .into_iter()
            .filter(|flag| !known.contains(flag) && !FOREIGN.contains(flag))
            .collect();
        assert!(unknown.is_empty(), "{page} names {unknown:?}, which no program takes");
        let folder = root().join(page).parent().unwrap().to_owned();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains("://") {
                assert!(folder.join(file).exists(), "{page} links to {file}, which is not there");
            }
        }
    }
}
