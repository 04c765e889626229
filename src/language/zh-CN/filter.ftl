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
