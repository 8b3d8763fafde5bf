//! The life of an alert, step by step.
