//! Recommendations and refusals, from what happened to what is to be done.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod chronicle;

use chronicle::{Chronicle, person};
use proptest::prelude::*;
use qunguan::enforce::leniency::Malice;
use qunguan::enforce::recommend::{Recommendation, recommend};
use qunguan::enforce::{Step, Style};
use qunguan::model::action::{Act, Actor, Request};
use qunguan::model::event::{Event, Flagging};
use qunguan::model::flag::{Category, Confidence, Severity, Verdict};
use qunguan::model::heard::{By, Heard, Outcome};
use qunguan::model::id::{ActionId, CaseId, MessageId};
use qunguan::model::member::LeaveCause;
use qunguan::model::moment::Moment;
use qunguan::model::reason::Reason;
use qunguan::rules::{Rules, Settings};

#[path = "enforce/guard.rs"]
mod guard;

const DAY: i64 = 86_400;
const AD: &str = "新店开业, 全场五折, 欢迎大家光临选购";

fn alice() -> Actor {
    Actor::Moderator("alice".into())
}

/// What a test does at the desk.
trait Desk {
    fn flag(&mut self, message: MessageId, category: Category, severity: Severity) -> CaseId;
    fn decide(&mut self, case: CaseId, verdict: Verdict);
    fn done(&mut self, room: &str, act: Act, case: Option<CaseId>, rule: Option<&str>) -> ActionId;
    fn recommends(&self, case: CaseId, style: Style) -> Recommendation;
}

impl Desk for Chronicle {
    fn flag(&mut self, message: MessageId, category: Category, severity: Severity) -> CaseId {
        let said = self.state.stream.message(message).unwrap();
        let (room, member) = (said.room, said.member);
        // One rule for each category, as offences are counted by category and cases by rule.
        let rule = format!("{category:?}").to_lowercase();
        let flagging = Flagging {
            message,
            room,
            member,
            rule: rule.clone(),
            rule_version: 1,
            category,
            severity,
            confidence: Confidence::Certain,
            span: None,
            reason: Reason::new("flag-words"),
        };
        self.append(Event::Flagged(flagging));
        let about = |case: &&&qunguan::state::queue::Case| {
            case.room == room && case.member == member && case.rule == rule
        };
        self.state.queue.waiting(qunguan::model::moment::Moment(i64::MAX)).iter().find(about).unwrap().id
    }

    fn decide(&mut self, case: CaseId, verdict: Verdict) {
        let room = self.state.queue.get(case).unwrap().room;
        self.append(Event::CaseDecided { case, room, verdict, by: alice() });
    }

    /// Asked for and confirmed.
    fn done(&mut self, room: &str, act: Act, case: Option<CaseId>, rule: Option<&str>) -> ActionId {
        let rule = rule.map(str::to_owned);
        let room = self.room(room);
        let request = Request {
            room,
            act,
            by: alice(),
            case,
            rule,
            hold_until: None,
            undoes: None,
            unit: None,
            message: None,
        };
        let action = ActionId(self.append(Event::ActionRequested(request)));
        let outcome = Outcome::Confirmed { evidence: Reason::new("seen"), ours_to_lift: false };
        self.hear(Heard::Outcome { action, outcome });
        action
    }

    fn recommends(&self, case: CaseId, style: Style) -> Recommendation {
        recommend(&self.state, self.state.queue.get(case).unwrap(), style, self.now)
    }
}

/// `who` offends in `#a` and is judged guilty; the recommendation before the decision.
fn offends(chronicle: &mut Chronicle, who: &str, style: Style, severity: Severity) -> Recommendation {
    let message = chronicle.says("#a", who, "看看");
    let case = chronicle.flag(message, Category::Advertisement, severity);
    let before = chronicle.recommends(case, style);
    chronicle.decide(case, Verdict::Confirmed);
    assert_eq!(chronicle.recommends(case, style), before, "a decided case counts once");
    before
}

/// Somebody who has been here long.
fn regular(who: &str) -> Chronicle {
    let mut chronicle = Chronicle::online();
    chronicle.says("#a", who, "大家好");
    chronicle.pass(3600);
    chronicle
}

