### What stands on the screen.

## Forms
key-gap = {" "}
list-comma = {", "}
quote-open = “
quote-close = ”
day = { $weekday }, { $year }-{ $month }-{ $day }
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
seconds = { $n }s
minutes = { $n }m
hours = { $n }h
days = { $n }d
since = since { $when }
people = { $n ->
    [one] { $n } member
   *[other] { $n } members
}
more-rows = { $n } more below
more-text = … { $n } characters in all, Enter to read
more-wrapped = … { $n ->
    [one] one more line
   *[other] { $n } more lines
}, Enter to read
until-open = no end known

## People and rooms
member-unknown = unknown member
room-unknown = unknown room
actor-program = this program
actor-unknown = platform did not say
all-rooms = { $n ->
    [one] The one room
   *[other] All { $n } rooms
}
role-owner = owner
role-admin = admin
role-voiced = voiced
role-newcomer = newcomer
role-member = member
role-unknown = role unknown
own-role = we are: { $role }

## Panes
pane-stream = Live
pane-queue = Queue
pane-card = Member
pane-outbox = Outbox
pane-audit = Audit
pane-connectors = Connectors

## The stream
kind-image = [picture]
kind-voice = [voice]
kind-video = [video]
kind-file = [file]
kind-link = [link]
kind-card = [contact]
kind-other = [other]
mark-recalled = ⟲recalled
mark-muted = muted
reply-older = an older message
notice-joined = { $name } joined
notice-joined-many = { $n } joined: { $names }
notice-left = { $name } left
notice-removed = { $name } was removed ({ $by })
notice-banned = { $name } was removed and blocked ({ $by })
notice-left-many = { $n } left: { $names }
notice-removed-many = { $n } removed by { $by }: { $names }
notice-banned-many = { $n } removed and blocked by { $by }: { $names }
notice-muted = { $name } was muted ({ $by })
notice-muted-until = { $name } was muted until { $until } ({ $by })
notice-renamed = { $was } is now called { $name }
notice-unmuted = { $name } can speak again ({ $by })
gap-line = { $from }–{ $to } not heard: { $reason }
gap-not-connected = not connected
crowd-title = Who came or went
frozen = Frozen: { $messages } new ({ $key } to follow)
frozen-flags = Frozen: { $messages } new, { $flags } flagged ({ $key } to follow)
stream-loading = ◐ Reading older messages…
stream-broken = ✗ Older messages cannot be read: { $why }. Move up to try again.
stream-quiet = Connected; nobody has spoken yet. Messages appear here as they come.
stream-not-connected = No network is connected yet. gl shows each connector and why.
stream-no-connector = No connector is configured. Write ~/.config/qunguan/config.toml, end this server (qunguan stop), start anew; or try qunguan demo.
finding-older = Looking in older messages…
not-found = “{ $text }” was not found

## The queue
brief-advertisement = ad
brief-flood = flood
brief-words = words
brief-attack = attack
brief-newcomer = new
queue-empty = ✓ Nothing waits for a decision
queue-done = ── Done ──
verdict-allowed = allowed
verdict-confirmed = acted

## The card
card-nobody = No member is under the cursor. Move to a message or a case.
card-left = gone
card-muted = muted, no end known ({ $by })
card-muted-until = muted until { $until } ({ $by })
card-decided = ✓ { $by } decided at { $when }
card-step = Advice: { $step }
card-step-mute = L{ $level } mute { $time }
card-counts = { $messages } said · { $flags } flagged · { $offences ->
    [one] 1 offence
   *[other] { $offences } offences
}
card-joined = joined { $when } ({ $age } ago)
card-known = known since { $when }, joined before
card-note = Note { $when } { $by }: { $text }

## Acts
verb-recall = recall
verb-warn = warn
verb-mute = mute
verb-unmute = unmute
verb-remove = remove
verb-block = block
verb-unblock = unblock
stage-requested = waiting
stage-sent = sent
stage-accepted = accepted
stage-confirmed = done
stage-failed = failed
stage-unsupported = unsupported
stage-unknown = unknown
stage-cancelled = cancelled
stage-marked-done = done, says a person
outbox-empty = No action yet. In Live or Queue use d w m x on a message.
outbox-held = sent in { $seconds } s, u cancels
outbox-check = please check
outbox-undoes = takes an earlier one back
outbox-undone = taken back
outbox-lift = we lift it at { $when }
story-title = The life of an action
story-act = { $act } → { $name }, { $room }, by { $by }

## The audit
audit-empty = Nothing on record yet.
audit-asked = { $act } { $name }
audit-undid = undo: { $act } { $name }
audit-allowed = allowed { $name } ({ $rule })
audit-confirmed = found { $name } at fault ({ $rule })
audit-reopened = opened again: { $name } ({ $rule })
audit-note = note on { $name }: { $text }
audit-note-removed = took a note back
audit-recalled = recalled what { $name } said: { $text }
audit-muted = { $name } muted, until { $until }
audit-unmuted = { $name } can speak again
audit-gap = { $connector } not heard { $from }–{ $to }: { $reason }
audit-started = server started, version { $version }
audit-stopped = server stopped in good order
audit-dropped = retention dropped everything before entry { $before }
audit-imported = another record was read in, up to entry { $through }

