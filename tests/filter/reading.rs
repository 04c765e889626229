//! What reads as a filter, what does not and where, and that a displayed filter reads back.

use chrono::{FixedOffset, NaiveDate};
use proptest::prelude::*;
use qunguan::language::{Language, Words};
use qunguan::model::flag::Severity;
use qunguan::model::message::Kind;
use qunguan::model::moment::Moment;
use qunguan::state::filter::when::{Edge, Unit, When};
use qunguan::state::filter::{Filter, Sense, Term, Wanted};
use qunguan::state::standing::Standing;
use qunguan::text::fold;

/// Reads `text`, and says how it reads: the filter in its own words, or the stretch that does not and why.
fn check(text: &str, reads: &str) {
    let told = match Filter::parse(text) {
        Ok(filter) => filter.to_string(),
        Err(mistake) => format!("{} [{}]", mistake.reason.key, &text[mistake.place]),
    };
    assert_eq!(told, reads, "{text}");
}

#[test]
fn words_fields_and_their_opposites_read_as_typed() {
    check("", "");
    check("  加微信   \"see the pinned\" ", "加微信 \"see the pinned\"");
    check("from:zs Room:闲聊 KIND:图片 tier:新人", "from:zs room:闲聊 kind:image tier:newcomer");
    check("flagged flagged:s2 FLAGGED recalled", "flagged flagged:S2 flagged recalled");
    check("-from:\"张 三\" -bot", "-from:\"张 三\" -bot");
    check("from：zs －広告 “a b”", "from:zs -広告 \"a b\"");
    check(
        "since:30m until:2h since:14:00 until:2026-11-20",
        "since:30m until:2h since:14:00 until:2026-11-20",
    );
    check("since:11-20 until:2026-11-20T09:05", "since:11-20 until:2026-11-20T09:05");
    check("a or b c OR d", "a or b c or d");
    check("(a or b) c", "(a or b) c");
    check("（a or（b or c））d", "(a or b or c) d");
    check("((a)) (b c) -(d) -(-e) -(f g)", "a b c -d -(-e) -(f g)");
    check("(from:bob or kind:image)or flagged", "from:bob or kind:image or flagged");
    check("\"or\" order -or f(x) :)", "\"or\" order -\"or\" \"f(x)\" \":)\"");
    check("(f(x) or y)", "\"f(x)\" or y");
    check("acted Acted", "acted acted");
    check("from://x \"from://x\"", "from://x \"from://x\"");
    check("https://t.me/x 12:30 a\"b", "\"https://t.me/x\" \"12:30\" a\"b");
    check("\"flagged\" \"-1\" \"a \\\" \\\\ b\"", "\"flagged\" \"-1\" \"a \\\" \\\\ b\"");
}

#[test]
fn a_mistake_is_told_with_its_place() {
    check("好 form:zs", "filter-unknown-field [form]");
    check("a - b", "filter-lone-dash [-]");
    check("kind:picture", "filter-unknown-kind [picture]");
    check("好 tier:boss x", "filter-unknown-tier [boss]");
    check("flagged:S5", "filter-unknown-severity [S5]");
    check("since:soon", "filter-unknown-time [soon]");
    check("since:25:00", "filter-unknown-time [25:00]");
    check("until:2026-02-30", "filter-unknown-time [2026-02-30]");
    check("from: x", "filter-no-value []");
    check("a \"b c", "filter-open-quote [\"b c]");
    check("from:\"b c", "filter-open-quote [\"b c]");
    check("or a", "filter-lone-or [or]");
    check("a or", "filter-lone-or [or]");
    check("a or or b", "filter-lone-or [or]");
    check("a (b or ) c", "filter-lone-or [or]");
    check("a (b or c", "filter-open-bracket [(b or c]");
    check("a (", "filter-open-bracket [(]");
    check("a ( ) b", "filter-empty-bracket [( )]");
    check("(a) ) b", "filter-lone-bracket [)]");
    check("\u{200b}", "filter-nothing-visible [\u{200b}]");
    check(&"a ".repeat(33), "filter-too-long [a ]");
}

#[test]
fn every_mistake_is_worded_in_both_languages() {
    for language in Language::ALL {
        let words = Words::of(language);
        for text in [
            "x:y",
            "-",
            "kind:x",
            "tier:x",
            "flagged:x",
            "since:x",
            "from:",
            "\"",
            "\u{200b}",
            "or",
            "(",
            "()",
            ")",
        ] {
            let mistake = Filter::parse(text).unwrap_err();
            assert!(words.has(&mistake.reason.key), "{} in {language:?}", mistake.reason.key);
            assert!(!words.reason(&mistake.reason).contains('{'), "{text}");
        }
        let mistake = Filter::parse(&"a ".repeat(99)).unwrap_err();
        assert!(words.reason(&mistake.reason).contains("32"));
    }
}

