//! Messages over a byte stream: a length of four bytes, little endian, and a body in postcard.
//!
//! Never allocates more than it has received, never panics on a byte, never loses a message that a cancelled
//! [`Receiver::next`] had begun to read.

use std::io;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};

use crate::terminal::messages::{FromClient, FromServer, Hello, PROTOCOL, Sentence, Welcome};

/// The largest body: a full redraw of the largest sensible screen is some hundred times smaller.
pub const LARGEST: usize = 4 * 1024 * 1024;

/// How long a new connection may take for its first message.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Why no message came or went.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The other end closed between two messages.
    #[error("the connection was closed")]
    Closed,
    /// The other end closed within a message.
    #[error("the connection broke off within a message")]
    Cut,
    #[error("a message of {0} bytes is larger than {LARGEST}")]
    TooLarge(usize),
    /// Not a message of ours, or bytes left over after one.
    #[error("a message that cannot be read: {0}")]
    Garbage(postcard::Error),
    #[error("no greeting in time")]
    Silent,
    /// The peer speaks another protocol; it has been told.
    #[error("the other end speaks protocol {theirs}, this one {PROTOCOL}")]
    OtherProtocol { theirs: u32 },
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
}

/// The reading half of a connection.
#[derive(Debug)]
pub struct Receiver<R> {
    reader: R,
    received: Vec<u8>,
}

/// The writing half of a connection.
#[derive(Debug)]
pub struct Sender<W> {
    writer: W,
}

/// How much is read at once, so that many small messages cost one read.
const READ: usize = 16 * 1024;
const HEADER: usize = 4;

impl<R: AsyncRead + Unpin> Receiver<R> {
    pub fn new(reader: R) -> Self {
        Self { reader, received: Vec::new() }
    }

    /// The next message. May be cancelled at any time; what was read by then is kept for the next call.
    ///
    /// After any error but `Garbage` the connection is of no more use.
    pub async fn next<T: DeserializeOwned>(&mut self) -> Result<T, WireError> {
        let body = self.body().await?;
        let (message, rest) = postcard::take_from_bytes(&body).map_err(WireError::Garbage)?;
        match rest {
            [] => Ok(message),
            _ => Err(WireError::Garbage(postcard::Error::SerializeBufferFull)),
        }
    }

    async fn body(&mut self) -> Result<Vec<u8>, WireError> {
        loop {
            if let Some(header) = self.received.first_chunk::<HEADER>() {
                let length = u32::from_le_bytes(*header) as usize;
                if length > LARGEST {
                    return Err(WireError::TooLarge(length));
                }
                if let Some(body) = self.received.get(HEADER..HEADER + length) {
                    let body = body.to_vec();
                    self.received.drain(..HEADER + length);
                    // The place of a message is that of the next; only a large one's is given back.
                    self.received.shrink_to(READ.max(self.received.len()) * 2);
                    return Ok(body);
                }
            }
            self.received.reserve(READ);
            if self.reader.read_buf(&mut self.received).await? == 0 {
                return Err(if self.received.is_empty() { WireError::Closed } else { WireError::Cut });
            }
        }
    }
}

impl<W: AsyncWrite + Unpin> Sender<W> {
    pub fn new(writer: W) -> Self {
        Self { writer }
    }

    /// Sends one message and waits until the stream has taken it, which is what holds a fast sender back.
    ///
    /// Must not be cancelled: half a message would garble all that follow.
    pub async fn send<T: Serialize>(&mut self, message: &T) -> Result<(), WireError> {
        let frame = postcard::to_extend(message, vec![0; HEADER]).map_err(WireError::Garbage)?;
        self.send_frame(frame).await
    }

    async fn send_frame(&mut self, mut frame: Vec<u8>) -> Result<(), WireError> {
        let length = frame.len().saturating_sub(HEADER);
        let header = u32::try_from(length).map_err(|_| WireError::TooLarge(length))?.to_le_bytes();
        if length > LARGEST {
            return Err(WireError::TooLarge(length));
        }
        if let Some(place) = frame.first_chunk_mut::<HEADER>() {
            *place = header;
        }
        self.writer.write_all(&frame).await?;
        self.writer.flush().await?;
        Ok(())
    }
}

/// Both ends of a connection within one process, for the demo.
pub fn pair() -> (DuplexStream, DuplexStream) {
    tokio::io::duplex(64 * 1024)
}

