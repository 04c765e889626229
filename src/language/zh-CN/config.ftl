### 配置文件里的错误。

config-unknown-section = 没有“{ $name }”这一节或这一项
config-rule-place = 规则 { $rule } 的 { $setting }：
config-seat-bytes = bytes_per_second 是 { $value }：可以是 { $least } 到 { $most }
config-too-many-warnings = 警告语太多：只能用数字 1 到 9 选
config-language = 没有“{ $name }”这种语言，可写 zh-CN 或 en
config-zone = “{ $text }”不是时区，请写成 +08:00 的样子
config-unknown-command = 没有“{ $name }”这个命令
config-not-a-key = “{ $key }”不是一个键
config-key-lost = 按键 { $key } 传不过来：终端、tmux 或 ssh 会自己用掉 ^S ^Q ^Z ^B ^A ^C ^H
config-key-taken = { $key } 键已归“{ $by }”
config-key-table = 按键要写成 [keys] 一节
config-connector-list = 连接要写成列表：[[connector]]
config-connector-name = 这个连接缺名字或平台
config-connector-twice = 有两个连接都叫“{ $name }”
config-platform = 没有“{ $name }”这个平台
config-toml = 看不懂；TOML 库的原话：“{ $what }”
config-wrong-kind = 这里写的是{ $found ->
    [boolean] 真假值
    [integer] 整数
    [floating-point] 小数
    [string] 文字
    [sequence] 列表
   *[map] 表
}，应为{ $expected ->
    [boolean] 真假值（true 或 false）
    [integer] 整数
    [number] 数字
    [string] 文字
    [sequence] 列表
   *[map] 表
}
config-out-of-range = { $value } 超出范围：可以是 { $least } 到 { $most }
config-unknown-field = 这里没有“{ $name }”这一项{ $n ->
    [0] {""}
   *[other] ；可写：{ $options }
}
config-missing = 缺少“{ $name }”
config-unknown-choice = 没有“{ $name }”这个选项，可选：{ $options }
config-wrong-length = 这个列表有 { $found } 项，应有 { $wanted } 项
config-duplicate = 这一项写了两次
config-unquoted = 缺少值，或文字没加引号："像这样"
