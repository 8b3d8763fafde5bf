//! Lists of URLs in a file: one address a line, relative ones starting at the base URL.

use std::path::Path;

use canary_script::{LoadError, PlaySettings, Program, SourcePosition};
use url::Url;

/// Ends the names of such files.
pub(crate) const ENDING: &str = ".urls";

/// Largest file that is read as a list.
const LARGEST: u64 = 1024 * 1024;

/// Loads a list of the checkout.
pub(crate) fn load(root: &Path, path: &str, settings: &PlaySettings) -> Result<Program, LoadError> {
    let failed = |source| LoadError::Read { path: path.to_owned(), source };
    let root = root.canonicalize().map_err(failed)?;
    let file = root.join(path).canonicalize().map_err(failed)?;
    if !file.starts_with(&root) {
        return Err(LoadError::Outside { path: path.to_owned() });
    }
    if std::fs::metadata(&file).map_err(failed)?.len() > LARGEST {
        return Err(failed(std::io::Error::other(format!("it has more than {LARGEST} bytes"))));
    }
    let text = std::fs::read_to_string(&file).map_err(failed)?;
    let urls = read(path, &text, settings.base_url.as_deref())?;
    if urls.is_empty() {
        return Err(LoadError::NoTests { path: path.to_owned() });
    }
    Ok(Program::smoke(path, urls, settings))
}

fn read(path: &str, text: &str, base: Option<&str>) -> Result<Vec<Url>, LoadError> {
    let base = base.and_then(|base| Url::parse(base).ok());
    let lines = (1..).zip(text.lines().map(str::trim));
    let written = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    written
        .map(|(number, line)| {
            let url = Url::options().base_url(base.as_ref()).parse(line);
            url.map_err(|error| {
                let position = SourcePosition {
                    file: path.to_owned(),
                    line: number,
                    column: 1,
                    excerpt: Some(line.to_owned()),
                };
                let hint = if base.is_none() { "; relative addresses need `--base-url`" } else { "" };
                LoadError::Syntax { message: format!("not an address: {error}{hint}"), position }
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, base: Option<&str>) -> Result<Vec<String>, String> {
        let urls = read("pages.urls", text, base);
        urls.map(|urls| urls.iter().map(ToString::to_string).collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn relative_addresses_start_at_the_base() {
        let text = "# the shop\n/\n\n/search?q=seeds\nhttps://example.com/x\n";
        let expected = ["http://shop/", "http://shop/search?q=seeds", "https://example.com/x"];
        assert_eq!(check(text, Some("http://shop")), Ok(expected.map(str::to_owned).to_vec()));
    }

    #[test]
    fn a_wrong_line_is_told() {
        insta::assert_snapshot!(check("# a\n/cart\n", None).unwrap_err(), @"
        syntax error: not an address: relative URL without a base; relative addresses need `--base-url`
          at pages.urls:2:1
        /cart
        ");
    }
}
