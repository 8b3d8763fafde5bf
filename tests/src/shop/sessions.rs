//! Sessions: what each visitor has in the cart, who is signed in, which faults are on.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use axum::http::{HeaderMap, header};

use super::catalogue::{self, Product};
use super::faults::Faults;

/// The name of the cookie.
const COOKIE: &str = "perch";

/// Sessions kept; the oldest goes first. Benchmarks open thousands.
const KEPT: usize = 10_000;

/// A visitor's number.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct SessionId(u64);

impl SessionId {
    /// Returns the one that the browser sent along.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let (_, value) = pairs.find(|(name, _)| *name == COOKIE)?;
        u64::from_str_radix(value, 16).ok().map(Self)
    }

    /// Returns the header that makes the browser remember it.
    pub(super) fn cookie(self) -> String {
        format!("{COOKIE}={:08x}; Path=/; HttpOnly; SameSite=Lax", self.0)
    }
}

/// One visitor.
#[derive(Clone, Debug, Default)]
pub(super) struct Session {
    cart: BTreeMap<&'static str, u64>,
    /// Whether the voucher was redeemed.
    pub(super) voucher: bool,
    /// Who is signed in.
    pub(super) user: Option<&'static str>,
    /// How many orders were placed.
    pub(super) orders: u64,
    /// The faults this visitor chose.
    pub(super) faults: Option<Faults>,
}

/// One line of a cart.
pub(super) struct Line {
    pub(super) product: &'static Product,
    pub(super) quantity: u64,
}

impl Session {
    /// Puts pieces of a product into the cart; none takes it out.
    pub(super) fn put(&mut self, product: &'static Product, quantity: u64) {
        if quantity == 0 {
            self.cart.remove(product.slug);
        } else {
            *self.cart.entry(product.slug).or_default() += quantity;
        }
    }

    /// Returns the lines of the cart, by name in addresses.
    pub(super) fn lines(&self) -> Vec<Line> {
        let line = |(slug, quantity): (&&'static str, &u64)| {
            catalogue::find(slug).map(|product| Line { product, quantity: *quantity })
        };
        self.cart.iter().filter_map(line).collect()
    }

    /// Returns how many pieces are in the cart.
    pub(super) fn count(&self) -> u64 {
        self.cart.values().sum()
    }

    /// Returns what the cart costs, a tenth less with a voucher.
    pub(super) fn total(&self) -> u64 {
        let sum = self.lines().iter().map(|line| line.product.cents * line.quantity).sum::<u64>();
        if self.voucher { sum - sum / 10 } else { sum }
    }

    /// Places an order and returns its number.
    pub(super) fn order(&mut self) -> String {
        self.cart.clear();
        self.voucher = false;
        self.orders += 1;
        format!("P-{}", 1000 + self.orders)
    }
}

/// All sessions.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    sessions: BTreeMap<SessionId, Session>,
    last: u64,
}

impl Sessions {
    /// Returns the session of a visitor, a new one when the number is missing or unknown.
    pub(super) fn visit(&self, id: Option<SessionId>) -> (SessionId, Session) {
        let mut table = self.table();
        if let Some((id, session)) = id.and_then(|id| Some((id, table.sessions.get(&id)?))) {
            return (id, session.clone());
        }
        table.last += 1;
        let id = SessionId(table.last);
        table.sessions.insert(id, Session::default());
        if table.sessions.len() > KEPT {
            table.sessions.pop_first();
        }
        (id, Session::default())
    }

    /// Changes a session and returns what `change` makes of it.
    pub(super) fn change<T>(&self, id: SessionId, change: impl FnOnce(&mut Session) -> T) -> T {
        change(self.table().sessions.entry(id).or_default())
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().expect("no holder of the lock panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cart(lines: &[(&str, u64)]) -> Session {
        let mut session = Session::default();
        for (slug, quantity) in lines {
            session.put(catalogue::find(slug).unwrap(), *quantity);
        }
        session
    }

    #[test]
    fn a_cart_adds_up() {
        let session = cart(&[("seed-feeder", 1), ("suet-cakes", 2), ("seed-feeder", 1)]);
        assert_eq!((session.count(), session.total()), (4, 4980));
    }

    #[test]
    fn a_voucher_takes_a_tenth() {
        let mut session = cart(&[("oak-nest-box", 1)]);
        session.voucher = true;
        assert_eq!(session.total(), 2241);
    }

    #[test]
    fn an_order_empties_the_cart() {
        let mut session = cart(&[("oak-nest-box", 1)]);
        assert_eq!(session.order(), "P-1001");
        assert_eq!((session.count(), session.orders), (0, 1));
    }

    #[test]
    fn a_visitor_is_known_again() {
        let sessions = Sessions::default();
        let (id, _) = sessions.visit(None);
        sessions.change(id, |session| session.orders = 3);
        let mut headers = HeaderMap::new();
        let sent = id.cookie();
        let (pair, _) = sent.split_once(';').unwrap();
        headers.insert(header::COOKIE, format!("theme=dark; {pair}").parse().unwrap());
        let (again, session) = sessions.visit(SessionId::of(&headers));
        assert_eq!((again, session.orders), (id, 3));
        assert_ne!(sessions.visit(None).0, id);
    }
}
