//! Files of the checkout, which are all that a script can name.

use std::path::PathBuf;

use super::Host;
use super::failure::Failed;

impl Host {
    /// Returns where a file or folder of the checkout lies.
    pub(super) fn real_path(&self, path: &str) -> Result<PathBuf, Failed> {
        self.checkout.real(path.trim_start_matches('/')).map_err(|error| Failed::invalid(error.to_string()))
    }

    /// Reads a file of the checkout, apart from the thread that the browser needs.
    pub(super) async fn read_file(&self, path: &str) -> Result<Vec<u8>, Failed> {
        let (checkout, path) = (self.checkout.clone(), path.trim_start_matches('/').to_owned());
        let read = tokio::task::spawn_blocking(move || checkout.read(&path)).await;
        match read {
            Ok(bytes) => bytes.map_err(|error| Failed::invalid(error.to_string())),
            Err(error) => Err(Failed::invalid(format!("reading stopped: {error}"))),
        }
    }
}
