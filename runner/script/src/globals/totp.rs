//! One-time codes by time (RFC 6238), as authenticator apps show them.

use hmac::{Hmac, Mac};
use sha1::Sha1;

/// How long a code holds, in seconds.
const PERIOD: u64 = 30;

/// A secret that is no base32.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret is no base32 text, as authenticator apps show it")]
pub(crate) struct NotBase32;

/// Returns the six digits that hold at `seconds` since the epoch.
pub(crate) fn code(secret: &str, seconds: u64) -> Result<String, NotBase32> {
    let key = base32(secret)?;
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).map_err(|_| NotBase32)?;
    mac.update(&(seconds / PERIOD).to_be_bytes());
    let digest = mac.finalize().into_bytes();
    // RFC 4226 §5.3: the last four bits say where the 31 bits that count begin.
    let start = usize::from(digest.last().copied().unwrap_or_default() & 0x0f);
    let number = digest.iter().skip(start).take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    Ok(format!("{:06}", (number & 0x7fff_ffff) % 1_000_000))
}

fn base32(text: &str) -> Result<Vec<u8>, NotBase32> {
    let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0_u32, 0);
    for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-' && *c != '=') {
        let value = match c.to_ascii_uppercase() {
            c @ 'A'..='Z' => c as u32 - 'A' as u32,
            c @ '2'..='7' => c as u32 - '2' as u32 + 26,
            _ => return Err(NotBase32),
        };
        buffer = (buffer << 5 | value) & 0xffff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits & 0xff) as u8);
        }
    }
    if bytes.is_empty() { Err(NotBase32) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the key `12345678901234567890`, last six of the eight digits.
    const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_of_the_specification() {
        assert_eq!(code(KEY, 59).as_deref(), Ok("287082"));
        assert_eq!(code(KEY, 1_111_111_109).as_deref(), Ok("081804"));
        assert_eq!(code("gezd gnbv gy3t qojq gezd gnbv gy3t qojq", 20_000_000_000).as_deref(), Ok("353130"));
        assert_eq!(code("not a secret!", 0), Err(NotBase32));
    }
}
