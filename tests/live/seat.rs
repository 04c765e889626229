//! A seat without a terminal: it says what a terminal would, and keeps the screen that the frames draw.

use crate::live::home::Home;
use crate::live::{PATIENCE, wait_for};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use qunguan::terminal::messages::{
    FromClient, FromServer, Hello, PROTOCOL, Purpose, Sentence, TerminalFacts,
};
use std::io::{self, Read, Write};
use std::num::NonZero;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};

/// What the server has sent so far.
struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    shown: u64,
    left: Option<Sentence>,
    closed: bool,
}

/// One seat at a running server.
pub struct Seat {
    stream: UnixStream,
    seen: Arc<Mutex<Seen>>,
}

/// A terminal that knows every colour.
pub fn terminal(columns: u16, rows: u16) -> TerminalFacts {
    TerminalFacts {
        columns,
        rows,
        term: "xterm-256color".to_owned(),
        colorterm: "truecolor".to_owned(),
        no_color: false,
        lang: "en_US.UTF-8".to_owned(),
        ctype: "en_US.UTF-8".into(),
        tmux: false,
        ssh: false,
    }
}

/// A connection that was welcomed, or nothing yet.
fn welcomed(home: &Home, hello: &Hello) -> Option<UnixStream> {
    let mut stream = UnixStream::connect(home.socket()).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    say(&mut stream, &FromClient::Hello(hello.clone())).ok()?;
    match hear(&mut stream).ok()? {
        FromServer::Welcome(_) => Some(stream),
        other => panic!("no welcome but {other:?}"),
    }
}

impl Seat {
    /// Takes a seat of 120×36 under this name.
    pub fn take(home: &Home, name: &str) -> Self {
        Self::with(home, name, terminal(120, 36))
    }

    pub fn with(home: &Home, name: &str, facts: TerminalFacts) -> Self {
        let (columns, rows) = (facts.columns, facts.rows);
        let hello = Hello {
            protocol: PROTOCOL,
            version: "test".to_owned(),
            purpose: Purpose::Seat(facts),
            name: Some(name.to_owned()),
        };
        // A server that was just killed may still take a connection and let it go: the next one answers.
        let stream = wait_for("a server welcomes a seat", || welcomed(home, &hello));
        stream.set_read_timeout(None).unwrap();
        let parser = vt100::Parser::new(NonZero::new(rows).unwrap(), NonZero::new(columns).unwrap(), 0);
        let seen = Seen { parser, bytes: Vec::new(), shown: 0, left: None, closed: false };
        let seat = Self { stream, seen: Arc::new(Mutex::new(seen)) };
        seat.listen();
        seat
    }

    /// Reads frames until the connection ends, and says for each that it is shown.
    fn listen(&self) {
        let (mut stream, seen) = (self.stream.try_clone().unwrap(), Arc::clone(&self.seen));
        std::thread::spawn(move || {
            while let Ok(message) = hear(&mut stream) {
                let mut seen = seen.lock().unwrap();
                match message {
                    FromServer::Frame { number, bytes } => {
                        seen.parser.process(&bytes);
                        seen.bytes.extend_from_slice(&bytes);
                        seen.shown = number;
                        // A server that was killed hears nothing any more; the next read ends this.
                        let _ = say(&mut stream, &FromClient::Shown(number));
                    }
                    FromServer::Leave(sentence) => seen.left = Some(sentence),
                    _ => {}
                }
            }
            seen.lock().unwrap().closed = true;
        });
    }

    /// Types these keys: letters stand for themselves, `⏎` is Enter.
    pub fn type_keys(&self, keys: &str) {
        for key in keys.chars() {
            let code = if key == '⏎' { KeyCode::Enter } else { KeyCode::Char(key) };
            self.input(Event::Key(KeyEvent::new(code, KeyModifiers::NONE))).unwrap();
        }
    }

    pub fn input(&self, event: Event) -> io::Result<()> {
        let shown = self.seen.lock().unwrap().shown;
        say(&mut &self.stream, &FromClient::Input { event, shown })
    }

    /// The screen as text, line by line.
    pub fn screen(&self) -> String {
        self.seen.lock().unwrap().parser.screen().contents()
    }

    /// Every byte so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.seen.lock().unwrap().bytes.clone()
    }

    pub fn left(&self) -> Option<Sentence> {
        self.seen.lock().unwrap().left.clone()
    }

    pub fn is_closed(&self) -> bool {
        self.seen.lock().unwrap().closed
    }

    /// Waits until the screen is so; `what` and the screen tell what was missing.
    pub fn wait(&self, what: &str, mut so: impl FnMut(&str) -> bool) -> String {
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            let screen = self.screen();
            if so(&screen) {
                return screen;
            }
            let over = self.is_closed() || std::time::Instant::now() > deadline;
            assert!(
                !over,
                "{what}: not on the screen{}\n{screen}",
                if self.is_closed() { " of a closed seat" } else { "" }
            );
            std::thread::park_timeout(std::time::Duration::from_millis(5));
        }
    }

    pub fn wait_for_text(&self, text: &str) -> String {
        self.wait(text, |screen| screen.contains(text))
    }

    /// Cuts the connection as a broken link would.
    pub fn cut(self) {}
}

impl Drop for Seat {
    fn drop(&mut self) {
        // Already gone where the server was killed.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }
}

/// The wire of `src/terminal/wire.rs`, blocking: four bytes of length, little endian, and a body in postcard.
fn say(stream: &mut impl Write, message: &FromClient) -> io::Result<()> {
    let body = postcard::to_stdvec(message).unwrap();
    let mut frame = u32::try_from(body.len()).unwrap().to_le_bytes().to_vec();
    frame.extend_from_slice(&body);
    stream.write_all(&frame)
}

fn hear(stream: &mut impl Read) -> io::Result<FromServer> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut body = vec![0; u32::from_le_bytes(length) as usize];
    stream.read_exact(&mut body)?;
    postcard::from_bytes(&body).map_err(io::Error::other)
}