/// Both halves of a connection, ready for messages.
pub fn split<S: AsyncRead + AsyncWrite>(
    stream: S,
) -> (Receiver<tokio::io::ReadHalf<S>>, Sender<tokio::io::WriteHalf<S>>) {
    let (reader, writer) = tokio::io::split(stream);
    (Receiver::new(reader), Sender::new(writer))
}

/// The server's side of the handshake: waits for a greeting, at most for `patience` (normally [`PATIENCE`]), and
/// turns away, in words, a client of another protocol. Whether the rest is acceptable, and the `Welcome`, is the caller's.
pub async fn greeted<R, W>(
    receiver: &mut Receiver<R>,
    sender: &mut Sender<W>,
    patience: Duration,
) -> Result<Hello, WireError>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let body = tokio::time::timeout(patience, receiver.body()).await.map_err(|_| WireError::Silent)??;
    let (variant, theirs): (u32, u32) = postcard::take_from_bytes(&body).map_err(WireError::Garbage)?.0;
    if variant != 0 {
        return Err(WireError::Garbage(postcard::Error::DeserializeBadEnum));
    }
    if theirs != PROTOCOL {
        let arguments = [("theirs", theirs.to_string()), ("ours", PROTOCOL.to_string())];
        let arguments = arguments.each_ref().map(|(name, value)| (*name, value.as_str()));
        sender.send(&FromServer::Refused(Sentence::new("wire-other-protocol", &arguments))).await?;
        return Err(WireError::OtherProtocol { theirs });
    }
    match postcard::from_bytes(&body).map_err(WireError::Garbage)? {
        FromClient::Hello(hello) => Ok(hello),
        _ => Err(WireError::Garbage(postcard::Error::DeserializeBadEnum)),
    }
}

