"""The whole of it on real peers, as a person would see it. Called by tests/show.sh; `show.py PROGRAM`."""
import json, os, signal, socket, struct, subprocess, sys
from irc import ROOM, Person, Talk, start_server
from scene import Failed, Scene, end_pid, is_alive, wait_for
from ssh import Sshd, Tmux, Window

NICK = "qunguan"


class House:
    """The program under show: its folder, its server, what its record says."""

    def __init__(self, scene, program, irc_port):
        self.scene, self.program = scene, program
        self.state, self.run = scene.path("state"), scene.path("run")
        os.mkdir(self.state, 0o700)
        os.mkdir(self.run, 0o700)
        self.config = scene.write("qunguan.toml", f"""utc_offset = "+08:00"
[[connector]]
name = "tea"
platform = "irc"
server = "127.0.0.1:{irc_port}"
tls = false
nick = "{NICK}"
rooms = ["{ROOM}"]
""")
        self.environment = {"XDG_RUNTIME_DIR": self.run, "HOME": scene.folder, "LANG": "en_US.UTF-8",
                            "PATH": os.environ["PATH"], "TZ": "UTC"}
        scene.ends.append(self.end)

    def command(self, *words):
        return [self.program, *words, "--state", self.state, "--config", self.config]

    def seat_command(self, name):
        surroundings = f"XDG_RUNTIME_DIR={self.run} HOME={self.scene.folder} LANG=en_US.UTF-8 TZ=UTC"
        return f"exec env {surroundings} {' '.join(self.command('--as', name))}"

    def ask(self, *words):
        done = subprocess.run(self.command(*words), env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise Failed(f"{words[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout if words[0] == "export" else done.stdout + done.stderr

    def server_pid(self):
        """Who listens on the socket, as the kernel says."""
        folder = os.path.join(self.run, "qunguan")
        names = [name for name in os.listdir(folder) if name.endswith(".socket")] if os.path.isdir(folder) else []
        for name in names:
            with socket.socket(socket.AF_UNIX) as probe:
                try:
                    probe.connect(os.path.join(folder, name))
                except OSError:
                    continue
                return struct.unpack("3i", probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
        return None

    def record(self):
        lines = [json.loads(line) for line in self.ask("export").splitlines()]
        return [line for line in lines if "event" in line]

    def events(self, kind):
        found = []
        for line in self.record():
            event = line["event"]
            if isinstance(event, dict) and kind in event:
                found.append((line["seq"], event[kind]))
        return found

    def stations(self, action):
        """What the record says of an action, in order."""
        kinds = []
        for line in self.record():
            event = line["event"]
            for kind, body in event.items() if isinstance(event, dict) else []:
                if line["seq"] == action or isinstance(body, dict) and body.get("action") == action:
                    kinds.append(kind)
        return kinds

    def end(self):
        pid = self.server_pid()
        if pid:
            end_pid(pid)


def cursor_line(screen):
    return next((line for line in screen.splitlines() if "▌" in line), "")


def show(scene, program):
    port = start_server(scene)
    keeper = Person(port, "keeper", gives_op_to=NICK).arrive()
    house = House(scene, program, port)
    server = scene.start(*house.command("serve"), env=house.environment, log="serve.log")
    wait_for("the server is an operator", lambda: keeper.heard(f"MODE {ROOM} +o") or keeper.heard(f"+o :{NICK}"))
    nicks = [f"guest{number:02}" for number in range(16)] + ["loud", "spammer", "third", "fourth"]
    people = {nick: Person(port, nick) for nick in nicks}
    for person in people.values():
        person.arrive()
    talk = Talk(list(people.values()))
    scene.ends.append(talk.end)
    scene.ok(f"InspIRCd runs, {len(people)} people talk, the server is in {ROOM} as an operator")

    sshd = Sshd(scene, {name: house.seat_command(name) for name in ("alice", "bob")})
    tmux = Tmux(scene)
    alice, bob = Window(tmux, "alice", 80, 24), Window(tmux, "bob", 120, 36)
    windows = scene.windows = [alice, bob]
    alice.open(sshd.line("alice"))
    bob.open(sshd.line("bob"))
    alice.wait("alice sees the talk and bob", lambda screen: "guest" in screen and "bob" in screen.splitlines()[0])
    bob.wait("bob sees the talk and alice", lambda screen: "guest" in screen and "alice" in screen.splitlines()[0])
    scene.ok("alice (80×24) and bob (120×36) sit at the same server over OpenSSH and see each other")
    stage = Stage(scene, house, keeper, people, talk, sshd, alice, bob)
    mute(stage)
    remove(stage)
    cut_connection(stage)
    killed = kill_server(stage, server)
    settle(stage, killed)
    leave(stage)


class Stage:
    """Everything that stands on the stage once both seats are taken."""

    def __init__(self, scene, house, keeper, people, talk, sshd, alice, bob):
        self.scene, self.house, self.keeper, self.people, self.talk = scene, house, keeper, people, talk
        self.sshd, self.alice, self.bob, self.windows = sshd, alice, bob, [alice, bob]

    def put_before_the_last(self, nick, text):
        """Lets one person speak, and another behind him, until every screen shows both; then aims alice at the first."""
        self.talk.rest()
        behind = f"{text}, noted"
        self.people[nick].say(text)
        wait_for(f"{nick} is heard", lambda: self.keeper.heard(text))
        self.people["guest00"].say(behind)
        for window in self.windows:
            window.wait_text(text, behind)
        self.alice.keys("k")
        self.alice.wait(f"the cursor stands on {nick}", lambda screen: nick in cursor_line(screen))

    def newest_action(self, after):
        """The first action recorded after this entry."""
        return wait_for("the action is on record", lambda: next(
            (found for found in self.house.events("ActionRequested") if found[0] > after), None))[0]

    def last_entry(self):
        return self.house.record()[-1]["seq"]

    def wait_until_refused(self, nick):
        wait_for(f"{nick} is refused by the network", self.people[nick].is_refused)


def mute(stage):
    before = stage.last_entry()
    stage.put_before_the_last("loud", "LOOK AT ME")
    stage.alice.keys("m", "2")
    stage.alice.wait_text("loud", "mute 30m")
    action = stage.newest_action(before)
    stage.wait_until_refused("loud")
    stage.alice.wait("alice's line is marked", lambda screen: "muted" in cursor_line(screen))
    stage.bob.wait_text("loud was muted until")
    stage.scene.ok("alice muted loud: the network answers him 404, both screens say so")
    wait_for("the mute is confirmed", lambda: "ActionConfirmed" in stage.house.stations(action))
    stations = stage.house.stations(action)
    if stations[:2] != ["ActionRequested", "ActionSent"]:
        raise Failed(f"the mute's life on record is {stations}")
    stage.scene.ok(f"on record: {' → '.join(stations)}")
    stage.alice.keys("f")
    stage.talk.go_on()


def remove(stage):
    before = stage.last_entry()
    stage.put_before_the_last("spammer", "buy tea at tea.example")
    stage.alice.keys("x")
    stage.alice.wait_text("This cannot be taken back.", "do it", "spammer")
    stage.alice.keys("y")
    action = stage.newest_action(before)
    if "spammer" not in stage.keeper.who_is_there():
        raise Failed("the removal did not wait out its five seconds")
    wait_for("spammer is kicked", lambda: stage.keeper.heard(f"KICK {ROOM} spammer"))
    if "spammer" in stage.keeper.who_is_there():
        raise Failed("spammer is still in the room")
    stage.bob.wait_text("spammer was removed")
    stage.alice.wait("alice's card says it", lambda screen: "✓" in screen and "gone" in screen)
    wait_for("the removal is confirmed", lambda: "ActionConfirmed" in stage.house.stations(action))
    stage.scene.ok("alice removed spammer after the hold: the network kicked him, both screens say so, it is on record")
    stage.alice.keys("f")
    stage.talk.go_on()


def cut_connection(stage):
    """alice's link breaks while her removal waits out its hold: it goes on, and so does her seat when she is back."""
    before = stage.last_entry()
    stage.put_before_the_last("third", "third time lucky")
    seen = cursor_line(stage.alice.screen())
    client = stage.alice.pid()
    stage.alice.keys("x")
    stage.alice.wait_text("This cannot be taken back.", "do it", "third")
    stage.alice.keys("y")
    action = stage.newest_action(before)
    os.kill(client, signal.SIGKILL)
    wait_for("the ssh client is gone", lambda: not is_alive(client))
    wait_for("bob sees that alice is gone", lambda: "alice" not in stage.bob.screen().splitlines()[0])
    if "third" not in stage.keeper.who_is_there():
        raise Failed("third was removed before alice was gone")
    stage.scene.ok("alice's ssh was killed in the middle of a removal; bob saw her leave")
    wait_for("third is kicked", lambda: stage.keeper.heard(f"KICK {ROOM} third"))
    stage.bob.wait_text("third was removed")
    wait_for("the removal is confirmed", lambda: "ActionConfirmed" in stage.house.stations(action))
    stage.alice.open(stage.sshd.line("alice"))
    stage.alice.wait("alice is back on the same line", lambda screen: same_line(seen, cursor_line(screen)))
    stage.alice.wait("her card tells the outcome", lambda screen: "✓" in screen and "gone" in screen)
    stage.scene.ok("the removal went on without her; attached again, the same line is under her cursor, with the outcome")
    stage.alice.keys("f")
    stage.talk.go_on()


def same_line(one, other):
    """The same message, whatever marks have come to it."""
    text = "third time lucky"
    return text in one and text in other


def kill_server(stage, server):
    """-9 while a removal waits: it must not happen, and nobody may be told that it did."""
    before = stage.last_entry()
    stage.put_before_the_last("fourth", "remove me if you can")
    stage.alice.keys("x")
    stage.alice.wait_text("This cannot be taken back.", "do it", "fourth")
    stage.alice.keys("y")
    action = stage.newest_action(before)
    pid = stage.house.server_pid()
    if pid != server.pid:
        raise Failed(f"process {pid} listens, not {server.pid}")
    os.kill(pid, signal.SIGKILL)
    server.wait()
    for window in stage.windows:
        window.wait_told("The server is gone. Attach again to start it.")
    wait_for("the network noticed", lambda: NICK not in stage.keeper.who_is_there())
    stage.people["guest01"].say("is anybody there?")
    stage.scene.ok("the server was killed with -9 during the hold; both terminals are whole again and say why")
    stage.alice.open(stage.sshd.line("alice"))
    stage.bob.open(stage.sshd.line("bob"))
    for window in stage.windows:
        window.wait_text("not heard")
    wait_for("the server is back as an operator", lambda: stage.keeper.heard(f"+o :{NICK}") and stage.house.server_pid())
    stage.talk.go_on()
    for window in stage.windows:
        window.wait("the talk goes on", lambda screen: f"#{stage.talk.count - 1}" in screen)
    stage.scene.ok("attaching started it again: a gap line stands where nothing was heard, the talk goes on")
    if "fourth" not in stage.keeper.who_is_there():
        raise Failed("fourth was removed by a server that was dead")
    stations = stage.house.stations(action)
    if stations != ["ActionRequested", "ActionUnknown"]:
        raise Failed(f"the removal's life on record is {stations}")
    stage.scene.ok(f"fourth is still there; on record: {' → '.join(stations)}")
    return action


def settle(stage, action):
    """The outbox shows what is unknown; alice marks it done."""
    for window in stage.windows:
        window.keys("g", "o")
        window.wait("the outbox shows ? for fourth", lambda screen: any(
            " ? " in line and "fourth" in line for line in screen.splitlines()))
    stage.alice.keys("Enter")
    stage.alice.wait_text("mark done", "do it again")
    stage.alice.keys("2")
    wait_for("it is settled", lambda: stage.house.stations(action)[-1] == "ActionMarkedDone")
    for window in stage.windows:
        window.wait("nothing is unknown any more", lambda screen: "please check" not in screen)
        window.keys("1")
    stage.scene.ok("the outbox showed it as unknown on both screens; alice settled it, bob saw that")


def leave(stage):
    found = stage.house.ask("doctor").strip()
    stage.scene.ok(f"doctor, while the server runs: {found}")
    pid = stage.house.server_pid()
    stage.bob.keys("Q")
    stage.bob.wait_told("You have left your seat; the server goes on.")
    if not is_alive(pid):
        raise Failed("the server ended with a seat")
    stage.house.ask("stop")
    wait_for("the server ends", lambda: not is_alive(pid))
    stage.alice.wait_told("The server has ended in good order.")
    stage.house.ask("doctor")
    kinds = [line["event"] for line in stage.house.record()]
    if kinds[-1] != "ServerStopped":
        raise Failed(f"the record ends with {kinds[-1]}")
    stage.scene.ok(f"stop drained it: {len(kinds)} events on record, whole, the last is ServerStopped")


def main():
    scene = Scene()
    scene.windows = []
    try:
        show(scene, sys.argv[1])
        print("everything was as it must be")
    except Failed as failed:
        print(f"NOT SO: {failed}", file=sys.stderr)
        for window in scene.windows:
            print(f"--- {window.name} {window.columns}×{window.rows}\n{window.screen()}", file=sys.stderr)
        return 1
    finally:
        scene.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
