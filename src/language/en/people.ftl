### Members, groups and going there.

## Going there
jump-title = Jump: a name, pinyin or its initials
jump-empty = Nothing found. Try fewer letters.
jump-room = group
jump-case = case
jump-command = command
