//! The closed list of what the prelude may ask, and the arguments of each.
//!
//! A call is `{ api, timeout, ask: { group: { name: arguments } } }`. It is parsed at the line of the
//! script that makes it, so that a wrong argument is told there. The names are used by
//! `playwright/*.js`; a test keeps both sides complete.

use std::collections::BTreeMap;

use canary_browser::{
    Action, Button, ContextOptions, Cookie, ElementState, Expectation, Geolocation, Header, HttpCredentials,
    Lifecycle, Proxy, Script, SelectorState, StorageState, WireValue, World,
};
use serde::Deserialize;

use super::failure::Failed;
use super::registry::{
    BindingCallId, BodyId, CdpId, ContextId, DialogId, DownloadId, FrameId, HandleId, HarId, InitScriptId,
    JarId, PageId, RequestId, ResponseId, RouteId, WorkerId,
};

/// One call of the prelude.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct HostCommand {
    /// The member that the script called, as `locator.click`; begins every error message.
    pub(crate) api: String,
    /// Milliseconds; without it only the test's own limit holds.
    pub(crate) timeout: Option<f64>,
    /// Under which number `session.cancel` finds it.
    pub(crate) tag: Option<u32>,
    pub(crate) ask: Ask,
}

/// What is asked, by the kind of object that is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Ask {
    Session(SessionAsk),
    Browser(BrowserAsk),
    Context(ContextAsk),
    Page(PageAsk),
    Frame(FrameAsk),
    Handle(HandleAsk),
    Worker(WorkerAsk),
    Keyboard(KeyboardAsk),
    Mouse(MouseAsk),
    Touchscreen(TouchscreenAsk),
    Dialog(DialogAsk),
    Download(DownloadAsk),
    Request(RequestAsk),
    Response(ResponseAsk),
    Route(RouteAsk),
    Har(HarAsk),
    Fetch(FetchAsk),
    Cdp(CdpAsk),
}

/// The run itself.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum SessionAsk {
    /// Ends a call that is under way.
    Cancel { tag: u32 },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum BrowserAsk {
    NewContext { options: Box<ContextOptions> },
}

/// Events that are sent only while the script listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Wanted {
    Console,
    Dialog,
    FileChooser,
    PageError,
    Request,
    RequestFailed,
    RequestFinished,
    Response,
    WebSocket,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum ContextAsk {
    NewPage {
        context: ContextId,
    },
    Close {
        context: ContextId,
    },
    /// It goes when the test's end was told: until then the runner may look at its pages.
    Release {
        context: ContextId,
    },
    Cookies {
        context: ContextId,
        urls: Vec<String>,
    },
    AddCookies {
        context: ContextId,
        cookies: Vec<Cookie>,
    },
    /// Leaves these cookies and no others.
    ClearCookies {
        context: ContextId,
        kept: Vec<Cookie>,
    },
    StorageState {
        context: ContextId,
        databases: bool,
    },
    SetStorageState {
        context: ContextId,
        state: StorageState,
    },
    GrantPermissions {
        context: ContextId,
        permissions: Vec<String>,
        origin: Option<String>,
    },
    ClearPermissions {
        context: ContextId,
    },
    SetGeolocation {
        context: ContextId,
        geolocation: Option<Geolocation>,
    },
    SetOffline {
        context: ContextId,
        offline: bool,
    },
    SetExtraHttpHeaders {
        context: ContextId,
        headers: BTreeMap<String, String>,
    },
    SetHttpCredentials {
        context: ContextId,
        credentials: Option<HttpCredentials>,
    },
    AddInitScript {
        context: ContextId,
        source: InitScript,
    },
    RemoveInitScript {
        context: ContextId,
        script: InitScriptId,
    },
    /// With a handle, the function gets its argument as one.
    ExposeBinding {
        context: ContextId,
        name: String,
        #[serde(default)]
        handle: bool,
    },
    SetRouting {
        context: ContextId,
        enabled: bool,
    },
    Listen {
        context: ContextId,
        event: Wanted,
        wanted: bool,
    },
}

