//! What may a word of any language mean to the finders?

/// One meaning of a word or phrase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sense {
    /// Monday is 1.
    Weekday(i8),
    Month(i8),
    Unit(Unit),
    /// So many days from today.
    Day(i64),
    Part(Part),
    /// Spring is 0.
    Season(i8),
    /// A time by name, in minutes.
    Clock(i64),
    /// A length of time in one word, in minutes.
    Minutes(i64),
    Holiday(Holiday),
    /// A holiday that has this day in one country (ISO 3166-1) and another, or none, elsewhere.
    HolidayIn(&'static str, Holiday),
    /// A number that is one only in front of what it counts: "a couple of", "half an".
    Amount(f64),
    Ordinal(i64),
    /// So many people, where a text says nothing else: "just me".
    People(i64),
    /// ISO 4217.
    Currency(&'static str),
    /// A hundredth of a currency; the empty name is that of the language's most likely one.
    Cent(&'static str),
    /// A sum by its name: how much of which currency a "fiver" is.
    Sum(f64, &'static str),
    /// A unit of measure by its sign.
    Measure(&'static str),
    /// The English name of a colour.
    Colour(&'static str),
    Word(Word),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Fortnight,
    Month,
    Quarter,
    Year,
    Weekend,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    EarlyMorning,
    Morning,
    Noon,
    AfterLunch,
    Afternoon,
    Evening,
    LateEvening,
    Night,
}

/// A day that moves or stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holiday {
    Fixed {
        month: i8,
        day: i8,
    },
    /// Days after Easter Sunday of the western churches.
    Easter(i64),
    /// Days after that of the eastern ones.
    OrthodoxEaster(i64),
    /// The n-th such weekday of a month, and days after it.
    Nth {
        month: i8,
        weekday: i8,
        nth: i8,
        shift: i64,
    },
    /// A day of a month, and so many days after it where it is such a weekday.
    Moved {
        month: i8,
        day: i8,
        weekday: i8,
        shift: i64,
    },
    /// The working day, Monday to Friday, that is nearest to a day of a month.
    Workday {
        month: i8,
        day: i8,
    },
    /// The last Sunday of May, and the one behind it where that is Pentecost.
    FrenchMothersDay,
}

/// Countries that have holidays of their own in the languages' files.
const REGIONS: [&str; 15] =
    ["AR", "AT", "AU", "BE", "CA", "CH", "CL", "CO", "GB", "IE", "IN", "MX", "NZ", "PE", "PT"];

/// A country with holidays of its own, by its code.
pub(super) fn region(code: &str) -> Option<&'static str> {
    REGIONS.iter().find(|region| region.eq_ignore_ascii_case(code)).copied()
}

impl Unit {
    #[cfg(test)]
    pub(super) const ALL: [Self; 10] = [
        Self::Second,
        Self::Minute,
        Self::Hour,
        Self::Day,
        Self::Week,
        Self::Fortnight,
        Self::Month,
        Self::Quarter,
        Self::Year,
        Self::Weekend,
    ];
}

impl Part {
    /// Those that every language has.
    #[cfg(test)]
    pub(super) const ALL: [Self; 5] =
        [Self::Morning, Self::Noon, Self::Afternoon, Self::Evening, Self::Night];
}

/// Names the words once and makes of them the type and how a file names them.
macro_rules! words {
    (everywhere: $($everywhere:ident $name:literal),* ; somewhere: $($somewhere:ident $other:literal),* $(;)?) => {
        /// A word that is nothing by itself but joins or shifts others.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Word { $($everywhere,)* $($somewhere,)* }

        impl Word {
            /// What every language has, if in its own way. "Nothing" covers what is one expression and no date: "good morning".
            #[cfg(test)]
            pub(super) const EVERYWHERE: &'static [Self] = &[$(Self::$everywhere,)*];

            fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$everywhere),)*
                    $($other => Some(Self::$somewhere),)*
                    _ => None,
                }
            }
        }
    };
}

