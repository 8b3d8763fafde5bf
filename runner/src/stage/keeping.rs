//! Keeping: pictures and pages of a failure, and what the script attached itself.

use canary_script::AttachmentContent;
use canary_store::document::{Attachment, AttachmentKind};

use super::Stage;
use crate::attachments::{self, File};
use crate::chain;
use crate::evidence;
use crate::recorder::DropReason;
use crate::settings::ScreenshotWhen;

impl Stage<'_> {
    /// Keeps what shows the first failure of a test, once: the picture first, then the document.
    pub(super) async fn keep_evidence(&mut self) {
        let dead = self.session.is_closed().is_some();
        if !self.test.evidence.is_empty() || dead || !self.attachments.is_on() {
            return;
        }
        let mut kept = Vec::new();
        if self.screenshot != ScreenshotWhen::Off {
            kept.extend(self.keep_screenshot("failure.png").await);
        }
        if let Some(page) = self.watch.active_page() {
            match evidence::dom(self.session, &page).await {
                Ok(content) => {
                    let file = File {
                        name: "failure.html".to_owned(),
                        media_type: "text/html".to_owned(),
                        kind: AttachmentKind::Dom,
                        content,
                    };
                    kept.extend(self.keep(file).await);
                }
                Err(error) => tracing::warn!(error = chain::line(&error), "failed to keep the document"),
            }
        }
        self.test.evidence = kept;
    }

    /// Keeps a picture of the page in which something happened last.
    pub(super) async fn keep_screenshot(&mut self, name: &str) -> Option<Attachment> {
        if !self.attachments.is_on() {
            return None;
        }
        let page = self.watch.active_page()?;
        match evidence::screenshot(self.session, &page).await {
            Ok(content) => {
                let file = File {
                    name: name.to_owned(),
                    media_type: "image/png".to_owned(),
                    kind: AttachmentKind::Screenshot,
                    content,
                };
                self.keep(file).await
            }
            Err(error) => {
                tracing::warn!(error = chain::line(&error), "failed to take a screenshot");
                None
            }
        }
    }

    /// Keeps what a script attached.
    pub(super) async fn attach(
        &mut self,
        step: Option<u32>,
        name: String,
        media_type: String,
        content: AttachmentContent,
    ) {
        let content = match content {
            AttachmentContent::Bytes(bytes) => bytes,
            AttachmentContent::File(path) => {
                let folders: Vec<_> = self.folders.iter().map(std::path::PathBuf::as_path).collect();
                match attachments::read(&path, &folders) {
                    Ok(bytes) => bytes,
                    Err(error) => {
                        self.reporter
                            .said("warning", &format!("attachment `{name}`: {}", chain::line(&error)));
                        self.recorder.dropped(DropReason::Attachment, 1);
                        return;
                    }
                }
            }
        };
        let file = File { name, media_type, kind: AttachmentKind::Other, content };
        if let Some(kept) = self.keep(file).await {
            self.test.attached.entry(step).or_default().push(kept);
        }
    }

    async fn keep(&mut self, file: File) -> Option<Attachment> {
        match self.attachments.keep(file).await {
            Ok(kept) => {
                self.played.attachments.extend(kept.clone());
                kept
            }
            Err(_) => {
                self.recorder.dropped(DropReason::Attachment, 1);
                None
            }
        }
    }
}
