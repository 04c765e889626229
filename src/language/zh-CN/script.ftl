### 演示与回放。

script-not-admin = 你的账号在这个群里是普通成员，只有管理员能这样做。
script-line-lost = 与平台的连线中断了几秒。
script-offline = 与平台没有连线，什么都没有发出。
script-no-mute = 这个平台没有禁言。
script-no-recall = 这个平台不能撤回别人的消息。
script-block-watched = 这个平台不能阻止重新入群；再进来时会再次移出。
script-target-is-staff = { $name } 是本群管理员，平台拒绝了。
script-not-in-room = { $name } 不在这个群里。
script-no-such-message = 平台上已经没有这条消息。
script-no-such-room = 平台上没有这个群。
script-busy = 平台繁忙，拒绝了请求。什么都没有发生。
script-seen-in-room = 平台已在群里显示。
script-seen-by-looking = 查看平台：确实如此。
script-does-not-hold = 查看平台：并非如此。

replay-no-actions = 这是回放，里面的人无法触及。
replay-ended =
    回放结束：共 { $messages } 条消息，{ $skipped ->
        [0] 每一行都能读出。
       *[other] 跳过 { $skipped } 行。
    }
replay-cannot-read = 无法读取 { $file }：{ $error }
replay-unknown-format = { $file } 不是可以回放的格式：JSON Lines、irssi、WeeChat。
replay-bad-offset = 时区不可能相差 { $minutes } 分钟。
replay-bad-json = 第 { $line } 行已跳过：不是 JSON（{ $error }）。
replay-no-text = 第 { $line } 行已跳过：没有文字。
replay-bad-shape = 第 { $line } 行已跳过：不符合这种日志的格式。
replay-line-too-long = 第 { $line } 行已跳过：长达 { $bytes } 字节。
replay-more-bad-lines = 另有 { $count } 行已跳过，最后一行是第 { $line } 行。
replay-repeated-ids = { $count } 条消息的编号曾经用过，已作为单独的消息保留。
replay-missing-replies = { $count } 条消息回复的消息此前没有在文件中出现。
replay-undated = { $count } 条消息没有可读的时间。
replay-mended-text = { $count } 行含有非 UTF-8 字节，显示为 �。
replay-shortened-waits = { $count } 次沉默已缩短为一分钟。
