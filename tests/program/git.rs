//! Monitors from real git servers: over https with a token, over ssh with a key; what is refused, and that no
//! credential is found anywhere afterwards.

use std::path::{Path, PathBuf};
use std::time::Duration;

use canary_tests::git::{GitOverHttps, GitOverSsh};
use serde_json::Value;

use crate::certificates::{FOR_LOOPBACK, certificate, certified, said};
use crate::programs::{Finished, Workplace, processes};

const TOKEN: &str = "tok-9f31c07ab2d84e65";

/// A folder with a repository, in which monitors run. The first commit is tagged `v1`, the last is on `main` and
/// `next`; each says in its test's title which it is.
struct Desk {
    workplace: Workplace,
    /// Commits of the repository, the oldest first.
    commits: Vec<String>,
    user: String,
}

/// How large the file is that only the first commit has: what is fetched without history is smaller.
const BALLAST: usize = 300_000;

impl Desk {
    async fn new() -> Self {
        let workplace = Workplace::new();
        let user = said(&workplace, "id", &["-un"]).await;
        let mut desk = Self { workplace, commits: Vec::new(), user };
        desk.git(&["init", "--quiet", "--initial-branch", "main"]).await;
        // Nothing that could be packed smaller.
        let ballast = said(&desk.workplace, "openssl", &["rand", "-hex", &BALLAST.to_string()]).await;
        desk.workplace.write("served/monitors/ballast.txt", &ballast);
        desk.commit("first").await;
        desk.git(&["tag", "--annotate", "v1", "--message", "first release"]).await;
        desk.git(&["rm", "--quiet", "ballast.txt"]).await;
        desk.commit("second").await;
        desk.commit("third").await;
        desk.git(&["branch", "next"]).await;
        desk
    }

    fn served(&self) -> PathBuf {
        self.workplace.path().join("served")
    }

    async fn git(&self, arguments: &[&str]) -> String {
        let folder = self.served().join("monitors");
        std::fs::create_dir_all(&folder).unwrap();
        let folder = folder.display().to_string();
        let own = ["-C", &folder, "-c", "user.name=t", "-c", "user.email=t@example.test"];
        said(&self.workplace, "git", &[&own, arguments].concat()).await
    }

    async fn commit(&mut self, title: &str) {
        let script =
            format!("import {{ test }} from '@playwright/test';\ntest('{title}', async () => {{}});\n");
        self.workplace.write("served/monitors/watch.spec.ts", &script);
        self.git(&["add", "."]).await;
        self.git(&["commit", "--quiet", "--message", title]).await;
        self.commits.push(self.git(&["rev-parse", "HEAD"]).await);
    }

    /// Runs the monitor with all that can be logged, in a home without known hosts.
    async fn run(&self, url: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Finished {
        let own = ["watch.spec.ts", "--store", "sqlite:canary.db", "--log-level", "trace", "--git", url];
        let mut canary = self.workplace.canary_run(&[&own, arguments].concat());
        canary.env("HOME", self.workplace.path()).envs(variables.iter().copied());
        Finished::of(canary.spawn().unwrap()).await
    }

    /// Runs it up to where a browser would be opened, and returns which commit that was. The browser's absence
    /// shows that checkout and script were sound.
    async fn revision(&self, url: &str, arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let finished =
            self.run(url, &[&["--browser", "http://127.0.0.1:1"], arguments].concat(), variables).await;
        assert_eq!(finished.summary()["failure"]["class"], "browser_missing", "{arguments:?} {finished:#?}");
        let start = self.workplace.documents(&["--kind", "start"]).await.remove(0);
        start["script"]["revision"].as_str().unwrap().to_owned()
    }

    /// Checks that a checkout is refused in these words, in the report and in the document.
    async fn refused(
        &self,
        url: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
        says: &[&str],
    ) -> Finished {
        let finished = self.run(url, arguments, variables).await;
        assert_eq!(finished.code(), Some(3), "{finished:#?}");
        let documents = self.workplace.documents(&["--kind", "run"]).await;
        for failure in [&finished.summary()["failure"], &documents[0]["failure"]] {
            assert_eq!(failure["class"], "checkout", "{finished:#?}");
            for words in says {
                assert!(failure.to_string().contains(words), "`{failure}` does not say `{words}`");
            }
        }
        finished
    }

    /// Checks every branch, tag and commit of the repository at this address.
    async fn check_revisions(&self, url: &str, arguments: &[&str], variables: &[(&str, &str)]) {
        let [first, second, third] = self.commits.as_slice() else { panic!("{:?}", self.commits) };
        let short = second.get(..9).unwrap();
        for (revision, commit) in
            [("main", third), ("refs/heads/next", third), ("v1", first), (second, second), (short, second)]
        {
            let found = self.revision(url, &[arguments, &["--revision", revision]].concat(), variables).await;
            assert_eq!(found, *commit, "{revision}");
        }
        assert_eq!(self.revision(url, arguments, variables).await, *third, "the default branch");
    }

    /// Checks that no file that a run has left, and nothing it has said, holds a text.
    fn is_nowhere(&self, text: &str, finished: &Finished, except: &[&Path]) {
        assert!(!finished.stdout.contains(text) && !finished.stderr.contains(text), "{finished:#?}");
        let mut seen = 0;
        let mut folders = vec![self.workplace.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !except.contains(&path.as_path()) {
                    let content = std::fs::read(&path).unwrap();
                    let found = content.windows(text.len()).any(|window| window == text.as_bytes());
                    assert!(!found, "{} holds it", path.display());
                    seen += 1;
                }
            }
        }
        assert!(seen > 0 && self.workplace.path().join("canary.db").exists(), "a run has left documents");
    }
}

