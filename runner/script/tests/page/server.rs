//! The site that the cases visit: files of the folder `site`, and a few paths that do something.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

/// Returns the address, as `http://127.0.0.1:PORT`; serves until the process ends.
pub(crate) fn address() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || drop(serve(&stream)));
            }
        });
        address
    })
}

struct Request {
    method: String,
    path: String,
    query: HashMap<String, String>,
    /// The same in order, with names that come twice.
    pairs: Vec<(String, String)>,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn new(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            body: body.into(),
        }
    }

    fn html(body: impl Into<Vec<u8>>) -> Self {
        Self::new("text/html; charset=utf-8", body)
    }

    fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

fn serve(stream: &TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let Some(request) = read(&mut reader)? else { return Ok(()) };
        if request.headers.get("upgrade").is_some_and(|upgrade| upgrade == "websocket") {
            return websocket::serve(stream, &mut reader, &request.headers["sec-websocket-key"]);
        }
        if request.path == "/parts" {
            parts(stream, &request)?;
            continue;
        }
        let Some(answer) = answer(&request) else {
            // Never answered: the other side has to give up.
            std::thread::sleep(Duration::from_secs(60));
            return Ok(());
        };
        let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
        for (name, value) in &answer.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", answer.body.len()));
        let mut out = stream;
        out.write_all(head.as_bytes())?;
        if request.method != "HEAD" {
            out.write_all(&answer.body)?;
        }
    }
}

/// Sends half of an answer, and the rest once `/release` was asked for with the same key.
fn parts(mut stream: &TcpStream, request: &Request) -> std::io::Result<()> {
    let kind = match request.query.get("file") {
        Some(name) => format!("application/zip\r\nContent-Disposition: attachment; filename={name}"),
        None => "text/plain".to_owned(),
    };
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: 11\r\n\r\nhello ");
    stream.write_all(head.as_bytes())?;
    gates::wait(&request.query["key"]);
    stream.write_all(b"world")
}

/// What requests wait for each other with.
mod gates {
    use std::collections::HashSet;
    use std::sync::{Condvar, Mutex, PoisonError};
    use std::time::Duration;

    static OPEN: Mutex<Option<HashSet<String>>> = Mutex::new(None);
    static OPENED: Condvar = Condvar::new();

    pub(super) fn open(key: &str) {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        open.get_or_insert_default().insert(key.to_owned());
        OPENED.notify_all();
    }

    pub(super) fn wait(key: &str) {
        let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let shut = |open: &mut Option<HashSet<String>>| !open.get_or_insert_default().contains(key);
        drop(OPENED.wait_timeout_while(open, Duration::from_secs(20), shut));
    }
}

fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ');
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or("/").to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let url = url::Url::parse(&format!("http://site{target}")).expect("browsers send good paths");
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    let query = pairs.iter().cloned().collect();
    Ok(Some(Request { method, path: url.path().to_owned(), query, pairs, headers, body }))
}

fn answer(request: &Request) -> Option<Answer> {
    let asked = |name: &str| request.query.get(name).map_or("", String::as_str);
    Some(match request.path.as_str() {
        "/hang" => return None,
        "/echo" => {
            let told = serde_json::json!({
                "method": request.method,
                "query": request.query,
                "headers": request.headers,
                "body": String::from_utf8_lossy(&request.body),
            });
            Answer::new("application/json", told.to_string()).header("Access-Control-Allow-Origin", "*")
        }
        "/slow" => {
            std::thread::sleep(Duration::from_millis(asked("ms").parse().unwrap_or(300)));
            Answer::html(format!("<title>Slow</title><p>{}</p>", asked("text")))
        }
        "/redirect" => {
            let status = asked("status").parse().unwrap_or(302);
            Answer::html("").status(status).header("Location", asked("to"))
        }
        "/status" => Answer::html(asked("body")).status(asked("code").parse().unwrap_or(200)),
        "/header" => Answer::html("<title>Headers</title>").header(asked("name"), asked("value")),
        "/headers" => {
            let plain = Answer::html("<title>Headers</title>");
            request.pairs.iter().fold(plain, |answer, (name, value)| answer.header(name, value))
        }
        "/release" => {
            gates::open(asked("key"));
            Answer::html("")
        }
        "/bytes" => Answer::new(asked("type"), bytes(asked("hex"))),
        "/cookie" => Answer::html("<title>Cookie</title>").header("Set-Cookie", asked("set")),
        "/download" => Answer::new("application/octet-stream", "Hello world")
            .header("Content-Disposition", format!("attachment; filename={}", asked("name"))),
        "/private" => match request.headers.get("authorization").map(String::as_str) {
            // user:pass
            Some("Basic dXNlcjpwYXNz") => Answer::html("<title>In</title>let in"),
            _ => {
                Answer::html("<title>Out</title>").status(401).header("WWW-Authenticate", "Basic realm=\"x\"")
            }
        },
        "/csp" => Answer::html("<title>Strict</title>").header("Content-Security-Policy", asked("policy")),
        "/html" => Answer::html(asked("body")),
        path => file(path),
    })
}

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16).expect("a hexadecimal digit") as u8;
    hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

fn file(path: &str) -> Answer {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page/site");
    let ending = path.rsplit('.').next().unwrap_or_default();
    let content_type = match ending {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript",
        "css" => "text/css",
        "json" => "application/json",
        "png" => "image/png",
        _ => "text/plain",
    };
    match std::fs::read(folder.join(path.trim_start_matches('/'))) {
        Ok(body) => Answer::new(content_type, body),
        Err(_) => Answer::html("nothing here").status(404),
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        302 => "Found",
        401 => "Unauthorized",
        404 => "Not Found",
        500 => "Internal Server Error",
        _ => "Status",
    }
}

/// Just enough of RFC 6455: says what it hears, and closes when told `close`.
mod websocket {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha1::{Digest, Sha1};

    pub(super) fn serve(mut stream: &TcpStream, reader: &mut impl Read, key: &str) -> std::io::Result<()> {
        let accept = STANDARD.encode(Sha1::digest(format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
        let head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
        stream.write_all(format!("{head}Sec-WebSocket-Accept: {accept}\r\n\r\n").as_bytes())?;
        loop {
            let (opcode, payload) = receive(reader)?;
            match opcode {
                8 => return send(stream, 8, &payload),
                1 if payload == b"close" => return send(stream, 8, &[0x03, 0xe8]),
                1 => send(stream, 1, &[b"echo ".as_slice(), &payload].concat())?,
                2 => send(stream, 2, &payload)?,
                _ => {}
            }
        }
    }

    fn receive(reader: &mut impl Read) -> std::io::Result<(u8, Vec<u8>)> {
        let mut head = [0; 2];
        reader.read_exact(&mut head)?;
        let mut length = usize::from(head[1] & 127);
        if length == 126 {
            let mut more = [0; 2];
            reader.read_exact(&mut more)?;
            length = u16::from_be_bytes(more).into();
        }
        let mut mask = [0; 4];
        reader.read_exact(&mut mask)?;
        let mut payload = vec![0; length];
        reader.read_exact(&mut payload)?;
        for (index, byte) in payload.iter_mut().enumerate() {
            *byte ^= mask[index % 4];
        }
        Ok((head[0] & 15, payload))
    }

    fn send(mut stream: &TcpStream, opcode: u8, payload: &[u8]) -> std::io::Result<()> {
        let length = u8::try_from(payload.len()).expect("short messages");
        stream.write_all(&[&[0x80 | opcode, length], payload].concat())
    }
}