words! {
    everywhere:
        Next "next", This "this", Last "last", Until "until", And "and", Half "half", Quarter "quarter", Minus "minus",
        Percent "percent", Begin "begin", Mid "mid", End "end", For "for", At "at", Article "article", Point "point",
        PersonIntroduced "person_introduced", PersonPerhaps "person_perhaps", NoName "no_name", Title "title", Now "now", Soon "soon",
        Closing "closing", Dozen "dozen",
        Nothing "nothing", AtMost "at_most", AtLeast "at_least";
    somewhere:
        // "in" before the distance, "from now" behind it
        In "in", FromNow "from_now", AgoBefore "ago_before", Ago "ago", Within "within", AfterNext "after_next",
        // "haftaya cuma": next week's
        NextWeek "next_week",
        // articles and prepositions that may stand within an expression
        Of "of", The "the", On "on", AndHalf "and_half", More "more", Pointing "pointing",
        // times
        About "about", Oclock "oclock", Am "am", Pm "pm", Past "past", To "to", Plus "plus", Less "less", HalfTo "half_to",
        ThreeQuarters "three_quarters", PastBehind "past_behind", ToBehind "to_behind", HalfBehind "half_behind",
        // stretches, with words before or behind their ends
        From "from", Between "between", Or "or", After "after", Before "before", Since "since", Hitherto "hitherto", By "by",
        UntilBehind "until_behind", AfterBehind "after_behind", LaterBehind "later_behind",
        EarlierBehind "earlier_behind", BetweenBehind "between_behind",
        // "EOM", "EOY" in one word; "rest of the" week
        MonthEnd "month_end", YearEnd "year_end", Rest "rest",
        // "all" week
        Whole "whole",
        // "2 degrees below zero"
        BelowZero "below_zero",
        // first names, where a name is one only if it is written as one and that is not enough
        FirstName "first_name",
        // "I am", and what people are
        PersonClaimed "person_claimed", NoPerson "no_person",
        // addresses: "Baker Street", "rue de la Paix"
        Street "street", StreetFirst "street_first",
        // "version 10.4.22"
        Version "version",
        // "KW 10"
        CalendarWeek "calendar_week",
        // "page 50": a number behind it is its name
        Numbered "numbered",
        // "monday week": a week behind the next one
        WeekBehind "week_behind";
}

impl Sense {
    /// Whether it has to do with time.
    pub(super) fn is_timely(self) -> bool {
        match self {
            Self::Weekday(_)
            | Self::Month(_)
            | Self::Unit(_)
            | Self::Day(_)
            | Self::Part(_)
            | Self::Season(_)
            | Self::Clock(_)
            | Self::Minutes(_)
            | Self::Holiday(_)
            | Self::HolidayIn(..) => true,
            Self::Word(word) => matches!(word, Word::Now | Word::Soon | Word::MonthEnd | Word::YearEnd),
            Self::Amount(_)
            | Self::Ordinal(_)
            | Self::People(_)
            | Self::Currency(_)
            | Self::Cent(_)
            | Self::Sum(..)
            | Self::Measure(_)
            | Self::Colour(_) => false,
        }
    }

