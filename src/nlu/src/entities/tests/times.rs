//! Dates, times and stretches of time, in English and German.

use super::*;

#[test]
fn dates_in_english() {
    check(
        "date",
        "en",
        &[
            ("2026-12-24", &[("2026-12-24", json!("2026-12-24"))]),
            ("12/24/2026", &[("12/24/2026", json!("2026-12-24"))]),
            ("24/12/2026", &[("24/12/2026", json!("2026-12-24"))]),
            ("on 3/4/27", &[("3/4/27", json!("2027-04-03"))]),
            ("any day but friday, so not on 3/4/27", &[]),
            ("not today, tomorrow", &[("tomorrow", json!("2026-07-16"))]),
            ("24.12.2026.", &[("24.12.2026", json!("2026-12-24"))]),
            ("tomorrow", &[("tomorrow", json!("2026-07-16"))]),
            ("the day after tomorrow", &[("day after tomorrow", json!("2026-07-17"))]),
            ("next friday", &[("next friday", json!("2026-07-17"))]),
            ("Friday next week", &[("Friday next week", json!("2026-07-24"))]),
            ("on wednesday", &[("wednesday", json!("2026-07-22"))]),
            ("this wednesday", &[("this wednesday", json!("2026-07-15"))]),
            ("last monday", &[("last monday", json!("2026-07-13"))]),
            ("in 3 days", &[("in 3 days", json!("2026-07-18"))]),
            ("in a week", &[("in a week", json!("2026-07-22"))]),
            ("in three weeks on tuesday", &[("in three weeks on tuesday", json!("2026-08-04"))]),
            ("tuesday in three weeks", &[("tuesday in three weeks", json!("2026-08-04"))]),
            ("on friday in 1 week", &[("friday in 1 week", json!("2026-07-24"))]),
            ("in two weeks", &[("in two weeks", json!("2026-07-29"))]),
            ("two weeks ago", &[("two weeks ago", json!("2026-07-01"))]),
            ("December 24", &[("December 24", json!("2026-12-24"))]),
            ("March 3rd, 2027", &[("March 3rd, 2027", json!("2027-03-03"))]),
            ("the 24th of December", &[("24th of December", json!("2026-12-24"))]),
            ("twenty-first of May", &[("twenty-first of May", json!("2027-05-21"))]),
            ("next week", &[("next week", json!("2026-07-20"))]),
            ("this weekend", &[("this weekend", json!("2026-07-18"))]),
            ("end of the month", &[("end of the month", json!("2026-07-31"))]),
            (
                "from 2026-08-01 to 2026-08-05",
                &[("2026-08-01", json!("2026-08-01")), ("2026-08-05", json!("2026-08-05"))],
            ),
            ("2026-02-30", &[]),
            ("may I ask", &[]),
            ("1/2 cup", &[]),
            ("in 99999999999 days", &[]),
            ("in 20000 years", &[]),
            ("in 20,000 years", &[]),
            ("20000 years ago", &[]),
            ("in 32000 quarters", &[]),
            ("in 9999999999 hours", &[]),
        ],
    );
}

/// Of a day that no calendar has nothing is made, neither this day of another month nor another of its own.
#[test]
fn days_that_no_calendar_has() {
    let languages = ["en", "de", "es", "fr", "it", "nl", "pl", "pt", "tr"].map(str::to_owned);
    for (language, text, words) in [
        ("en", "on 30 February please", "30 February"),
        ("en", "February 30th", "February 30th"),
        ("de", "am 30. Februar", "30. Februar"),
        ("es", "el 30 de febrero", "30 de febrero"),
        ("fr", "le 30 février", "30 février"),
        ("it", "il 30 febbraio", "30 febbraio"),
        ("nl", "op 30 februari", "30 februari"),
        ("pl", "30 lutego", "30 lutego"),
        ("pt", "30 de fevereiro", "30 de fevereiro"),
        ("tr", "30 şubat", "30 şubat"),
    ] {
        for languages in [vec![language.to_owned()], languages.to_vec()] {
            let finder = Finder::new(&BTreeMap::new(), &languages, false).unwrap();
            let found = |kind: &str| found(&finder, kind, language, text);
            assert_eq!(found("no_such_day"), [(words.to_owned(), json!("02-30"))], "{text}");
            assert!(found("date").is_empty(), "{text}: {:?}", found("date"));
        }
    }
    check(
        "no_such_day",
        "en",
        &[
            ("29 February 2027", &[("29 February 2027", json!("2027-02-29"))]),
            ("29 February 2028", &[]),
            ("29 February", &[]),
            ("31 June or 1 July", &[("31 June", json!("06-31"))]),
            ("31 July", &[]),
            ("may I have 31", &[]),
        ],
    );
}

