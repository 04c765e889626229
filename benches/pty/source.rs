//! Where the messages come from: an IRC server that never holds anything back, or a file that grows.
//!
//! Every message ends with a marker that tells its number, so that a screen tells which messages it shows.

use crate::stage::{PEOPLE, saying};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// Stamps are so far apart, whatever the speed at which messages are played: nobody floods by the clock of the rules.
const APART: TimeDelta = TimeDelta::milliseconds(5);
/// The first stamp lies so far back that three million messages later it is still not the future.
const BEFORE_NOW: TimeDelta = TimeDelta::minutes(300);

enum Sink {
    Irc { stream: Arc<Mutex<TcpStream>>, stamps: bool },
    File(File),
}

/// Who says things, and when he said them.
pub struct Speaker {
    sink: Sink,
    first: DateTime<Utc>,
    pub next: u64,
    /// When message number `n` was handed to the system, from the first one of the last load on.
    pub sent: Vec<(u64, Instant)>,
}

/// Waits for the one client; the address it shall come to is known before.
pub struct Server {
    listener: TcpListener,
}

impl Server {
    pub fn open() -> Self {
        Self { listener: TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port") }
    }

    pub fn port(&self) -> u16 {
        self.listener.local_addr().expect("an address").port()
    }

    /// Lets the client in and speaks to it until it has joined its room.
    pub fn welcome(self) -> Speaker {
        let (stream, _) = self.listener.accept().expect("a client");
        stream.set_nodelay(true).expect("no delay");
        let lines = BufReader::new(stream.try_clone().expect("a second handle"));
        let stream = Arc::new(Mutex::new(stream));
        let (tell, joined) = mpsc::channel();
        let answering = Arc::clone(&stream);
        std::thread::spawn(move || answer_all(lines, &answering, &tell));
        let stamps = joined.recv_timeout(Duration::from_secs(30)).expect("the client joins");
        Speaker::new(Sink::Irc { stream, stamps })
    }
}

fn answer_all(lines: impl BufRead, stream: &Mutex<TcpStream>, joined: &mpsc::Sender<bool>) {
    let (mut nick, mut stamps) = (String::new(), false);
    for line in lines.lines() {
        let Ok(line) = line else { return };
        let (command, rest) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        let answer = match command.to_ascii_uppercase().as_str() {
            "CAP" if rest.starts_with("LS") => ":s CAP * LS :server-time\r\n".to_owned(),
            "CAP" if rest.starts_with("REQ") => {
                let asked = rest.trim_start_matches("REQ").trim().trim_start_matches(':').trim();
                stamps = asked == "server-time";
                format!(":s CAP * {} :{asked}\r\n", if stamps { "ACK" } else { "NAK" })
            }
            "NICK" => {
                rest.trim_start_matches(':').clone_into(&mut nick);
                String::new()
            }
            "USER" => greeting(&nick),
            "JOIN" if rest.contains('#') => room(&nick),
            "PING" => format!(":s PONG s :{}\r\n", rest.trim_start_matches(':')),
            "MODE" if rest.contains('b') => format!(":s 368 {nick} #c :End of list\r\n"),
            "MODE" => format!(":s 324 {nick} #c +nt\r\n"),
            "WHO" => format!(":s 315 {nick} #c :End of WHO\r\n"),
            _ => String::new(),
        };
        if stream.lock().unwrap().write_all(answer.as_bytes()).is_err() {
            return;
        }
        if command.eq_ignore_ascii_case("JOIN") {
            // Only the first time somebody waits for it.
            let _ = joined.send(stamps);
        }
    }
}

fn greeting(nick: &str) -> String {
    format!(
        ":s 001 {nick} :hi\r\n:s 002 {nick} :s\r\n:s 003 {nick} :now\r\n:s 004 {nick} s v o o\r\n\
         :s 005 {nick} CHANTYPES=# PREFIX=(ov)@+ CHANMODES=b,k,l,imnpst NICKLEN=30 :are supported\r\n\
         :s 376 {nick} :End of MOTD\r\n"
    )
}

fn room(nick: &str) -> String {
    let mut text = format!(":{nick}!u@h JOIN #c\r\n:s 332 {nick} #c :群聊\r\n");
    let everybody: Vec<String> = (0..PEOPLE).map(speaker).collect();
    for names in everybody.chunks(20) {
        writeln!(text, ":s 353 {nick} = #c :{}\r", names.join(" ")).unwrap();
    }
    writeln!(text, ":s 353 {nick} = #c :@{nick}\r\n:s 366 {nick} #c :End of /NAMES list.\r").unwrap();
    text
}

fn speaker(who: u64) -> String {
    format!("nick_{who}")
}

impl Speaker {
    fn new(sink: Sink) -> Self {
        Self { sink, first: Utc::now() - BEFORE_NOW, next: 1, sent: Vec::new() }
    }

    /// Says things into a file.
    pub fn into_file(file: File) -> Self {
        Self::new(Sink::File(file))
    }

    /// Says so many at once.
    pub fn say(&mut self, count: u64) {
        let mut lines = String::new();
        for number in self.next..self.next + count {
            self.line(number, &mut lines);
        }
        let at = Instant::now();
        match &mut self.sink {
            Sink::Irc { stream, .. } => stream.lock().unwrap().write_all(lines.as_bytes()),
            Sink::File(file) => file.write_all(lines.as_bytes()),
        }
        .expect("somebody listens");
        self.sent.extend((self.next..self.next + count).map(|number| (number, at)));
        self.next += count;
    }

    /// Says `rate` a second for so many seconds, whether anybody keeps up or not.
    pub fn load(&mut self, rate: u64, seconds: f64) {
        let (began, total) = (Instant::now(), (rate as f64 * seconds) as u64);
        let mut said = 0;
        while said < total {
            let due = ((began.elapsed().as_secs_f64() * rate as f64) as u64 + 1).min(total);
            if due > said {
                self.say(due - said);
                said = due;
            }
            let next = began + Duration::from_secs_f64(said as f64 / rate as f64);
            // Above a thousand a second a network brings several at once.
            let pause = next.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            std::thread::sleep(pause);
        }
        std::thread::sleep(
            (began + Duration::from_secs_f64(seconds)).saturating_duration_since(Instant::now()),
        );
    }

    fn line(&self, number: u64, out: &mut String) {
        let text = saying(number).text;
        let who = speaker(fastrand::Rng::with_seed(number).u64(..PEOPLE));
        let at = (self.first + APART * i32::try_from(number).unwrap())
            .to_rfc3339_opts(SecondsFormat::Millis, true);
        let written = match &self.sink {
            Sink::Irc { stamps, .. } => {
                let tag = if *stamps { format!("@time={at} ") } else { String::new() };
                write!(out, "{tag}:{who}!u@h PRIVMSG #c :{text} q{number:07}z\r\n")
            }
            Sink::File(_) => writeln!(out, "{at} INFO {who}: {text} q{number:07}z"),
        };
        written.unwrap();
    }
}
