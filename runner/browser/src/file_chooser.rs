//! The window in which a person would choose files.

use chromiumoxide_cdp::cdp::browser_protocol::dom::{BackendNodeId, ResolveNodeParams};
use chromiumoxide_cdp::cdp::browser_protocol::page::SetInterceptFileChooserDialogParams;
use chromiumoxide_cdp::cdp::js_protocol::runtime::ExecutionContextId;
use serde::Deserialize;

use crate::connection::RawEvent;
use crate::evaluate::{JsHandle, RemoteObject};
use crate::frame::Frame;
use crate::page::{Page, PageEvent, PageEventKind};
use crate::progress::Progress;
use crate::target::Channel;

/// A page's question for files. Files are given to its element.
#[derive(Clone, Debug)]
pub struct FileChooser {
    /// The page that asks.
    pub page: Page,
    /// The frame that asks.
    pub frame: Frame,
    /// The input element.
    pub element: JsHandle,
    /// Whether it takes several files.
    pub multiple: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Opened {
    frame_id: String,
    mode: String,
    backend_node_id: Option<i64>,
}

#[derive(Deserialize)]
struct Resolved {
    object: RemoteObject,
}

/// Catches the page's questions for files, or lets them be.
pub(crate) fn intercept(page: &Page, enabled: bool) {
    for channel in page.channels() {
        let params = SetInterceptFileChooserDialogParams {
            enabled,
            ..SetInterceptFileChooserDialogParams::new(enabled)
        };
        drop(channel.send(&params));
    }
}

impl Page {
    pub(crate) fn on_file_chooser(&self, channel: &Channel, event: &RawEvent<'_>) {
        let Some(opened) = event.decode::<Opened>() else { return };
        let (Some(node), Some(frame)) = (opened.backend_node_id, self.frame_by_id(&opened.frame_id)) else {
            return;
        };
        if self.is_unheard(PageEventKind::FileChooser) {
            return;
        }
        let (page, channel) = (self.clone(), channel.clone());
        tokio::task::spawn_local(async move {
            // The page may go away meanwhile: as long as an action takes is more than enough.
            let progress = Progress::new(std::time::Duration::from_secs(30));
            let Ok(context) = frame.main_context(&progress).await else { return };
            let params = ResolveNodeParams {
                backend_node_id: Some(BackendNodeId::new(node)),
                execution_context_id: Some(ExecutionContextId::new(context.id())),
                ..ResolveNodeParams::default()
            };
            let Ok(resolved) = channel.send(&params).decode::<Resolved>().await else { return };
            let element = JsHandle::new(&context, resolved.object);
            let multiple = opened.mode == "selectMultiple";
            page.emit(PageEvent::FileChooser(FileChooser { page: page.clone(), frame, element, multiple }));
        });
    }
}
