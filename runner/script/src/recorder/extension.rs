//! The steps that recordings lack, offered as `customStep`: assert a text, set a variable, upload,
//! download, type a secret or a one-time code.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use canary_browser::{Action, ClickOptions, FileChoice, FilePayload, PageEvent, PageEventKind};
use serde_json::Value;

use super::elements;
use super::flow::{Alternatives, Custom, VariableSource};
use super::perform::{Place, change, until};
use super::variables::Variables;
use crate::clock;
use crate::globals::totp;
use crate::journey::StepError;
use crate::modules::Checkout;

/// The names of the custom steps that there are.
pub(crate) const CUSTOM_STEPS: [&str; 6] =
    ["assertText", "setVariable", "upload", "download", "secret", "totp"];

/// What steps may need beside the page.
pub(crate) struct Surroundings {
    pub(crate) variables: Variables,
    pub(crate) secrets: BTreeMap<String, String>,
    pub(crate) checkout: Checkout,
    /// Files that were downloaded, with the names that they are kept under.
    pub(crate) downloads: Vec<(String, PathBuf)>,
}

impl Surroundings {
    /// Puts values in place of names.
    pub(crate) fn expand(&self, text: &str) -> Result<String, StepError> {
        self.variables.expand(text).map_err(|name| {
            StepError::Script(format!(
                "there is no variable `{name}`; set it with a `setVariable` step before, or give it with --param {name}=…"
            ))
        })
    }

    fn secret(&self, name: &str) -> Result<&str, StepError> {
        self.secrets.get(name).map(String::as_str).ok_or_else(|| {
            StepError::Script(format!(
                "there is no secret `{name}`; give it with --secret {name}=env:VARIABLE or =file:PATH"
            ))
        })
    }
}

/// Does one of them; a warning for the author may come of it.
pub(crate) async fn perform(
    place: &Place<'_>,
    around: &mut Surroundings,
    custom: &Custom,
) -> Result<Option<String>, StepError> {
    match custom {
        Custom::AssertText { on, text, exact } => {
            assert_text(place, on, &around.expand(text)?, *exact).await?
        }
        Custom::SetVariable { name, from } => {
            let value = match from {
                VariableSource::Value(value) => around.expand(value)?,
                VariableSource::Text(on) => read(place, on, &Action::InnerText).await?,
                VariableSource::Attribute(on, attribute) => {
                    read(place, on, &Action::GetAttribute { name: attribute.clone() }).await?
                }
            };
            around.variables.set(name, value);
        }
        Custom::Upload { on, files } => upload(place, around, on, files).await?,
        Custom::Download { on, name } => download(place, around, on, name.as_deref()).await?,
        Custom::Secret { on, secret } => change(place, on, around.secret(secret)?).await?,
        Custom::Totp { on, secret } => {
            let code = totp::code(around.secret(secret)?, clock::unix_seconds());
            let code = code.map_err(|error| StepError::Script(format!("secret `{secret}`: {error}")))?;
            change(place, on, &code).await?;
        }
        Custom::Unknown { name } => {
            return Ok(Some(format!(
                "the custom step `{name}` does nothing; there are {}",
                CUSTOM_STEPS.join(", ")
            )));
        }
    }
    Ok(None)
}

async fn read(place: &Place<'_>, on: &Alternatives, action: &Action) -> Result<String, StepError> {
    let value = elements::act(place.progress, place.frame, on, action).await?;
    Ok(value.as_str().unwrap_or_default().trim().to_owned())
}

/// Waits until the text of the element is, or holds, `text`; blanks count as one space.
async fn assert_text(place: &Place<'_>, on: &Alternatives, text: &str, exact: bool) -> Result<(), StepError> {
    let wanted = squeezed(text);
    let mut last = None;
    let look = async || -> Result<bool, StepError> {
        let found = squeezed(&read(place, on, &Action::InnerText).await?);
        let holds = if exact { found == wanted } else { found.contains(&wanted) };
        place.progress.log(&format!("found {}", Value::from(found.as_str())));
        last = Some(found);
        Ok(holds)
    };
    match (until(place.progress, look).await, last) {
        (Err(error), Some(found)) if is_timeout(&error) => Err(StepError::Expectation {
            message: format!(
                "the text of {} is not as expected\n\nexpected: {}{}\nreceived: {}",
                on.label,
                if exact { "" } else { "a text with " },
                Value::from(wanted),
                Value::from(found),
            ),
            log: place.progress.call_log().lines(),
        }),
        (result, _) => result,
    }
}

fn is_timeout(error: &StepError) -> bool {
    matches!(error, StepError::Action(error) if error.kind() == canary_browser::ErrorKind::Timeout)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn upload(
    place: &Place<'_>,
    around: &Surroundings,
    on: &Alternatives,
    files: &[String],
) -> Result<(), StepError> {
    let mut payloads = Vec::with_capacity(files.len());
    for file in files {
        let bytes = around.checkout.read(file).map_err(|error| StepError::Script(error.to_string()))?;
        let name = Path::new(file).file_name().and_then(std::ffi::OsStr::to_str).unwrap_or(file).to_owned();
        payloads.push(FilePayload { name, mime_type: String::new(), buffer: STANDARD.encode(bytes) });
    }
    // File fields are often hidden behind a button, so the element need not be visible.
    let state = canary_browser::SelectorState::Attached;
    let selector = elements::find(place.progress, place.frame, on, state).await?;
    let action = Action::SetInputFiles { files: FileChoice::Payloads(payloads) };
    place.frame.locating(&selector, false).act(place.progress, &action).await?;
    Ok(())
}

async fn download(
    place: &Place<'_>,
    around: &mut Surroundings,
    on: &Alternatives,
    name: Option<&str>,
) -> Result<(), StepError> {
    let mut events = place.page.events(&[PageEventKind::Download]);
    elements::act(place.progress, place.frame, on, &Action::Click(ClickOptions::default())).await?;
    place.progress.log("waiting for the download to begin");
    let next = async {
        match events.recv().await {
            Some(PageEvent::Download(download)) => Ok(download),
            _ => Err(canary_browser::ActionError::PageClosed),
        }
    };
    let download = place.progress.run(next).await?;
    let path = download.path(place.progress).await?;
    let name = name.map_or_else(|| download.suggested_filename().to_owned(), str::to_owned);
    around.downloads.push((name, path));
    Ok(())
}
