### 成员、群、跳转。

## 跳转
jump-title = 跳转：名字、拼音或首字母
jump-empty = 没有找到。退格改短一些试试。
jump-room = 群
jump-case = 事项
jump-command = 命令
