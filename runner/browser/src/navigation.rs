//! Going somewhere and waiting until it is there.

use std::time::Duration;

use chromiumoxide_cdp::cdp::browser_protocol::page::{
    GetNavigationHistoryParams, NavigateParams, NavigateToHistoryEntryParams, ReloadParams,
};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use url::Url;

use crate::error::NavigationError;
use crate::frame::{Frame, FrameEvent, Lifecycle};
use crate::network::Response;
use crate::page::Page;
use crate::progress::Progress;

/// How long the reason of an abort is waited for: it comes right after, but a busy machine takes its time.
const AFTERWORD: Duration = Duration::from_millis(250);

/// How a navigation is made and how far it is waited for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GotoOptions {
    /// How far the document must be.
    pub wait_until: Lifecycle,
    /// The address that the server is told to come from.
    pub referer: Option<String>,
}

/// Says whether an address is the one that is waited for.
pub type UrlPredicate<'a> = &'a dyn Fn(&str) -> bool;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Navigated {
    loader_id: Option<String>,
    error_text: Option<String>,
    #[serde(default)]
    is_download: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct History {
    current_index: usize,
    entries: Vec<HistoryEntry>,
}

#[derive(Deserialize)]
struct HistoryEntry {
    id: i64,
}

impl Frame {
    /// Goes to an address and waits for its document; gives the answer that brought it, if a request did.
    pub async fn goto(
        &self,
        progress: &Progress,
        url: &str,
        options: &GotoOptions,
    ) -> Result<Option<Response>, NavigationError> {
        let url = self.absolute(url)?;
        progress.log(&format!("navigating to \"{url}\", waiting until \"{}\"", name_of(options.wait_until)));
        progress.run(self.navigate(&url, options)).await
    }

    /// Makes an address whole by the context's base, as a link in a page there would be.
    fn absolute(&self, url: &str) -> Result<String, NavigationError> {
        let page = self.live_page()?;
        let base = page.context().options().base_url.clone();
        resolve(base.as_deref(), url).map_err(NavigationError::Invalid)
    }

    async fn navigate(&self, url: &str, options: &GotoOptions) -> Result<Option<Response>, NavigationError> {
        self.check_alive()?;
        let mut events = self.0.events.subscribe();
        let page = self.live_page()?;
        // The page's own session navigates all frames, also those of other sites.
        let referer = options.referer.clone().or_else(|| {
            let options = page.effective_options();
            let mut headers = options.extra_http_headers.into_iter();
            headers.find(|(name, _)| name.eq_ignore_ascii_case("referer")).map(|(_, value)| value)
        });
        let params = NavigateParams {
            referrer: referer,
            frame_id: Some(self.id().to_owned().into()),
            ..NavigateParams::new(url)
        };
        let reply = page.channel().send(&params);
        let navigated: Navigated = reply.decode().await?;
        if navigated.is_download {
            return Err(NavigationError::Download { url: url.to_owned() });
        }
        match (navigated.error_text, navigated.loader_id) {
            (Some(text), loader) => Err(self.failed(url, &text, loader.as_deref(), &mut events).await),
            (None, Some(loader)) => {
                let loader = self.wait_commit(url, &loader, &mut events).await?;
                self.wait_reached(options.wait_until, &mut events).await?;
                self.response_of(&loader).await
            }
            (None, None) => {
                while !matches!(self.next(&mut events).await?, FrameEvent::WithinDocument { .. }) {}
                self.wait_reached(options.wait_until, &mut events).await?;
                Ok(None)
            }
        }
    }

    /// An aborted navigation was mostly replaced by another one, which is told right after.
    async fn failed(
        &self,
        url: &str,
        text: &str,
        loader: Option<&str>,
        events: &mut mpsc::UnboundedReceiver<FrameEvent>,
    ) -> NavigationError {
        let url = url.to_owned();
        if self.is_detached() {
            return NavigationError::FrameDetached;
        }
        if text == "net::ERR_ABORTED" {
            let by = tokio::time::timeout(AFTERWORD, replacement(loader, events)).await;
            if let Ok(Some(by)) = by {
                return NavigationError::Replaced { url, by };
            }
            if let Err(gone) = self.check_page() {
                return gone;
            }
        }
        NavigationError::Failed { url, text: text.to_owned() }
    }

    /// Waits until the document of this loader is shown; returns the loader that is.
    async fn wait_commit(
        &self,
        url: &str,
        loader: &str,
        events: &mut mpsc::UnboundedReceiver<FrameEvent>,
    ) -> Result<String, NavigationError> {
        while self.loader_id() != loader {
            match self.next(events).await? {
                FrameEvent::Committed { loader: shown, unreachable: Some(_), .. } if shown == loader => {
                    let text = self.failure_of(loader).unwrap_or_else(|| "net::ERR_FAILED".to_owned());
                    return Err(NavigationError::Failed { url: url.to_owned(), text });
                }
                // The page that tells of an earlier failure may come late.
                FrameEvent::Committed { loader: shown, url: by, unreachable: None } if shown != loader => {
                    return Err(NavigationError::Replaced { url: url.to_owned(), by });
                }
                FrameEvent::Aborted { loader: aborted, text } if aborted == loader => {
                    return Err(NavigationError::Failed { url: url.to_owned(), text });
                }
                _ => {}
            }
        }
        Ok(loader.to_owned())
    }

    fn failure_of(&self, loader: &str) -> Option<String> {
        self.document_request(loader)?.failure()
    }

    /// Waits for the next thing that happens to the frame.
    async fn next(
        &self,
        events: &mut mpsc::UnboundedReceiver<FrameEvent>,
    ) -> Result<FrameEvent, NavigationError> {
        match events.recv().await {
            Some(FrameEvent::Detached) | None => {
                self.check_page()?;
                Err(NavigationError::FrameDetached)
            }
            Some(FrameEvent::Crashed) => Err(NavigationError::Crashed),
            Some(event) => Ok(event),
        }
    }

    /// A frame that is gone with its page is the page's matter.
    fn check_page(&self) -> Result<(), NavigationError> {
        let page = self.live_page()?;
        if page.is_closed() || page.is_crashed() { Err(page.gone_error().into()) } else { Ok(()) }
    }

    async fn wait_reached(
        &self,
        state: Lifecycle,
        events: &mut mpsc::UnboundedReceiver<FrameEvent>,
    ) -> Result<(), NavigationError> {
        while !self.has_reached(state) {
            self.next(events).await?;
        }
        Ok(())
    }

    /// Returns the answer that brought a document, once it began.
    async fn response_of(&self, loader: &str) -> Result<Option<Response>, NavigationError> {
        Ok(self.document_request(loader).and_then(|request| request.known_response()))
    }

    /// Waits until the document is that far.
    pub async fn wait_for_load_state(
        &self,
        progress: &Progress,
        state: Lifecycle,
    ) -> Result<(), NavigationError> {
        let mut events = self.0.events.subscribe();
        self.check_alive()?;
        progress.log(&format!("waiting until \"{}\"", name_of(state)));
        progress.run(self.wait_reached(state, &mut events)).await
    }

    /// Waits until the address fits and the document is that far.
    pub async fn wait_for_url(
        &self,
        progress: &Progress,
        fits: UrlPredicate<'_>,
        state: Lifecycle,
    ) -> Result<(), NavigationError> {
        let mut events = self.0.events.subscribe();
        self.check_alive()?;
        progress
            .run(async {
                let mut seen = fits(&self.url());
                while !seen {
                    let (url, unreachable) = match self.next(&mut events).await? {
                        FrameEvent::Committed { url, unreachable, .. } => (url, unreachable),
                        FrameEvent::WithinDocument { url } => (url, None),
                        _ => continue,
                    };
                    progress.log(&format!("navigated to \"{url}\""));
                    let url = unreachable.unwrap_or(url);
                    seen = fits(&url);
                }
                self.wait_reached(state, &mut events).await
            })
            .await
    }

    /// Waits for the next navigation to an address that fits; gives the answer that brought it.
    pub async fn wait_for_navigation(
        &self,
        progress: &Progress,
        fits: UrlPredicate<'_>,
        state: Lifecycle,
    ) -> Result<Option<Response>, NavigationError> {
        self.navigation(progress, fits, state).wait().await
    }

    /// Begins to watch for the next navigation, so that what causes it may follow.
    pub fn navigation<'a>(
        &self,
        progress: &'a Progress,
        fits: UrlPredicate<'a>,
        state: Lifecycle,
    ) -> PendingNavigation<'a> {
        let events = self.0.events.subscribe();
        PendingNavigation { frame: self.clone(), progress, fits, state, events }
    }
}

