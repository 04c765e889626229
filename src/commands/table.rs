//! The one table of everything a moderator can do. Keys, footer, help, palette and the README's list are made from it.
//!
//! Names are public: they stand in people's configurations, so none is ever renamed or removed, only added.

/// Everything a key or a `:` line can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// To the first line.
    Top,
    /// To the newest line.
    Bottom,
    /// Half a pane up.
    HalfUp,
    /// Half a pane down.
    HalfDown,
    /// A pane up.
    PageUp,
    /// A pane down.
    PageDown,
    /// The next pane.
    NextPane,
    /// The previous pane.
    PreviousPane,
    /// The Live view.
    ViewLive,
    /// The Queue view.
    ViewQueue,
    /// The Members view.
    ViewMembers,
    /// The Groups view.
    ViewGroups,
    /// The Outbox view.
    ViewOutbox,
    /// The Audit view.
    ViewAudit,
    /// The Connectors view.
    ViewConnectors,
    /// The room with this number, 1 to 9, in the stream.
    Room(u8),
    /// All rooms in the stream.
    AllRooms,
    /// The next room with open cases.
    NextFlaggedRoom,
    /// Find in this pane.
    Find,
    /// Show only what matches, in this pane.
    Filter,
    /// Give the filter of this pane a name.
    SaveFilter,
    /// Forget a named filter.
    ForgetFilter,
    /// Jump to a member, a group, a case or a command by a few letters.
    Jump,
    /// Order the rows of this pane otherwise.
    Sort,
    /// Play a stored stretch again as it looked.
    Replay,
    /// The next place found.
    FindNext,
    /// The previous place found.
    FindPrevious,
    /// The next case of the queue.
    NextCase,
    /// The previous case of the queue.
    PreviousCase,
    /// Type a command by name.
    Palette,
    /// The keys that work here.
    Help,
    /// Freeze the stream, or follow it again.
    Freeze,
    /// This pane alone.
    Zoom,
    /// Open what is under the cursor; in the queue, decide it.
    Open,
    /// Allow: no violation.
    Allow,
    /// Allow, and do not flag this text again for a time.
    AllowText,
    /// Put the case to rest; a digit chooses how long.
    Snooze,
    /// Recall the message.
    Recall,
    /// Recall everything that its author said in a window; a digit chooses the window.
    RecallAll,
    /// Remind the member in the room, without penalty; a digit chooses the words.
    Remind,
    /// Warn the member in my own words.
    WarnWords,
    /// Mute the member in every group we share; a digit chooses how long.
    MuteEverywhere,
    /// Warn the member in the room; a digit chooses the words.
    Warn,
    /// Mute the member; a digit chooses how long, 0 lifts.
    Mute,
    /// Remove the member from the room.
    Remove,
    /// Remove the member and keep him out.
    Block,
    /// Write a private note about the member.
    Note,
    /// Flag the message for the team.
    Flag,
    /// Ask the team to look at the case first.
    Escalate,
    /// Explain the flag: rule, words, reasons, advice.
    Explain,
    /// The raw text: code points, and what is invisible.
    XRay,
    /// The member's card, alone.
    Card,
    /// Keep the message as evidence, or let it go.
    Pin,
    /// Write the case with all its evidence to a file.
    ExportCase,
    /// Say something in the room.
    Say,
    /// Take the case, or release it.
    Claim,
    /// Give the case to another moderator.
    HandOver,
    /// Everything I may take back.
    Journal,
    /// The last verb again, on this target.
    Repeat,
    /// Copy to the terminal's clipboard.
    Copy,
    /// Mark, or unmark.
    Mark,
    /// Mark from here to where the cursor goes.
    MarkRange,
    /// Mark everything that belongs together with this.
    MarkCluster,
    /// Mark everything in the filter.
    MarkAll,
    /// Take my last act back.
    Undo,
    /// Ask the platform whether an action whose fate is unknown happened.
    Check,
    /// I looked: the action happened.
    MarkDone,
    /// Do the action again.
    Redo,
    /// Next language.
    Language,
    /// Next theme.
    Theme,
    /// The bell and the notifications, on or off.
    Bell,
    /// Close, or go back.
    Back,
    /// Leave this seat; the server goes on.
    Leave,
}

/// Where a command stands in the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// What is done to a message, a member or a case.
    Act,
    /// Looking closer at what is under the cursor.
    Look,
    /// Choosing several.
    Mark,
    /// Moving about.
    Move,
    /// Choosing what is on screen.
    View,
    /// Everything else.
    Seat,
}

impl Group {
    /// All groups, in the order of the help.
    pub const ALL: [Group; 6] = [Group::Act, Group::Look, Group::Mark, Group::Move, Group::View, Group::Seat];

    /// The catalogue key of its title.
    pub fn title(self) -> &'static str {
        match self {
            Group::Act => "group-act",
            Group::Look => "group-look",
            Group::Mark => "group-mark",
            Group::Move => "group-move",
            Group::View => "group-view",
            Group::Seat => "group-seat",
        }
    }
}

