//! Where the server listens, and who may come in.
//!
//! Never opens a network port, never removes a socket that a living server holds, never trusts a folder that
//! belongs to somebody else.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;
use tokio::net::{UnixListener, UnixStream};

use crate::terminal::accounts;
use crate::terminal::messages::Sentence;

/// The files of one server: all in one folder, told apart by the server's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    folder: PathBuf,
    name: String,
    /// Whose folder it must be where a group shares it.
    owner: Option<u32>,
}

/// Who besides the owner may connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admitted {
    /// Folder 0700, socket 0600.
    Owner,
    /// Members of the Unix group of this number: folder 0750, socket 0660.
    Group(u32),
}

/// Who is at the other end, as the kernel says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    pub uid: u32,
    pub gid: u32,
    /// The process at the time it connected, for the log; it may be gone.
    pub pid: Option<i32>,
}

/// Why there is no socket to listen on or to talk to.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// Another server of this name lives.
    #[error("another server holds {0}")]
    Taken(PathBuf),
    /// No server of this name lives.
    #[error("no server listens at {0}")]
    Nobody(PathBuf),
    #[error("{folder} belongs to user {owner}")]
    NotOurs { folder: PathBuf, owner: u32 },
    #[error("{0} is a symbolic link or no folder")]
    NotAFolder(PathBuf),
    /// The kernel takes 107 bytes (unix(7), `sun_path`).
    #[error("{0} is too long a name for a socket")]
    TooLong(PathBuf),
    /// Listening with a user other than the folder's owner.
    #[error("the server at {socket} runs as user {uid}, its folder belongs to {owner}")]
    Impostor { socket: PathBuf, uid: u32, owner: u32 },
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },
}

impl SocketError {
    /// The same for a person.
    pub fn sentence(&self) -> Sentence {
        let path = |path: &Path| path.display().to_string();
        let (key, place) = match self {
            Self::Taken(socket) => ("socket-taken", path(socket)),
            Self::Nobody(socket) => ("socket-nobody", path(socket)),
            Self::NotOurs { folder, .. } => ("socket-not-ours", path(folder)),
            Self::NotAFolder(folder) => ("socket-not-a-folder", path(folder)),
            Self::TooLong(socket) => ("socket-too-long", path(socket)),
            Self::Impostor { socket, .. } => ("socket-impostor", path(socket)),
            Self::Io { path: at, source } => {
                return Sentence::new(
                    "socket-failed",
                    &[("path", &path(at)), ("reason", &source.to_string())],
                );
            }
        };
        Sentence::new(key, &[("path", &place)])
    }
}

/// A server's socket; dropping it removes the socket and lets the next server in.
#[derive(Debug)]
pub struct Listening {
    listener: UnixListener,
    socket: PathBuf,
    /// Held as long as the server lives: the kernel lets go of it however the process ends.
    _lock: File,
}

const LONGEST_PATH: usize = 107;

impl Place {
    /// The usual folder: in the user's runtime folder where that outlives his logins, else `/tmp/qunguan-UID`.
    pub fn usual(name: &str) -> Self {
        let uid = geteuid().as_raw();
        let runtime =
            std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
        let ours =
            |path: &Path| fs::metadata(path).is_ok_and(|folder| folder.is_dir() && folder.uid() == uid);
        Self::within(usual_folder(uid, runtime.filter(|path| ours(path)), lingers(uid)), name)
    }

    /// The folder that members of a group find without being the owner: `/tmp/qunguan-OWNER-group`. A runtime folder
    /// is closed to everybody else.
    pub fn shared(owner: u32, name: &str) -> Self {
        let folder = PathBuf::from(format!("/tmp/qunguan-{owner}-group"));
        Self { folder, name: name.to_owned(), owner: Some(owner) }
    }

