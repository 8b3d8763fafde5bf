//! The table of JavaScript modules that are built in. Each is loaded when it is first imported.

use std::sync::LazyLock;

/// Prefix of the names of built-in modules; frames of such files are left out of stacks.
pub(crate) const PREFIX: &str = "canary:";

macro_rules! modules {
    ($($name:literal),* $(,)?) => {
        /// Names of all built-in modules and their texts.
        pub(crate) const MODULES: &[(&str, &str)] =
            &[$((concat!("canary:", $name), include_str!(concat!($name, ".js")))),*];
    };
}

modules! {
    "canary/exports",
    "globals/abort",
    "globals/blob",
    "globals/buffer",
    "globals/bytes",
    "globals/clone",
    "globals/console",
    "globals/crypto",
    "globals/encoding",
    "globals/events",
    "globals/fetch",
    "globals/install",
    "globals/intl",
    "globals/locales",
    "globals/url",
    "modules/commonjs",
    "node/assert",
    "node/buffer",
    "node/crypto",
    "node/dotenv",
    "node/events",
    "node/fs",
    "node/fs_promises",
    "node/module",
    "node/os",
    "node/path",
    "node/perf_hooks",
    "node/process",
    "node/querystring",
    "node/timers",
    "node/timers_promises",
    "node/url",
    "node/util",
    "playwright/asymmetric",
    "playwright/attachments",
    "playwright/bindings",
    "playwright/browser",
    "playwright/bytes",
    "playwright/cdp",
    "playwright/channel",
    "playwright/clock",
    "playwright/clock_in_page",
    "playwright/config",
    "playwright/console_message",
    "playwright/context",
    "playwright/context_defaults",
    "playwright/coverage",
    "playwright/devices",
    "playwright/dialog",
    "playwright/diff",
    "playwright/doing",
    "playwright/download",
    "playwright/elements",
    "playwright/emitter",
    "playwright/equality",
    "playwright/errors",
    "playwright/evaluate",
    "playwright/expect",
    "playwright/expect_page",
    "playwright/exports",
    "playwright/failures",
    "playwright/file_chooser",
    "playwright/files",
    "playwright/fixtures",
    "playwright/frame",
    "playwright/frame_api",
    "playwright/handle_brand",
    "playwright/handles",
    "playwright/har",
    "playwright/headers",
    "playwright/info",
    "playwright/init_script",
    "playwright/input",
    "playwright/library",
    "playwright/locator",
    "playwright/locator_handlers",
    "playwright/matchers",
    "playwright/matching",
    "playwright/media_types",
    "playwright/native",
    "playwright/navigation",
    "playwright/network",
    "playwright/page",
    "playwright/pool",
    "playwright/pretty",
    "playwright/registry",
    "playwright/request",
    "playwright/route",
    "playwright/runner",
    "playwright/selectors",
    "playwright/steps",
    "playwright/suite",
    "playwright/test",
    "playwright/timeouts",
    "playwright/tracing",
    "playwright/values",
    "playwright/wait",
    "playwright/web_storage",
    "playwright/websocket",
    "playwright/websocket_in_page",
    "playwright/websocket_route",
    "playwright/worker",
}

/// Values between scripts and pages have one form, which the browser room owns.
const SERIALIZER: &str = "canary:playwright/serializer";

/// Returns the text of a built-in module by its full name, like `canary:playwright/page`.
pub(crate) fn source(name: &str) -> Option<&'static str> {
    static SERIALIZER_MODULE: LazyLock<String> =
        LazyLock::new(|| format!("export default {};\n", canary_browser::SERIALIZER));
    if name == SERIALIZER {
        return Some(&SERIALIZER_MODULE);
    }
    MODULES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Returns the full name that `specifier` means inside the built-in module `base`.
pub(crate) fn resolve(base: &str, specifier: &str) -> Option<&'static str> {
    let folder = base.strip_prefix(PREFIX)?.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in specifier.trim_end_matches(".js").split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    let mut names = MODULES.iter().map(|(name, _)| *name).chain([SERIALIZER]);
    names.find(|name| name.strip_prefix(PREFIX) == Some(path.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: &str, specifier: &str, expected: Option<&str>) {
        assert_eq!(resolve(base, specifier), expected);
    }

    #[test]
    fn resolves_neighbours_and_other_folders() {
        check("canary:playwright/runner", "./native.js", Some("canary:playwright/native"));
        check("canary:playwright/runner", "../globals/install.js", Some("canary:globals/install"));
        check("canary:playwright/runner", "./nothing.js", None);
    }
}
