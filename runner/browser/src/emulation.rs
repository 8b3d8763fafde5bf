//! What a context's options mean as commands: for the context, for its pages, for frames of other sites.

use chromiumoxide_cdp::cdp::browser_protocol::emulation::{
    MediaFeature, SetDeviceMetricsOverrideParams, SetEmulatedMediaParams, SetFocusEmulationEnabledParams,
    SetGeolocationOverrideParams, SetLocaleOverrideParams, SetScriptExecutionDisabledParams,
    SetTimezoneOverrideParams, SetTouchEmulationEnabledParams, SetUserAgentOverrideParams,
};
use chromiumoxide_cdp::cdp::browser_protocol::network::{
    Headers, SetBypassServiceWorkerParams, SetExtraHttpHeadersParams,
};
use chromiumoxide_cdp::cdp::browser_protocol::page::SetBypassCspParams;
use chromiumoxide_cdp::cdp::browser_protocol::security::SetIgnoreCertificateErrorsParams;
use serde_json::json;

use crate::connection::Reply;
use crate::context::{
    ColorScheme, Context, ContextOptions, ForcedColors, ReducedMotion, ServiceWorkers, Viewport,
};
use crate::target::Channel;

/// What a page's media queries see instead of the browser's own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Media {
    /// `screen`, `print` or the browser's own.
    pub media: Option<String>,
    /// The preferred colour scheme.
    pub color_scheme: Option<ColorScheme>,
    /// The preferred amount of motion.
    pub reduced_motion: Option<ReducedMotion>,
    /// Forced colours.
    pub forced_colors: Option<ForcedColors>,
    /// The preferred contrast: `more` or `no-preference`.
    pub contrast: Option<String>,
}

impl Media {
    /// What a context's options ask for.
    pub(crate) fn of(options: &ContextOptions) -> Self {
        Self {
            media: None,
            color_scheme: options.color_scheme,
            reduced_motion: options.reduced_motion,
            forced_colors: options.forced_colors,
            contrast: None,
        }
    }
}

/// Sends what concerns the context as a whole.
pub(crate) fn apply_to_context(context: &Context) -> Vec<Reply> {
    let mut replies = vec![crate::download::behavior(context)];
    let options = context.options();
    if !options.permissions.is_empty() {
        replies.push(crate::context_state::grant(context, &options.permissions, None));
    }
    if let Some(state) = &options.storage_state
        && !state.cookies.is_empty()
    {
        replies.push(crate::cookies::set(context, &state.cookies));
    }
    replies
}

/// Sends what concerns a page or a frame of another site.
pub(crate) fn apply(channel: &Channel, options: &ContextOptions, media: &Media, is_page: bool) -> Vec<Reply> {
    let mut replies = Vec::new();
    if is_page {
        replies.push(channel.send(&SetFocusEmulationEnabledParams::new(true)));
        if let Some(size) = options.viewport {
            replies.push(viewport(channel, options, size));
        }
        if let Some(place) = &options.geolocation {
            let params = SetGeolocationOverrideParams {
                latitude: Some(place.latitude),
                longitude: Some(place.longitude),
                accuracy: Some(place.accuracy),
                ..SetGeolocationOverrideParams::default()
            };
            replies.push(channel.send(&params));
        }
    }
    if options.has_touch {
        replies
            .push(channel.send(&SetTouchEmulationEnabledParams { enabled: true, max_touch_points: Some(1) }));
    }
    if options.bypass_csp {
        replies.push(channel.send(&SetBypassCspParams::new(true)));
    }
    if options.ignore_https_errors {
        replies.push(channel.send(&SetIgnoreCertificateErrorsParams::new(true)));
    }
    if !options.java_script_enabled {
        replies.push(channel.send(&SetScriptExecutionDisabledParams::new(true)));
    }
    if options.service_workers == ServiceWorkers::Block {
        replies.push(channel.send(&SetBypassServiceWorkerParams::new(true)));
    }
    if options.user_agent.is_some() || options.locale.is_some() {
        replies.push(user_agent(channel, options));
    }
    if let Some(locale) = &options.locale {
        replies.push(channel.send(&SetLocaleOverrideParams { locale: Some(locale.clone()) }));
    }
    if let Some(zone) = &options.timezone_id {
        replies.push(channel.send(&SetTimezoneOverrideParams::new(zone)));
    }
    if *media != Media::default() {
        replies.push(emulate_media(channel, media));
    }
    if !options.extra_http_headers.is_empty() {
        replies.push(extra_headers(channel, options));
    }
    if options.offline {
        replies.push(offline(channel, true));
    }
    replies
}

