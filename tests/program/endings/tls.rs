//! Certificates that a browser does not trust.

use canary_tests::tls::Front;

use super::{Ending, FAILED, assert_ended, script, shop};
use crate::certificates::{FOR_LOOPBACK, certificate, expired};
use crate::programs::Workplace;

#[tokio::test]
async fn site_whose_certificate_is_no_good() {
    let shop = shop("none");
    let workplace = Workplace::new();
    let own = certificate(&workplace, "own", &FOR_LOOPBACK).await;
    for (identity, says) in [(expired(&workplace).await, "ERR_CERT_"), (own, "ERR_CERT_AUTHORITY_INVALID")] {
        let front = Front::before(shop.url(), &identity).unwrap();
        let visit = format!("await page.goto('{}/');", front.url());
        let arguments = ["ending.spec.ts", "--store", "sqlite:canary.db"];
        workplace.write("ending.spec.ts", &script(&visit));
        let finished = workplace.run(&arguments).await;
        assert_ended(&workplace, &finished, &Ending { class: Some("site"), says, ..FAILED }).await;

        // Whoever knows what he does may look at the site all the same.
        let trusting = format!("test.use({{ ignoreHTTPSErrors: true }});\n{}", script(&visit));
        let (imports, rest) = trusting.split_once("import").unwrap();
        workplace
            .write("ending.spec.ts", &format!("import{}", rest.replacen(";\n", &format!(";\n{imports}"), 1)));
        let finished = workplace.run(&arguments).await;
        assert_ended(&workplace, &finished, &Ending::default()).await;
    }
}
