//! A real Elasticsearch for tests: the one at `ELASTICSEARCH_URL`, a container, or one fetched from Maven Central
//! and run on a Java that is here or can be installed.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process::{Running, command, output, run, succeeds, tied};
use crate::{Failure, debian, report};

/// A node that tests may write to, and what must be kept for as long as they run.
pub(crate) struct Node {
    /// Its address.
    pub(crate) url: String,
    running: Option<(Running, PathBuf)>,
    container: Option<(PathBuf, String)>,
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some((process, data)) = self.running.take() {
            drop(process);
            if let Err(error) = std::fs::remove_dir_all(&data) {
                report::text(&format!("failed to remove `{}`: {error}", data.display()));
            }
        }
        if let Some((engine, id)) = &self.container
            && !succeeds(command(engine, Path::new("/")).args(["rm", "--force", id]))
        {
            report::text(&format!("failed to remove the container {id}"));
        }
    }
}

/// How long a node may take until it answers: 16 s on an idle machine, 54 s beside a compiler.
const START: Duration = Duration::from_secs(180);
/// Image for those who have a container engine and its registry at hand.
const IMAGE: &str = "elasticsearch:9.1.4";

/// Versions by the Java they need, newest first.
struct Release {
    version: &'static str,
    carrier: &'static str,
    java: u32,
    launch: fn(&Path, &Layout) -> Command,
}

const RELEASES: &[Release] = &[
    Release { version: "9.4.3", carrier: "26.9.0.129388", java: 21, launch: launch_9 },
    Release { version: "8.16.1", carrier: "25.1.0.102122", java: 17, launch: launch_8 },
];

struct Layout {
    home: PathBuf,
    data: PathBuf,
    java_home: PathBuf,
}

/// Returns a node for tests.
///
/// # Errors
/// When none can be had: with what is missing.
pub(crate) fn node(root: &Path, given: Option<String>) -> Result<Node, Failure> {
    if let Some(url) = given {
        report::step(&format!("Elasticsearch: the one at ELASTICSEARCH_URL ({url})"));
        return Ok(Node { url, running: None, container: None });
    }
    if let Some(node) = in_container() {
        return Ok(node);
    }
    from_maven(root)
}

fn in_container() -> Option<Node> {
    let engine = ["docker", "podman"].into_iter().find_map(crate::chrome::on_path)?;
    let here = Path::new("/");
    if !succeeds(command(&engine, here).arg("info"))
        || !succeeds(command(&engine, here).args(["pull", "-q", IMAGE]))
    {
        return None;
    }
    report::step(&format!("Elasticsearch: {IMAGE} by {}", engine.display()));
    let port = free_port().ok()?;
    let publish = format!("127.0.0.1:{port}:9200");
    let mut start = command(&engine, here);
    start.args(["run", "--detach", "--publish", &publish, "--env", "discovery.type=single-node"]);
    start.args(["--env", "xpack.security.enabled=false", "--env", "ES_JAVA_OPTS=-Xms512m -Xmx512m", IMAGE]);
    let id = output(&mut start).ok()?.trim().to_owned();
    let node = Node { url: format!("http://127.0.0.1:{port}"), running: None, container: Some((engine, id)) };
    wait(port, || Ok(())).ok().map(|()| node)
}

fn from_maven(root: &Path) -> Result<Node, Failure> {
    let port = free_port()?;
    let data = std::env::temp_dir().join(format!("canary-elasticsearch-{port}"));
    let (mut launch, layout) = prepare(root, None, data, port)?;
    let log = layout.data.join("node.log");
    let mut running = Running::start("Elasticsearch", &mut launch, &log)?;
    wait(port, || running.check()).map_err(|failure| format!("{failure}; its log is {}", log.display()))?;
    Ok(Node {
        url: format!("http://127.0.0.1:{port}"),
        running: Some((running, layout.data)),
        container: None,
    })
}

/// Runs a node in the foreground until it is ended. What it holds stays in `data` and is there the next time.
///
/// # Errors
/// When there is no such version, something is missing, or it does not end well.
pub(crate) fn stay(root: &Path, version: Option<&str>, data: &Path, port: u16) -> Result<(), Failure> {
    let data = std::path::absolute(data).map_err(|error| failed("find", data, &error))?;
    let (mut launch, _) = prepare(root, version, data, port)?;
    run(&mut launch)
}

