//! How people type: each one sets his commas and question marks in his own way, always the same. Changes no word.

/// `text` as `person` (his platform id) types it.
pub fn typed(text: &str, person: &str) -> String {
    // The sum of the bytes is enough to tell people apart, and the same in every run.
    match person.bytes().map(u32::from).sum::<u32>() % 8 {
        0..=3 => full_width(text),
        4 | 5 => text.replace(", ", " "),
        _ => text.to_owned(),
    }
}

fn full_width(text: &str) -> String {
    let marked = text.replace(", ", "，").replace("? ", "？").replace("! ", "！").replace(": ", "：");
    // Inside an address a question mark stays what it is; at the end of a line it is one.
    for (narrow, wide) in [('?', "？"), ('!', "！")] {
        if let Some(rest) = marked.strip_suffix(narrow) {
            return format!("{rest}{wide}");
        }
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_always_types_the_same_way_and_an_address_stays_an_address() {
        let text = "看这个, 好吗? https://a.example/?id=1, 对吧?";
        let ways: std::collections::BTreeSet<_> = (0..40).map(|id| typed(text, &format!("u{id}"))).collect();
        assert_eq!(ways.len(), 3);
        assert!(ways.iter().all(|way| way.contains("https://a.example/?id=1")));
        assert!(ways.contains("看这个，好吗？https://a.example/?id=1，对吧？"));
    }
}
