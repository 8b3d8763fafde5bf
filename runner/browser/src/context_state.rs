//! What can be changed about a context while it lives: permissions, place, network, headers, credentials.

use chromiumoxide_cdp::cdp::browser_protocol::emulation::SetGeolocationOverrideParams;
use serde_json::json;

use crate::connection::{Reply, all_done};
use crate::context::{Context, ContextOptions, Geolocation, HttpCredentials};
use crate::emulation;
use crate::error::ActionError;
use crate::progress::Progress;
use crate::target::Channel;

/// The browser's names of the permissions that scripts name.
const PERMISSIONS: [(&str, &str); 20] = [
    ("accelerometer", "sensors"),
    ("ambient-light-sensor", "sensors"),
    ("background-sync", "backgroundSync"),
    ("camera", "videoCapture"),
    ("clipboard-read", "clipboardReadWrite"),
    ("clipboard-write", "clipboardSanitizedWrite"),
    ("geolocation", "geolocation"),
    ("gyroscope", "sensors"),
    ("local-fonts", "localFonts"),
    ("local-network-access", "localNetworkAccess"),
    ("magnetometer", "sensors"),
    ("microphone", "audioCapture"),
    ("midi", "midi"),
    ("midi-sysex", "midiSysex"),
    ("notifications", "notifications"),
    ("payment-handler", "paymentHandler"),
    ("persistent-storage", "durableStorage"),
    ("screen-wake-lock", "wakeLockScreen"),
    ("storage-access", "storageAccess"),
    ("window-management", "windowManagement"),
];

/// Says which permission is none.
pub(crate) fn check_permissions(permissions: &[String]) -> Result<(), String> {
    let is_known = |name: &&String| PERMISSIONS.iter().any(|(known, _)| known == name);
    match permissions.iter().find(|name| !is_known(name)) {
        Some(unknown) => Err(format!("Unknown permission: {unknown}")),
        None => Ok(()),
    }
}

/// Sends permissions; unknown ones are refused by the browser.
pub(crate) fn grant(context: &Context, permissions: &[String], origin: Option<&str>) -> Reply {
    let names: Vec<&str> = permissions
        .iter()
        .map(|name| {
            PERMISSIONS.iter().find(|(known, _)| known == name).map_or(name.as_str(), |(_, name)| name)
        })
        .collect();
    let mut params = json!({ "permissions": names, "browserContextId": context.id() });
    if let (Some(origin), Some(params)) = (origin, params.as_object_mut()) {
        params.insert("origin".to_owned(), json!(origin));
    }
    context.session_inner().browser.send_raw("Browser.grantPermissions", &params)
}

impl Context {
    /// Lets pages (of one origin) do something without asking.
    pub async fn grant_permissions(
        &self,
        progress: &Progress,
        permissions: &[String],
        origin: Option<&str>,
    ) -> Result<(), ActionError> {
        check_permissions(permissions).map_err(ActionError::Invalid)?;
        let reply = grant(self, permissions, origin);
        progress.run(async { Ok(reply.done().await?) }).await
    }

    /// Takes all permissions back.
    pub async fn clear_permissions(&self, progress: &Progress) -> Result<(), ActionError> {
        let params = json!({ "browserContextId": self.id() });
        let reply = self.session_inner().browser.send_raw("Browser.resetPermissions", &params);
        progress.run(async { Ok(reply.done().await?) }).await
    }

    /// Moves the device; nowhere takes its place away.
    pub async fn set_geolocation(
        &self,
        progress: &Progress,
        place: Option<Geolocation>,
    ) -> Result<(), ActionError> {
        if let Some(place) = &place {
            place.check().map_err(ActionError::Invalid)?;
        }
        let params = SetGeolocationOverrideParams {
            latitude: place.map(|place| place.latitude),
            longitude: place.map(|place| place.longitude),
            accuracy: place.map(|place| place.accuracy),
            ..SetGeolocationOverrideParams::default()
        };
        self.options_mut().geolocation = place;
        self.send_to_pages(progress, |channel, _| channel.send(&params)).await
    }

    /// Takes the network away or gives it back.
    pub async fn set_offline(&self, progress: &Progress, offline: bool) -> Result<(), ActionError> {
        self.options_mut().offline = offline;
        self.send_to_pages(progress, |channel, _| emulation::offline(channel, offline)).await
    }

    /// Names the headers that every request carries besides its own.
    pub async fn set_extra_http_headers(
        &self,
        progress: &Progress,
        headers: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), ActionError> {
        self.options_mut().extra_http_headers = headers.into_iter().collect();
        self.send_to_pages(progress, emulation::extra_headers).await
    }

    /// Names user and password for servers that ask.
    pub async fn set_http_credentials(
        &self,
        progress: &Progress,
        credentials: Option<HttpCredentials>,
    ) -> Result<(), ActionError> {
        self.options_mut().http_credentials = credentials;
        self.update_interception(progress).await
    }

    /// Sends something to every page and every frame of another site.
    pub(crate) async fn send_to_pages(
        &self,
        progress: &Progress,
        send: impl Fn(&Channel, &ContextOptions) -> Reply,
    ) -> Result<(), ActionError> {
        let mut replies = Vec::new();
        for page in self.all_pages() {
            let options = page.effective_options();
            for channel in page.channels() {
                replies.push(send(&channel, &options));
            }
        }
        progress.run(async { Ok(all_done(replies).await?) }).await
    }
}
