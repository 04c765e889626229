//! Filters and keys: what passes is what is hit, a mistake stays open, and a filter has a name.

use crate::world::{World, moderator};
use qunguan::app::effect::Effect;
use qunguan::model::event::Event;

#[test]
fn a_filter_set_between_a_frame_and_a_key_hits_nothing_that_the_frame_did_not_mark() {
    let mut world = World::new(120, 36);
    for number in [1, 2, 3] {
        world.says(number);
    }
    world.look();
    world.press("&from:m1\n");
    world.arrives();
    assert_eq!(world.press("m"), [], "no frame has shown what passes");
    let rows = world.look();
    assert!(rows.iter().any(|row| row.contains("&from:m1 1")), "{rows:#?}");
    let effects = world.press("m3");
    assert!(
        matches!(&effects[..], [Effect::Request(request)] if request.act.member() == Some(world.chronicle.member("m1"))),
        "{effects:?}"
    );
    // What passes joins while the filter stands, and what does not never comes under the cursor.
    world.says(2);
    world.says(1);
    world.says(3);
    world.look();
    let effects = world.press("m3");
    assert!(
        matches!(&effects[..], [Effect::Request(request)] if request.act.member() == Some(world.chronicle.member("m1"))),
        "{effects:?}"
    );
}

#[test]
fn a_filter_that_does_not_read_stays_open_with_the_mistake_under_it() {
    let mut world = World::new(120, 36);
    world.says(1);
    world.look();
    world.press("/form:m1\n");
    let rows = world.look();
    assert!(rows.iter().any(|row| row.contains("No field “form”")), "{rows:#?}");
    assert!(rows.iter().any(|row| row.contains("/form:m1")), "{rows:#?}");
    world.press("\u{1b}");
    assert!(!world.seat.screen.is_finding());
}

#[test]
fn a_filter_gets_a_name_and_is_asked_for_by_it() {
    let mut world = World::new(120, 36);
    world.says(1);
    world.look();
    assert_eq!(world.press(":save-filter mine\n"), []);
    world.press("\u{1b}");
    world.look();
    world.press("&from:m1 -flagged\n");
    world.look();
    let effects = world.press(":save-filter mine\n");
    let text = "from:m1 -flagged".to_owned();
    assert_eq!(effects, [Effect::SaveFilter { name: "mine".into(), text: Some(text.clone()) }]);
    world.append(Event::FilterSaved { name: "mine".into(), text, by: moderator("alice") });
    world.look();
    world.press("&\n");
    assert_eq!(world.seat.screen.filtered_by(), None);
    for way in ["&=mine\n", ":filter mine\n", "&=mi\t\n"] {
        world.press("&\n");
        world.look();
        world.press(way);
        let filter = world.seat.screen.filtered_by().map(ToString::to_string);
        assert_eq!(filter.as_deref(), Some("from:m1 -flagged"), "{way}");
    }
    world.look();
    assert_eq!(
        world.press(":forget-filter mine\n"),
        [Effect::SaveFilter { name: "mine".into(), text: None }]
    );
}

#[test]
fn a_line_behind_the_key_means_what_is_shown_under_it_also_where_a_filter_has_that_name() {
    let mut world = World::new(120, 36);
    world.says(1);
    world.append(Event::FilterSaved { name: "hello".into(), text: "from:m2".into(), by: moderator("bob") });
    world.look();
    world.press("&hello");
    assert!(world.look().iter().any(|row| row.trim_matches(['│', ' ']) == "hello"), "{:#?}", world.look());
    world.press("\n");
    assert_eq!(world.seat.screen.filtered_by().map(ToString::to_string).as_deref(), Some("hello"));
}

#[test]
fn a_name_that_would_be_cut_is_refused() {
    let mut world = World::new(120, 36);
    world.says(1);
    world.look();
    world.press("&from:m1\n");
    world.look();
    assert_eq!(world.press(&format!(":save-filter {}\n", "名".repeat(41))), []);
    assert!(world.look().iter().any(|row| row.contains("at most 40")), "{:#?}", world.look());
    world.press("\u{1b}");
    world.look();
    let name = "名".repeat(40);
    let effects = world.press(&format!(":save-filter {name}\n"));
    assert_eq!(effects, [Effect::SaveFilter { name, text: Some("from:m1".into()) }]);
}

#[test]
fn a_name_is_completed_behind_a_full_width_space_too() {
    let mut world = World::new(120, 36);
    world.says(1);
    world.append(Event::FilterSaved {
        name: "开广告".into(), text: "from:m1".into(), by: moderator("bob")
    });
    world.look();
    world.press(":filter\u{3000}开\t\n");
    assert_eq!(world.seat.screen.filtered_by().map(ToString::to_string).as_deref(), Some("from:m1"));
}