/// Fetches what is missing and writes the settings of a node; returns how it is launched.
fn prepare(
    root: &Path,
    version: Option<&str>,
    data: PathBuf,
    port: u16,
) -> Result<(Command, Layout), Failure> {
    let (release, java_home) = release(version)?;
    let home = cache(release.version);
    fetch(root, release, &home)?;
    let layout = Layout { home, data, java_home };
    configure(release, &layout, port)?;
    report::step(&format!("Elasticsearch {} on port {port}", release.version));
    Ok(((release.launch)(&java(&layout.java_home), &layout), layout))
}

/// Chooses the newest release that a Java found here can run, or the one asked for; installs a Java where there
/// is none.
fn release(version: Option<&str>) -> Result<(&'static Release, PathBuf), Failure> {
    let wanted = |release: &&Release| version.is_none_or(|version| release.version == version);
    if !RELEASES.iter().any(|release| wanted(&release)) {
        let known: Vec<_> = RELEASES.iter().map(|release| release.version).collect();
        return Err(format!(
            "there is no Elasticsearch {} here, only {}",
            version.unwrap_or_default(),
            known.join(", ")
        ));
    }
    let choose =
        || RELEASES.iter().filter(wanted).find_map(|release| Some((release, java_home(release.java)?)));
    if let Some(chosen) = choose() {
        return Ok(chosen);
    }
    debian::install("Java 17 or newer (for Elasticsearch)", &["openjdk-17-jre-headless"])?;
    choose().ok_or_else(|| "no Java under /usr/lib/jvm is new enough".to_owned())
}

/// Returns the oldest Java that is new enough: servers know the Javas of their time, and not all of later ones.
fn java_home(at_least: u32) -> Option<PathBuf> {
    let installed =
        std::fs::read_dir("/usr/lib/jvm").into_iter().flatten().flatten().map(|entry| entry.path());
    let usable = installed.filter(|home| java(home).exists());
    let new_enough = usable.filter_map(|home| Some((version(&home).filter(|it| *it >= at_least)?, home)));
    new_enough.min().map(|(_, home)| home)
}

fn version(home: &Path) -> Option<u32> {
    let release = std::fs::read_to_string(home.join("release")).ok()?;
    let line = release.lines().find_map(|line| line.strip_prefix("JAVA_VERSION=\""))?;
    line.split(['.', '"', '-', '+']).next()?.parse().ok()
}

fn java(home: &Path) -> PathBuf {
    home.join("bin/java")
}

/// Where a fetched node is kept between runs. Not below a home folder: started as root it drops to `nobody`,
/// who must be able to read it.
fn cache(version: &str) -> PathBuf {
    Path::new("/var/tmp").join("canary-elasticsearch").join(version)
}

fn fetch(root: &Path, release: &Release, cache: &Path) -> Result<(), Failure> {
    if cache.join("ready").exists() {
        return Ok(());
    }
    if crate::chrome::on_path("mvn").is_none() {
        debian::install("Maven (to fetch Elasticsearch)", &["maven"])?;
    }
    report::step(&format!("fetching Elasticsearch {} (about 1 GB, once)", release.version));
    let stage = cache.with_extension("stage");
    let remove = |folder: &Path| match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed("remove", folder, &error)),
        _ => Ok(()),
    };
    remove(&stage)?;
    remove(cache)?;
    std::fs::create_dir_all(&stage).map_err(|error| failed("make", &stage, &error))?;
    let mut maven = command("mvn", &root.join("tests/servers/elasticsearch"));
    maven.args(["-q", "-B"]).arg(format!("-Dsonar.version={}", release.carrier));
    run(maven.arg(format!("-Dout={}", stage.display())).arg("package"))?;
    let carrier = std::fs::read_dir(&stage)
        .map_err(|error| failed("read", &stage, &error))?
        .flatten()
        .map(|entry| entry.path().join("elasticsearch"))
        .find(|node| node.is_dir())
        .ok_or_else(|| format!("there is no Elasticsearch in what Maven brought to `{}`", stage.display()))?;
    std::fs::rename(&carrier, cache).map_err(|error| failed("move", &carrier, &error))?;
    remove(&stage)?;
    let plugins = cache.join("plugins");
    std::fs::create_dir_all(&plugins).map_err(|error| failed("make", &plugins, &error))?;
    run(command("chmod", cache).args(["-R", "a+rX", "."]))?;
    std::fs::write(cache.join("ready"), "").map_err(|error| failed("write", cache, &error))
}

