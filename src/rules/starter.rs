//! The word lists that come with the program: a small, useful beginning, no dictionary of obscenities.
//!
//! Chosen for precision: each phrase asks for a contact off the group, offers money for nothing, or sells what the
//! law forbids, and is rare in ordinary talk.

use crate::model::flag::{Category, Severity};
use crate::rules::words::List;

/// The lists of the starter set: `contact`, `advertising` and `fraud`.
pub(in crate::rules) fn lists() -> Vec<List> {
    vec![
        list("contact", Severity::S2, &CONTACT, &CONTACT_EXCEPT),
        list("advertising", Severity::S2, &ADVERTISING, &ADVERTISING_EXCEPT),
        list("fraud", Severity::S4, &FRAUD, &FRAUD_EXCEPT),
    ]
}

fn list(id: &str, severity: Severity, words: &[&str], except: &[&str]) -> List {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    List {
        id: id.to_owned(),
        severity,
        category: Category::Advertisement,
        words: owned(words),
        except: owned(except),
    }
}

/// Asking people to a contact outside the group.
const CONTACT: [&str; 28] = [
    "加V",
    "加VX",
    "加WX",
    "加微信",
    "加我微信",
    "加薇",
    "加薇信",
    "加威",
    "加威信",
    "加徽信",
    "加扣扣",
    "加QQ",
    "➕V",
    "➕微",
    "➕薇",
    "➕威",
    "+威信",
    "+薇信",
    "私聊领",
    "私我领",
    "私信领取",
    "进群领",
    "加群领",
    "扫码领取",
    "联系客服领取",
    "电报群",
    "飞机群",
    "DM me to earn",
];

/// Talk about the rule is not a breach of it.
const CONTACT_EXCEPT: [&str; 10] = [
    "别加微信",
    "不加微信",
    "不要加微信",
    "不能加微信",
    "请勿加微信",
    "禁止加微信",
    "不用加微信",
    "别加QQ",
    "不要加QQ",
    "禁止加QQ",
];

/// Offers and solicitation.
const ADVERTISING: [&str; 26] = [
    "免费领",
    "免费领取",
    "免费送资料",
    "领取资料",
    "领资料",
    "兼职日结",
    "日结工资",
    "日结兼职",
    "在家兼职",
    "手机兼职",
    "宝妈兼职",
    "刷单",
    "招代理",
    "诚招代理",
    "一件代发",
    "代开发票",
    "代写论文",
    "引流推广",
    "低价出售",
    "工厂直销",
    "限时优惠",
    "点击领取",
    "躺赚",
    "日赚千元",
    "work from home and earn",
    "buy followers",
];

const ADVERTISING_EXCEPT: [&str; 17] = [
    "禁止代开发票",
    "不要代开发票",
    "禁止招代理",
    "哪有躺赚",
    "免费领养",
    "反刷单",
    "防刷单",
    "别刷单",
    "不要刷单",
    "不刷单",
    "禁止刷单",
    "刷单诈骗",
    "刷单骗",
    "刷单都是骗",
    "刷单是骗",
    "刷单被骗",
    "刷单词",
];

/// What costs people their money. Removal is recommended for these, so each is a phrase that nobody says in passing:
/// 跑分 also means a benchmark, and 带单 is in 带单反.
const FRAUD: [&str; 18] = [
    "高额回报",
    "稳赚不赔",
    "包赚不赔",
    "保本高收益",
    "保本保息",
    "刷单返利",
    "兼职刷单",
    "刷单赚钱",
    "内部消息股",
    "跟单老师",
    "充值返利",
    "贷款无抵押秒到账",
    "无视征信",
    "代办信用卡",
    "出售银行卡",
    "收购银行卡",
    "guaranteed profit",
    "double your money",
];

const FRAUD_EXCEPT: [&str; 6] =
    ["没有稳赚不赔", "哪有稳赚不赔", "哪有高额回报", "高额回报都是骗", "刷单返利诈骗", "兼职刷单诈骗"];
