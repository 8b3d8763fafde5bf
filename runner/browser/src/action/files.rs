//! Files for a file field: by content through the page, by path through the browser.

use chromiumoxide_cdp::cdp::browser_protocol::dom::SetFileInputFilesParams;
use chromiumoxide_cdp::cdp::js_protocol::runtime::RemoteObjectId;
use serde_json::{Value, json};

use super::options::FileChoice;
use super::perform::Place;
use super::run::{Ask, ask_subject};
use crate::error::ActionError;
use crate::injected::Answer;
use crate::progress::Progress;

pub(super) async fn put(
    progress: &Progress,
    place: Place<'_>,
    files: &FileChoice,
) -> Result<Value, ActionError> {
    match files {
        FileChoice::Payloads(files) => {
            let ask = Ask::new(json!({ "kind": "files", "files": files }));
            ask_subject(progress, place.frame, place.subject, place.strict, &ask).await?.value(progress)
        }
        FileChoice::Paths(paths) => put_paths(progress, place, paths, false).await,
        FileChoice::Folder(path) => put_paths(progress, place, std::slice::from_ref(path), true).await,
    }
}

/// The browser reads the files itself and tells the page of it.
async fn put_paths(
    progress: &Progress,
    place: Place<'_>,
    paths: &[String],
    folder: bool,
) -> Result<Value, ActionError> {
    let ask = Ask::new(json!({ "kind": "fileInput", "count": paths.len(), "folder": folder }));
    let asked = ask_subject(progress, place.frame, place.subject, place.strict, &ask).await?;
    let Answer::Object(field) = asked.answer else { return Err(progress.timed_out().into()) };
    let params = SetFileInputFilesParams {
        object_id: field.object_id.map(RemoteObjectId::from),
        ..SetFileInputFilesParams::new(paths.to_vec())
    };
    let reply = asked.context.channel().send(&params);
    progress.run(async { Ok::<_, ActionError>(reply.done().await?) }).await?;
    Ok(Value::Null)
}