    /// A folder of the configuration's own choice.
    pub fn within(folder: PathBuf, name: &str) -> Self {
        Self { folder, name: name.to_owned(), owner: None }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn socket(&self) -> PathBuf {
        self.file("socket")
    }

    /// A file of this server beside its socket.
    pub fn file(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{}.{ending}", self.name))
    }
}

/// A name for the server of one state folder: the same for the same folder, of 16 letters.
pub fn name_for(state_folder: &Path) -> String {
    // FNV-1a, 64 bits (Fowler, Noll, Vo): stable across versions, which the standard hasher is not.
    let hash =
        state_folder.as_os_str().as_encoded_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}

/// logind removes `/run/user/UID` with the last login, and the server is to go on after that: that folder is taken
/// only where the user lingers (loginctl(1)). tmux stays in `/tmp` for the same reason.
fn usual_folder(uid: u32, runtime: Option<PathBuf>, lingers: bool) -> PathBuf {
    let of_login = PathBuf::from(format!("/run/user/{uid}"));
    match runtime {
        Some(runtime) if runtime != of_login => runtime.join("qunguan"),
        _ if lingers => of_login.join("qunguan"),
        _ => PathBuf::from(format!("/tmp/qunguan-{uid}")),
    }
}

fn lingers(uid: u32) -> bool {
    let name = accounts::user_name(uid).ok().flatten();
    name.is_some_and(|name| Path::new("/var/lib/systemd/linger").join(name).exists())
        && Path::new("/run/user").join(uid.to_string()).is_dir()
}

/// Takes the place and listens there. A socket left by a server that died is replaced.
pub async fn listen(place: &Place, admitted: Admitted) -> Result<Listening, SocketError> {
    prepare_folder(&place.folder, admitted)?;
    let lock_path = place.file("lock");
    let lock = lock_file(&lock_path)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(SocketError::Taken(place.socket())),
        Err(TryLockError::Error(source)) => return Err(io_error(&lock_path, source)),
    }
    let socket = place.socket();
    // Bound aside and moved into place, so that nobody meets it before its rights are set.
    let fresh = place.file("new");
    for path in [&socket, &fresh] {
        short_enough(path)?;
    }
    if UnixStream::connect(&socket).await.is_ok() {
        // Somebody removed the lock file under a living server.
        return Err(SocketError::Taken(socket));
    }
    remove_if_there(&fresh)?;
    let listener = UnixListener::bind(&fresh).map_err(|source| io_error(&fresh, source))?;
    admit(&fresh, admitted, 0o600, 0o660).map_err(|source| io_error(&fresh, source))?;
    fs::rename(&fresh, &socket).map_err(|source| io_error(&socket, source))?;
    Ok(Listening { listener, socket, _lock: lock })
}

/// Waits until no server has this place any more; at once where none ever had.
pub fn wait_until_left(place: &Place) -> io::Result<()> {
    match File::open(place.file("lock")) {
        Ok(lock) => lock.lock_shared(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Connects to the server of this place, and makes sure that it belongs to whom the folder belongs, and the
/// folder to us, unless `admitted` says that another user's server is expected.
pub async fn connect(place: &Place, admitted: Admitted) -> Result<UnixStream, SocketError> {
    let socket = place.socket();
    short_enough(&socket)?;
    let owner = match folder_owner(&place.folder) {
        Ok(owner) => owner,
        Err(SocketError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            return Err(SocketError::Nobody(socket));
        }
        Err(error) => return Err(error),
    };
    let trusted = match (admitted, place.owner) {
        (Admitted::Owner, _) => owner == geteuid().as_raw(),
        (Admitted::Group(_), expected) => expected.is_none_or(|expected| expected == owner),
    };
    if !trusted {
        return Err(SocketError::NotOurs { folder: place.folder.clone(), owner });
    }
    let stream = UnixStream::connect(&socket).await.map_err(|source| match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => SocketError::Nobody(socket.clone()),
        _ => io_error(&socket, source),
    })?;
    let Peer { uid, .. } = peer(&stream).map_err(|source| io_error(&socket, source))?;
    if uid != owner {
        return Err(SocketError::Impostor { socket, uid, owner });
    }
    Ok(stream)
}

/// Who is at the other end (SO_PEERCRED).
pub fn peer(stream: &UnixStream) -> io::Result<Peer> {
    let credentials = stream.peer_cred()?;
    Ok(Peer { uid: credentials.uid(), gid: credentials.gid(), pid: credentials.pid() })
}

impl Listening {
    /// The next client and who it is. May be cancelled.
    pub async fn accept(&self) -> io::Result<(UnixStream, Peer)> {
        let (stream, _) = self.listener.accept().await?;
        let peer = peer(&stream)?;
        Ok((stream, peer))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // Left behind, it would be replaced by the next server all the same.
        let _ = fs::remove_file(&self.socket);
    }
}

/// Opens the file to lock, creating it for its owner alone.
pub fn lock_file(path: &Path) -> Result<File, SocketError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options.open(path).map_err(|source| io_error(path, source))
}

/// Makes the folder if there is none, and makes sure that it is ours and open to nobody else.
pub fn prepare_folder(folder: &Path, admitted: Admitted) -> Result<(), SocketError> {
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(source) => return Err(io_error(folder, source)),
    }
    let owner = folder_owner(folder)?;
    if owner != geteuid().as_raw() {
        return Err(SocketError::NotOurs { folder: folder.to_owned(), owner });
    }
    admit(folder, admitted, 0o700, 0o750).map_err(|source| io_error(folder, source))
}

