### 规则、处置阶梯与守卫的话。

## 规则名称；$list 是词表的标识
rule-words = 词语·{ $list ->
    [contact] 引流
    [advertising] 广告
    [fraud] 诈骗
   *[other] { $list }
}
rule-links = 链接
rule-flood = 刷屏
rule-repeats = 重复
rule-newcomer = 新人
rule-fault = 程序出错·{ $list ->
    [words] 词语
    [links] 链接
    [flood] 刷屏
    [repeats] 重复
    [newcomer] 新人
   *[text] 读取文字
}

category-advertisement = 广告
category-flood = 刷屏
category-words = 不当词语
category-attack = 人身攻击
category-newcomer = 新人限制

severity-s1 = S1 轻微
severity-s2 = S2 广告
severity-s3 = S3 攻击
severity-s4 = S4 严重

confidence-certain = 确定
confidence-likely = 很可能
confidence-fuzzy = 存疑

## 规则为何标记一条消息
flag-fault = { $rule ->
    [words] 词语规则
    [links] 链接规则
    [flood] 刷屏规则
    [repeats] 重复规则
    [newcomer] 新人规则
   *[text] 文字读取
}在这条消息上出错，没有作出判断，请人工查看；报告在日志里
flag-words = { $disguised ->
    [yes] 含“{ $words }”（有伪装）{ $count ->
        [1] {""}
       *[other] ，共 { $count } 处
    }
   *[no] 含“{ $words }”{ $count ->
        [1] {""}
       *[other] ，共 { $count } 处
    }
}
flag-link-invitation = { $disguised ->
    [yes] 拉人进别的群：{ $host }（有伪装）
   *[no] 拉人进别的群：{ $host }
}
flag-link-blocked = { $disguised ->
    [yes] 链接指向已禁止的 { $host }（有伪装）
   *[no] 链接指向已禁止的 { $host }
}
flag-link-shortened = { $disguised ->
    [yes] 短链接 { $host }，看不出去向（有伪装）
   *[no] 短链接 { $host }，看不出去向
}
flag-link-unlisted = { $disguised ->
    [yes] 链接指向 { $host }（有伪装）
   *[no] 链接指向 { $host }，不在白名单
}
flag-flood-messages = { $seconds } 秒内 { $count } 条消息
flag-flood-images = { $seconds } 秒内 { $count } 张图片
flag-flood-length = 一条消息 { $characters } 字 { $lines } 行
flag-repeats = { $seconds } 秒内重复 { $count } 次
flag-repeats-long = { $seconds } 秒内重复长文 { $count } 次
flag-newcomer-link = 入群 { $minutes } 分钟发链接，此前有效发言 { $said } 条
flag-newcomer-page = 入群 { $minutes } 分钟分享网页，此前有效发言 { $said } 条
flag-newcomer-card = 入群 { $minutes } 分钟发名片，此前有效发言 { $said } 条

## 风格与处置
style-strict = 严格型
style-moderate = 适中型
style-lax = 宽松型
step-remind = L0 提醒
step-warn = L1 警告
step-mute = { $seconds ->
    [600] L2 禁言 10 分钟
    [3600] L3 禁言 1 小时
    [86400] L4 禁言 24 小时
   *[other] 禁言 { $seconds } 秒
}
step-remove = L5 移出
step-block = L6 移出并拉黑

## 为何建议这样处置
recommend-count = { $days } 天内第 { $count } 次
recommend-lenient = 首犯从宽
recommend-returned = 移出后又进群
malice-mailing = 同样内容发到多个群
malice-came-to-advertise = 入群首条就发广告
malice-disguise = 用伪装躲避检查
malice-reposted = 撤回或警告后马上又发
malice-blocked = 曾被拉黑
malice-together = 多个账号发同样内容

## 现在为何不能这样做
not-offered = 这个平台在这里不提供此操作。
refuse-room-unknown = 没有这个群的记录。
refuse-member-unknown = 没有这名成员的记录。
refuse-message-unknown = 这个群里没有该成员的这条消息。
refuse-own-account = 这是我们自己的账号。
refuse-staff = { $name } 是本群管理员，受保护。
refuse-offline = { $connector } 未连接。
refuse-not-in-room = 该成员不在群里。
refuse-already-recalled = 这条消息已撤回。
refuse-mute-without-end = 禁言必须有时长。
refuse-not-muted = 该成员没有被禁言。

## 设置中的错误
mistake-list-id = “{ $id }”不能作词表名：只能用文字、数字、- 和 _
mistake-list-twice = 有两个词表都叫“{ $id }”
mistake-list-empty = 这个词表里没有词
mistake-word-short = “{ $word }”太短，到处都会命中
mistake-domain = “{ $domain }”不是域名，请写成 example.com 的样子
mistake-domain-both = “{ $domain }”既在白名单又被禁止
mistake-range = { $value } 超出范围：应为 { $least } 到 { $most }
mistake-mute-seconds = 禁言时长必须逐级变长：{ $seconds }
category-team = 团队标记
