### Programs that speak modline/1.

## Why an act can or cannot be done in a room
modline-ability-none = this connector says it cannot do this
modline-ability-no-right = our account has no right to do this in this room
modline-ability-not-staff = our account is an ordinary member of this room
modline-ability-own-only = this platform lets us recall only our own messages
modline-ability-emulated = the connector does not do this natively; it does something close to it
modline-ability-refused = the connector answered here that it cannot do this

## What became of an order
modline-verified = the connector says it has checked this on the platform
modline-saw-muted = the platform reported the mute
modline-saw-unmuted = the platform reported the end of the mute
modline-saw-removed = the platform reported that the member is gone
modline-saw-recalled = the platform reported that the message was recalled
modline-saw-warning = our warning appeared in the room
modline-reread-holds = the member list, read again, shows it
modline-reread-not = the member list, read again, shows that it is not so
modline-reread-incomplete = the member list could not be read completely
modline-reread-silent = the member list does not tell
modline-cannot-look = this connector has no way to look this up
modline-unsupported = the platform cannot do this: { $said }
modline-forbidden = the platform does not allow us to do this: { $said }
modline-not-found = the platform does not know this room, member or message: { $said }
modline-invalid = the platform did not accept the request: { $said }
modline-rate-limited = too many requests, try again in { $seconds } s: { $said }
modline-offline = the connector was not connected to its platform: { $said }
modline-conflict = the platform says that this is already so or contradicts something else: { $said }
modline-timeout = the platform did not answer the connector in time: { $said }
modline-unknown-outcome = the connector does not know whether it happened: { $said }
modline-internal = the connector failed while doing it, so it may or may not have happened: { $said }
modline-text-too-long = the text has { $length } characters, this platform takes { $most }
modline-not-its-turn = its turn did not come in time, the connector takes no more at once; it was not sent
modline-not-running = the connector was not running; it was not sent
modline-no-answer = the connector did not answer in time
modline-no-confirmation = the connector accepted it, but the platform has not shown it
modline-died = the connector ended before it answered

## How the connector is
modline-cannot-start = { $program } could not be started: { $error }
modline-no-variable = the variable { $name } is not set in the server's environment
modline-no-secret = the file { $path } for { $name } could not be read: { $error }
modline-no-hello = the program did not introduce itself within { $seconds } s
modline-version = the program speaks { $theirs }, this server speaks { $ours }
modline-silent = nothing was heard from the program for { $seconds } s
modline-garbage = the program wrote more than { $count } broken lines within { $seconds } s
modline-exited = the program ended with code { $code }
modline-killed = the program was ended by signal { $signal }
modline-gone = the program ended
modline-platform-offline = the connector lost its platform: { $detail }
modline-account-banned = the platform has banned the account: { $detail }
modline-gap-restart = the connector was started again
modline-gap-resumed = the connector was started again and goes on from where it was
modline-gap-told = the connector says that it missed something: { $why }

## What it remarks
modline-login = the account must be logged in: { $detail }
modline-login-code = scan this with the phone to log in: { $code } ({ $detail })
modline-join-request = { $person } asks to join { $room }: { $note }
modline-whole-room-muted = { $room } is muted as a whole
modline-whole-room-unmuted = { $room } is no longer muted as a whole
modline-answer-late = an answer to request { $id } came after its deadline: { $said }
modline-answer-twice = request { $id } was answered a second time: { $said }
modline-answer-unasked = an answer came to request { $id }, which was not open: { $said }
modline-bad-frame = a line was not a valid frame ({ $why }): { $sample }
modline-bad-frames = { $count } more lines were not valid frames
modline-before-hello = a frame came before the program introduced itself
modline-frame-too-large = a line of { $bytes } bytes was skipped; at most { $most } are read
modline-log = log: { $line }
modline-log-too-large = a log line of { $bytes } bytes was skipped
modline-log-left-out = { $count } more log lines were left out

## The conformance check: the rules
modline-check-start = it can be started
modline-check-hello = it introduces itself in time, in our version of the protocol
modline-check-heartbeat = it shows that it is alive in time
modline-check-garbage = it gets over lines that are not frames
modline-check-oversize = it gets over a line of more than 1 MiB
modline-check-unknown-frame = it gets over frames and fields that it does not know
modline-check-unknown-op = it answers an unknown operation with "unsupported"
modline-check-no-room = it refuses a room that does not exist
modline-check-idem = the same request made twice acts once
modline-check-cancel = a cancelled request is still answered
modline-check-frames = every line it writes is a valid frame
modline-check-one-answer = every request gets exactly one answer
modline-check-stop = it stops in time when asked, and leaves nothing behind

## The conformance check: what was seen
modline-check-not-reached = the check did not get this far
modline-check-died = the program had ended
modline-check-mute = no frame came within { $seconds } s
modline-check-answers = request { $id } got { $count } answers
modline-check-unasked = an answer came to { $id }, which was never asked
modline-check-other-code = it answered "{ $said }" where one of these belongs: { $wanted }
modline-check-idem-differs = the two answers differ
modline-check-idem-twice = it acted twice
modline-check-idem-not-acted = both answers are the same, but it did not act; name a room and a member to try it
modline-check-stays = it was still running { $seconds } s after it was asked to stop
modline-check-left-behind = it ended and left other processes running
