//! Panics: caught at the edge, so that a bug of ours still ends with a summary and an exit code of its own.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// Awaits a future; a panic in it becomes an error with what it said. What the future had borrowed may be half
/// done then: whoever catches writes down what there is and ends.
pub(crate) async fn caught<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let mut work = pin!(work);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Err(panic) => Poll::Ready(Err(words(panic.as_ref()))),
    })
    .await
}

/// Returns what a panic said.
pub(crate) fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned())
}

/// Sends the message of a panic to the log, where secrets are taken out, instead of to the standard error.
pub(crate) fn log_panics() {
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a bug of Canary")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_error() {
        let result = caught(async {
            tokio::task::yield_now().await;
            assert_eq!(1 + 1, 3, "numbers are off");
        })
        .await;
        assert!(result.unwrap_err().contains("numbers are off"));
        assert_eq!(caught(async { 7 }).await, Ok(7));
    }
}
