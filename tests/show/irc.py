"""A real InspIRCd on loopback, and people talking on it."""
import os, shutil, socket, threading
from scene import Failed, free_port, listens, wait_for

ROOM = "#tea"

MODULES = """cap ircv3 ircv3_accounttag ircv3_batch ircv3_capnotify ircv3_chghost ircv3_ctctags ircv3_echomessage
ircv3_invitenotify ircv3_labeledresponse ircv3_msgid ircv3_servertime services_account muteban timedbans chanhistory
banexception namesx uhnames""".split()

CONFIGURATION = """<server name="irc.show.local" description="show" network="ShowNet" id="00A">
<admin name="a" nick="a" email="a@b.c">
<bind address="127.0.0.1" port="{port}" type="clients">
<connect name="main" allow="*" maxchans="20" timeout="10" pingfreq="120" hardsendq="1M" softsendq="8192" recvq="64K"
 threshold="1000" commandrate="100000" fakelag="off" localmax="100" globalmax="100" resolvehostnames="no" useident="no"
 limit="5000">
<path configdir="{folder}" datadir="{folder}/data" logdir="{folder}/log" moduledir="{modules}" runtimedir="{folder}">
<options prefixquit="Quit: " defaultmodes="not">
<performance quietbursts="yes" softlimit="1000" nouserdns="yes" somaxconn="128" netbuffersize="10240">
<security announceinvites="dynamic" maxtargets="20" restrictbannedusers="yes">
<limits maxnick="31" maxchan="64" maxmodes="20" maxident="11" maxhost="64" maxtopic="307" maxkick="255" maxreal="128">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="ircd.log">
<timesync enable="no">
<chanhistory maxlines="50" prefixmsg="no" bots="yes" enableumode="yes">
"""


def start_server(scene):
    """Gives the port it listens on."""
    folder, port = os.path.dirname(scene.path("ircd", "x")), free_port()
    for name in ("data", "log"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    places = [f"/usr/lib/{triplet}inspircd/modules" for triplet in ("", f"{os.uname().machine}-linux-gnu/")]
    modules = next((place for place in places if os.path.isdir(place)), None)
    if not modules or not shutil.which("inspircd"):
        raise Failed("InspIRCd is not installed; tests/run.sh --peers installs it")
    text = CONFIGURATION.format(port=port, folder=folder, modules=modules)
    text += "".join(f'<module name="{name}">\n' for name in MODULES)
    configuration = scene.write("ircd/inspircd.conf", text)
    child = scene.start("inspircd", "--nofork", "--runasroot", "--config", configuration, log="ircd.out")

    def up():
        if child.poll() is not None:
            raise Failed(f"InspIRCd ended at once: {open(scene.path('ircd.out')).read()}")
        return listens(port)

    wait_for("InspIRCd listens", up)
    return port


class Person:
    """Somebody on IRC. Reads on its own thread and keeps every line."""

    def __init__(self, port, nick, gives_op_to=None):
        self.nick, self.gives_op_to, self.lines = nick, gives_op_to, []
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.socket.settimeout(None)
        threading.Thread(target=self.listen, daemon=True).start()
        self.send(f"NICK {nick}", f"USER {nick} 0 * :{nick}")

    def arrive(self):
        """Waits until this person is in the room."""
        wait_for(f"{self.nick} is in {ROOM}", lambda: self.heard(f" 366 {self.nick} {ROOM} "))
        return self

    def listen(self):
        for line in self.socket.makefile(encoding="utf-8", errors="replace", newline="\r\n"):
            line = line.strip()
            self.lines.append(line)
            if line.startswith("PING"):
                self.send("PONG" + line[4:])
            if f" 001 {self.nick} " in line:
                self.send(f"JOIN {ROOM}")
            if self.gives_op_to and line.startswith(f":{self.gives_op_to}!") and f" JOIN :{ROOM}" in line:
                self.send(f"MODE {ROOM} +o {self.gives_op_to}")

    def send(self, *lines):
        self.socket.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def say(self, text):
        self.send(f"PRIVMSG {ROOM} :{text}")

    def heard(self, part, after=0):
        """The first line from number `after` on that has this in it."""
        return next((line for line in self.lines[after:] if part in line), None)

    def is_refused(self):
        """Whether the server refuses to let this person speak: 404 answers, an echo of PING does not."""
        start = len(self.lines)
        self.say("hello?")
        self.send(f"PING after-{start}")
        wait_for("the server answers", lambda: self.heard(f"after-{start}", start))
        return bool(self.heard(" 404 ", start))

    def who_is_there(self):
        """The nicks in the room, as the server lists them."""
        start = len(self.lines)
        self.send(f"NAMES {ROOM}")
        wait_for("the server lists the room", lambda: self.heard(" 366 ", start))
        names = [line.rpartition(" :")[2].split() for line in self.lines[start:] if " 353 " in line]
        return {name.lstrip("~&@%+").partition("!")[0] for line in names for name in line}


class Talk:
    """Twenty people who talk in turns until told to pause."""

    SAYINGS = ["早", "这茶不错", "谁知道怎么泡?", "first cup of the day", "看看这个", "同意", "哈哈", "two minutes at 85°", "有人在吗", "明天见"]

    def __init__(self, people, pause=0.15):
        self.people, self.pause, self.count = people, pause, 0
        self.talking, self.over = threading.Event(), threading.Event()
        self.resting = threading.Event()
        self.talking.set()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.over.wait(self.pause):
            if not self.talking.is_set():
                self.resting.set()
                continue
            self.resting.clear()
            person = self.people[self.count % len(self.people)]
            person.say(f"{self.SAYINGS[self.count % len(self.SAYINGS)]} #{self.count}")
            self.count += 1

    def rest(self):
        self.talking.clear()
        self.resting.clear()
        wait_for("the talk rests", self.resting.is_set)

    def go_on(self):
        self.talking.set()

    def end(self):
        self.over.set()
        self.thread.join()