#[tokio::test]
async fn https_with_a_token() {
    let desk = Desk::new().await;
    let (identity, authority) = certified(&desk.workplace).await;
    let server = GitOverHttps::open(&desk.served(), &identity, TOKEN).unwrap();
    let url = format!("{}/monitors", server.url());
    let variables = [("SSL_CERT_FILE", authority.as_str()), ("TOKEN", TOKEN)];

    let finished = desk.run(&url, &["--git-token", "env:TOKEN", "--revision", "next"], &variables).await;
    assert_eq!(finished.code(), Some(0), "{finished:#?}");
    assert!(finished.stdout.contains(r#""title":["third"]"#), "{finished:#?}");
    desk.is_nowhere(TOKEN, &finished, &[]);
    let asked = server.requests();
    assert!(
        asked.iter().any(|request| request.contains("deepen 1")),
        "nobody asked for one commit: {asked:?}"
    );
    for document in desk.workplace.documents(&[]).await {
        assert_eq!(document["script"]["revision"], desk.commits[2].as_str(), "{document}");
        assert_eq!(document["script"]["repository"], url.as_str(), "{document}");
    }

    desk.check_revisions(&url, &["--git-token", "env:TOKEN"], &variables).await;
    let with_token = url.replace("https://", &format!("https://git:{TOKEN}@"));
    let finished = desk.run(&with_token, &["--browser", "http://127.0.0.1:1"], &variables[..1]).await;
    assert_eq!(finished.summary()["failure"]["class"], "browser_missing", "{finished:#?}");
    desk.is_nowhere(TOKEN, &finished, &[]);
}

#[tokio::test]
async fn https_that_is_refused() {
    let desk = Desk::new().await;
    let (identity, authority) = certified(&desk.workplace).await;
    let server = GitOverHttps::open(&desk.served(), &identity, TOKEN).unwrap();
    let url = format!("{}/monitors", server.url());
    let trusted = ("SSL_CERT_FILE", authority.as_str());
    let token = ["--git-token", "env:TOKEN"];

    let wrong = "tok-another-0123456789";
    let says = ["the server refused the credentials", "--git-token"];
    let finished = desk.refused(&url, &token, &[trusted, ("TOKEN", wrong)], &says).await;
    desk.is_nowhere(wrong, &finished, &[]);
    let says = ["the server asks for credentials and none were given", "--git-token env:VARIABLE"];
    desk.refused(&url, &[], &[trusted], &says).await;
    let says = ["check the URL", "no-such-repository"];
    let missing = url.replace("monitors", "no-such-repository");
    desk.refused(&missing, &token, &[trusted, ("TOKEN", TOKEN)], &says).await;

    let before = server.requests().len();
    let finished = desk.refused(&url, &token, &[("TOKEN", TOKEN)], &["certificate", "SSL_CERT_FILE"]).await;
    desk.is_nowhere(TOKEN, &finished, &[]);
    let own = certificate(&desk.workplace, "self", &FOR_LOOPBACK).await;
    let doubtful = GitOverHttps::open(&desk.served(), &own, TOKEN).unwrap();
    let url = format!("{}/monitors", doubtful.url());
    desk.refused(&url, &token, &[("TOKEN", TOKEN)], &["certificate", "SSL_CERT_FILE"]).await;
    assert_eq!((server.requests().len(), doubtful.requests().len()), (before, 0), "the token was told");
}

#[tokio::test]
async fn clones_have_limits() {
    let desk = Desk::new().await;
    let (identity, authority) = certified(&desk.workplace).await;
    let server = GitOverHttps::open(&desk.served(), &identity, TOKEN).unwrap();
    let url = format!("{}/monitors", server.url());
    let variables =
        [("SSL_CERT_FILE", authority.as_str()), ("TOKEN", TOKEN), ("CANARY_GIT_LIMIT_BYTES", "100000")];
    let token = ["--git-token", "env:TOKEN"];
    // The last commit alone is small, the first brings the ballast.
    assert_eq!(desk.revision(&url, &token, &variables).await, desk.commits[2]);
    let says = ["more than 100000", "git_limit_bytes"];
    desk.refused(&url, &[&token[..], &["--revision", "v1"]].concat(), &variables, &says).await;

    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/monitors", silent.local_addr().unwrap());
    let says = ["took more than 1500 ms", "git_timeout_ms"];
    desk.refused(&url, &["--git-timeout", "1500ms"], &[], &says).await;
    for _ in 0..100 {
        if processes(&desk.workplace, "checkout-child").is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the process that clones is still there");
}

#[tokio::test]
async fn a_folder_that_belongs_to_another_user() {
    let desk = Desk::new().await;
    let folder = desk.served().join("monitors").display().to_string();
    // Only root can give a folder away; for others it stays their own.
    if desk.user == "root" {
        said(&desk.workplace, "chown", &["-R", "65534:65534", &folder]).await;
    }
    assert_eq!(desk.revision(&folder, &[], &[]).await, desk.commits[2]);
    let url = format!("file://{folder}");
    assert_eq!(desk.revision(&url, &["--revision", "v1"], &[]).await, desk.commits[0]);
}

/// A pair of keys for ssh.
struct Keys {
    private: PathBuf,
    public: PathBuf,
}

impl Keys {
    async fn new(desk: &Desk, name: &str) -> Self {
        let private = desk.workplace.path().join(name);
        let file = private.display().to_string();
        said(&desk.workplace, "ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", &file])
            .await;
        Self { public: private.with_extension("pub"), private }
    }

    fn path(&self) -> String {
        self.private.display().to_string()
    }

    /// A line in the middle of the private key.
    fn secret(&self) -> String {
        std::fs::read_to_string(&self.private).unwrap().lines().nth(2).unwrap().to_owned()
    }
}

/// Writes which key a server has.
fn known_hosts(desk: &Desk, name: &str, server: &GitOverSsh, host: &Keys) -> String {
    let key = std::fs::read_to_string(&host.public).unwrap();
    desk.workplace.write(name, &format!("[127.0.0.1]:{} {key}", server.port()));
    desk.workplace.path().join(name).display().to_string()
}

#[tokio::test]
async fn ssh_with_a_key_and_a_known_host() {
    let desk = Desk::new().await;
    let (host, own) = (Keys::new(&desk, "host").await, Keys::new(&desk, "own").await);
    let server = GitOverSsh::open(desk.workplace.path(), &host.private, &own.public).unwrap();
    let known = known_hosts(&desk, "known", &server, &host);
    let place = format!("127.0.0.1:{}{}", server.port(), desk.served().join("monitors").display());
    let url = format!("ssh://{}@{place}", desk.user);
    let key = own.path();
    let arguments = ["--git-ssh-key", key.as_str(), "--git-known-hosts", &known];

    let finished = desk.run(&url, &[&arguments[..], &["--revision", "main"]].concat(), &[]).await;
    assert_eq!(finished.code(), Some(0), "{finished:#?}\n{}", server.log());
    assert!(finished.stdout.contains(r#""title":["third"]"#), "{finished:#?}");
    desk.is_nowhere(&own.secret(), &finished, &[&own.private]);
    assert!(server.trace().contains("deepen 1"), "nobody asked for one commit alone: {}", server.trace());
    let documents: Vec<Value> = desk.workplace.documents(&["--kind", "run"]).await;
    assert_eq!(documents[0]["script"]["revision"], desk.commits[2].as_str());

    desk.check_revisions(&url, &arguments, &[]).await;
}

#[tokio::test]
async fn ssh_that_is_refused() {
    let desk = Desk::new().await;
    let (host, own) = (Keys::new(&desk, "host").await, Keys::new(&desk, "own").await);
    let stranger = Keys::new(&desk, "stranger").await;
    let server = GitOverSsh::open(desk.workplace.path(), &host.private, &own.public).unwrap();
    let known = known_hosts(&desk, "known", &server, &host);
    let changed = known_hosts(&desk, "changed", &server, &stranger);
    let repository = desk.served().join("monitors").display().to_string();
    let url = format!("ssh://{}@127.0.0.1:{}{repository}", desk.user, server.port());
    let key = own.path();

    let wrong = stranger.path();
    let arguments = ["--git-known-hosts", &known, "--git-ssh-key", &wrong];
    let finished = desk.refused(&url, &arguments, &[], &["refused the credentials", "--git-ssh-key"]).await;
    desk.is_nowhere(&stranger.secret(), &finished, &[&stranger.private]);
    let arguments = ["--git-known-hosts", &known];
    desk.refused(&url, &arguments, &[], &["none were given", "--git-ssh-key PATH"]).await;
    let arguments = ["--git-ssh-key", key.as_str()];
    desk.refused(&url, &arguments, &[], &["--git-known-hosts"]).await;
    let arguments = ["--git-ssh-key", key.as_str(), "--git-known-hosts", &changed];
    desk.refused(&url, &arguments, &[], &["--git-known-hosts"]).await;
    assert!(!server.log().contains("Accepted"), "{}", server.log());

    let arguments = ["--git-ssh-key", key.as_str(), "--git-known-hosts", &known];
    let missing = url.replace("/served/monitors", "/served/none");
    desk.refused(&missing, &arguments, &[], &["check the URL"]).await;
}
