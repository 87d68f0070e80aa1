# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = 죄송합니다. 이해하지 못했습니다. 다르게 말씀해 주시겠어요?
misunderstood-twice = 아직 이해하지 못했습니다. 간단한 단어 몇 개로 다시 말씀해 주시거나 상담원을 요청해 주세요.
misunderstood-twice-no-person = 아직 이해하지 못했습니다. 간단한 단어 몇 개로 다시 말씀해 주세요.
words-wanted = 감사합니다, 잘 받았습니다. 다만 저는 글만 읽을 수 있습니다. 무엇에 관한 것인가요?
cancelled = 네, 취소했습니다. 더 도와드릴 일이 있을까요?
nothing-to-cancel = 네. 무엇을 도와드릴까요?
switched = 네.
denied = 네, 그럼 하지 않겠습니다.
corrected = 네, 변경했습니다.
started-over = 처음부터 다시 시작하겠습니다. 무엇을 도와드릴까요?
nothing-to-repeat = 아직 아무 말씀도 드리지 않았습니다. 무엇을 도와드릴까요?
language-changed = 이제부터 한국어로 안내해 드리겠습니다.
language-name = 한국어
languages-spoken = 다음 언어로만 답변해 드릴 수 있습니다: { $languages }

cancel-words = 취소 | 취소해 | 취소해줘 | 취소해 줘 | 취소해주세요 | 취소해 주세요 | 취소할게요 | 취소할래 | 그만 | 그만해 | 그만할래 | 그만할게요 | 중지 | 중단 | 멈춰 | 스톱 | 됐어 | 됐어요 | 됐습니다 | 괜찮아 됐어 | 잊어버려 | 안 할래 | 안 할래요 | 필요 없어
start-over-words = 처음부터 | 처음부터 다시 | 처음부터 다시 시작 | 다시 시작 | 다시 시작해 | 다시 시작해줘 | 다시 시작해 주세요 | 처음으로 | 처음으로 돌아가기 | 리셋 | 초기화 | 새로 시작
repeat-words = 다시 말해줘 | 다시 말해 줘 | 다시 말해주세요 | 다시 말해 주세요 | 다시 말씀해 주세요 | 다시 한번 | 다시 한번 말씀해 주세요 | 한 번 더 | 한번 더 | 반복 | 반복해줘 | 반복해 주세요 | 뭐라고 | 뭐라고요 | 뭐라고 했어 | 뭐라고 하셨어요 | 네 뭐라고요
person-words = 상담원 | 상담사 | 상담원 연결 | 상담사 연결 | 상담원 연결해줘 | 상담원 연결해 줘 | 상담원 연결해주세요 | 상담원 연결해 주세요 | 상담원 부탁해요 | 상담원 바꿔줘 | 상담원 바꿔주세요 | 상담원과 연결 | 상담원이랑 얘기하고 싶어 | 상담원과 통화하고 싶어요 | 상담원과 이야기하고 싶어요 | 상담원과 대화하고 싶어요 | 상담원과 얘기할 수 있나요 | 상담원과 통화할 수 있나요 | 사람 | 진짜 사람 | 실제 사람 | 사람과 대화 | 사람이랑 얘기하고 싶어 | 사람이랑 말하고 싶어 | 사람과 이야기하고 싶어요 | 사람과 대화하고 싶어요 | 사람과 얘기할 수 있나요 | 사람 연결해줘 | 사람 연결해 주세요 | 직원 | 직원 연결 | 직원 연결해줘 | 직원과 통화하고 싶어요 | 담당자 | 담당자 연결 | 담당자 연결해 주세요 | 고객센터 | 고객 센터 | 고객센터 연결
correct-words = 아니 | 아니요 | 아뇨 | 사실 | 사실은 | 내 말은 | 제 말은 | 그게 아니라 | 그거 말고 | 정정 | 정정할게요 | 잠깐 | 잠깐만 | 잠깐만요 | 잘못 말했어 | 잘못 말했어요
yes-words = 네 | 예 | 응 | 어 | ㅇ | ㅇㅇ | 넵 | 넹 | 네네 | 네 부탁드려요 | 네 맞아요 | 그래 | 그래요 | 좋아 | 좋아요 | 맞아 | 맞아요 | 맞습니다 | 물론 | 물론이죠 | 당연하지 | 당연하죠 | 그럼요 | 오케이 | ok | ㅇㅋ | 알겠어요 | 👍
no-words = 아니 | 아니요 | 아니오 | 아뇨 | ㄴ | ㄴㄴ | 노 | 싫어 | 싫어요 | 아니 괜찮아 | 아니요 괜찮아요 | 괜찮습니다 | 아니에요 | 틀려 | 틀렸어 | 틀렸어요 | 절대 아니야 | 전혀 | 별로 | 안 돼 | 안 돼요 | 👎
polite-words = 제발 | 부탁해요 | 부탁합니다 | 그냥 | 사실 | 지금 | 그럼 | 아 | 음 | 죄송하지만
thanks-words = 감사합니다 | 고마워요 | 고맙습니다
language-words = 한국어 | korean | 한국어로 | 한국어로 해 주세요 | 한국어로 해주세요 | 한국어로 부탁해요 | 한국말로 | 한국어 할 줄 아세요
greeting-words = 안녕하세요 | 안녕 | 안녕하십니까 | 여보세요 | 반갑습니다 | 하이 | 안녕히 계세요 | 안녕히 가세요 | 잘 가요
unknown-words = 모르겠어요 | 모르겠습니다 | 몰라요 | 모름 | 없어요 | 없습니다 | 못 찾겠어요 | 찾을 수 없어요 | 잃어버렸어요 | 분실했어요 | 잊어버렸어요 | 기억이 안 나요

