//! Members, groups, the card alone and the list to pick from: as they were blessed, and as they behave.

use crate::desk::Desk;
use crate::golden::{LANGUAGES, check, check_all};
use crate::history::{History, alice, bob};
use crate::{paint, story};
use qunguan::language::Language;
use qunguan::model::action::Actor;
use qunguan::model::event::Event;
use qunguan::model::flag::Verdict;
use qunguan::model::id::{MemberId, RoomId};
use qunguan::model::member::{LeaveCause, Role};
use qunguan::ui::chooser::{ChoiceRow, Chooser};
use qunguan::ui::moves::Motion;
use qunguan::ui::overlay::Overlay;
use qunguan::ui::screen::{Pane, Screen, View};
use qunguan::ui::target::{RowId, Target};

/// The afternoon, with a roster of people who never spoke, people in two rooms, and a group with nothing in it.
fn crowd() -> History {
    let mut h = story::afternoon();
    for number in 0..60 {
        let name = ["钱", "周", "吴", "郑", "冯", "褚", "卫", "蒋"][number % 8].to_owned()
            + ["一鸣", "子涵", "欣怡", "建国", "小红"][number % 5];
        let member = h.member(story::RUST, "demo", &name, Role::Member);
        if number % 20 == 7 {
            h.pass(-40 * 86_400);
            h.joined(story::RUST, member);
            h.pass(40 * 86_400);
        }
        if number % 15 == 3 {
            h.says(story::RUST, member, "路过");
        }
    }
    let zhang = MemberId(4);
    let quiet = h.room(3, "irc", "#very-long-room-name-of-a-quiet-place", 3);
    h.push(Event::RosterRead { room: quiet, members: vec![(zhang, Role::Member)], complete: false });
    h.push(Event::NoteAdded {
        room: story::RUST, member: zhang, text: "老群友，脾气急".into(), by: alice()
    });
    let case = h.state.queue.open_about(story::RUST, zhang).unwrap().id;
    h.push(Event::CaseDecided { case, room: story::RUST, verdict: Verdict::Confirmed, by: bob() });
    h.push(Event::MemberLeft {
        room: story::RUST,
        member: MemberId(13),
        cause: LeaveCause::Left,
        by: Actor::Unknown,
    });
    h
}

#[test]
fn members_and_groups_look_as_they_were_blessed() {
    check_all("members", &crowd(), |desk, screen| {
        screen.set_room(Some(story::RUST));
        screen.show_members(&desk.scene());
    });
    check_all("members-all-rooms", &crowd(), |desk, screen| {
        screen.show_members(&desk.scene());
        screen.sort(&desk.scene());
        for _ in 0..3 {
            screen.go(&desk.scene(), Motion::Down);
        }
    });
    check_all("groups", &crowd(), |_, screen| screen.set_view(View::Groups));
}

#[test]
fn the_card_alone_looks_as_it_was_blessed() {
    check_all("card", &crowd(), |_, screen| {
        let target = Target { room: Some(story::RUST), member: Some(MemberId(4)), ..Target::default() };
        assert!(screen.open_card(&target));
    });
}

#[test]
fn a_list_to_pick_from_looks_as_it_was_blessed() {
    check_all("chooser", &crowd(), |desk, screen| {
        let row = |kind: &str, label: &str, detail: &str| ChoiceRow {
            kind: desk.words.say(kind),
            ..ChoiceRow::new(label, detail)
        };
        let off = ChoiceRow {
            why_off: Some(desk.words.say("off-no-member")),
            ..row("jump-command", &format!("mute  {}", desk.words.say("cmd-mute")), "m")
        };
        let mut rows = vec![
            row("jump-room", "行业交流群·Rust", "demo"),
            row("jump-member", "张三", "行业交流群·Rust +1 · u0004"),
            row("jump-case", "福利01", "广告 · 行业交流群·Rust"),
            row(
                "jump-member",
                "g\u{200b}host\u{202e}txet 一个名字长得放不下的人 which goes on and on and on",
                "u7",
            ),
            off,
        ];
        rows.extend((0..40).map(|number| row("jump-member", &format!("章三{number}"), "#tea-house")));
        let mut chooser =
            Chooser::narrowing(desk.words.say("jump-title"), desk.words.say("jump-empty"), rows);
        chooser.go(screen.size(), Motion::Down);
        screen.overlay = Some(Overlay::Chooser(chooser));
    });
    let history = crowd();
    let desk = Desk::new(history.state.clone(), history.now, Language::Chinese, "default");
    let mut screen = Screen::new(80, 24);
    let mut chooser = Chooser::narrowing(
        desk.words.say("jump-title"),
        desk.words.say("jump-empty"),
        vec![ChoiceRow::new("张三", "")],
    );
    chooser.insert("nobody at all");
    screen.overlay = Some(Overlay::Chooser(chooser));
    check("chooser-nothing-80x24-zh", &desk, &screen);
}

