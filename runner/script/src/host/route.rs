//! Requests that are held up for the script's handlers.

use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use canary_browser::{Continue, Fulfil, Header, Progress, Routes};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::command::RouteAsk;
use super::failure::Failed;
use super::registry::{ContextId, PageId, RouteId};
use super::{Host, nothing};
use crate::engine::Answer;

impl Host {
    /// Begins or ceases to hold up the requests of a page. Which handler means which request is the
    /// prelude's matter, since only it can ask functions of the script.
    pub(super) async fn route_page(
        self: &Rc<Self>,
        progress: &Progress,
        id: PageId,
        enabled: bool,
    ) -> Result<Answer, Failed> {
        let page = self.page_of(id)?;
        match self.switch(format!("page {}", id.0), enabled) {
            Switch::On(end) => {
                let routes = page.routes(progress, Rc::new(|_| true)).await?;
                self.hand_out(routes, None, end);
            }
            Switch::Off => page.update_interception(progress).await?,
            Switch::Same => {}
        }
        Ok(nothing())
    }

    /// The same for all pages of a context.
    pub(super) async fn route_context(
        self: &Rc<Self>,
        progress: &Progress,
        id: ContextId,
        enabled: bool,
    ) -> Result<Answer, Failed> {
        let context = self.context_of(id)?;
        match self.switch(format!("context {}", id.0), enabled) {
            Switch::On(end) => {
                let routes = context.routes(progress, Rc::new(|_| true)).await?;
                self.hand_out(routes, Some(id), end);
            }
            Switch::Off => context.update_interception(progress).await?,
            Switch::Same => {}
        }
        Ok(nothing())
    }

    fn switch(&self, name: String, enabled: bool) -> Switch {
        let mut held = self.held_up.borrow_mut();
        match (enabled, held.contains_key(&name)) {
            (true, false) => {
                let end = CancellationToken::new();
                held.insert(name, end.clone());
                Switch::On(end)
            }
            (false, true) => {
                if let Some(end) = held.remove(&name) {
                    end.cancel();
                }
                Switch::Off
            }
            _ => Switch::Same,
        }
    }

    fn hand_out(self: &Rc<Self>, mut routes: Routes, context: Option<ContextId>, end: CancellationToken) {
        let host = Rc::downgrade(self);
        tokio::task::spawn_local(async move {
            loop {
                let route = tokio::select! {
                    biased;
                    () = end.cancelled() => return,
                    route = routes.recv() => route,
                };
                let (Some(route), Some(host)) = (route, host.upgrade()) else { return };
                let id: RouteId = host.objects.fresh();
                let request = host.describe_request(route.request());
                let page = host.objects.page_id(route.page());
                host.objects.routes.insert(id, Rc::new(route));
                host.pass_on_events();
                host.emit(
                    (),
                    "route",
                    json!({ "id": id, "request": request, "page": page, "context": context }),
                );
            }
        });
    }

    pub(super) async fn route(&self, progress: &Progress, ask: RouteAsk) -> Result<Answer, Failed> {
        let (RouteAsk::Continue { route: id, .. }
        | RouteAsk::Fulfill { route: id, .. }
        | RouteAsk::Abort { route: id, .. }) = &ask;
        let route = self.objects.routes.remove(*id).ok_or(Failed::Gone)?;
        match ask {
            RouteAsk::Continue { url, method, headers, post_data, .. } => {
                let headers = headers
                    .map(|headers| headers.into_iter().map(|(name, value)| Header { name, value }).collect());
                let post_data = post_data.map(|data| bytes(&data)).transpose()?;
                route.carry_on(progress, Continue { url, method, headers, post_data }).await?;
            }
            RouteAsk::Fulfill { status, headers, body, .. } => {
                let answer = Fulfil { status: Some(status), headers, body: bytes(&body)? };
                route.fulfil(progress, answer).await?;
            }
            RouteAsk::Abort { error_code, .. } => route.abort(progress, &error_code).await?,
        }
        Ok(nothing())
    }
}

enum Switch {
    On(CancellationToken),
    Off,
    Same,
}

pub(super) fn bytes(base64: &str) -> Result<Vec<u8>, Failed> {
    STANDARD.decode(base64).map_err(|error| Failed::invalid(format!("the body is no base64: {error}")))
}
