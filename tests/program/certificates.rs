//! Certificates for tests, made by OpenSSL's own tool.

use std::path::Path;

use canary_tests::tls::Identity;

use crate::programs::{Finished, Workplace};

/// Runs a tool to its end and returns what it said.
pub(crate) async fn said(workplace: &Workplace, tool: &str, arguments: &[&str]) -> String {
    let ended = Finished::of(workplace.command(Path::new(tool)).args(arguments).spawn().unwrap()).await;
    assert!(ended.status.success(), "{tool} {arguments:?}: {ended:?}");
    ended.stdout.trim().to_owned()
}

/// Makes a certificate for 127.0.0.1 that vouches for itself.
pub(crate) async fn certificate(workplace: &Workplace, name: &str, more: &[&str]) -> Identity {
    let file = |end: &str| workplace.path().join(format!("{name}.{end}"));
    let identity = Identity { certificate: file("pem"), key: file("key") };
    let (certificate, key) = (identity.certificate.display().to_string(), identity.key.display().to_string());
    let own = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-keyout",
        &key,
        "-out",
        &certificate,
    ];
    let subject = format!("/CN={name}");
    said(workplace, "openssl", &[&own[..], &["-subj", &subject], more].concat()).await;
    identity
}

pub(crate) const FOR_LOOPBACK: [&str; 2] = ["-addext", "subjectAltName=IP:127.0.0.1"];

/// Makes an authority and a certificate that it vouches for.
pub(crate) async fn certified(workplace: &Workplace) -> (Identity, String) {
    let authority = certificate(workplace, "authority", &[]).await;
    let (issuer, key) = (authority.certificate.display().to_string(), authority.key.display().to_string());
    let no_authority = ["-addext", "basicConstraints=critical,CA:FALSE", "-CA", &issuer, "-CAkey", &key];
    let server = certificate(workplace, "server", &[&FOR_LOOPBACK[..], &no_authority].concat()).await;
    (server, issuer)
}

/// Makes a certificate for 127.0.0.1 that was good until yesterday.
pub(crate) async fn expired(workplace: &Workplace) -> Identity {
    let identity = certificate(workplace, "expired", &FOR_LOOPBACK).await;
    let (certificate, key) = (identity.certificate.display().to_string(), identity.key.display().to_string());
    let again = ["x509", "-in", &certificate, "-signkey", &key, "-days", "-1", "-out", &certificate];
    said(workplace, "openssl", &again).await;
    identity
}
