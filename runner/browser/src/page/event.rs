//! What happens in a page, as scripts hear of it.

use tokio::sync::mpsc;

use super::Page;
use crate::console::ConsoleMessage;
use crate::dialog::Dialog;
use crate::download::Download;
use crate::error::Exception;
use crate::file_chooser::FileChooser;
use crate::frame::Frame;
use crate::network::{Request, Response, WebSocket};
use crate::worker::Worker;

/// Something that happened in a page.
#[derive(Clone, Debug)]
pub enum PageEvent {
    /// A request was sent; redirects are requests of their own.
    Request(Request),
    /// Status and headers of an answer arrived.
    Response(Response),
    /// An answer arrived whole.
    RequestFinished(Request),
    /// A request got no answer.
    RequestFailed(Request),
    /// The page, or the browser about it, wrote to the console.
    Console(ConsoleMessage),
    /// An exception that nobody caught.
    PageError(Exception),
    /// A dialog waits for an answer.
    Dialog(Dialog),
    /// The page opened another one.
    Popup(Page),
    /// A download began.
    Download(Download),
    /// The page asks for files.
    FileChooser(FileChooser),
    /// A frame came.
    FrameAttached(Frame),
    /// A frame went.
    FrameDetached(Frame),
    /// A frame has another document or address.
    FrameNavigated(Frame),
    /// The main document is parsed.
    DomContentLoaded,
    /// The main document is loaded with everything in it.
    Load,
    /// The page's process died.
    Crash,
    /// The page is closed.
    Close,
    /// A dedicated worker runs.
    Worker(Worker),
    /// A websocket was opened.
    WebSocket(WebSocket),
}

/// The kinds of [`PageEvent`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageEventKind {
    /// [`PageEvent::Request`].
    Request,
    /// [`PageEvent::Response`].
    Response,
    /// [`PageEvent::RequestFinished`].
    RequestFinished,
    /// [`PageEvent::RequestFailed`].
    RequestFailed,
    /// [`PageEvent::Console`].
    Console,
    /// [`PageEvent::PageError`].
    PageError,
    /// [`PageEvent::Dialog`].
    Dialog,
    /// [`PageEvent::Popup`].
    Popup,
    /// [`PageEvent::Download`].
    Download,
    /// [`PageEvent::FileChooser`].
    FileChooser,
    /// [`PageEvent::FrameAttached`].
    FrameAttached,
    /// [`PageEvent::FrameDetached`].
    FrameDetached,
    /// [`PageEvent::FrameNavigated`].
    FrameNavigated,
    /// [`PageEvent::DomContentLoaded`].
    DomContentLoaded,
    /// [`PageEvent::Load`].
    Load,
    /// [`PageEvent::Crash`].
    Crash,
    /// [`PageEvent::Close`].
    Close,
    /// [`PageEvent::Worker`].
    Worker,
    /// [`PageEvent::WebSocket`].
    WebSocket,
}

impl PageEvent {
    /// Returns the kind.
    pub fn kind(&self) -> PageEventKind {
        match self {
            Self::Request(_) => PageEventKind::Request,
            Self::Response(_) => PageEventKind::Response,
            Self::RequestFinished(_) => PageEventKind::RequestFinished,
            Self::RequestFailed(_) => PageEventKind::RequestFailed,
            Self::Console(_) => PageEventKind::Console,
            Self::PageError(_) => PageEventKind::PageError,
            Self::Dialog(_) => PageEventKind::Dialog,
            Self::Popup(_) => PageEventKind::Popup,
            Self::Download(_) => PageEventKind::Download,
            Self::FileChooser(_) => PageEventKind::FileChooser,
            Self::FrameAttached(_) => PageEventKind::FrameAttached,
            Self::FrameDetached(_) => PageEventKind::FrameDetached,
            Self::FrameNavigated(_) => PageEventKind::FrameNavigated,
            Self::DomContentLoaded => PageEventKind::DomContentLoaded,
            Self::Load => PageEventKind::Load,
            Self::Crash => PageEventKind::Crash,
            Self::Close => PageEventKind::Close,
            Self::Worker(_) => PageEventKind::Worker,
            Self::WebSocket(_) => PageEventKind::WebSocket,
        }
    }
}

/// Events of a page, in order. They end with the page.
#[derive(Debug)]
pub struct PageEvents(pub(super) mpsc::UnboundedReceiver<PageEvent>);

impl PageEvents {
    /// Waits for the next event; nothing once the page is closed.
    pub async fn recv(&mut self) -> Option<PageEvent> {
        self.0.recv().await
    }

    /// Returns the next event if it is there already.
    pub fn try_recv(&mut self) -> Option<PageEvent> {
        self.0.try_recv().ok()
    }
}

impl PageEventKind {
    /// Returns its place among the kinds that a listener asks for.
    pub(crate) fn bit(self) -> u32 {
        1 << self as u32
    }

    pub(crate) fn bits(kinds: &[Self]) -> u32 {
        kinds.iter().fold(0, |bits, kind| bits | kind.bit())
    }
}
