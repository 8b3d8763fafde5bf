//! Resolves settings as written into what they mean: texts become addresses, spans and paths, secrets are
//! read, and what contradicts is told.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use canary_store::StoreSettings;
use canary_store::elasticsearch::Credentials;
use jiff::Timestamp;
use url::Url;

use super::address::{AttachmentsAddress, BrowserAddress, parse_url};
use super::layers::place;
use super::problem::Problem;
use super::secret::{Secret, SecretSource};
use super::sources::Environment;
use super::written::Config;
use super::{Browser, Git, Identity, Limits, Log, Observe, ReporterKind, ScreenshotWhen, Settings};

/// What the end of a run keeps of its time; a run must have more than that.
const KEPT_AT_THE_END: Duration = Duration::from_secs(10);

/// Resolves the settings; returns nothing where a value cannot be resolved at all, which a problem tells.
pub(crate) fn resolve(
    config: &Config,
    places: &BTreeMap<String, String>,
    environment: &Environment,
    problems: &mut Vec<Problem>,
) -> Option<Settings> {
    let mut resolver = Resolver { config, places, environment, problems };
    resolver.check_together();
    let secrets = resolver.secrets();
    let git = resolver.git();
    let (store, store_secrets) = resolver.store();
    Some(Settings {
        targets: config.targets.clone(),
        git,
        browser: browser(config)?,
        store: store?,
        store_secrets,
        spool: PathBuf::from(&config.spool),
        attachments: AttachmentsAddress::parse(&config.attachments)?,
        identity: identity(config, environment),
        params: config.params.clone(),
        secrets,
        limits: limits(config),
        observe: observe(config)?,
        reporter: match config.reporter.as_str() {
            "json" => ReporterKind::Json,
            _ => ReporterKind::Pretty,
        },
        log: Log { level: config.log_level.parse().ok()?, json: config.log_format == "json" },
        changed: BTreeMap::new(),
    })
}

struct Resolver<'a> {
    config: &'a Config,
    places: &'a BTreeMap<String, String>,
    environment: &'a Environment,
    problems: &'a mut Vec<Problem>,
}

impl Resolver<'_> {
    fn secrets(&mut self) -> Vec<Secret> {
        let config = self.config;
        let read = |(name, source): (&String, &String)| self.secret(&format!("secrets.{name}"), name, source);
        config.secrets.iter().filter_map(read).collect()
    }

    fn secret(&mut self, path: &str, name: &str, source: &str) -> Option<Secret> {
        let parsed = SecretSource::parse(source)?;
        match parsed.read(self.environment) {
            // Canarytrace writes user and password as one.
            Ok(value) if source == "env:ELASTIC_HTTP_AUTH" => {
                value.split_once(':').map(|(_, password)| Secret::new(name, password))
            }
            Ok(value) => Some(Secret::new(name, value)),
            Err(error) => {
                let problem = Problem::new(path, place(self.places, path), error.to_string()).value(source);
                self.problems.push(problem);
                None
            }
        }
    }

    fn optional_secret(&mut self, path: &str, source: Option<&String>) -> Option<Secret> {
        self.secret(path, path, source?)
    }

    fn git(&mut self) -> Option<Git> {
        let config = self.config;
        let token = self.optional_secret("git_token", config.git_token.as_ref());
        let written = config.git.as_deref()?;
        let mut url = written.to_owned();
        let (mut user, mut password) = (None, None);
        if let Some(mut parsed) = parse_url(written, &["https", "http", "ssh", "git"]) {
            user = Some(parsed.username().to_owned()).filter(|user| !user.is_empty());
            password = parsed.password().map(|password| Secret::new("git_token", password));
            // Cannot fail: the URL has a host.
            parsed.set_password(None).ok();
            if parsed.scheme() != "ssh" {
                parsed.set_username("").ok();
            }
            url = parsed.to_string();
        }
        Some(Git {
            url,
            user,
            revision: config.revision.clone(),
            token: token.or(password),
            ssh_key: config.git_ssh_key.as_ref().map(PathBuf::from),
            known_hosts: config.git_known_hosts.as_ref().map(PathBuf::from),
            timeout: Duration::from_millis(config.git_timeout_ms),
            limit: config.git_limit_bytes,
        })
    }

    /// Returns the store with its credentials, and these as secrets.
    fn store(&mut self) -> (Option<StoreSettings>, Vec<Secret>) {
        let written = &self.config.elasticsearch;
        let api_key = self.optional_secret("elasticsearch.api_key", written.api_key.as_ref());
        let password = self.optional_secret("elasticsearch.password", written.password.as_ref());
        let mut store = self.config.store.parse().ok();
        let mut secrets: Vec<Secret> = api_key.iter().chain(&password).cloned().collect();
        if let Some(StoreSettings::Elasticsearch(server)) = &mut store {
            if let Some(key) = api_key {
                server.credentials = Some(Credentials::ApiKey(key.expose().into()));
            } else if let (Some(user), Some(password)) = (&written.user, password) {
                let password = password.expose().into();
                server.credentials = Some(Credentials::Basic { user: user.clone(), password });
            }
            if let Some(Credentials::Basic { password, .. }) = &server.credentials {
                secrets.push(Secret::new("elasticsearch.password", password.expose()));
            }
        }
        (store, secrets)
    }

    /// Tells what is right by itself and wrong together.
    fn check_together(&mut self) {
        let config = self.config;
        if config.revision.is_some() && config.git.is_none() {
            self.contradiction("revision", "a repository beside the revision").hint("add --git URL");
        }
        if config.git_token.is_some() && config.git.as_deref().is_some_and(shows_to_network) {
            self.contradiction("git_token", "an https URL, since http would show the token to the network");
        }
        if config.elasticsearch.user.is_some() != config.elasticsearch.password.is_some() {
            let given = if config.elasticsearch.user.is_some() { "user" } else { "password" };
            self.contradiction(&format!("elasticsearch.{given}"), "user and password together");
        }
        let kept = u64::try_from(KEPT_AT_THE_END.as_millis()).unwrap_or(u64::MAX);
        if (1..=kept).contains(&config.run_timeout_ms) {
            self.contradiction(
                "run_timeout_ms",
                "more than 10 s, which the end of a run keeps for evidence and delivery",
            );
        }
    }

    fn contradiction(&mut self, path: &str, expectation: &str) -> Hint<'_> {
        self.problems.push(Problem::new(path, place(self.places, path), expectation));
        Hint(self.problems)
    }
}

