//! A visitor, as the cookies tell: who, what is in the cart, which faults are on.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

use super::faults::Fault;
use super::stock::{Product, find};

/// Who may log in; the password is no secret, it is on the page.
pub(super) const USER: &str = "alice";
pub(super) const PASSWORD: &str = "correct horse";

/// One visitor.
#[derive(Debug, Clone, Default)]
pub(super) struct Session {
    pub(super) user: Option<String>,
    pub(super) cart: Vec<(u32, u32)>,
    pub(super) faults: Vec<Fault>,
}

impl Session {
    /// Reads it from the cookies of a request; `everywhere` are the faults that are on for everybody.
    pub(super) fn of(headers: &HeaderMap, everywhere: &[Fault]) -> Self {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut session = Self { faults: everywhere.to_vec(), ..Self::default() };
        for (name, value) in
            cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
        {
            match name {
                "user" if !value.is_empty() => session.user = Some(value.to_owned()),
                "cart" => session.cart = read_cart(value),
                "faults" => session.faults.extend(Fault::list(value)),
                _ => {}
            }
        }
        session
    }

    pub(super) fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// Puts one more of a product into the cart.
    pub(super) fn add(&mut self, id: u32) {
        match self.cart.iter_mut().find(|(there, _)| *there == id) {
            Some((_, count)) => *count += 1,
            None => self.cart.push((id, 1)),
        }
    }

    pub(super) fn items(&self) -> impl Iterator<Item = (&'static Product, u32)> {
        self.cart.iter().filter_map(|(id, count)| find(*id).map(|product| (product, *count)))
    }

    pub(super) fn count(&self) -> u32 {
        self.cart.iter().map(|(_, count)| count).sum()
    }

    pub(super) fn total(&self) -> u32 {
        self.items().map(|(product, count)| product.price * count).sum()
    }

    /// Returns the cart as the value of its cookie.
    pub(super) fn cart_cookie(&self) -> String {
        self.cart.iter().map(|(id, count)| format!("{id}x{count}")).collect::<Vec<_>>().join(".")
    }
}

fn read_cart(value: &str) -> Vec<(u32, u32)> {
    let item = |part: &str| {
        let (id, count) = part.split_once('x')?;
        Some((id.parse().ok()?, count.parse().ok()?))
    };
    value.split('.').filter_map(item).collect()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_cart_survives_its_cookie() {
        let mut session = Session::default();
        for id in [3, 1, 3] {
            session.add(id);
        }
        let cookie = format!("user=alice; cart={}; faults=hang", session.cart_cookie());
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&cookie).unwrap())]);
        let read = Session::of(&headers, &[Fault::JsError]);
        assert_eq!((read.count(), read.total()), (3, 2 * 1190 + 3490));
        assert_eq!(read.user.as_deref(), Some("alice"));
        assert!(read.has(Fault::Hang) && read.has(Fault::JsError) && !read.has(Fault::Error500));
    }
}