#[test]
fn a_network_without_groups_says_what_to_do() {
    for (language, _) in LANGUAGES {
        let empty = qunguan::state::State::default();
        let mut desk = Desk::new(empty, story::afternoon().now, language, "default");
        let mut screen = Screen::new(80, 24);
        screen.set_view(View::Groups);
        let mut history = History::new();
        history.online("demo");
        desk.state = history.state;
        let rows = paint::glyphs(&desk.draw(&screen).0);
        assert!(
            rows.replace(' ', "").contains(&desk.words.say("groups-none").replace(' ', "")[..12]),
            "{rows}"
        );
    }
}

fn desk(history: &History) -> Desk {
    Desk::new(history.state.clone(), history.now, Language::English, "default")
}

/// The members listed on screen, top to bottom.
fn listed(desk: &Desk, screen: &Screen) -> Vec<RowId> {
    screen.rows_on_screen(&desk.scene()).into_iter().map(|(_, row)| row).collect()
}

#[test]
fn everybody_of_the_roster_is_listed_and_those_who_left_stand_last() {
    let history = crowd();
    let desk = desk(&history);
    let mut screen = Screen::new(120, 60);
    screen.set_room(Some(story::RUST));
    for _ in qunguan::ui::members::Sort::ALL {
        screen.show_members(&desk.scene());
        screen.focus(Pane::Members);
        let mut seen = Vec::new();
        screen.go(&desk.scene(), Motion::Top);
        for _ in 0..200 {
            let target = screen.target(&desk.scene());
            if seen.last() != Some(&target.member.unwrap()) {
                seen.push(target.member.unwrap());
            }
            screen.go(&desk.scene(), Motion::Down);
        }
        let members = &desk.state.members;
        let mut all: Vec<MemberId> = members.of_room(story::RUST).map(|(member, _)| member).collect();
        let mut sorted = seen.clone();
        all.sort();
        sorted.sort();
        assert_eq!(sorted, all);
        let present = |member: &MemberId| members.in_room(story::RUST, *member).unwrap().present;
        assert!(seen.is_sorted_by_key(|member| !present(member)));
        assert!(screen.sort(&desk.scene()));
    }
}

#[test]
fn the_order_holds_still_while_people_talk_and_come() {
    let mut history = crowd();
    let mut desk = desk(&history);
    let mut screen = Screen::new(120, 36);
    screen.set_room(Some(story::RUST));
    screen.show_members(&desk.scene());
    for _ in 0..5 {
        screen.go(&desk.scene(), Motion::Down);
    }
    let (before, target) = (listed(&desk, &screen), screen.target(&desk.scene()));
    let last = MemberId(history.members - 1);
    history.pass(60);
    history.says(story::RUST, last, "now I speak");
    desk.state = history.state.clone();
    desk.now = history.now;
    screen.catch_up(&desk.scene());
    assert_eq!((listed(&desk, &screen), screen.target(&desk.scene())), (before.clone(), target));
    // Whoever comes stands at his place; the row under the cursor stays on its line.
    let fresh = history.member(story::RUST, "demo", "newest of all", Role::Member);
    history.says(story::RUST, fresh, "hello");
    desk.state = history.state.clone();
    screen.catch_up(&desk.scene());
    let after = listed(&desk, &screen);
    let line = |rows: &[RowId]| {
        rows.iter().position(|row| *row == RowId::Member(story::RUST, target.member.unwrap()))
    };
    assert_eq!((line(&after), screen.target(&desk.scene())), (line(&before), target));
    screen.go(&desk.scene(), Motion::Top);
    screen.show_members(&desk.scene());
    assert!(listed(&desk, &screen).contains(&RowId::Member(story::RUST, fresh)));
}

#[test]
fn a_click_on_a_row_means_who_is_drawn_there() {
    let history = crowd();
    let desk = desk(&history);
    let mut screen = Screen::new(120, 36);
    screen.show_members(&desk.scene());
    let rows = paint::glyphs(&desk.draw(&screen).0);
    for (y, row) in rows.lines().enumerate().skip(4).take(20) {
        screen.click(&desk.scene(), 5, u16::try_from(y).unwrap());
        let target = screen.target(&desk.scene());
        let name = desk.scene().member_name(target.member.unwrap());
        let shown = qunguan::text::reveal::line(&name).into_string();
        assert!(row.contains(&shown) || row.contains('…'), "{name} is not on {row}");
    }
    screen.set_view(View::Groups);
    screen.click(&desk.scene(), 5, 5);
    assert_eq!(screen.target(&desk.scene()).group, Some(RoomId(2)));
}
