//! What all handlers share: sessions, templates, the partner's address.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use minijinja::Environment;
use tokio::net::TcpSocket;

use super::faults::{FaultKind, Faults};
use super::sessions::{Session, Sessions};
use super::visits::Visits;

/// What all handlers share.
#[derive(Clone)]
pub(super) struct State(Arc<Shared>);

pub(super) struct Shared {
    pub(super) sessions: Sessions,
    pub(super) visits: Visits,
    pub(super) templates: Environment<'static>,
    faults: Faults,
    partner: String,
    nobody: String,
    /// Keeps a port of the partner's host that nobody listens on.
    _kept: TcpSocket,
}

impl std::ops::Deref for State {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl State {
    /// Returns the state of a shop that was just opened; must be called on its runtime.
    pub(super) fn new(partner: SocketAddr, faults: Faults, visits: Visits) -> io::Result<Self> {
        let kept = TcpSocket::new_v4()?;
        kept.bind(SocketAddr::new(partner.ip(), 0))?;
        let nobody = format!("http://{}", kept.local_addr()?);
        Ok(Self(Arc::new(Shared {
            sessions: Sessions::default(),
            visits,
            templates: super::pages::templates(),
            faults,
            partner: format!("http://{partner}"),
            nobody,
            _kept: kept,
        })))
    }
}

impl Shared {
    /// Returns the faults of a session: its own choice, or what the shop was opened with.
    pub(super) fn faults<'a>(&'a self, session: &'a Session) -> &'a Faults {
        session.faults.as_ref().unwrap_or(&self.faults)
    }

    /// Returns the partner's address as a session sees it: where the partner is down, one that refuses.
    pub(super) fn partner(&self, session: &Session) -> &str {
        if self.faults(session).has(FaultKind::ThirdPartyDown) { &self.nobody } else { &self.partner }
    }
}