    /// The meaning under a section and key of a language's file.
    pub(super) fn parse(section: &str, key: &str) -> Option<Self> {
        let number = || key.parse::<i64>().ok();
        match section {
            "weekdays" => i8::try_from(number()?).ok().filter(|day| (1..=7).contains(day)).map(Self::Weekday),
            "months" => {
                i8::try_from(number()?).ok().filter(|month| (1..=12).contains(month)).map(Self::Month)
            }
            "units" => unit(key).map(Self::Unit),
            "days" => number().map(Self::Day),
            "parts" => part(key).map(Self::Part),
            "seasons" => {
                let place = ["spring", "summer", "autumn", "winter"].iter().position(|name| *name == key)?;
                i8::try_from(place).ok().map(Self::Season)
            }
            "clock" => {
                let (hours, minutes) = key.split_once(':')?;
                Some(Self::Clock(hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?))
            }
            "durations" => number().map(Self::Minutes),
            "holidays" => holiday(key).map(Self::Holiday),
            "amounts" => key.parse().ok().map(Self::Amount),
            "people" => number().map(Self::People),
            "currencies" => known(&super::money::CODES, key).map(Self::Currency),
            "cents" => known(&super::money::CODES, key).map(Self::Cent),
            "sums" => {
                let (amount, code) = key.split_once(' ')?;
                Some(Self::Sum(amount.parse().ok()?, known(&super::money::CODES, code)?))
            }
            "measures" => known(&super::quantity::UNITS, key).map(Self::Measure),
            "colours" => known(&super::colour::NAMES, key).map(Self::Colour),
            "words" => Word::parse(key).map(Self::Word),
            of_country => {
                let country = known(&REGIONS, of_country.strip_prefix("holidays_")?)?;
                Some(Self::HolidayIn(country, holiday(key)?))
            }
        }
    }
}

fn known(names: &[&'static str], wanted: &str) -> Option<&'static str> {
    names.iter().find(|name| **name == wanted).copied()
}

fn unit(name: &str) -> Option<Unit> {
    Some(match name {
        "second" => Unit::Second,
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "fortnight" => Unit::Fortnight,
        "month" => Unit::Month,
        "quarter" => Unit::Quarter,
        "year" => Unit::Year,
        "weekend" => Unit::Weekend,
        _ => return None,
    })
}

fn part(name: &str) -> Option<Part> {
    Some(match name {
        "early_morning" => Part::EarlyMorning,
        "morning" => Part::Morning,
        "noon" => Part::Noon,
        "after_lunch" => Part::AfterLunch,
        "afternoon" => Part::Afternoon,
        "evening" => Part::Evening,
        "late_evening" => Part::LateEvening,
        "night" => Part::Night,
        _ => return None,
    })
}

/// `12-25`, `easter-2`, `orthodox+1`, `11-thu4`, `11-thu4+1`, `05-mon-1` for the last of the month and `05-mon-1+-7` for the one
/// before it, `04-27~sun-1` for the day before where that is a Sunday, `10-16~workday` for the nearest from Monday to Friday.
fn holiday(name: &str) -> Option<Holiday> {
    if name == "french_mothers_day" {
        return Some(Holiday::FrenchMothersDay);
    }
    let days = |shift: &str| if shift.is_empty() { Some(0) } else { shift.parse().ok() };
    if let Some(shift) = name.strip_prefix("easter") {
        return days(shift).map(Holiday::Easter);
    }
    if let Some(shift) = name.strip_prefix("orthodox") {
        return days(shift).map(Holiday::OrthodoxEaster);
    }
    let (month, rest) = name.split_once('-')?;
    let month = month.parse().ok()?;
    if let Ok(day) = rest.parse() {
        return Some(Holiday::Fixed { month, day });
    }
    if let Some((day, moved)) = rest.split_once('~') {
        if moved == "workday" {
            return Some(Holiday::Workday { month, day: day.parse().ok()? });
        }
        let (weekday, shift) = weekday(moved)?;
        return Some(Holiday::Moved { month, day: day.parse().ok()?, weekday, shift: shift.parse().ok()? });
    }
    let (weekday, rest) = weekday(rest)?;
    let (nth, shift) = rest.split_once('+').unwrap_or((rest, "0"));
    Some(Holiday::Nth { month, weekday, nth: nth.parse().ok()?, shift: shift.parse().ok()? })
}

/// The number of the weekday that a key goes on with, and what is behind it.
fn weekday(rest: &str) -> Option<(i8, &str)> {
    let (name, rest) = rest.split_at_checked(3)?;
    let place = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().position(|day| *day == name)?;
    Some((i8::try_from(place + 1).ok()?, rest))
}
