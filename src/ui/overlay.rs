//! What stands over the panes: the help, a line being typed, a question, a long text, and the word of the moment.

use crate::config::theme::Meaning;
use crate::model::moment::Moment;
use crate::ui::card_page::CardPage;
use crate::ui::chooser::Chooser;
use crate::ui::copy_pane::CopyPane;
use crate::ui::dialog::Dialog;
use crate::ui::help::HelpView;
use crate::ui::prompt::Prompt;
use crate::ui::reader::Reader;
use crate::ui::xray::XRayView;

/// One thing at a time stands over the panes and takes the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlay {
    /// The keys in force.
    Help(HelpView),
    /// A line being typed.
    Prompt(Prompt),
    /// A question with answers.
    Dialog(Dialog),
    /// A long text.
    Reader(Reader),
    /// A text code point by code point.
    XRay(XRayView),
    /// A text alone, to be selected.
    CopyPane(CopyPane),
    /// A member's card alone.
    Card(CardPage),
    /// A list to pick from.
    Chooser(Chooser),
}

/// What a toast is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Done,
    /// Something was not done, and why.
    Refused,
    /// Something worth knowing.
    Told,
    /// Something is wrong.
    Alarm,
}

impl Tone {
    /// Its glyph and its look.
    pub fn look(self) -> (&'static str, Meaning) {
        match self {
            Tone::Done => ("✓", Meaning::ToastDone),
            Tone::Refused => ("✗", Meaning::ToastRefused),
            Tone::Told => ("·", Meaning::ToastTold),
            Tone::Alarm => ("!!", Meaning::ToastAlarm),
        }
    }
}

/// A sentence in place of the footer, for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    pub text: String,
    pub tone: Tone,
    pub until: Moment,
}

/// What may follow the keys pressed so far: shown in place of the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub label: String,
    /// Keys and what they would do.
    pub options: Vec<(char, String)>,
    /// What has to be known before a key is pressed; it stands above them.
    pub note: Option<String>,
}
