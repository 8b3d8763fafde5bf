//! What is checked out of repositories that lie on this machine, and what is said of those that cannot be.

use std::path::PathBuf;

use git2::{IndexEntry, IndexTime, Signature};
use tempfile::TempDir;

use super::*;

/// A repository with two commits on `main`, a branch `next` and a tag `v1` on the first commit.
struct Source {
    folder: TempDir,
    first: String,
    second: String,
}

impl Source {
    fn new() -> Self {
        Self::with(&[("monitors/a.spec.ts", "second", 0o100_644)])
    }

    fn with(files: &[(&str, &str, u32)]) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("source");
        let repository =
            Repository::init_opts(&path, RepositoryInitOptions::new().initial_head("main")).unwrap();
        let first = commit(&repository, &[("monitors/a.spec.ts", "first", 0o100_644)], "refs/heads/main");
        let second = commit(&repository, files, "refs/heads/main");
        repository.reference("refs/heads/next", second, true, "").unwrap();
        let tagged = repository.find_object(first, None).unwrap();
        repository.tag("v1", &tagged, &signature(), "first release", true).unwrap();
        Self { folder, first: first.to_string(), second: second.to_string() }
    }

    fn job(&self, revision: Option<&str>) -> Job {
        Job {
            url: self.folder.path().join("source").to_str().unwrap().to_owned(),
            user: None,
            token: None,
            ssh_key: None,
            revision: revision.map(str::to_owned),
            limit: 1024 * 1024,
            repository: self.folder.path().join("repository"),
            tree: self.tree(),
        }
    }

    fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }
}

fn signature() -> Signature<'static> {
    Signature::new("Ann", "ann@example.com", &git2::Time::new(1_795_262_400, 0)).unwrap()
}

fn commit(repository: &Repository, files: &[(&str, &str, u32)], name: &str) -> git2::Oid {
    let mut index = repository.index().unwrap();
    index.clear().unwrap();
    for (path, content, mode) in files {
        let entry = IndexEntry {
            ctime: IndexTime::new(0, 0),
            mtime: IndexTime::new(0, 0),
            dev: 0,
            ino: 0,
            mode: *mode,
            uid: 0,
            gid: 0,
            file_size: 0,
            id: git2::Oid::ZERO_SHA1,
            flags: 0,
            flags_extended: 0,
            path: path.as_bytes().to_vec(),
        };
        index.add_frombuffer(&entry, content.as_bytes()).unwrap();
    }
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let parent = repository.refname_to_id(name).ok().and_then(|id| repository.find_commit(id).ok());
    let parents: Vec<_> = parent.iter().collect();
    repository.commit(Some(name), &signature(), &signature(), "a commit", &tree, &parents).unwrap()
}

fn check(source: &Source, revision: Option<&str>, expected: &str, content: &str) {
    assert_eq!(check_out(&source.job(revision)).unwrap(), expected, "{revision:?}");
    let file = std::fs::read_to_string(source.tree().join("monitors/a.spec.ts")).unwrap();
    assert_eq!(file, content, "{revision:?}");
}

#[test]
fn a_branch_a_tag_and_a_commit_are_found() {
    for revision in [None, Some("main"), Some("next"), Some("refs/heads/next")] {
        let source = Source::new();
        check(&source, revision, &source.second, "second");
    }
    for short in [false, true] {
        let source = Source::new();
        let id = if short { source.first.get(..10).unwrap() } else { &source.first };
        check(&source, Some(id), &source.first, "first");
    }
    let source = Source::new();
    check(&source, Some("v1"), &source.first, "first");
}

#[test]
fn a_file_url_is_a_repository_too() {
    let source = Source::new();
    let mut job = source.job(Some("main"));
    job.url = format!("file://{}", job.url);
    assert_eq!(check_out(&job).unwrap(), source.second);
}

fn obstacle(source: &Source, change: impl FnOnce(&mut Job)) -> (Obstacle, String) {
    let mut job = source.job(None);
    change(&mut job);
    let error = check_out(&job).unwrap_err();
    (error.obstacle, error.message)
}

#[test]
fn what_is_missing_is_named() {
    let source = Source::new();
    let (found, message) = obstacle(&source, |job| job.revision = Some("v2".to_owned()));
    assert_eq!(
        (found, message.as_str()),
        (Obstacle::Revision, "the repository has no commit, branch or tag `v2`")
    );
    let (found, _) = obstacle(&source, |job| job.revision = Some("0".repeat(40)));
    assert_eq!(found, Obstacle::Revision);
    let (found, message) = obstacle(&source, |job| job.url = "/nowhere/source".to_owned());
    assert_eq!(found, Obstacle::Repository, "{message}");
    let (found, message) = obstacle(&source, |job| job.url = "https://127.0.0.1:1/a.git".to_owned());
    assert_eq!(found, Obstacle::Network, "{message}");
}

#[test]
fn a_large_repository_is_refused() {
    let large = "x".repeat(300_000);
    let source = Source::with(&[("large.txt", &large, 0o100_644)]);
    let (found, message) = obstacle(&source, |job| job.limit = 100_000);
    assert_eq!((found, message.as_str()), (Obstacle::Size, "its files have 300000 bytes, more than 100000"));
}

#[test]
fn a_link_that_leads_out_becomes_a_file() {
    let source = Source::with(&[("out", "/etc/passwd", 0o120_000), ("within", "out", 0o120_000)]);
    check_out(&source.job(None)).unwrap();
    assert_eq!(std::fs::read_to_string(source.tree().join("out")).unwrap(), "/etc/passwd");
    assert!(!source.tree().join("out").is_symlink());
}

#[test]
fn links_may_not_lead_out() {
    assert!(stays_within("a/b/", "../c.ts"));
    assert!(stays_within("", "c.ts"));
    assert!(!stays_within("a/", "../../c.ts"));
    assert!(!stays_within("", "/etc/passwd"));
}

/// A server that refuses everybody, and keeps what it was sent.
fn refusing_server() -> (String, std::sync::mpsc::Receiver<String>) {
    use std::io::{BufRead as _, BufReader, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/monitors.git", listener.local_addr().unwrap());
    let (sender, asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let lines = BufReader::new(connection.try_clone().unwrap()).lines();
            let request: Vec<String> =
                lines.map(Result::unwrap_or_default).take_while(|line| !line.is_empty()).collect();
            // The test may be over.
            sender.send(request.join("\n")).ok();
            let refused = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"git\"\r\n\
                Content-Length: 0\r\nConnection: close\r\n\r\n";
            connection.write_all(refused.as_bytes()).unwrap();
        }
    });
    (url, asked)
}

#[test]
fn a_token_is_offered_once_and_not_told() {
    let source = Source::new();
    let (url, asked) = refusing_server();
    let (found, message) = obstacle(&source, |job| {
        job.url = url;
        job.token = Some("tok-0123456789".to_owned());
    });
    assert_eq!(found, Obstacle::Credentials, "{message}");
    assert!(!message.contains("tok-0123456789"), "{message}");
    let requests: Vec<String> = asked.try_iter().collect();
    // `git:tok-0123456789` in base64.
    let offered =
        requests.iter().filter(|request| request.contains("Basic Z2l0OnRvay0wMTIzNDU2Nzg5")).count();
    assert_eq!(offered, 1, "{requests:?}");
}
