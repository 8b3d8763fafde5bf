//! Keeping: pictures and pages of a failure, and what the script attached itself.

use canary_browser::Progress;
use canary_script::AttachmentContent;
use canary_store::document::{Attachment, AttachmentKind};

use super::Stage;
use crate::attachments::{self, File};
use crate::chain;
use crate::evidence::{self, EvidenceError};
use crate::recorder::DropReason;
use crate::settings::ScreenshotWhen;

impl Stage<'_> {
    /// Keeps what shows the first failure of a test, once: the picture first, then the document.
    pub(super) async fn keep_evidence(&mut self) {
        let dead = self.session.is_closed().is_some();
        let Some(page) = self.watch.active_page() else { return };
        if !self.test.evidence.is_empty() || dead || !self.attachments.is_on() {
            return;
        }
        let progress = Progress::new(evidence::PATIENCE);
        let (picture, document) = tokio::join!(
            async {
                match self.screenshot {
                    ScreenshotWhen::Off => None,
                    _ => Some(evidence::screenshot(&progress, self.session, &page).await),
                }
            },
            evidence::dom(&progress, self.session, &page),
        );
        let picture = picture.and_then(|picture| taken(picture, "a screenshot"));
        let files = [
            picture.map(|content| picture_file("failure.png", content)),
            taken(document, "the document").map(document_file),
        ];
        for file in files.into_iter().flatten() {
            if let Some(kept) = self.keep(file).await {
                self.test.evidence.push(kept);
            }
        }
    }

    /// Keeps a picture of the page in which something happened last.
    pub(super) async fn keep_screenshot(&mut self, name: &str) -> Option<Attachment> {
        if !self.attachments.is_on() {
            return None;
        }
        let page = self.watch.active_page()?;
        let progress = Progress::new(evidence::PATIENCE);
        let picture = evidence::screenshot(&progress, self.session, &page).await;
        self.keep(picture_file(name, taken(picture, "a screenshot")?)).await
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

fn taken(taken: Result<Vec<u8>, EvidenceError>, what: &str) -> Option<Vec<u8>> {
    match taken {
        Ok(content) => Some(content),
        Err(error) => {
            tracing::warn!(error = chain::line(&error), "failed to take {what}");
            None
        }
    }
}

fn picture_file(name: &str, content: Vec<u8>) -> File {
    let media_type = "image/png".to_owned();
    File { name: name.to_owned(), media_type, kind: AttachmentKind::Screenshot, content }
}

fn document_file(content: Vec<u8>) -> File {
    let media_type = "text/html".to_owned();
    File { name: "failure.html".to_owned(), media_type, kind: AttachmentKind::Dom, content }
}