## Trouble

apology = 죄송합니다. 저희 쪽에서 문제가 발생했습니다.
busy = 잠시만 기다려 주세요. 아직 확인하고 있습니다.
busy-full = 아직 확인 중이라 그때까지 다른 말씀을 받을 수 없습니다. 잠시 후 다시 말씀해 주세요.
handing-over = 상담원에게 연결해 드리겠습니다. 최대한 빨리 도와드리겠습니다.
handoff-withdrawn = 네, 상담원 연결을 취소했습니다. 제가 다시 도와드리겠습니다.
nobody-came = 죄송합니다. 지금 상담할 수 있는 직원이 없었습니다. 제가 다시 도와드리겠습니다.

## Documents

source = 출처: { $source }

## Buttons

button-choose = 선택
button-more = 더 보기
button-answer = 답변하기

## Questions of rate

rate-question = 얼마나 만족하셨나요? 1(전혀 아님)부터 5(매우 만족)까지로 답해 주세요.
rate-invalid = 1에서 5 사이의 숫자로 답해 주세요.
rate-thanks = 의견을 주셔서 감사합니다!

## Answers that do not fit

way-out = 답하기 어려우시면 다음과 같이 입력하셔도 됩니다: { $words }
invalid-text = 글로 답해 주세요.
invalid-text-short = { $min }자 이상 입력해 주세요.
invalid-text-long = { $max }자 이하로 입력해 주세요.
invalid-number = 숫자로 답해 주세요. 예: 3
invalid-number-several = 숫자 하나만 입력해 주세요.
invalid-number-small = 숫자는 { $min } 이상이어야 합니다.
invalid-number-large = 숫자는 { $max } 이하여야 합니다.
invalid-number-whole = 정수로 답해 주세요.
invalid-email = 이메일 주소가 아닌 것 같습니다. name@example.kr 같은 형식이어야 합니다.
invalid-phone = 전화번호가 아닌 것 같습니다. +82 2 1234 5678 같은 형식이어야 합니다.
invalid-date = 날짜로 답해 주세요. 예: 2026. 12. 24.
invalid-date-none = 달력에 없는 날짜입니다.
invalid-date-early = 날짜는 { $min } 이후여야 합니다.
invalid-date-late = 날짜는 { $max } 이전이어야 합니다.
invalid-time = 시간으로 답해 주세요. 예: 19:30
invalid-time-early = 시간은 { $min } 이후여야 합니다.
invalid-time-late = 시간은 { $max } 이전이어야 합니다.
invalid-choice = 다음 중 하나를 선택해 주세요: { $options }
invalid-regex = 예상한 형식이 아닙니다. 다시 시도해 주세요.
invalid-file = 파일을 보내 주세요.
invalid-file-type = 이 형식의 파일은 받을 수 없습니다. 다음 중 하나를 보내 주세요: { $types }
invalid-file-large = 파일이 너무 큽니다. 최대 { $max }까지 가능합니다.
invalid-yes-no = 예 또는 아니요로 답해 주세요.

## Formats

date-format = %Y. %m. %d.
number-format = 1,234.5
