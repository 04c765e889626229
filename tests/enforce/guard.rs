//! What may not be done now, and why.

use crate::chronicle::{CONNECTOR, Chronicle, person};
use crate::{Desk, later};
use proptest::prelude::*;
use qunguan::enforce::guard::refusal;
use qunguan::model::ability::{Abilities, Ability, Verb};
use qunguan::model::action::Act;
use qunguan::model::heard::{By, Heard, Outcome, Person, Saying, Status};
use qunguan::model::id::{MemberId, MessageId, RoomId, Seq};
use qunguan::model::member::{LeaveCause, Role};
use qunguan::model::reason::Reason;

fn refused(chronicle: &Chronicle, act: &Act) -> Option<String> {
    refusal(&chronicle.state, chronicle.room("#a"), act, chronicle.now).map(|reason| reason.key)
}

fn every_act(member: MemberId, message: MessageId) -> [Act; 7] {
    [
        Act::Recall { message, member },
        Act::Warn { member, text: "请看群规".into() },
        Act::Mute { member, seconds: 600 },
        Act::Unmute { member },
        Act::Remove { member, block: false },
        Act::Remove { member, block: true },
        Act::Unblock { member },
    ]
}

/// Why each of the seven acts is refused, `-` for allowed.
fn answers(chronicle: &Chronicle, member: MemberId, message: MessageId) -> Vec<String> {
    let answer = |act: &Act| refused(chronicle, act).unwrap_or_else(|| "-".into());
    every_act(member, message).iter().map(answer).collect()
}

fn with_member() -> (Chronicle, MemberId, MessageId) {
    let mut chronicle = Chronicle::online();
    let message = chronicle.says("#a", "李四", "加V");
    let member = chronicle.member("李四");
    (chronicle, member, message)
}

fn role(chronicle: &mut Chronicle, role: Role) {
    let person = Person { role, ..person("李四") };
    chronicle.hear(Heard::RoleChanged { room: "#a".into(), person, by: By::Unknown });
}

#[test]
fn an_ordinary_member_can_be_acted_upon() {
    let (chronicle, member, message) = with_member();
    assert_eq!(answers(&chronicle, member, message), ["-", "-", "-", "refuse-not-muted", "-", "-", "-"]);
}

#[test]
fn staff_are_never_the_target_of_a_sanction() {
    for staff in [Role::Admin, Role::Owner] {
        let (mut chronicle, member, message) = with_member();
        role(&mut chronicle, staff);
        let no = "refuse-staff";
        assert_eq!(answers(&chronicle, member, message), [no, no, no, "refuse-not-muted", no, no, "-"]);
    }
    let (mut chronicle, member, _) = with_member();
    role(&mut chronicle, Role::Voiced);
    assert_eq!(refused(&chronicle, &Act::Mute { member, seconds: 1 }), None);
}

#[test]
fn our_own_account_is_never_the_target_but_our_words_can_be_taken_back() {
    let mut named = Chronicle::online();
    let message = named.says("#a", "us", "通知");
    let member = named.member("us");
    let mut spoke = Chronicle::online();
    let own = Saying {
        room: "#a".into(),
        person: person("robot"),
        external: "r".into(),
        own: true,
        ..Saying::default()
    };
    let said = spoke.say(own).unwrap();
    spoke.joins("#a", "robot");
    let robot = spoke.member("robot");
    for (chronicle, member, message) in [(named, member, message), (spoke, robot, said)] {
        let no = "refuse-own-account";
        assert_eq!(answers(&chronicle, member, message), ["-", no, no, "refuse-not-muted", no, no, "-"]);
    }
}

#[test]
fn what_the_platform_cannot_do_is_refused_in_its_own_words() {
    let (mut chronicle, member, message) = with_member();
    let abilities = Abilities::default()
        .with(Verb::Recall, Ability::unsupported(Reason::new("irc-no-recall")))
        .with(Verb::Warn, Ability::native())
        .with(Verb::Mute, Ability::emulated(Reason::new("irc-moderated")));
    let (external, name, own_role) = ("#a".into(), "#a".into(), Role::Member);
    chronicle.hear(Heard::Room { external, name, own_role, abilities, members_total: None });
    let no = "not-offered";
    assert_eq!(answers(&chronicle, member, message), ["irc-no-recall", "-", "-", no, no, no, no]);
}

#[test]
fn nothing_is_done_while_the_connector_is_away() {
    let (mut chronicle, member, message) = with_member();
    chronicle
        .hear(Heard::Status(Status::Offline { reason: Reason::new("connection-lost"), retry_seconds: 5 }));
    assert_eq!(answers(&chronicle, member, message), ["refuse-offline"; 7]);
    let act = Act::Unblock { member };
    let reason = refusal(&chronicle.state, chronicle.room("#a"), &act, chronicle.now).unwrap();
    assert_eq!(reason.args, [("connector".to_owned(), CONNECTOR.to_owned())]);
}

