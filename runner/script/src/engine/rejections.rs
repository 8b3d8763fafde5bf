//! Promises that were rejected and that nobody has handled yet.

use std::cell::RefCell;
use std::rc::Rc;

use rquickjs::{Ctx, Persistent, Runtime, Value};

/// Rejected promises with their reasons. The promises are held: the interpreter would use the
/// address of a collected one again.
#[derive(Clone, Default)]
pub(crate) struct Rejections(Rc<RefCell<Vec<Rejection>>>);

struct Rejection {
    promise: Persistent<Value<'static>>,
    reason: Persistent<Value<'static>>,
}

impl Rejections {
    /// Follows the rejections of `runtime`.
    pub(crate) fn track(&self, runtime: &Runtime) {
        let list = Rc::clone(&self.0);
        runtime.set_host_promise_rejection_tracker(Some(Box::new(move |ctx, promise, reason, handled| {
            let promise = Persistent::save(&ctx, promise);
            let mut list = list.borrow_mut();
            match handled {
                true => list.retain(|rejection| rejection.promise != promise),
                false => list.push(Rejection { promise, reason: Persistent::save(&ctx, reason) }),
            }
        })));
    }

    /// Takes the reasons of all that are unhandled now.
    pub(crate) fn take<'js>(&self, ctx: &Ctx<'js>) -> Vec<Value<'js>> {
        let taken = std::mem::take(&mut *self.0.borrow_mut());
        taken.into_iter().filter_map(|rejection| rejection.reason.restore(ctx).ok()).collect()
    }

    /// Lets all go; a runtime must not be dropped before.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}
