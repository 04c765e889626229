//! Finding, paging, jumping and the mouse: every move lands on an id and shows it.

use crate::desk::Desk;
use crate::history::{History, bob};
use crate::{paint, story};
use qunguan::language::Language;
use qunguan::model::id::{MemberId, RoomId, Seq};
use qunguan::model::member::Role;
use qunguan::model::reason::Reason;
use qunguan::state::filter::Filter;
use qunguan::state::filter::query::Query;
use qunguan::state::stream::{Line, WINDOW};
use qunguan::ui::moves::Motion;
use qunguan::ui::overlay::{Overlay, Tone};
use qunguan::ui::screen::{Pane, Screen, View};
use qunguan::ui::search::{Piece, SearchOrder};

const ROOM: RoomId = RoomId(1);

fn desk(history: &History) -> Desk {
    Desk::new(history.state.clone(), history.now, Language::Chinese, "default")
}

fn shown(desk: &Desk, screen: &Screen) -> String {
    paint::glyphs(&desk.draw(screen).0)
}

/// A room in which `lines` things were said, and everything that was said, oldest first.
fn long_talk(lines: usize) -> (History, Vec<Line>) {
    let mut history = History::new();
    history.online("demo");
    history.room(1, "demo", "room", 2);
    let member = history.member(ROOM, "demo", "小李", Role::Member);
    let mut said = Vec::new();
    for number in 0..lines {
        history.pass(1);
        let id = history.says(ROOM, member, &format!("line {number}."));
        said.push(Line::Message(history.state.stream.message(id).unwrap().clone()));
    }
    (history, said)
}

/// Answers every page that the screen asks for, 500 lines at a time, and says how many it asked for.
fn answer_pages(desk: &Desk, screen: &mut Screen, said: &[Line]) -> usize {
    answer_pages_of(desk, screen, said, None)
}

/// The same, of what a query passes.
fn answer_pages_of(desk: &Desk, screen: &mut Screen, said: &[Line], query: Option<&Query>) -> usize {
    let mut asked = 0;
    while let Some(page) = screen.wants_page(&desk.scene()) {
        screen.page_asked(page);
        assert_eq!(screen.wants_page(&desk.scene()), None, "a page is asked for once");
        let wanted =
            |line: &&Line| line.seq() < page.before && query.is_none_or(|query| passes(desk, query, line));
        let below: Vec<Line> = said.iter().filter(wanted).rev().take(500).cloned().collect();
        let reached = below.last().filter(|_| below.len() == 500).map_or(Seq(0), Line::seq);
        screen.page_arrived(page, below, reached);
        asked += 1;
        assert!(asked < 100, "it never stops asking");
    }
    asked
}

fn passes(desk: &Desk, query: &Query, line: &Line) -> bool {
    matches!(line, Line::Message(message) if query.admits_message(&desk.state, message))
}

/// Answers every search that the screen orders, some places at a time, and says what was searched for last.
fn answer_searches(desk: &Desk, screen: &mut Screen, said: &[Line]) -> Option<Query> {
    let mut last = None;
    for order in screen.take_orders() {
        let SearchOrder::Begin(wanted) = order else { continue };
        let hits: Vec<Seq> = said
            .iter()
            .filter(|line| line.seq() < wanted.before && passes(desk, &wanted.query, line))
            .map(Line::seq)
            .rev()
            .collect();
        for hits in hits.chunks(7) {
            let piece =
                Piece { id: wanted.id, hits: hits.to_vec(), reached: hits[hits.len() - 1], done: false };
            screen.found(&desk.scene(), &piece);
        }
        let end = Piece { id: wanted.id, hits: Vec::new(), reached: Seq(0), done: true };
        screen.found(&desk.scene(), &end);
        last = Some(wanted.query);
    }
    last
}

/// Types `/text` and lets everything arrive that it asks for.
fn find(desk: &Desk, screen: &mut Screen, said: &[Line], text: &str) {
    screen.find(&desk.scene(), Filter::parse(text).unwrap(), text);
    answer_searches(desk, screen, said);
    answer_pages(desk, screen, said);
}

