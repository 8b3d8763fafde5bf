//! Fetching a file from where the browser runs: a page of it takes the file and reads it to us.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chromiumoxide_cdp::cdp::browser_protocol::dom::SetFileInputFilesParams;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use crate::error::ActionError;
use crate::evaluate::{Call, CallValue, ExecutionContext, RemoteObject, call_function};
use crate::page::Page;
use crate::progress::Progress;

/// Bytes that come with one message.
const SLICE: u64 = 4 * 1024 * 1024;

const INPUT: &str = "function() {
  const input = document.createElement('input');
  input.type = 'file';
  return input;
}";

const READ: &str = "async function(input, from, to) {
  const blob = input.files[0].slice(from, to);
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
  return { size: input.files[0].size, data: url.slice(url.indexOf(',') + 1) };
}";

/// Brings a download here, through the page that gave it; one of our own takes the place of a closed one.
pub(super) async fn fetch(progress: &Progress, page: &Page, id: &str) -> Result<PathBuf, ActionError> {
    let context = page.context();
    let folder = &context.0.downloads;
    let unwritable = || ActionError::Invalid("there is no place for the download".to_owned());
    let place = folder.place(id).ok_or_else(unwritable)?;
    let from = format!("{}/{id}", folder.in_browser());
    while !page.is_closed() {
        match copy(progress, page, &from, &place).await {
            // The page went on meanwhile: its next document does as well.
            Err(ActionError::ContextGone | ActionError::PageClosed | ActionError::Crashed)
                if !page.is_crashed() => {}
            result => return result.map(|()| place),
        }
    }
    let ours = context.open_page(progress).await?;
    let result = copy(progress, &ours, &from, &place).await;
    ours.close(progress, false).await?;
    result.map(|()| place)
}

async fn copy(progress: &Progress, page: &Page, from: &str, to: &std::path::Path) -> Result<(), ActionError> {
    let frame = page.main_frame();
    let context = frame.isolated_context(progress).await?;
    let input = call_function(progress, &context, Call { by_value: false, ..Call::new(INPUT) }).await?;
    let RemoteObject { object_id: Some(input), .. } = input else { return Err(ActionError::ContextGone) };
    let params = SetFileInputFilesParams {
        object_id: Some(input.clone().into()),
        ..SetFileInputFilesParams::new(vec![from.to_owned()])
    };
    let reply = context.channel().send(&params);
    progress.run(async { Ok::<_, ActionError>(reply.done().await?) }).await?;
    let failed =
        |error: std::io::Error| ActionError::Invalid(format!("failed to write the download: {error}"));
    let mut file = tokio::fs::File::create(to).await.map_err(failed)?;
    let mut at = 0;
    loop {
        let (size, bytes) = read(progress, &context, &input, at).await?;
        file.write_all(&bytes).await.map_err(failed)?;
        at += SLICE;
        if at >= size {
            return file.flush().await.map_err(failed);
        }
    }
}

async fn read(
    progress: &Progress,
    context: &ExecutionContext,
    input: &str,
    at: u64,
) -> Result<(u64, Vec<u8>), ActionError> {
    let arguments = vec![
        CallValue::Object(input.to_owned()),
        CallValue::Json(json!(at)),
        CallValue::Json(json!(at + SLICE)),
    ];
    let answer = call_function(progress, context, Call { arguments, ..Call::new(READ) }).await?;
    let answer = answer.value.unwrap_or_default();
    let size = answer.get("size").and_then(Value::as_u64).unwrap_or_default();
    let data = answer.get("data").and_then(Value::as_str).unwrap_or_default();
    let bytes = BASE64.decode(data).map_err(|error| ActionError::Invalid(error.to_string()))?;
    Ok((size, bytes))
}
