### What rules, the ladder and the guard say.

## Names of rules; $list is the id of a word list
rule-words = Words: { $list ->
    [contact] contact
    [advertising] advertising
    [fraud] fraud
   *[other] { $list }
}
rule-links = Links
rule-flood = Flood
rule-repeats = Repeats
rule-newcomer = Newcomer
rule-fault = Fault in { $list ->
    [words] Words
    [links] Links
    [flood] Flood
    [repeats] Repeats
    [newcomer] Newcomer
   *[text] reading a text
}

category-advertisement = advertisement
category-flood = flood
category-words = unwanted words
category-attack = attack
category-newcomer = newcomer

severity-s1 = S1 minor
severity-s2 = S2 advertising
severity-s3 = S3 attack
severity-s4 = S4 grave

confidence-certain = certain
confidence-likely = likely
confidence-fuzzy = uncertain

## Why a rule flagged a message
flag-fault = { $rule ->
    [words] the rule on words
    [links] the rule on links
    [flood] the rule on flood
    [repeats] the rule on repeats
    [newcomer] the rule on newcomers
   *[text] the reading of this text
} broke on this message, which was not judged by it: please look yourself. The report is in the log
flag-words = { $disguised ->
    [yes] says “{ $words }”, disguised{ $count ->
        [one] {""}
       *[other] , { $count } places
    }
   *[no] says “{ $words }”{ $count ->
        [one] {""}
       *[other] , { $count } places
    }
}
flag-link-invitation = { $disguised ->
    [yes] invites to another group through { $host }, disguised
   *[no] invites to another group through { $host }
}
flag-link-blocked = { $disguised ->
    [yes] link to { $host }, which is blocked; disguised
   *[no] link to { $host }, which is blocked
}
flag-link-shortened = { $disguised ->
    [yes] link through { $host }, which hides where it leads; disguised
   *[no] link through { $host }, which hides where it leads
}
flag-link-unlisted = { $disguised ->
    [yes] link to { $host }, disguised
   *[no] link to { $host }, which is not on the list
}
flag-flood-messages = { $count } messages in { $seconds } s
flag-flood-images = { $count } pictures in { $seconds } s
flag-flood-length = { $characters } characters in { $lines ->
    [one] one line
   *[other] { $lines } lines
}
flag-repeats = the same text { $count } times in { $seconds } s
flag-repeats-long = the same long text { $count } times in { $seconds } s
flag-newcomer-link = link { $minutes } min after joining, { $said ->
    [0] nothing said before
    [one] one message before
   *[other] { $said } messages before
}
flag-newcomer-page = shared page { $minutes } min after joining, { $said ->
    [0] nothing said before
    [one] one message before
   *[other] { $said } messages before
}
flag-newcomer-card = contact card { $minutes } min after joining, { $said ->
    [0] nothing said before
    [one] one message before
   *[other] { $said } messages before
}

## Styles and steps
style-strict = strict
style-moderate = moderate
style-lax = lax
step-remind = L0 remind
step-warn = L1 warn
step-mute = { $seconds ->
    [600] L2 mute 10 min
    [3600] L3 mute 1 h
    [86400] L4 mute 24 h
   *[other] mute { $seconds } s
}
step-remove = L5 remove
step-block = L6 remove and block

## Why a step is recommended
recommend-count = { $count ->
    [one] first time in { $days } days
   *[other] offence number { $count } in { $days } days
}
recommend-lenient = first-offence leniency
recommend-returned = came back after a removal
malice-mailing = the same in several groups
malice-came-to-advertise = advertised as the first thing after joining
malice-disguise = disguised the text
malice-reposted = did it again right after a recall or a warning
malice-blocked = was blocked before
malice-together = several accounts with the same text

## Why an act may not be done now
not-offered = This platform does not offer this here.
refuse-room-unknown = This room is not known.
refuse-member-unknown = This member is not known here.
refuse-message-unknown = This is not a known message of this member in this room.
refuse-own-account = This is our own account.
refuse-staff = { $name } is staff of this room and protected.
refuse-offline = { $connector } is not connected.
refuse-not-in-room = This member is not in the room.
refuse-already-recalled = This message is already recalled.
refuse-mute-without-end = A mute needs a length.
refuse-not-muted = This member is not muted.

## Mistakes in the settings
mistake-list-id = “{ $id }” cannot name a word list: letters, digits, - and _ only
mistake-list-twice = there are two word lists “{ $id }”
mistake-list-empty = this word list has no words
mistake-word-short = “{ $word }” is too short: it would be found everywhere
mistake-domain = “{ $domain }” is not a domain: write it like example.com
mistake-domain-both = “{ $domain }” is both allowed and blocked
mistake-range = { $value } does not fit: { $least } to { $most }
mistake-mute-seconds = mute lengths must grow: { $seconds }
category-team = flagged for the team
