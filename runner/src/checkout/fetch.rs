//! Fetching: brings the one commit that is wanted, alone where git allows it, and says which it is.

use git2::{AutotagOption, Direction, FetchOptions, ProxyOptions, RemoteCallbacks, Repository};

use super::credentials::Credentials;
use super::job::{Job, Obstacle};

/// Why a commit could not be fetched.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct FetchError {
    /// What stands in the way.
    pub(super) obstacle: Obstacle,
    /// How git says it.
    pub(super) message: String,
}

impl From<git2::Error> for FetchError {
    fn from(error: git2::Error) -> Self {
        Self { obstacle: classify(&error), message: error.message().trim_end().to_owned() }
    }
}

/// What the server calls the wanted revision.
enum Wanted {
    /// A branch, a tag or `HEAD`, by its full name there.
    Reference(String),
    /// A commit by its full id, which no name points to.
    Commit(String),
    /// Something that only the whole history can tell, such as an abbreviated id.
    Unknown(String),
}

/// The name under which the wanted commit is kept here.
const PINNED: &str = "refs/canary/pinned";

/// Fetches the wanted commit into the repository and returns its id.
pub(super) fn fetch(repository: &Repository, job: &Job) -> Result<git2::Oid, FetchError> {
    let wanted = look_up(repository, job)?;
    let found = match &wanted {
        Wanted::Reference(name) => fetch_alone(repository, job, name),
        Wanted::Commit(id) => fetch_alone(repository, job, id).or_else(|error| match error.obstacle {
            Obstacle::Size | Obstacle::Credentials => Err(error),
            _ => fetch_all(repository, job, id),
        }),
        Wanted::Unknown(text) => fetch_all(repository, job, text),
    };
    let id = found?;
    let commit = repository.find_object(id, None).and_then(|object| object.peel_to_commit());
    commit.map(|commit| commit.id()).map_err(|_| unknown_revision(job))
}

fn look_up(repository: &Repository, job: &Job) -> Result<Wanted, FetchError> {
    let mut remote = repository.remote_anonymous(&job.url)?;
    let connection = remote.connect_auth(Direction::Fetch, Some(callbacks(job)), Some(proxy()))?;
    let heads = connection.list()?;
    if heads.is_empty() {
        let message = "the repository has no commits".to_owned();
        return Err(FetchError { obstacle: Obstacle::Revision, message });
    }
    let Some(revision) = &job.revision else { return Ok(Wanted::Reference("HEAD".to_owned())) };
    let names = [format!("refs/tags/{revision}"), format!("refs/heads/{revision}"), revision.clone()];
    for name in names {
        if heads.iter().any(|head| head.name() == name) {
            return Ok(Wanted::Reference(name));
        }
    }
    if !is_full_id(revision) {
        return Ok(Wanted::Unknown(revision.clone()));
    }
    let tip = heads.iter().find(|head| head.oid().to_string() == *revision && !head.name().ends_with("^{}"));
    Ok(match tip {
        Some(head) => Wanted::Reference(head.name().to_owned()),
        None => Wanted::Commit(revision.clone()),
    })
}

fn is_full_id(revision: &str) -> bool {
    revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Fetches one commit without its history, or with it where the transport knows no other way.
fn fetch_alone(repository: &Repository, job: &Job, name: &str) -> Result<git2::Oid, FetchError> {
    let refspec = format!("+{name}:{PINNED}");
    let shallow = transfer(repository, job, &[&refspec], true);
    if let Err(error) = shallow {
        if error.obstacle != Obstacle::Other {
            return Err(error);
        }
        transfer(repository, job, &[&refspec], false)?;
    }
    Ok(repository.refname_to_id(PINNED)?)
}

fn fetch_all(repository: &Repository, job: &Job, revision: &str) -> Result<git2::Oid, FetchError> {
    let all = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
    transfer(repository, job, &all, false)?;
    repository.revparse_single(revision).map(|object| object.id()).map_err(|_| unknown_revision(job))
}

fn transfer(repository: &Repository, job: &Job, refspecs: &[&str], shallow: bool) -> Result<(), FetchError> {
    let mut remote = repository.remote_anonymous(&job.url)?;
    let mut options = FetchOptions::new();
    options.remote_callbacks(callbacks(job)).proxy_options(proxy()).download_tags(AutotagOption::None);
    if shallow {
        options.depth(1);
    }
    remote.fetch(refspecs, Some(&mut options), None).map_err(|error| {
        let too_large = remote.stats().received_bytes() as u64 > job.limit;
        match FetchError::from(error) {
            _ if too_large => FetchError {
                obstacle: Obstacle::Size,
                message: format!("it brings more than {} bytes", job.limit),
            },
            error => error,
        }
    })
}

fn callbacks(job: &Job) -> RemoteCallbacks<'_> {
    let mut credentials = Credentials::new(job);
    let mut callbacks = RemoteCallbacks::new();
    callbacks.credentials(move |_, user, wanted| credentials.answer(user, wanted));
    callbacks.transfer_progress(|progress| progress.received_bytes() as u64 <= job.limit);
    callbacks
}

fn proxy() -> ProxyOptions<'static> {
    let mut proxy = ProxyOptions::new();
    proxy.auto();
    proxy
}

fn unknown_revision(job: &Job) -> FetchError {
    let revision = job.revision.as_deref().unwrap_or("HEAD");
    FetchError {
        obstacle: Obstacle::Revision,
        message: format!("the repository has no commit, branch or tag `{revision}`"),
    }
}

/// Says what stands in the way, from what libgit2 tells by class and code, and in places only by its words.
fn classify(error: &git2::Error) -> Obstacle {
    use git2::{ErrorClass, ErrorCode};
    let message = error.message().to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    match (error.code(), error.class()) {
        // What a server says through ssh comes without a class of its own.
        _ if says(&["not appear to be a git repository", "repository not found"]) => Obstacle::Repository,
        (ErrorCode::Auth, _) => Obstacle::Credentials,
        (ErrorCode::Certificate, _) | (_, ErrorClass::Ssl) => Obstacle::Trust,
        (_, ErrorClass::Ssh) if says(&["known hosts", "hostkey", "host key"]) => Obstacle::Trust,
        (_, ErrorClass::Ssh) if says(&["authenticat", "publickey", "key"]) => Obstacle::Credentials,
        (_, ErrorClass::Http) if says(&["status code: 401", "status code: 403", "authentication"]) => {
            Obstacle::Credentials
        }
        (_, ErrorClass::Http) if says(&["status code: 404"]) => Obstacle::Repository,
        (_, ErrorClass::Net | ErrorClass::Ssh) if says(&["resolve", "connect", "timed out", "refused"]) => {
            Obstacle::Network
        }
        (_, ErrorClass::Os) if says(&["resolve path", "connect"]) => {
            if says(&["connect"]) {
                Obstacle::Network
            } else {
                Obstacle::Repository
            }
        }
        // A path that is no folder is taken for a URL of an unknown kind.
        (_, ErrorClass::Net) if says(&["unsupported url protocol"]) => Obstacle::Repository,
        (ErrorCode::NotFound, _) => Obstacle::Repository,
        _ => Obstacle::Other,
    }
}
