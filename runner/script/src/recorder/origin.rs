//! A recording taken to another place: recorded on one origin, played on the base URL's.

use url::Url;

use super::flow::{Flow, StepAction, Target};

impl Flow {
    /// Puts the origin of `base` in the place of the recording's own, which is that of its first navigation.
    /// Addresses of other origins, and addresses with variables in their host, stay as they are.
    pub(crate) fn moved_to(mut self, base: &Url) -> Self {
        let first = self.steps.iter().find_map(|step| match &step.action {
            StepAction::Navigate { url } => Some(url.as_str()),
            _ => None,
        });
        let Some(own) = first.and_then(|url| Url::parse(url).ok()).filter(Url::has_host) else { return self };
        let (own, base) = (own.origin().ascii_serialization(), base.origin().ascii_serialization());
        let take = |url: &mut String| {
            let rest =
                url.strip_prefix(&own).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
            if let Some(moved) = rest.map(|rest| format!("{base}{rest}")) {
                *url = moved;
            }
        };
        for step in &mut self.steps {
            if let StepAction::Navigate { url } = &mut step.action {
                take(url);
            }
            if let Target::Page(url) = &mut step.target {
                take(url);
            }
            step.navigations.iter_mut().filter_map(|navigation| navigation.url.as_mut()).for_each(take);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::recorder::read;

    #[track_caller]
    fn check(recorded: &str, expected: &str) {
        let asserted = json!([{"type": "navigation", "url": recorded}]);
        let value = json!({"title": "t", "steps": [
            {"type": "navigate", "url": "http://127.0.0.1:4600/start"},
            {"type": "navigate", "url": recorded, "target": recorded, "assertedEvents": asserted},
        ]});
        let flow = read("t.json", &value.to_string(), &value).unwrap();
        let moved = flow.moved_to(&Url::parse("https://shop.test/ignored").unwrap());
        let step = &moved.steps[1];
        assert_eq!(step.action, StepAction::Navigate { url: expected.to_owned() });
        assert_eq!(step.target, Target::Page(expected.to_owned()));
        assert_eq!(step.navigations[0].url.as_deref(), Some(expected));
    }

    #[test]
    fn only_the_recordings_own_origin_is_replaced() {
        check("http://127.0.0.1:4600", "https://shop.test");
        check("http://127.0.0.1:4600/cart?x=1#top", "https://shop.test/cart?x=1#top");
        check("http://127.0.0.1:46001/cart", "http://127.0.0.1:46001/cart");
        check("https://pay.test/", "https://pay.test/");
        check("/relative", "/relative");
    }
}
