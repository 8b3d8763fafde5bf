//! Real git servers for tests, on loopback: over https and over ssh.

mod https;
mod ssh;

pub use https::GitOverHttps;
pub use ssh::GitOverSsh;
