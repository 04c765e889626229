### What a seat says about acts, questions and keys.

act-on = { $act } · { $name } · { $room }
pending-verb = { $verb } { $name }:
mute-lift = lift
warning-1 = Please do not advertise here.
warning-2 = Please slow down, one message is enough.
warning-3 = Please keep it friendly.
warning-4 = Please stay on the topic of this group.
refused-because = Not done: { $act } · { $name }. { $why }
refused-nobody = Not done: { $act }. { $why }
off-no-preset = There is no such choice. Nothing was done.
look-first = The screen has just moved. Look, then press again.
just-arrived = { $name } has only just spoken; the stream is frozen there. Press again if you mean this.
already-decided = Already decided by { $by }, { $ago } ago.
done-allowed = Allowed: { $name } · { $rule }. u takes it back
handed = { $by } handed you a case: { $name } · { $rule }
handed-many = { $by } handed you cases: { $name } · { $rule } and { $n } more
done-requested = Asked for: { $act }. u takes it back
done-requested-for-good = Asked for: { $act }
done-held = Held { $seconds } s: { $act }. u stops it
done-note = Noted about { $name }. u takes it back
done-marked = Marked as done.
told-checking = Asking the platform …
fate-confirmed = Done: { $act }
fate-failed = Failed: { $act }. { $why }
fate-unsupported = Not possible: { $act }. { $why }
fate-unknown = Not known whether it happened: { $act }. { $why } See go.
undo-nothing = Nothing of yours to take back.
undo-impossible = Cannot be taken back: { $act }. u again goes on to the one before
undo-refused = { $why } u again goes on to the one before
undo-later = { $why } u tries it again
undo-forgotten = That is too long ago to take back from here.
undone-allowed = Open again: the case about { $name }
undone-snoozed = Back in the queue: { $name }
undone-escalated = The team is no longer asked about { $name }
undone-many = Taken back: { $act } · { $n } of { $all }
undone-many-title = Taking back { $act }: what became of each
undo-many-impossible = Nothing of it is left to take back: { $act }. u again goes on to the one before
outcome-back = taken back
outcome-moved-on = was moved on since
outcome-decided = decided since by { $by }
undone-note = The note is taken back.
undone-cancelled = Stopped before it was sent: { $act }
undone-requested = Taking back: { $act }
confirm-irreversible = This cannot be taken back.
confirm-half-reversible = Letting in again is possible; the removal itself cannot be taken back.
confirm-at-once = It is sent at once.
confirm-held = It waits { $seconds } s; u stops it until then.
choice-do-it = do it
choice-leave-it = leave it
choice-recommended = recommended: { $act }
choice-allow = allow: no violation
choice-cancel = stop it before it is sent
choice-check = check: ask the platform
choice-mark-done = it happened: mark done
choice-redo = do it again
decide-title = { $rule } · { $name } · { $room }
decide-why = { $why } ({ $confidence })
decide-text = “{ $text }”
dialog-enter-opened = Enter opened this and does not answer it: { $key } takes the first answer, Esc leaves it.
decide-advice = Recommended: { $step }. { $reasons }
story-by = Asked for by { $by }
story-lift = We end it at { $at }
paste-ignored = A paste never acts. Open a field first: / : n
burst-ignored = Too many keys at once: taken for a paste, nothing was done.
verb-dropped = No choice made. Nothing was done.
unknown-key = { $key } does nothing here. ? shows the keys
unknown-command = There is no command “{ $text }”. Nothing was sent anywhere.
preview-no-command = Tab takes the first name; Enter runs it
preview-on = { $what } → { $name }
no-such-room = There is no room { $number }.
no-flagged-room = No room has open cases.
undone-allowed-many = Open again: { $n } cases
done-unpinned = No longer kept as evidence.
undo-unit-impossible = This bulk cannot be taken back: { $left } stand. u again goes on to the one before
undone-unit = Taking the bulk back: { $stopped } stopped, { $asked } asked for, { $left } cannot be taken back
reminder-1 = Welcome! Please have a look at the rules of the group first.
reminder-2 = A reminder: no advertising in this group. Thank you.
reminder-3 = A reminder: please put long things into one message.
reminder-4 = A reminder: please keep to the subject of this group.
off-no-text = There is no text here to allow.
off-text-too-long = This text is too long to be allowed for a day. a allows this case alone.
done-snoozed = Rests until { $until }: { $name }. u takes it back
done-released = Released: { $name }
done-claimed = Taken: { $name }. c releases it
done-took-over = Taken over.
done-escalated = The team is asked to look at { $name }. u takes it back
done-calmed = The team is no longer asked about { $name }
done-allowed-text = Allowed, and this text is not flagged for a day: { $name }. u takes it back
done-pinned = Kept as evidence. u takes it back
done-flagged = Flagged for the team: { $name }
take-over-title = { $by } is on { $name }
take-over-since = { $by } took this case { $ago } ago.
choice-take-over = take over
choice-act-anyway = take over and do it
marked-told = { $n } marked; a verb falls on all of them, Esc lets go
mark-nothing = There is no row to mark here.
mark-range-open = Range: move the cursor, V again ends it
repeat-nothing = There is nothing to do again yet.
recall-all-nothing = Nothing to recall in that time.
recall-all-reach = Memory begins at { $when }: what was said before that is not among them.
scope-title = Keep { $name } out: how far?
scope-here = only in { $room }
scope-everywhere = in all { $n } groups we share
bulk-title = { $act } · { $n ->
    [one] 1 target
   *[other] { $n } targets
}
bulk-type-number = Type { $n } and Enter to do it:
bulk-wrong-number = Not done: the number is { $n }.
bulk-regulars = Mind: { $n ->
    [one] 1 of them is a regular
   *[other] { $n } of them are regulars
}
bulk-left-out = It would not fall on { $n ->
    [one] this one
   *[other] these { $n }
}:
choice-do-all = do all { $n } (Enter)
choice-undo-unit = take the whole bulk back
done-bulk = Asked for: { $act }, { $n ->
    [one] 1 target. u takes it back
   *[other] { $n } targets. u takes all back
}
done-bulk-fewer = Asked for: { $act }, { $n ->
    [one] 1 target
   *[other] { $n } targets
} ({ $left } changed since, left alone). u takes all back
unit-title = The { $n } of this bulk:
held-by = { $by } is on this case
fate-unit = { $act }, { $n ->
    [one] 1 target
   *[other] { $n } targets
}: { $good } done, { $bad } failed, { $unknown } not known. See go
flagged-by-hand = flagged for the team by { $by }
journal-title = What you may take back: Enter takes back the one chosen
journal-unit = a bulk
journal-for-good = done for good, cannot be taken back
hand-title = Give it to whom?
hand-nobody = No other moderator was ever here.
hand-here = at a seat
hand-away = not here
done-handed = Given to { $name }.
done-bulk-held = Held { $seconds } s: { $act }, { $n } targets. u stops all of it until then; after that it cannot be taken back
done-bulk-held-fewer = Held { $seconds } s: { $act }, { $n } targets ({ $left } changed since, left alone). u stops all until then; after that it cannot be taken back
done-bulk-for-good = Asked for: { $act }, { $n } targets. It cannot be taken back
done-bulk-for-good-fewer = Asked for: { $act }, { $n } targets ({ $left } changed since, left alone). It cannot be taken back
fate-unit-undo = { $fate }. u takes all back
fate-for-good = { $fate }. It cannot be taken back
fate-more = { $fate } · and { $n } more meanwhile: go
fate-undo = { $fate }. u takes it back
person-told-apart = { $name } ({ $id })
dialog-too-soon = Too soon to have been read: nothing is answered. Press again.
keys-rest = { $why } What is typed on is not done: wait a second, or Esc.
off-no-preset-but = No such choice; there are: { $options }
just-shown = { $name } has only just come under the cursor; the stream is frozen there. Press again if you mean this.
decide-for-good = Cannot be taken back: { $keys }
choice-redo-for-good = do it again; that cannot be taken back
pending-for-good = The room reads it at once; it cannot be taken back.
marked-as-loaded = Only { $n } of { $all } marked, the newest that are loaded; Esc lets go
