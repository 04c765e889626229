### 成员、群、跳转。

pane-members = 成员
pane-groups = 群
pane-group-card = 群卡

## 成员
sort-spoke = 最近发言在前
sort-messages = 发言多的在前
sort-joined = 新进群在前
sort-flags = 标记多的在前
sort-name = 按名字
sort-not-here = 这里没有别的排序。
column-name = 名字
column-room = 群
column-state = 状态
column-messages = 发言
column-spoke = 最近
column-flags = 标记
column-offences = 违规
column-joined = 进群
column-others = 他群
member-muted = 禁言
member-gone = 离群
member-never = 从未
members-unread = 还没有读到成员名单。连上的网络多半几秒内给出；只给发言者的网络，要等他们开口。
members-offline = 没有连上网络，看不到成员名单。gl 看每个连接的状况和原因。

## 成员卡全页
card-part-notes = 备注
card-part-offences = 违规
card-part-actions = 操作
card-part-rooms = 其他群
card-part-messages = 最近的发言
card-offence = { $when }（{ $age }前） { $what }

## 群
column-group = 群
column-network = 连接
column-people = 人数
column-today = 今日
column-hour = 1小时
column-cases = 待审
column-own = 本账号
group-deaf = { $when } 起断线
group-gaps = 缺口 { $n }
group-off = 不能：{ $verbs }
group-only-watch = 只能看
groups-none = 已连接，还没有群。让本账号加入一个群，就会出现在这里。
groups-offline = 还没有连上任何网络。gl 看每个连接的状况和原因。

## 跳转
jump-title = 跳转：名字、拼音或首字母
jump-empty = 没有找到。退格改短一些试试。
jump-room = 群
jump-member = 成员
jump-case = 事项
jump-filter = 筛选
jump-command = 命令
