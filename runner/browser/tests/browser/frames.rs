//! Frames, also those of other sites, which live in other processes.

use canary_browser::{Argument, Frame, GotoOptions, PageEvent, PageEventKind, Script};
use serde_json::{Value, json};

use crate::harness::{Room, eval, soon, test};

async fn in_frame(frame: &Frame, source: &str) -> Value {
    let script = Script::Expression(source.to_owned());
    frame
        .evaluate(&soon(), &script, &Argument::none())
        .await
        .unwrap_or_else(|error| panic!("{source}: {error}"))
        .to_json()
}

async fn show_nested(room: &Room) -> [Frame; 3] {
    let inner = room.server.page("<title>inner</title>");
    let same = room.server.page("<title>same</title>");
    let other = room.server.page(&format!("<title>other</title><iframe src='{inner}'></iframe>"));
    let other = room.server.elsewhere(&other);
    room.show(&format!("<iframe name=same src='{same}'></iframe><iframe name=other src='{other}'></iframe>"))
        .await;
    let by_name =
        |name: &str| room.page.frames().into_iter().find(|frame| frame.name() == name).expect("a frame");
    let (same, other) = (by_name("same"), by_name("other"));
    let inner = other.children().first().cloned().expect("a frame in the frame");
    [same, other, inner]
}

#[test]
fn frames_of_all_sites_form_one_tree() {
    test(|room| async move {
        let [same, other, inner] = show_nested(&room).await;
        assert_eq!(room.page.frames().len(), 4);
        assert_eq!(in_frame(&same, "document.title").await, json!("same"));
        assert_eq!(in_frame(&other, "document.title").await, json!("other"));
        assert_eq!(in_frame(&inner, "document.title").await, json!("inner"));
        assert_eq!(other.parent(), Some(room.page.main_frame()));
        assert_eq!(inner.parent(), Some(other.clone()));
        assert!(other.url().starts_with("http://localhost:") && inner.url().starts_with("http://127.0.0.1:"));
        assert_eq!(
            in_frame(&other, "origin").await,
            json!(other.url().split("/").take(3).collect::<Vec<_>>().join("/"))
        );
    });
}

#[test]
fn frames_move_between_processes_and_stay_the_same() {
    test(|room| async move {
        let near = room.server.page("<title>near</title>");
        let far = room.server.elsewhere(&room.server.page("<title>far</title>"));
        room.show(&format!("<iframe src='{near}'></iframe>")).await;
        let frame = room.page.frames()[1].clone();
        for (url, title) in [(&far, "far"), (&near, "near"), (&far, "far")] {
            frame
                .goto(&soon(), url, &GotoOptions::default())
                .await
                .unwrap_or_else(|error| panic!("{url}: {error}"));
            assert_eq!(in_frame(&frame, "document.title").await, json!(title));
            assert_eq!(room.page.frames().len(), 2);
            assert!(!frame.is_detached());
        }
    });
}

#[test]
fn frames_that_go_are_told() {
    test(|room| async move {
        let [_, other, inner] = show_nested(&room).await;
        let mut events = room.page.events(&[PageEventKind::FrameDetached, PageEventKind::FrameAttached]);
        eval(&room.page, "document.querySelector('[name=other]').remove()").await;
        let mut gone = Vec::new();
        while gone.len() < 2 {
            if let Some(PageEvent::FrameDetached(frame)) = events.recv().await {
                gone.push(frame);
            }
        }
        assert!(gone.contains(&other) && gone.contains(&inner) && other.is_detached());
        let script = Script::Expression("1".to_owned());
        let error = other.evaluate(&soon(), &script, &Argument::none()).await.expect_err("it is gone");
        assert_eq!(error.to_string(), "the frame was detached");
        assert_eq!(room.page.frames().len(), 2);
    });
}

#[test]
fn frames_of_other_sites_open_popups_too() {
    test(|room| async move {
        let [_, other, _] = show_nested(&room).await;
        let mut events = room.page.events(&[PageEventKind::Popup]);
        in_frame(&other, "() => { window.open('about:blank') }").await;
        let event = tokio::time::timeout(std::time::Duration::from_secs(10), events.recv()).await;
        let Ok(Some(PageEvent::Popup(popup))) = event else { panic!("a popup") };
        assert_eq!(popup.opener(), Some(room.page.clone()));
        popup.close(&soon(), false).await.unwrap();
    });
}
