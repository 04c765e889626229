//! A seat, a command and a starting server against the real client code, over real sockets and pipes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::ffi::OsString;
use std::io::{self, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, mpsc as blocking};
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use futures_util::stream;
use qunguan::terminal::ask::{Answer, AskError, ask};
use qunguan::terminal::attach::{facts, hello};
use qunguan::terminal::conversation::{Ended, Interruption, converse};
use qunguan::terminal::encoder::{Depth, Encoder};
use qunguan::terminal::messages::{
    Ask, FromClient, FromServer, PROTOCOL, Purpose, Sentence, TerminalFacts, Welcome,
};
use qunguan::terminal::screen::Output;
use qunguan::terminal::socket::{Admitted, Place, SocketError, connect, listen};
use qunguan::terminal::start::{self, Announcement, Start, StartError, connect_or_start};
use qunguan::terminal::wire::{self, PATIENCE, Receiver, Sender, WireError};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use tokio::io::{AsyncRead, AsyncWrite, ReadHalf, WriteHalf};
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Longer than anything here takes; a test that needs it has failed.
const LONG: Duration = Duration::from_secs(30);

/// A seat whose keys, signals and terminal are the test's, and the server's end of its connection.
struct Seat {
    keys: mpsc::UnboundedSender<io::Result<Event>>,
    signals: mpsc::Sender<Interruption>,
    from_client: Receiver<ReadHalf<tokio::io::DuplexStream>>,
    to_client: Sender<WriteHalf<tokio::io::DuplexStream>>,
    ended: JoinHandle<Ended>,
}

fn seat(output: impl Write + Send + 'static) -> Seat {
    let (near, far) = wire::pair();
    let (keys, mut pressed) = mpsc::unbounded_channel();
    let (signals, reported) = mpsc::channel(4);
    let ended = tokio::spawn(async move {
        let (receiver, sender) = wire::split(near);
        let keys = stream::poll_fn(move |context| pressed.poll_recv(context));
        converse(receiver, sender, keys, Output::Writer(Box::new(output)), reported).await
    });
    let (from_client, to_client) = wire::split(far);
    Seat { keys, signals, from_client, to_client, ended }
}

impl Seat {
    fn press(&self, event: Event) {
        self.keys.send(Ok(event)).unwrap();
    }

    async fn hear(&mut self) -> FromClient {
        timeout(LONG, self.from_client.next()).await.unwrap().unwrap()
    }

    async fn draw(&mut self, number: u64, bytes: &[u8]) {
        self.to_client.send(&FromServer::Frame { number, bytes: bytes.to_vec() }).await.unwrap();
    }

    async fn ended(self) -> Ended {
        timeout(LONG, self.ended).await.unwrap().unwrap()
    }
}

fn key(letter: char) -> Event {
    Event::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE))
}

fn input(event: Event, shown: u64) -> FromClient {
    FromClient::Input { event, shown }
}

/// A terminal that judges what it is sent.
#[derive(Clone)]
struct Judge(Arc<Mutex<vt100::Parser>>);

impl Judge {
    fn new(columns: u16, rows: u16) -> Self {
        let size = |cells| NonZeroU16::new(cells).unwrap();
        Self(Arc::new(Mutex::new(vt100::Parser::new(size(rows), size(columns), 0))))
    }

    fn line(&self, row: u16) -> String {
        let terminal = self.0.lock().unwrap();
        let (_, columns) = terminal.screen().size();
        terminal.screen().rows(0, columns.get()).nth(usize::from(row)).unwrap()
    }
}

