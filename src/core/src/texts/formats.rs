//! How does a language write dates and numbers?
//!
//! `date-format` is made of `%d`, `%m` (two digits), `%-d`, `%-m` and `%Y`; `number-format` shows the
//! signs at an example: `1,234.5`, `1.234,5`, `12,34,567.5`.

use jiff::civil::Date;

/// A date as computers write it.
const PLAIN: &str = "%Y-%m-%d";
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Numbers from so many digits on are grouped.
const GROUPED_FROM: usize = 5;

pub struct Formats {
    date: String,
    group: String,
    /// Digits of the last group, and of those before it.
    sizes: (usize, usize),
    decimal: String,
    /// Whether a date has the English name of its month.
    in_english: bool,
    /// Whether the day has two halves on its clock.
    in_halves: bool,
}

impl Formats {
    /// Of a language, which may be English.
    pub fn new(date: Option<&str>, number: Option<&str>, is_english: bool) -> Self {
        let (group, sizes, decimal) = number.and_then(signs).unwrap_or((",", (3, 3), "."));
        let (group, decimal) = (group.to_owned(), decimal.to_owned());
        let date = date.unwrap_or(PLAIN).to_owned();
        // 12/10 is another day to every second reader, and 2026-10-12 is nobody's own form.
        Self { in_english: is_english && date == PLAIN, in_halves: is_english, date, group, sizes, decimal }
    }

    /// A bound of what is asked for, as it comes: a date, a time, a number, or a number with its unit.
    pub fn bound(&self, value: &str) -> String {
        if let Ok(date) = value.parse::<Date>() {
            return self.date(date);
        }
        if let Some(time) = on_the_clock(value).filter(|_| self.in_halves) {
            return time;
        }
        match value.split_once(' ') {
            Some((number, unit)) if is_number(number) => format!("{} {unit}", self.number(number)),
            None if is_number(value) => self.number(value),
            Some(_) | None => value.to_owned(),
        }
    }

    pub fn date(&self, date: Date) -> String {
        let (day, month) = (date.day(), date.month());
        let name = usize::try_from(month - 1).ok().and_then(|month| ENGLISH_MONTHS.get(month));
        if let Some(name) = name.filter(|_| self.in_english) {
            return format!("{day} {name} {}", date.year());
        }
        let signs = [("%-d", day.to_string()), ("%-m", month.to_string())].into_iter().chain([
            ("%d", format!("{day:02}")),
            ("%m", format!("{month:02}")),
            ("%Y", format!("{:04}", date.year())),
        ]);
        signs.fold(self.date.clone(), |text, (sign, number)| text.replace(sign, &number))
    }

    /// `digits` as a computer writes them: `-1234.5`.
    fn number(&self, digits: &str) -> String {
        let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(a, b)| (a, Some(b)));
        let mut groups = Vec::new();
        let (mut rest, mut size) = (whole, self.sizes.0);
        while whole.len() >= GROUPED_FROM && rest.len() > size {
            let (before, group) = rest.split_at(rest.len() - size);
            groups.push(group);
            (rest, size) = (before, self.sizes.1);
        }
        groups.push(rest);
        groups.reverse();
        let whole = groups.join(&self.group);
        match fraction {
            Some(fraction) => format!("{sign}{whole}{}{fraction}", self.decimal),
            None => format!("{sign}{whole}"),
        }
    }
}

/// `19:30` as "7:30 pm".
fn on_the_clock(value: &str) -> Option<String> {
    let (hours, minutes) = value.split_once(':')?;
    let hours = hours.parse::<u16>().ok().filter(|hours| *hours < 24)?;
    let is_time = minutes.len() == 2 && minutes.bytes().all(|byte| byte.is_ascii_digit());
    let half = if hours < 12 { "am" } else { "pm" };
    is_time.then(|| format!("{}:{minutes} {half}", (hours + 11) % 12 + 1))
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok() && text.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte))
}

/// The signs of an example, and the sizes of its groups; nothing if it is no such example.
pub fn signs(example: &str) -> Option<(&str, (usize, usize), &str)> {
    let is_sign = |letter: char| !letter.is_ascii_digit();
    let (whole, decimal) = example.rmatch_indices(is_sign).next()?;
    let whole = &example[..whole];
    let group = whole.matches(is_sign).next()?;
    let sizes = whole.rsplit(group).map(str::len).collect::<Vec<_>>();
    let (last, before) = (*sizes.first()?, if sizes.len() > 2 { sizes[1] } else { sizes[0] });
    let digits = example.replace(group, "").replacen(decimal, "", 1);
    let whole =
        group != decimal && last > 0 && before > 0 && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole.then_some((group, (last, before), decimal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_written_as_the_language_writes_them() {
        fn check(date: &str, number: &str, bound: &str, expected: &str) {
            let formats = Formats::new(Some(date), Some(number), false);
            assert_eq!(formats.bound(bound), expected, "{date} {number} {bound}");
        }
        check("%d.%m.%Y", "1.234,5", "2026-02-01", "01.02.2026");
        check("%-d. %-m. %Y", "1 234,5", "2026-02-01", "1. 2. 2026");
        check("%Y/%m/%d", "1,234.5", "2026-02-01", "2026/02/01");
        check("%d", "1.234,5", "1234567.25", "1.234.567,25");
        check("%d", "1.234,5", "1234", "1234");
        check("%d", "1\u{a0}234,5", "-12345", "-12\u{a0}345");
        check("%d", "12,34,567.5", "12345678", "1,23,45,678");
        check("%d", "1.234,5", "2.5 MB", "2,5 MB");
        check("%d", "1.234,5", "image/png", "image/png");
        check("%d", "nonsense", "12345.5", "12,345.5");
        check("%d", "1.234,5", "", "");
        check("%d", "1.234,5", "-", "-");
        check("%d", "1.234,5", "19:30", "19:30");
        let english = |date: &str| Formats::new(Some(date), None, true).bound("2026-02-01");
        assert_eq!(english(PLAIN), "1 February 2026");
        assert_eq!(english("%d/%m/%Y"), "01/02/2026");
        for (time, expected) in
            [("19:30", "7:30 pm"), ("11:00", "11:00 am"), ("00:05", "12:05 am"), ("12:00", "12:00 pm")]
        {
            assert_eq!(Formats::new(None, None, true).bound(time), expected);
        }
    }
}
