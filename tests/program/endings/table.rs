//! Every way a run can end, and the test that provokes it: an ending without one fails here.

use canary_store::document::FailureClass;

/// Where the tests of endings are.
const SOURCES: [(&str, &str); 9] = [
    ("endings", include_str!("../endings.rs")),
    ("deadline", include_str!("deadline.rs")),
    ("disk", include_str!("disk.rs")),
    ("lost", include_str!("lost.rs")),
    ("memory", include_str!("memory.rs")),
    ("tls", include_str!("tls.rs")),
    ("delivery", include_str!("../delivery.rs")),
    ("git", include_str!("../git.rs")),
    // A bug of ours cannot be ordered from outside: the program has no switch for it.
    ("run", include_str!("../../../runner/src/run/tests.rs")),
];

/// Returns the tests that provoke a class.
fn provoked_by(class: FailureClass) -> &'static [&'static str] {
    match class {
        FailureClass::Assertion => &["endings::assertion"],
        FailureClass::Site => &[
            // DNS failure, refused connection.
            "endings::site_cannot_be_reached",
            "endings::site_speaks_no_tls",
            "tls::site_whose_certificate_is_no_good",
            "endings::site_answers_with_an_error_in_smoke",
            "endings::site_page_crashed",
            "memory::site_page_that_eats_memory",
        ],
        FailureClass::Timeout => &[
            "endings::timeout_of_an_element_that_never_comes",
            "endings::timeout_of_a_page_that_hangs",
            "deadline::a_test_that_waits_for_the_site",
            "deadline::a_recording_that_waits_for_the_site",
            "deadline::a_list_of_pages_that_waits_for_the_site",
        ],
        FailureClass::Plan => &["endings::wrong_settings_are_told_all_together"],
        // Missing repository, wrong revision, bad key, bad token.
        FailureClass::Checkout => {
            &["endings::checkout_that_fails", "git::ssh_that_is_refused", "git::https_that_is_refused"]
        }
        FailureClass::Script => &[
            // Syntax error, unknown import, unknown method, exception.
            "endings::script_that_is_wrong",
            "endings::script_that_never_ends",
            "endings::script_that_eats_memory",
        ],
        FailureClass::BrowserMissing => &["endings::browser_that_is_missing"],
        FailureClass::BrowserCrash => &["endings::browser_that_is_killed_in_mid_step"],
        FailureClass::OutOfMemory => &["memory::browser_that_dies_with_a_full_heap"],
        FailureClass::Store => &[
            "endings::a_store_that_takes_nothing_spools_and_hides_no_failure",
            "delivery::a_run_that_loses_elasticsearch_ends_as_it_would_have_and_is_whole_after_a_replay",
            "disk::under_the_store",
            "disk::under_the_store_and_the_spool",
        ],
        FailureClass::Interrupted => {
            &["endings::interrupted_by_a_signal", "deadline::a_script_that_is_busy_with_itself"]
        }
        FailureClass::Internal => &["run::a_panic_ends_with_a_summary_and_an_exit_code_of_its_own"],
        FailureClass::Lost => &["lost::a_run_that_was_killed_is_told_as_lost"],
    }
}

#[test]
fn every_class_has_a_test_that_provokes_it() {
    for class in FailureClass::ALL {
        let tests = provoked_by(class);
        assert!(!tests.is_empty(), "nothing provokes {class:?}");
        for test in tests {
            let (source, name) = test.split_once("::").unwrap();
            let (_, text) = SOURCES.iter().find(|(known, _)| *known == source).unwrap();
            assert!(text.contains(&format!("fn {name}(")), "{class:?}: there is no test {test}");
        }
    }
}
