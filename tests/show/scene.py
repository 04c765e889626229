"""What everything on the stage shares: a folder, the processes started in it, and waiting for things.

Every process is ended by its own id when the scene ends. Nothing waits for a length of time.
"""
import contextlib, os, shutil, signal, socket, subprocess, sys, tempfile, time

PATIENCE = 45.0  # seconds within which everything that is waited for must come


class Failed(Exception):
    """Something is not as it must be; the text says what."""


def wait_for(what, look, patience=PATIENCE):
    """Looks again and again until `look` gives something, and gives it."""
    deadline = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise Failed(f"not within {patience:.0f} s: {what}")
        time.sleep(0.02)  # between two looks


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def is_alive(pid):
    with contextlib.suppress(FileNotFoundError), open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] != "Z"
    return False


class Scene:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="qgshow")
        self.ends = []  # what ends things, the last first
        self.started = time.monotonic()

    def path(self, *names):
        path = os.path.join(self.folder, *names)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def write(self, name, text, mode=0o600):
        path = self.path(name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def start(self, *command, env=None, log):
        """Starts a process that ends with the scene."""
        with open(self.path(log), "ab") as file:
            child = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        self.ends.append(lambda: self.end(child))
        return child

    @staticmethod
    def end(child):
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
        child.wait()

    def ok(self, text):
        print(f"  ok {time.monotonic() - self.started:6.1f}s  {text}", flush=True)

    def close(self):
        while self.ends:
            try:
                self.ends.pop()()
            except Exception as error:  # the rest must end all the same
                print(f"while ending: {error}", file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)


def end_pid(pid):
    """Ends a process that is not our child."""
    for name in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, name)
        with contextlib.suppress(Failed):
            wait_for(f"process {pid} ends", lambda: not is_alive(pid), 10)
            return
