//! Names of Unix users and groups, from the two files that list them.
//!
//! Reads `/etc/passwd` and `/etc/group` only: accounts that come from a directory service are not found.

use std::fs;
use std::io;

/// The group's number, or none when no group has that name.
pub fn group_id(name: &str) -> io::Result<Option<u32>> {
    Ok(field_of(&fs::read_to_string("/etc/group")?, Column::Name, name, Column::Number)
        .and_then(|number| number.parse().ok()))
}

/// The user's login name, or none when no user has that number.
pub fn user_name(uid: u32) -> io::Result<Option<String>> {
    let users = fs::read_to_string("/etc/passwd")?;
    Ok(field_of(&users, Column::Number, &uid.to_string(), Column::Name).map(str::to_owned))
}

/// The columns that passwd(5) and group(5) share.
#[derive(Debug, Clone, Copy)]
enum Column {
    Name = 0,
    Number = 2,
}

fn field_of<'file>(file: &'file str, by: Column, value: &str, wanted: Column) -> Option<&'file str> {
    file.lines().map(|line| line.split(':')).find_map(|fields| {
        let mut key = fields.clone();
        let mut found = fields;
        (key.nth(by as usize) == Some(value)).then(|| found.nth(wanted as usize)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_and_a_user_are_found_by_name_and_number() {
        let group = "root:x:0:\nmods:x:1500:alice,bob\nbroken\n";
        assert_eq!(field_of(group, Column::Name, "mods", Column::Number), Some("1500"));
        assert_eq!(field_of(group, Column::Name, "mod", Column::Number), None);
        assert_eq!(field_of(group, Column::Name, "broken", Column::Number), None);
        let users = "root:x:0:0:root:/root:/bin/bash\nalice:x:1001:1001::/home/alice:/bin/sh\n";
        assert_eq!(field_of(users, Column::Number, "1001", Column::Name), Some("alice"));
        assert_eq!(field_of(users, Column::Number, "1002", Column::Name), None);
    }
}
