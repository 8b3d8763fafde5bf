//! Answers out of a HAR file: which entry fits a request best.

use std::collections::HashSet;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use canary_browser::Header;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::command::HarAsk;
use super::failure::Failed;
use super::registry::HarId;
use super::{Host, json_answer};
use crate::engine::Answer;

/// A HAR file, as far as answering needs it.
#[derive(Deserialize)]
pub(super) struct Har {
    log: Log,
    /// The folder that bodies in files of their own lie in.
    #[serde(skip)]
    folder: String,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    request: Asked,
    response: Answered,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    url: String,
    method: String,
    #[serde(default)]
    headers: Vec<Header>,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct PostData {
    text: Option<String>,
    #[serde(rename = "_file")]
    file: Option<String>,
}

#[derive(Deserialize)]
struct Answered {
    status: i32,
    #[serde(default)]
    headers: Vec<Header>,
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    text: Option<String>,
    encoding: Option<String>,
    #[serde(rename = "_file")]
    file: Option<String>,
}

/// What a page asks.
struct Question<'a> {
    url: Url,
    method: String,
    headers: &'a [Header],
    body: Option<Vec<u8>>,
}

impl Host {
    pub(super) async fn har(&self, ask: HarAsk) -> Result<Answer, Failed> {
        match ask {
            HarAsk::Open { path } => {
                if path.ends_with(".zip") {
                    return Err(Failed::invalid("a zipped HAR is not supported: unpack it in the checkout"));
                }
                let text = self.read_file(&path).await?;
                let mut har: Har = serde_json::from_slice(&text)
                    .map_err(|error| Failed::invalid(format!("`{path}` is no HAR file: {error}")))?;
                har.folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
                let id: HarId = self.objects.fresh();
                self.objects.hars.insert(id, Rc::new(har));
                Ok(json_answer(id))
            }
            HarAsk::Find { har, url, method, headers, post_data, navigation } => {
                let har = self.objects.hars.get(har).ok_or(Failed::Gone)?;
                let body = post_data.map(|data| super::route::bytes(&data)).transpose()?;
                let Ok(parsed) = Url::parse(&url) else { return Ok(json_answer(Value::Null)) };
                let question = Question { url: parsed, method, headers: &headers, body };
                let found = self.find_entry(&har, question).await?;
                Ok(match found {
                    Some((entry, end)) if navigation && end.as_str() != url => {
                        json_answer(json!({ "redirect": entry.request.url }))
                    }
                    Some((entry, _)) => json_answer(self.answer_of(&har, entry).await?),
                    None => json_answer(Value::Null),
                })
            }
        }
    }

    /// Follows the redirects of the file; gives the last entry and its address.
    async fn find_entry<'a>(
        &self,
        har: &'a Har,
        mut question: Question<'_>,
    ) -> Result<Option<(&'a Entry, Url)>, Failed> {
        let mut seen = HashSet::new();
        loop {
            let Some(entry) = self.best_entry(har, &question).await? else { return Ok(None) };
            let Some(location) = entry.response.redirect() else { return Ok(Some((entry, question.url))) };
            if !seen.insert(std::ptr::from_ref(entry)) {
                return Err(Failed::invalid(format!(
                    "the HAR file sends `{}` round in a circle",
                    question.url
                )));
            }
            let Ok(next) = question.url.join(location) else { return Ok(Some((entry, question.url))) };
            question.url = next;
            let becomes_get = match entry.response.status {
                301 | 302 => question.method == "POST",
                303 => question.method != "GET" && question.method != "HEAD",
                _ => false,
            };
            if becomes_get {
                question.method = "GET".to_owned();
                question.body = None;
            }
        }
    }

    /// Returns the entry for the address, with the body where there is one, and the most equal headers.
    async fn best_entry<'a>(
        &self,
        har: &'a Har,
        question: &Question<'_>,
    ) -> Result<Option<&'a Entry>, Failed> {
        let mut best: Option<(usize, &Entry)> = None;
        for entry in &har.log.entries {
            if entry.request.url != question.url.as_str() || entry.request.method != question.method {
                continue;
            }
            if let (Some(body), Some(expected)) = (&question.body, &entry.request.post_data)
                && question.method == "POST"
                && *body != self.text_of(har, expected.text.as_deref(), expected.file.as_deref()).await?
            {
                continue;
            }
            let equal = entry.request.headers.iter().filter(|header| question.has(header)).count();
            if best.is_none_or(|(most, _)| equal > most) {
                best = Some((equal, entry));
            }
        }
        Ok(best.map(|(_, entry)| entry))
    }

    async fn text_of(&self, har: &Har, text: Option<&str>, file: Option<&str>) -> Result<Vec<u8>, Failed> {
        match file {
            Some(file) => self.read_file(&format!("{}{file}", har.folder)).await,
            None => Ok(text.unwrap_or_default().as_bytes().to_vec()),
        }
    }

    async fn answer_of(&self, har: &Har, entry: &Entry) -> Result<Value, Failed> {
        let body = match &entry.response.content {
            Some(Content { text: Some(text), encoding: Some(encoding), .. }) if encoding == "base64" => {
                text.clone()
            }
            Some(content) => {
                STANDARD.encode(self.text_of(har, content.text.as_deref(), content.file.as_deref()).await?)
            }
            None => String::new(),
        };
        // The body is stored as it was decoded, so that what speaks of its coding no longer holds.
        let stale = ["content-encoding", "content-length", "transfer-encoding"];
        let headers: Vec<Value> = entry
            .response
            .headers
            .iter()
            .filter(|header| !stale.contains(&header.name.to_ascii_lowercase().as_str()))
            .map(|header| json!({ "name": header.name, "value": header.value }))
            .collect();
        Ok(json!({ "status": entry.response.status.max(200), "headers": headers, "body": body }))
    }
}

impl Question<'_> {
    fn has(&self, header: &Header) -> bool {
        self.headers
            .iter()
            .any(|own| own.name.eq_ignore_ascii_case(&header.name) && own.value == header.value)
    }
}

impl Answered {
    fn redirect(&self) -> Option<&str> {
        let redirects = matches!(self.status, 301 | 302 | 303 | 307 | 308);
        let location = self.headers.iter().find(|header| header.name.eq_ignore_ascii_case("location"));
        location.filter(|_| redirects).map(|header| header.value.as_str())
    }
}
