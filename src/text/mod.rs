//! Safe to show, fair to match. This room never does IO and knows nothing of chat.
