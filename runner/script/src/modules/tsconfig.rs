//! `paths` and `baseUrl` of the nearest `tsconfig.json`, with what it extends.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::checkout::{Checkout, normalize};

/// How long a chain of `extends` may be.
const DEPTH: usize = 8;

/// Names that mean paths of the checkout.
#[derive(Debug, Default)]
pub(crate) struct Aliases {
    /// The folder that names without an alias are looked for in.
    base: Option<String>,
    /// Pattern with at most one `*`, and paths in the checkout with the same.
    patterns: Vec<(String, Vec<String>)>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct File {
    extends: Option<Extends>,
    compiler_options: Options,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Extends {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Options {
    base_url: Option<String>,
    paths: Option<BTreeMap<String, Vec<String>>>,
}

impl Aliases {
    /// Reads the nearest `tsconfig.json` or `jsconfig.json` from `folder` upwards.
    pub(crate) fn find(checkout: &Checkout, folder: &str) -> Self {
        let found = Path::new(folder).ancestors().find_map(|folder| {
            ["tsconfig.json", "jsconfig.json"].iter().find_map(|name| {
                let path = folder.join(name).to_str()?.to_owned();
                checkout.locate(&path).ok().flatten()
            })
        });
        let mut aliases = Self::default();
        if let Some(path) = found {
            aliases.read(checkout, &path, 0);
        }
        aliases
    }

    /// Takes over a file; what it says goes over what it extends.
    fn read(&mut self, checkout: &Checkout, path: &str, depth: usize) {
        let Ok(text) = checkout.read_text(path) else { return };
        let file: File = match serde_json::from_str(&without_comments(&text)) {
            Ok(file) => file,
            Err(error) => {
                tracing::warn!(path, %error, "failed to read a TypeScript configuration; its paths are not used");
                return;
            }
        };
        let folder = Path::new(path).parent().unwrap_or(Path::new(""));
        let parents = match file.extends {
            None => Vec::new(),
            Some(Extends::One(one)) => vec![one],
            Some(Extends::Many(many)) => many,
        };
        for parent in parents.iter().filter(|parent| parent.starts_with('.') && depth < DEPTH) {
            let parent = if parent.ends_with(".json") { parent.clone() } else { format!("{parent}.json") };
            if let Some(parent) = normalize(&folder.join(parent)) {
                self.read(checkout, &parent, depth + 1);
            }
        }
        if let Some(base) = &file.compiler_options.base_url {
            self.base = normalize(&folder.join(base));
        }
        if let Some(paths) = file.compiler_options.paths {
            let root = self.base.clone().unwrap_or_else(|| folder.to_str().unwrap_or_default().to_owned());
            let inside = |target: &String| normalize(&Path::new(&root).join(target));
            self.patterns = paths
                .into_iter()
                .map(|(name, targets)| (name, targets.iter().filter_map(inside).collect()))
                .collect();
            // The longest prefix wins.
            self.patterns
                .sort_by_key(|(name, _)| std::cmp::Reverse(name.split('*').next().map_or(0, str::len)));
        }
    }

    /// Returns the paths in the checkout that a name may mean.
    pub(crate) fn paths(&self, name: &str) -> Vec<String> {
        let aliased = self.patterns.iter().find_map(|(pattern, targets)| {
            let star = match pattern.split_once('*') {
                None if pattern == name => "",
                None => return None,
                Some((before, after)) => name.strip_prefix(before)?.strip_suffix(after)?,
            };
            Some(targets.iter().map(|target| target.replacen('*', star, 1)).collect::<Vec<_>>())
        });
        let based = self.base.iter().map(|base| format!("{base}/{name}").trim_start_matches('/').to_owned());
        aliased.unwrap_or_default().into_iter().chain(based).collect()
    }
}

/// Blanks out comments and trailing commas, which TypeScript allows in its configuration.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('"', _) => {
                out.push(c);
                let mut escaped = false;
                for c in rest.by_ref() {
                    out.push(c);
                    if c == '"' && !escaped {
                        break;
                    }
                    escaped = c == '\\' && !escaped;
                }
            }
            ('/', Some('/')) => while rest.next_if(|c| *c != '\n').is_some() {},
            ('/', Some('*')) => {
                let mut last = ' ';
                for c in rest.by_ref().skip(1) {
                    if last == '*' && c == '/' {
                        break;
                    }
                    last = c;
                }
            }
            ('}' | ']', _) => {
                let kept = out.trim_end().trim_end_matches(',').len();
                out.truncate(kept);
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Folder;

    #[track_caller]
    fn check(files: &[(&str, &str)], name: &str, expected: &[&str]) {
        let folder = Folder::new(files);
        let aliases = Aliases::find(&Checkout::open(folder.path()).unwrap(), "tests/shop");
        assert_eq!(aliases.paths(name), expected);
    }

    #[test]
    fn paths_come_from_the_nearest_file_and_what_it_extends() {
        let own = r#"{
            // pages
            "compilerOptions": { "baseUrl": ".", "paths": { "@pages/*": ["pages/*", "more/*"], "@env": ["env.ts"], }, },
        }"#;
        check(
            &[("tests/tsconfig.json", own)],
            "@pages/cart",
            &["tests/pages/cart", "tests/more/cart", "tests/@pages/cart"],
        );
        check(&[("tests/tsconfig.json", own)], "@env", &["tests/env.ts", "tests/@env"]);
        let extending = [
            ("tests/tsconfig.json", r#"{ "extends": "../base" }"#),
            ("base.json", r#"{ "compilerOptions": { "paths": { "~/*": ["src/*"] } } }"#),
        ];
        check(&extending, "~/a", &["src/a"]);
        check(&[("tsconfig.json", "no json")], "~/a", &[]);
        check(&[], "~/a", &[]);
    }
}