/// How much of the past is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Since {
    All,
    SinceNavigation,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum PageAsk {
    Close {
        page: PageId,
        run_before_unload: bool,
    },
    Reload {
        page: PageId,
        wait_until: Lifecycle,
    },
    GoBack {
        page: PageId,
        wait_until: Lifecycle,
    },
    GoForward {
        page: PageId,
        wait_until: Lifecycle,
    },
    BringToFront {
        page: PageId,
    },
    SetViewportSize {
        page: PageId,
        width: u32,
        height: u32,
    },
    SetExtraHttpHeaders {
        page: PageId,
        headers: BTreeMap<String, String>,
    },
    EmulateMedia {
        page: PageId,
        media: Option<String>,
        color_scheme: Option<String>,
        reduced_motion: Option<String>,
        forced_colors: Option<String>,
        contrast: Option<String>,
    },
    AddInitScript {
        page: PageId,
        source: InitScript,
    },
    RemoveInitScript {
        page: PageId,
        script: InitScriptId,
    },
    /// With a handle, the function gets its argument as one.
    ExposeBinding {
        page: PageId,
        name: String,
        #[serde(default)]
        handle: bool,
    },
    AnswerBinding {
        call: BindingCallId,
        thrown: bool,
        value: WireValue,
        handles: Vec<HandleId>,
    },
    SetRouting {
        page: PageId,
        enabled: bool,
    },
    Listen {
        page: PageId,
        event: Wanted,
        wanted: bool,
    },
    Screenshot {
        page: PageId,
        options: serde_json::Value,
    },
    Pdf {
        page: PageId,
        options: serde_json::Value,
    },
    ConsoleMessages {
        page: PageId,
        filter: Since,
    },
    ClearConsoleMessages {
        page: PageId,
    },
    PageErrors {
        page: PageId,
        filter: Since,
    },
    ClearPageErrors {
        page: PageId,
    },
    Requests {
        page: PageId,
    },
    RequestGc {
        page: PageId,
    },
    AddLocatorHandler {
        page: PageId,
        selector: String,
        no_wait_after: bool,
    },
    RemoveLocatorHandler {
        page: PageId,
        handler: u32,
    },
    LocatorHandlerDone {
        page: PageId,
        handler: u32,
        remove: bool,
    },
}

/// A script for every new document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum InitScript {
    /// A text as it is.
    Text(String),
    /// The text of a function, and the argument that it is called with.
    Function(String, WireValue),
}

/// What a selector means: where it starts, and whether it must match one element.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Target {
    pub(crate) frame: FrameId,
    pub(crate) selector: String,
    #[serde(default)]
    pub(crate) strict: bool,
}

/// Code for the page with its argument; `{h: n}` in the argument is the n-th of the handles.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Code {
    pub(crate) script: Script,
    pub(crate) argument: WireValue,
    #[serde(default)]
    pub(crate) handles: Vec<HandleId>,
    /// Whether Maps and Sets cross with what is in them.
    #[serde(default)]
    pub(crate) extended: bool,
    #[serde(default)]
    pub(crate) world: World,
}

/// An action that was read once already, so that a wrong one is told where it was asked for. It travels as
/// JSON, since the browser's form of it may hold handles, which never leave their thread.
#[derive(Debug)]
pub(crate) struct CheckedAction(serde_json::Value);

impl<'de> Deserialize<'de> for CheckedAction {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Action::deserialize(&value).map_err(serde::de::Error::custom)?;
        Ok(Self(value))
    }
}

impl CheckedAction {
    /// Tells whether it is done whatever stands in its way.
    pub(crate) fn is_forced(&self) -> bool {
        self.0.get("force").and_then(serde_json::Value::as_bool).unwrap_or(false)
    }

    pub(crate) fn made(self) -> Result<Action, Failed> {
        serde_json::from_value(self.0).map_err(|error| Failed::invalid(error.to_string()))
    }
}

