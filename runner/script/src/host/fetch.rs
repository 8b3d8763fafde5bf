//! Requests of the script itself, outside of pages. The browser room sends them; bodies of answers stay
//! here until the script asks for them.

use canary_browser::{HttpAnswer, HttpClient, HttpRequest, JarOptions, Progress};
use serde_json::json;

use super::command::FetchAsk;
use super::failure::Failed;
use super::registry::{BodyId, ContextId, JarId};
use super::{Host, json_answer, nothing};
use crate::engine::Answer;

impl Host {
    pub(super) async fn fetch(&self, progress: &Progress, ask: FetchAsk) -> Result<Answer, Failed> {
        match ask {
            FetchAsk::Fetch {
                context,
                jar,
                url,
                method,
                headers,
                body,
                max_redirects,
                max_retries,
                ignore_https_errors,
            } => {
                let client = self.http_client(context, jar)?;
                let body = body.map(|body| super::route::bytes(&body)).transpose()?;
                let request = HttpRequest {
                    url,
                    method,
                    headers,
                    body,
                    max_redirects,
                    max_retries,
                    ignore_https_errors,
                };
                Ok(self.keep(client.send(progress, request).await?))
            }
            FetchAsk::Body { body } => Ok(Answer::Bytes(self.body_of(body)?.to_vec())),
            FetchAsk::Text { body, charset } => Ok(json_answer(decoded(&self.body_of(body)?, &charset))),
            FetchAsk::DisposeBody { body } => {
                self.objects.bodies.remove(body);
                Ok(nothing())
            }
            FetchAsk::NewJar { user_agent, http_credentials, ignore_https_errors, proxy, cookies } => {
                let options = JarOptions {
                    user_agent: user_agent.unwrap_or_else(|| self.user_agent()),
                    http_credentials,
                    ignore_https_errors: ignore_https_errors.unwrap_or(false),
                    proxy,
                };
                let id: JarId = self.objects.fresh();
                self.objects.jars.insert(id, HttpClient::with_jar(options, cookies));
                Ok(json_answer(id))
            }
            FetchAsk::DisposeJar { jar } => {
                self.objects.jars.remove(jar);
                Ok(nothing())
            }
            FetchAsk::Cookies { context, jar, urls } => {
                Ok(json_answer(self.http_client(context, jar)?.cookies(progress, &urls).await?))
            }
            FetchAsk::AddCookies { context, jar, cookies } => {
                self.http_client(context, jar)?.add_cookies(progress, cookies).await?;
                Ok(nothing())
            }
            FetchAsk::ReplaceCookies { context, jar, cookies } => {
                self.http_client(context, jar)?.replace_cookies(progress, cookies).await?;
                Ok(nothing())
            }
        }
    }

    fn http_client(&self, context: Option<ContextId>, jar: Option<JarId>) -> Result<HttpClient, Failed> {
        match (context, jar) {
            (Some(context), _) => Ok(HttpClient::of_context(&self.context_of(context)?)),
            (None, Some(jar)) => self.objects.jars.get(jar).ok_or(Failed::Gone),
            (None, None) => Err(Failed::invalid("a context or a jar is needed")),
        }
    }

    fn user_agent(&self) -> String {
        let version = self.session.as_ref().map(canary_browser::Session::version);
        version.unwrap_or_default().ordinary_user_agent()
    }

    /// Keeps the body and tells the rest.
    fn keep(&self, answer: HttpAnswer) -> Answer {
        let id: BodyId = self.objects.fresh();
        self.objects.bodies.insert(id, answer.body.into());
        let server = answer
            .server
            .map(|server| json!({ "ipAddress": server.ip().to_string(), "port": server.port() }));
        json_answer(json!({
            "url": answer.url,
            "status": answer.status,
            "statusText": answer.status_text,
            "headers": answer.headers,
            "server": server,
            "body": id,
        }))
    }

    fn body_of(&self, id: BodyId) -> Result<std::rc::Rc<[u8]>, Failed> {
        self.objects.bodies.get(id).ok_or_else(|| Failed::invalid("Response has been disposed"))
    }
}

/// Reads a text in the encoding of this name; UTF-8 where there is none of it.
fn decoded(bytes: &[u8], charset: &str) -> String {
    let encoding = encoding_rs::Encoding::for_label(charset.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    encoding.decode(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_in_their_encoding() {
        let check = |bytes: &[u8], charset: &str, expected: &str| {
            assert_eq!(decoded(bytes, charset), expected, "{charset}");
        };
        check(&[0xfc], "iso-8859-1", "ü");
        check(&[0x80], "windows-1252", "€");
        check(&[0xc3, 0xbc], "utf-8", "ü");
        check(&[0xc3, 0xbc], "", "ü");
        check(&[0xc3, 0xbc], "nonsense", "ü");
        check(&[0x83, 0x65], "Shift_JIS", "テ");
    }
}