#[test]
fn the_ladder_is_climbed_as_the_specification_says() {
    let mut chronicle = regular("李四");
    let mut next = None;
    for (count, step) in [(1, Step::Remind), (2, Step::MuteMiddle), (3, Step::MuteLong), (4, Step::Remove)] {
        let recommended = offends(&mut chronicle, "李四", Style::Moderate, Severity::S2);
        assert_eq!((recommended.count, recommended.step), (count, step));
        assert_eq!(recommended.lenient, count == 1);
        assert_eq!(next.unwrap_or(step), step, "what was announced is what comes");
        next = Some(recommended.next);
        chronicle.pass(DAY);
    }
    assert_eq!(next, Some(Step::Block));
}

#[test]
fn leniency_makes_a_strict_first_offence_one_step_milder() {
    let mut chronicle = regular("李四");
    let recommended = offends(&mut chronicle, "李四", Style::Strict, Severity::S2);
    assert_eq!((recommended.step, recommended.lenient), (Step::MuteShort, true));
}

#[test]
fn what_endangers_the_group_gets_no_leniency() {
    for style in Style::ALL {
        let mut chronicle = regular("李四");
        let recommended = offends(&mut chronicle, "李四", style, Severity::S4);
        assert_eq!(
            (recommended.step, recommended.lenient, recommended.next),
            (Step::Block, false, Step::Block)
        );
    }
}

#[test]
fn an_advertisement_soon_after_joining_gets_no_leniency() {
    let mut chronicle = Chronicle::online();
    chronicle.joins("#a", "李四");
    chronicle.pass(180);
    let recommended = offends(&mut chronicle, "李四", Style::Moderate, Severity::S2);
    assert_eq!((recommended.step, recommended.lenient), (Step::Warn, false));
    assert_eq!(recommended.malice, [Malice::CameToAdvertise]);
}

#[test]
fn an_advertisement_after_a_greeting_or_later_is_judged_leniently() {
    for (greets, wait) in [(true, 180), (false, 601)] {
        let mut chronicle = Chronicle::online();
        chronicle.joins("#a", "李四");
        if greets {
            chronicle.says("#a", "李四", "大家好");
        }
        chronicle.pass(wait);
        let recommended = offends(&mut chronicle, "李四", Style::Moderate, Severity::S2);
        assert_eq!((recommended.lenient, recommended.malice), (true, Vec::new()));
    }
}

#[test]
fn an_offence_outside_the_window_does_not_count_but_stands_against_leniency() {
    let mut chronicle = regular("李四");
    offends(&mut chronicle, "李四", Style::Moderate, Severity::S2);
    chronicle.pass(31 * DAY);
    let recommended = offends(&mut chronicle, "李四", Style::Moderate, Severity::S2);
    assert_eq!((recommended.count, recommended.step, recommended.lenient), (1, Step::Warn, false));
    chronicle.pass(181 * DAY);
    assert!(offends(&mut chronicle, "李四", Style::Moderate, Severity::S2).lenient);
}

#[test]
fn another_category_and_an_allowed_case_do_not_count() {
    let mut chronicle = regular("李四");
    let flood = chronicle.says("#a", "李四", "刷");
    let flood = chronicle.flag(flood, Category::Flood, Severity::S1);
    chronicle.decide(flood, Verdict::Confirmed);
    let allowed = chronicle.says("#a", "李四", "看看");
    let allowed = chronicle.flag(allowed, Category::Advertisement, Severity::S2);
    chronicle.decide(allowed, Verdict::Allowed);
    let recommended = offends(&mut chronicle, "李四", Style::Moderate, Severity::S2);
    assert_eq!((recommended.count, recommended.step, recommended.lenient), (1, Step::Warn, false));
}

