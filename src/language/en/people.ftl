### Members, groups and going there.

pane-members = Members
pane-groups = Groups
pane-group-card = Group

## Members
sort-spoke = last to speak first
sort-messages = most messages first
sort-joined = last to join first
sort-flags = most flags first
sort-name = by name
sort-not-here = There is no other order here.
column-name = name
column-room = group
column-state = state
column-messages = msgs
column-spoke = last
column-flags = flags
column-offences = offs
column-joined = joined
column-others = other
member-muted = mute
member-gone = left
member-never = never
members-unread = No roster was read yet. Most networks give it within seconds; some only tell who speaks.
members-offline = Not connected, so there is no roster. gl shows every connection and why.

## The card on its own page
card-part-notes = notes
card-part-offences = offences
card-part-actions = actions
card-part-rooms = other groups
card-part-messages = newest messages
card-offence = { $when } ({ $age } ago) { $what }

## Groups
column-group = group
column-network = network
column-people = people
column-today = today
column-hour = 1 hour
column-cases = cases
column-own = we are
group-deaf = cut off since { $when }
group-gaps = { $n ->
    [one] { $n } gap
   *[other] { $n } gaps
}
group-off = cannot: { $verbs }
group-only-watch = can only watch
groups-none = Connected, and in no group yet. Let our account join one and it appears here.
groups-offline = No network is connected yet. gl shows every connection and why.

## Going there
jump-title = Jump: a name, pinyin or its initials
jump-empty = Nothing found. Try fewer letters.
jump-room = group
jump-member = member
jump-case = case
jump-filter = filter
jump-command = command
