# What the studio itself says to visitors.
# Lines that end in -words are lists, separated by |, compared after lower-casing and without punctuation.

## Repairs

misunderstood-once = Sorry, I did not understand that. Could you say it in other words?
misunderstood-twice = I still do not understand. Please try again with a few simple words, or ask for a person.
misunderstood-twice-no-person = I still do not understand. Please try again with a few simple words.
words-wanted = Thank you, that has arrived. I can only read text, though: what is it about?
cancelled = All right, I have stopped that. What else can I do for you?
nothing-to-cancel = All right. What can I do for you?
switched = All right.
denied = All right, then not.
corrected = All right, I have changed that.
started-over = Let us start again. How can I help?
nothing-to-repeat = I have not said anything yet. How can I help?
language-changed = From now on in English.
language-name = English
languages-spoken = I can only answer in these languages: { $languages }.

cancel-words = cancel | cancel that | cancel this | stop | stop it | stop that | never mind | nevermind | forget it | forget about it | abort | quit | cancel it | leave it | drop it | no cancel | no stop | i changed my mind | i have changed my mind | i've changed my mind | changed my mind
start-over-words = start over | start again | start from the beginning | restart | begin again | reset | start all over | start from scratch | back to the start | back to the beginning | can we start over | can we start again
repeat-words = repeat | repeat that | repeat please | please repeat | repeat that please | say that again | say it again | can you repeat that | could you repeat that | come again | what did you say | pardon | can you repeat | could you repeat | can you repeat it | could you repeat it | can you say that again | could you say that again | say the question again | what was the question | what was that | once more | one more time
person-words = person | a person | person please | a person please | human | a human | human please | a human please | real person | a real person | a real person please | real human | a real human | agent | an agent | agent please | human agent | live agent | operator | someone real | talk to a person | talk to a human | talk to an agent | talk to someone | speak to a person | speak to a human | speak to an agent | speak to someone | can i talk to a person | can i talk to a human | can i talk to an agent | can i talk to a real person | can i talk to someone | can i talk to somebody | can i speak to a person | can i speak to a human | can i speak to an agent | can i speak to a real person | can i speak to someone | can i speak to somebody | can i speak with someone | may i speak to someone | could i talk to a person | could i speak to someone | i want a person | i want a human | i want to talk to a person | i want to talk to a human | i want to talk to someone | i want to speak to a person | i want to speak to a human | i want to speak to someone | i would like to talk to a person | i would like to speak to a person | i would like to speak to someone | i need a person | i need a human | i need to talk to a person | i need to speak to someone | let me talk to a person | let me talk to a human | let me speak to a person | give me a person | give me a human | get me a person | get me a human | manager | a manager | supervisor | representative | customer service | talk to a manager | speak to a manager | speak to your manager | i want to talk to a manager | i want to speak to a manager | i want to speak to the manager | i want to talk to your boss | i want to speak to your boss | can i talk to a manager | can i speak to a manager | can i speak to your boss | i would like to speak to a manager | i'd like to speak to someone | i'd like to talk to a person | is anyone there | is anybody there | is someone there | anyone there
correct-words = no | nope | actually | i meant | i mean | sorry i meant | correction | wait | not that | rather | change it to | change that to | change this to | but change it to | can you change it to | could you change it to | can i change it to | can we change it to | i want to change it to | i would like to change it to | make it | make that | but make it | lets make it | can you make it | could you make it | can we make it | could we make it | change to | move it to | lets say | sorry
yes-words = yes | y | yeah | yep | yup | sure | ok | okay | of course | right | correct | exactly | true | please do | absolutely | definitely | certainly | yes please | go ahead | 👍
no-words = no | n | nope | nah | not really | no thanks | no thank you | never | wrong | false | not at all | rather not | do not | dont | 👎
polite-words = please | pls | plz | kindly | just | simply | actually | then | now | for now | so | oh | ah | well | hm | hmm | uh | um | hey | sorry
thanks-words = thanks | thank you | thx | ty | cheers | thanks a lot | thanks so much | many thanks | thank you very much | thank you so much
language-words = english | in english | in english please | english please | please in english | please speak english | do you speak english | can we speak english | can you speak english
greeting-words = hello | hi | hey | hi there | hello there | hey there | good morning | good afternoon | good evening | good day | greetings | howdy | hiya | yo | bye | bye bye | goodbye | good bye | see you | see you later | have a nice day | good night
unknown-words = don't know | do not know | dunno | no idea | no clue | don't have | do not have | haven't got | have not got | don't got | have none | can't find | cannot find | can not find | couldn't find | could not find | can't remember | cannot remember | don't remember | do not remember | forgot | forgotten | not sure | lost it | lost that | lost the number | lost my number | never got it | never got one | never received one | didn't get one | did not get one

## Trouble

apology = Sorry, something went wrong on our side.
busy = One moment, please. I am still looking that up.
busy-full = I am still looking that up and cannot take in more until then. Please say that again in a moment.
handing-over = I am passing you on to a person. Somebody will be with you as soon as possible.
handoff-withdrawn = All right, nobody needs to come. I am here for you again.
nobody-came = I am sorry, nobody was free to take over. I am here for you again.

## Documents

source = Source: { $source }

## Buttons

button-choose = Choose
button-more = More
button-answer = Answer

## Questions of rate

rate-question = How satisfied are you, from 1 (not at all) to 5 (very)?
rate-invalid = Please answer with a number from 1 to 5.
rate-thanks = Thank you for your feedback!

## Answers that do not fit

way-out = If you cannot answer that, you can also write: { $words }.
invalid-text = Please answer in words.
invalid-text-short =
    { $min ->
        [one] Please write at least { $min } character.
       *[other] Please write at least { $min } characters.
    }
invalid-text-long =
    { $max ->
        [one] Please write at most { $max } character.
       *[other] Please write at most { $max } characters.
    }
invalid-number = Please answer with a number, such as 3.
invalid-number-several = One number, please.
invalid-number-small = The number must be at least { $min }.
invalid-number-large = The number must be at most { $max }.
invalid-number-whole = Please answer with a whole number.
invalid-email = That does not look like an e-mail address. It should look like name@example.com.
invalid-phone = That does not look like a phone number. It should look like +49 30 1234567.
invalid-date = Please answer with a date, such as 24 December 2026.
invalid-date-none = There is no such day in the calendar.
invalid-date-early = The date must not be before { $min }.
invalid-date-late = The date must not be after { $max }.
invalid-time = Please answer with a time of day, such as 7:30 pm.
invalid-time-early = The time must not be before { $min }.
invalid-time-late = The time must not be after { $max }.
invalid-choice = Please choose one of these: { $options }.
invalid-regex = That does not have the form I expected. Please try again.
invalid-file = Please send a file.
invalid-file-type = I cannot take a file of this kind. Please send one of: { $types }.
invalid-file-large = The file is too large. It may have at most { $max }.
invalid-yes-no = Please answer with yes or no.

## Formats

# A day is %d (two digits) or %-d, a month %m or %-m, a year %Y.
date-format = %Y-%m-%d
# An example shows the signs, and how digits are grouped.
number-format = 1,234.5