/// The owner of a real folder; a link could lead anywhere.
fn folder_owner(folder: &Path) -> Result<u32, SocketError> {
    let metadata = fs::symlink_metadata(folder).map_err(|source| io_error(folder, source))?;
    if !metadata.is_dir() {
        return Err(SocketError::NotAFolder(folder.to_owned()));
    }
    Ok(metadata.uid())
}

/// Sets the mode regardless of the umask; the group first, so that no other group is ever let in.
fn admit(path: &Path, admitted: Admitted, owner_mode: u32, group_mode: u32) -> io::Result<()> {
    match admitted {
        Admitted::Owner => fs::set_permissions(path, Permissions::from_mode(owner_mode)),
        Admitted::Group(gid) => {
            fs::set_permissions(path, Permissions::from_mode(owner_mode))?;
            chown(path, None, Some(gid))?;
            fs::set_permissions(path, Permissions::from_mode(group_mode))
        }
    }
}

fn remove_if_there(path: &Path) -> Result<(), SocketError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error(path, error)),
        _ => Ok(()),
    }
}

fn short_enough(path: &Path) -> Result<(), SocketError> {
    match path.as_os_str().len() {
        0..=LONGEST_PATH => Ok(()),
        _ => Err(SocketError::TooLong(path.to_owned())),
    }
}

