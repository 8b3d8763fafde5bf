//! The table of JavaScript modules that are built in. Each is loaded when it is first imported, from the bytecode
//! that the build script made of it.

/// Prefix of the names of built-in modules; frames of such files are left out of stacks.
pub(crate) const PREFIX: &str = "canary:";

include!(concat!(env!("OUT_DIR"), "/prelude.rs"));

/// Returns the name of the built-in module that is called so in full, like `canary:playwright/page`.
pub(crate) fn builtin(name: &str) -> Option<&'static str> {
    COMPILED.iter().map(|(known, _)| *known).find(|known| *known == name)
}

/// Returns the text that a built-in module was made of, by its full name.
pub(crate) fn text(name: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
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
    COMPILED.iter().map(|(name, _)| *name).find(|name| name.strip_prefix(PREFIX) == Some(path.as_str()))
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