/// A navigation that is watched for.
pub struct PendingNavigation<'a> {
    frame: Frame,
    progress: &'a Progress,
    fits: UrlPredicate<'a>,
    state: Lifecycle,
    events: mpsc::UnboundedReceiver<FrameEvent>,
}

impl PendingNavigation<'_> {
    /// Waits for it; gives the answer that brought the document, nothing if only the address changed.
    pub async fn wait(mut self) -> Result<Option<Response>, NavigationError> {
        let frame = self.frame;
        frame.check_alive()?;
        self.progress
            .run(async {
                let loader = loop {
                    match frame.next(&mut self.events).await? {
                        FrameEvent::Committed { loader, url, unreachable } => {
                            self.progress.log(&format!("navigated to \"{url}\""));
                            if let Some(url) = unreachable {
                                let text = frame.failure_of(&loader);
                                let text = text.unwrap_or_else(|| "net::ERR_FAILED".to_owned());
                                return Err(NavigationError::Failed { url, text });
                            }
                            if (self.fits)(&url) {
                                break Some(loader);
                            }
                        }
                        FrameEvent::WithinDocument { url } if (self.fits)(&url) => break None,
                        FrameEvent::Aborted { text, loader } => {
                            let url = frame.document_request(&loader).map(|request| request.url().to_owned());
                            // One that another took the place of is not the end.
                            if text != "net::ERR_ABORTED" {
                                return Err(NavigationError::Failed { url: url.unwrap_or_default(), text });
                            }
                        }
                        _ => {}
                    }
                };
                frame.wait_reached(self.state, &mut self.events).await?;
                match loader {
                    Some(loader) => frame.response_of(&loader).await,
                    None => Ok(None),
                }
            })
            .await
    }
}

