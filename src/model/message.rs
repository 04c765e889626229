//! What a message is made of.

use serde::{Deserialize, Serialize};

/// What kind of thing was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Kind {
    /// Plain text.
    #[default]
    Text,
    /// A picture.
    Image,
    /// A voice message.
    Voice,
    /// A video.
    Video,
    /// A file.
    File,
    /// A shared link or article.
    Link,
    /// A contact card.
    Card,
    /// A line of the platform itself.
    System,
    /// Anything else.
    Other,
}