impl Write for Judge {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().process(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A terminal that takes a piece only when the test lets it, as one behind a slow line.
struct Slow(blocking::Receiver<()>);

impl Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.recv().map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_key_names_the_frame_that_was_on_the_terminal() {
    let judge = Judge::new(20, 3);
    let mut seat = seat(judge.clone());
    let mut encoder = Encoder::new();
    seat.press(key('a'));
    assert_eq!(seat.hear().await, input(key('a'), 0));
    for (number, text) in [(1, "第一"), (2, "第二 frame")] {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 3));
        buffer.set_string(0, 1, text, Style::new());
        seat.draw(number, &encoder.encode(&buffer, None, Depth::True)).await;
        assert_eq!(seat.hear().await, FromClient::Shown(number));
        assert_eq!(judge.line(1), text);
        seat.press(key('d'));
        assert_eq!(seat.hear().await, input(key('d'), number));
    }
    let goodbye = Sentence::new("seat-left", &[]);
    seat.to_client.send(&FromServer::Leave(goodbye.clone())).await.unwrap();
    assert_eq!(seat.ended().await, Ended::Left(goodbye));
}

#[tokio::test]
async fn every_kind_of_event_arrives_as_it_was() {
    let mut seat = seat(io::sink());
    let click = MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: 3,
        row: 4,
        modifiers: KeyModifiers::CONTROL,
    };
    let events = [
        Event::Key(KeyEvent::new(KeyCode::PageDown, KeyModifiers::ALT)),
        Event::Key(KeyEvent::new(KeyCode::F(5), KeyModifiers::SHIFT)),
        Event::Mouse(click),
        Event::FocusLost,
        Event::FocusGained,
        Event::Paste("两行\n一次粘贴".to_owned()),
        Event::Resize(80, 24),
        key('群'),
    ];
    for event in &events {
        seat.press(event.clone());
    }
    for event in events {
        assert_eq!(seat.hear().await, input(event, 0));
    }
    seat.press(Event::Paste("群".repeat(1024 * 1024)));
    let FromClient::Input { event: Event::Paste(text), .. } = seat.hear().await else { panic!("no paste") };
    assert_eq!(text.chars().filter(|letter| *letter == '群').count(), 1024 * 1024 / 3);
}

#[tokio::test]
async fn no_key_is_lost_while_the_server_does_not_listen() {
    let mut seat = seat(io::sink());
    // More than the connection and the client's own queue hold together.
    let letters: Vec<char> = ('a'..='z').cycle().take(40_000).collect();
    for letter in &letters {
        seat.press(key(*letter));
    }
    for letter in letters {
        assert_eq!(seat.hear().await, input(key(letter), 0));
    }
}

#[tokio::test]
async fn of_a_storm_of_resizes_the_last_arrives_and_before_the_next_key() {
    let mut seat = seat(io::sink());
    for columns in 80..180 {
        seat.press(Event::Resize(columns, 40));
    }
    seat.press(key('j'));
    seat.press(Event::Resize(60, 20));
    assert_eq!(seat.hear().await, input(Event::Resize(179, 40), 0));
    assert_eq!(seat.hear().await, input(key('j'), 0));
    assert_eq!(seat.hear().await, input(Event::Resize(60, 20), 0));
}

#[tokio::test]
async fn a_slow_terminal_holds_its_own_frames_back_and_no_key() {
    let (take, taken) = blocking::channel();
    let mut seat = seat(Slow(taken));
    for number in 1..=3 {
        seat.draw(number, b"x").await;
    }
    seat.press(key('k'));
    assert_eq!(seat.hear().await, input(key('k'), 0));
    for number in 1..=3 {
        take.send(()).unwrap();
        assert_eq!(seat.hear().await, FromClient::Shown(number));
    }
    drop(take);
    seat.draw(4, b"x").await;
    assert_eq!(seat.hear().await, FromClient::Bye);
    assert_eq!(seat.ended().await, Ended::TerminalGone);
}

#[tokio::test]
async fn a_signal_ends_the_seat_after_the_keys_before_it() {
    let mut seat = seat(io::sink());
    seat.press(key('a'));
    assert_eq!(seat.hear().await, input(key('a'), 0));
    seat.signals.send(Interruption::Stop(15)).await.unwrap();
    assert_eq!(seat.hear().await, FromClient::Bye);
    let ended = seat.ended().await;
    assert_eq!((ended.exit_code(), ended), (143, Ended::Stopped(15)));
}