/// Returns the address of the next navigation that is not this one.
async fn replacement(
    loader: Option<&str>,
    events: &mut mpsc::UnboundedReceiver<FrameEvent>,
) -> Option<String> {
    loop {
        match events.recv().await? {
            FrameEvent::Started { loader: other, url } | FrameEvent::Committed { loader: other, url, .. }
                if loader != Some(other.as_str()) =>
            {
                return Some(url);
            }
            FrameEvent::Crashed | FrameEvent::Detached => return None,
            _ => {}
        }
    }
}

impl Page {
    /// Goes to an address in the main frame.
    pub async fn goto(
        &self,
        progress: &Progress,
        url: &str,
        options: &GotoOptions,
    ) -> Result<Option<Response>, NavigationError> {
        self.main_frame().goto(progress, url, options).await
    }

    /// Loads the document again.
    pub async fn reload(
        &self,
        progress: &Progress,
        state: Lifecycle,
    ) -> Result<Option<Response>, NavigationError> {
        let frame = self.main_frame();
        let pending = frame.navigation(progress, &|_| true, state);
        let reply = self.channel().send(&ReloadParams::default());
        progress.run(async { Ok::<_, NavigationError>(reply.done().await?) }).await?;
        pending.wait().await
    }

    /// Goes back; gives nothing where there is nowhere to go.
    pub async fn go_back(
        &self,
        progress: &Progress,
        state: Lifecycle,
    ) -> Result<Option<Response>, NavigationError> {
        self.go_by(progress, -1, state).await
    }

