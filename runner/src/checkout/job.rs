//! What the run tells the process that clones, and what that answers: one line of JSON each way.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What is to be cloned, and how. Travels over a pipe, never over arguments or variables, since it may hold
/// a token.
#[derive(Deserialize, Serialize)]
pub(super) struct Job {
    /// The repository.
    pub(super) url: String,
    /// The user to name.
    pub(super) user: Option<String>,
    /// The token for https.
    pub(super) token: Option<String>,
    /// The private key for ssh.
    pub(super) ssh_key: Option<PathBuf>,
    /// Commit, branch or tag.
    pub(super) revision: Option<String>,
    /// How many bytes may come, over the network and into the folder.
    pub(super) limit: u64,
    /// Where objects are kept.
    pub(super) repository: PathBuf,
    /// Where files are written.
    pub(super) tree: PathBuf,
}

/// What came of it.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// The files are there.
    Done {
        /// Full id of the commit.
        revision: String,
    },
    /// They are not.
    Refused {
        /// What stands in the way.
        obstacle: Obstacle,
        /// How git says it.
        message: String,
    },
}

/// What stands in the way of a checkout.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Obstacle {
    /// There is no such repository, or it is not shown to us.
    Repository,
    /// There is no such commit, branch or tag.
    Revision,
    /// The server wants other credentials.
    Credentials,
    /// The server's key or certificate is not trusted.
    Trust,
    /// The server was not reached.
    Network,
    /// It is larger than allowed.
    Size,
    /// Something else.
    Other,
}

impl Obstacle {
    /// Says how to mend it.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Self::Repository => "check the URL, and whether the credentials may see the repository",
            Self::Revision => "name a commit, branch or tag that the repository has",
            Self::Credentials => {
                "give a token with `--git-token env:VARIABLE` (https) or a key with `--git-ssh-key PATH` (ssh)"
            }
            Self::Trust => {
                "put the server's key into the file named by `--git-known-hosts` (ssh), or its certificate's issuer into the file named by SSL_CERT_FILE (https)"
            }
            Self::Network => "check the host, the port and the network between",
            Self::Size => "raise `git_limit_bytes` or make the repository smaller",
            Self::Other => "see the message of git above",
        }
    }
}
