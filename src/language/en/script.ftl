### The demo and replays.

script-not-admin = Your account is an ordinary member of this room; only its staff can do this.
script-no-mute = This platform has no mute.
script-no-recall = This platform does not let anybody take back what others said.
script-block-watched = This platform cannot keep anybody out. Whoever comes back is removed again.
script-target-is-staff = { $name } is staff of this room; the platform refuses.
script-not-in-room = { $name } is not in this room.
script-no-such-message = The platform does not have this message any more.
script-no-such-room = The platform does not know this room.
script-busy = The platform was busy and refused. Nothing happened.
script-line-lost = The line to the platform broke for some seconds.
script-offline = There is no line to the platform. Nothing was sent.
script-seen-in-room = The platform showed it in the room.
script-seen-by-looking = A look at the platform shows that it holds.
script-does-not-hold = A look at the platform shows that it does not hold.

replay-no-actions = This is a replay. Nobody in it can be reached.
replay-ended =
    The replay is over: { $messages ->
        [one] one message
       *[other] { $messages } messages
    } played, { $skipped ->
        [0] every line was readable.
        [one] one line was skipped.
       *[other] { $skipped } lines were skipped.
    }
replay-cannot-read = Could not read { $file }: { $error }
replay-unknown-format = { $file } is none of the formats that can be played: JSON Lines, irssi, WeeChat.
replay-bad-offset = { $minutes } minutes is not an offset that a time zone can have.
replay-bad-json = Line { $line } was skipped: it is not JSON ({ $error }).
replay-no-text = Line { $line } was skipped: it has no text.
replay-bad-shape = Line { $line } was skipped: it does not have the form of this log.
replay-line-too-long = Line { $line } was skipped: it has { $bytes } bytes.
replay-more-bad-lines =
    { $count ->
        [one] One more line was skipped, line { $line }.
       *[other] { $count } more lines were skipped, the last one is line { $line }.
    }
replay-repeated-ids =
    { $count ->
        [one] One message has an id that was used before; it is kept as a message of its own.
       *[other] { $count } messages have ids that were used before; they are kept as messages of their own.
    }
replay-missing-replies =
    { $count ->
        [one] One message answers a message that the file had not shown before.
       *[other] { $count } messages answer messages that the file had not shown before.
    }
replay-undated =
    { $count ->
        [one] One message has no readable time.
       *[other] { $count } messages have no readable time.
    }
replay-mended-text =
    { $count ->
        [one] One line had bytes that are not UTF-8; they are shown as �.
       *[other] { $count } lines had bytes that are not UTF-8; they are shown as �.
    }
replay-shortened-waits =
    { $count ->
        [one] One silence was shortened to a minute.
       *[other] { $count } silences were shortened to a minute.
    }
