//! The page API for scripts in a real Chrome.
//!
//! Each file in `cases` is a script of many short tests, played as a monitor is; each of its tests has a
//! context of its own. A case fails with the words of the script, so that the line to look at is told.

mod harness;
mod server;

macro_rules! scripts {
    ($($name:ident),* $(,)?) => {$(
        #[test]
        fn $name() {
            harness::check(concat!(stringify!($name), ".spec.ts"));
        }
    )*};
}

scripts! {
    actions,
    assertions,
    clicks,
    clock,
    elements,
    evaluate,
    events,
    fields,
    files,
    frames,
    handles,
    input,
    locators,
    navigation,
    network,
    obstacles,
    pictures,
    protocol,
    requests,
    routes,
    scripts,
    selectors,
    state,
}
