//! What global names of scripts need from Rust: URLs, digests, random values, time zones.
//!
//! The names themselves are made by the JavaScript of this folder; each of these functions is small,
//! total and knows nothing of the interpreter.

pub(crate) mod digest;
pub(crate) mod query;
pub(crate) mod totp;
pub(crate) mod url_parts;
pub(crate) mod zone;

#[cfg(test)]
mod tests;