#[test]
fn scrolling_up_reads_on_in_the_record_to_its_first_line() {
    let (history, said) = long_talk(WINDOW + 1200);
    let desk = desk(&history);
    let mut screen = Screen::new(80, 24);
    screen.pin(&desk.scene());
    assert_eq!(answer_pages(&desk, &mut screen, &said), 0, "what is in memory is not asked for");
    screen.go(&desk.scene(), Motion::Top);
    while answer_pages(&desk, &mut screen, &said) > 0 {
        screen.go(&desk.scene(), Motion::Top);
    }
    assert_eq!(screen.target(&desk.scene()).line, said.first().map(Line::seq));
    assert!(shown(&desk, &screen).contains("line 0."));
    // And back down, without a line left out.
    let mut last = screen.target(&desk.scene()).line.unwrap();
    for line in said.iter().skip(1) {
        screen.go(&desk.scene(), Motion::Down);
        assert_eq!(screen.target(&desk.scene()).line, Some(line.seq()), "after {last}");
        last = line.seq();
    }
}

#[test]
fn a_page_that_cannot_be_read_says_why_and_is_asked_for_again_by_moving_up() {
    let (history, _) = long_talk(WINDOW + 50);
    let desk = desk(&history);
    let mut screen = Screen::new(80, 24);
    screen.go(&desk.scene(), Motion::Top);
    let page = screen.wants_page(&desk.scene()).unwrap();
    screen.page_asked(page);
    assert!(shown(&desk, &screen).contains("正在读取更早的消息"));
    screen.page_failed(page, Reason::new("irc-connection-closed"));
    assert!(shown(&desk, &screen).contains("更早的消息读不出来"));
    assert_eq!(screen.wants_page(&desk.scene()), None);
    screen.go(&desk.scene(), Motion::Up);
    assert_eq!(screen.wants_page(&desk.scene()), Some(page));
}

#[test]
fn find_looks_in_texts_and_names_and_in_older_pages_and_says_when_there_is_nothing() {
    let (mut history, mut said) = long_talk(WINDOW + 1200);
    let zhang = history.member(ROOM, "demo", "张三", Role::Member);
    let id = history.says(ROOM, zhang, "你们好");
    said.push(Line::Message(history.state.stream.message(id).unwrap().clone()));
    let desk = desk(&history);
    let mut screen = Screen::new(80, 24);
    screen.pin(&desk.scene());
    for (text, found) in [("\"LINE 9000.\"", 9000), ("\"line 70.\"", 70)] {
        find(&desk, &mut screen, &said, text);
        assert_eq!(screen.target(&desk.scene()).line, Some(said[found].seq()), "{text}");
        screen.follow();
    }
    for text in ["zs", "zhangsan", "张", "from:zs 你们"] {
        find(&desk, &mut screen, &said, text);
        assert_eq!(screen.target(&desk.scene()).member, Some(zhang), "{text}");
        screen.follow();
    }
    find(&desk, &mut screen, &said, "\"nobody ever said this\"");
    let toast = screen.toast.clone().unwrap();
    assert_eq!(toast.tone, Tone::Refused);
    assert!(toast.text.contains("nobody ever said this"));
}

#[test]
fn the_next_place_found_is_older_and_the_previous_newer() {
    let (history, said) = long_talk(40);
    let desk = desk(&history);
    let mut screen = Screen::new(80, 24);
    find(&desk, &mut screen, &said, "7.");
    let at = |screen: &Screen| screen.target(&desk.scene()).line;
    assert_eq!(at(&screen), Some(said[37].seq()));
    assert!(shown(&desk, &screen).contains("1/4"), "{}", shown(&desk, &screen));
    screen.find_next(&desk.scene());
    screen.find_next(&desk.scene());
    assert_eq!(at(&screen), Some(said[17].seq()));
    assert!(shown(&desk, &screen).contains("3/4"));
    screen.find_previous(&desk.scene());
    assert_eq!(at(&screen), Some(said[27].seq()));
    screen.stop_finding();
    assert!(!screen.is_finding());
}