#[test]
fn who_is_gone_can_be_kept_out_and_his_words_taken_back_and_nothing_else() {
    let (mut chronicle, member, message) = with_member();
    let (room, cause, by) = ("#a".into(), LeaveCause::Left, By::Unknown);
    chronicle.hear(Heard::Left { room, person: person("李四"), cause, by });
    let gone = "refuse-not-in-room";
    assert_eq!(answers(&chronicle, member, message), ["-", gone, gone, "refuse-not-muted", gone, "-", "-"]);
}

#[test]
fn a_message_is_recalled_once_in_its_room_from_its_author() {
    let (mut chronicle, member, message) = with_member();
    let other = chronicle.says("#a", "王工", "在");
    assert_eq!(
        refused(&chronicle, &Act::Recall { message: other, member }),
        Some("refuse-message-unknown".into())
    );
    let unknown = MessageId(Seq(10_000));
    assert_eq!(
        refused(&chronicle, &Act::Recall { message: unknown, member }),
        Some("refuse-message-unknown".into())
    );
    chronicle.done("#a", Act::Recall { message, member }, None, None);
    assert_eq!(refused(&chronicle, &Act::Recall { message, member }), Some("refuse-already-recalled".into()));
}

#[test]
fn a_mute_can_be_lifted_while_it_lasts_and_while_it_is_ours_to_lift() {
    let (mut chronicle, member, _) = with_member();
    let room = chronicle.room("#a");
    chronicle.done("#a", Act::Mute { member, seconds: 600 }, None, None);
    let unmute = Act::Unmute { member };
    let answer =
        |chronicle: &Chronicle, seconds| refusal(&chronicle.state, room, &unmute, later(chronicle, seconds));
    assert_eq!(answer(&chronicle, 599), None);
    assert_eq!(answer(&chronicle, 600).unwrap().key, "refuse-not-muted");
    let mute = chronicle.done("#a", Act::Mute { member, seconds: 600 }, None, None);
    // The same, but the platform does not end it: after its time it is still there until we lift it.
    let outcome = Outcome::Confirmed { evidence: Reason::new("seen"), ours_to_lift: true };
    assert!(chronicle.hear(Heard::Outcome { action: mute, outcome }).is_empty(), "already confirmed");
    let request = chronicle.state.actions.get(mute).unwrap().request.clone();
    let ours = chronicle.append(qunguan::model::event::Event::ActionRequested(request));
    let action = qunguan::model::id::ActionId(ours);
    let outcome = Outcome::Confirmed { evidence: Reason::new("seen"), ours_to_lift: true };
    chronicle.hear(Heard::Outcome { action, outcome });
    assert_eq!(answer(&chronicle, 600), None);
}

#[test]
fn a_mute_may_be_repeated_and_shortened_but_not_be_without_length() {
    let (mut chronicle, member, _) = with_member();
    chronicle.done("#a", Act::Mute { member, seconds: 600 }, None, None);
    assert_eq!(refused(&chronicle, &Act::Mute { member, seconds: 60 }), None);
    assert_eq!(
        refused(&chronicle, &Act::Mute { member, seconds: 0 }),
        Some("refuse-mute-without-end".into())
    );
}

#[test]
fn unknown_rooms_and_members_are_refused() {
    let (chronicle, member, _) = with_member();
    let act = Act::Mute { member, seconds: 60 };
    let reason = refusal(&chronicle.state, RoomId(99), &act, chronicle.now).unwrap();
    assert_eq!(reason.key, "refuse-room-unknown");
    let act = Act::Mute { member: MemberId(99), seconds: 60 };
    assert_eq!(refused(&chronicle, &act), Some("refuse-member-unknown".into()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whoever_is_staff_is_never_hit(which in 0_usize..7, owner: bool, online: bool, present: bool) {
        let (mut chronicle, member, message) = with_member();
        role(&mut chronicle, if owner { Role::Owner } else { Role::Admin });
        if !online {
            let reason = Reason::new("connection-lost");
            chronicle.hear(Heard::Status(Status::Offline { reason, retry_seconds: 5 }));
        }
        if !present {
            let (room, cause, by) = ("#a".into(), LeaveCause::Left, By::Unknown);
            chronicle.hear(Heard::Left { room, person: person("李四"), cause, by });
        }
        let act = &every_act(member, message)[which];
        let relief = matches!(act, Act::Unmute { .. } | Act::Unblock { .. });
        prop_assert!(relief || refused(&chronicle, act) == Some("refuse-staff".into()));
    }
}