#[test]
fn who_came_back_after_a_removal_is_blocked_and_after_the_window_is_not() {
    for (days, step) in [(1, Step::Block), (29, Step::Block), (31, Step::Warn)] {
        let mut chronicle = regular("李四");
        let member = chronicle.member("李四");
        chronicle.done("#a", Act::Remove { member, block: false }, None, None);
        let by = By::Us;
        let (room, cause) = ("#a".into(), LeaveCause::Removed);
        chronicle.hear(Heard::Left { room, person: person("李四"), cause, by });
        chronicle.pass(days * DAY);
        chronicle.joins("#a", "李四");
        chronicle.pass(3600);
        let recommended = offends(&mut chronicle, "李四", Style::Moderate, Severity::S2);
        assert_eq!((recommended.step, recommended.lenient), (step, false), "after {days} days");
    }
}

#[test]
fn the_same_content_in_two_groups_is_a_mailing_and_a_greeting_is_not() {
    for (text, wait, malice) in
        [(AD, 60, vec![Malice::Mailing]), ("大家好", 60, Vec::new()), (AD, 3600, Vec::new())]
    {
        let mut chronicle = regular("李四");
        chronicle.says("#b", "李四", text);
        chronicle.pass(wait);
        let message = chronicle.says("#a", "李四", text);
        let case = chronicle.flag(message, Category::Advertisement, Severity::S2);
        assert_eq!(chronicle.recommends(case, Style::Moderate).malice, malice, "{text} after {wait} s");
    }
}

#[test]
fn three_accounts_with_one_text_act_together_and_two_do_not() {
    for accounts in [2, 3] {
        let mut chronicle = Chronicle::online();
        let mut cases = Vec::new();
        for account in 0..accounts {
            chronicle.pass(600);
            let message = chronicle.says("#a", &format!("号{account}"), &format!("{AD} {account}"));
            cases.push(chronicle.flag(message, Category::Advertisement, Severity::S2));
        }
        let together = chronicle.recommends(cases[0], Style::Moderate).malice.contains(&Malice::Together);
        assert_eq!(together, accounts == 3);
    }
}

#[test]
fn again_soon_after_a_warning_or_a_recall_is_malice() {
    for (act_on, wait, found) in
        [("warn", 60, true), ("warn", 700, false), ("recall", 60, true), ("recall", 700, false)]
    {
        let mut chronicle = regular("李四");
        let member = chronicle.member("李四");
        let first = chronicle.says("#a", "李四", AD);
        let act = match act_on {
            "warn" => Act::Warn { member, text: "请看群规".into() },
            _ => Act::Recall { message: first, member },
        };
        let rule = Some("advertisement").filter(|_| act_on == "warn");
        chronicle.done("#a", act, None, rule);
        chronicle.pass(wait);
        let again = chronicle.says("#a", "李四", AD);
        let case = chronicle.flag(again, Category::Advertisement, Severity::S2);
        let malice = chronicle.recommends(case, Style::Moderate).malice;
        assert_eq!(malice.contains(&Malice::Reposted), found, "{act_on} {wait}");
    }
}

#[test]
fn who_was_blocked_elsewhere_gets_no_leniency_until_he_is_let_in_again() {
    let mut chronicle = regular("李四");
    let member = chronicle.member("李四");
    chronicle.says("#b", "李四", "在");
    chronicle.done("#b", Act::Remove { member, block: true }, None, None);
    let message = chronicle.says("#a", "李四", "看看");
    let case = chronicle.flag(message, Category::Advertisement, Severity::S2);
    assert_eq!(chronicle.recommends(case, Style::Moderate).malice, [Malice::Blocked]);
    chronicle.done("#b", Act::Unblock { member }, None, None);
    assert_eq!(chronicle.recommends(case, Style::Moderate).malice, []);
}

#[test]
fn a_disguise_that_a_rule_had_to_undo_is_malice() {
    let rules = Rules::new(&Settings::default()).unwrap();
    for (text, malice) in [
        ("加\u{200b}微信", vec![Malice::Disguise]),
        ("加微信", Vec::new()),
        ("上example点com看", vec![Malice::Disguise]),
        ("上example-sale.com看", Vec::new()),
    ] {
        let mut chronicle = regular("李四");
        let message = chronicle.says("#a", "李四", text);
        let flag = rules.evaluate(&chronicle.state, message).remove(0);
        let case = CaseId(chronicle.append(Event::Flagged(flag)));
        assert_eq!(chronicle.recommends(case, Style::Moderate).malice, malice, "{text}");
    }
}

