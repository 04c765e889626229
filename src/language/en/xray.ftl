# The x-ray: the raw text, code point by code point
xray-title = X-ray · n N next finding · any other key returns
xray-message = Message
xray-name = Name
xray-account = Platform id
xray-room = Group
xray-words = Words
xray-length = { $bytes } bytes · { $points } code points · { $clusters } characters · { $cells } cells
xray-nothing = Nothing invisible, disguised or piled up
xray-control = control
xray-bidi = turns the direction of text
xray-invisible = invisible
xray-tag = invisible tag
xray-variation = variation selector
xray-unassigned = means nothing to anybody
xray-disguised = in disguise
xray-piled-up = piled-up marks
xray-combining = combining mark
xray-joiner = part of an emoji
xray-skin-tone = skin tone
xray-flag-letter = flag letter
xray-scripts = mixed scripts { $scripts }
xray-like = looks like { $as }
xray-more = { $n } more rows below
off-nothing-to-read = There is no text to read here

# Copying
done-copied = Copied { $n ->
    [one] { $n } character
   *[other] { $n } characters
}. Not in the clipboard? y again shows it alone, for the terminal to select
done-copied-part = Too long: copied the first { $n } of { $all } characters. y again shows it alone

# The bell and the notifications
done-bell-on = Bell and notifications: on
done-bell-off = Bell and notifications: off
ring-title = qunguan
ring-case = { $severity } { $rule } · { $room }
ring-case-and-more = { $severity } { $rule } · { $room } · and { $n } more
ring-handed = Handed to you: { $severity } { $rule } · { $room }
ring-handed-and-more = Handed to you: { $severity } { $rule } · { $room } · and { $n } more
ring-escalated = Help wanted: { $severity } { $rule } · { $room }
ring-escalated-and-more = Help wanted: { $severity } { $rule } · { $room } · and { $n } more

# Keys and terminals
held-ignored = A key held down does not act again.
terminal-not-utf8 = This terminal's locale is not UTF-8: other letters show as ?. Set LANG, for instance LANG=C.UTF-8
