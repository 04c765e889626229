"""A shift of two moderators on real peers. Called by tests/shift.sh; `shift.py PROGRAM`."""
import os, re, signal, sys
from irc import ROOM, Person, Talk, start_server
from scene import Failed, Scene, is_alive, wait_for
from show import NICK, House, Stage, cursor_line
from ssh import Sshd, Tmux, Window

RAIDERS = 12


def shift(scene, program):
    port = start_server(scene)
    keeper = Person(port, "keeper", gives_op_to=NICK).arrive()
    house = House(scene, program, port)
    scene.start(*house.command("serve"), env=house.environment, log="serve.log")
    wait_for("the server is an operator", lambda: keeper.heard(f"MODE {ROOM} +o") or keeper.heard(f"+o :{NICK}"))
    people = {nick: Person(port, nick).arrive() for nick in [f"guest{number:02}" for number in range(8)]}
    talk = Talk(list(people.values()), pause=0.4)
    scene.ends.append(talk.end)
    sshd = Sshd(scene, {name: house.seat_command(name) for name in ("alice", "bob")})
    tmux = Tmux(scene)
    alice, bob = Window(tmux, "alice", 80, 24), Window(tmux, "bob", 120, 36)
    scene.windows = [alice, bob]
    alice.open(sshd.line("alice"))
    bob.open(sshd.line("bob"))
    alice.wait("alice sees the talk and bob", lambda screen: "guest" in screen and "bob" in screen.splitlines()[0])
    bob.wait("bob sees the talk and alice", lambda screen: "guest" in screen and "alice" in screen.splitlines()[0])
    scene.ok("alice (80×24) and bob (120×36) begin their shift over OpenSSH")
    stage = Stage(scene, house, keeper, people, talk, sshd, alice, bob)
    stage.port = port
    raid(stage)
    quarrel(stage)
    false_alarm(stage)
    wrong_mute(stage)
    dropped_in_a_bulk(stage)
    handed_over(stage)
    end(stage)


def raid(stage):
    """A dozen accounts with near-equal lines: one key takes them all, their number is typed, all are put out."""
    raiders = [Person(stage.port, f"raid{number:02}").arrive() for number in range(RAIDERS)]
    stage.talk.rest()
    for number, raider in enumerate(raiders):
        raider.say(f"兼职日结一天{number + 3}00元 加微信 abc{number}98 名额有限快来")
    behind = "what was that?"
    wait_for("the raid is heard", lambda: stage.keeper.heard(f"abc{RAIDERS - 1}98"))
    stage.people["guest00"].say(behind)
    for window in stage.windows:
        window.wait(f"{window.name} sees the raid in the queue", lambda screen: re.search(r"Queue\((\d+)\)", screen)
                    and int(re.search(r"Queue\((\d+)\)", screen)[1]) >= RAIDERS)
    stage.alice.keys("2")
    stage.alice.wait("the queue has the screen", lambda screen: "raid" in cursor_line(screen))
    stage.alice.keys("*")
    stage.alice.wait("all of the raid is marked", lambda screen: re.search(r"(\d+) marked", screen)
                     and int(re.search(r"(\d+) marked", screen)[1]) >= RAIDERS)
    stage.alice.keys("x")
    stage.alice.wait_text(f"remove · {RAIDERS} targets", f"Type {RAIDERS} and Enter")
    stage.alice.keys("y")
    for digit in str(RAIDERS):
        stage.alice.keys(digit)
    stage.alice.wait("the number stands there", lambda screen: f"Enter to do it: {RAIDERS}" in screen)
    here = stage.keeper.who_is_there()
    if sum(nick.startswith("raid") for nick in here) != RAIDERS:
        raise Failed(f"somebody was removed before the number was confirmed: {here}")
    stage.alice.keys("Enter")
    stage.alice.wait_text(f"{RAIDERS} targets")
    for number in range(RAIDERS):
        wait_for(f"raid{number:02} is kicked", lambda: stage.keeper.heard(f"KICK {ROOM} raid{number:02}"))
    left = {nick for nick in stage.keeper.who_is_there() if nick.startswith("guest")}
    if len(left) != len(stage.people):
        raise Failed(f"somebody else is gone: {left}")
    stage.alice.wait_text(f"{RAIDERS} done, 0 failed, 0 not known")
    for window in stage.windows:
        window.wait("nothing of the raid waits", lambda screen: "Queue(" not in screen)
    stage.scene.ok(f"raid: one key marked {RAIDERS}, their number was typed, all are out, nobody else; both screens say so")
    back_to_live(stage)


