//! Members, groups, the list of `^k` and the card: keys go where they say, and hit only whom they were seen to mean.

use crate::world::{SEVERITIES, World, sign};
use qunguan::app::effect::Effect;
use qunguan::commands::key::{Code, Key};
use qunguan::model::heard::Heard;
use qunguan::model::id::MemberId;
use qunguan::model::member::Role;
use qunguan::ui::overlay::Overlay;
use qunguan::ui::screen::{Pane, View};

fn jump(world: &mut World) {
    world.pass(100);
    world.key(Key { ctrl: true, ..Key::char('k') });
}

/// The names are read from a roster: nobody here has ever spoken.
fn quiet_people(world: &mut World, names: &[&str]) {
    let person = |name: &&str| qunguan::model::heard::Person {
        external: format!("id-{name}"),
        name: (*name).to_owned(),
        role: Role::Member,
    };
    let people = names.iter().map(person).collect();
    world.chronicle.hear(Heard::Roster { room: "#a".into(), people, complete: false });
}

fn whom(effects: &[Effect]) -> Vec<Option<MemberId>> {
    let member = |effect: &Effect| match effect {
        Effect::Request(request) => Some(request.act.member()),
        _ => None,
    };
    effects.iter().filter_map(member).collect()
}

#[test]
fn a_member_who_never_spoke_is_found_by_his_initials_and_muted() {
    let mut world = World::new(120, 36);
    quiet_people(&mut world, &["张三", "李四", "章鱼"]);
    world.says(1);
    world.look();
    jump(&mut world);
    world.press("zs");
    world.look();
    world.press("\n");
    assert_eq!((world.seat.screen.view(), world.seat.screen.pane()), (View::Members, Pane::Members));
    assert_eq!(world.press("m3"), [], "no frame has shown him yet");
    world.look();
    let zhang = world.chronicle.member("id-张三");
    assert_eq!(whom(&world.press("m3")), [Some(zhang)]);
    assert!(world.toast().contains("张三"), "{}", world.toast());
}

#[test]
fn a_list_is_not_answered_by_keys_pressed_before_it_was_on_the_terminal() {
    let mut world = World::new(120, 36);
    world.says(1);
    world.look();
    jump(&mut world);
    world.press("\n");
    assert!(matches!(world.seat.screen.overlay, Some(Overlay::Chooser(_))), "no frame was drawn");
    world.draw();
    world.press("\n");
    assert!(matches!(world.seat.screen.overlay, Some(Overlay::Chooser(_))), "it is not on the terminal");
    world.show();
    world.press("\n");
    assert!(world.seat.screen.overlay.is_none());
}

#[test]
fn a_command_is_run_only_when_a_frame_showed_it_picked_and_then_on_what_was_under_the_cursor() {
    let mut world = World::new(120, 36);
    world.says(2);
    world.look();
    jump(&mut world);
    world.look();
    world.press("warn-words");
    assert_eq!(world.press("\n"), []);
    assert!(matches!(world.seat.screen.overlay, Some(Overlay::Chooser(_))), "not seen yet");
    world.look();
    world.press("\n");
    assert!(matches!(world.seat.screen.overlay, Some(Overlay::Prompt(_))));
    let effects = world.press("be kind\n");
    assert_eq!(whom(&effects), [Some(world.chronicle.member("m2"))]);
}

#[test]
fn a_paste_into_the_list_is_only_letters() {
    let mut world = World::new(120, 36);
    world.says(1);
    world.look();
    jump(&mut world);
    world.look();
    world.send(qunguan::app::message::Message::Paste("queue\nx\ny".into()));
    match &world.seat.screen.overlay {
        Some(Overlay::Chooser(chooser)) => assert_eq!(chooser.query(), Some("queue x y")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn enter_on_a_group_shows_its_talk() {
    let mut world = World::new(120, 36);
    world.says(1);
    world.press("0");
    world.look();
    world.press("j");
    world.look();
    world.press("\n");
    assert_eq!(world.seat.screen.view(), View::Live);
    assert_eq!(world.seat.screen.room(), Some(world.chronicle.room("#b")));
}

#[test]
fn a_card_is_read_and_not_acted_through() {
    let mut world = World::new(120, 36);
    world.says(2);
    world.look();
    world.press("K");
    let rows = world.look().concat();
    assert!(rows.contains("m2") && rows.contains("newest messages"), "{rows}");
    assert_eq!(world.press("m3"), []);
    assert!(world.seat.screen.overlay.is_none());
    // Among the members Enter opens it, whatever case is open.
    world.flagged(2, 0, SEVERITIES[2]);
    world.press("3");
    world.look();
    world.press("\n");
    assert!(matches!(world.seat.screen.overlay, Some(Overlay::Card(_))));
    world.key(Key::plain(Code::Esc));
    assert!(world.seat.screen.overlay.is_none());
}

#[test]
fn a_filter_of_members_knows_their_sound_and_lets_newcomers_in_only_when_they_pass() {
    let mut world = World::new(120, 36);
    quiet_people(&mut world, &["张三", "李四"]);
    world.press("3");
    world.look();
    world.press("&zs\n");
    let rows = world.look().concat();
    assert!(rows.contains("张") && !rows.contains("李") && !rows.contains("m3"), "{rows}");
    quiet_people(&mut world, &["赵爽", "王五"]);
    let rows = world.look().concat();
    assert!(rows.contains("赵") && !rows.contains("王"), "{rows}");
    world.key(sign('q'));
    let rows = world.look().concat();
    assert!(rows.contains("王") && rows.contains("m3"), "{rows}");
}

#[test]
fn two_of_one_name_are_told_apart_wherever_an_act_names_them() {
    let mut world = World::new(120, 36);
    for (account, name) in [("wxid_one_111", "张三"), ("wxid_two_222", "张\u{200b}三"), ("wxid_li", "李四")]
    {
        world.chronicle.joins_as("#a", account, name);
    }
    let message = world.chronicle.says_as("#a", "wxid_two_222", "张\u{200b}三", "buy my things");
    world.remarked(message, 0, SEVERITIES[1]);
    world.look();
    for (keys, what) in [("d", "buy my things"), ("x", "taken back"), ("\n", "buy my things")] {
        world.press(keys);
        let rows = world.look().concat();
        assert!(rows.contains("two_222"), "{keys}: {rows}");
        assert!(rows.contains(what), "{keys}: {rows}");
        world.press("\u{1b}");
        world.look();
    }
    let effects = world.press("m3");
    assert!(world.toast().contains("two_222"), "{}", world.toast());
    world.perform(effects);
    world.press("U");
    let rows = world.look().concat();
    assert!(rows.contains("two_222"), "the journal: {rows}");
    world.press("\u{1b}");
    world.chronicle.says_as("#a", "wxid_li", "李四", "hello");
    world.look();
    world.press("f");
    world.look();
    world.press("m3");
    assert!(world.toast().contains("李四") && !world.toast().contains("wxid"), "{}", world.toast());
}

#[test]
fn the_card_tells_in_the_same_frame_of_whom_the_cursor_came_to_stand_on() {
    let mut world = World::new(120, 36);
    for number in [1, 2, 3, 1, 2] {
        world.says(number);
        let rows = world.draw();
        let card = rows.iter().skip_while(|row| !row.contains(" Member ")).nth(1).unwrap();
        let card = card.split('│').nth(2).unwrap().trim_start();
        assert!(card.starts_with(&format!("m{number} ")), "m{number} spoke: {card}");
        world.show();
        world.pass(100);
    }
}
