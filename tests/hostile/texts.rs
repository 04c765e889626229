//! What somebody would write who wants to break a terminal, a layout or a moderator's aim. The same at every run.

use proptest::prelude::*;
use proptest::strategy::{BoxedStrategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A source of hostile texts.
pub struct Texts {
    runner: TestRunner,
    pieces: BoxedStrategy<String>,
    count: usize,
}

impl Texts {
    pub fn new() -> Self {
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        Self { runner: TestRunner::new_with_rng(Config::default(), rng), pieces: pieces().boxed(), count: 0 }
    }

    /// The next one; one of 1500 has 64 KB.
    pub fn message(&mut self) -> String {
        self.count += 1;
        let text = self.next();
        if self.count.is_multiple_of(1500) {
            let times = 65_536 / text.len().max(1);
            return text.repeat(times.max(1));
        }
        text
    }

    /// A name or a topic; one of 50 has 500 characters.
    pub fn name(&mut self) -> String {
        self.count += 1;
        let text = self.next();
        if self.count.is_multiple_of(50) { text.chars().cycle().take(500).collect() } else { text }
    }

    fn next(&mut self) -> String {
        self.pieces.new_tree(&mut self.runner).unwrap().current()
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let sequences = prop::sample::select(vec![
        "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\u{1b}P1$r\u{1b}\\",
        "\u{1b}[?1049l\r\n\u{1b}c",
        "\u{1b}]52;c;cm0gLXJmIC8=\u{7}",
        "\u{1b}]777;notify;a;b\u{1b}\\\u{1b}]9;x\u{7}",
        "\u{90}tmux;\u{1b}\u{1b}[6n\u{9c}\u{1b}[c\u{1b}[>q",
        "\u{1b}[999;999H\u{1b}[3J\u{1b}[?25h\u{8}\u{8}\u{8}\t\u{b}\u{c}",
        "\\ud83d\\u0007 \\x1b[31m ^[[31m %1b",
    ])
    .prop_map(str::to_owned);
    let marvels = prop::sample::select(vec![
        "👨‍👩‍👧‍👦👩🏽‍🚀🏳️‍🌈🏴󠁧󠁢󠁥󠁮󠁧󠁿🇨🇳🇨1️⃣❤️☺︎",
        "مرحبا \u{202e}gnp.exe\u{202c} שלום 12",
        "h\u{341}e\u{310}\u{316}\u{317}\u{318}\u{319}\u{31a}l\u{489}l\u{20dd}o",
        "ﷺ﷽꧅⸻𒐫",
        "ｶﾞﾊﾟ゛゜ｆｕｌｌ",
        "ន្ទ កុំ ⵿ क्ष กำ ਜ਼",
        "\u{1100}\u{1161}\u{11a8}가",
        "pаypаl 𝐕𝐗 ⼈エ资",
        "\u{e0041}\u{e0042}\u{e007f}\u{fe0f}\u{e0100}",
    ])
    .prop_map(str::to_owned);
    let piece = prop_oneof![
        2 => any::<String>(),
        1 => "[\u{0}-\u{1f}\u{7f}-\u{9f}]{1,8}",
        1 => "[\u{300}-\u{36f}]{1,40}",
        1 => "[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{e0000}-\u{e007f}]{1,8}",
        2 => "[\u{4e00}-\u{4e80}，。]{1,60}",
        1 => "[a-z ]{1,80}",
        2 => sequences,
        2 => marvels,
    ];
    prop::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat())
}
