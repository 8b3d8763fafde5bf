//! Errors of commands: why a command could not do its work at all. What goes wrong within a run is the run's
//! own failure and no error here.

use canary_store::document::FailureClass;

use crate::checkout::child::ChildError;
use crate::exit::Exit;
use crate::settings::problem::Problems;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error(transparent)]
    Settings(#[from] Problems),
    #[error("failed to prepare the run")]
    Prepare(#[source] std::io::Error),
    #[error(transparent)]
    Store(#[from] canary_store::OpenError),
    #[error(transparent)]
    Attachments(#[from] canary_store::AttachmentError),
    #[error("the store holds no run yet; `canary run` makes one")]
    NoRun,
    #[error(transparent)]
    Read(#[from] canary_store::ReadError),
    #[error(transparent)]
    Spool(#[from] canary_store::SpoolError),
    #[error("the spool cannot be opened; the log says why")]
    NoSpool,
    #[error("`{store}` is no Elasticsearch; name one with `--store elasticsearch:http://HOST:9200`")]
    NoServer { store: String },
    #[error(transparent)]
    Setup(#[from] canary_store::elasticsearch::SetupError),
    #[error("failed to print")]
    Print(#[from] std::io::Error),
    #[error("there is no schema `{name}`; there are {known}")]
    NoSchema { name: String, known: String },
    #[error(transparent)]
    Child(#[from] ChildError),
    #[error("a bug of Canary: {message}; please report it with the log of `--log-level debug`")]
    Panic { message: String },
}

impl CommandError {
    /// Returns the class, as a run that was refused tells it.
    pub(crate) fn class(&self) -> FailureClass {
        match self {
            Self::Panic { .. } => FailureClass::Internal,
            _ => FailureClass::Plan,
        }
    }

    /// Returns the command's exit code.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Panic { .. } => Exit::INTERNAL,
            Self::Settings(_)
            | Self::Prepare(_)
            | Self::Store(_)
            | Self::Attachments(_)
            | Self::NoServer { .. }
            | Self::NoSchema { .. } => Exit::PLAN,
            Self::NoRun
            | Self::NoSpool
            | Self::Setup(_)
            | Self::Read(_)
            | Self::Spool(_)
            | Self::Print(_)
            | Self::Child(_) => Exit::COMMAND,
        }
    }
}