    /// Goes forward; gives nothing where there is nowhere to go.
    pub async fn go_forward(
        &self,
        progress: &Progress,
        state: Lifecycle,
    ) -> Result<Option<Response>, NavigationError> {
        self.go_by(progress, 1, state).await
    }

    async fn go_by(
        &self,
        progress: &Progress,
        by: isize,
        state: Lifecycle,
    ) -> Result<Option<Response>, NavigationError> {
        let frame = self.main_frame();
        let reply = self.channel().send(&GetNavigationHistoryParams::default());
        let history: History =
            progress.run(async { Ok::<_, NavigationError>(reply.decode().await?) }).await?;
        let entry = history.current_index.checked_add_signed(by).and_then(|index| history.entries.get(index));
        let Some(entry) = entry else { return Ok(None) };
        let pending = frame.navigation(progress, &|_| true, state);
        let reply = self.channel().send(&NavigateToHistoryEntryParams::new(entry.id));
        progress.run(async { Ok::<_, NavigationError>(reply.done().await?) }).await?;
        pending.wait().await
    }
}

fn name_of(state: Lifecycle) -> &'static str {
    match state {
        Lifecycle::Commit => "commit",
        Lifecycle::DomContentLoaded => "domcontentloaded",
        Lifecycle::Load => "load",
        Lifecycle::NetworkIdle => "networkidle",
    }
}

/// Makes an address whole; without a base it must be whole already.
pub(crate) fn resolve(base: Option<&str>, url: &str) -> Result<String, String> {
    let base = base.and_then(|base| Url::parse(base).ok());
    match (Url::parse(url), base) {
        // `localhost:8080/x` is a host and a port to people, a scheme to the standard.
        (Ok(parsed), _) if parsed.cannot_be_a_base() && looks_like_host(&parsed) => {
            Ok(format!("http://{url}"))
        }
        (Ok(_), _) => Ok(url.to_owned()),
        (Err(_), Some(base)) => {
            base.join(url).map(String::from).map_err(|error| format!("`{url}` is not an address: {error}"))
        }
        (Err(_), None) if url.starts_with('/') || url.is_empty() => {
            Err(format!("cannot navigate to `{url}`: it is relative, and there is no `baseURL`"))
        }
        (Err(_), None) => match Url::parse(&format!("http://{url}")) {
            Ok(_) if url.starts_with("localhost") || url.starts_with(|c: char| c.is_ascii_digit()) => {
                Ok(format!("http://{url}"))
            }
            _ => Err(format!("cannot navigate to `{url}`: it is not an address")),
        },
    }
}

fn looks_like_host(url: &Url) -> bool {
    url.path().starts_with(|c: char| c.is_ascii_digit())
        && !matches!(url.scheme(), "data" | "about" | "javascript" | "mailto" | "blob" | "tel")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_made_whole() {
        let check = |base: Option<&str>, url: &str, expected: Result<&str, &str>| {
            let resolved = resolve(base, url);
            match expected {
                Ok(expected) => assert_eq!(resolved.as_deref(), Ok(expected), "{url}"),
                Err(words) => {
                    assert!(resolved.as_ref().is_err_and(|e| e.contains(words)), "{url}: {resolved:?}")
                }
            }
        };
        check(None, "http://a.test/x", Ok("http://a.test/x"));
        check(None, "about:blank", Ok("about:blank"));
        check(None, "data:text/html,1", Ok("data:text/html,1"));
        check(None, "localhost:8080/x", Ok("http://localhost:8080/x"));
        check(None, "127.0.0.1:80", Ok("http://127.0.0.1:80"));
        check(Some("http://a.test/shop/"), "cart?x=1", Ok("http://a.test/shop/cart?x=1"));
        check(Some("http://a.test/shop/"), "/cart", Ok("http://a.test/cart"));
        check(Some("http://a.test/shop/"), "https://b.test/", Ok("https://b.test/"));
        check(None, "/cart", Err("there is no `baseURL`"));
        check(None, "asdf", Err("it is not an address"));
    }
}