#[test]
fn dates_in_german() {
    check(
        "date",
        "de",
        &[
            ("am 24.12.2026", &[("24.12.2026", json!("2026-12-24"))]),
            ("24.12.", &[("24.12", json!("2026-12-24"))]),
            ("am 1.3.27", &[("1.3.27", json!("2027-03-01"))]),
            ("nicht am Freitag, außer heute", &[]),
            ("3/4/2026", &[("3/4/2026", json!("2026-04-03"))]),
            ("24. Dezember", &[("24. Dezember", json!("2026-12-24"))]),
            ("3. März 2027", &[("3. März 2027", json!("2027-03-03"))]),
            ("ersten Mai", &[("ersten Mai", json!("2027-05-01"))]),
            ("morgen", &[("morgen", json!("2026-07-16"))]),
            ("Übermorgen bitte", &[("Übermorgen", json!("2026-07-17"))]),
            ("Guten Morgen", &[]),
            ("nächsten Freitag", &[("nächsten Freitag", json!("2026-07-17"))]),
            ("Freitag nächste Woche", &[("Freitag nächste Woche", json!("2026-07-24"))]),
            ("letzten Montag", &[("letzten Montag", json!("2026-07-13"))]),
            ("in drei Tagen", &[("in drei Tagen", json!("2026-07-18"))]),
            ("in einer Woche", &[("in einer Woche", json!("2026-07-22"))]),
            ("in drei Wochen am Dienstag", &[("in drei Wochen am Dienstag", json!("2026-08-04"))]),
            ("Dienstag in drei Wochen", &[("Dienstag in drei Wochen", json!("2026-08-04"))]),
            ("vor zwei Wochen", &[("vor zwei Wochen", json!("2026-07-01"))]),
            (
                "gestern und vorgestern",
                &[("gestern", json!("2026-07-14")), ("vorgestern", json!("2026-07-13"))],
            ),
            ("nächste Woche", &[("nächste Woche", json!("2026-07-20"))]),
            ("am Wochenende", &[("am Wochenende", json!("2026-07-18"))]),
            ("Ende des Monats", &[("Ende des Monats", json!("2026-07-31"))]),
            ("1.000 Stück", &[]),
            ("vor 20.000 Jahren", &[]),
        ],
    );
}

#[test]
fn what_lies_beyond_the_calendar_is_no_stretch_of_time() {
    check(
        "interval",
        "en",
        &[
            ("the next 20000 years", &[]),
            ("within 300000 months", &[]),
            ("within 20001 years", &[]),
            ("within 9000000 days", &[]),
            ("the next 200000000 hours", &[]),
            ("within 9999999999999 seconds", &[]),
            ("Q4000000000000000000", &[]),
            ("Q9223372036854775807 2027", &[]),
        ],
    );
    check("interval", "de", &[("in den nächsten 20.000 Jahren", &[]), ("innerhalb von 20.001 Jahren", &[])]);
    check("duration", "en", &[("for 300000000000 years", &[]), ("for 9000000000000000 months", &[])]);
}

#[test]
fn times_in_english() {
    check(
        "time",
        "en",
        &[
            ("at 5 pm", &[("5 pm", json!("17:00"))]),
            ("5:30pm", &[("5:30pm", json!("17:30"))]),
            ("5pm or 12am", &[("5pm", json!("17:00")), ("12am", json!("00:00"))]),
            ("at 5 p.m.", &[("5 p.m", json!("17:00"))]),
            ("17:30", &[("17:30", json!("17:30"))]),
            ("noon", &[("noon", json!("12:00"))]),
            ("midnight", &[("midnight", json!("00:00"))]),
            ("half past five", &[("half past five", json!("05:30"))]),
            ("quarter to six", &[("quarter to six", json!("05:45"))]),
            ("ten past five in the afternoon", &[("ten past five in the afternoon", json!("17:10"))]),
            ("five o'clock", &[("five o'clock", json!("05:00"))]),
            ("this evening at six", &[("six", json!("18:00"))]),
            ("tomorrow at 9", &[("9", json!("09:00"))]),
            ("in an hour", &[("in an hour", json!("11:00"))]),
            ("in 2 hours", &[("in 2 hours", json!("12:00"))]),
            ("call me in half an hour", &[("in half an hour", json!("10:30"))]),
            ("in an hour and a half", &[("in an hour and a half", json!("11:30"))]),
            ("in twenty minutes please", &[("in twenty minutes", json!("10:20"))]),
            ("in 30 hours, in 3 days", &[]),
            ("at 5 euros each", &[]),
            ("25:70", &[]),
            ("I have 5 bags", &[]),
        ],
    );
}