def quarrel(stage):
    """No rule sees it: alice flags it for the team, escalates it; bob reads why and takes a voice for ten minutes."""
    aim(stage, "guest03", "you are an idiot and all know it")
    stage.alice.keys("!")
    stage.alice.wait_text("S3")
    stage.alice.keys("3")
    stage.bob.wait_text("Queue 1")
    stage.alice.keys("2")
    stage.alice.wait("she stands on the case", lambda screen: "guest03" in cursor_line(screen))
    stage.alice.keys("E")
    stage.bob.keys("2")
    stage.bob.wait("bob sees that the team is asked", lambda screen: "▲" in cursor_line(screen) and "guest03" in cursor_line(screen))
    stage.bob.keys("e")
    stage.bob.wait_text("flagged for the team by alice", "you are an idiot")
    stage.bob.keys("q")
    stage.bob.wait("the page is closed", lambda screen: "guest03" in cursor_line(screen))
    confirmed = len(stage.house.events("ActionConfirmed"))
    stage.bob.keys("m")
    stage.bob.wait_text("mute guest03")
    stage.bob.keys("1")
    must_be_refused(stage, "guest03", confirmed)
    for window in stage.windows:
        window.wait("both see who decided", lambda screen: "✓ bob acted" in screen and "Queue(" not in screen)
    stage.scene.ok("quarrel: flagged by hand, escalated, explained on the other screen, muted; the network refuses him")
    back_to_live(stage)


def aim(stage, nick, text):
    """Lets one person speak, and another behind him, until both screens show it; then alice stands on the first."""
    stage.talk.rest()
    stage.behind = getattr(stage, "behind", 0) + 1
    behind = f"so much for that {stage.behind}"
    stage.people[nick].say(text)
    wait_for(f"{nick} is heard", lambda: stage.keeper.heard(text))
    stage.people["guest00"].say(behind)
    for window in stage.windows:
        window.wait_text(text, behind)
    stage.alice.keys("k")
    stage.alice.wait(f"the cursor stands on {nick}", lambda screen: nick in cursor_line(screen))


def must_be_refused(stage, nick, confirmed_before):
    """Once the platform has confirmed it, the network must refuse him: asked once, so that nobody floods."""
    wait_for("the mute is confirmed", lambda: len(stage.house.events("ActionConfirmed")) > confirmed_before)
    if not stage.people[nick].is_refused():
        raise Failed(f"{nick} may speak although his mute is confirmed")


def false_alarm(stage):
    """What a rule flags and a person allows is not flagged again in the same words."""
    text = "does the manual say 加微信 here?"
    aim(stage, "guest04", text)
    stage.alice.wait_text("Queue 1")
    stage.alice.keys("A")
    stage.alice.wait_text("not flagged for a day")
    for window in stage.windows:
        window.wait("the queue is empty again", lambda screen: "Queue(" not in screen)
    flags = len(stage.house.events("Flagged"))
    stage.people["guest05"].say(text)
    stage.people["guest06"].say("I think so too, it is a typo")
    stage.bob.wait_text("it is a typo")
    if len(stage.house.events("Flagged")) != flags:
        raise Failed("the same words were flagged again")
    stage.scene.ok("false alarm: allowed with its words; the same words from somebody else raise nothing")
    back_to_live(stage)


def wrong_mute(stage):
    """A slip of the finger is taken back by one key, and the voice is really there again."""
    aim(stage, "guest05", "I only asked")
    confirmed = len(stage.house.events("ActionConfirmed"))
    stage.alice.keys("m")
    stage.alice.wait_text("mute guest05")
    stage.alice.keys("4")
    must_be_refused(stage, "guest05", confirmed)
    stage.alice.wait_text("Done: mute")
    stage.alice.keys("u")
    stage.bob.wait_text("guest05 can speak again")
    if stage.people["guest05"].is_refused():
        raise Failed("guest05 is still refused by the network")
    stage.scene.ok("wrong mute: one key took it back, the network lets him speak, the other screen says so")
    back_to_live(stage)


