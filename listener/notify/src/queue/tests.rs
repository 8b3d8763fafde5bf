//! A receiver with a script of answers, on a clock that is moved by hand.

use super::*;
use crate::notice::Event;

fn at(second: u64) -> Timestamp {
    later("2026-11-20T10:00:00Z".parse().expect("is a moment"), Duration::from_secs(second))
}

fn notice(alert: &str, seq: u32, event: Event, second: u64) -> Notice {
    let mut notice = Notice::test(format!("{alert}-0-{seq}-slack"), "slack", at(second));
    notice.alert = alert.to_owned();
    notice.episode = format!("{alert}-0");
    notice.seq = seq;
    notice.event = event;
    notice
}

fn item(alert: &str, seq: u32, event: Event, second: u64) -> Item {
    let group = alert.split('/').next().unwrap_or(alert).to_owned();
    Item {
        notice: notice(alert, seq, event, second),
        group,
        created: at(second),
        not_before: at(second),
        attempts: 0,
    }
}

fn slack() -> Queue {
    Queue::new(Pace { interval: Duration::from_secs(1), most: 10, ..Pace::default() })
}

fn send(queue: &mut Queue, second: u64) -> Message {
    match queue.next(at(second)) {
        Next::Send(message) => message,
        other => panic!("something should be sent at {second}: {other:?}"),
    }
}

fn retry(after: Option<u64>) -> Verdict {
    let after = after.map(Duration::from_secs);
    Verdict::Retry { reason: Refusal::Pace, detail: "status 429".to_owned(), after }
}

#[test]
fn messages_keep_their_distance() {
    let mut queue = slack();
    queue.push(item("a", 1, Event::Fired, 0));
    queue.push(item("b", 1, Event::Fired, 0));
    send(&mut queue, 0);
    assert_eq!(queue.next(at(0)), Next::Idle, "one message at a time");
    queue.answer(&Verdict::Delivered, at(0));
    assert_eq!(queue.next(at(0)), Next::Wait(at(1)));
    send(&mut queue, 1);
}

#[test]
fn what_the_receiver_asks_for_is_obeyed() {
    let mut queue = slack();
    queue.push(item("a", 1, Event::Fired, 0));
    send(&mut queue, 0);
    let notes = queue.answer(&retry(Some(30)), at(0));
    assert_eq!(notes[0].standing, Standing::Waiting { not_before: at(30) });
    assert_eq!((notes[0].attempts, notes[0].reason.as_deref()), (1, Some("status 429")));
    queue.push(item("b", 1, Event::Fired, 1));
    assert_eq!(queue.next(at(29)), Next::Wait(at(30)), "other alerts wait as well");
    send(&mut queue, 30);
}

#[test]
fn waiting_messages_of_an_alert_become_its_newest_state() {
    let mut queue = slack();
    queue.push(item("a", 1, Event::Fired, 0));
    queue.push(item("a", 2, Event::Changed, 5));
    let message = send(&mut queue, 10);
    assert_eq!(message.lines.len(), 1);
    assert_eq!((message.lines[0].notice.seq, message.lines[0].whole), (2, false));
    let notes = queue.answer(&Verdict::Delivered, at(10));
    let told: Vec<(&str, &Standing)> = notes.iter().map(|note| (note.id.as_str(), &note.standing)).collect();
    assert_eq!(told, [("a-0-1-slack", &Standing::Collapsed), ("a-0-2-slack", &Standing::Sent)]);
    assert!(queue.is_empty());
}

#[test]
fn fired_and_resolved_while_waiting_is_one_line() {
    let mut queue = slack();
    queue.push(item("a", 1, Event::Fired, 0));
    queue.push(item("a", 2, Event::Resolved, 60));
    let message = send(&mut queue, 60);
    assert!(message.lines[0].whole && message.is_resolved());
    assert_eq!(message.ids().collect::<Vec<_>>(), ["a-0-1-slack", "a-0-2-slack"]);
}

