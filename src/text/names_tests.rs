//! The index against the finder: neither finds what the other does not.

use super::Names;
use crate::text::fold::fold_words;
use crate::text::fuzzy::{self, score};
use crate::text::reveal::tests::hostile_text;
use proptest::prelude::*;

fn names(all: &[&str]) -> Names {
    let mut names = Names::default();
    for (id, name) in (0..).zip(all) {
        names.set(id, name);
    }
    names
}

fn order<'a>(all: &[&'a str], pattern: &str) -> Vec<&'a str> {
    names(all).rank(pattern, 10).0.into_iter().map(|(id, _)| all[id as usize]).collect()
}

#[test]
fn a_name_is_found_by_its_letters_its_sound_and_its_initials() {
    let all = ["王张小三", "张小三", "张三", "zs", "李四", "重庆火锅", "吕布", "Élan Vital"];
    assert_eq!(order(&all, "张三")[0], "张三");
    assert_eq!(order(&all, "zhangs"), ["张三", "张小三", "王张小三"]);
    for (pattern, name) in
        [("cq", "重庆火锅"), ("zhongq", "重庆火锅"), ("lvb", "吕布"), ("vit", "Élan Vital")]
    {
        assert_eq!(order(&all, pattern), [name], "{pattern}");
    }
    assert_eq!(order(&all, "").len(), 8);
    assert_eq!(names(&all).rank("z", 2), (names(&all).rank("z", 9).0[..2].to_vec(), 5));
}

#[test]
fn another_dress_does_not_hide_a_name() {
    assert_eq!(order(&["ＺＳ运营", "раypal"], "zs"), ["ＺＳ运营"]);
    assert_eq!(order(&["ＺＳ运营", "раypal"], "paypal"), ["раypal"]);
}

#[test]
fn a_renamed_member_is_found_by_his_new_name_alone() {
    let mut names = names(&["张三", "李四"]);
    for round in 0..50 {
        names.set(0, &format!("王五{round}"));
    }
    assert!(names.finds("ww49", 0) && !names.finds("zs", 0) && names.finds("ls", 1));
    assert_eq!((names.found("w"), names.len()), (vec![0], 2));
    assert!(names.bytes.len() < 200, "{} bytes are kept for two names", names.bytes.len());
}

/// What the finder says of a name as the index writes it down.
fn finder_finds(pattern: &str, name: &str) -> bool {
    let folded = fold_words(name);
    let text = if folded == name.to_lowercase() { name.to_owned() } else { format!("{name} {folded}") };
    score(pattern, &text).is_some()
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::string::string_regex("[张王李赵小明重庆吕单曾女a-cA-CzsüÉ0-2 _]{0,8}").unwrap(),
        1 => hostile_text(),
    ]
}

fn pattern() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::string::string_regex("[zhangwlicqobuvnd]{1,4}").unwrap(),
        3 => prop::string::string_regex("[张王重吕a-cA-CzslüÉé0-2 ]{1,4}").unwrap(),
        1 => hostile_text(),
        1 => prop::string::string_regex("[zs张]{60,70}").unwrap(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_exactly_what_the_finder_finds(name in name(), pattern in pattern()) {
        let names = names(&[&name]);
        let expected = finder_finds(&pattern, &name);
        prop_assert_eq!(names.finds(&pattern, 0), expected, "{} in {}", pattern, name);
        prop_assert_eq!(names.found(&pattern).len(), usize::from(expected));
    }

    #[test]
    fn a_name_is_found_by_its_keys(name in "[张王李赵小明重庆吕a-z]{1,12}") {
        let (full, initials) = fuzzy::pinyin_keys(&name);
        let names = names(&[&name]);
        prop_assert!(names.finds(&full, 0) && names.finds(&initials, 0) && names.finds(&name, 0));
    }

    #[test]
    fn every_match_is_scored_when_all_are_asked_for(all in prop::collection::vec(name(), 1..20), pattern in pattern()) {
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let (ranked, found) = names(&all).rank(&pattern, 20);
        prop_assert_eq!(ranked.len(), found);
        prop_assert!(ranked.is_sorted_by_key(|(_, score)| -score));
    }
}
