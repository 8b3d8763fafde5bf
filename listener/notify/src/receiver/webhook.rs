//! Any service that takes JSON: one alert, one request (RULES.md §9).

use std::time::Duration;

use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::message::{Line, Message};
use crate::notice::Event;
use crate::receiver::{Request, SettingsError, check_url};
use crate::redact::Secret;
use crate::template::{Template, TemplateError};

/// Settings of a webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    pub url: Secret,
    /// Signs each request, so that the other side knows who sent it.
    pub secret: Option<Secret>,
    pub auth: Option<Auth>,
    /// Replaces the body.
    pub body: Option<Template>,
    pub timeout: Duration,
}

/// How we show who we are.
#[derive(Debug, Clone, PartialEq)]
pub enum Auth {
    Bearer(Secret),
    Basic { user: String, password: Secret },
}

impl Webhook {
    /// Makes a webhook with nothing but its address.
    pub fn new(url: &str) -> Result<Self, SettingsError> {
        check_url(url)?;
        Ok(Self {
            url: Secret::new(url),
            secret: None,
            auth: None,
            body: None,
            timeout: Duration::from_secs(10),
        })
    }

    pub(crate) fn write(&self, message: &Message) -> Result<Request, TemplateError> {
        // The queue gives a receiver of this kind one alert at a time.
        let line = &message.lines[0];
        let json = body(line);
        let body = match &self.body {
            Some(template) => template.render(&json)?,
            None => json.to_string(),
        };
        let mut headers = vec![
            ("content-type".to_owned(), Secret::new("application/json")),
            ("idempotency-key".to_owned(), Secret::new(&line.notice.id)),
            ("x-listener-event".to_owned(), Secret::new(line.notice.event.as_str())),
        ];
        if let Some(secret) = &self.secret {
            let stamp = message.now.as_second();
            headers.push(("x-listener-signature".to_owned(), Secret::new(sign(secret, stamp, &body))));
        }
        if let Some(auth) = &self.auth {
            headers.push(("authorization".to_owned(), auth.header()));
        }
        Ok(Request { url: self.url.clone(), headers, body, timeout: self.timeout })
    }
}

impl Auth {
    fn header(&self) -> Secret {
        match self {
            Self::Bearer(token) => Secret::new(format!("Bearer {}", token.expose())),
            Self::Basic { user, password } => {
                let pair = format!("{user}:{}", password.expose());
                Secret::new(format!("Basic {}", base64(pair.as_bytes())))
            }
        }
    }
}

/// `t=<unix>,v1=<hmac-sha256(secret, t + "." + body)>`: the time is signed too, so that nothing can be replayed.
fn sign(secret: &Secret, stamp: i64, body: &str) -> String {
    format!("t={stamp},v1={}", hmac_sha256(secret, &format!("{stamp}.{body}")))
}

fn hmac_sha256(secret: &Secret, text: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("a key may have any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = char::from(LETTERS[(word >> (18 - 6 * place) & 63) as usize]);
            out.push(if place <= chunk.len() { letter } else { '=' });
        }
    }
    out
}

fn body(line: &Line) -> Value {
    let notice = &line.notice;
    json!({
        "schema": 1,
        "id": notice.id,
        "event": notice.event.as_str(),
        "reason": notice.reason,
        "collapsed": line.collapsed,
        "alert": {
            "id": notice.alert,
            "episode": notice.episode,
            "seq": notice.seq,
            "rule": notice.rule,
            "kind": notice.kind,
            "title": notice.title,
            "message": notice.message,
            "summary": notice.summary,
            "state": if notice.is_resolved() { "resolved" } else { "firing" },
            "severity": notice.severity,
            "score": notice.score,
            "labels": notice.labels,
            "tags": notice.tags,
            "value": notice.value,
            "threshold": notice.limit,
            "unit": notice.unit,
            "samples": notice.samples,
            "started": notice.started,
            "ended": (notice.event == Event::Resolved).then_some(notice.at),
            "data_until": notice.at,
            "fault": notice.fault,
            "evidence": notice.evidence,
        },
        "links": notice.links,
        "commands": notice.commands,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receiver::slack::tests::{failed_run, message, resolved};

    fn request(webhook: &Webhook, notices: Vec<crate::notice::Notice>) -> Request {
        webhook.write(&message(notices)).expect("is written")
    }

    fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
        request.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.expose())
    }

    #[test]
    fn the_body_is_stable() {
        let webhook = Webhook::new("https://example.test/hook/KEY").expect("is an address");
        let request = request(&webhook, vec![failed_run()]);
        let body: Value = serde_json::from_str(&request.body).expect("is JSON");
        insta::assert_json_snapshot!(body);
        assert_eq!(header(&request, "idempotency-key"), Some("a1b2c3d4e5f60718-1795132800-1-ops"));
        assert_eq!(header(&request, "x-listener-event"), Some("alert.fired"));
    }

    #[test]
    fn older_states_of_the_alert_go_along() {
        let webhook = Webhook::new("https://example.test/hook").expect("is an address");
        let request = request(&webhook, vec![failed_run(), resolved()]);
        let body: Value = serde_json::from_str(&request.body).expect("is JSON");
        assert_eq!(body["event"], "alert.resolved");
        assert_eq!(body["collapsed"], json!(["a1b2c3d4e5f60718-1795132800-1-ops"]));
    }

    #[test]
    fn the_signature_covers_time_and_body() {
        // RFC 4231, test case 2.
        assert_eq!(
            hmac_sha256(&Secret::new("Jefe"), "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let webhook =
            Webhook { secret: Some(Secret::new("s")), ..Webhook::new("http://h/").expect("is an address") };
        let request = request(&webhook, vec![failed_run()]);
        let expected = sign(&Secret::new("s"), message(vec![]).now.as_second(), &request.body);
        assert_eq!(header(&request, "x-listener-signature"), Some(expected.as_str()));
    }

    #[test]
    fn credentials_are_sent_and_never_shown() {
        let check = |auth: Auth, expected: &str| {
            let webhook =
                Webhook { auth: Some(auth), ..Webhook::new("http://h/KEY").expect("is an address") };
            let request = request(&webhook, vec![failed_run()]);
            assert_eq!(header(&request, "authorization"), Some(expected));
            let shown = format!("{webhook:?} {:?}", request.headers);
            assert!(!shown.contains("KEY") && !shown.contains("Aladdin:"), "{shown}");
        };
        check(Auth::Bearer(Secret::new("TOKEN")), "Bearer TOKEN");
        // The example of RFC 7617.
        let basic = Auth::Basic { user: "Aladdin".to_owned(), password: Secret::new("open sesame") };
        check(basic, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }

    #[test]
    fn a_template_shapes_the_body() {
        let template = Template::parse(r#"{"text": {{ alert.title | json }}}"#).expect("is valid");
        let webhook = Webhook { body: Some(template), ..Webhook::new("http://h/").expect("is an address") };
        assert_eq!(request(&webhook, vec![failed_run()]).body, r#"{"text": "Monitor failed"}"#);
    }
}
