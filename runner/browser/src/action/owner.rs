//! Between frames and the elements that hold them.

use chromiumoxide_cdp::cdp::browser_protocol::dom::{BackendNodeId, GetFrameOwnerParams, ResolveNodeParams};
use chromiumoxide_cdp::cdp::js_protocol::runtime::ExecutionContextId;
use serde::Deserialize;

use super::run::{Resolved, adopt, describe};
use crate::error::ActionError;
use crate::evaluate::{ExecutionContext, JsHandle, RemoteObject, World};
use crate::frame::Frame;
use crate::page::Page;
use crate::progress::Progress;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Owner {
    backend_node_id: i64,
}

impl Page {
    /// Returns the frame that an element holds, or whose document element it is; nothing for any other.
    pub async fn content_frame(
        &self,
        progress: &Progress,
        element: &JsHandle,
    ) -> Result<Option<Frame>, ActionError> {
        let Some(object) = element.object_id() else { return Ok(None) };
        let node = describe(progress, element.context(), object).await?;
        Ok(node.frame_id.and_then(|id| self.frame_by_id(&id)))
    }

    /// Returns an element for use in another world of its document.
    pub async fn in_world(
        &self,
        progress: &Progress,
        element: &JsHandle,
        world: World,
    ) -> Result<JsHandle, ActionError> {
        let context = self.frame_of(element)?.context_in(progress, world).await?;
        let object_id = Some(adopt(progress, element, &context).await?);
        let subtype = Some("node".to_owned());
        Ok(JsHandle::new(&context, RemoteObject { object_id, subtype, ..RemoteObject::default() }))
    }
}

impl Frame {
    /// Returns the element that holds this frame, in the document around it.
    pub async fn element(&self, progress: &Progress) -> Result<JsHandle, ActionError> {
        self.check_alive()?;
        let parent = self.parent().ok_or(ActionError::FrameDetached)?;
        owner_in(progress, self, &parent.main_context(progress).await?).await
    }
}

/// Returns the element that holds a frame, for use in a world of the document around it.
pub(super) async fn owner_in(
    progress: &Progress,
    frame: &Frame,
    context: &ExecutionContext,
) -> Result<JsHandle, ActionError> {
    let reply = context.channel().send(&GetFrameOwnerParams::new(frame.id().to_owned()));
    let owner: Owner = progress.run(async { Ok::<_, ActionError>(reply.decode().await?) }).await?;
    let params = ResolveNodeParams {
        backend_node_id: Some(BackendNodeId::new(owner.backend_node_id)),
        execution_context_id: Some(ExecutionContextId::new(context.id())),
        ..ResolveNodeParams::default()
    };
    let reply = context.channel().send(&params);
    let resolved: Resolved = progress.run(async { Ok::<_, ActionError>(reply.decode().await?) }).await?;
    Ok(JsHandle::new(context, resolved.object))
}