fn io_error(path: &Path, source: io::Error) -> SocketError {
    SocketError::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn the_kernel_tells_who_connects() {
        let home = tempfile::tempdir().unwrap();
        let place = Place::within(home.path().join("run"), "test");
        block_on(async {
            let listening = listen(&place, Admitted::Owner).await.unwrap();
            let (accepted, connected) = tokio::join!(listening.accept(), connect(&place, Admitted::Owner));
            let (_, peer) = accepted.unwrap();
            connected.unwrap();
            assert_eq!(peer.uid, geteuid().as_raw());
            assert_eq!(peer.pid, i32::try_from(std::process::id()).ok());
            assert_eq!((mode(place.folder()), mode(&place.socket())), (0o700, 0o600));
        });
    }

    #[test]
    fn a_group_may_enter_only_where_it_is_named() {
        let home = tempfile::tempdir().unwrap();
        let place = Place::within(home.path().join("run"), "test");
        let gid = rustix::process::getegid().as_raw();
        block_on(async {
            let listening = listen(&place, Admitted::Group(gid)).await.unwrap();
            assert_eq!((mode(place.folder()), mode(&place.socket())), (0o750, 0o660));
            drop(listening);
            listen(&place, Admitted::Owner).await.unwrap();
            assert_eq!(mode(place.folder()), 0o700);
        });
    }

    #[test]
    fn a_shared_folder_of_somebody_else_is_not_trusted() {
        let home = tempfile::tempdir().unwrap();
        let place = Place::within(home.path().join("run"), "test");
        let gid = rustix::process::getegid().as_raw();
        block_on(async {
            let _listening = listen(&place, Admitted::Group(gid)).await.unwrap();
            let own = geteuid().as_raw();
            let expecting = |owner| Place { owner: Some(owner), ..place.clone() };
            connect(&expecting(own), Admitted::Group(gid)).await.unwrap();
            let refused = connect(&expecting(own + 1), Admitted::Group(gid)).await.unwrap_err();
            assert!(matches!(refused, SocketError::NotOurs { .. }), "{refused}");
        });
    }

    #[test]
    fn a_second_server_finds_the_place_taken_and_harms_nothing() {
        let home = tempfile::tempdir().unwrap();
        let place = Place::within(home.path().join("run"), "test");
        block_on(async {
            let listening = listen(&place, Admitted::Owner).await.unwrap();
            assert!(matches!(listen(&place, Admitted::Owner).await, Err(SocketError::Taken(_))));
            connect(&place, Admitted::Owner).await.unwrap();
            drop(listening);
            assert!(matches!(connect(&place, Admitted::Owner).await, Err(SocketError::Nobody(_))));
            listen(&place, Admitted::Owner).await.unwrap();
        });
    }

    #[test]
    fn a_socket_left_by_a_dead_server_is_replaced() {
        let home = tempfile::tempdir().unwrap();
        let place = Place::within(home.path().join("run"), "test");
        prepare_folder(place.folder(), Admitted::Owner).unwrap();
        block_on(async {
            drop(UnixListener::bind(place.socket()).unwrap());
            assert!(place.socket().exists());
            assert!(matches!(connect(&place, Admitted::Owner).await, Err(SocketError::Nobody(_))));
            let _listening = listen(&place, Admitted::Owner).await.unwrap();
            connect(&place, Admitted::Owner).await.unwrap();
        });
    }

    #[test]
    fn a_folder_that_could_be_a_trap_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let link = home.path().join("link");
        symlink(home.path(), &link).unwrap();
        assert!(matches!(prepare_folder(&link, Admitted::Owner), Err(SocketError::NotAFolder(_))));
        let loose = home.path().join("loose");
        fs::create_dir(&loose).unwrap();
        fs::set_permissions(&loose, Permissions::from_mode(0o777)).unwrap();
        prepare_folder(&loose, Admitted::Owner).unwrap();
        assert_eq!(mode(&loose), 0o700);
        // Root may give a folder away; for anybody else `/` is one that is not theirs.
        let foreign = if geteuid().is_root() {
            chown(&loose, Some(65_534), None).unwrap();
            loose
        } else {
            PathBuf::from("/")
        };
        assert!(matches!(prepare_folder(&foreign, Admitted::Owner), Err(SocketError::NotOurs { .. })));
        let place = Place::within(foreign, "test");
        let refused = block_on(connect(&place, Admitted::Owner));
        assert!(matches!(refused, Err(SocketError::NotOurs { .. })));
    }

    #[test]
    fn the_usual_place_outlives_the_login() {
        let folder = |runtime: Option<&str>, lingers| usual_folder(1000, runtime.map(PathBuf::from), lingers);
        assert_eq!(folder(Some("/run/user/1000"), false), Path::new("/tmp/qunguan-1000"));
        assert_eq!(folder(None, false), Path::new("/tmp/qunguan-1000"));
        assert_eq!(folder(Some("/run/user/1000"), true), Path::new("/run/user/1000/qunguan"));
        assert_eq!(folder(None, true), Path::new("/run/user/1000/qunguan"));
        assert_eq!(folder(Some("/tmp/x"), false), Path::new("/tmp/x/qunguan"));
    }

    #[test]
    fn a_living_server_keeps_its_socket_when_its_lock_file_is_swept_away() {
        let home = tempfile::tempdir().unwrap();
        let place = Place::within(home.path().join("run"), "test");
        block_on(async {
            let _listening = listen(&place, Admitted::Owner).await.unwrap();
            fs::remove_file(place.file("lock")).unwrap();
            assert!(matches!(listen(&place, Admitted::Owner).await, Err(SocketError::Taken(_))));
            connect(&place, Admitted::Owner).await.unwrap();
        });
    }

    #[test]
    fn a_name_is_short_and_keeps_to_its_folder() {
        let name = name_for(Path::new("/home/alice/.local/state/qunguan"));
        assert_eq!(name, name_for(Path::new("/home/alice/.local/state/qunguan")));
        assert_ne!(name, name_for(Path::new("/home/alice/.local/state/other")));
        assert_eq!(name.len(), 16);
        let long = Place::within(PathBuf::from("/tmp").join("x".repeat(120)), "test");
        assert!(matches!(block_on(connect(&long, Admitted::Owner)), Err(SocketError::TooLong(_))));
    }

    #[tokio::test]
    async fn whoever_waits_for_a_server_to_leave_waits_until_the_next_can_come() {
        let home = tempfile::tempdir().unwrap();
        let place = Place::within(home.path().join("run"), "test");
        wait_until_left(&place).unwrap();
        let listening = listen(&place, Admitted::Owner).await.unwrap();
        let (waited, left) = std::sync::mpsc::channel();
        let there = place.clone();
        let waiting = std::thread::spawn(move || waited.send(wait_until_left(&there).is_ok()));
        let there_still = left.recv_timeout(std::time::Duration::from_millis(200)).is_err();
        assert!(there_still);
        drop(listening);
        assert!(left.recv().unwrap());
        waiting.join().unwrap().unwrap();
        drop(listen(&place, Admitted::Owner).await.unwrap());
    }
}
