//! Files to settings; themes.
