//! The protocol over a pair of pipes, as `--remote-debugging-pipe` speaks it: messages ended by a zero byte.

use std::io;
use std::os::fd::OwnedFd;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::pipe::{Receiver, Sender};
use tokio::sync::mpsc;

use super::{Connection, Inquest};
use crate::error::Closed;

/// Starts a connection over our ends of the two pipes.
///
/// When the browser hangs up, `inquest` says why.
pub(crate) fn pipe(to_browser: OwnedFd, from_browser: OwnedFd, inquest: Inquest) -> io::Result<Connection> {
    let writer = Sender::from_owned_fd(to_browser)?;
    let reader = Receiver::from_owned_fd(from_browser)?;
    let (outgoing, queue) = mpsc::unbounded_channel();
    let connection = Connection::new(outgoing);
    tokio::task::spawn_local(write(writer, queue));
    tokio::task::spawn_local(read(reader, connection.clone(), inquest));
    Ok(connection)
}

async fn write(mut writer: Sender, mut queue: mpsc::UnboundedReceiver<String>) {
    let mut batch = Vec::new();
    while let Some(message) = queue.recv().await {
        batch.clear();
        batch.extend_from_slice(message.as_bytes());
        batch.push(0);
        // Commands that were sent together leave together.
        while let Ok(message) = queue.try_recv() {
            batch.extend_from_slice(message.as_bytes());
            batch.push(0);
        }
        if writer.write_all(&batch).await.is_err() {
            // The reader sees the hang-up too, and reports it.
            return;
        }
    }
}

async fn read(mut reader: Receiver, connection: Connection, inquest: Inquest) {
    const ROOM: usize = 64 * 1024; // a pipe's own capacity on Linux
    let _guard = connection.guard();
    let mut buffer = Vec::with_capacity(ROOM);
    let mut searched = 0;
    loop {
        buffer.reserve(ROOM);
        match reader.read_buf(&mut buffer).await {
            Ok(0) => break,
            Ok(_) => searched = take_messages(&mut buffer, searched, &connection),
            Err(error) => {
                tracing::debug!(%error, "reading from the browser's pipe failed");
                break;
            }
        }
        if connection.closed().is_some() {
            return;
        }
        // A large message's room is given back.
        if buffer.is_empty() && buffer.capacity() > 16 * ROOM {
            buffer.shrink_to(ROOM);
        }
    }
    let reason = if connection.closed().is_some() { Closed::Ours } else { inquest.await };
    connection.close(reason);
}

/// Hands on all whole messages; returns how much of the rest was searched already.
fn take_messages(buffer: &mut Vec<u8>, searched: usize, connection: &Connection) -> usize {
    let mut start = 0;
    let mut from = searched;
    while let Some(length) = buffer.get(from..).and_then(|rest| rest.iter().position(|byte| *byte == 0)) {
        let end = from + length;
        connection.receive(buffer.get(start..end).unwrap_or_default());
        start = end + 1;
        from = start;
    }
    buffer.drain(..start);
    buffer.len()
}
