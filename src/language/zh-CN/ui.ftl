### 屏幕上的文字。

## 格式
key-gap = {""}
list-comma = {"，"}
quote-open = “
quote-close = ”
day = { $year } 年 { $month } 月 { $day } 日 { $weekday }
weekday-1 = 星期一
weekday-2 = 星期二
weekday-3 = 星期三
weekday-4 = 星期四
weekday-5 = 星期五
weekday-6 = 星期六
weekday-7 = 星期日
seconds = { $n }秒
minutes = { $n }分
hours = { $n }时
days = { $n }天
since = { $when } 起
people = { $n } 人
more-rows = 下面还有 { $n } 行
more-text = …… 共 { $n } 字，按 Enter 看全文
more-wrapped = …… 还有 { $n } 行，按 Enter 看全文
until-open = 未定

## 人和群
member-unknown = 未知成员
room-unknown = 未知群
actor-program = 本程序
actor-unknown = 平台未说明
all-rooms = 全部 { $n } 个群
role-owner = 群主
role-admin = 管理员
role-voiced = 有发言权
role-newcomer = 新人
role-member = 成员
role-unknown = 角色未知
own-role = 本账号：{ $role }

## 窗格
pane-stream = 实时
pane-queue = 审核
pane-card = 成员卡
pane-outbox = 发件箱
pane-audit = 审计
pane-connectors = 连接

## 消息流
kind-image = [图片]
kind-voice = [语音]
kind-video = [视频]
kind-file = [文件]
kind-link = [链接]
kind-card = [名片]
kind-other = [其他]
mark-recalled = ⟲撤回
mark-muted = 禁言中
reply-older = 更早的消息
notice-joined = { $name } 进群
notice-joined-many = { $n } 人进群：{ $names }
notice-left = { $name } 离开
notice-removed = { $name } 被移出（{ $by }）
notice-banned = { $name } 被移出并拉黑（{ $by }）
notice-muted = { $name } 被禁言（{ $by }）
notice-muted-until = { $name } 被禁言到 { $until }（{ $by }）
notice-unmuted = { $name } 解除禁言（{ $by }）
gap-line = { $from }–{ $to } 未收到消息：{ $reason }
gap-not-connected = 未连接
joined-title = 进群的人
frozen = 已冻结：{ $messages } 条新消息（{ $key } 继续）
frozen-flags = 已冻结：{ $messages } 条新消息，{ $flags } 个新标记（{ $key } 继续）
stream-loading = ◐ 正在读取更早的消息……
stream-broken = ✗ 更早的消息读不出来：{ $why }。再往上移即重试。
stream-quiet = 已连接，还没有人说话。有消息就会出现在这里。
stream-not-connected = 还没有连上任何网络。gl 看每个连接的状况和原因。
stream-no-connector = 还没有配置连接。写好配置后重启，或用 qunguan demo 先试试。
finding-older = 正在更早的记录里找……
not-found = 没找到“{ $text }”

## 审核
brief-advertisement = 广告
brief-flood = 刷屏
brief-words = 词语
brief-attack = 攻击
brief-newcomer = 新人
queue-empty = ✓ 没有等待处理的事项
queue-done = ── 已处理 ──
verdict-allowed = 放行
verdict-confirmed = 处置

## 成员卡
card-nobody = 光标下没有成员。移到一条消息或一个事项上即可。
card-left = 已不在群
card-muted = 禁言中，何时解除未知（{ $by }）
card-muted-until = 禁言到 { $until }（{ $by }）
card-decided = ✓ { $by } 已在 { $when } 处理
card-step = 建议 { $step }
card-step-mute = L{ $level } 禁言 { $time }
card-counts = 发言 { $messages } · 标记 { $flags } · 违规 { $offences }
card-joined = { $when } 进群（{ $age }前）
card-known = { $when } 起有记录，进群时间未知
card-note = 备注 { $when } { $by }：{ $text }

## 操作
verb-recall = 撤回
verb-warn = 警告
verb-mute = 禁言
verb-unmute = 解除禁言
verb-remove = 移出
verb-block = 移出拉黑
verb-unblock = 解除拉黑
stage-requested = 等待发送
stage-sent = 已发送
stage-accepted = 平台已受理
stage-confirmed = 已生效
stage-failed = 未成
stage-unsupported = 平台不支持
stage-unknown = 结果不明
stage-cancelled = 已取消
stage-marked-done = 人工确认生效
outbox-empty = 还没有操作。在实时或审核里对消息用 d w m x 等键。
outbox-held = { $seconds } 秒后发送，u 取消
outbox-check = 请核实
outbox-undoes = 撤销先前的操作
outbox-undone = 已被撤销
outbox-lift = { $when } 由本程序解除
story-title = 一个操作的经过
story-act = { $act } → { $name }，{ $room }，由 { $by }

