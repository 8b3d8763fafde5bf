//! Digests and random bytes.

use md5::Md5;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};

/// Returns the digest by a name as Web Crypto (`SHA-256`) or Node (`sha256`) write it.
pub(crate) fn digest(algorithm: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let name: String = algorithm.chars().filter(|c| *c != '-').collect::<String>().to_ascii_lowercase();
    match name.as_str() {
        "md5" => Some(Md5::digest(bytes).to_vec()),
        "sha1" => Some(Sha1::digest(bytes).to_vec()),
        "sha256" => Some(Sha256::digest(bytes).to_vec()),
        "sha384" => Some(Sha384::digest(bytes).to_vec()),
        "sha512" => Some(Sha512::digest(bytes).to_vec()),
        _ => None,
    }
}

/// Returns random bytes of the system, or why there are none.
pub(crate) fn random(count: usize) -> Result<Vec<u8>, getrandom::Error> {
    let mut bytes = vec![0; count];
    getrandom::getrandom(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(algorithm: &str, expected: Option<&str>) {
        let hex = digest(algorithm, b"abc")
            .map(|bytes| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>());
        assert_eq!(hex.as_deref(), expected, "{algorithm}");
    }

    /// The values are the examples of FIPS 180-4 and RFC 1321 for the message `abc`.
    #[test]
    fn digests_by_either_name() {
        check("md5", Some("900150983cd24fb0d6963f7d28e17f72"));
        check("SHA-1", Some("a9993e364706816aba3e25717850c26c9cd0d89d"));
        check("sha256", Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        check("SHA-3", None);
    }

    #[test]
    fn random_bytes_differ() {
        assert_ne!(random(16).unwrap(), random(16).unwrap());
    }
}