#[test]
fn what_is_in_sight_is_found_before_the_search_has_told_anything() {
    let (history, said) = long_talk(40);
    let desk = desk(&history);
    let mut screen = Screen::new(80, 24);
    screen.find(&desk.scene(), Filter::parse("7.").unwrap(), "7.");
    assert_eq!(screen.target(&desk.scene()).line, Some(said[37].seq()));
    assert!(shown(&desk, &screen).contains("0…"), "it says that it still looks");
}

#[test]
fn a_filtered_stream_shows_only_what_passes_through_the_whole_history_and_goes_on_with_what_is_new() {
    let (mut history, mut said) = long_talk(WINDOW + 1200);
    let mut desk = desk(&history);
    let mut screen = Screen::new(80, 24);
    screen.pin(&desk.scene());
    assert!(screen.filter(&desk.scene(), Filter::parse("\"99.\"").unwrap()));
    let query = answer_searches(&desk, &mut screen, &said);
    answer_pages_of(&desk, &mut screen, &said, query.as_ref());
    let text = shown(&desk, &screen);
    assert!(text.contains("line 9299.") && !text.contains("line 9391."), "{text}");
    assert!(text.contains("&99. 93"), "the title says the filter and how many: {text}");
    // Up to the first.
    for _ in 0..20 {
        screen.go(&desk.scene(), Motion::PageUp);
        answer_pages_of(&desk, &mut screen, &said, query.as_ref());
    }
    assert!(shown(&desk, &screen).contains("line 99."));
    screen.go(&desk.scene(), Motion::Bottom);
    // What is new joins, if it passes.
    for text in ["another 99.", "something else"] {
        let id = history.says(ROOM, MemberId(1), text);
        said.push(Line::Message(history.state.stream.message(id).unwrap().clone()));
    }
    desk.state = history.state.clone();
    screen.catch_up(&desk.scene());
    let text = shown(&desk, &screen);
    assert!(text.contains("another 99.") && text.contains("line 9299.") && !text.contains("something else"));
    assert!(text.contains("&99. 94"), "{text}");
    // Without the filter the line under the cursor stays in sight, with what was said around it.
    screen.go(&desk.scene(), Motion::Up);
    let line = screen.target(&desk.scene()).line;
    screen.filter(&desk.scene(), Filter::default());
    answer_pages(&desk, &mut screen, &said);
    assert_eq!(screen.target(&desk.scene()).line, line);
    let text = shown(&desk, &screen);
    assert!(text.contains("line 9299.") && text.contains("line 9298."), "{text}");
}

#[test]
fn a_filtered_list_shows_what_passes_and_finds_only_there() {
    let history = story::afternoon();
    let mut desk = desk(&history);
    let mut screen = Screen::new(120, 36);
    screen.set_view(View::Audit);
    let all = desk.state.trail.iter().count();
    screen.filter(&desk.scene(), Filter::parse("备注").unwrap());
    let text = shown(&desk, &screen);
    assert!(text.contains("&备注 1 "), "{text}");
    assert!(all > 1);
    screen.filter(&desk.scene(), Filter::parse("nothing like this").unwrap());
    assert!(shown(&desk, &screen).contains("没有符合筛选的内容"));
    screen.filter(&desk.scene(), Filter::default());
    assert!(!shown(&desk, &screen).contains("没有符合筛选的内容"));
    screen.set_view(View::Queue);
    screen.filter(&desk.scene(), Filter::parse("flagged:S4").unwrap());
    assert!(shown(&desk, &screen).contains("没有符合筛选的内容"));
    screen.filter(&desk.scene(), Filter::parse("flagged:S1").unwrap());
    let open = desk.state.queue.waiting(desk.now).len();
    desk.state = history.state.clone();
    screen.catch_up(&desk.scene());
    let passing =
        desk.state.queue.waiting(desk.now).into_iter().chain(desk.state.queue.decided_cases()).count();
    assert!(shown(&desk, &screen).contains(&format!("&flagged:S1 {passing}")), "{open} open");
}

