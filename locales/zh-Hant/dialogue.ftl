# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = 抱歉，我沒有聽懂。您可以換個說法嗎？
misunderstood-twice = 我還是沒有聽懂。請用幾個簡單的詞再試一次，或要求轉接真人客服。
misunderstood-twice-no-person = 我還是沒有聽懂。請用幾個簡單的詞再試一次。
words-wanted = 謝謝，已經收到。不過我只能閱讀文字：請問是關於什麼事？
cancelled = 好的，已經取消。還有什麼可以為您服務的嗎？
nothing-to-cancel = 好的。有什麼可以為您服務的嗎？
switched = 好的。
denied = 好的，那就不做了。
corrected = 好的，已經更改。
started-over = 我們重新開始吧。有什麼可以為您服務的嗎？
nothing-to-repeat = 我還沒有說過什麼。有什麼可以為您服務的嗎？
language-changed = 接下來用中文為您服務。
language-name = 繁體中文
languages-spoken = 我只能用以下語言回答：{ $languages }。

cancel-words = 取消 | 取消吧 | 停 | 停止 | 停下 | 算了 | 算了吧 | 不用了 | 不要了 | 沒事了 | 不辦了 | 忘了吧 | 終止 | 退出 | 離開 | 唔使喇 | 唔要喇
start-over-words = 重新開始 | 從頭開始 | 從頭再來 | 重來 | 重新來 | 再來一遍 | 重啟 | 重設 | 回到開頭 | 回到最開始 | 回首頁 | 由頭嚟過
repeat-words = 重複 | 重複一次 | 請重複 | 請重複一次 | 再說一次 | 再說一遍 | 請再說一次 | 可以再說一次嗎 | 可以再說一遍嗎 | 你說什麼 | 您說什麼 | 你剛剛說什麼 | 什麼 | 沒聽清楚 | 再講一次
person-words = 真人 | 真人客服 | 轉真人 | 轉真人客服 | 轉接真人 | 轉接真人客服 | 客服 | 找客服 | 客服人員 | 專人 | 專人服務 | 轉專人 | 人工 | 轉人工 | 人工客服 | 我要真人 | 我要真人客服 | 我要找真人 | 我要找客服 | 我要轉真人 | 我要轉接客服 | 我想找真人 | 我想找客服 | 我想找真人客服 | 我想跟真人說話 | 我想跟人說話 | 我要跟真人講話 | 我想和人聊 | 可以轉真人嗎 | 可以轉接真人嗎 | 可以找客服嗎 | 可以找真人嗎 | 能轉人工嗎 | 請轉接客服 | 請轉真人 | 幫我轉真人 | 幫我轉客服 | 有人嗎 | 有真人嗎 | 聯絡客服 | 我想搵真人 | 搵客服
correct-words = 不 | 不是 | 不對 | 其實 | 我是說 | 我的意思是 | 我想說的是 | 更正 | 更正一下 | 等一下 | 等等 | 不是這個 | 應該是 | 說錯了 | 我說錯了
yes-words = 是 | 是的 | 對 | 對的 | 好 | 好的 | 好啊 | 嗯 | 嗯嗯 | 行 | 可以 | 沒問題 | 當然 | 當然可以 | 沒錯 | 正確 | 確認 | 同意 | ok | 要 | 需要 | 好喔 | 係 | 👍
no-words = 不 | 不是 | 不對 | 不要 | 不行 | 不可以 | 不用 | 不用謝謝 | 不需要 | 沒有 | 否 | 錯 | 錯了 | 不同意 | 絕不 | 不好 | 唔係 | 唔要 | 👎
polite-words = 請 | 麻煩 | 麻煩你 | 麻煩您 | 那 | 那麼 | 現在 | 其實 | 啊 | 嗯 | 不好意思
thanks-words = 謝謝 | 謝謝你 | 謝謝您 | 多謝
language-words = 中文 | traditional chinese | 繁體中文 | 用中文 | 請用中文 | 說中文 | 請說中文 | 可以說中文嗎 | 國語 | 廣東話
greeting-words = 你好 | 您好 | 哈囉 | 嗨 | 早安 | 午安 | 晚安 | 在嗎 | 再見 | 拜拜 | 掰掰
unknown-words = 不知道 | 不清楚 | 我沒有 | 沒有號碼 | 找不到 | 沒找到 | 不見了 | 弄丟了 | 忘了 | 忘記了 | 不記得 | 唔知道

## Trouble

apology = 抱歉，我們這邊出了點問題。
busy = 請稍候，我還在查詢。
busy-full = 我還在查詢，暫時無法接收更多內容。請稍後再說一次。
handing-over = 正在為您轉接真人客服，會有人盡快為您服務。
handoff-withdrawn = 好的，不需要轉接了。由我繼續為您服務。
nobody-came = 很抱歉，目前沒有客服人員可以接手。由我繼續為您服務。

## Documents

source = 來源：{ $source }

## Buttons

button-choose = 選擇
button-more = 更多
button-answer = 回答

## Questions of rate

rate-question = 您的滿意度如何？從 1（非常不滿意）到 5（非常滿意）。
rate-invalid = 請回覆 1 到 5 之間的數字。
rate-thanks = 感謝您的意見！

## Answers that do not fit

way-out = 如果您無法回答，也可以輸入：{ $words }。
invalid-text = 請用文字回答。
invalid-text-short = 請至少輸入 { $min } 個字元。
invalid-text-long = 請最多輸入 { $max } 個字元。
invalid-number = 請回覆一個數字，例如 3。
invalid-number-several = 請只回覆一個數字。
invalid-number-small = 數字不能小於 { $min }。
invalid-number-large = 數字不能大於 { $max }。
invalid-number-whole = 請回覆一個整數。
invalid-email = 這看起來不像電子郵件地址。格式應類似 name@example.com。
invalid-phone = 這看起來不像電話號碼。格式應類似 +886 2 1234 5678。
invalid-date = 請回覆一個日期，例如 2026/12/24。
invalid-date-none = 日曆中沒有這一天。
invalid-date-early = 日期不能早於 { $min }。
invalid-date-late = 日期不能晚於 { $max }。
invalid-time = 請回覆一個時間，例如 19:30。
invalid-time-early = 時間不能早於 { $min }。
invalid-time-late = 時間不能晚於 { $max }。
invalid-choice = 請選擇其中一項：{ $options }。
invalid-regex = 格式不符，請再試一次。
invalid-file = 請傳送一個檔案。
invalid-file-type = 無法接收這種類型的檔案。請傳送以下類型之一：{ $types }。
invalid-file-large = 檔案太大，上限為 { $max }。
invalid-yes-no = 請回答「是」或「否」。

## Formats

date-format = %Y/%m/%d
number-format = 1,234.5
