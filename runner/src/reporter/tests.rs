//! What people and programs are told.

use super::*;

fn title() -> Vec<String> {
    vec!["checkout".to_owned(), "pays".to_owned()]
}

fn error() -> ErrorReport {
    ErrorReport {
        message: "expected `Thank you`\nreceived `Sorry`".to_owned(),
        stack: Some("at pay (monitors/checkout.spec.ts:12:3)".to_owned()),
        location: Some(Location { file: "monitors/checkout.spec.ts".into(), line: 12, column: 3 }),
        excerpt: Some("> 12 |   await expect(page).toHaveTitle('Thank you');\n     |   ^".to_owned()),
        call_log: vec!["3 × looking at the title".to_owned()],
    }
}

fn test(title: &[String]) -> TestEnded<'_> {
    TestEnded {
        title,
        file: "monitors/checkout.spec.ts",
        line: 10,
        status: Outcome::Failed,
        attempt: 1,
        duration_ms: 1_234.5,
        error: Some(error()),
    }
}

fn step(title: &[String]) -> StepEnded<'_> {
    StepEnded {
        test: title,
        index: 1,
        depth: 0,
        name: "opens the cart",
        status: Outcome::Passed,
        duration_ms: 87.2,
        error: None,
    }
}

fn run() -> RunEnded {
    let mut counts = Counts::default();
    counts.tests.add(Outcome::Failed);
    counts.tests.add(Outcome::Passed);
    counts.steps.add(Outcome::Passed);
    RunEnded {
        id: Some("run-1".to_owned()),
        monitor: Some("monitors/checkout".to_owned()),
        status: RunStatus::Failed,
        delivery: Some(Delivery::Complete),
        failure: Some(Failure::new(FailureClass::Assertion, "expected `Thank you`\nreceived `Sorry`")),
        counts,
        duration_ms: 2_400.0,
        cost: Cost { documents: Some(42), ..Cost::default() },
        store: "sqlite:canary.db".to_owned(),
        evidence: vec!["canary-attachments/shop/failure.png".to_owned()],
        noise: Noise::default(),
    }
}

#[test]
fn people_are_told_in_lines() {
    let title = title();
    let begins = RunBegins {
        monitor: "monitors/checkout",
        dialect: "playwright",
        revision: Some("0123456789abcdef0123456789abcdef01234567"),
    };
    let told = [
        pretty::run_begins(&begins),
        pretty::step_ended(&step(&title)),
        pretty::said("log", "hello"),
        pretty::test_ended(&test(&title)),
        pretty::run_ended(&run()),
    ];
    insta::assert_snapshot!("pretty", told.concat());
}

#[test]
fn programs_are_told_in_json() {
    let title = title();
    let told =
        [json::line("step", &step(&title)), json::line("test", &test(&title)), json::line("run", &run())];
    insta::assert_snapshot!("json", told.concat());
}

#[test]
fn colours_follow_the_marks() {
    assert_eq!(pretty::coloured("  ✓ a\nb\n"), "\u{1b}[32m  ✓ a\u{1b}[0m\nb\n");
}
