### 逐行席位的话：qunguan --linear。

linear-hello = { $name }，这里是群管。共 { $rooms } 个群，待审 { $open } 项。help 说明各行写法。
linear-says = { $name }：{ $text }
linear-cut = 共 { $n } 字，open { $handle } 读全文
linear-answers = 答 { $handle } { $name }
linear-flagged = 案件 { $handle } { $severity } { $rule } { $confidence }
linear-flagged-decided = 已处理 { $handle } { $severity } { $rule }
linear-of-case = 此人有案件 { $handle }
linear-recalled = 已撤回，{ $by }
linear-hidden = 隐藏或伪装字符 { $n } 个
linear-backfilled = 补收
linear-case = 案件 { $handle }
linear-held-by = { $name } 正在处理
linear-rests = 搁置到 { $when }
linear-escalated = { $by } 请大家先看
linear-action = 操作 { $handle } { $stage }
linear-held = { $seconds } 秒后发送，undo 取消
linear-undoes = 撤销 { $handle }
linear-by = { $by }：
linear-last-spoke = 最近发言 { $when }
linear-never-spoke = 从未发言
linear-group = { $handle } 第 { $number } 群 { $name }
linear-open-cases = 待审 { $n } 项
linear-tone-done = 好：{ $text }
linear-tone-refused = 拒绝：{ $text }
linear-tone-told = 提示：{ $text }
linear-tone-alarm = 警报：{ $text }
linear-question = 问题 { $name }：{ $title }
linear-number = { $label }：yes { $name } 数目；no { $name } 不执行
linear-choice = { $answer } = { $label }
linear-choice-off = 不可用：{ $label }（{ $why }）
linear-yes-no = yes { $name } 取第一项；no { $name } 不执行
linear-no-question = 没有待答的问题「{ $name }」，什么也没做。
linear-left = 保持原样。
linear-follows = 从现在起逐行播报。
linear-quiet = 从现在起只有回应；follow 恢复播报。
linear-language = 若选了另一种语言，下一行起改用它。
linear-room = 现在播报：{ $name }
linear-no-screen = { $name } 只与画面有关，在此没有意义。
linear-which = 对谁？请写 { $name } 加代号，如 #12、c3、m2.7。什么也没做。
linear-unprinted = { $handle } 没有在此打印过，未执行。先打印：lines、queue、members、outbox。
linear-too-much = { $name } 后面不该有「{ $words }」。什么也没做。
linear-too-long = 一行文字最多 { $n } 个字。什么也没做。
linear-choose = { $label } 选哪个？{ $options }。请写在代号之后。
linear-words-missing = 缺少文字：请写在同一行。什么也没做。
linear-nothing = 没有任何结果。
linear-oldest = 这是记录中最早的一行。
linear-left-out = ……略去 { $n } 行：读得太慢。用 lines 和 before 补看。
linear-recording-again = 记录恢复。
linear-empty = 没有内容。
linear-raw = { $bytes } 字节，{ $signs } 字，隐藏或伪装 { $hidden } 个
linear-found-beside = *found 只指最近的 { $shown } 处；另有 { $more } 处符合，不在其中。其余请用更窄的条件查找。
linear-find-reach = 已查最近 { $n } 行；更早的用 before #N 查看。
linear-waiting = 正在等待 { $n } 个操作的结果；再输入 quit 立即离开。
linear-unanswered = 有 { $n } 个问题没有回答，均未执行。
linear-flooded = { $n } 行未执行：输入快过了读取回应的速度。
linear-help-handles = 每样东西有一个代号，永不指别的：#12 一行，c3 案件，x5 操作，m2.7 某群成员，r2 群，e9 审计条目。
linear-help-acts = 操作：命令、代号、再加文字：mute #12 1h，mute #12 off，warn #12 2，warn #12 自己的话，recall #12，allow c3，note #12 文字，undo。
linear-help-answers = 按名回答问题：yes q1，no q1，answer q1 m。
linear-help-looks = 细看：card #12，explain c3，raw #12，open #12。
linear-help-lists = 列表：lines 20，queue，members 名字，groups，outbox，audit，connectors，find 文字。
linear-help-rooms = 一个群或全部：room 2，room all。
linear-help-older = 记录中更早的：before #12 20。
linear-help-follow = quiet 只要回应，follow 逐行播报；language zh 或 language en。
linear-help-quit = quit 或输入结束：等所求之事有了结果再离开。
cli-arg-linear = 逐行显示，不用画面：供读屏软件、管道与脚本使用
cli-arg-once = 只执行一行并等待结果：0 生效，1 拒绝或失败，3 不明

## 时光重演
past-loading = 重演：正在读取之前的记录 { $percent }% · 过去，不能操作 · q 回到现在
past-playing = ▶ 重演 { $at } ×{ $speed } · { $n }/{ $of } · 过去，不能操作 · q 回到现在  空格 暂停  +- 速度  ←→ 逐件  [] 一分钟  { "{" }{ "}" } 远跳
past-paused = ❚❚ 重演 { $at } ×{ $speed } · { $n }/{ $of } · 过去，不能操作 · q 回到现在  空格 播放  +- 速度  ←→ 逐件  [] 一分钟  { "{" }{ "}" } 远跳
past-ended = ■ 重演 { $at } · { $n }/{ $of }，已到末尾 · 过去，不能操作 · q 回到现在  Home 开头  ← 逐件  [ 一分钟  { "{" } 远跳
past-seeking = … 重演 { $at } · 正在定位 · 过去，不能操作 · q 回到现在
past-broken = 重演：这部分记录无法读取：{ $what }。q 回到现在。
past-no-acts = 这是过去：在此不能操作。q 回到现在。
past-when = 「{ $text }」不是过去的时间。请写 replay 30m、replay 14:00 15:30、replay 2026-11-22 14:00 或 replay case；后面加 x10 指定速度。

## 逐行：筛选、跳转、案件、过去
linear-instead = { $name } 只与画面有关；此处请写：{ $instead }
linear-filter-on = 发言中只播报：{ $text }。filter off 全部播报。
linear-filter-off = 所有发言都播报。
linear-filter-saved = 筛选 { $name }：{ $text }
linear-filter-save-how = 请写 save-filter 名称 条件；已有筛选时写 save-filter 名称 即可。未保存。
linear-nothing-found = 没有查找结果：请先 find 词语。未执行任何操作。
linear-past = 过去 · { $line }
linear-replay-loading = 正在读取之前的记录：{ $percent }%
linear-replay-begins = 过去 · 重演 { $from } 至 { $to }：{ $of ->
    [0] 没有事件
   *[other] { $of } 件事
}。一切如当时；其中任何内容都不能操作。期间输入的命令在结束后执行；stop 结束。
linear-replay-ends = 过去 · 重演结束，共 { $of } 件事
linear-replay-stopped = 重演已停止。
linear-no-replay = 没有正在进行的重演。未执行任何操作。
linear-help-filters = 只看一部分发言：filter from:名字 词语，filter off；save-filter 名称 词语，filter 名称，forget-filter 名称；单写 filter 列出全部。find 词语 之后可写 mute *found 1h。jump 字母 跳到群、成员、案件或筛选。
linear-help-export = copy #12 原样打印文字；export-case c3 把案件及证据写入文件并给出路径，export-case c3 - 直接打印。
linear-help-replay = 重看过去，含谁做了什么：replay 30m，replay 14:00 15:30，replay c3；后加 x10 以十倍速播报；stop 结束。
