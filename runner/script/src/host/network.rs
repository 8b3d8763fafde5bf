//! What is asked of requests, answers and downloads.

use canary_browser::{Download, Progress, Request, Response};
use serde_json::json;

use super::command::{DownloadAsk, RequestAsk, ResponseAsk};
use super::describe::headers;
use super::failure::Failed;
use super::registry::{DownloadId, RequestId, ResponseId};
use super::{Host, json_answer, nothing};
use crate::engine::Answer;

impl Host {
    fn request_of(&self, id: RequestId) -> Result<Request, Failed> {
        self.objects.requests.get(id).ok_or(Failed::Gone)
    }

    fn response_of(&self, id: ResponseId) -> Result<Response, Failed> {
        self.objects.responses.get(id).ok_or(Failed::Gone)
    }

    pub(super) async fn request(&self, progress: &Progress, ask: RequestAsk) -> Result<Answer, Failed> {
        match ask {
            RequestAsk::Headers { request } => {
                let held = self.request_of(request)?;
                // What goes over the wire is known only once a route lets the request go.
                if self.objects.routes.find(|route| *route.request() == held).is_some() {
                    return Ok(json_answer(headers(held.headers().all())));
                }
                Ok(json_answer(headers(self.request_of(request)?.all_headers(progress).await?.all())))
            }
            RequestAsk::Response { request } => {
                let response = self.request_of(request)?.response(progress).await?;
                Ok(self.maybe_response(response.as_ref()))
            }
            RequestAsk::Sizes { request } => {
                let request = self.request_of(request)?;
                let failure = request.finished(progress).await?;
                if request.known_response().is_none() {
                    let why = failure.unwrap_or_else(|| "no answer came".to_owned());
                    return Err(Failed::invalid(format!("Unable to fetch sizes for failed request: {why}")));
                }
                Ok(json_answer(request.sizes()))
            }
        }
    }

    pub(super) async fn response(&self, progress: &Progress, ask: ResponseAsk) -> Result<Answer, Failed> {
        match ask {
            ResponseAsk::Headers { response } => {
                Ok(json_answer(headers(self.response_of(response)?.all_headers(progress).await?.all())))
            }
            ResponseAsk::Body { response } => {
                Ok(Answer::Bytes(self.response_of(response)?.body(progress).await?))
            }
            ResponseAsk::Finished { response } => {
                let response = self.response_of(response)?;
                let error = response.finished(progress).await?;
                let end = response.request().timing().response_end;
                Ok(json_answer(json!({ "error": error, "responseEnd": end })))
            }
            ResponseAsk::Server { response } => Ok(json_answer(self.response_of(response)?.server_address())),
            ResponseAsk::Security { response } => {
                Ok(json_answer(self.response_of(response)?.security_details()))
            }
            ResponseAsk::HttpVersion { response } => {
                let response = self.response_of(response)?;
                Ok(json_answer(http_version(response.protocol().unwrap_or_default())))
            }
        }
    }

    pub(super) fn describe_download(&self, download: &Download) -> serde_json::Value {
        let id: DownloadId = self.objects.fresh();
        self.objects.downloads.insert(id, download.clone());
        json!({
            "id": id,
            "page": self.objects.page_id(download.page()),
            "url": download.url(),
            "suggestedFilename": download.suggested_filename(),
        })
    }

    pub(super) async fn download(&self, progress: &Progress, ask: DownloadAsk) -> Result<Answer, Failed> {
        let find = |id| self.objects.downloads.get(id).ok_or(Failed::Gone);
        match ask {
            DownloadAsk::Failure { download } => Ok(json_answer(find(download)?.failure(progress).await?)),
            DownloadAsk::Path { download } => {
                Ok(json_answer(find(download)?.path(progress).await?.to_string_lossy()))
            }
            DownloadAsk::Read { download } => {
                let path = find(download)?.path(progress).await?;
                let bytes = tokio::fs::read(&path).await;
                bytes
                    .map(Answer::Bytes)
                    .map_err(|error| Failed::invalid(format!("failed to read the download: {error}")))
            }
            DownloadAsk::Cancel { download } => {
                find(download)?.cancel(progress).await?;
                Ok(nothing())
            }
            DownloadAsk::Delete { download } => {
                find(download)?.delete(progress).await?;
                Ok(nothing())
            }
        }
    }
}

/// Returns the version as HTTP writes it; Chrome uses the names of ALPN.
fn http_version(protocol: &str) -> String {
    match protocol {
        "h2" => "HTTP/2.0".to_owned(),
        "h3" => "HTTP/3.0".to_owned(),
        other => other.to_ascii_uppercase(),
    }
}
