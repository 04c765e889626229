# 透视：原文逐个码点
xray-title = 透视 · n N 下一处 · 其他键返回
xray-message = 消息
xray-name = 名字
xray-account = 平台标识
xray-room = 群名
xray-words = 内容
xray-length = { $bytes } 字节 · { $points } 码点 · { $clusters } 字 · { $cells } 格
xray-nothing = 没有看不见的、冒充的或堆叠的字符
xray-control = 控制字符
xray-bidi = 改变文字方向
xray-invisible = 看不见
xray-tag = 看不见的标签
xray-variation = 变体选择符
xray-unassigned = 无人约定的字符
xray-disguised = 冒充
xray-piled-up = 堆叠的符号
xray-combining = 附加符号
xray-joiner = 表情的一部分
xray-skin-tone = 肤色
xray-flag-letter = 旗帜字母
xray-scripts = 混用文字 { $scripts }
xray-like = 看着像 { $as }
xray-more = 下面还有 { $n } 行
off-nothing-to-read = 这里没有可看的文字

# 复制
done-copied = 已复制 { $n } 字。没进剪贴板？再按 y 单独显示，用终端选取
done-copied-part = 太长：只复制了 { $all } 字中的前 { $n } 字。再按 y 单独显示

# 提示音与通知
done-bell-on = 提示音与通知：开
done-bell-off = 提示音与通知：关
ring-title = 群管
ring-case = { $severity } { $rule } · { $room }
ring-case-and-more = { $severity } { $rule } · { $room } · 另有 { $n } 件
ring-handed = 转交给你：{ $severity } { $rule } · { $room }
ring-handed-and-more = 转交给你：{ $severity } { $rule } · { $room } · 另有 { $n } 件
ring-escalated = 请求协助：{ $severity } { $rule } · { $room }
ring-escalated-and-more = 请求协助：{ $severity } { $rule } · { $room } · 另有 { $n } 件

# 按键与终端
held-ignored = 按住的键不会重复执行。
terminal-not-utf8 = This terminal's locale is not UTF-8: other letters show as ?. Set LANG, for instance LANG=C.UTF-8
