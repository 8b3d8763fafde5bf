//! Lists of URLs.

use canary_script::Program;
use url::Url;

use crate::harness::{play, quick};
use crate::server::{Answer, html, serve};

#[test]
fn each_url_is_looked_at() {
    let failing = Answer { status: 503, ..html("<title>Sorry</title>") };
    let address = serve(vec![
        ("/good", html("<title>Good</title>")),
        ("/bad", failing),
        ("/untitled", html("<p>x</p>")),
    ]);
    let urls = ["/good", "/bad", "/untitled", "/missing"]
        .map(|path| Url::parse(&format!("{address}{path}")).unwrap());
    let mut urls = urls.to_vec();
    urls.push(Url::parse("http://127.0.0.1:1/").unwrap());
    let record = play(move || async move { Program::smoke("smoke", urls, &quick()) });
    let text = record.text().replace(&address, "");
    let expected = "\
open /good: passed
test: passed
open /bad: failed (Site) /bad answered 503 Status
test: failed (Site) /bad answered 503 Status
open /untitled: failed (Assertion) /untitled has no title
test: failed (Assertion) /untitled has no title
open /missing: failed (Site) /missing answered 404 Status
test: failed (Site) /missing answered 404 Status
open http://127.0.0.1:1/: failed (Site) net::ERR_UNSAFE_PORT at http://127.0.0.1:1/
test: failed (Site) net::ERR_UNSAFE_PORT at http://127.0.0.1:1/";
    assert_eq!(text, expected);
}
