//! A websocket client of a few lines, so that the gateway is tested without a library's forgiveness.
use serde_json::Value;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection to the gateway.
pub(super) struct Socket(TcpStream);

/// What came.
#[derive(Debug, PartialEq)]
pub(super) enum Frame {
    Text(Value),
    Closed(u16),
    /// The connection ended without a word.
    Gone,
}

impl Socket {
    pub(super) async fn connect(address: SocketAddr) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "GET /gateway?v=10&encoding=json HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        assert!(
            head.starts_with(b"HTTP/1.1 101"),
            "{}",
            String::from_utf8_lossy(&head)
        );
        Self(stream)
    }

    pub(super) async fn send(&mut self, text: &str) {
        self.frame(1, text.as_bytes()).await;
    }

    pub(super) async fn close(mut self, code: u16) {
        self.frame(8, &code.to_be_bytes()).await;
        while self.receive().await != Frame::Gone {}
    }

    async fn frame(&mut self, opcode: u8, payload: &[u8]) {
        // A mask of zeros is a mask.
        let mut bytes = vec![0x80 | opcode];
        if payload.len() < 126 {
            bytes.push(0x80 | u8::try_from(payload.len()).unwrap());
        } else {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
        }
        bytes.extend([0; 4]);
        bytes.extend(payload);
        self.0.write_all(&bytes).await.unwrap();
    }

    pub(super) async fn receive(&mut self) -> Frame {
        let Ok(first) = self.0.read_u8().await else {
            return Frame::Gone;
        };
        let length = match self.0.read_u8().await.unwrap() {
            126 => usize::from(self.0.read_u16().await.unwrap()),
            127 => usize::try_from(self.0.read_u64().await.unwrap()).unwrap(),
            short => usize::from(short),
        };
        let mut payload = vec![0; length];
        self.0.read_exact(&mut payload).await.unwrap();
        match first & 0x0F {
            8 => Frame::Closed(u16::from_be_bytes([payload[0], payload[1]])),
            _ => Frame::Text(serde_json::from_slice(&payload).unwrap()),
        }
    }

    /// The next payload, which must be a text.
    pub(super) async fn next(&mut self) -> Value {
        match self.receive().await {
            Frame::Text(value) => value,
            other => panic!("expected a payload, got {other:?}"),
        }
    }
}
