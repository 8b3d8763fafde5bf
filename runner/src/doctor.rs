//! The command `doctor`: tries everything that a run needs, one after the other, and says what would fail and
//! why. Plays nothing and writes no document.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use canary_browser::Progress;
use canary_script::PlaySettings;
use canary_store::{AttachmentStore, Store};
use tokio::net::TcpStream;

use crate::chain;
use crate::checkout::Checkout;
use crate::clock::Clock;
use crate::cost::CostMeter;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::noise::NoiseMeter;
use crate::plan::{self, Place, Target};
use crate::recorder::redactor::Redactor;
use crate::run::{how_to_open, play_settings};
use crate::runs::block_on;
use crate::settings::Settings;
use crate::settings::address::{AttachmentsAddress, parse_url};
use crate::settings::sources::Environment;

/// How long a connection to the site may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// How long a browser may take to open.
const OPEN_PATIENCE: Duration = Duration::from_secs(30);

/// What was tried, one line each.
struct Findings {
    redactor: Arc<Redactor>,
    failed: bool,
}

impl Findings {
    fn good(&mut self, what: &str, found: &str) -> std::io::Result<()> {
        self.print("✓", what, found)
    }

    fn bad(&mut self, what: &str, found: &str) -> std::io::Result<()> {
        self.failed = true;
        self.print("✗", what, found)
    }

    fn print(&self, mark: &str, what: &str, found: &str) -> std::io::Result<()> {
        let text = found.replace('\n', "\n      ");
        writeln!(std::io::stdout(), "{mark} {what}: {}", self.redactor.text(&text))
    }
}

/// Examines everything.
pub(crate) fn examine(
    settings: Settings,
    environment: &Environment,
    redactor: Arc<Redactor>,
    clock: Clock,
) -> Result<Exit, CommandError> {
    let mut findings = Findings { redactor, failed: false };
    let mut noise = NoiseMeter::start(clock);
    findings.good("settings", "all of them can be read")?;
    block_on(async {
        examine_scripts(&settings, environment, &mut findings, clock).await?;
        examine_site(&settings, &mut findings, clock).await?;
        examine_browser(&settings, &mut noise, &mut findings).await?;
        examine_store(&settings, &mut findings).await?;
        examine_attachments(&settings, &mut findings).await?;
        examine_machine(&noise, &mut findings)?;
        Ok(if findings.failed { Exit::COMMAND } else { Exit::SUCCESS })
    })
}

async fn examine_scripts(
    settings: &Settings,
    environment: &Environment,
    findings: &mut Findings,
    clock: Clock,
) -> Result<(), CommandError> {
    if settings.targets.is_empty() {
        return Ok(findings.good("scripts", "none named; name them as for `canary run` to have them loaded")?);
    }
    let working = std::env::current_dir().map_err(CommandError::Prepare)?;
    let checkout = match (plan::place(settings, &working), &settings.git) {
        (Err(problems), _) => return Ok(findings.bad("scripts", &problems.to_string())?),
        (Ok(Place::Folder(root)), _) => Checkout::of_folder(root),
        (Ok(Place::Repository), None) => return Ok(()),
        (Ok(Place::Repository), Some(git)) => match Checkout::of_repository(git, environment).await {
            Ok(checkout) => {
                let revision = checkout.origin.as_ref().map(|origin| origin.revision.as_str());
                findings.good("checkout", revision.unwrap_or_default())?;
                checkout
            }
            Err(error) => return Ok(findings.bad("checkout", &chain::lines(&error))?),
        },
    };
    match plan::runs(settings, checkout.root(), clock.now()) {
        Err(problems) => findings.bad("scripts", &problems.to_string())?,
        Ok(plans) => {
            let play = play_settings(settings, &std::env::temp_dir());
            for plan in plans {
                examine_script(checkout.root(), &plan.target, &play, findings).await?;
            }
        }
    }
    Ok(())
}

async fn examine_script(
    root: &Path,
    target: &Target,
    settings: &PlaySettings,
    findings: &mut Findings,
) -> std::io::Result<()> {
    let what = format!("script `{}`", target.names().join(" "));
    match target.load(root, settings).await {
        Ok(program) => {
            findings.good(&what, &format!("{}, tests: {}", program.dialect.name(), program.tests.len()))
        }
        Err(error) => findings.bad(&what, &chain::lines(&error)),
    }
}

/// Sees whether somebody listens where the site should be, for each host that the settings name.
async fn examine_site(settings: &Settings, findings: &mut Findings, clock: Clock) -> std::io::Result<()> {
    let targets = settings.targets.iter().filter_map(|target| parse_url(target, &["http", "https"]));
    let mut seen = Vec::new();
    for url in settings.browser.base_url.iter().cloned().chain(targets) {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { continue };
        // An address of version 6 stands in brackets in URLs only.
        let host = host.trim_matches(['[', ']']).to_owned();
        if seen.contains(&(host.clone(), port)) {
            continue;
        }
        let what = format!("site `{host}:{port}`");
        let before = clock.instant();
        match tokio::time::timeout(CONNECT_PATIENCE, TcpStream::connect((host.as_str(), port))).await {
            Ok(Ok(_)) => {
                let millis = clock.instant().duration_since(before).as_millis();
                findings.good(&what, &format!("somebody listens there ({millis} ms)"))?;
            }
            Ok(Err(error)) => findings.bad(&what, &error.to_string())?,
            Err(_) => findings.bad(&what, "nobody answered in time")?,
        }
        seen.push((host, port));
    }
    Ok(())
}

async fn examine_browser(
    settings: &Settings,
    noise: &mut NoiseMeter,
    findings: &mut Findings,
) -> std::io::Result<()> {
    match canary_browser::open(&Progress::new(OPEN_PATIENCE), &how_to_open(settings)).await {
        Ok(session) => {
            let version = session.version();
            if session.process_id().is_some() {
                let mut cost = CostMeter::start();
                cost.sample(&session).await;
                noise.sample(cost.processes());
            }
            session.close().await;
            for notice in session.notices() {
                findings.good("browser", notice)?;
            }
            findings.good("browser", &format!("{}, protocol {}", version.product, version.protocol_version))
        }
        Err(error) => findings.bad("browser", &chain::lines(&error)),
    }
}

async fn examine_store(settings: &Settings, findings: &mut Findings) -> std::io::Result<()> {
    match Store::open(&settings.store, canary_store::Clock::system()).await {
        Ok(store) => {
            store.close().await;
            findings.good("store", &format!("{} can be opened", settings.store))
        }
        Err(error) => findings.bad("store", &chain::lines(&error)),
    }
}

async fn examine_attachments(settings: &Settings, findings: &mut Findings) -> std::io::Result<()> {
    match &settings.attachments {
        AttachmentsAddress::Off => findings.good("attachments", "off"),
        AttachmentsAddress::Folder(folder) => match AttachmentStore::folder(folder).await {
            Ok(store) => {
                store.close().await;
                findings.good("attachments", &format!("`{}` can be used", folder.display()))
            }
            Err(error) => findings.bad("attachments", &chain::lines(&error)),
        },
    }
}

/// A noisy machine is told and is no failure: runs go, their numbers say less.
fn examine_machine(noise: &NoiseMeter, findings: &mut Findings) -> std::io::Result<()> {
    let noise = noise.finish();
    let found = if noise.reasons.is_empty() { "quiet".to_owned() } else { noise.reasons.join("; ") };
    findings.good("machine", &found)
}