#[test]
fn times_in_german() {
    check(
        "time",
        "de",
        &[
            ("um 17:30 Uhr", &[("17:30 Uhr", json!("17:30"))]),
            ("17.30 Uhr", &[("17.30 Uhr", json!("17:30"))]),
            ("17 Uhr", &[("17 Uhr", json!("17:00"))]),
            ("17 Uhr 30", &[("17 Uhr 30", json!("17:30"))]),
            ("halb sechs", &[("halb sechs", json!("05:30"))]),
            ("halb sechs abends", &[("halb sechs abends", json!("17:30"))]),
            ("viertel nach fünf", &[("viertel nach fünf", json!("05:15"))]),
            ("dreiviertel sechs", &[("dreiviertel sechs", json!("05:45"))]),
            ("fünf vor halb sechs", &[("fünf vor halb sechs", json!("05:25"))]),
            ("fünf Uhr nachmittags", &[("fünf Uhr nachmittags", json!("17:00"))]),
            ("heute Abend um acht", &[("acht", json!("20:00"))]),
            ("Mitternacht", &[("Mitternacht", json!("00:00"))]),
            ("in einer Stunde", &[("in einer Stunde", json!("11:00"))]),
            ("in zwei Stunden", &[("in zwei Stunden", json!("12:00"))]),
            ("in einer halben Stunde", &[("in einer halben Stunde", json!("10:30"))]),
            ("in anderthalb Stunden", &[("in anderthalb Stunden", json!("11:30"))]),
            ("in 20 Minuten", &[("in 20 Minuten", json!("10:20"))]),
            ("um 5 am Freitag", &[("5", json!("05:00"))]),
            ("17.30", &[]),
            ("eine Viertelstunde", &[]),
        ],
    );
}

#[test]
fn on_a_sunday_this_weekend_is_the_one_that_ends() {
    let sunday: jiff::Zoned = "2026-07-19T12:00:00+00:00[UTC]".parse().unwrap();
    let finder = finder(&[]);
    for (kind, text, value) in [
        ("interval", "this weekend", json!({ "from": "2026-07-18", "to": "2026-07-19" })),
        ("interval", "on the weekend", json!({ "from": "2026-07-18", "to": "2026-07-19" })),
        ("interval", "next weekend", json!({ "from": "2026-07-25", "to": "2026-07-26" })),
        ("date", "this weekend", json!("2026-07-19")),
    ] {
        let found = found_at(&finder, kind, "en", text, &sunday);
        assert_eq!(found, [(text.to_owned(), value)], "{kind}");
    }
}

#[test]
fn holidays_are_those_of_the_bots_country() {
    let of = |country: Option<&str>, language: &str, text: &str| {
        let finder = Finder::new(&BTreeMap::new(), &[language.to_owned()], false).unwrap();
        let found = found(&finder.in_country(country).unwrap(), "date", language, text);
        found.into_iter().map(|(_, value)| value).collect::<Vec<Value>>()
    };
    for (country, language, text, day) in [
        (None, "en", "mother's day", "2027-05-09"),
        (Some("GB"), "en", "mother's day", "2027-03-07"),
        (None, "en-GB", "mother's day", "2027-03-07"),
        (Some("US"), "en-GB", "mother's day", "2027-05-09"),
        (Some("CA"), "en", "thanksgiving", "2026-10-12"),
        (None, "en", "thanksgiving eve", "2026-11-25"),
        (Some("CA"), "en", "thanksgiving eve", "2026-10-11"),
        (Some("IN"), "en", "independence day", "2026-08-15"),
        (None, "es", "el día del padre", "2027-03-19"),
        (Some("MX"), "es", "el día del padre", "2027-06-20"),
        (None, "es", "el día del amor y la amistad", "2027-02-14"),
        (Some("CO"), "es", "el día del amor y la amistad", "2026-09-19"),
        (Some("MX"), "es", "el día del niño", "2027-04-30"),
        (Some("CH"), "de", "am Bettag", "2026-09-20"),
        (Some("AT"), "de", "Nationalfeiertag", "2026-10-26"),
        (Some("CH"), "de", "Nationalfeiertag", "2026-08-01"),
        (Some("BE"), "fr", "la fête nationale", "2026-07-21"),
        (Some("PT"), "pt", "dia dos namorados", "2027-02-14"),
    ] {
        assert_eq!(of(country, language, text), [json!(day)], "{text} in {language} of {country:?}");
    }
    assert!(of(None, "de", "Nationalfeiertag").is_empty());
}

#[test]
fn moments_of_another_zone_are_told_in_that_of_the_conversation() {
    let now: jiff::Zoned = "2026-07-15T10:00:00+02:00[+02:00]".parse().unwrap();
    let finder = finder(&[]);
    for (kind, text, words, value) in [
        ("date", "2026-03-04T23:30:00Z", "2026-03-04", json!("2026-03-05")),
        ("time", "2026-03-04T23:30:00Z", "23:30:00Z", json!("01:30")),
        ("time", "2026-03-04T23:30", "23:30", json!("23:30")),
        ("time", "你好 2026-03-04 23:30 −0330", "23:30 −0330", json!("05:00")),
    ] {
        let found = found_at(&finder, kind, "en", text, &now);
        assert_eq!(found, [(words.to_owned(), value)], "{kind} of {text}");
    }
}

#[test]
fn the_month_stands_first_where_the_bot_says_so() {
    let american = Finder::new(&BTreeMap::new(), &["en".to_owned()], true).unwrap();
    let check =
        |text: &str, expected: &str| assert_eq!(found(&american, "date", "en", text)[0].1, json!(expected));
    check("on 3/4/27", "2027-03-04");
    check("24/12/2026", "2026-12-24");
    check("3.4.2027", "2027-04-03");
}
