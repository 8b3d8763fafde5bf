//! The images of `docker/`, built with buildah, and one run in a pod by podman: the runner and the Chrome beside
//! it, against the shop, with its documents arriving. Part of `cargo xtask test --full`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process::{cargo, command, output, run, succeeds};
use crate::{Failure, chrome, debian, place, report};

/// What the packages below bring.
const PROGRAMS: [&str; 4] = ["buildah", "podman", "debootstrap", "runc"];
const PACKAGES: [&str; 5] = ["buildah", "podman", "debootstrap", "runc", "catatonit"];

/// The image that ours are made from, and the release that debootstrap makes it of where no registry is at hand.
const BASE: &str = "docker.io/library/debian:bookworm-slim";
const RELEASE: &str = "bookworm";

/// The most that the image without a browser may weigh.
const LIMIT: u64 = 40_000_000;

/// Builds the images and plays a pod of them.
///
/// # Errors
/// When a tool is missing, an image cannot be built or is too large, or the pod's run does not pass.
pub(crate) fn check(root: &Path) -> Result<(), Failure> {
    if PROGRAMS.iter().any(|program| chrome::on_path(program).is_none()) {
        debian::install("what builds and runs images", &PACKAGES)?;
    }
    let workshop = Workshop::new(root)?;
    report::step("release build of canary and canary-listener");
    let mut build = cargo(root);
    build.args([
        "build",
        "--release",
        "--locked",
        "--package",
        "canary-runner",
        "--package",
        "canary-listener",
    ]);
    run(&mut build)?;
    workshop.base()?;
    report::step("images: canary, canary-chrome");
    workshop.build("docker/canary/Dockerfile", "canary", &["--build-arg", "PROGRAMS=built"])?;
    workshop.build("docker/chrome/Dockerfile", "canary-chrome", &[])?;
    let bytes = workshop.size("canary")?;
    report::text(&format!("    canary: {} MB", bytes / 1_000_000));
    if bytes > LIMIT {
        return Err(format!("the image canary has {bytes} bytes, more than {LIMIT}"));
    }
    workshop.run_as_anybody()?;
    workshop.play()
}

/// A user that no image knows, as some clusters choose one for each namespace.
const ANYBODY: &str = "12345";

/// Where images and containers of the test live, apart from those of the machine.
struct Workshop<'a> {
    root: &'a Path,
    folder: PathBuf,
}

impl<'a> Workshop<'a> {
    fn new(root: &'a Path) -> Result<Self, Failure> {
        let folder = root.join("target/images");
        place::folder(&folder)?;
        // Some hosts allow less than the limits that podman asks for by itself.
        let limits = "[containers]\ndefault_ulimits = [\"nofile=20000:20000\",\"nproc=4096:4096\"]\n";
        place::write(&folder.join("containers.conf"), limits)?;
        Ok(Self { root, folder })
    }

    fn tool(&self, name: &str) -> Command {
        let mut tool = command(name, self.root);
        tool.arg("--root").arg(self.folder.join("storage")).arg("--runroot").arg(self.folder.join("run"));
        tool.args(["--storage-driver", "overlay"])
            .env("CONTAINERS_CONF", self.folder.join("containers.conf"));
        tool
    }

    fn podman(&self) -> Command {
        let mut podman = self.tool("podman");
        podman.args(["--cgroup-manager", "cgroupfs", "--runtime", "runc"]);
        podman
    }

