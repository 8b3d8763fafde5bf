//! The process that clones: reads its job from the standard input, fetches, writes the files, and answers on
//! the standard output. Runs apart from the run so that it can be ended, and so that what git holds in memory
//! is limited and given back.

use std::io::{Read as _, Write as _};
use std::path::{Component, Path};

use git2::build::CheckoutBuilder;
use git2::{ObjectType, Repository, RepositoryInitOptions, Tree, TreeWalkMode, TreeWalkResult};
use rustix::process::{Resource, Rlimit, Signal};

use super::fetch::{FetchError, fetch};
use super::job::{Answer, Job, Obstacle};

/// The hidden command under which the process is started.
pub(crate) const COMMAND: &str = "checkout-child";

/// What git may hold in memory.
const MEMORY: u64 = 1024 * 1024 * 1024;

/// What the child could not do to answer at all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChildError {
    #[error("failed to read the job or to answer")]
    Pipe(#[from] std::io::Error),
    #[error("the job is not one, or the answer has no JSON form")]
    Json(#[from] serde_json::Error),
}

/// Does one job.
pub(crate) fn run() -> Result<(), ChildError> {
    limit_process();
    let mut order = Vec::new();
    std::io::stdin().read_to_end(&mut order)?;
    let job: Job = serde_json::from_slice(&order)?;
    let answer = match check_out(&job) {
        Ok(revision) => Answer::Done { revision },
        Err(error) => Answer::Refused { obstacle: error.obstacle, message: error.message },
    };
    std::io::stdout().write_all(&serde_json::to_vec(&answer)?)?;
    Ok(())
}

/// Ends with the run, and holds no more memory than it may. Both are a second line of defence: where the
/// system refuses them, the deadline and the size limit stand.
fn limit_process() {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).ok();
    let limit = Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    rustix::process::setrlimit(Resource::Data, limit).ok();
}

fn check_out(job: &Job) -> Result<String, FetchError> {
    let mut options = RepositoryInitOptions::new();
    options.bare(true).external_template(false);
    let repository = Repository::init_opts(&job.repository, &options)?;
    let commit = repository.find_commit(fetch(&repository, job)?)?;
    let tree = commit.tree()?;
    let contents = measure(&repository, &tree)?;
    if contents.bytes > job.limit {
        let message = format!("its files have {} bytes, more than {}", contents.bytes, job.limit);
        return Err(FetchError { obstacle: Obstacle::Size, message });
    }
    if contents.links_out {
        repository.config()?.set_bool("core.symlinks", false)?;
    }
    write(&repository, &tree, &job.tree)?;
    Ok(commit.id().to_string())
}

/// What a tree holds.
#[derive(Default)]
struct Contents {
    bytes: u64,
    /// A link leads out of the tree: then links become plain files.
    links_out: bool,
}

/// The file mode of a symbolic link in a tree.
const LINK: i32 = 0o120_000;

fn measure(repository: &Repository, tree: &Tree<'_>) -> Result<Contents, FetchError> {
    let objects = repository.odb()?;
    let mut contents = Contents::default();
    tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
        if entry.kind() == Some(ObjectType::Blob)
            && let Ok((size, _)) = objects.read_header(entry.id())
        {
            contents.bytes = contents.bytes.saturating_add(size as u64);
            if entry.filemode() == LINK {
                let target = repository.find_blob(entry.id());
                contents.links_out |= !target.is_ok_and(|blob| {
                    std::str::from_utf8(blob.content()).is_ok_and(|to| stays_within(folder, to))
                });
            }
        }
        TreeWalkResult::Ok
    })?;
    Ok(contents)
}

fn stays_within(folder: &str, target: &str) -> bool {
    let mut depth = Path::new(folder).components().count();
    for component in Path::new(target).components() {
        match component {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            _ => return false,
        }
    }
    true
}

fn write(repository: &Repository, tree: &Tree<'_>, folder: &Path) -> Result<(), FetchError> {
    let mut checkout = CheckoutBuilder::new();
    checkout.force().target_dir(folder).file_perm(0o444).disable_filters(true);
    std::fs::create_dir_all(folder).map_err(|error| FetchError {
        obstacle: Obstacle::Other,
        message: format!("failed to make `{}`: {error}", folder.display()),
    })?;
    Ok(repository.checkout_tree(tree.as_object(), Some(&mut checkout))?)
}

#[cfg(test)]
mod tests;
