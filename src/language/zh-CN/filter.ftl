# 筛选语言：`/`、`&`、保存的筛选。

filter-too-long = 条件超过 { $most } 个
filter-lone-dash = “-”后面没有内容
filter-unknown-field = 没有“{ $field }”这一项：from room kind tier flagged since until。要查找原文请加引号
filter-no-value = “{ $field }:”后面没有内容
filter-nothing-visible = 没有可见的内容可查
filter-unknown-kind = 没有“{ $value }”这种类型：文字 图片 语音 视频 文件 链接 名片 系统 其他
filter-unknown-tier = 没有“{ $value }”这种身份：群主 管理 发言 普通 新人
filter-unknown-severity = 没有“{ $value }”这种等级：S1 S2 S3 S4
filter-unknown-time = “{ $value }”不是时间，例如 30m、2h、3d、14:00、11-20、2026-11-20
filter-open-quote = 引号没有闭合
filter-lone-or = “or”的两边都要有条件
filter-open-bracket = 括号没有闭合
filter-lone-bracket = 这里没有打开的括号。要查找“)”请加引号
filter-empty-bracket = 括号里没有内容

# 输入时的提示，以及结果。
preview-find = 词语 · from: room: kind: tier: flagged acted recalled since: until: · -排除 · or ( ) · "原文"
preview-filter = 词语 · from: room: kind: tier: flagged acted since: · -排除 · or ( ) · =名称；直接回车显示全部
filter-nothing = 没有符合筛选的内容
filter-not-here = 这一栏不能筛选
filter-no-such-name = 没有名为“{ $name }”的筛选
filter-save-how = 先用 & 筛选一栏，再输入 :save-filter 名称
filter-saved = “{ $name }”已保存：{ $text }
filter-name-long = 名称最多 { $n } 个字
filter-forgotten = 已删除筛选“{ $name }”