fn configure(release: &Release, layout: &Layout, port: u16) -> Result<(), Failure> {
    let config = layout.data.join("config");
    for folder in ["data", "logs", "tmp", "repo", "config/jvm.options.d"] {
        let folder = layout.data.join(folder);
        std::fs::create_dir_all(&folder).map_err(|error| failed("make", &folder, &error))?;
    }
    let write = |name: &str, text: String| {
        let file = config.join(name);
        std::fs::write(&file, text).map_err(|error| failed("write", &file, &error))
    };
    let modern = if release.java >= 21 {
        "20-:--add-modules=jdk.incubator.vector\n-Dorg.apache.lucene.store.defaultReadAdvice=normal\n"
    } else {
        ""
    };
    write(
        "jvm.options",
        format!(
            "-Xms512m\n-Xmx512m\n-XX:+UseSerialGC\n-XX:TieredStopAtLevel=1\n-XX:+ExitOnOutOfMemoryError\n\
             -Djava.io.tmpdir=${{ES_TMPDIR}}\n{modern}"
        ),
    )?;
    let data = layout.data.display();
    write(
        "elasticsearch.yml",
        format!(
            "cluster.name: canary-tests-{port}\nnode.name: node-{port}\ndiscovery.type: single-node\n\
             network.host: 127.0.0.1\nhttp.port: {port}\ntransport.port: {transport}\npath.data: {data}/data\n\
             path.logs: {data}/logs\npath.repo: [{data}/repo]\nxpack.security.enabled: false\n\
             cluster.routing.allocation.disk.threshold_enabled: false\naction.destructive_requires_name: false\n",
            transport = free_port()?
        ),
    )?;
    let log4j = layout.home.join("config/log4j2.properties");
    std::fs::copy(&log4j, config.join("log4j2.properties"))
        .map_err(|error| failed("copy", &log4j, &error))?;
    if is_root() {
        run(command("chown", &layout.data).args(["-R", "65534:65534", "."]))?;
    }
    Ok(())
}

/// Elasticsearch 9: the launcher finds the server's class path itself.
fn launch_9(java: &Path, layout: &Layout) -> Command {
    let mut launch = as_nobody(java, layout);
    launch.args(["-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"]);
    launch.arg(layout.home.join("lib/tools/server-launcher/*"));
    launch.arg("org.elasticsearch.server.launcher.ServerLauncher");
    launch.env("CLI_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    launch
}

/// Elasticsearch 8: the command line launcher, told where everything is.
fn launch_8(java: &Path, layout: &Layout) -> Command {
    let mut launch = as_nobody(java, layout);
    let home = layout.home.display();
    launch.args([
        "-Xmx64m",
        "-Dcli.name=server",
        "-Dcli.libs=lib/tools/server-cli",
        "-Des.distribution.type=tar",
    ]);
    launch.arg(format!("-Dcli.script={home}/bin/elasticsearch")).arg(format!("-Des.path.home={home}"));
    launch.arg(format!("-Des.path.conf={}", layout.data.join("config").display()));
    launch.arg("-cp").arg(format!("{home}/lib/*:{home}/lib/cli-launcher/*"));
    launch.arg("org.elasticsearch.launcher.CliToolLauncher");
    launch
        .env("ES_HOME", &layout.home)
        .env("ES_JAVA_HOME", &layout.java_home)
        .env("JAVA_TYPE", "ES_JAVA_HOME");
    launch
}

/// Elasticsearch refuses to run as root.
fn as_nobody(java: &Path, layout: &Layout) -> Command {
    let mut launch = if is_root() {
        let mut launch = tied("setpriv", &layout.home);
        launch.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
        launch.args(["--pdeathsig", "TERM", "--"]).arg(java);
        launch
    } else {
        tied(java, &layout.home)
    };
    let tmp = layout.data.join("tmp");
    launch.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LANG", "C.UTF-8").env("HOME", &tmp);
    launch
        .env("ES_HOME", &layout.home)
        .env("ES_TMPDIR", &tmp)
        .env("ES_PATH_CONF", layout.data.join("config"));
    launch.env("ES_DISTRIBUTION_TYPE", "tar").env("JAVA", java);
    launch
}

fn wait(port: u16, mut alive: impl FnMut() -> Result<(), Failure>) -> Result<(), Failure> {
    let pause = Duration::from_millis(250);
    for _ in 0..START.as_millis() / pause.as_millis() {
        alive()?;
        if answers(port) {
            return Ok(());
        }
        std::thread::sleep(pause);
    }
    Err(format!("Elasticsearch did not answer on port {port} within {} s", START.as_secs()))
}

fn answers(port: u16) -> bool {
    use std::io::{Read, Write};
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        let path = "/_cluster/health?wait_for_status=yellow&timeout=4s";
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| format!("failed to find a free port: {error}"))
}

fn is_root() -> bool {
    output(command("id", Path::new("/")).arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn failed(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    format!("failed to {what} `{}`: {error}", path.display())
}
