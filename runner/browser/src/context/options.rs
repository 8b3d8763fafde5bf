//! What a context is made with; names and meanings are those of Playwright's options.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How a context behaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ContextOptions {
    /// Whether downloads are kept; else they are refused.
    pub accept_downloads: bool,
    /// What relative addresses are relative to.
    #[serde(rename = "baseURL")]
    pub base_url: Option<String>,
    /// Whether a page's content security policy is ignored.
    #[serde(rename = "bypassCSP")]
    pub bypass_csp: bool,
    /// The preferred colour scheme; null leaves the browser's own.
    pub color_scheme: Option<ColorScheme>,
    /// Device pixels for each CSS pixel.
    pub device_scale_factor: Option<f64>,
    /// Headers that every request carries besides its own.
    #[serde(rename = "extraHTTPHeaders")]
    pub extra_http_headers: BTreeMap<String, String>,
    /// Forced colours; null leaves the browser's own.
    pub forced_colors: Option<ForcedColors>,
    /// Where the device is.
    pub geolocation: Option<Geolocation>,
    /// Whether the device has a touch screen.
    pub has_touch: bool,
    /// User and password for servers that ask.
    pub http_credentials: Option<HttpCredentials>,
    /// Whether broken certificates are accepted.
    #[serde(rename = "ignoreHTTPSErrors")]
    pub ignore_https_errors: bool,
    /// Whether the meta viewport and mobile layout apply.
    pub is_mobile: bool,
    /// Whether pages may run script.
    pub java_script_enabled: bool,
    /// The language, as `de-DE`: of headers, `navigator.language`, numbers and dates.
    pub locale: Option<String>,
    /// Whether there is no network.
    pub offline: bool,
    /// What every page may do without asking, as `geolocation`.
    pub permissions: Vec<String>,
    /// The proxy of this context.
    pub proxy: Option<Proxy>,
    /// The preferred amount of motion; null leaves the browser's own.
    pub reduced_motion: Option<ReducedMotion>,
    /// The screen's size where it differs from the viewport.
    pub screen: Option<Viewport>,
    /// Whether pages may have service workers.
    pub service_workers: ServiceWorkers,
    /// Cookies and local storage to begin with.
    pub storage_state: Option<StorageState>,
    /// The time zone, as `Europe/Berlin`.
    pub timezone_id: Option<String>,
    /// The user agent.
    pub user_agent: Option<String>,
    /// The size of pages; null leaves the window's.
    pub viewport: Option<Viewport>,
}

impl Default for ContextOptions {
    fn default() -> Self {
        Self {
            accept_downloads: true,
            base_url: None,
            bypass_csp: false,
            color_scheme: Some(ColorScheme::Light),
            device_scale_factor: None,
            extra_http_headers: BTreeMap::new(),
            forced_colors: None,
            geolocation: None,
            has_touch: false,
            http_credentials: None,
            ignore_https_errors: false,
            is_mobile: false,
            java_script_enabled: true,
            locale: None,
            offline: false,
            permissions: Vec::new(),
            proxy: None,
            reduced_motion: None,
            screen: None,
            service_workers: ServiceWorkers::Allow,
            storage_state: None,
            timezone_id: None,
            user_agent: None,
            viewport: Some(Viewport { width: 1280, height: 720 }),
        }
    }
}

impl ContextOptions {
    /// Says what of the options cannot be.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.viewport.is_none() && self.device_scale_factor.is_some() {
            return Err("`deviceScaleFactor` needs a `viewport`".to_owned());
        }
        if self.viewport.is_none() && self.is_mobile {
            return Err("`isMobile` needs a `viewport`".to_owned());
        }
        if let Some(place) = &self.geolocation {
            place.check()?;
        }
        crate::context_state::check_permissions(&self.permissions)?;
        if let Some(url) = &self.base_url {
            url::Url::parse(url).map_err(|error| format!("`baseURL` is not an address: `{url}`: {error}"))?;
        }
        Ok(())
    }
}

/// The size of a page in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Viewport {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// The preferred colour scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColorScheme {
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// None in particular.
    NoPreference,
}

/// The preferred amount of motion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReducedMotion {
    /// Less of it.
    Reduce,
    /// None in particular.
    NoPreference,
}

/// Forced colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForcedColors {
    /// The system's palette is forced.
    Active,
    /// It is not.
    None,
}

/// A place on Earth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Geolocation {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
    /// Metres, 0 where not given.
    #[serde(default)]
    pub accuracy: f64,
}

impl Geolocation {
    pub(crate) fn check(&self) -> Result<(), String> {
        if !(-180.0..=180.0).contains(&self.longitude) {
            return Err(format!("`longitude` must be between -180 and 180, not {}", self.longitude));
        }
        if !(-90.0..=90.0).contains(&self.latitude) {
            return Err(format!("`latitude` must be between -90 and 90, not {}", self.latitude));
        }
        if self.accuracy < 0.0 {
            return Err(format!("`accuracy` must not be negative, not {}", self.accuracy));
        }
        Ok(())
    }
}

/// User and password for servers that ask.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpCredentials {
    /// The user.
    pub username: String,
    /// The password.
    pub password: String,
    /// Only for servers of this origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// With the first request, or only when a server asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<String>,
}

impl std::fmt::Debug for HttpCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpCredentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// The proxy of a context.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proxy {
    /// Its address, as `http://proxy:3128` or `socks5://proxy:1080`.
    pub server: String,
    /// Hosts that are reached without it, separated by commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bypass: Option<String>,
    /// Its user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Its password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxy").field("server", &self.server).finish_non_exhaustive()
    }
}

/// Whether pages may have service workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceWorkers {
    /// They may.
    Allow,
    /// Registering one fails.
    Block,
}

/// Cookies and local storage of a context.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageState {
    /// All cookies.
    #[serde(default)]
    pub cookies: Vec<Cookie>,
    /// Local storage by origin.
    #[serde(default)]
    pub origins: Vec<OriginState>,
}

/// What one origin stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OriginState {
    /// The origin, as `https://shop.example`.
    pub origin: String,
    /// Its local storage.
    #[serde(default)]
    pub local_storage: Vec<StorageItem>,
    /// Its databases, as the script that reads them writes them.
    #[serde(default, rename = "indexedDB", skip_serializing_if = "Vec::is_empty")]
    pub indexed_db: Vec<serde_json::Value>,
}

/// One entry of local storage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageItem {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A cookie as it is read, and as it is set (then either `url`, or `domain` and `path`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The address that it is set for, instead of domain and path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The domain; with a leading dot it covers subdomains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// When it ends, in seconds since 1970; -1 with the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<f64>,
    /// Whether script cannot read it.
    pub http_only: bool,
    /// Whether it goes over encrypted connections only.
    pub secure: bool,
    /// To which requests of other sites it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_site: Option<SameSite>,
    /// The top-level site that it belongs to, where cookies are kept apart by site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
}

/// To which requests of other sites a cookie goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SameSite {
    /// To none.
    Strict,
    /// To navigations.
    Lax,
    /// To all.
    None,
}
