//! Attaching to a browser that runs elsewhere, by its debugging address.
//!
//! Chrome answers only requests whose Host is an address or `localhost`, so names are resolved here.

use std::net::{IpAddr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::{Host, Url};

use crate::connection::{Connection, websocket};
use crate::error::OpenError;

/// A browser's answer to `/json/version` is a few hundred bytes.
const LIMIT: usize = 64 * 1024;

/// Attaches to `ws://…` at once, or asks `http://host:port` for its websocket first.
pub(crate) async fn attach(address: &str) -> Result<Connection, OpenError> {
    let url = parse(address)?;
    let shown = shown(&url);
    let failed = |reason: String| OpenError::Attach { url: shown.clone(), reason };
    let has_path = url.path().len() > 1;
    let websocket_url = match url.scheme() {
        "ws" | "wss" if has_path => by_address(url.clone()).await.map_err(failed)?.1,
        "http" | "ws" => ask(&url).await.map_err(failed)?,
        scheme => {
            let reason = format!("its scheme is `{scheme}`, expected `http` or `ws`");
            return Err(OpenError::Address { url: shown, reason });
        }
    };
    websocket(websocket_url.as_str()).await.map_err(failed)
}

fn parse(address: &str) -> Result<Url, OpenError> {
    let invalid = |reason: String| OpenError::Address { url: address.to_owned(), reason };
    let with_scheme = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    let url = Url::parse(&with_scheme).map_err(|error| invalid(error.to_string()))?;
    if url.host().is_none() {
        return Err(invalid("it names no host".to_owned()));
    }
    Ok(url)
}

/// Returns a URL without user, password and query, for messages.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    // Refused only for URLs without a host, which have neither.
    match (url.set_username(""), url.set_password(None)) {
        (Ok(()), Ok(())) => url.to_string(),
        _ => url.scheme().to_owned(),
    }
}

/// Resolves the host; paths of Chrome's own server get the address in the URL's place.
async fn by_address(mut url: Url) -> Result<(SocketAddr, Url), String> {
    let port = url.port_or_known_default().unwrap_or(80);
    let resolved = match url.host() {
        Some(Host::Ipv4(address)) => return Ok(((address, port).into(), url)),
        Some(Host::Ipv6(address)) => return Ok(((address, port).into(), url)),
        Some(Host::Domain(name)) => {
            let mut found = tokio::net::lookup_host((name, port)).await.map_err(|error| error.to_string())?;
            found.next().ok_or_else(|| format!("the name `{name}` has no address"))?
        }
        None => return Err("it names no host".to_owned()),
    };
    let is_chrome = !url.path().starts_with("/session/");
    if is_chrome && url.host_str() != Some("localhost") {
        set_host(&mut url, resolved.ip());
    }
    Ok((resolved, url))
}

fn set_host(url: &mut Url, address: IpAddr) {
    if url.set_ip_host(address).is_err() {
        tracing::debug!(%url, "a URL did not take an address as its host");
    }
}

/// Asks a browser for the path of its websocket; host and port stay those that reached it.
async fn ask(url: &Url) -> Result<Url, String> {
    let (socket, mut url) = by_address(url.clone()).await?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let body = get(socket, &format!("{host}:{}", socket.port()), "/json/version").await?;
    let answer: serde_json::Value = serde_json::from_slice(&body)
        .map_err(|_| "it does not answer as a browser: `/json/version` is not JSON".to_owned())?;
    let told = answer.get("webSocketDebuggerUrl").and_then(serde_json::Value::as_str);
    let told = told.ok_or("it does not answer as a browser: no `webSocketDebuggerUrl`")?;
    let path = Url::parse(told).map_err(|error| format!("it told a broken websocket address: {error}"))?;
    url.set_path(path.path());
    url.set_query(path.query());
    let scheme = url.set_scheme("ws");
    scheme.map(|()| url).map_err(|()| "its address cannot be a websocket".to_owned())
}

/// Gets a small document.
async fn get(socket: SocketAddr, host: &str, path: &str) -> Result<Vec<u8>, String> {
    let mut stream = TcpStream::connect(socket).await.map_err(|error| error.to_string())?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.map_err(|error| error.to_string())?;
    let mut answer = Vec::new();
    while answer.len() < LIMIT {
        let read = stream.read_buf(&mut answer).await.map_err(|error| error.to_string())?;
        if let Some(body) = whole_body(&answer, read == 0)? {
            return Ok(body);
        }
        if read == 0 {
            break;
        }
    }
    Err("it does not answer as a browser: the answer is cut or too long".to_owned())
}

/// Returns the body once it is complete.
fn whole_body(answer: &[u8], ended: bool) -> Result<Option<Vec<u8>>, String> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let (head, body) = answer.split_at(end + 4);
    let head = String::from_utf8_lossy(head);
    let status = head.split(' ').nth(1).unwrap_or_default();
    if status != "200" {
        return Err(format!("it does not answer as a browser: HTTP status {status}"));
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    match length {
        Some(length) => Ok(body.get(..length).map(<[u8]>::to_vec)),
        None => Ok(ended.then(|| body.to_vec())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_taken_once_it_is_whole() {
        let check = |answer: &str, ended, expected: Result<Option<&str>, &str>| {
            let body = whole_body(answer.as_bytes(), ended);
            let body = body.map(|body| body.map(|body| String::from_utf8(body).unwrap()));
            assert_eq!(
                body,
                expected.map(|body| body.map(str::to_owned)).map_err(str::to_owned),
                "{answer:?}"
            );
        };
        check("HTTP/1.1 200 OK\r\nContent-Le", false, Ok(None));
        check("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{", false, Ok(None));
        check("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", false, Ok(Some("{}")));
        check("HTTP/1.1 200 OK\r\n\r\n{}", true, Ok(Some("{}")));
        check(
            "HTTP/1.1 404 Not Found\r\n\r\n",
            true,
            Err("it does not answer as a browser: HTTP status 404"),
        );
    }

    #[test]
    fn secrets_of_an_address_are_not_shown() {
        let url = Url::parse("ws://user:pass@10.0.0.1:9222/devtools/browser/1?token=x").unwrap();
        assert_eq!(shown(&url), "ws://10.0.0.1:9222/devtools/browser/1");
    }
}