/// What must be under the cursor for a command to make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// A message.
    Message,
    /// A member: the author of a message, or whom a case or an action is about.
    Member,
    /// An open case, or a message or member that one is about.
    Case,
    /// A case, open or decided, or a message that one is about.
    Flagged,
    /// A room: that of what is under the cursor, or the one in the stream.
    Room,
    /// Anything at all.
    Anything,
    /// An action whose fate is unknown.
    UnknownAction,
}

/// One row: a command, its name, its keys and what it needs. The catalogue holds its words under `cmd-<name>`.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub command: Command,
    /// What the palette and `[keys]` call it.
    pub name: &'static str,
    /// Each is a sequence of keys separated by spaces.
    pub keys: &'static [&'static str],
    pub group: Group,
    pub needs: Needs,
    /// A digit after it chooses a preset.
    pub presets: bool,
}

const fn row(
    command: Command,
    name: &'static str,
    keys: &'static [&'static str],
    group: Group,
    needs: Needs,
) -> Row {
    Row { command, name, keys, group, needs, presets: false }
}

const fn with_presets(row: Row) -> Row {
    Row { presets: true, ..row }
}

/// All commands.
pub const TABLE: &[Row] = &[
    row(Command::Allow, "allow", &["a"], Group::Act, Needs::Case),
    row(Command::AllowText, "allow-text", &["A"], Group::Act, Needs::Case),
    with_presets(row(Command::Snooze, "snooze", &["s"], Group::Act, Needs::Case)),
    row(Command::Recall, "recall", &["d"], Group::Act, Needs::Message),
    with_presets(row(Command::RecallAll, "recall-all", &["D"], Group::Act, Needs::Member)),
    with_presets(row(Command::Remind, "remind", &["r"], Group::Act, Needs::Member)),
    with_presets(row(Command::Warn, "warn", &["w"], Group::Act, Needs::Member)),
    row(Command::WarnWords, "warn-words", &["W"], Group::Act, Needs::Member),
    with_presets(row(Command::Mute, "mute", &["m"], Group::Act, Needs::Member)),
    with_presets(row(Command::MuteEverywhere, "mute-everywhere", &["M"], Group::Act, Needs::Member)),
    row(Command::Remove, "remove", &["x"], Group::Act, Needs::Member),
    row(Command::Block, "block", &["X"], Group::Act, Needs::Member),
    row(Command::Note, "note", &["n"], Group::Act, Needs::Member),
    row(Command::Flag, "flag", &["!"], Group::Act, Needs::Message),
    row(Command::Escalate, "escalate", &["E"], Group::Act, Needs::Case),
    row(Command::Claim, "claim", &["c"], Group::Act, Needs::Case),
    row(Command::HandOver, "hand-over", &["H"], Group::Act, Needs::Case),
    row(Command::Pin, "pin", &["p"], Group::Act, Needs::Message),
    row(Command::Say, "say", &["S"], Group::Act, Needs::Room),
    row(Command::Undo, "undo", &["u"], Group::Act, Needs::Nothing),
    row(Command::Journal, "journal", &["U"], Group::Act, Needs::Nothing),
    row(Command::Repeat, "repeat", &["."], Group::Act, Needs::Nothing),
    row(Command::Explain, "explain", &["e"], Group::Look, Needs::Flagged),
    row(Command::XRay, "x-ray", &["h"], Group::Look, Needs::Anything),
    row(Command::Card, "card", &["K"], Group::Look, Needs::Member),
    row(Command::Copy, "copy", &["y"], Group::Look, Needs::Anything),
    row(Command::ExportCase, "export-case", &[], Group::Look, Needs::Flagged),
    row(Command::Mark, "mark", &["Space"], Group::Mark, Needs::Anything),
    row(Command::MarkRange, "mark-range", &["V"], Group::Mark, Needs::Anything),
    row(Command::MarkCluster, "mark-cluster", &["*"], Group::Mark, Needs::Anything),
    row(Command::MarkAll, "mark-all", &["g A"], Group::Mark, Needs::Nothing),
    row(Command::Open, "open", &["Enter"], Group::Act, Needs::Nothing),
    row(Command::Check, "check", &[], Group::Act, Needs::UnknownAction),
    row(Command::MarkDone, "done", &[], Group::Act, Needs::UnknownAction),
    row(Command::Redo, "redo", &[], Group::Act, Needs::UnknownAction),
    row(Command::Down, "down", &["j", "↓"], Group::Move, Needs::Nothing),
    row(Command::Up, "up", &["k", "↑"], Group::Move, Needs::Nothing),
    row(Command::Top, "top", &["g g", "Home"], Group::Move, Needs::Nothing),
    row(Command::Bottom, "bottom", &["G", "End"], Group::Move, Needs::Nothing),
    row(Command::HalfDown, "half-down", &["^d"], Group::Move, Needs::Nothing),
    row(Command::HalfUp, "half-up", &["^u"], Group::Move, Needs::Nothing),
    row(Command::PageDown, "page-down", &["PgDn"], Group::Move, Needs::Nothing),
    row(Command::PageUp, "page-up", &["PgUp"], Group::Move, Needs::Nothing),
    row(Command::NextPane, "next-pane", &["Tab"], Group::Move, Needs::Nothing),
    row(Command::PreviousPane, "previous-pane", &["S-Tab"], Group::Move, Needs::Nothing),
    row(Command::Find, "find", &["/"], Group::Move, Needs::Nothing),
    // While something is being found, `n` and `N` mean these two; else `n` is the note.
    row(Command::FindNext, "find-next", &[], Group::Move, Needs::Nothing),
    row(Command::FindPrevious, "find-previous", &[], Group::Move, Needs::Nothing),
    row(Command::Filter, "filter", &["&"], Group::Move, Needs::Nothing),
    row(Command::SaveFilter, "save-filter", &[], Group::Move, Needs::Nothing),
    row(Command::ForgetFilter, "forget-filter", &[], Group::Move, Needs::Nothing),
    row(Command::Jump, "jump", &["^k"], Group::Move, Needs::Nothing),
    row(Command::Sort, "sort", &["o"], Group::Move, Needs::Nothing),
    row(Command::NextCase, "next-case", &["]"], Group::Move, Needs::Nothing),
    row(Command::PreviousCase, "previous-case", &["["], Group::Move, Needs::Nothing),
    row(Command::Freeze, "freeze", &["f"], Group::View, Needs::Nothing),
    row(Command::Zoom, "zoom", &["z"], Group::View, Needs::Nothing),
    row(Command::ViewLive, "live", &["1"], Group::View, Needs::Nothing),
    row(Command::ViewQueue, "queue", &["2"], Group::View, Needs::Nothing),
    row(Command::ViewMembers, "members", &["3"], Group::View, Needs::Nothing),
    row(Command::ViewGroups, "groups", &["0"], Group::View, Needs::Nothing),
    row(Command::ViewOutbox, "outbox", &["g o"], Group::View, Needs::Nothing),
    row(Command::ViewAudit, "audit", &["g a"], Group::View, Needs::Nothing),
    row(Command::ViewConnectors, "connectors", &["g l"], Group::View, Needs::Nothing),
    row(Command::Replay, "replay", &[], Group::View, Needs::Nothing),
    row(Command::AllRooms, "all-rooms", &["Alt-0"], Group::View, Needs::Nothing),
    row(Command::Room(1), "room-1", &["Alt-1"], Group::View, Needs::Nothing),
    row(Command::Room(2), "room-2", &["Alt-2"], Group::View, Needs::Nothing),
    row(Command::Room(3), "room-3", &["Alt-3"], Group::View, Needs::Nothing),
    row(Command::Room(4), "room-4", &["Alt-4"], Group::View, Needs::Nothing),
    row(Command::Room(5), "room-5", &["Alt-5"], Group::View, Needs::Nothing),
    row(Command::Room(6), "room-6", &["Alt-6"], Group::View, Needs::Nothing),
    row(Command::Room(7), "room-7", &["Alt-7"], Group::View, Needs::Nothing),
    row(Command::Room(8), "room-8", &["Alt-8"], Group::View, Needs::Nothing),
    row(Command::Room(9), "room-9", &["Alt-9"], Group::View, Needs::Nothing),
    row(Command::NextFlaggedRoom, "next-flagged-room", &["Alt-a"], Group::View, Needs::Nothing),
    row(Command::Palette, "palette", &[":"], Group::Seat, Needs::Nothing),
    row(Command::Help, "help", &["?"], Group::Seat, Needs::Nothing),
    row(Command::Language, "language", &["L"], Group::Seat, Needs::Nothing),
    row(Command::Theme, "theme", &["T"], Group::Seat, Needs::Nothing),
    row(Command::Bell, "bell", &["B"], Group::Seat, Needs::Nothing),
    row(Command::Back, "back", &["q", "Esc"], Group::Seat, Needs::Nothing),
    row(Command::Leave, "leave", &["Q"], Group::Seat, Needs::Nothing),
];

impl Command {
    /// Its row.
    pub fn row(self) -> &'static Row {
        match TABLE.iter().find(|row| row.command == self) {
            Some(row) => row,
            None => unreachable!("a test proves that every command has its row"),
        }
    }

    /// The command with this name.
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.name == name).map(|row| row.command)
    }
}

/// How long each digit after `s` lets a case rest, in seconds: a quarter, an hour, the rest of a shift, until tomorrow.
pub const RESTS: [(char, u32); 4] = [('1', 900), ('2', 3600), ('3', 4 * 3600), ('4', 24 * 3600)];

/// How far back each digit after `D` recalls, in seconds.
pub const WINDOWS: [(char, u32); 4] = [('1', 600), ('2', 3600), ('3', 6 * 3600), ('4', 24 * 3600)];

/// How long each digit after `m` mutes, in seconds: `product.md`, Keys. QQ refuses 30 days and more.
pub const MUTES: [(char, u32); 9] = [
    ('1', 600),
    ('2', 1800),
    ('3', 3600),
    ('4', 3 * 3600),
    ('5', 12 * 3600),
    ('6', 24 * 3600),
    ('7', 3 * 86_400),
    ('8', 7 * 86_400),
    ('9', 29 * 86_400),
];
