//! What people import by name: what is built in, and what to say about the rest.

/// Imports that are built in, and the modules that they mean.
const BUILTIN: &[(&str, &str)] = &[
    ("@playwright/test", "canary:playwright/exports"),
    ("playwright/test", "canary:playwright/exports"),
    ("playwright", "canary:playwright/exports"),
    ("playwright-core", "canary:playwright/exports"),
    ("canary", "canary:canary/exports"),
    ("dotenv", "canary:node/dotenv"),
    ("dotenv/config", "canary:node/dotenv"),
    ("assert", "canary:node/assert"),
    ("assert/strict", "canary:node/assert"),
    ("buffer", "canary:node/buffer"),
    ("crypto", "canary:node/crypto"),
    ("events", "canary:node/events"),
    ("fs", "canary:node/fs"),
    ("fs/promises", "canary:node/fs_promises"),
    ("module", "canary:node/module"),
    ("os", "canary:node/os"),
    ("path", "canary:node/path"),
    ("path/posix", "canary:node/path"),
    ("perf_hooks", "canary:node/perf_hooks"),
    ("process", "canary:node/process"),
    ("querystring", "canary:node/querystring"),
    ("timers", "canary:node/timers"),
    ("timers/promises", "canary:node/timers_promises"),
    ("url", "canary:node/url"),
    ("util", "canary:node/util"),
];

/// Modules of Node that a monitor cannot have, and why.
const REFUSED: &[(&str, &str)] = &[
    ("child_process", "a monitor starts no processes"),
    ("cluster", "a monitor starts no processes"),
    ("dgram", "a monitor opens no sockets; there are `fetch` and the `request` fixture"),
    ("dns", "a monitor opens no sockets; the run checks names before it starts"),
    ("http", "a monitor opens no sockets; there are `fetch` and the `request` fixture"),
    ("http2", "a monitor opens no sockets; there are `fetch` and the `request` fixture"),
    ("https", "a monitor opens no sockets; there are `fetch` and the `request` fixture"),
    ("net", "a monitor opens no sockets; there are `fetch` and the `request` fixture"),
    ("readline", "nobody sits at the terminal of a monitor"),
    ("stream", "there are no streams in monitors; files and answers are read as a whole"),
    ("tls", "a monitor opens no sockets; there are `fetch` and the `request` fixture"),
    ("vm", "code is loaded by `import` only"),
    ("worker_threads", "a monitor has one thread"),
    ("zlib", "answers are unpacked already"),
];

/// Packages of npm that many scripts use, and what is there instead.
const INSTEAD: &[(&str, &str)] = &[
    (
        "@elastic/synthetics",
        "`@playwright/test` (`test` and `test.step` for journeys and steps), and `mfa` of `canary`",
    ),
    ("@faker-js/faker", "`crypto.randomUUID()` and plain values"),
    ("axios", "`fetch` or the `request` fixture"),
    ("chai", "`expect` of `@playwright/test` or `node:assert`"),
    ("cross-fetch", "`fetch`"),
    ("date-fns", "`Date` and `Intl.DateTimeFormat`"),
    ("dayjs", "`Date` and `Intl.DateTimeFormat`"),
    ("got", "`fetch` or the `request` fixture"),
    ("isomorphic-fetch", "`fetch`"),
    ("luxon", "`Date` and `Intl.DateTimeFormat`"),
    ("moment", "`Date` and `Intl.DateTimeFormat`"),
    ("nanoid", "`crypto.randomUUID()`"),
    ("node-fetch", "`fetch`"),
    ("otpauth", "`mfa.token('SECRET_NAME')` of `canary`"),
    ("otplib", "`mfa.token('SECRET_NAME')` of `canary`"),
    ("puppeteer", "`page` of `@playwright/test`"),
    ("selenium-webdriver", "`page` of `@playwright/test`"),
    ("speakeasy", "`mfa.token('SECRET_NAME')` of `canary`"),
    ("supertest", "the `request` fixture"),
    ("uuid", "`crypto.randomUUID()`"),
    ("webdriverio", "`page` of `@playwright/test`"),
];

/// Returns the built-in module that `specifier` means.
pub(crate) fn builtin(specifier: &str) -> Option<&'static str> {
    let (name, is_node) = bare(specifier);
    let found = BUILTIN.iter().find(|(known, _)| *known == name).map(|(_, module)| *module)?;
    if is_node && !found.starts_with("canary:node/") { None } else { Some(found) }
}

/// Says why `specifier` cannot be imported and what to do.
pub(crate) fn refusal(specifier: &str) -> String {
    let (name, is_node) = bare(specifier);
    if let Some((_, why)) = REFUSED.iter().find(|(known, _)| *known == name) {
        return (*why).to_owned();
    }
    if is_node {
        let names: Vec<&str> = BUILTIN
            .iter()
            .filter(|(_, module)| module.starts_with("canary:node/") && !module.ends_with("dotenv"))
            .map(|(name, _)| *name)
            .collect();
        return format!("it is not available in monitors; of Node there are {}", names.join(", "));
    }
    let package = package_of(name);
    match INSTEAD.iter().find(|(known, _)| *known == package) {
        Some((_, instead)) => format!("packages of npm are not installed for monitors; use {instead}"),
        None => "packages of npm are not installed for monitors; import files of the checkout, \
                 or bundle the package into one file there"
            .to_owned(),
    }
}

fn bare(specifier: &str) -> (&str, bool) {
    match specifier.strip_prefix("node:") {
        Some(name) => (name, true),
        None => (specifier, false),
    }
}

/// Returns the package of `package/file` or `@scope/package/file`.
fn package_of(specifier: &str) -> &str {
    let parts = if specifier.starts_with('@') { 2 } else { 1 };
    match specifier.match_indices('/').nth(parts - 1) {
        Some((end, _)) => specifier.get(..end).unwrap_or(specifier),
        None => specifier,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(specifier: &str, expected: &str) {
        let told = builtin(specifier).map_or_else(|| refusal(specifier), str::to_owned);
        assert!(told.contains(expected), "{specifier}: {told}");
    }

    #[test]
    fn names_are_known_or_explained() {
        check("@playwright/test", "canary:playwright/exports");
        check("fs", "canary:node/fs");
        check("node:fs/promises", "canary:node/fs_promises");
        check("node:http", "`fetch`");
        check("node:sqlite", "of Node there are assert");
        check("axios", "use `fetch`");
        check("@faker-js/faker/locale/de", "crypto.randomUUID");
        check("left-pad", "bundle the package");
    }

    #[test]
    fn every_builtin_module_exists() {
        for (_, module) in BUILTIN {
            assert!(crate::prelude::builtin(module).is_some(), "{module}");
        }
    }
}
