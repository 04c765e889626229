### 讲 modline/1 的程序。

## 在某个群里能不能做某事
modline-ability-none = 该连接器声明做不到
modline-ability-no-right = 我们的账号在本群没有这项权限
modline-ability-not-staff = 我们的账号在本群只是普通成员
modline-ability-own-only = 该平台只允许撤回自己发的消息
modline-ability-emulated = 连接器并非原生支持，只能以相近的方式完成
modline-ability-refused = 连接器答复过：在本群做不到

## 操作的结果
modline-verified = 连接器称已在平台上核实
modline-saw-muted = 平台已通报禁言
modline-saw-unmuted = 平台已通报解除禁言
modline-saw-removed = 平台已通报该成员离群
modline-saw-recalled = 平台已通报消息撤回
modline-saw-warning = 警告已出现在群里
modline-reread-holds = 重新读取成员列表，确认属实
modline-reread-not = 重新读取成员列表，并非如此
modline-reread-incomplete = 未能读全成员列表
modline-reread-silent = 成员列表没有说明这一点
modline-cannot-look = 该连接器无法查证此事
modline-unsupported = 平台做不到：{ $said }
modline-forbidden = 平台不允许我们这样做：{ $said }
modline-not-found = 平台找不到该群、成员或消息：{ $said }
modline-invalid = 平台不接受这个请求：{ $said }
modline-rate-limited = 请求过多，请在 { $seconds } 秒后再试：{ $said }
modline-offline = 连接器当时未连上平台：{ $said }
modline-conflict = 平台称已是如此，或与其他操作冲突：{ $said }
modline-timeout = 平台未及时答复连接器：{ $said }
modline-unknown-outcome = 连接器不知道是否已执行：{ $said }
modline-internal = 连接器执行时出错，可能已执行，也可能没有：{ $said }
modline-text-too-long = 文字共 { $length } 个字符，该平台最多 { $most } 个
modline-not-its-turn = 连接器一时接收不了更多操作，未能按时轮到；没有发出
modline-not-running = 连接器当时没有运行；没有发出
modline-no-answer = 连接器未在期限内答复
modline-no-confirmation = 连接器已接受，但平台尚未显示结果
modline-died = 连接器在答复之前退出了

## 连接器的状态
modline-cannot-start = 无法启动 { $program }：{ $error }
modline-no-variable = 服务器的环境中没有设置变量 { $name }
modline-no-secret = 无法读取 { $name } 的文件 { $path }：{ $error }
modline-no-hello = 程序在 { $seconds } 秒内没有自我介绍
modline-version = 程序使用 { $theirs }，本服务器使用 { $ours }
modline-silent = 已有 { $seconds } 秒没有收到程序的任何消息
modline-garbage = 程序在 { $seconds } 秒内写出了超过 { $count } 行无效内容
modline-exited = 程序已退出，代码 { $code }
modline-killed = 程序被信号 { $signal } 终止
modline-gone = 程序已退出
modline-platform-offline = 连接器与平台断开：{ $detail }
modline-account-banned = 账号已被平台封禁：{ $detail }
modline-gap-restart = 连接器重新启动过
modline-gap-resumed = 连接器重新启动过，并从中断处继续
modline-gap-told = 连接器称有遗漏：{ $why }

## 连接器的说明
modline-login = 需要登录账号：{ $detail }
modline-login-code = 请用手机扫描以登录：{ $code }（{ $detail }）
modline-join-request = { $person } 申请加入 { $room }：{ $note }
modline-whole-room-muted = { $room } 已全员禁言
modline-whole-room-unmuted = { $room } 已解除全员禁言
modline-answer-late = 请求 { $id } 的答复在期限之后才到：{ $said }
modline-answer-twice = 请求 { $id } 被重复答复：{ $said }
modline-answer-unasked = 收到对请求 { $id } 的答复，但该请求并未打开：{ $said }
modline-bad-frame = 有一行不是有效的帧（{ $why }）：{ $sample }
modline-bad-frames = 另有 { $count } 行不是有效的帧
modline-before-hello = 程序在自我介绍之前就发来了帧
modline-frame-too-large = 跳过了一行 { $bytes } 字节的内容；最多读取 { $most } 字节
modline-log = 日志：{ $line }
modline-log-too-large = 跳过了一行 { $bytes } 字节的日志
modline-log-left-out = 另有 { $count } 行日志未列出

## 符合性检查：规则
modline-check-start = 能够启动
modline-check-hello = 按时自我介绍，且协议版本与我们一致
modline-check-heartbeat = 按时表明自己仍在运行
modline-check-garbage = 遇到不是帧的行不受影响
modline-check-oversize = 遇到超过 1 MiB 的行不受影响
modline-check-unknown-frame = 遇到不认识的帧和字段不受影响
modline-check-unknown-op = 对未知操作答复“unsupported”
modline-check-no-room = 拒绝不存在的群
modline-check-idem = 同一请求发两次只执行一次
modline-check-cancel = 取消的请求仍有答复
modline-check-frames = 写出的每一行都是有效的帧
modline-check-one-answer = 每个请求恰好得到一个答复
modline-check-stop = 收到要求后按时停止，且不留下任何进程

## 符合性检查：所见
modline-check-not-reached = 检查没有进行到这一步
modline-check-died = 程序当时已退出
modline-check-mute = { $seconds } 秒内没有任何帧
modline-check-answers = 请求 { $id } 得到了 { $count } 个答复
modline-check-unasked = 收到对 { $id } 的答复，但从未发出过该请求
modline-check-other-code = 答复为“{ $said }”，此处应为其一：{ $wanted }
modline-check-idem-differs = 两次答复不一致
modline-check-idem-twice = 执行了两次
modline-check-idem-not-acted = 两次答复一致，但并未执行；请指定一个群和一名成员来验证
modline-check-stays = 要求停止 { $seconds } 秒后仍在运行
modline-check-left-behind = 已退出，但留下了其他进程
