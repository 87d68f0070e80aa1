//! Problems of what stands within a flow, of responses and of tests.

use super::{Case, FLOW, SAYING, TEST};

pub(super) const CASES: &[Case] = &[
    // Expressions
    (
        &[("flows/all.yaml@slots.status == \"shipped\"", "slots.stats == \"shipped\"")],
        &["undefined-slot flows/all.yaml:27"],
    ),
    (
        &[("flows/all.yaml@slots.status == \"shipped\"", "slots.status = \"shipped\"")],
        &["invalid-condition flows/all.yaml:27"],
    ),
    (
        &[("flows/all.yaml@slots.status == \"shipped\"", "status == \"shipped\"")],
        &["unknown-variable flows/all.yaml:27"],
    ),
    (
        &[("flows/all.yaml@slots.status == \"shipped\"", "message.txt == upper(slots.status)")],
        &["unknown-function flows/all.yaml:27", "unknown-variable flows/all.yaml:27"],
    ),
    (
        &[(
            "flows/all.yaml@slots.status == \"shipped\"",
            "message.intent == \"trackorder\" || slots.count + 1",
        )],
        &["invalid-condition flows/all.yaml:27", "undefined-intent flows/all.yaml:27"],
    ),
    (
        &[("flows/all.yaml@\"{{ message.text }}\"", "\"{{ message.text \"")],
        &["invalid-template flows/all.yaml:34"],
    ),
    (
        &[("flows/all.yaml@\"{{ message.text }}\"", "\"{{ message.text | shout }} {{ mesage }}\"")],
        &["invalid-template flows/all.yaml:34", "unknown-variable flows/all.yaml:34"],
    ),
    (
        &[("flows/all.yaml@\"{{ message.text }}\"", "\"{{ passages[0].heading }} {{ passages[0].title }}\"")],
        &["unknown-variable flows/all.yaml:34"],
    ),
    (
        &[(
            "flows/all.yaml@slots.status == \"shipped\"",
            "passages[0].score > 1 || passages[0].heading == \"a\"",
        )],
        &["unknown-variable flows/all.yaml:27"],
    ),
    (&[("flows/all.yaml@settings.shop_url", "settings.shop_ur")], &["undefined-setting flows/all.yaml:23"]),
    (
        &[
            ("bot.yaml@  name: {", "  nick: { kind: text }\n  name: {"),
            (FLOW, "f: { when: [ event: a ], steps: [ say: { en: '{{ slots.nick }}', de: a } ] }"),
        ],
        &["slot-never-filled bot.yaml:11"],
    ),
    // Kinds of slots
    (&[("bot.yaml@  name: {", "  day: { kind: number }\n  name: {")], &["slot-kind flows/all.yaml:60"]),
    (&[("bot.yaml@  name: {", "  csat: { kind: date }\n  name: {")], &["slot-kind flows/all.yaml:86"]),
    (
        &[(
            "bot.yaml@  name: {",
            "  count: { kind: number }\n  day: { kind: date }\n  csat: { kind: any }\n  name: {",
        )],
        &[],
    ),
    (
        &[(
            "bot.yaml@  name: {",
            "  since: { kind: date, from: [product, date, order_number, money] }\n  name: {",
        )],
        &["slot-kind bot.yaml:11", "slot-kind bot.yaml:11"],
    ),
    (
        &[
            ("bot.yaml@  name: {", "  n: { kind: number }\n  sure: { kind: yes_no }\n  name: {"),
            (
                FLOW,
                "f:\n  when: [ event: a ]\n  steps:\n    - set: { n: text }\n    - set: { n: 5, sure: true, name: 5 }\n    - set: { n: '= 1', sure: null }\n    - set: { sure: 5 }\n    - set: { email: nobody }\n    - ask: email\n      options: [a, b]\n      question: greet\n",
            ),
        ],
        &[
            "slot-kind flows/new.yaml:4",
            "slot-kind flows/new.yaml:7",
            "slot-kind flows/new.yaml:8",
            "slot-kind flows/new.yaml:9",
        ],
    ),
    // Steps that do nothing
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - set: {}\n    - tag: []\n    - search: ' '\n    - say: greet\n",
        )],
        &["no-effect flows/new.yaml:4", "no-effect flows/new.yaml:5", "no-effect flows/new.yaml:6"],
    ),
    // Loops
    (
        &[(FLOW, "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      say: greet\n    - go: x\n")],
        &["loop-without-wait flows/new.yaml:4"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - say: greet\n    - call: g\ng:\n  steps:\n    - go: flow f\n",
        )],
        &["loop-without-wait flows/new.yaml:4"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      call: g\n    - go: x\ng:\n  steps:\n    - say: greet\n",
        )],
        &["loop-without-wait flows/new.yaml:4"],
    ),
    (&[(FLOW, "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      call: rate\n    - go: x\n")], &[]),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      ask: y\n      question: greet\n    - go: x\n",
        )],
        &["loop-asks-once flows/new.yaml:4"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      ask: y\n      question: greet\n    - set: { y: null }\n    - go: x\n",
        )],
        &[],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      ask: y\n      always: true\n      question: greet\n    - go: x\n",
        )],
        &[],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      http: { get: 'http://a.b/c' }\n      error: { go: x }\n    - say: greet\n",
        )],
        &["loop-without-wait flows/new.yaml:4"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      say: greet\n    - wait: 0s\n    - go: x\ng:\n  when: [ event: b ]\n  steps:\n    - id: x\n      say: greet\n    - wait: 1s\n    - go: x\n",
        )],
        &["loop-without-wait flows/new.yaml:4"],
    ),
    // A moment that is written as it stands is waited for once at most.
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      say: greet\n    - wait: { until: '2020-01-01T09:00' }\n    - go: x\n",
        )],
        &["loop-without-wait flows/new.yaml:4"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      say: greet\n    - wait: { until: '= slots.name' }\n    - go: x\n",
        )],
        &[],
    ),
    // A value that is written as it stands ends no loop that it keeps going.
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - go: flow g\ng:\n  steps:\n    - set: { n: 1 }\n    - choose: [ { if: slots.n == 1, go: flow f } ]\n",
        )],
        &["loop-without-wait flows/new.yaml:4"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - go: flow g\ng:\n  steps:\n    - set: { n: 2 }\n    - choose: [ { if: slots.n == 1, go: flow f } ]\n",
        )],
        &[],
    ),
    // Who does not know the answer is told where it stands, and asked again.
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      ask: y\n      question: greet\n      unknown: [ say: greet, go: x ]\n    - say: greet\n",
        )],
        &[],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - ask: y\n      question: greet\n      unknown: { go: nowhere }\n    - ask: z\n      question: greet\n      unknown: [ say: gone, end ]\n",
        )],
        &["undefined-label flows/new.yaml:6", "undefined-response flows/new.yaml:9"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - ask: weekday\n      question: greet\n      options:\n        - { value: sunday, synonyms: [Sun, so, Am] }\n        - { value: switched, synonyms: [on, switched on] }\n    - ask: ort\n      question: greet\n      options: [ { value: here, synonyms: [dans, hier] } ]\n",
        )],
        &[
            "function-word flows/new.yaml:7",
            "function-word flows/new.yaml:7",
            "function-word flows/new.yaml:8",
        ],
    ),
    // A retry that is counted, one that is not, and a choice that nothing changes.
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - set: { tries: 0 }\n    - id: x\n      http: { get: 'http://a.b/c' }\n      error:\n        - set: { tries: '= slots.tries + 1' }\n        - choose: [ { if: slots.tries < 3, go: x } ]\n    - say: greet\n",
        )],
        &[],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      http: { get: 'http://a.b/c' }\n    - choose: [ { if: answer.body.state == 'pending', go: x } ]\n    - say: greet\n",
        )],
        &["loop-may-not-end flows/new.yaml:4"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      say: greet\n    - choose: [ { if: slots.name == null, go: x } ]\n    - say: greet\n",
        )],
        &["loop-without-wait flows/new.yaml:4"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      ask: y\n      question: greet\n    - http: { get: 'http://a.b/{{ slots.y }}' }\n      error: { go: x }\n    - say: greet\n",
        )],
        &["loop-asks-once flows/new.yaml:4"],
    ),
    // Commands
    (
        &[(
            FLOW,
            "a:\n  command: { de: 'wo?', en: Two Words, fr: où }\n  when: [ keyword: alpha ]\n  steps: [ say: greet ]\n\
             b:\n  command: { en: two_words }\n  when: [ keyword: beta ]\n  steps: [ say: greet ]\n\
             c:\n  command: { de: gamma }\n  when: [ event: gamma ]\n  steps: [ say: greet ]\n",
        )],
        &[
            "unfit-command flows/new.yaml:10",
            "unfit-command flows/new.yaml:2",
            "unfit-command flows/new.yaml:6",
            "unknown-language flows/new.yaml:2",
        ],
    ),
    // Responses
    (
        &[
            (SAYING, "a: { de: b }\nc: { en: d }\n"),
            (FLOW, "f: { when: [ event: a ], steps: [ say: a, say: c ] }"),
        ],
        &["missing-default-language responses/new.yaml:1", "untranslated responses/new.yaml:2"],
    ),
    (
        &[
            (SAYING, "a: { en: b, de: c, ed: d, chanels: {} }\n"),
            (FLOW, "f: { when: [ event: a ], steps: [ say: a ] }"),
        ],
        &[
            "missing-field responses/new.yaml:1",
            "unknown-language responses/new.yaml:1",
            "unknown-language responses/new.yaml:1",
        ],
    ),
    (
        &[
            (SAYING, "a: { en: b, de: c, channels: { telegraf: { en: d } } }\n"),
            (FLOW, "f: { when: [ event: a ], steps: [ say: a ] }"),
        ],
        &["unknown-channel responses/new.yaml:1"],
    ),
    (
        &[(SAYING, "a: { en: [], de: '' }\n"), (FLOW, "f: { when: [ event: a ], steps: [ say: a ] }")],
        &["nothing-to-say responses/new.yaml:1", "nothing-to-say responses/new.yaml:1"],
    ),
    (&[(SAYING, "a: { en: b, de: c }\n")], &["unused-response responses/new.yaml:1"]),
    (
        &[
            (
                SAYING,
                "a:\n  en:\n    text: b\n    buttons:\n      - { title: c }\n      - { title: d, value: e, link: f }\n      - { title: g, link: 'javascript:h' }\n      - { title: this is a title that not even Telegram shows to its end on a telephone, value: i }\n      - { title: j, value: \"0123456789012345678901234567890123456789012345678901234567890123456789\" }\n  de:\n    messages:\n      - { text: k, image: { url: /l.png, alt: m } }\n      - { image: { url: /n.png, alt: o } }\n      - { quick_replies: [p] }\n      - { text: q, quick_replies: [{ title: r, link: 'https://s.t' }] }\n      - { location: { latitude: 91, longitude: 0 } }\n      - {}\n",
            ),
            (FLOW, "f: { when: [ event: a ], steps: [ say: a ] }"),
        ],
        &[
            "missing-field responses/new.yaml:5",
            "conflicting-keys responses/new.yaml:6",
            "invalid-url responses/new.yaml:7",
            "long-title responses/new.yaml:8",
            "conflicting-keys responses/new.yaml:12",
            "invalid-url responses/new.yaml:13",
            "missing-field responses/new.yaml:14",
            "quick-reply-link responses/new.yaml:15",
            "invalid-bound responses/new.yaml:16",
            "missing-field responses/new.yaml:17",
        ],
    ),
    // Tests
    (
        &[(
            TEST,
            "- name: the chat is opened\n  language: fr\n  conversation:\n    - bot: gret\n    - handoff: suport\n    - expect: { slots: { colour: red }, flow: f, intent: i, owner: me }\n    - visitr: a\n    - http: { status: 20 }\n    - { visitor: a, bot: greet }\n    - agent:\n    - later: soon\n",
        )],
        &[
            "defined-twice tests/new.yaml:1",
            "unknown-language tests/new.yaml:2",
            "undefined-response tests/new.yaml:4",
            "undefined-team tests/new.yaml:5",
            "undefined-flow tests/new.yaml:6",
            "undefined-intent tests/new.yaml:6",
            "undefined-slot tests/new.yaml:6",
            "unknown-word tests/new.yaml:6",
            "unknown-key tests/new.yaml:7",
            "invalid-bound tests/new.yaml:8",
            "conflicting-keys tests/new.yaml:9",
            "missing-field tests/new.yaml:10",
            "invalid-duration tests/new.yaml:11",
        ],
    ),
];