    /// Makes sure that the base image is there: pulled, or made of the same packages.
    fn base(&self) -> Result<(), Failure> {
        let there = |workshop: &Self| succeeds(workshop.tool("podman").args(["image", "exists", BASE]));
        if there(self) || (succeeds(self.tool("podman").args(["pull", "--quiet", BASE])) && there(self)) {
            return Ok(());
        }
        report::step("base image: no registry at hand, so debootstrap makes it");
        let system = self.folder.join("base");
        place::remove(&system)?;
        let mut bootstrap = command("debootstrap", self.root);
        output(bootstrap.args(["--variant=minbase", RELEASE]).arg(&system))?;
        // Security updates come from where this machine takes them.
        let sources = system.join("etc/apt/sources.list.d");
        for file in ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list", "/etc/resolv.conf"] {
            let target = if file.ends_with("resolv.conf") { system.join("etc") } else { sources.clone() };
            if Path::new(file).exists() {
                output(command("cp", self.root).args(["--dereference", file]).arg(target))?;
            }
        }
        let archive = self.folder.join("base.tar");
        output(command("tar", &system).arg("--create").arg("--file").arg(&archive).arg("."))?;
        output(self.tool("podman").args(["import", "--quiet"]).arg(&archive).arg(BASE))?;
        place::remove(&archive)?;
        place::remove(&system)
    }

    fn build(&self, file: &str, tag: &str, more: &[&str]) -> Result<(), Failure> {
        let mut build = self.tool("buildah");
        build
            .args(["build", "--isolation", "chroot", "--pull=never", "--file", file, "--tag", tag])
            .args(more);
        output(build.arg(self.root)).map(drop)
    }

    fn size(&self, tag: &str) -> Result<u64, Failure> {
        let said = output(self.podman().args(["image", "inspect", "--format", "{{.Size}}", tag]))?;
        said.trim().parse().map_err(|_| format!("podman says `{}` for the size of {tag}", said.trim()))
    }

    /// Starts both programs of the image as a user it does not know, with nothing that could be written to.
    fn run_as_anybody(&self) -> Result<(), Failure> {
        report::step(&format!("both programs as user {ANYBODY} on a read-only root"));
        for program in ["/usr/bin/canary", "/usr/bin/canary-listener"] {
            let mut podman = self.podman();
            podman.args(["run", "--rm", "--network=none", "--read-only", "--read-only-tmpfs=false"]);
            podman.args([
                "--user",
                ANYBODY,
                "--cap-drop=all",
                "--entrypoint",
                program,
                "canary",
                "--version",
            ]);
            report::text(&format!("    {}", output(&mut podman)?.trim()));
        }
        Ok(())
    }

    /// Plays the pod of the example monitor against a shop, as a cluster would: Chrome first, then the runner.
    fn play(&self) -> Result<(), Failure> {
        report::step("a run in a pod");
        let place = place::fresh(&self.folder.join("pod"))?;
        let programs = place::programs(self.root);
        run(cargo(self.root).args(["build", "--locked", "--workspace", "--bins"]))?;
        let shop = place::shop(&programs, &place, "shop", &[])?;
        let (monitors, commit) = place::repository(self.root, &place)?;
        let data = place.join("data");
        place::folder(&data)?;
        output(command("chmod", &place).arg("0777").arg(&data))?;

        let mut pod = command(programs.join("pod"), self.root);
        pod.args(["k8s/base/monitor.yaml", "--settings", "k8s/base/settings.yaml", "--user", ANYBODY]);
        for setting in [
            "CANARY_GIT=/monitors".to_owned(),
            format!("CANARY_REVISION={commit}"),
            format!("CANARY_BASE_URL={}", shop.url),
            "CANARY_STORE=sqlite:/data/canary.db".to_owned(),
            "CANARY_GIT_TOKEN=".to_owned(),
            "CANARY_ELASTICSEARCH_API_KEY=".to_owned(),
            "CANARY_SECRET_SHOP_PASSWORD=".to_owned(),
        ] {
            pod.args(["--set", &setting]);
        }
        pod.args(["--mount", &format!("{}=/monitors", monitors.display())]);
        pod.args(["--mount", &format!("{}=/data", data.display())]);
        let manifest = place.join("pod.json");
        place::write(&manifest, &output(&mut pod)?)?;

        output(self.podman().args(["play", "kube", "--network=host", "--start=false"]).arg(&manifest))?;
        let ended = self.run_pod();
        let logs = output(self.podman().args(["logs", "shop-checkout-canary"])).unwrap_or_default();
        output(self.podman().args(["pod", "rm", "--force", "shop-checkout"]))?;
        ended.map_err(|failure| format!("{failure}\n{logs}"))?;

        let mut documents = command(programs.join("canary"), &place);
        documents.args(["documents", "--store", "sqlite:data/canary.db", "--kind", "run"]);
        let summary = output(&mut documents)?;
        let summary =
            summary.lines().next().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
        expect(&summary, "/run/status", "passed")?;
        expect(&summary, "/monitor/id", "shop-checkout")?;
        expect(&summary, "/script/revision", &commit)
    }

    fn run_pod(&self) -> Result<(), Failure> {
        output(self.podman().args(["start", "shop-checkout-chrome"]))?;
        let ready =
            || succeeds(self.podman().args(["exec", "shop-checkout-chrome", "/usr/local/bin/chrome-ready"]));
        if !(0..60).any(|_| ready() || pause()) {
            return Err("the Chrome in the pod did not become ready".to_owned());
        }
        output(self.podman().args(["start", "--attach", "shop-checkout-canary"])).map(drop)
    }
}

/// Waits a little, and tells that nothing was found yet.
fn pause() -> bool {
    std::thread::sleep(Duration::from_millis(500));
    false
}

fn expect(document: &serde_json::Value, path: &str, expected: &str) -> Result<(), Failure> {
    match document.pointer(path).and_then(|value| value.as_str()) {
        Some(found) if found == expected => Ok(()),
        found => Err(format!("the pod's run says {found:?} at {path}, not `{expected}`")),
    }
}