## 审计
audit-empty = 还没有记录。
audit-asked = { $act } { $name }
audit-undid = 撤销：{ $act } { $name }
audit-allowed = 放行 { $name }（{ $rule }）
audit-confirmed = 认定 { $name } 违规（{ $rule }）
audit-reopened = 重开事项：{ $name }（{ $rule }）
audit-note = 备注 { $name }：{ $text }
audit-note-removed = 删去一条备注
audit-recalled = 撤回 { $name } 的消息：{ $text }
audit-muted = { $name } 被禁言，到 { $until }
audit-unmuted = { $name } 恢复发言
audit-gap = { $connector } 在 { $from }–{ $to } 未收到消息：{ $reason }
audit-started = 服务启动，版本 { $version }
audit-stopped = 服务正常停止
audit-dropped = 按保留期删去第 { $before } 条之前的记录
audit-imported = 读入另一份记录，到第 { $through } 条

## 连接
status-online = 在线，账号 { $account }
status-connecting = 正在连接……
status-offline = 断开：{ $why }。{ $seconds } 秒后重试
status-ended = 已结束，不再重试：{ $why }
short-connecting = 连接中
short-offline = 断开
short-ended = 已结束
deaf-since = { $when } 起可能漏收消息
connectors-empty = 还没有配置连接。写好配置后重启，或用 qunguan demo 先试试。

## 为何不能用
off-recording = 记录已停，不能操作：{ $why }
off-nothing-to-undo = 你没有可撤销的操作
off-no-message = 光标下没有消息
off-no-member = 光标下没有成员
off-no-case = 光标下没有待审事项
off-case-decided = { $by } 已经处理了
off-no-unknown-action = 光标下没有结果不明的操作

## 底栏、提示与其他
help-rooms = 看第 1 至 9 个群
help-title = 帮助：此处可用的键（- 表示现在不能用）
prompt-note = 备注 { $name }：
recording-stopped = !! 记录已停：{ $why }。可以继续看，不能操作。
too-small = 窗口太小（{ $columns }×{ $rows }），至少要 60×16。
theme-unreadable = 配色文件 { $file } 读不出来：{ $what }
theme-not-toml = 配色文件 { $file } 第 { $line } 行第 { $column } 列有误：{ $what }
theme-unknown-meaning = 配色文件 { $file } 第 { $line } 行第 { $column } 列：没有“{ $what }”这个名字
theme-unknown-word = 配色文件 { $file } 第 { $line } 行第 { $column } 列：“{ $what }”不是颜色也不是样式
theme-no-glyph = 配色文件 { $file } 第 { $line } 行第 { $column } 列：“{ $what }”不能当标记：只能是一个字符，或两个 ASCII 字符，语言写 zh 或 en
theme-none-such = 没有叫“{ $file }”的配色
off-no-flag = 这里没有标记
off-no-room = 先选一个群
off-nothing-here = 光标下什么也没有
everybody = 所有人
verb-say = 发言
verb-remind = 提醒
brief-team = 标记
rule-by-hand = 人工标记
audit-allowed-many = 一次放行 { $n } 项
audit-reopened-many = 收回放行 { $n } 项
audit-snoozed = 暂缓 { $name } · { $rule } 至
audit-held = 认领 { $name } · { $rule }
audit-released = 放下 { $name } · { $rule }
audit-escalated = 上报 { $name } · { $rule }
audit-calmed = 收回上报 { $name } · { $rule }
audit-text-allowed = 至 { $until } 不再标记：{ $text }
audit-allowance-ended = 收回了一条放行的文字
audit-pinned = 存证 { $name }：{ $text }
audit-unpinned = 取消存证 { $name }：{ $text }
audit-filter-saved = 筛选 { $name }：{ $text }
audit-filter-removed = 删去筛选 { $name }
marked = 已选 { $n }
prompt-warn = 警告 { $name }（群里可见）：
prompt-say = 对 { $room } 说：
role-regular = 老
explain-title = 为何标记 { $name }
explain-rule = { $severity } { $category } · { $rule }（{ $id }，第 { $version } 版）· { $confidence }
explain-met = 命中：{ $text }
explain-whole = 规则看的是整条消息或发言的频率，不是某一段字。
explain-text-older = 原文较早，已不在内存；在实时里往上翻可以看到。
explain-more = 另有 { $n } 次标记不再逐条列出。
explain-advice = 建议：{ $step }（{ $style }）。理由：
queue-resting = ── 暂缓 ──
rests-until = 至 { $until }
card-escalated = { $by } 上报给团队
card-rests = 暂缓到 { $until }
dossier-flags = 标记
dossier-said = 前后的话
dossier-unreadable = （此处有一段记录读不出来）
dossier-done = 处置
dossier-notes = 私密备注
dossier-number = 案号 { $n }
dossier-member = 成员 { $id }
dossier-judged = { $severity } { $category } · { $confidence } · 规则 { $rule }
dossier-opened = 立案 { $at }
dossier-decided = { $verdict } · { $by } · { $at }
dossier-open = 尚未处理
verdict-settled = 并案
audit-settled = 并案处理 { $name } · { $rule }
footer-scroll = 滚动
footer-choose = 选择
footer-take = 确定
footer-next = 下一处
footer-type = 输入数目
footer-do = 执行
footer-first = 选第一项
