//! A small HTTP server for tests: each answer is data, paths are never used twice.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server says to a path.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) delay: Duration,
    /// Say only so much of the body, then hang up.
    pub(crate) cut: Option<usize>,
}

impl Answer {
    pub(crate) fn html(body: &str) -> Self {
        Self::of("text/html; charset=utf-8", body.as_bytes())
    }

    pub(crate) fn of(kind: &str, body: &[u8]) -> Self {
        Self {
            status: 200,
            headers: vec![("Content-Type".to_owned(), kind.to_owned())],
            body: body.to_vec(),
            delay: Duration::ZERO,
            cut: None,
        }
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self::of("text/plain", b"").status(302).header("Location", to)
    }

    pub(crate) fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

/// What a browser asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

type Handler = Rc<dyn Fn(&Asked) -> Answer>;

/// A server on loopback; `localhost` and `127.0.0.1` are different sites to a browser.
#[derive(Clone)]
pub(crate) struct Server(Rc<State>);

struct State {
    port: u16,
    next: Cell<u32>,
    handlers: RefCell<HashMap<String, Handler>>,
    asked: RefCell<Vec<Asked>>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self(Rc::new(State {
            port,
            next: Cell::new(0),
            handlers: RefCell::default(),
            asked: RefCell::default(),
        }));
        let accepting = server.clone();
        tokio::task::spawn_local(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = accepting.clone();
                tokio::task::spawn_local(async move { drop(server.serve(stream).await) });
            }
        });
        server
    }

    /// Serves a page at a path of its own and returns its address.
    pub(crate) fn page(&self, html: &str) -> String {
        self.answer(Answer::html(html))
    }

    /// Serves an answer at a path of its own.
    pub(crate) fn answer(&self, answer: Answer) -> String {
        self.handle(move |_| answer.clone())
    }

    /// Serves what a function says, at a path of its own.
    pub(crate) fn handle(&self, handler: impl Fn(&Asked) -> Answer + 'static) -> String {
        let number = self.0.next.get();
        self.0.next.set(number + 1);
        let path = format!("/{number}/page");
        self.0.handlers.borrow_mut().insert(path.clone(), Rc::new(handler));
        self.url(&path)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.0.port)
    }

    /// The same address on another site.
    pub(crate) fn elsewhere(&self, url: &str) -> String {
        url.replace("127.0.0.1", "localhost")
    }

    /// What was asked of an address.
    pub(crate) fn asked(&self, url: &str) -> Vec<Asked> {
        let asked = self.0.asked.borrow();
        asked.iter().filter(|asked| url.ends_with(&asked.path)).cloned().collect()
    }

    async fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut buffer = Vec::new();
        loop {
            let end = loop {
                if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                    break end + 4;
                }
                if stream.read_buf(&mut buffer).await? == 0 {
                    return Ok(());
                }
            };
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            let mut lines = head.lines();
            let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
            let headers: HashMap<String, String> = lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect();
            let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            while buffer.len() < end + length {
                if stream.read_buf(&mut buffer).await? == 0 {
                    return Ok(());
                }
            }
            let body = buffer[end..end + length].to_vec();
            buffer.drain(..end + length);
            let asked = Asked {
                method: first.next().unwrap_or_default(),
                path: first.next().unwrap_or_default(),
                headers,
                body,
            };
            self.respond(&mut stream, asked).await?;
        }
    }

    async fn respond(&self, stream: &mut TcpStream, asked: Asked) -> std::io::Result<()> {
        let path = asked.path.split('?').next().unwrap_or_default().to_owned();
        let handler = self.0.handlers.borrow().get(&path).cloned();
        let answer = match handler {
            Some(handler) => handler(&asked),
            None => Answer::html("not found").status(404),
        };
        let is_head = asked.method == "HEAD";
        self.0.asked.borrow_mut().push(asked);
        tokio::time::sleep(answer.delay).await;
        let mut head = format!(
            "HTTP/1.1 {} {}\r\nContent-Length: {}\r\n",
            answer.status,
            words(answer.status),
            answer.body.len()
        );
        for (name, value) in &answer.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).await?;
        match answer.cut {
            Some(length) => {
                stream.write_all(&answer.body[..length]).await?;
                stream.shutdown().await
            }
            None if is_head => Ok(()),
            None => stream.write_all(&answer.body).await,
        }
    }
}

fn words(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        302 => "Found",
        401 => "Unauthorized",
        404 => "Not Found",
        500 => "Internal Server Error",
        _ => "Status",
    }
}