/// Sends the size of a page.
pub(crate) fn viewport(channel: &Channel, options: &ContextOptions, size: Viewport) -> Reply {
    let screen = options.screen.unwrap_or(size);
    let landscape = size.width > size.height;
    let mut params = SetDeviceMetricsOverrideParams::new(
        i64::from(size.width),
        i64::from(size.height),
        options.device_scale_factor.unwrap_or(1.0),
        options.is_mobile,
    );
    params.screen_width = Some(i64::from(screen.width));
    params.screen_height = Some(i64::from(screen.height));
    let orientation = match (options.is_mobile, landscape) {
        (true, true) => json!({ "angle": 90, "type": "landscapePrimary" }),
        (true, false) => json!({ "angle": 0, "type": "portraitPrimary" }),
        (false, _) => json!({ "angle": 0, "type": "landscapePrimary" }),
    };
    params.screen_orientation = serde_json::from_value(orientation).ok();
    channel.send(&params)
}

fn user_agent(channel: &Channel, options: &ContextOptions) -> Reply {
    // An empty user agent leaves the browser's own, so that the language alone can be set.
    let mut params = SetUserAgentOverrideParams::new(options.user_agent.clone().unwrap_or_default());
    params.accept_language = options.locale.clone();
    channel.send(&params)
}

/// Sends the headers that every request carries.
pub(crate) fn extra_headers(channel: &Channel, options: &ContextOptions) -> Reply {
    channel.send(&SetExtraHttpHeadersParams::new(Headers::new(json!(options.extra_http_headers))))
}

/// Takes the network away or gives it back.
pub(crate) fn offline(channel: &Channel, offline: bool) -> Reply {
    let conditions = json!({
        "offline": offline,
        "latency": 0,
        "downloadThroughput": -1,
        "uploadThroughput": -1,
    });
    channel.send_raw("Network.emulateNetworkConditions", &conditions)
}

/// Sends what media queries see.
pub(crate) fn emulate_media(channel: &Channel, media: &Media) -> Reply {
    let scheme = media.color_scheme.map_or("", |scheme| match scheme {
        ColorScheme::Light => "light",
        ColorScheme::Dark => "dark",
        ColorScheme::NoPreference => "no-preference",
    });
    let motion = media.reduced_motion.map_or("", |motion| match motion {
        ReducedMotion::Reduce => "reduce",
        ReducedMotion::NoPreference => "no-preference",
    });
    let colors = media.forced_colors.map_or("", |colors| match colors {
        ForcedColors::Active => "active",
        ForcedColors::None => "none",
    });
    let feature = |name: &str, value: &str| MediaFeature::new(name, value);
    let features = vec![
        feature("prefers-color-scheme", scheme),
        feature("prefers-reduced-motion", motion),
        feature("forced-colors", colors),
        feature("prefers-contrast", media.contrast.as_deref().unwrap_or_default()),
    ];
    let params = SetEmulatedMediaParams {
        media: Some(media.media.clone().unwrap_or_default()),
        features: Some(features),
    };
    channel.send(&params)
}

/// How slow the network is made.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NetworkConditions {
    /// Whether there is none.
    pub offline: bool,
    /// Bytes a second from servers, negative for no limit.
    pub download: f64,
    /// Bytes a second to servers, negative for no limit.
    pub upload: f64,
    /// Milliseconds that every request takes longer.
    pub latency: f64,
}

impl crate::page::Page {
    /// Makes the page's network slow.
    pub async fn emulate_network(
        &self,
        progress: &crate::progress::Progress,
        conditions: NetworkConditions,
    ) -> Result<(), crate::error::ActionError> {
        let NetworkConditions { offline, download, upload, latency } = conditions;
        let params = json!({
            "offline": offline,
            "latency": latency,
            "downloadThroughput": download,
            "uploadThroughput": upload,
        });
        let channels = self.channels();
        let replies = channels
            .iter()
            .map(|channel| channel.send_raw("Network.emulateNetworkConditions", &params))
            .collect();
        progress.run(async { Ok(crate::connection::all_done(replies).await?) }).await
    }
}