#[test]
fn a_thousand_alerts_are_few_messages_and_none_is_lost() {
    let mut queue = Queue::new(Pace { interval: Duration::from_secs(1), most: 100, ..Pace::default() });
    for number in 0..1000 {
        queue.push(item(&format!("rule/{number:04}"), 1, Event::Fired, 0));
    }
    let (mut second, mut messages, mut told) = (0, 0, Vec::new());
    while !queue.is_empty() {
        match queue.next(at(second)) {
            Next::Send(message) => {
                messages += 1;
                assert_eq!(message.counts(), (100, 0));
                told.extend(queue.answer(&Verdict::Delivered, at(second)).into_iter().map(|note| note.id));
            }
            _ => second += 1,
        }
    }
    told.sort();
    told.dedup();
    assert_eq!((messages, told.len(), second), (10, 1000, 9));
}

#[test]
fn groups_are_not_mixed() {
    let mut queue = slack();
    for alert in ["slow/a", "down/b", "slow/c"] {
        queue.push(item(alert, 1, Event::Fired, 0));
    }
    assert_eq!(send(&mut queue, 0).lines.len(), 2);
    queue.answer(&Verdict::Delivered, at(0));
    assert_eq!(send(&mut queue, 1).lines.len(), 1);
}

#[test]
fn a_receiver_that_takes_each_alert_by_itself_gets_one_each() {
    let mut queue = Queue::new(Pace::default());
    queue.push(item("slow/a", 1, Event::Fired, 0));
    queue.push(item("slow/b", 1, Event::Fired, 0));
    queue.push(item("slow/a", 2, Event::Resolved, 0));
    let message = send(&mut queue, 0);
    assert_eq!((message.lines.len(), message.lines[0].collapsed.len()), (1, 1));
}

#[test]
fn failures_back_off_and_are_given_up_in_the_end() {
    let mut queue = Queue::new(Pace { give_up_after: Duration::from_secs(600), ..Pace::default() });
    queue.push(item("a", 1, Event::Fired, 0));
    let (mut now, mut pauses, mut last) = (at(0), Vec::new(), at(0));
    let died = loop {
        match queue.next(now) {
            Next::Send(_) => {
                pauses.push(now.duration_since(last).as_secs());
                last = now;
                let broken =
                    Verdict::Retry { reason: Refusal::Network, detail: "reset".to_owned(), after: None };
                let notes = queue.answer(&broken, now);
                if let Standing::Dead { refusal } = notes[0].standing {
                    break (refusal, notes[0].reason.clone());
                }
            }
            Next::Wait(until) => now = until,
            Next::Idle => panic!("it still waits"),
        }
    };
    assert_eq!(died, (Refusal::Network, Some("given up: reset".to_owned())));
    assert!(pauses.windows(2).all(|pair| pair[0] <= pair[1]), "{pauses:?}");
    assert!(queue.is_empty());
}

#[test]
fn what_is_refused_is_dead_and_the_rest_goes_on() {
    let mut queue = slack();
    queue.push(item("a", 1, Event::Fired, 0));
    queue.push(item("b", 1, Event::Fired, 0));
    send(&mut queue, 0);
    let refused = Verdict::Refused { reason: Refusal::Gone, detail: "status 404".to_owned() };
    let notes = queue.answer(&refused, at(0));
    assert_eq!(notes[0].standing, Standing::Dead { refusal: Refusal::Gone });
    send(&mut queue, 1);
}

#[test]
fn the_same_delivery_waits_once() {
    let mut queue = slack();
    queue.push(item("a", 1, Event::Fired, 0));
    queue.push(item("a", 1, Event::Fired, 0));
    assert_eq!(queue.len(), 1);
    send(&mut queue, 0);
    queue.push(item("a", 1, Event::Fired, 0));
    assert_eq!(queue.len(), 1, "also while it is being sent");
}
