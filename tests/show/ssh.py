"""A real sshd on loopback with keys of its own, and terminals in a tmux of our own from which moderators come."""
import getpass, os, shutil, subprocess
from scene import Failed, free_port, listens, wait_for


class Sshd:
    """Knows each moderator by his key, and gives him nothing but his seat."""

    def __init__(self, scene, seat_commands):
        """`seat_commands`: the moderator's name and the command that his key is bound to."""
        self.scene, self.port, self.user = scene, free_port(), getpass.getuser()
        self.key("host")
        entries = []
        for name, command in seat_commands.items():
            with open(self.key(name) + ".pub") as public:
                entries.append(f'restrict,pty,command="{command}" {public.read().strip()}')
        allowed = scene.write("ssh/allowed", "\n".join(entries) + "\n")
        with open(scene.path("ssh", "host.pub")) as public:
            kind, key = public.read().split()[:2]
        scene.write("ssh/known", f"[127.0.0.1]:{self.port} {kind} {key}\n")
        configuration = scene.write("ssh/sshd_config", f"""Port {self.port}
ListenAddress 127.0.0.1
HostKey {scene.path("ssh", "host")}
PidFile {scene.path("ssh", "pid")}
AuthorizedKeysFile {allowed}
StrictModes no
UsePAM {"yes" if self.is_locked() else "no"}
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
""")
        program = shutil.which("sshd")  # sshd wants to be started by its absolute path
        if not program:
            raise Failed("sshd is not installed; tests/run.sh --peers installs it")
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        child = scene.start(program, "-D", "-e", "-f", configuration, log="sshd.out")

        def up():
            if child.poll() is not None:
                raise Failed(f"sshd ended at once: {open(scene.path('sshd.out')).read()}")
            return listens(self.port)

        wait_for("sshd listens", up)

    def key(self, name):
        path = self.scene.path("ssh", name)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path], check=True)
        return path

    @staticmethod
    def is_locked():
        """Without PAM sshd lets nobody in whose password is locked; in containers root's may be."""
        try:
            with open("/etc/shadow") as shadow:
                mine = [line.split(":")[1] for line in shadow if line.startswith(getpass.getuser() + ":")]
                return bool(mine and mine[0].startswith("!"))
        except PermissionError:
            return False

    def line(self, name):
        """What a moderator types to get to his seat."""
        return " ".join([
            "exec ssh -tt -F /dev/null -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o LogLevel=ERROR",
            f"-o UserKnownHostsFile={self.scene.path('ssh', 'known')} -i {self.scene.path('ssh', name)}",
            f"-p {self.port} {self.user}@127.0.0.1",
        ])


class Tmux:
    def __init__(self, scene):
        self.socket = scene.path("tmux.socket")
        if not shutil.which("tmux"):
            raise Failed("tmux is not installed; tests/run.sh --peers installs it")
        scene.ends.append(lambda: self.run("kill-server", check=False))

    def run(self, *words, check=True):
        environment = {name: value for name, value in os.environ.items() if name not in ("TMUX", "NO_COLOR")}
        environment.setdefault("LC_ALL", "C.UTF-8")
        command = ["tmux", "-u", "-f", "/dev/null", "-S", self.socket, *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if check and done.returncode:
            raise Failed(f"tmux {words[0]}: {done.stderr.strip()}")
        return done.stdout


class Window:
    """One terminal. It stays open when its program ends, so that what it left can be read."""

    def __init__(self, tmux, name, columns, rows):
        self.tmux, self.name, self.columns, self.rows = tmux, name, columns, rows
        tmux.run("new-session", "-d", "-s", name, "-x", str(columns), "-y", str(rows), "sh")
        tmux.run("set-option", "-g", "status", "off")
        tmux.run("set-option", "-g", "remain-on-exit", "on")

    def open(self, line):
        self.tmux.run("respawn-pane", "-k", "-t", self.name, line)

    def screen(self):
        return self.tmux.run("capture-pane", "-p", "-t", self.name)

    def wait_told(self, text):
        """Until this stands in the terminal after the program ended; tmux's own last line may have moved it up."""
        above = lambda: self.tmux.run("capture-pane", "-p", "-S", "-50", "-t", self.name)
        wait_for(f"{self.name} reads “{text}” after the end", lambda: text in above())

    def about(self, word):
        return self.tmux.run("display-message", "-p", "-t", self.name, f"#{{{word}}}").strip()

    def pid(self):
        return int(self.about("pane_pid"))

    def keys(self, *keys):
        self.tmux.run("send-keys", "-t", self.name, *keys)

    def wait(self, what, so):
        """Until the screen is so; gives what `so` gave."""
        try:
            return wait_for(what, lambda: so(self.screen()))
        except Failed as failed:
            raise Failed(f"{failed}\nscreen of {self.name}:\n{self.screen()}") from None

    def wait_text(self, *texts):
        return self.wait(f"{self.name} sees {texts}", lambda screen: all(text in screen for text in texts))
