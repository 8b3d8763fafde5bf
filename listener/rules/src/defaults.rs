//! The rules that are used where a person gives none. They are a commented file, so that they can be read.

/// The file itself.
pub const DEFAULT_RULES: &str = include_str!("defaults.yaml");

#[cfg(test)]
mod tests;
