//! Selectors on pages: which elements they find, in which order.
//!
//! `selectors.txt` holds pages, and for each the selectors with the ids of what they must find, or tag names where
//! there is no id. The expectations were made with Playwright 1.65.

use canary_browser::{Argument, Script, Selector};
use serde_json::Value;

use crate::actions::write;
use crate::harness::{Room, soon, test};

const TABLE: &str = include_str!("selectors.txt");

/// Names what a selector finds.
async fn found(room: &Room, selector: &Selector) -> Result<String, String> {
    let frame = room.page.main_frame();
    let list = frame.locating(selector, false).query_all(&soon()).await.map_err(|error| error.to_string())?;
    let names =
        Script::Function("list => list.map(e => e.id ? '#' + e.id : e.localName).join(' ')".to_owned());
    let names = list.evaluate(&soon(), &names, &Argument::none()).await.map_err(|error| error.to_string())?;
    Ok(names.0.as_str().unwrap_or_default().to_owned())
}

#[test]
fn selectors_find_what_they_name() {
    test(|room| async move {
        let (mut wrong, mut count) = (Vec::new(), 0);
        for block in TABLE.split("====\n").filter(|block| !block.is_empty()) {
            let (page, lines) = block.split_once("----\n").expect("a page and its selectors");
            write(&room, page).await;
            for line in lines.lines() {
                let (text, wanted) = line.rsplit_once(" => ").expect("a selector and what it finds");
                let result = match Selector::parse(text) {
                    Ok(selector) => found(&room, &selector).await,
                    Err(error) => Err(error.to_string()),
                };
                count += 1;
                if result.as_deref() != Ok(wanted) {
                    wrong.push(format!("{text}: wanted `{wanted}`, got {result:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    });
}

#[test]
fn selectors_are_read_from_their_own_text() {
    for line in TABLE.lines().filter_map(|line| line.rsplit_once(" => ")) {
        let selector = Selector::parse(line.0).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(Selector::parse(&selector.to_string()), Ok(selector), "{}", line.0);
        assert!(serde_json::from_value::<Selector>(Value::from(line.0)).is_ok(), "{}", line.0);
    }
}
