//! Who is in the demo's rooms: the names of `talk/cast.txt`, and those who come later. Names nobody real.

use crate::model::heard::Person;
use crate::model::member::Role;
use std::collections::HashMap;

/// Somebody in a room.
#[derive(Debug, Clone)]
pub struct Figure {
    pub person: Person,
    pub part: Part,
}

/// How somebody takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Owner,
    Staff,
    Core,
    Active,
    Some,
    /// Reads and never says anything.
    Quiet,
    /// Came while we watched.
    New,
}

impl Part {
    /// How often somebody is chosen to speak, relative to the others. From the shares of real groups: one in ten
    /// writers writes most of the lines.
    pub fn weight(self) -> u32 {
        match self {
            Part::Owner | Part::Staff => 3,
            Part::Core => 14,
            Part::Active => 6,
            Part::Some | Part::New => 1,
            Part::Quiet => 0,
        }
    }

    fn role(self) -> Role {
        match self {
            Part::Owner => Role::Owner,
            Part::Staff => Role::Admin,
            _ => Role::Member,
        }
    }
}

/// The people of one room before anything happens.
#[derive(Debug, Clone)]
pub struct RoomCast {
    pub id: String,
    pub name: String,
    pub people: Vec<Figure>,
}

/// Reads the cast. A person who is listed in two rooms has one id.
pub fn rooms() -> Vec<RoomCast> {
    let mut ids: HashMap<String, String> = HashMap::new();
    let mut rooms: Vec<RoomCast> = Vec::new();
    for line in include_str!("talk/cast.txt").lines() {
        if let Some((id, name)) = line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            rooms.push(RoomCast { id: id.to_owned(), name: name.to_owned(), people: Vec::new() });
        }
        let Some((part, names)) = line.split_once(": ").and_then(|(word, names)| Some((part(word)?, names)))
        else {
            continue;
        };
        for name in names.split(" | ") {
            let next = format!("u{}", 1001 + ids.len());
            let external = ids.entry(name.to_owned()).or_insert(next).clone();
            let person = Person { external, name: name.to_owned(), role: part.role() };
            if let Some(room) = rooms.last_mut() {
                room.people.push(Figure { person, part });
            }
        }
    }
    rooms
}

fn part(word: &str) -> Option<Part> {
    Some(match word {
        "owner" => Part::Owner,
        "staff" => Part::Staff,
        "core" => Part::Core,
        "active" => Part::Active,
        "some" => Part::Some,
        "quiet" => Part::Quiet,
        _ => return None,
    })
}

const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧";
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英华玉萍红娥玲菲宇航浩子轩梓涵思源雨桐佳怡";
const NICKNAMES: [&str; 24] = [
    "小太阳",
    "一只咸鱼",
    "风吹麦浪",
    "今天也要加油",
    "木子李",
    "阿呆",
    "南方以南",
    "不吃香菜",
    "拾光",
    "柚子茶",
    "北北",
    "空白格",
    "半糖去冰",
    "老顽固",
    "星河",
    "七里香",
    "早睡早起",
    "团子",
    "路人甲",
    "稻草人",
    "雪碧不加冰",
    "鹿鸣",
    "小满足",
    "十七",
];
const BAIT: [&str; 8] = ["琪琪", "小美", "客服", "助理", "诚信", "福利", "薇薇", "安安"];

/// A name for somebody who comes in.
pub fn newcomer_name(dice: &mut fastrand::Rng) -> String {
    if dice.u8(..10) < 4 {
        let nickname = dice.choice(NICKNAMES).unwrap_or("新人");
        return format!("{nickname}{}", dice.u8(2..100));
    }
    let surnames: Vec<char> = SURNAMES.chars().collect();
    let given: Vec<char> = GIVEN.chars().collect();
    let letters = 1 + dice.usize(..2);
    let name = dice.choice(&surnames).into_iter().copied();
    name.chain((0..letters).filter_map(|_| dice.choice(&given).copied())).collect()
}

/// A name for an account that was made to advertise.
pub fn bait_name(dice: &mut fastrand::Rng) -> String {
    format!("{}_{:04}", dice.choice(BAIT).unwrap_or("客服"), dice.u16(..10_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn some_two_hundred_people_live_in_four_rooms_and_many_never_speak() {
        let rooms = rooms();
        assert_eq!(
            rooms.iter().map(|room| room.name.as_str()).collect::<Vec<_>>(),
            ["行业交流群·Rust", "摄影兴趣群", "路由器用户群", "城市跑步群"]
        );
        let people: Vec<_> = rooms.iter().flat_map(|room| &room.people).collect();
        let distinct: HashSet<_> = people.iter().map(|figure| &figure.person.external).collect();
        assert!((200..=240).contains(&distinct.len()), "{}", distinct.len());
        assert!(people.len() > distinct.len(), "nobody is in two rooms");
        for room in &rooms {
            let of = |part| room.people.iter().filter(|figure| figure.part == part).count();
            assert_eq!((of(Part::Owner), of(Part::Staff)), (1, 2), "{}", room.name);
            assert!(of(Part::Quiet) * 4 > room.people.len(), "{}", room.name);
        }
    }

    #[test]
    fn a_person_is_once_in_a_room() {
        for room in rooms() {
            let distinct: HashSet<_> =
                room.people.iter().map(|figure| figure.person.external.clone()).collect();
            assert_eq!(distinct.len(), room.people.len(), "{}", room.name);
        }
    }
}
