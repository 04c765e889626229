### What a seat of lines says: qunguan --linear.

linear-hello = { $name }, this is qunguan. { $rooms ->
    [one] One group
   *[other] { $rooms } groups
}, { $open ->
    [0] no open case
    [one] one open case
   *[other] { $open } open cases
}. help tells how lines are written.
linear-says = { $name }: { $text }
linear-cut = { $n } characters in all: open { $handle }
linear-answers = answers { $handle } { $name }
linear-flagged = case { $handle } { $severity } { $rule }, { $confidence }
linear-flagged-decided = decided { $handle } { $severity } { $rule }
linear-of-case = case { $handle } about this member
linear-recalled = recalled by { $by }
linear-hidden = { $n } hidden or disguised
linear-backfilled = heard later
linear-case = case { $handle }
linear-held-by = looked after by { $name }
linear-rests = rests until { $when }
linear-escalated = { $by } asks the team to look first
linear-action = action { $handle } { $stage }
linear-held = sent in { $seconds } s, undo stops it
linear-undoes = takes { $handle } back
linear-by = { $by }:
linear-last-spoke = last spoke { $when }
linear-never-spoke = never spoke
linear-group = { $handle } group { $number } { $name }
linear-open-cases = { $n ->
    [0] no open case
    [one] one open case
   *[other] { $n } open cases
}
linear-tone-done = ok: { $text }
linear-tone-refused = refused: { $text }
linear-tone-told = note: { $text }
linear-tone-alarm = alarm: { $text }
linear-question = question { $name }: { $title }
linear-number = { $label }: yes { $name } NUMBER; no { $name } leaves it
linear-choice = { $answer } = { $label }
linear-choice-off = off: { $label } ({ $why })
linear-yes-no = yes { $name } takes the first; no { $name } leaves it
linear-no-question = There is no open question “{ $name }”. Nothing was done.
linear-left = Left as it is.
linear-follows = What happens is told from now on.
linear-quiet = Only answers from now on; follow tells what happens again.
linear-language = The next lines are in the other language, if another was chosen.
linear-room = Now told: { $name }
linear-no-screen = { $name } is about a screen; here it means nothing.
linear-which = On what? Write { $name } and a handle such as #12, c3 or m2.7. Nothing was done.
linear-unprinted = { $handle } was not printed here, so nothing was done. Print it first: lines, queue, members, outbox.
linear-too-much = { $name } takes nothing more: “{ $words }” is too much. Nothing was done.
linear-too-long = More than { $n } characters are too many for one line of words. Nothing was done.
linear-choose = { $label } which? { $options }. Write it after the handle.
linear-words-missing = The words are missing: write them on the same line. Nothing was done.
linear-nothing = Nothing came of it.
linear-oldest = This is the oldest line on record.
linear-left-out = … { $n } lines left out: this reader was too far behind. lines and before print them.
linear-recording-again = Recording goes on.
linear-empty = Nothing to show.
linear-raw = { $bytes } bytes, { $signs } characters, { $hidden } hidden or disguised
linear-found-beside = *found means the newest { $shown } places only; { $more } more pass and are not among them. Find narrower words for the rest.
linear-find-reach = Looked through the newest { $n } lines; before #N goes on to older ones.
linear-waiting = Waiting for the end of { $n ->
    [one] one action
   *[other] { $n } actions
}; quit again leaves at once.
linear-unanswered = { $n ->
    [one] One question was left unanswered; nothing was done about it.
   *[other] { $n } questions were left unanswered; nothing was done about them.
}
linear-flooded = { $n ->
    [one] One line was not carried out
   *[other] { $n } lines were not carried out
}: they came faster than answers were read.
linear-help-handles = Every thing has a handle that never means another thing: #12 a line, c3 a case, x5 an action, m2.7 a member in a group, r2 a group, e9 an entry of the audit.
linear-help-acts = Acts: the command, the handle, then its words: mute #12 1h, mute #12 off, warn #12 2, warn #12 my own words, recall #12, allow c3, note #12 text, undo.
linear-help-answers = A question is answered by its name: yes q1, no q1, answer q1 m.
linear-help-looks = Closer looks: card #12, explain c3, raw #12, open #12.
linear-help-lists = Lists: lines 20, queue, members name, groups, outbox, audit, connectors, find words.
linear-help-rooms = One group or all: room 2, room all.
linear-help-older = Older lines from the record: before #12 20.
linear-help-follow = quiet tells only answers, follow tells what happens; language zh or language en.
linear-help-quit = quit, or the end of the input, waits for the end of what was asked for and leaves.
cli-arg-linear = Line by line, without a screen: for screen readers, pipes and scripts
cli-arg-once = One line, its answer and its outcome: 0 done, 1 refused or failed, 3 not known

## Time travel
past-loading = REPLAY: reading what was before, { $percent } % · the past, no acts · q now
past-playing = ▶ REPLAY { $at } ×{ $speed } · { $n }/{ $of } · the past, no acts · q now  Space stop  +- speed  ←→ event  [] minute  { "{" }{ "}" } far
past-paused = ❚❚ REPLAY { $at } ×{ $speed } · { $n }/{ $of } · the past, no acts · q now  Space play  +- speed  ←→ event  [] minute  { "{" }{ "}" } far
past-ended = ■ REPLAY { $at } · { $n }/{ $of }, the end · the past, no acts · q now  Home beginning  ← event  [ minute  { "{" } far
past-seeking = … REPLAY { $at } · looking for it · the past, no acts · q now
past-broken = REPLAY: this part of the record cannot be read: { $what }. q goes back to now.
past-no-acts = This is the past: nothing can be done here. q goes back to now.
past-when = “{ $text }” is no time in the past. Write replay 30m, replay 14:00 15:30, replay 2026-11-22 14:00 or replay case; x10 behind it sets the speed.

## Line by line: filters, jumping, cases, the past
linear-instead = { $name } is about a screen; here write: { $instead }
linear-filter-on = Of what is said, only this is told: { $text }. filter off tells everything.
linear-filter-off = Everything that is said is told.
linear-filter-saved = filter { $name }: { $text }
linear-filter-save-how = Write save-filter NAME WORDS, or save-filter NAME while a filter is on. Nothing was saved.
linear-nothing-found = There is nothing found: find WORDS first. Nothing was done.
linear-past = past · { $line }
linear-replay-loading = reading what was before: { $percent } %
linear-replay-begins = past · replay from { $from } to { $to }: { $of ->
    [0] nothing happened
    [one] one event
   *[other] { $of } events
}. It is as it was then; nothing in it can be acted on. What you type is done when it ends; stop ends it.
linear-replay-ends = past · end of the replay, { $of ->
    [0] no event
    [one] one event
   *[other] { $of } events
}
linear-replay-stopped = The replay was stopped.
linear-no-replay = There is no replay to stop. Nothing was done.
linear-help-filters = Only some of what is said: filter from:NAME words, filter off; save-filter NAME words, filter NAME, forget-filter NAME; filter lists them. find words, then mute *found 1h. jump letters goes to a group, a member, a case or a filter.
linear-help-export = copy #12 prints a text plainly; export-case c3 writes the case with its evidence to a file and says where, export-case c3 - prints it.
linear-help-replay = The past as it was, with who did what: replay 30m, replay 14:00 15:30, replay c3; x10 behind it paces it at ten times the speed of life; stop ends it.
