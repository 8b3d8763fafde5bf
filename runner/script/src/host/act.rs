//! Actions on elements, with what goes beside them: handles, event data, files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use canary_browser::{
    Action, Argument, FileChoice, FilePayload, Frame, JsHandle, Progress, Selector, WireValue,
};

use super::command::{Beside, Code, InputFile, Target};
use super::failure::Failed;
use super::registry::{FrameId, HandleId, Held};
use super::{Host, json_answer};
use crate::engine::Answer;

impl Host {
    pub(super) fn frame_of(&self, id: FrameId) -> Result<Frame, Failed> {
        let frame = self.objects.frames.get(id).ok_or(Failed::Gone)?;
        if let Some(page) = frame.page() {
            self.current.set(Some(self.objects.page_id(&page)));
        }
        Ok(frame)
    }

    pub(super) fn held(&self, id: HandleId) -> Result<Held, Failed> {
        let held = self.objects.handles.get(id).ok_or_else(|| Failed::invalid("the handle was disposed"))?;
        match held.frame.is_none() && held.handle.is_gone() {
            true => Err(Failed::Gone),
            false => Ok(held),
        }
    }

    pub(super) fn handles(&self, ids: &[HandleId]) -> Result<Vec<JsHandle>, Failed> {
        ids.iter().map(|id| self.held(*id).map(|held| held.handle)).collect()
    }

    pub(super) fn argument(&self, code: &Code) -> Result<Argument, Failed> {
        let handles = self.handles(&code.handles)?;
        Ok(Argument { value: code.argument.clone(), handles, extended: code.extended })
    }

    /// Returns the frame and the selector that a target means.
    pub(super) fn target(&self, target: &Target) -> Result<(Frame, Selector), Failed> {
        Ok((self.frame_of(target.frame)?, Selector::parse(&target.selector)?))
    }

    pub(super) async fn act(
        &self,
        progress: &Progress,
        target: &Target,
        action: Action,
        beside: Beside,
        forced: bool,
    ) -> Result<Answer, Failed> {
        let (frame, selector) = self.target(target)?;
        let action = self.complete(action, beside, target.strict).await?;
        let work = async { Ok(frame.locating(&selector, target.strict).act(progress, &action).await?) };
        let page = frame.page().filter(|_| !forced);
        Ok(json_answer(self.past_obstacles(progress, page, work).await?))
    }

    pub(super) async fn act_on(
        &self,
        progress: &Progress,
        element: HandleId,
        action: Action,
        beside: Beside,
    ) -> Result<Answer, Failed> {
        let held = self.held(element)?;
        let page = held.frame.and_then(|frame| frame.page()).ok_or(Failed::Gone)?;
        let action = self.complete(action, beside, true).await?;
        let work = async { Ok(page.act_on(progress, &held.handle, &action).await?) };
        Ok(json_answer(self.past_obstacles(progress, Some(page.clone()), work).await?))
    }

    /// Puts into an action what the prelude sent beside it.
    async fn complete(&self, action: Action, beside: Beside, strict: bool) -> Result<Action, Failed> {
        Ok(match action {
            Action::SelectOption { options, force, .. } => {
                Action::SelectOption { options, force, handles: self.handles(&beside.handles)? }
            }
            Action::DispatchEvent { event, .. } => {
                let value = beside.event_init.unwrap_or_else(WireValue::undefined);
                let event_init = Argument { handles: self.handles(&beside.handles)?, ..Argument::of(value) };
                Action::DispatchEvent { event, event_init }
            }
            Action::SetInputFiles { .. } => {
                Action::SetInputFiles { files: self.choice(beside.files.unwrap_or_default()).await? }
            }
            Action::Drop(mut options) => {
                options.files = self.payloads(beside.files.unwrap_or_default()).await?;
                Action::Drop(options)
            }
            Action::DragTo(mut options) => {
                options.strict = strict;
                Action::DragTo(options)
            }
            action => action,
        })
    }

    /// Files go to the browser by path where it sees the same disk, else with their content.
    async fn choice(&self, files: Vec<InputFile>) -> Result<FileChoice, Failed> {
        let remote = self.open_session()?.is_remote();
        let paths: Option<Vec<&str>> = files
            .iter()
            .map(|file| match file {
                InputFile::Path { path } => Some(path.as_str()),
                InputFile::Content { .. } => None,
            })
            .collect();
        match paths {
            Some(paths) if !remote && !paths.is_empty() => self.paths(&paths),
            _ => Ok(FileChoice::Payloads(self.payloads(files).await?)),
        }
    }

    fn paths(&self, paths: &[&str]) -> Result<FileChoice, Failed> {
        let mut real = Vec::new();
        for path in paths {
            let found = self.real_path(path)?;
            let text = found.to_string_lossy().into_owned();
            if found.is_dir() {
                return match paths.len() {
                    1 => Ok(FileChoice::Folder(text)),
                    _ => Err(Failed::invalid("Multiple directories are not supported")),
                };
            }
            real.push(text);
        }
        Ok(FileChoice::Paths(real))
    }

    async fn payloads(&self, files: Vec<InputFile>) -> Result<Vec<FilePayload>, Failed> {
        let mut payloads = Vec::new();
        for file in files {
            payloads.push(match file {
                InputFile::Content { name, mime_type, base64 } => {
                    FilePayload { name, mime_type, buffer: base64 }
                }
                InputFile::Path { path } => {
                    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
                    let bytes = self.read_file(&path).await?;
                    FilePayload { name, mime_type: String::new(), buffer: STANDARD.encode(bytes) }
                }
            });
        }
        Ok(payloads)
    }
}