/// What goes beside an action, since the browser takes it in another form.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Beside {
    #[serde(default)]
    pub(crate) handles: Vec<HandleId>,
    pub(crate) event_init: Option<WireValue>,
    pub(crate) files: Option<Vec<InputFile>>,
}

/// A file for a field: one of the checkout, or its content as base64.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", untagged)]
pub(crate) enum InputFile {
    Path {
        path: String,
    },
    Content {
        name: String,
        #[serde(rename = "mimeType")]
        mime_type: String,
        base64: String,
    },
}

/// An expression for addresses; a function of the script stays in the script.
#[derive(Debug, Deserialize)]
pub(crate) struct UrlPattern {
    pub(crate) source: String,
    #[serde(default)]
    pub(crate) flags: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum FrameAsk {
    Goto {
        frame: FrameId,
        url: String,
        wait_until: Lifecycle,
        referer: Option<String>,
    },
    SetContent {
        frame: FrameId,
        html: String,
        wait_until: Lifecycle,
    },
    Content {
        frame: FrameId,
        #[serde(default)]
        include_shadow: bool,
    },
    Title {
        frame: FrameId,
    },
    Element {
        frame: FrameId,
    },
    WaitForLoadState {
        frame: FrameId,
        state: Lifecycle,
    },
    /// Without an address any navigation will do. `shown` says in the call log what is waited for.
    WaitForNavigation {
        frame: FrameId,
        url: Option<UrlPattern>,
        wait_until: Lifecycle,
        shown: String,
    },
    WaitForUrl {
        frame: FrameId,
        url: UrlPattern,
        wait_until: Lifecycle,
        shown: String,
    },
    Act {
        #[serde(flatten)]
        target: Target,
        action: CheckedAction,
        #[serde(flatten)]
        beside: Beside,
    },
    Expect {
        frame: FrameId,
        selector: Option<String>,
        expectation: Box<Expectation>,
    },
    Query {
        #[serde(flatten)]
        target: Target,
    },
    QueryAll {
        #[serde(flatten)]
        target: Target,
    },
    WaitForElement {
        #[serde(flatten)]
        target: Target,
        state: SelectorState,
    },
    Evaluate {
        frame: FrameId,
        #[serde(flatten)]
        code: Code,
        handle: bool,
    },
    /// With the element first; `once` fails where there is none now.
    EvaluateOn {
        #[serde(flatten)]
        target: Target,
        #[serde(flatten)]
        code: Code,
        handle: bool,
        #[serde(default)]
        once: bool,
    },
    EvaluateAll {
        #[serde(flatten)]
        target: Target,
        #[serde(flatten)]
        code: Code,
    },
    /// Until it is true; polled with each frame, or every so many milliseconds.
    WaitForFunction {
        frame: FrameId,
        #[serde(flatten)]
        code: Code,
        element: Option<HandleId>,
        polling: Option<f64>,
    },
    Screenshot {
        #[serde(flatten)]
        target: Target,
        options: serde_json::Value,
    },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum HandleAsk {
    Evaluate {
        handle: HandleId,
        #[serde(flatten)]
        code: Code,
        wants_handle: bool,
    },
    JsonValue {
        handle: HandleId,
    },
    Property {
        handle: HandleId,
        name: String,
    },
    Properties {
        handle: HandleId,
    },
    Dispose {
        handle: HandleId,
    },
    Act {
        element: HandleId,
        action: CheckedAction,
        #[serde(flatten)]
        beside: Beside,
    },
    Query {
        element: HandleId,
        selector: String,
    },
    QueryAll {
        element: HandleId,
        selector: String,
    },
    EvaluateAll {
        element: HandleId,
        selector: String,
        #[serde(flatten)]
        code: Code,
    },
    WaitForElement {
        element: HandleId,
        selector: String,
        state: SelectorState,
        #[serde(default)]
        strict: bool,
    },
    WaitForState {
        element: HandleId,
        state: ElementState,
    },
    ContentFrame {
        element: HandleId,
    },
    OwnerFrame {
        element: HandleId,
    },
    Screenshot {
        element: HandleId,
        options: serde_json::Value,
    },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum WorkerAsk {
    Evaluate {
        worker: WorkerId,
        #[serde(flatten)]
        code: Code,
        handle: bool,
    },
}

/// Milliseconds between down and up, or between keys.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Pace {
    pub(crate) delay: f64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum KeyboardAsk {
    Down { page: PageId, key: String },
    Up { page: PageId, key: String },
    Press { page: PageId, key: String, options: Pace },
    Type { page: PageId, text: String, options: Pace },
    InsertText { page: PageId, text: String },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum MouseAsk {
    Move { page: PageId, x: f64, y: f64, options: MoveOptions },
    Down { page: PageId, options: ButtonOptions },
    Up { page: PageId, options: ButtonOptions },
    Click { page: PageId, x: f64, y: f64, options: ButtonOptions },
    Wheel { page: PageId, delta_x: f64, delta_y: f64 },
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct MoveOptions {
    pub(crate) steps: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct ButtonOptions {
    pub(crate) button: Button,
    pub(crate) click_count: Option<u32>,
    pub(crate) delay: f64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum TouchscreenAsk {
    Tap { page: PageId, x: f64, y: f64 },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum DialogAsk {
    Accept { dialog: DialogId, text: Option<String> },
    Dismiss { dialog: DialogId },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum DownloadAsk {
    Failure { download: DownloadId },
    Path { download: DownloadId },
    Read { download: DownloadId },
    Cancel { download: DownloadId },
    Delete { download: DownloadId },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum RequestAsk {
    Headers { request: RequestId },
    Response { request: RequestId },
    Sizes { request: RequestId },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum ResponseAsk {
    Headers { response: ResponseId },
    Body { response: ResponseId },
    Finished { response: ResponseId },
    Server { response: ResponseId },
    Security { response: ResponseId },
    HttpVersion { response: ResponseId },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum RouteAsk {
    Continue {
        route: RouteId,
        url: Option<String>,
        method: Option<String>,
        headers: Option<BTreeMap<String, String>>,
        post_data: Option<String>,
    },
    Fulfill {
        route: RouteId,
        status: u16,
        headers: Vec<Header>,
        body: String,
    },
    Abort {
        route: RouteId,
        error_code: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum HarAsk {
    Open {
        path: String,
    },
    Find {
        har: HarId,
        url: String,
        method: String,
        headers: Vec<Header>,
        post_data: Option<String>,
        navigation: bool,
    },
}

/// Requests outside of pages: `context` shares cookies with its pages, `jar` has its own.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum FetchAsk {
    Fetch {
        context: Option<ContextId>,
        jar: Option<JarId>,
        url: String,
        method: String,
        headers: Vec<Header>,
        body: Option<String>,
        max_redirects: Option<u32>,
        max_retries: Option<u32>,
        ignore_https_errors: Option<bool>,
    },
    Body {
        body: BodyId,
    },
    /// The body as text in the encoding of this name.
    Text {
        body: BodyId,
        charset: String,
    },
    DisposeBody {
        body: BodyId,
    },
    NewJar {
        user_agent: Option<String>,
        http_credentials: Option<HttpCredentials>,
        ignore_https_errors: Option<bool>,
        proxy: Option<Proxy>,
        cookies: Vec<Cookie>,
    },
    DisposeJar {
        jar: JarId,
    },
    Cookies {
        context: Option<ContextId>,
        jar: Option<JarId>,
        urls: Vec<String>,
    },
    AddCookies {
        context: Option<ContextId>,
        jar: Option<JarId>,
        cookies: Vec<Cookie>,
    },
    /// Leaves these cookies and no others.
    ReplaceCookies {
        context: Option<ContextId>,
        jar: Option<JarId>,
        cookies: Vec<Cookie>,
    },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum CdpAsk {
    Open { page: Option<PageId>, frame: Option<FrameId> },
    Send { session: CdpId, method: String, params: serde_json::Value },
    Listen { session: CdpId, method: String, wanted: bool },
    Detach { session: CdpId },
}