#[tokio::test]
async fn a_terminal_that_was_given_away_is_taken_and_drawn_anew() {
    let judge = Judge::new(20, 3);
    let mut seat = seat(judge.clone());
    seat.signals.send(Interruption::Continued(b"modes again")).await.unwrap();
    assert_eq!(seat.hear().await, FromClient::Redraw);
    seat.draw(1, b"\rframe").await;
    assert_eq!(seat.hear().await, FromClient::Shown(1));
    assert_eq!(judge.line(0), "frame again");
}

#[tokio::test]
async fn each_way_to_end_is_told_apart() {
    let gone = seat(io::sink());
    drop((gone.from_client, gone.to_client));
    let ended = timeout(LONG, gone.ended).await.unwrap().unwrap();
    assert_eq!((ended.exit_code(), ended), (69, Ended::ServerGone));

    let mut garbled = seat(io::sink());
    garbled.to_client.send(&(77_u32, 1_u8)).await.unwrap();
    assert_eq!(garbled.ended().await, Ended::Garbled);

    let mut hung_up = seat(io::sink());
    hung_up.keys.send(Err(io::Error::other("hangup"))).unwrap();
    assert_eq!(hung_up.hear().await, FromClient::Bye);
    assert_eq!(hung_up.ended().await, Ended::TerminalGone);
}

fn terminal_facts() -> TerminalFacts {
    let told = facts();
    TerminalFacts { term: "xterm-256color".to_owned(), ..told }
}

/// Serves one command: greets it, hears what it asks, and lets `answer` do the rest.
async fn serve_one<S, A, F>(stream: S, answer: A) -> F::Output
where
    S: AsyncRead + AsyncWrite,
    A: FnOnce(Ask, Receiver<ReadHalf<S>>, Sender<WriteHalf<S>>) -> F,
    F: Future,
{
    let (mut receiver, mut sender) = wire::split(stream);
    let greeting = wire::greeted(&mut receiver, &mut sender, PATIENCE).await.unwrap();
    assert_eq!(greeting, hello(Purpose::Command, Some("小明".to_owned())));
    let welcome = Welcome { protocol: PROTOCOL, version: "test".to_owned(), seat: 0, mouse: false };
    sender.send(&FromServer::Welcome(welcome)).await.unwrap();
    let FromClient::Ask(question) = receiver.next().await.unwrap() else { panic!("no question") };
    answer(question, receiver, sender).await
}

fn done(done: bool) -> FromServer {
    FromServer::End { done, sentence: Sentence::new("done", &[("records", "7")]) }
}

#[tokio::test]
async fn an_export_streams_and_waits_for_a_slow_reader() {
    let (near, far) = wire::pair();
    let (reader, mut slow) = tokio::io::duplex(4096);
    let server = tokio::spawn(serve_one(far, async |question, _receiver, mut sender| {
        assert_eq!(question, Ask::Export { from: 5 });
        for letter in b'a'..=b'z' {
            sender.send(&FromServer::Chunk(vec![letter; 60_000])).await.unwrap();
        }
        sender.send(&done(true)).await.unwrap();
    }));
    let name = Some("小明".to_owned());
    let client = tokio::spawn(ask(near, name, Ask::Export { from: 5 }, tokio::io::empty(), reader, drop));
    let mut first = [0; 3];
    tokio::io::AsyncReadExt::read_exact(&mut slow, &mut first).await.unwrap();
    // 4 KiB of room at the reader's end: the pipes are full long before the last chunk.
    assert!(!server.is_finished());
    let mut rest = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut slow, &mut rest).await.unwrap();
    assert_eq!(rest.len() + 3, 26 * 60_000);
    assert_eq!(rest.last(), Some(&b'z'));
    let answer = client.await.unwrap().unwrap();
    assert_eq!(answer, Answer { done: true, sentence: Sentence::new("done", &[("records", "7")]) });
    server.await.unwrap();
}