def dropped_in_a_bulk(stage):
    """alice's link breaks after she confirmed two removals: both happen, and her seat tells it when she is back."""
    pair = [Person(stage.port, nick).arrive() for nick in ("pest01", "pest02")]
    stage.talk.rest()
    for person in pair:
        person.say(f"visit pest.example today says {person.nick}")
    stage.people["guest00"].say("and again")
    stage.alice.wait_text("says pest02", "and again")
    stage.alice.keys("k")
    stage.alice.wait("on pest02", lambda screen: "pest02" in cursor_line(screen))
    stage.alice.keys("Space")
    stage.alice.wait_text("1 marked")
    stage.alice.keys("k")
    stage.alice.wait("on pest01", lambda screen: "pest01" in cursor_line(screen))
    stage.alice.keys("Space")
    stage.alice.wait_text("2 marked")
    stage.alice.keys("x")
    stage.alice.wait_text("remove · 2 targets", "pest01", "pest02", "do all 2")
    client = stage.alice.pid()
    stage.alice.keys("y")
    stage.alice.wait_text("2 targets. u stops all of it until then")
    os.kill(client, signal.SIGKILL)
    wait_for("the ssh client is gone", lambda: not is_alive(client))
    if "pest01" not in stage.keeper.who_is_there():
        raise Failed("pest01 was removed before the link broke")
    for nick in ("pest01", "pest02"):
        wait_for(f"{nick} is kicked", lambda: stage.keeper.heard(f"KICK {ROOM} {nick}"))
    stage.alice.open(stage.sshd.line("alice"))
    stage.alice.wait_text("Live")
    stage.alice.keys("g", "o")
    stage.alice.wait("the outbox tells both outcomes", lambda screen: sum(
        "pest0" in line and "✓" in line for line in screen.splitlines()) == 2)
    stage.scene.ok("SSH drop: the bulk went on without her; attached again, the outbox tells both outcomes")
    stage.alice.keys("1")
    back_to_live(stage)


def handed_over(stage):
    """A case goes to bob, with a note; whoever else acts on it is told who is on it."""
    aim(stage, "guest06", "加微信 for the photos")
    stage.alice.keys("2")
    stage.alice.wait("she stands on the case", lambda screen: "guest06" in cursor_line(screen))
    stage.alice.keys("H")
    stage.alice.wait_text("Give it to whom?", "▌bob")
    stage.alice.keys("Enter")
    stage.alice.wait_text("Given to bob")
    stage.bob.keys("2")
    stage.bob.wait("bob sees that it is his", lambda screen: "@bob" in cursor_line(screen))
    stage.alice.keys("m")
    stage.alice.wait_text("mute guest06")
    stage.alice.keys("1")
    stage.alice.wait_text("bob is on guest06")
    stage.alice.keys("n")
    stage.bob.keys("a")
    for window in stage.windows:
        window.wait("the case is decided", lambda screen: "bob allowed" in screen)
    decided = stage.house.events("CaseDecided")[-1][1]
    if decided["by"] != {"Moderator": "bob"} or decided["verdict"] != "Allowed":
        raise Failed(f"the last decision on record is {decided}")
    if stage.people["guest06"].is_refused():
        raise Failed("guest06 was muted although bob was on the case")
    stage.scene.ok("handing over: the case is bob's on both screens, alice is told so before she acts, bob decides")
    back_to_live(stage)


def end(stage):
    kinds = [line["event"] for line in stage.house.record()]
    open_actions = [body for _, body in stage.house.events("ActionUnknown")]
    if open_actions:
        raise Failed(f"left unknown: {open_actions}")
    pid = stage.house.server_pid()
    stage.house.ask("stop")
    stage.alice.wait_told("The server has ended in good order.")
    wait_for("the server is gone", lambda: not is_alive(pid))
    stage.house.ask("doctor")
    stage.scene.ok(f"the shift is over: {len(kinds)} events on record, whole, nothing left unknown")


def back_to_live(stage):
    for window in stage.windows:
        window.keys("1")
        window.wait("Live again", lambda screen: "▸Live" in screen)
        if "Frozen" in window.screen():
            window.keys("f")
            window.wait("following", lambda screen: "Frozen" not in screen)
    stage.talk.go_on()


def main():
    scene = Scene()
    scene.windows = []
    try:
        shift(scene, sys.argv[1])
        print("the shift went as it must")
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
