//! Checkout: the scripts of a pinned commit, in a folder that goes away with the run. Owns the child process
//! that clones, its time and the way of its credentials; the cloning itself is in `child`.

pub(crate) mod child;
mod credentials;
mod fetch;
mod job;

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::settings::Git;
use crate::settings::address::without_credentials;
use crate::settings::secret::Secret;
use crate::settings::sources::Environment;
pub(crate) use job::Obstacle;
use job::{Answer, Job};

/// The folder that scripts are read from.
#[derive(Debug)]
pub(crate) struct Checkout {
    root: PathBuf,
    /// Where it came from, where it came from a repository.
    pub(crate) origin: Option<Origin>,
    /// Removes the folder when the run is over.
    _folder: Option<TempDir>,
}

/// Where a checkout came from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Origin {
    /// The repository, without credentials.
    pub(crate) repository: String,
    /// The full id of the commit.
    pub(crate) revision: String,
}

/// Why there is no checkout.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckoutError {
    #[error("failed to make a folder for the checkout of `{repository}`")]
    Folder { repository: String, source: std::io::Error },
    #[error("failed to start the process that clones `{repository}`")]
    Start { repository: String, source: std::io::Error },
    #[error(
        "the clone of `{repository}` took more than {limit_ms} ms and was ended; raise `git_timeout_ms` or make the repository smaller"
    )]
    TimedOut { repository: String, limit_ms: u128 },
    #[error(
        "the process that clones `{repository}` ended without an answer ({status}); it may have run out of memory or disk"
    )]
    Died { repository: String, status: ExitStatus },
    #[error("failed to check out `{revision}` of `{repository}`: {message}; {}", obstacle.advice())]
    Refused { repository: String, revision: String, obstacle: Obstacle, message: String },
}

impl Checkout {
    /// Returns the checkout of a folder as it stands, without a commit.
    pub(crate) fn of_folder(root: PathBuf) -> Self {
        Self { root, origin: None, _folder: None }
    }

    /// Clones a repository and checks out the wanted commit.
    pub(crate) async fn of_repository(git: &Git, environment: &Environment) -> Result<Self, CheckoutError> {
        let repository = without_credentials(&git.url);
        let folder = tempfile::Builder::new()
            .prefix("canary-checkout-")
            .tempdir()
            .map_err(|source| CheckoutError::Folder { repository: repository.clone(), source })?;
        let home = prepare_home(folder.path(), git, environment)
            .map_err(|source| CheckoutError::Folder { repository: repository.clone(), source })?;
        let root = folder.path().join("tree");
        let job = Job {
            url: git.url.clone(),
            user: git.user.clone(),
            token: git.token.as_ref().map(|token| token.expose().to_owned()),
            ssh_key: git.ssh_key.clone(),
            revision: git.revision.clone(),
            limit: git.limit,
            repository: folder.path().join("repository"),
            tree: root.clone(),
        };
        match run_child(&job, &home, git, environment, &repository).await? {
            Answer::Done { revision } => {
                Ok(Self { root, origin: Some(Origin { repository, revision }), _folder: Some(folder) })
            }
            Answer::Refused { obstacle, message } => Err(CheckoutError::Refused {
                repository,
                revision: git.revision.clone().unwrap_or_else(|| "HEAD".to_owned()),
                obstacle,
                message: without_token(&message, git.token.as_ref()),
            }),
        }
    }

    /// Returns the folder that scripts are read from.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }
}

/// A home of its own keeps the user's git settings out, and is where libgit2 looks for the servers' keys.
fn prepare_home(folder: &Path, git: &Git, environment: &Environment) -> std::io::Result<PathBuf> {
    let home = folder.join("home");
    std::fs::create_dir_all(home.join(".ssh"))?;
    // A mounted folder often belongs to another user. Git refuses such repositories since their settings could
    // name programs to be run; the child runs none.
    std::fs::write(home.join(".gitconfig"), "[safe]\n\tdirectory = *\n")?;
    let usual = environment.get("HOME").map(|home| Path::new(home).join(".ssh/known_hosts"));
    let known = git.known_hosts.clone().or(usual.filter(|path| path.is_file()));
    if let Some(known) = known {
        std::fs::copy(known, home.join(".ssh/known_hosts"))?;
    }
    Ok(home)
}

/// What the child may see of the environment: certificates, proxies and the key agent.
const PASSED_ON: &[&str] = &[
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSH_AUTH_SOCK",
    "TMPDIR",
];

async fn run_child(
    job: &Job,
    home: &Path,
    git: &Git,
    environment: &Environment,
    repository: &str,
) -> Result<Answer, CheckoutError> {
    let failed = |source| CheckoutError::Start { repository: repository.to_owned(), source };
    let program = std::env::current_exe().map_err(failed)?;
    let passed_on = PASSED_ON.iter().filter_map(|name| Some((*name, environment.get(name)?)));
    let mut child = tokio::process::Command::new(program)
        .arg(child::COMMAND)
        .env_clear()
        .envs(passed_on)
        .env("HOME", home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let order = serde_json::to_vec(job).map_err(|error| failed(error.into()))?;
    let talk = async {
        if let Some(mut input) = child.stdin.take() {
            // A child that is gone already is told by its missing answer.
            input.write_all(&order).await.ok();
        }
        let mut answer = Vec::new();
        if let Some(mut output) = child.stdout.take() {
            output.read_to_end(&mut answer).await.map_err(failed)?;
        }
        let status = child.wait().await.map_err(failed)?;
        serde_json::from_slice(&answer)
            .map_err(|_| CheckoutError::Died { repository: repository.to_owned(), status })
    };
    match tokio::time::timeout(git.timeout, talk).await {
        Ok(answer) => answer,
        Err(_) => Err(CheckoutError::TimedOut {
            repository: repository.to_owned(),
            limit_ms: git.timeout.as_millis(),
        }),
    }
}

fn without_token(message: &str, token: Option<&Secret>) -> String {
    match token {
        Some(token) if !token.expose().is_empty() => message.replace(token.expose(), &token.to_string()),
        _ => message.to_owned(),
    }
}