/// Adds a hint to the last problem.
struct Hint<'a>(&'a mut Vec<Problem>);

impl Hint<'_> {
    fn hint(self, hint: &str) {
        if let Some(problem) = self.0.last_mut() {
            problem.hint = Some(hint.to_owned());
        }
    }
}

/// Plain http shows what it sends to whoever is between, unless nobody is.
fn shows_to_network(url: &str) -> bool {
    parse_url(url, &["http"]).is_some_and(|url| match url.host() {
        Some(url::Host::Domain(name)) => name != "localhost",
        Some(url::Host::Ipv4(address)) => !address.is_loopback(),
        Some(url::Host::Ipv6(address)) => !address.is_loopback(),
        None => false,
    })
}

fn browser(config: &Config) -> Option<Browser> {
    Some(Browser {
        address: BrowserAddress::parse(&config.browser)?,
        executable: config.browser_executable.as_ref().map(PathBuf::from),
        arguments: config.browser_arguments.clone(),
        headless: config.headless,
        webdriver: config.webdriver.as_deref().and_then(|url| Url::parse(url).ok()),
        base_url: config.base_url.as_deref().and_then(|url| Url::parse(url).ok()),
    })
}

fn identity(config: &Config, environment: &Environment) -> Identity {
    let machine = || {
        let named = environment.get("HOSTNAME").map(str::to_owned);
        named.or_else(|| rustix::system::uname().nodename().to_str().ok().map(str::to_owned))
    };
    Identity {
        monitor: config.monitor.clone(),
        location: config.location.clone().or_else(machine).unwrap_or_else(|| "local".to_owned()),
        tags: config.tags.clone(),
        labels: config.labels.clone(),
        slot: config.slot.as_deref().and_then(|slot| slot.parse::<Timestamp>().ok()),
        attempt: u32::try_from(config.attempt).unwrap_or(u32::MAX),
    }
}

fn limits(config: &Config) -> Limits {
    Limits {
        test: config.timeout_ms.map(Duration::from_millis),
        expect: config.expect_timeout_ms.map(Duration::from_millis),
        recorder_step: config.recorder_timeout_ms.map(Duration::from_millis),
        run: Duration::from_millis(config.run_timeout_ms),
    }
}

fn observe(config: &Config) -> Option<Observe> {
    let written = &config.observe;
    Some(Observe {
        requests: written.requests,
        pages: written.pages,
        entries: written.entries,
        console: written.console,
        memory: written.memory,
        screenshot: match written.screenshot.as_str() {
            "failure" => ScreenshotWhen::Failure,
            "step" => ScreenshotWhen::Step,
            "off" => ScreenshotWhen::Off,
            _ => return None,
        },
        noise: written.noise,
    })
}
