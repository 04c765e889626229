### Mistakes in the configuration file.

config-unknown-section = there is no section or setting “{ $name }”
config-rule-place = rule { $rule }, setting { $setting }:
config-seat-bytes = bytes_per_second is { $value }: from { $least } to { $most }
config-too-many-warnings = too many warning texts: the digits 1 to 9 choose one
config-language = “{ $name }” is not a language here: zh-CN or en
config-zone = “{ $text }” is not a time zone: write it like +08:00
config-unknown-command = there is no command “{ $name }”
config-not-a-key = “{ $key }” is not a key
config-key-lost = the key { $key } does not come through: terminals, tmux or ssh keep ^S ^Q ^Z ^B ^A ^C ^H for themselves
config-key-taken = the key { $key } belongs to “{ $by }” already
config-key-table = keys are a table: write [keys]
config-connector-list = connectors are a list: write [[connector]]
config-connector-name = this connector lacks its name or its platform
config-connector-twice = there are two connectors “{ $name }”
config-platform = “{ $name }” is not a platform here
config-toml = not understood; the TOML library says: “{ $what }”
config-wrong-kind = this is { $found ->
    [boolean] true or false
    [integer] a whole number
    [floating-point] a number with a point
    [string] a text
    [sequence] a list
   *[map] a table
}, and { $expected ->
    [boolean] true or false is needed
    [integer] a whole number is needed
    [number] a number is needed
    [string] a text is needed
    [sequence] a list is needed
   *[map] a table is needed
}
config-out-of-range = { $value } is out of range: from { $least } to { $most }
config-unknown-field = there is no setting “{ $name }” here{ $n ->
    [0] {""}
   *[other] ; there are: { $options }
}
config-missing = “{ $name }” is missing
config-unknown-choice = “{ $name }” is none of the choices: { $options }
config-wrong-length = the list has { $found } entries and needs { $wanted }
config-duplicate = this is set twice
config-unquoted = a value is missing, or a text lacks its quotes: "like this"
