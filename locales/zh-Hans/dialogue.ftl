# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = 抱歉，我没有听懂。您能换个说法吗？
misunderstood-twice = 我还是没有听懂。请用几个简单的词再试一次，或者要求转人工。
misunderstood-twice-no-person = 我还是没有听懂。请用几个简单的词再试一次。
words-wanted = 谢谢，已经收到。不过我只能阅读文字：请问是关于什么事？
cancelled = 好的，已经取消。还有什么可以帮您？
nothing-to-cancel = 好的。有什么可以帮您？
switched = 好的。
denied = 好的，那就不做了。
corrected = 好的，已经更改。
started-over = 我们重新开始吧。有什么可以帮您？
nothing-to-repeat = 我还没有说过什么。有什么可以帮您？
language-changed = 接下来用中文为您服务。
language-name = 简体中文
languages-spoken = 我只能用以下语言回答：{ $languages }。

cancel-words = 取消 | 取消吧 | 停 | 停止 | 停下 | 算了 | 算了吧 | 不用了 | 不要了 | 没事了 | 没关系不用了 | 不办了 | 忘了吧 | 终止 | 退出 | 别弄了
start-over-words = 重新开始 | 从头开始 | 从头再来 | 重来 | 重新来 | 再来一遍 | 重启 | 重置 | 回到开头 | 回到开始 | 返回首页
repeat-words = 重复 | 重复一遍 | 请重复 | 请重复一遍 | 再说一遍 | 再说一次 | 请再说一遍 | 能再说一遍吗 | 可以再说一遍吗 | 你说什么 | 您说什么 | 你刚才说什么 | 什么 | 没听清
person-words = 人工 | 转人工 | 人工客服 | 转人工客服 | 人工服务 | 转人工服务 | 客服 | 找客服 | 真人 | 找真人 | 真人客服 | 人 | 我要人工 | 我要人工客服 | 我要转人工 | 我要找人工 | 我要找客服 | 我要真人 | 我要找真人 | 我想找人工 | 我想转人工 | 我想找人工客服 | 我想和人聊 | 我想跟人说话 | 我想跟真人说话 | 我要跟人说话 | 我要和真人说话 | 能转人工吗 | 可以转人工吗 | 能不能转人工 | 请转人工 | 帮我转人工 | 有人吗 | 有人工吗 | 可以找个人吗 | 联系客服 | 联系人工客服
correct-words = 不 | 不是 | 不对 | 其实 | 我是说 | 我的意思是 | 我想说的是 | 更正 | 更正一下 | 等一下 | 等等 | 不是这个 | 应该是 | 说错了 | 我说错了
yes-words = 是 | 是的 | 对 | 对的 | 好 | 好的 | 好啊 | 嗯 | 嗯嗯 | 行 | 可以 | 没问题 | 当然 | 当然可以 | 没错 | 正确 | 确认 | 同意 | ok | 要 | 需要 | 好吧 | 👍
no-words = 不 | 不是 | 不对 | 不要 | 不行 | 不可以 | 不用 | 不用谢谢 | 不需要 | 没有 | 否 | 错 | 错了 | 不同意 | 绝不 | 算不上 | 不好 | 👎
polite-words = 请 | 麻烦 | 麻烦你 | 麻烦您 | 那 | 那么 | 现在 | 其实 | 啊 | 嗯 | 不好意思
thanks-words = 谢谢 | 谢谢你 | 谢谢您 | 多谢
language-words = 中文 | chinese | 简体中文 | 用中文 | 请用中文 | 说中文 | 请说中文 | 可以说中文吗 | 普通话
greeting-words = 你好 | 您好 | 早上好 | 下午好 | 晚上好 | 嗨 | 哈喽 | 在吗 | 再见 | 拜拜 | 晚安
unknown-words = 不知道 | 不清楚 | 我没有 | 没有号码 | 找不到 | 没找到 | 丢了 | 弄丢了 | 忘了 | 忘记了 | 不记得

## Trouble

apology = 抱歉，我们这边出了点问题。
busy = 请稍等，我还在查询。
busy-full = 我还在查询，暂时无法接收更多内容。请稍后再说一次。
handing-over = 正在为您转接人工。工作人员会尽快与您联系。
handoff-withdrawn = 好的，不需要转人工了。我继续为您服务。
nobody-came = 很抱歉，暂时没有人工客服可以接待。我继续为您服务。

## Documents

source = 来源：{ $source }

## Buttons

button-choose = 选择
button-more = 更多
button-answer = 回答

## Questions of rate

rate-question = 您的满意度如何？从 1（非常不满意）到 5（非常满意）。
rate-invalid = 请回复 1 到 5 之间的数字。
rate-thanks = 感谢您的反馈！

## Answers that do not fit

way-out = 如果您无法回答，也可以输入：{ $words }。
invalid-text = 请用文字回答。
invalid-text-short = 请至少输入 { $min } 个字符。
invalid-text-long = 请最多输入 { $max } 个字符。
invalid-number = 请回复一个数字，例如 3。
invalid-number-several = 请只回复一个数字。
invalid-number-small = 数字不能小于 { $min }。
invalid-number-large = 数字不能大于 { $max }。
invalid-number-whole = 请回复一个整数。
invalid-email = 这不像是电子邮箱地址。格式应类似 name@example.com。
invalid-phone = 这不像是电话号码。格式应类似 +86 10 1234 5678。
invalid-date = 请回复一个日期，例如 2026-12-24。
invalid-date-none = 日历中没有这一天。
invalid-date-early = 日期不能早于 { $min }。
invalid-date-late = 日期不能晚于 { $max }。
invalid-time = 请回复一个时间，例如 19:30。
invalid-time-early = 时间不能早于 { $min }。
invalid-time-late = 时间不能晚于 { $max }。
invalid-choice = 请选择其中一项：{ $options }。
invalid-regex = 格式不符合要求，请再试一次。
invalid-file = 请发送一个文件。
invalid-file-type = 无法接收这种类型的文件。请发送以下类型之一：{ $types }。
invalid-file-large = 文件太大，最大为 { $max }。
invalid-yes-no = 请回答“是”或“否”。

## Formats

date-format = %Y-%m-%d
number-format = 1,234.5
