//! A browser, driven: found, started or attached to; contexts, pages and frames in it; navigation, input,
//! dialogs, downloads, requests, script in pages, locators and actions on what they find.
//!
//! Everything runs on one thread, inside a `LocalSet`, and every call takes a [`Progress`] first. What a script
//! or a document is, is not known here.

mod action;
mod attach;
mod clock;
mod connection;
mod console;
mod context;
mod context_state;
mod cookies;
mod dialog;
mod download;
mod emulation;
mod error;
mod evaluate;
mod expect;
mod file_chooser;
mod frame;
mod home;
mod http_client;
mod injected;
mod input;
mod launch;
mod listeners;
mod navigation;
mod network;
mod page;
mod progress;
mod route;
mod selector;
mod session;
mod target;
mod webdriver;
mod worker;

pub use action::{
    Action, Choice, ClickOptions, DragOptions, DropOptions, ElementState, FileChoice, FilePayload,
    HoverOptions, Locating, Point, Scroll, SelectorState, TapOptions,
};
pub use connection::{Count, Traffic};
pub use console::{ConsoleMessage, Location};
pub use context::{
    ColorScheme, Context, ContextEvent, ContextEvents, ContextOptions, Cookie, ForcedColors, Geolocation,
    HttpCredentials, OriginState, Proxy, ReducedMotion, SameSite, ServiceWorkers, StorageItem, StorageState,
    Viewport,
};
pub use dialog::{Dialog, DialogKind};
pub use download::Download;
pub use emulation::{Media, NetworkConditions};
pub use error::{
    ActionError, CallError, Closed, ErrorKind, Exception, Interrupted, NavigationError, OpenError,
};
pub use evaluate::{Argument, JsHandle, SERIALIZER, Script, WireValue, World};
pub use expect::{ExpectOutcome, Expectation, Matcher, TextOptions, Texts};
pub use file_chooser::FileChooser;
pub use frame::{Frame, Lifecycle};
pub use http_client::{HttpAnswer, HttpClient, HttpError, HttpRequest, JarOptions};
pub use input::{Button, ClickShape, Keyboard, Modifier, Mouse, Touchscreen};
pub use launch::{executable, find};
pub use navigation::{GotoOptions, PendingNavigation, UrlPredicate};
pub use network::{
    Header, Headers, Request, Response, SecurityDetails, ServerAddress, Sizes, Timing, WebSocket,
    WebSocketEvent, WebSocketMessage,
};
pub use page::{BindingCall, BindingCalls, InitScript, Page, PageEvent, PageEventKind, PageEvents};
pub use progress::{CallLog, Progress};
pub use route::{Continue, Fulfil, Route, Routes, UrlMatcher};
pub use selector::{Pattern, Regex, RoleOptions, Selector, SelectorError};
pub use session::{
    ClockReading, Command, Event, EventReceiver, Open, RawSession, RawSessionEvent, RawSessionEvents,
    Session, Version, open,
};
pub use target::{Target, TargetKind};
pub use worker::Worker;