#[tokio::test]
async fn an_import_arrives_whole_or_is_known_not_to_be() {
    let lines = b"{\"line\":1}\n".repeat(30_000);
    let (near, far) = wire::pair();
    let receive = async |question, mut receiver: Receiver<_>, mut sender: Sender<_>| {
        assert_eq!(question, Ask::Import);
        let mut all = Vec::new();
        while let FromClient::Chunk(bytes) = receiver.next().await.unwrap() {
            all.extend(bytes);
        }
        sender.send(&FromServer::Line(Sentence::new("imported", &[]))).await.unwrap();
        sender.send(&done(true)).await.unwrap();
        all
    };
    let mut told = Vec::new();
    let name = || Some("小明".to_owned());
    let client = ask(near, name(), Ask::Import, lines.as_slice(), tokio::io::sink(), |line| told.push(line));
    let (answer, all) = tokio::join!(client, serve_one(far, receive));
    assert!(answer.unwrap().done);
    assert_eq!((all.len(), told), (lines.len(), vec![Sentence::new("imported", &[])]));

    let (near, far) = wire::pair();
    let give_up = async |_question, _receiver: Receiver<_>, mut sender: Sender<_>| {
        sender.send(&done(false)).await.unwrap();
    };
    let endless = tokio::io::repeat(b'x');
    let client = ask(near, name(), Ask::Import, endless, tokio::io::sink(), drop);
    let (answer, ()) = tokio::join!(client, serve_one(far, give_up));
    assert!(!answer.unwrap().done);
}

#[tokio::test]
async fn a_refused_command_says_why() {
    let (near, far) = wire::pair();
    let server = async {
        let (mut receiver, mut sender) = wire::split(far);
        wire::greeted(&mut receiver, &mut sender, PATIENCE).await.unwrap();
        sender.send(&FromServer::Refused(Sentence::new("not-a-moderator", &[]))).await.unwrap();
    };
    let client = ask(near, None, Ask::Status, tokio::io::empty(), tokio::io::sink(), drop);
    let (answer, ()) = tokio::join!(client, server);
    assert!(matches!(answer, Err(AskError::Refused(sentence)) if sentence.key == "not-a-moderator"));
}

#[tokio::test]
async fn a_seat_greets_with_its_terminal_over_a_real_socket() {
    let home = tempfile::tempdir().unwrap();
    let place = Place::within(home.path().join("run"), "test");
    let listening = listen(&place, Admitted::Owner).await.unwrap();
    let server = async {
        let (stream, _) = listening.accept().await.unwrap();
        let (mut receiver, mut sender) = wire::split(stream);
        let greeting = wire::greeted(&mut receiver, &mut sender, PATIENCE).await.unwrap();
        let welcome = Welcome { protocol: PROTOCOL, version: "test".to_owned(), seat: 9, mouse: true };
        sender.send(&FromServer::Welcome(welcome)).await.unwrap();
        greeting
    };
    let client = async {
        let (mut receiver, mut sender) = wire::split(connect(&place, Admitted::Owner).await.unwrap());
        let greeting = hello(Purpose::Seat(terminal_facts()), None);
        wire::greet(&mut receiver, &mut sender, greeting).await.unwrap().unwrap()
    };
    let (greeting, welcome) = tokio::join!(server, client);
    assert_eq!(greeting.purpose, Purpose::Seat(terminal_facts()));
    assert_eq!(welcome.seat, 9);
}

/// Names the folder to the server process below.
const FOLDER: &str = "QUNGUAN_TEST_FOLDER";

#[test]
#[ignore = "is the server process of the tests that start one"]
fn server_process() {
    start::become_server().unwrap();
    let place = Place::within(PathBuf::from(std::env::var_os(FOLDER).unwrap()), "test");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listening = match listen(&place, Admitted::Owner).await {
            Ok(listening) => listening,
            Err(SocketError::Taken(_)) => return start::announce(&Announcement::Taken),
            Err(error) => return start::announce(&Announcement::Failed(error.to_string())),
        };
        start::announce(&Announcement::Ready);
        loop {
            let (stream, _) = listening.accept().await.unwrap();
            let (mut receiver, mut sender) = wire::split(stream);
            if let Ok(FromClient::Ask(Ask::Stop)) = receiver.next().await {
                drop(listening);
                let pid = std::process::id().to_string();
                let sentence = Sentence::new("stopped", &[("pid", &pid)]);
                return sender.send(&FromServer::End { done: true, sentence }).await.unwrap();
            }
        }
    });
}

