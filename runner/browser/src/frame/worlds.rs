//! The worlds of a frame's document, and script that runs in them.

use std::time::Duration;

use chromiumoxide_cdp::cdp::browser_protocol::page::CreateIsolatedWorldParams;

use super::Frame;
use crate::error::ActionError;
use crate::evaluate::{Argument, ExecutionContext, ISOLATED_WORLD, JsHandle, Script, WireValue, World};
use crate::progress::Progress;
use crate::target::Channel;

impl Frame {
    /// Returns the document's own world if there is one right now.
    pub(crate) fn current_main_context(&self) -> Option<ExecutionContext> {
        self.0.main.borrow().clone().filter(|context| !context.is_gone())
    }

    /// Returns the document's own world, once there is a document.
    pub(crate) async fn main_context(&self, progress: &Progress) -> Result<ExecutionContext, ActionError> {
        progress
            .run(self.until(|| match self.check_alive() {
                Ok(()) => self.current_main_context().map(Ok),
                Err(error) => Some(Err(error)),
            }))
            .await
    }

    /// Returns our world in the document; it is made when it is asked for first.
    pub(crate) async fn isolated_context(
        &self,
        progress: &Progress,
    ) -> Result<ExecutionContext, ActionError> {
        progress.run(self.isolated_world()).await
    }

    async fn isolated_world(&self) -> Result<ExecutionContext, ActionError> {
        let _alone = self.0.making_isolated.lock().await;
        // A document may go away while its world is made; a handful of times in a row is a chain of redirects.
        loop {
            self.check_alive()?;
            if let Some(context) = self.current_isolated_context() {
                return Ok(context);
            }
            let params = CreateIsolatedWorldParams {
                world_name: Some(ISOLATED_WORLD.to_owned()),
                grant_univeral_access: Some(true),
                ..CreateIsolatedWorldParams::new(self.0.id.clone())
            };
            let channel = self.channel();
            let asked = channel.send(&params).done();
            // A new document brings the world by itself, and mostly tells of it while the question is on its way.
            let made = tokio::select! {
                biased;
                context = self.until(|| self.current_isolated_context()) => return Ok(context),
                made = asked => made,
            };
            match made.map_err(ActionError::from) {
                Ok(()) => {}
                // The frame is moving to another process.
                Err(ActionError::Call(_) | ActionError::ContextGone) if !self.is_detached() => {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                Err(ActionError::PageClosed) if !self.channel().is(&channel) => {}
                Err(ActionError::PageClosed) => {
                    self.check_alive()?;
                    self.wait_for_channel(&channel).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn current_isolated_context(&self) -> Option<ExecutionContext> {
        self.0.isolated.borrow().clone().filter(|context| !context.is_gone())
    }

    /// Waits until a frame that left one process is in another, or gone.
    async fn wait_for_channel(&self, old: &Channel) -> Result<(), ActionError> {
        self.until(|| match self.check_alive() {
            Ok(()) => (!self.channel().is(old)).then_some(Ok(())),
            Err(error) => Some(Err(error)),
        })
        .await
    }

    /// Looks now and after each change until there is something.
    async fn until<T>(&self, look: impl Fn() -> Option<T>) -> T {
        loop {
            let changed = self.0.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if let Some(found) = look() {
                return found;
            }
            changed.await;
        }
    }

    /// Returns a world of the document.
    pub(crate) async fn context_in(
        &self,
        progress: &Progress,
        world: World,
    ) -> Result<ExecutionContext, ActionError> {
        match world {
            World::Main => self.main_context(progress).await,
            World::Isolated => self.isolated_context(progress).await,
        }
    }

    /// Runs a script in the document's own world; gives its value in the wire form.
    pub async fn evaluate(
        &self,
        progress: &Progress,
        script: &Script,
        argument: &Argument,
    ) -> Result<WireValue, ActionError> {
        self.evaluate_in(progress, World::Main, script, argument).await
    }

    /// The same in one of its worlds.
    pub async fn evaluate_in(
        &self,
        progress: &Progress,
        world: World,
        script: &Script,
        argument: &Argument,
    ) -> Result<WireValue, ActionError> {
        let context = self.context_in(progress, world).await?;
        context.evaluate(progress, script, argument).await
    }

    /// Runs a script in the document's own world; the result stays in the page.
    pub async fn evaluate_handle(
        &self,
        progress: &Progress,
        script: &Script,
        argument: &Argument,
    ) -> Result<JsHandle, ActionError> {
        self.evaluate_handle_in(progress, World::Main, script, argument).await
    }

    /// The same in one of its worlds.
    pub async fn evaluate_handle_in(
        &self,
        progress: &Progress,
        world: World,
        script: &Script,
        argument: &Argument,
    ) -> Result<JsHandle, ActionError> {
        let context = self.context_in(progress, world).await?;
        context.evaluate_handle(progress, script, argument).await
    }
}