/// The client's side of the handshake: says hello and gives the server's welcome or its refusal.
pub async fn greet<R, W>(
    receiver: &mut Receiver<R>,
    sender: &mut Sender<W>,
    hello: Hello,
) -> Result<Result<Welcome, Sentence>, WireError>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    sender.send(&FromClient::Hello(hello)).await?;
    match receiver.next().await? {
        FromServer::Welcome(welcome) => Ok(Ok(welcome)),
        FromServer::Refused(sentence) => Ok(Err(sentence)),
        _ => Err(WireError::Garbage(postcard::Error::DeserializeBadEnum)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::terminal::messages::{Purpose, TerminalFacts};

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    fn hello(protocol: u32) -> Hello {
        let facts = TerminalFacts {
            columns: 80,
            rows: 24,
            term: "xterm".into(),
            colorterm: String::new(),
            no_color: false,
            lang: "zh_CN.UTF-8".into(),
            ctype: String::new(),
            tmux: false,
            ssh: true,
        };
        Hello {
            protocol, version: "0.1.0".into(), purpose: Purpose::Seat(facts), name: Some("小明".into())
        }
    }

    /// All messages that come out of these bytes, and the error that ends them.
    fn check(bytes: &[u8]) -> (Vec<FromServer>, WireError) {
        block_on(async {
            let mut receiver = Receiver::new(bytes);
            let mut messages = Vec::new();
            loop {
                match receiver.next().await {
                    Ok(message) => messages.push(message),
                    Err(error) => return (messages, error),
                }
            }
        })
    }

    fn sent(messages: &[FromServer]) -> Vec<u8> {
        block_on(async {
            let mut sender = Sender::new(Vec::new());
            for message in messages {
                sender.send(message).await.unwrap();
            }
            sender.writer
        })
    }

    #[test]
    fn messages_come_out_as_they_went_in() {
        let messages = vec![
            FromServer::Frame { number: 7, bytes: vec![0x1b; 300] },
            FromServer::Line(Sentence::new("doctor-fine", &[("records", "12")])),
            FromServer::Chunk(Vec::new()),
        ];
        let bytes = sent(&messages);
        let (received, error) = check(&bytes);
        assert_eq!(received, messages);
        assert!(matches!(error, WireError::Closed));
        let (received, error) = check(&bytes[..bytes.len() - 1]);
        assert_eq!(received, messages[..2]);
        assert!(matches!(error, WireError::Cut), "{error}");
    }

    #[test]
    fn a_length_is_believed_only_as_far_as_bytes_came() {
        assert!(matches!(check(&u32::MAX.to_le_bytes()).1, WireError::TooLarge(_)));
        let mut claim = u32::try_from(LARGEST).unwrap().to_le_bytes().to_vec();
        claim.extend([0; 8]);
        block_on(async {
            let mut receiver = Receiver::new(claim.as_slice());
            assert!(matches!(receiver.next::<FromServer>().await, Err(WireError::Cut)));
            assert!(receiver.received.capacity() < 4 * READ);
        });
        let large = FromServer::Chunk(vec![0; LARGEST]);
        block_on(async {
            let error = Sender::new(Vec::new()).send(&large).await.unwrap_err();
            assert!(matches!(error, WireError::TooLarge(_)));
        });
    }

    #[test]
    fn a_cancelled_read_loses_nothing() {
        let bytes = sent(&[FromServer::Chunk(vec![5; 100])]);
        block_on(async {
            let (near, far) = pair();
            let (mut receiver, _keep) = split(near);
            let (_other, mut sender) = split(far);
            let (head, tail) = bytes.split_at(60);
            sender.writer.write_all(head).await.unwrap();
            tokio::select! {
                biased;
                _ = receiver.next::<FromServer>() => panic!("half a message came out"),
                () = std::future::ready(()) => {}
            }
            sender.writer.write_all(tail).await.unwrap();
            assert_eq!(receiver.next::<FromServer>().await.unwrap(), FromServer::Chunk(vec![5; 100]));
        });
    }

    #[test]
    fn a_client_of_another_protocol_is_told_so() {
        block_on(async {
            let (near, far) = pair();
            let (mut server_in, mut server_out) = split(near);
            let (mut client_in, mut client_out) = split(far);
            // All that a later version need keep: variant 0 and its number; the rest is beyond us.
            let mut frame = vec![0; HEADER];
            frame.extend([0, 99, 0xff, 0xff, 0xff]);
            client_out.send_frame(frame).await.unwrap();
            let error = greeted(&mut server_in, &mut server_out, PATIENCE).await.unwrap_err();
            assert!(matches!(error, WireError::OtherProtocol { theirs: 99 }), "{error}");
            let FromServer::Refused(sentence) = client_in.next().await.unwrap() else {
                panic!("not refused")
            };
            assert_eq!(sentence.key, "wire-other-protocol");
            assert_eq!(sentence.arguments[0], ("theirs".to_owned(), "99".to_owned()));
        });
    }

    #[test]
    fn the_greeting_brings_the_facts_over() {
        block_on(async {
            let (near, far) = pair();
            let server = async {
                let (mut receiver, mut sender) = split(near);
                let hello = greeted(&mut receiver, &mut sender, PATIENCE).await.unwrap();
                let welcome = Welcome { protocol: PROTOCOL, version: "0.1.0".into(), seat: 3, mouse: true };
                sender.send(&FromServer::Welcome(welcome)).await.unwrap();
                hello
            };
            let client = async {
                let (mut receiver, mut sender) = split(far);
                greet(&mut receiver, &mut sender, hello(PROTOCOL)).await.unwrap().unwrap()
            };
            let (greeting, welcome) = tokio::join!(server, client);
            assert_eq!(greeting, hello(PROTOCOL));
            assert_eq!(welcome.seat, 3);
        });
    }

    #[test]
    fn a_client_that_stays_silent_is_let_go() {
        block_on(async {
            let (near, _far) = pair();
            let (mut receiver, mut sender) = split(near);
            let error = greeted(&mut receiver, &mut sender, Duration::from_millis(1)).await.unwrap_err();
            assert!(matches!(error, WireError::Silent), "{error}");
        });
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_make_the_decoder_panic(body in prop::collection::vec(any::<u8>(), 0..400), raw: bool) {
            let mut bytes = Vec::new();
            if !raw {
                bytes.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
            }
            bytes.extend(&body);
            let (messages, _) = check(&bytes);
            let held: usize = messages.iter().map(|message| sent(std::slice::from_ref(message)).len()).sum();
            prop_assert!(held <= bytes.len() + 16, "{held} bytes of messages out of {}", bytes.len());
            block_on(async {
                let mut receiver = Receiver::new(bytes.as_slice());
                while receiver.next::<FromClient>().await.is_ok() {}
                let mut sender = Sender::new(Vec::new());
                let _ = greeted(&mut Receiver::new(bytes.as_slice()), &mut sender, PATIENCE).await;
            });
        }
    }
}
