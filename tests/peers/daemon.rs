//! Starts real IRC servers, and ends every one of them by its own id.

use std::collections::BTreeSet;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpStream;

/// A server must listen after so long.
const STARTING: Duration = Duration::from_secs(20);

/// A running server; it ends with this value.
pub struct Daemon {
    command: (PathBuf, Vec<String>),
    child: Child,
    /// Where it listens on 127.0.0.1.
    pub port: u16,
    _folder: TempDir,
}

impl Daemon {
    /// Starts an InspIRCd with everything that its Debian package offers moderators; `certificate` is a PEM
    /// certificate and key for TLS. `None` where it is not installed.
    pub async fn inspircd(certificate: Option<(&str, &str)>) -> Option<Self> {
        let program = installed("inspircd")?;
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let path = folder.path().join("inspircd.conf");
        fs::write(&path, inspircd_configuration(folder.path(), port, certificate)).unwrap();
        let arguments = ["--nofork", "--runasroot", "--config", path.to_str().unwrap()];
        Some(Self::start(program, &arguments, port, folder).await)
    }

    /// Starts an ngIRCd: no bans by kind, no timed bans, next to no capabilities.
    pub async fn ngircd() -> Option<Self> {
        let program = installed("ngircd")?;
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let path = folder.path().join("ngircd.conf");
        let configuration = format!(
            "[Global]\nName = irc.ng.local\nInfo = test\nListen = 127.0.0.1\nPorts = {port}\n\
             ServerUID = 0\nServerGID = 0\n[Limits]\nMaxConnectionsIP = 50\nMaxNickLength = 31\nMaxPenaltyTime = 1\n\
             [Options]\nDNS = no\nIdent = no\nPAM = no\n"
        );
        fs::write(&path, configuration).unwrap();
        Some(Self::start(program, &["-n", "-f", path.to_str().unwrap()], port, folder).await)
    }

    async fn start(program: PathBuf, arguments: &[&str], port: u16, folder: TempDir) -> Self {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let child = spawn(&program, &arguments);
        let mut daemon = Self { command: (program, arguments), child, port, _folder: folder };
        daemon.listening().await;
        daemon
    }

    /// Ends the server as a crash would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Stops the server in its tracks: its connections stay, and nothing answers any more.
    pub fn freeze(&self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::STOP).unwrap();
    }

    /// Starts it again on the same port.
    pub async fn restart(&mut self) {
        self.child = spawn(&self.command.0, &self.command.1);
        self.listening().await;
    }

    async fn listening(&mut self) {
        let port = self.port;
        let mut pause = tokio::time::interval(Duration::from_millis(50));
        let child = &mut self.child;
        let waiting = async {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
                assert!(child.try_wait().unwrap().is_none(), "the server ended at once");
                pause.tick().await;
            }
        };
        tokio::time::timeout(STARTING, waiting).await.expect("the server does not listen");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = ended {
            eprintln!("a server could not be ended: {error}");
        }
    }
}

fn spawn(program: &Path, arguments: &[String]) -> Child {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn installed(name: &str) -> Option<PathBuf> {
    let found = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"]
        .iter()
        .map(|folder| Path::new(folder).join(name))
        .find(|path| path.exists());
    if found.is_none() {
        let required = std::env::var_os("QUNGUAN_REQUIRE_PEERS").is_some_and(|value| value == "1");
        assert!(!required, "{name} is not installed");
        eprintln!("SKIPPED: {name} is not installed");
    }
    found
}

/// A free port that no other test of this process was given, below the range from which clients get theirs.
fn free_port() -> u16 {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    let mut given = GIVEN.lock().unwrap();
    loop {
        let port = fastrand::u16(20_000..30_000);
        if !given.contains(&port) && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            given.insert(port);
            return port;
        }
    }
}

fn inspircd_configuration(folder: &Path, port: u16, certificate: Option<(&str, &str)>) -> String {
    let folder_name = folder.display();
    fs::create_dir(folder.join("data")).unwrap();
    fs::create_dir(folder.join("log")).unwrap();
    let modules = [
        "cap",
        "ircv3",
        "ircv3_accounttag",
        "ircv3_batch",
        "ircv3_capnotify",
        "ircv3_chghost",
        "ircv3_ctctags",
        "ircv3_echomessage",
        "ircv3_invitenotify",
        "ircv3_labeledresponse",
        "ircv3_msgid",
        "ircv3_servertime",
        "services_account",
        "muteban",
        "timedbans",
        "chanhistory",
        "banexception",
        "namesx",
        "uhnames",
    ];
    let modules: String = modules.iter().map(|name| format!("<module name=\"{name}\">\n")).collect();
    let encryption = match certificate {
        None => String::new(),
        Some((certificate, key)) => {
            fs::write(folder.join("cert.pem"), certificate).unwrap();
            fs::write(folder.join("key.pem"), key).unwrap();
            format!(
                "<module name=\"ssl_gnutls\">\n<sslprofile name=\"Clients\" provider=\"gnutls\" \
                 certfile=\"{folder_name}/cert.pem\" keyfile=\"{folder_name}/key.pem\">\n"
            )
        }
    };
    let profile = if certificate.is_some() { "sslprofile=\"Clients\"" } else { "" };
    format!(
        r#"<server name="irc.test.local" description="t" network="TestNet" id="00A">
<admin name="a" nick="a" email="a@b.c">
{encryption}<bind address="127.0.0.1" port="{port}" type="clients" {profile}>
<connect name="main" allow="*" maxchans="20" timeout="10" pingfreq="120" hardsendq="1M" softsendq="8192" recvq="64K" threshold="1000" commandrate="100000" fakelag="off" localmax="100" globalmax="100" resolvehostnames="no" useident="no" limit="5000">
<path configdir="{folder_name}" datadir="{folder_name}/data" logdir="{folder_name}/log" moduledir="/usr/lib/inspircd/modules" runtimedir="{folder_name}">
<options prefixquit="Quit: " defaultmodes="not">
<performance quietbursts="yes" softlimit="1000" nouserdns="yes" somaxconn="128" netbuffersize="10240">
<security announceinvites="dynamic" maxtargets="20" restrictbannedusers="yes">
<limits maxnick="31" maxchan="64" maxmodes="20" maxident="11" maxhost="64" maxtopic="307" maxkick="255" maxreal="128">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="ircd.log">
<timesync enable="no">
<chanhistory maxlines="50" prefixmsg="no" bots="yes" enableumode="yes">
{modules}"#
    )
}
