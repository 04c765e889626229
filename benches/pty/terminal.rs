//! A pseudo-terminal with a program in it: what the program writes is kept with the time at which it came out.

use super::SIZE;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::num::NonZero;
use std::process::{Child, Command};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Bytes that came out of the program at once, and when.
pub struct Chunk {
    pub at: Instant,
    pub bytes: Vec<u8>,
}

/// The terminal, the program in it, and its screen as far as it was read.
pub struct Terminal {
    child: Child,
    keyboard: File,
    output: mpsc::Receiver<Chunk>,
    parser: vt100::Parser,
}

impl Terminal {
    /// Starts a program in a terminal of its own, which is its controlling one (by `setsid`, so that no code runs
    /// between fork and exec).
    pub fn start(program: &Command) -> Self {
        let (columns, rows) = SIZE;
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&keyboard).expect("granted");
        unlockpt(&keyboard).expect("unlocked");
        let name = ptsname(&keyboard, Vec::new()).expect("a name").into_string().expect("a path");
        let screen = OpenOptions::new().read(true).write(true).open(name).expect("the terminal's side");
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&screen, size).expect("a size");
        let mut command = Command::new("setsid");
        command.arg("--ctty").arg(program.get_program()).args(program.get_args());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.env("TERM", "xterm-256color").env("COLORTERM", "truecolor");
        command.stdin(screen.try_clone().unwrap()).stdout(screen.try_clone().unwrap()).stderr(screen);
        let child = command.spawn().expect("setsid (util-linux) starts the program");
        let keyboard = File::from(keyboard);
        let output = listen(keyboard.try_clone().unwrap());
        let parser = vt100::Parser::new(NonZero::new(rows).unwrap(), NonZero::new(columns).unwrap(), 0);
        Self { child, keyboard, output, parser }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Presses keys; the moment is the one before they are written.
    pub fn press(&mut self, keys: &[u8]) -> Instant {
        let at = Instant::now();
        self.keyboard.write_all(keys).expect("the terminal takes keys");
        at
    }

    /// What came out within `patience`, not read yet.
    pub fn next(&self, patience: Duration) -> Option<Chunk> {
        self.output.recv_timeout(patience).ok()
    }

    /// Lets the screen show a chunk.
    pub fn show(&mut self, chunk: &Chunk) {
        self.parser.process(&chunk.bytes);
    }

    /// The text on the screen, rows under each other.
    pub fn screen(&self) -> String {
        self.parser.screen().rows(0, SIZE.0).collect::<Vec<String>>().join("\n")
    }

    /// Reads until the screen is as wanted; says when it was.
    pub fn wait(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> Instant {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            if let Some(chunk) = self.next(Duration::from_millis(50)) {
                self.show(&chunk);
                if wanted(&self.screen()) {
                    return chunk.at;
                }
            }
            assert!(Instant::now() < deadline, "{what} never comes; the screen is\n{}", self.screen());
        }
    }

    /// Reads until nothing came for a fifth of a second.
    pub fn quiet(&mut self) {
        while let Some(chunk) = self.next(Duration::from_millis(200)) {
            self.show(&chunk);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(mut output: File) -> mpsc::Receiver<Chunk> {
    let (tell, chunks) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = vec![0; 1 << 16];
        while let Ok(count @ 1..) = output.read(&mut bytes) {
            let chunk = Chunk { at: Instant::now(), bytes: bytes[..count].to_vec() };
            if tell.send(chunk).is_err() {
                return;
            }
        }
    });
    chunks
}
