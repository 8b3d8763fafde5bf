//! Names in double braces that stand for values: `{{orderNumber}}`.

use std::collections::BTreeMap;

/// Values by name: those that the recording sets, over the operator's parameters.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    own: BTreeMap<String, String>,
    given: BTreeMap<String, String>,
}

impl Variables {
    pub(crate) fn new(given: BTreeMap<String, String>) -> Self {
        Self { own: BTreeMap::new(), given }
    }

    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.own.insert(name.to_owned(), value);
    }

    /// Puts values in place of names; names that nobody knows are the error.
    pub(crate) fn expand(&self, text: &str) -> Result<String, String> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            out.push_str(before);
            let Some((name, behind)) = after.split_once("}}") else {
                out.push_str("{{");
                rest = after;
                continue;
            };
            let known = self.own.get(name.trim()).or_else(|| self.given.get(name.trim()));
            out.push_str(known.ok_or_else(|| name.trim().to_owned())?);
            rest = behind;
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// Returns the names that a text holds.
pub(crate) fn names(text: &str) -> impl Iterator<Item = &str> {
    let opened = text.split("{{").skip(1);
    opened.filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let mut variables = Variables::new(BTreeMap::from([("user".to_owned(), "ada".to_owned())]));
        variables.set("order", "42".to_owned());
        assert_eq!(variables.expand(text), expected.map(str::to_owned).map_err(str::to_owned));
    }

    #[test]
    fn names_are_replaced() {
        check("no names", Ok("no names"));
        check("{{user}} ordered {{ order }}", Ok("ada ordered 42"));
        check("{{nobody}}", Err("nobody"));
        check("open {{ only", Ok("open {{ only"));
    }
}