#[test]
fn every_part_of_a_recommendation_is_said() {
    let mut chronicle = Chronicle::online();
    chronicle.joins("#a", "李四");
    let recommended = offends(&mut chronicle, "李四", Style::Moderate, Severity::S2);
    let keys: Vec<String> = recommended.reasons().into_iter().map(|reason| reason.key).collect();
    assert_eq!(keys, ["recommend-count", "malice-came-to-advertise"]);
}

/// Offences: who (of two), when (hours after the one before), how bad, confirmed or allowed.
type Offences = Vec<(u8, u16, usize, bool)>;

const SEVERITIES: [Severity; 4] = [Severity::S1, Severity::S2, Severity::S3, Severity::S4];

/// Plays the offences under other names, the members appearing in another order; every recommendation on the way.
fn steps(offences: &Offences, names: [&str; 2], first: usize, style: Style) -> Vec<Recommendation> {
    let mut chronicle = Chronicle::online();
    for who in [names[first], names[1 - first]] {
        chronicle.says("#a", who, "大家好");
    }
    chronicle.pass(DAY);
    let play = |&(who, hours, severity, confirmed): &(u8, u16, usize, bool)| {
        chronicle.pass(i64::from(hours) * 3600);
        let message = chronicle.says("#a", names[usize::from(who)], "看看");
        let case = chronicle.flag(message, Category::Advertisement, SEVERITIES[severity]);
        let recommended = chronicle.recommends(case, style);
        chronicle.decide(case, if confirmed { Verdict::Confirmed } else { Verdict::Allowed });
        recommended
    };
    offences.iter().map(play).collect()
}

fn offences() -> impl Strategy<Value = Offences> {
    prop::collection::vec((0_u8..2, 0_u16..1500, 0_usize..4, any::<bool>()), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_violation_gets_the_same_step_whoever_it_is(offences in offences(), style in 0_usize..3) {
        let style = Style::ALL[style];
        let one = steps(&offences, ["甲", "乙"], 0, style);
        prop_assert_eq!(&one, &steps(&offences, ["王工", "群红"], 0, style));
        prop_assert_eq!(&one, &steps(&offences, ["甲", "乙"], 1, style));
    }

    #[test]
    fn a_stricter_style_is_never_milder_with_the_same_history(offences in offences()) {
        let of = |style| steps(&offences, ["甲", "乙"], 0, style);
        let (strict, moderate, lax) = (of(Style::Strict), of(Style::Moderate), of(Style::Lax));
        for at in 0..offences.len() {
            prop_assert!(strict[at].step >= moderate[at].step && moderate[at].step >= lax[at].step);
        }
    }

    #[test]
    fn one_more_offence_in_the_past_is_never_milder(offences in offences(), extra in 0_u16..200, style in 0_usize..3) {
        let style = Style::ALL[style];
        let usual = steps(&offences, ["甲", "乙"], 0, style);
        let mut more = vec![(offences[0].0, 0, 0, true)];
        let mut shifted = offences.clone();
        shifted[0].1 = extra;
        more.extend(shifted);
        let worse = steps(&more, ["甲", "乙"], 0, style);
        for (before, after) in usual.iter().zip(&worse[1..]) {
            prop_assert!(after.step >= before.step, "{before:?} {after:?}");
        }
    }

    #[test]
    fn what_endangers_the_group_is_blocked_whatever_happened(offences in offences(), style in 0_usize..3) {
        let found = steps(&offences, ["甲", "乙"], 0, Style::ALL[style]);
        for (offence, recommended) in offences.iter().zip(found) {
            if SEVERITIES[offence.2] == Severity::S4 {
                prop_assert_eq!(recommended.step, Step::Block);
            }
        }
    }
}

/// The moment a number of seconds from now, for the guard's tests.
fn later(chronicle: &Chronicle, seconds: i64) -> Moment {
    chronicle.now.plus_seconds(seconds)
}