## Connectors
status-online = online as { $account }
status-connecting = connecting…
status-offline = offline: { $why }. Tries again in { $seconds } s
status-ended = ended, will not try again: { $why }
short-connecting = connecting
short-offline = offline
short-ended = ended
deaf-since = may have missed messages since { $when }
connectors-empty = No connector is configured. Write ~/.config/qunguan/config.toml, end this server (qunguan stop), start anew; or try qunguan demo.

## Why something is off
off-recording = Recording stopped, so acting is off: { $why }
off-nothing-to-undo = you have nothing to undo
off-no-message = no message is under the cursor
off-no-member = no member is under the cursor
off-no-case = no open case is under the cursor
off-case-decided = { $by } has decided it already
off-no-unknown-action = no action with an unknown fate is under the cursor

## Footer, prompts and the rest
help-rooms = Room 1 to 9 in the stream
help-title = Help: the keys that work here (- off now)
prompt-note = Note on { $name }:{" "}
recording-stopped = !! Recording stopped: { $why }. Watching goes on, acting is off.
too-small = This window is too small ({ $columns }×{ $rows }); 60×16 is the least.
theme-unreadable = Theme file { $file } cannot be read: { $what }
theme-not-toml = Theme file { $file }, line { $line }, column { $column } is not understood; the TOML library says: “{ $what }”
theme-unknown-meaning = Theme file { $file }, line { $line }, column { $column }: there is no “{ $what }”
theme-unknown-word = Theme file { $file }, line { $line }, column { $column }: “{ $what }” is neither a colour nor an attribute
theme-no-glyph = Theme file { $file }, line { $line }, column { $column }: “{ $what }” cannot be a sign: one character, or two of ASCII, for zh and en
theme-none-such = There is no theme called “{ $file }”
emulated = ~ done in another way: { $how }
off-no-flag = nothing is flagged here
off-no-room = choose a room first
off-nothing-here = nothing is under the cursor
everybody = everybody
verb-say = say
verb-remind = remind
brief-team = flag
rule-by-hand = flagged by hand
audit-allowed-many = allowed { $n } cases at once
audit-reopened-many = took the allowing of { $n } cases back
audit-moved-rest = let { $n } cases rest at once until { $until }
audit-moved-wake = took the rest of { $n } cases back
audit-moved-hold = took { $n } cases at once
audit-moved-release = released { $n } cases at once
audit-moved-escalate = escalated { $n } cases at once
audit-moved-calm = took the escalation of { $n } cases back
audit-pinned-many = keeps { $n } messages as evidence
audit-unpinned-many = lets { $n } messages go from evidence
audit-snoozed = let { $name } · { $rule } rest until
audit-held = took { $name } · { $rule }
audit-released = released { $name } · { $rule }
audit-escalated = escalated { $name } · { $rule }
audit-calmed = took the escalation of { $name } · { $rule } back
audit-text-allowed = no flags until { $until } for: { $text }
audit-allowance-ended = took an allowed text back
audit-pinned = keeps { $name } as evidence: { $text }
audit-unpinned = lets { $name } go from evidence: { $text }
audit-filter-saved = filter { $name }: { $text }
audit-filter-removed = forgot the filter { $name }
marked = { $n } marked
prompt-warn = warn { $name } (in the room, for good):
prompt-say = say to { $room } (for good once sent):
role-regular = regular
explain-title = Why { $name } was flagged
explain-rule = { $severity } { $category } · { $rule } ({ $id }, version { $version }) · { $confidence }
explain-met = Met: { $text }
explain-whole = The rule looks at the whole message or at its rate, not at a stretch of it.
explain-text-older = The text is older than what is in memory; scroll back in Live to read it.
explain-more = { $n } more flags are not listed one by one.
explain-advice = Recommended: { $step } ({ $style }). Because:
queue-resting = ── Resting ──
rests-until = until { $until }
card-formerly = formerly { $names }
card-escalated = escalated by { $by }
card-rests = rests until { $until }
dossier-flags = Flags
dossier-said = What was said around it
dossier-unreadable = (a part of the record cannot be read here)
dossier-recalled = ⟲ recalled by { $by }
dossier-undone = ⟲ taken back by { $by } at { $at }: { $stage }
dossier-done = What was done
dossier-notes = Private notes
dossier-number = case { $n }
dossier-member = member { $id }
dossier-judged = { $severity } { $category } · { $confidence } · rule { $rule }
dossier-opened = opened { $at }
dossier-decided = { $verdict } · { $by } · { $at }
dossier-open = not decided yet
verdict-settled = settled
audit-settled = settled with another case: { $name } · { $rule }
footer-scroll = scroll
footer-choose = choose
footer-take = take it
footer-next = next finding
footer-type = the number
footer-do = do it
footer-first = the first
members-known = { $n } known of { $all }
members-some = { $n } known
members-gone = {""}, { $n } gone