#[test]
fn a_click_focuses_the_pane_and_takes_the_row_that_was_hit() {
    let history = story::afternoon();
    let desk = desk(&history);
    let mut screen = Screen::new(120, 36);
    screen.pin(&desk.scene());
    let rows = paint::rows(&desk.draw(&screen).0);
    for (words, pane, name) in [
        ("8 秒内 5 条消息", Pane::Queue, "福利05"),
        ("孙老师傅的大弟子 被禁言", Pane::Stream, "孙老师傅的大弟子"),
    ] {
        let y = rows.iter().position(|row| row.concat().contains(words)).unwrap();
        let x = if pane == Pane::Queue { 100 } else { 20 };
        screen.click(&desk.scene(), x, u16::try_from(y).unwrap());
        let member = screen.target(&desk.scene()).member.unwrap();
        assert_eq!((screen.pane(), desk.scene().member_name(member).as_str()), (pane, name));
    }
    assert!(screen.is_frozen(), "a click in the stream stops it");
}

#[test]
fn a_jump_to_a_line_that_is_not_in_memory_asks_for_its_page_and_lands_there() {
    let (history, said) = long_talk(WINDOW + 3000);
    let desk = desk(&history);
    let mut screen = Screen::new(80, 24);
    screen.set_view(View::Outbox);
    screen.select_line(&desk.scene(), said[100].seq());
    assert_eq!(screen.view(), View::Live);
    assert!(answer_pages(&desk, &mut screen, &said) > 0);
    assert_eq!(screen.target(&desk.scene()).message.map(|id| id.0), Some(said[100].seq()));
    assert!(shown(&desk, &screen).contains("line 100."));
    // From there one can read on downwards.
    for _ in 0..40 {
        screen.go(&desk.scene(), Motion::PageDown);
        answer_pages(&desk, &mut screen, &said);
    }
    assert!(screen.target(&desk.scene()).line.unwrap() > said[450].seq());
}

#[test]
fn a_run_of_arrivals_is_one_entry_that_names_them_all() {
    let mut history = History::new();
    history.online("demo");
    history.room(1, "demo", "room", 2);
    let people: Vec<MemberId> =
        (1..=7).map(|number| history.member(ROOM, "demo", &format!("新人{number}"), Role::Member)).collect();
    let seqs: Vec<Seq> = people.iter().map(|member| history.joined(ROOM, *member)).collect();
    let desk = desk(&history);
    let mut screen = Screen::new(120, 36);
    screen.pin(&desk.scene());
    assert!(shown(&desk, &screen).contains("7 人进群：新人1，新人2"));
    let target = screen.target(&desk.scene());
    assert_eq!((target.line, target.member), (seqs.last().copied(), None));
    let page = screen.page_about(&desk.scene()).unwrap();
    assert!(page.body[0].contains("7 人进群"));
    assert_eq!(page.body.iter().filter(|row| row.starts_with("新人")).count(), 7);
    screen.overlay = Some(Overlay::Reader(page));
    assert!(shown(&desk, &screen).contains("新人7"));
}

#[test]
fn every_way_of_finding_in_a_list_stays_in_the_list() {
    let history = story::afternoon();
    let desk = desk(&history);
    let mut screen = Screen::new(120, 36);
    screen.set_view(View::Audit);
    find(&desk, &mut screen, &[], "备注");
    let record = screen.target(&desk.scene()).record.unwrap();
    assert!(
        desk.state.trail.iter().any(|entry| entry.seq == record
            && matches!(entry.event, qunguan::model::event::Event::NoteAdded { .. }))
    );
    screen.set_view(View::Outbox);
    find(&desk, &mut screen, &[], "sls");
    let action = screen.target(&desk.scene()).action.unwrap();
    assert_eq!(desk.state.actions.get(action).unwrap().request.by, bob());
    screen.set_view(View::Queue);
    find(&desk, &mut screen, &[], "刷屏什么都没有");
    assert_eq!(screen.toast.clone().unwrap().tone, Tone::Refused);
}
