//! A small HTTP server for tests: each path has one answer.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// What is said to a path.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

pub(crate) fn html(body: &str) -> Answer {
    Answer {
        status: 200,
        headers: vec![("Content-Type", "text/html; charset=utf-8".to_owned())],
        body: body.to_owned(),
    }
}

/// Serves until the process ends; returns the address.
pub(crate) fn serve(answers: Vec<(&'static str, Answer)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answers: Arc<HashMap<&'static str, Answer>> = Arc::new(answers.into_iter().collect());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answers = Arc::clone(&answers);
            std::thread::spawn(move || drop(answer(stream, &answers)));
        }
    });
    address
}

fn answer(stream: TcpStream, answers: &HashMap<&'static str, Answer>) -> std::io::Result<()> {
    let mut lines = BufReader::new(&stream).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = request.split(' ').nth(1).unwrap_or("/");
    let path = path.split('?').next().unwrap_or(path);
    let nothing = Answer { status: 404, headers: Vec::new(), body: "nothing here".to_owned() };
    let found = answers.get(path).unwrap_or(&nothing);
    let mut out = format!(
        "HTTP/1.1 {} Status\r\nContent-Length: {}\r\nConnection: close\r\n",
        found.status,
        found.body.len()
    );
    for (name, value) in &found.headers {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    out.push_str("\r\n");
    out.push_str(&found.body);
    (&stream).write_all(out.as_bytes())
}
