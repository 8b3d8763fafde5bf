//! The protocol over a websocket, as a browser with a debugging port speaks it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::{Connection, Inquest};
use crate::error::Closed;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects to a browser's websocket address.
pub(crate) async fn websocket(url: &str) -> Result<Connection, String> {
    // A screenshot or a trace is one message of many megabytes; the browser is trusted with that much.
    let config = WebSocketConfig::default().max_message_size(Some(1 << 30)).max_frame_size(Some(1 << 30));
    let (socket, _) =
        connect_async_with_config(url, Some(config), true).await.map_err(|error| error.to_string())?;
    let (outgoing, queue) = mpsc::unbounded_channel();
    let connection = Connection::new(outgoing);
    tokio::task::spawn_local(pump(
        socket,
        queue,
        connection.clone(),
        Box::pin(async { Closed::Disconnected }),
    ));
    Ok(connection)
}

/// Moves messages in both directions until either side ends.
async fn pump(
    socket: Socket,
    mut queue: mpsc::UnboundedReceiver<String>,
    connection: Connection,
    inquest: Inquest,
) {
    let _guard = connection.guard();
    let (mut sink, mut stream) = socket.split();
    let writing = async {
        while let Some(message) = queue.recv().await {
            if sink.feed(Message::text(message)).await.is_err() {
                return;
            }
            while let Ok(message) = queue.try_recv() {
                if sink.feed(Message::text(message)).await.is_err() {
                    return;
                }
            }
            if sink.flush().await.is_err() {
                return;
            }
        }
        // We ended it: say goodbye, but do not wait for a browser that does not answer.
        let goodbye = tokio::time::timeout(Duration::from_millis(500), sink.close());
        if let Ok(Err(error)) = goodbye.await {
            tracing::debug!(%error, "closing the websocket failed");
        }
    };
    let reading = async {
        while let Some(message) = stream.next().await {
            match message {
                Ok(Message::Text(text)) => connection.receive(text.as_bytes()),
                Ok(Message::Binary(bytes)) => connection.receive(&bytes),
                Ok(Message::Close(_)) => break,
                Ok(_) => {}
                Err(error) => return Some(Closed::Broken(error.to_string())),
            }
        }
        None
    };
    let broken = tokio::select! {
        () = writing => None,
        broken = reading => broken,
    };
    let reason = match broken {
        Some(broken) => broken,
        None => inquest.await,
    };
    connection.close(reason);
}