#[test]
fn a_time_is_the_last_such_time_and_a_day_is_meant_whole() {
    let zone = FixedOffset::east_opt(8 * 3600).unwrap();
    // 2026-11-22 14:30:10 in the zone.
    let now = Moment(1_795_329_010_500);
    let told = |text: &str, edge: Edge| {
        let moment = When::parse(text).unwrap().moment(edge, now, zone);
        moment.at_zone(zone).format("%Y-%m-%d %H:%M:%S").to_string()
    };
    assert_eq!(told("10s", Edge::Since), "2026-11-22 14:30:00");
    assert_eq!(told("30m", Edge::Since), "2026-11-22 14:00:10");
    assert_eq!(told("2d", Edge::Since), "2026-11-20 14:30:10");
    assert_eq!(told("1w", Edge::Until), "2026-11-15 14:30:10");
    assert_eq!(told("14:00", Edge::Since), "2026-11-22 14:00:00");
    assert_eq!(told("15:00", Edge::Since), "2026-11-21 15:00:00");
    assert_eq!(told("11-20", Edge::Since), "2026-11-20 00:00:00");
    assert_eq!(told("12-01", Edge::Since), "2025-12-01 00:00:00");
    assert_eq!(told("02-29", Edge::Since), "2024-02-29 00:00:00");
    assert_eq!(told("2026-11-20", Edge::Until), "2026-11-21 00:00:00");
    assert_eq!(told("2026-11-20t09:05", Edge::Until), "2026-11-20 09:05:00");
}

fn name() -> impl Strategy<Value = String> {
    any::<String>().prop_filter("something visible", |text| !fold::fold_words(text).is_empty())
}

fn when() -> impl Strategy<Value = When> {
    let unit = prop_oneof![
        Just(Unit::Seconds),
        Just(Unit::Minutes),
        Just(Unit::Hours),
        Just(Unit::Days),
        Just(Unit::Weeks)
    ];
    let day =
        || (1..10_000i32, 1..13u32, 1..29u32).prop_map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d).unwrap());
    prop_oneof![
        (0..9_999_999u32, unit).prop_map(|(count, unit)| When::Ago { count, unit }),
        (0..24u32, 0..60u32).prop_map(|(hour, minute)| When::Clock { hour, minute }),
        (1..13u32, 1..29u32).prop_map(|(month, day)| When::DayOfYear { month, day }),
        day().prop_map(When::Day),
        (day(), 0..24u32, 0..60u32).prop_map(|(day, hour, minute)| When::DayAndClock { day, hour, minute }),
    ]
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let kinds = [Kind::Text, Kind::Image, Kind::Voice, Kind::Video, Kind::File, Kind::Link, Kind::Other];
    let tiers = [Standing::Owner, Standing::Admin, Standing::Voiced, Standing::Newcomer, Standing::Ordinary];
    let severities = [None, Some(Severity::S1), Some(Severity::S2), Some(Severity::S3), Some(Severity::S4)];
    prop_oneof![
        name().prop_map(Wanted::Words),
        name().prop_filter("not blank", |name| !name.trim().is_empty()).prop_map(Wanted::From),
        name().prop_filter("not blank", |name| !name.trim().is_empty()).prop_map(Wanted::Room),
        prop::sample::select(kinds.to_vec()).prop_map(Wanted::Kind),
        prop::sample::select(tiers.to_vec()).prop_map(Wanted::Tier),
        prop::sample::select(severities.to_vec()).prop_map(Wanted::Flagged),
        Just(Wanted::Recalled),
        Just(Wanted::Acted),
        when().prop_map(Wanted::Since),
        when().prop_map(Wanted::Until),
    ]
}

fn sense() -> impl Strategy<Value = Sense> {
    prop_oneof![Just(Sense::Must), Just(Sense::MustNot)]
}

/// Filters of few conditions, as reading makes them: no choice of one, no choice among choices.
fn filter() -> impl Strategy<Value = Filter> {
    let term = || (sense(), wanted()).prop_map(|(sense, what)| Term { sense, what });
    let plain = prop::collection::vec(term(), 1..4).prop_map(|terms| Filter { terms }).boxed();
    let choice = (sense(), prop::collection::vec(plain, 2..4));
    let choice = choice.prop_map(|(sense, filters)| Term { sense, what: Wanted::Any(filters) }).boxed();
    let deep = (term(), choice.clone()).prop_map(|(one, other)| Filter { terms: vec![one, other] });
    let deep = prop::collection::vec(deep, 2..3);
    let deep = (sense(), deep).prop_map(|(sense, filters)| Term { sense, what: Wanted::Any(filters) });
    prop::collection::vec(prop_oneof![6 => term(), 1 => choice, 1 => deep], 0..3)
        .prop_filter("not too long", |terms| count(terms) <= 32)
        .prop_map(|terms| Filter { terms })
}

/// How many conditions and brackets.
fn count(terms: &[Term]) -> usize {
    let one = |term: &Term| match &term.what {
        Wanted::Any(filters) => 2 + filters.iter().map(|filter| count(&filter.terms)).sum::<usize>(),
        _ => 1,
    };
    terms.iter().map(one).sum()
}

proptest! {
    #[test]
    fn what_a_filter_displays_as_reads_back_to_it(filter in filter()) {
        prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn any_text_reads_or_is_told_where_it_does_not(text in "([-－\"“:： a张\\\\()（）]| or |from:|flagged|acted|since:|30m|\\PC|.){0,24}") {
        match Filter::parse(&text) {
            Ok(filter) => prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter)),
            Err(mistake) => prop_assert!(text.get(mistake.place).is_some()),
        }
    }
}