fn starts(place: &Place) -> Start {
    let words = ["--exact", "server_process", "--ignored", "--nocapture", "--test-threads=1"];
    let mut arguments: Vec<OsString> = vec![format!("{FOLDER}={}", place.folder().display()).into()];
    arguments.push(std::env::current_exe().unwrap().into());
    arguments.extend(words.map(OsString::from));
    Start { program: PathBuf::from("/usr/bin/env"), arguments, log: None, patience: LONG }
}

/// Ends the server of this connection and gives its process id.
async fn stop(stream: UnixStream) -> Result<String, WireError> {
    let (mut receiver, mut sender) = wire::split(stream);
    sender.send(&FromClient::Ask(Ask::Stop)).await?;
    let FromServer::End { sentence, .. } = receiver.next().await? else { panic!("no end") };
    Ok(sentence.arguments[0].1.clone())
}

#[tokio::test]
async fn many_clients_at_once_start_one_server() {
    let home = tempfile::tempdir().unwrap();
    let place = Place::within(home.path().join("run"), "test");
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let place = place.clone();
            tokio::spawn(async move {
                connect_or_start(&place, Admitted::Owner, &starts(&place)).await.unwrap().1
            })
        })
        .collect();
    let mut started = Vec::new();
    for client in clients {
        started.extend(timeout(LONG, client).await.unwrap().unwrap());
    }
    assert_eq!(started.len(), 1, "servers started: {started:?}");
    let stream = connect(&place, Admitted::Owner).await.unwrap();
    assert_eq!(stop(stream).await.unwrap(), started[0].to_string());
}

#[tokio::test]
async fn a_server_killed_at_once_is_followed_by_the_next() {
    let home = tempfile::tempdir().unwrap();
    let place = Place::within(home.path().join("run"), "test");
    let (mut stream, pid) = connect_or_start(&place, Admitted::Owner, &starts(&place)).await.unwrap();
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid.unwrap()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    let mut end = Vec::new();
    // Reset or closed, the connection ends with the process.
    let _ = timeout(LONG, tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut end)).await.unwrap();
    assert!(place.socket().exists());
    // A process that is being killed lets go of its files one by one, so it may still take a connection.
    let (stopped, again) = loop {
        let (stream, again) = connect_or_start(&place, Admitted::Owner, &starts(&place)).await.unwrap();
        match (stop(stream).await, again) {
            (Ok(stopped), Some(again)) => break (stopped, again),
            (Err(WireError::Closed | WireError::Cut | WireError::Io(_)), None) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(stopped, again.to_string());
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why() {
    let home = tempfile::tempdir().unwrap();
    let place = Place::within(home.path().join("run"), "test");
    let shell = |script: &str| Start {
        program: PathBuf::from("/bin/sh"),
        arguments: vec!["-c".into(), script.into()],
        log: Some(home.path().join("log")),
        patience: LONG,
    };
    let failing = shell("echo noise; echo; echo 'qunguan-server: failed 磁盘已满'; echo detail >&2");
    let error = connect_or_start(&place, Admitted::Owner, &failing).await.unwrap_err();
    assert!(matches!(&error, StartError::Failed(line) if line == "磁盘已满"), "{error}");
    let error = connect_or_start(&place, Admitted::Owner, &shell("exit 3")).await.unwrap_err();
    assert!(matches!(&error, StartError::Died(status) if status.code() == Some(3)), "{error}");
    let absent = Start { program: PathBuf::from("/nonexistent"), ..shell("") };
    let error = connect_or_start(&place, Admitted::Owner, &absent).await.unwrap_err();
    assert!(matches!(error, StartError::CannotRun { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(home.path().join("log")).unwrap(), "detail\n");
}
