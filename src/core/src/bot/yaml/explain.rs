//! What should an author change where a file is no YAML?
//!
//! The parser says by which rule a place cannot be read. What the author did wrong is told by that rule together with the
//! line, and by what was opened before it ([`super::scan`]): then it is said in plain words, at the place to change.

mod lines;

use serde_saphyr::{Error, granit_parser::ErrorKind as Rule, localizer::ExternalMessageSource};

pub use self::lines::spaced;
use self::lines::{bare, closing, depth, is_invisible, line, separators, template_in, value_of};
use super::{
    parse::{DEEPEST, MOST_ALIASES, MOST_VALUES},
    scan::{Open, Spot, open_at},
    shorten,
};
use crate::bot::code::Code;

/// What is wrong, where, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Explained {
    pub code: Code,
    /// (0, 0) is the whole file.
    pub spot: Spot,
    pub message: String,
    pub hint: String,
}

pub fn explain(error: &Error, text: &str) -> Explained {
    let spot = error.location().map_or((0, 0), |at| (narrow(at.line()), narrow(at.column())));
    let mut error = error.without_snippet();
    while let Error::AliasError { error: inner, .. } = error {
        error = inner.without_snippet();
    }
    let found = Found { text, spot, line: line(text, spot.0) };
    match error {
        Error::Budget { .. }
        | Error::AliasReplayCounterOverflow { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => too_complex(spot),
        Error::ExternalMessage { source, msg, .. } => match source.as_ref() {
            ExternalMessageSource::Parser(error) if *error.kind() == Rule::RecursionLimitExceeded => {
                too_complex(spot)
            }
            ExternalMessageSource::Parser(error) => found.by_rule(error.kind()),
            _ => found.otherwise(msg),
        },
        Error::MultipleDocuments { .. } => found.second_document(),
        Error::MergeValueNotMapOrSeqOfMaps { .. } => found.at(
            "`<<` takes in the keys of something else, and this is none".to_owned(),
            "write `<<: *name`, where `&name` stands behind the key of what is to be taken in",
        ),
        _ if found.line.contains("!!") => found.at(
            "this does not fit the `!!` before it".to_owned(),
            "remove what begins with `!!`: texts, numbers and truth values need none",
        ),
        Error::UnknownAnchor { .. } => found.template().unwrap_or_else(|| {
            found.at(
                format!("nothing is called `&{0}` before this `*{0}`", found.word_behind('*')),
                "a text that begins with `*` needs quotes: `\"*…\"`",
            )
        }),
        Error::RecursiveReferencesRequireWeakTypes { .. } => found.at(
            format!("what is called `&{0}` would contain itself by this `*{0}`", found.word_behind('*')),
            "write out here what is meant, or name something that this does not stand in",
        ),
        Error::UnsupportedTag { .. } => found.tag(),
        Error::Unexpected { .. } | Error::NullIntoString { .. } => found.template().unwrap_or_else(|| {
            found.at(
                "a key must be a text here".to_owned(),
                "write `name: …`; a text that begins with `{`, `[` or `?` needs quotes",
            )
        }),
        error => found.otherwise(&error.to_string()),
    }
}

/// Whether something is named that stands nowhere before; of a piece of a file that means nothing.
pub fn is_unknown_anchor(error: &Error) -> bool {
    match error.without_snippet() {
        Error::AliasError { error, .. } => is_unknown_anchor(error),
        error => matches!(error, Error::UnknownAnchor { .. }),
    }
}

fn too_complex(spot: Spot) -> Explained {
    Explained {
        code: Code::YamlTooComplex,
        spot,
        message: "this is nested too deep, or repeats too much, to be read".to_owned(),
        hint: format!(
            "a file may nest {DEEPEST} levels deep and hold {MOST_VALUES} values and {MOST_ALIASES} aliases"
        ),
    }
}

/// The place that cannot be read.
struct Found<'a> {
    text: &'a str,
    spot: Spot,
    line: &'a str,
}

impl Found<'_> {
    fn by_rule(&self, rule: &Rule) -> Explained {
        if let Some(explained) = self.odd_indentation() {
            return explained;
        }
        match rule {
            Rule::TabNotAllowed
            | Rule::TabInBlockIndentation
            | Rule::TabInIndentation
            | Rule::TabAtBlockScalarStart
            | Rule::TabInPlainScalar => {
                self.indented_oddly(self.spot.0 + 1).unwrap_or_else(|| self.tab(self.spot))
            }
            Rule::UnclosedQuotedScalar
            | Rule::DocumentIndicatorInQuotedScalar
            | Rule::InvalidQuotedScalarIndent => self.quote().unwrap_or_else(|| self.misfit()),
            Rule::MappingKeyNotAllowed if self.sign() == '?' => {
                self.at("a text cannot begin with `? `".to_owned(), "put the text in quotes")
            }
            _ if self.sign() == ',' && value_of(self.line).is_some_and(|value| value.starts_with(',')) => {
                self.at("a text cannot begin with `,`".to_owned(), "put the text in quotes")
            }
            Rule::InvalidTrailingSingleQuotedScalar => self.behind_quote('\''),
            Rule::InvalidTrailingDoubleQuotedScalar => self.behind_quote('"'),
            Rule::UnknownQuotedScalarEscape
            | Rule::InvalidQuotedScalarHexEscape
            | Rule::InvalidLowSurrogateHexEscape
            | Rule::InvalidLowSurrogate
            | Rule::MissingLowSurrogate
            | Rule::UnpairedLowSurrogate
            | Rule::InvalidUnicodeEscape => self.at(
                "a `\\` in a text in double quotes begins a sign such as `\\n`, and this is none".to_owned(),
                "write `\\\\` for the `\\` itself, or put the text in single quotes, in which it \
                    means nothing: `'\\d+'`",
            ),
            Rule::MismatchedFlowCollectionEnd { open, close } => self.at(
                format!("`{close}` closes what `{open}` opened"),
                &format!("write `{}`; a text that begins with `[` or `{{` needs quotes", closing(*open)),
            ),
            Rule::MisplacedFlowCollectionEnd => self
                .at(format!("this `{}` closes nothing", self.sign()), "remove it, or put the text in quotes"),
            Rule::UnexpectedCharacter { character } if character.is_control() => self.control(*character),
            Rule::UnexpectedCharacter { character } => self.template().unwrap_or_else(|| {
                self.at(format!("a text cannot begin with `{character}`"), "put the text in quotes")
            }),
            Rule::InvalidBlockScalarHeader | Rule::ZeroBlockScalarIndent => self.at(
                "behind the `|` or `>` of a text over several lines nothing stands on the same \
                    line"
                    .to_owned(),
                "begin the text on the next line, indented; a text that begins with `|` or `>` needs quotes",
            ),
            Rule::InvalidTagTerminator
            | Rule::InvalidGlobalTagCharacter
            | Rule::ExpectedTagBang
            | Rule::UndeclaredTagHandle
            | Rule::MissingTagUri
            | Rule::UnclosedVerbatimTag
            | Rule::InvalidTagEscape => self.tag(),
            Rule::MissingAnchorOrAliasName => {
                self.at("a text cannot begin with `*` or `&`".to_owned(), "put the text in quotes")
            }
            Rule::InvalidDirectiveName
            | Rule::InvalidDirectiveTerminator
            | Rule::MissingDirectiveName
            | Rule::DirectiveDisallowed
            | Rule::MissingYamlVersionSeparator
            | Rule::MissingYamlVersion
            | Rule::MissingDocumentEndBeforeDirective
            | Rule::ExpectedDocumentStart
                if self.line.trim_start().starts_with('%') =>
            {
                self.at("a line cannot begin with `%`".to_owned(), "put the text in quotes")
            }
            Rule::InvalidDocumentEnd => self.second_document(),
            _ => self.by_line(),
        }
    }

    /// By what stands on the line, where many rules can be broken by one mistake.
    fn by_line(&self) -> Explained {
        let open = open_at(self.text, self.spot);
        if let Some(explained) = self.template() {
            return explained;
        }
        if let Some(explained) = self.brackets(&open) {
            return explained;
        }
        self.colons()
            .or_else(|| self.item())
            .or_else(|| self.no_colon())
            .or_else(|| self.indentation())
            .unwrap_or_else(|| self.misfit())
    }

    /// What looks like spaces before the line, or before the one above, and is none.
    fn odd_indentation(&self) -> Option<Explained> {
        [self.spot.0, self.spot.0.saturating_sub(1)]
            .into_iter()
            .find_map(|number| self.indented_oddly(number))
    }

    fn indented_oddly(&self, number: usize) -> Option<Explained> {
        let indent = line(self.text, number).chars().take_while(|c| c.is_whitespace() || is_invisible(*c));
        let (odd, column) = indent.zip(1..).find(|(c, _)| *c != ' ')?;
        let spot = (number, column);
        if odd == '\t' {
            return Some(self.tab(spot));
        }
        Some(Explained {
            spot,
            ..self.at(
                format!(
                    "the line is indented with a sign that looks like a space (U+{:04X})",
                    u32::from(odd)
                ),
                "indent with plain spaces: delete what stands before the first letter, and type it anew",
            )
        })
    }

    /// The line that ends the first document.
    fn second_document(&self) -> Explained {
        let lines = self.text.lines().zip(1..).take(self.spot.0);
        let sign = |line: &str| ["---", "..."].into_iter().find(|sign| line.starts_with(sign));
        let (sign, number) = lines
            .filter_map(|(line, number)| Some((sign(line)?, number)))
            .last()
            .unwrap_or(("---", self.spot.0));
        Explained {
            spot: (number, 1),
            ..self.at(
                format!("the line `{sign}` ends what is read of this file, and more stands below it"),
                "remove that line, or make two files of it",
            )
        }
    }

    fn tab(&self, spot: Spot) -> Explained {
        Explained {
            spot,
            ..self.at(
                "the line is indented with a tab".to_owned(),
                "indent with spaces, not with tabs: two for each level",
            )
        }
    }

    fn control(&self, character: char) -> Explained {
        self.at(
            format!("an invisible control character (U+{:04X}) stands here", u32::from(character)),
            "delete it",
        )
    }

    fn tag(&self) -> Explained {
        self.at("a text cannot begin with `!`".to_owned(), "put the text in quotes")
    }

    /// A text that begins with a template has the sign of YAML for keys with values.
    fn template(&self) -> Option<Explained> {
        let number = [self.spot.0, self.spot.0.saturating_sub(1)]
            .into_iter()
            .find_map(|number| template_in(line(self.text, number)).map(|column| (number, column)))?;
        Some(Explained {
            spot: number,
            ..self.at(
                "a text that begins with `{{` or `{%` needs quotes".to_owned(),
                "put the whole text in quotes: `\"{{ … }} …\"`",
            )
        })
    }

    /// The quote that is not closed where the file or the text ends.
    fn quote(&self) -> Option<Explained> {
        let sign = Some(self.sign()).filter(|sign| matches!(sign, '"' | '\'')).map(|sign| (sign, self.spot));
        let (quote, spot) = sign.or_else(|| open_at(self.text, (usize::MAX, 1)).quote)?;
        let inner = if quote == '"' { "`\\\"`" } else { "`''`" };
        Some(Explained {
            spot,
            ..self.at(
                format!("the text that begins with `{quote}` here is never closed"),
                &format!("write `{quote}` at its end; within the text such a sign is written {inner}"),
            )
        })
    }

    fn behind_quote(&self, quote: char) -> Explained {
        let (inner, other) = if quote == '"' { ("\\\"", '\'') } else { ("''", '"') };
        let begun = open_at(self.text, self.spot).last_quoted;
        let hint = match begun {
            Some((number, _)) if number < self.spot.0 => {
                format!("the text begins on line {number}: is the `{quote}` at its end there missing?")
            }
            _ => {
                format!("within such a text write `{quote}` as `{inner}`, or put the whole text in `{other}`")
            }
        };
        self.at(
            format!("the text in quotes ends with the `{quote}` before this, and more stands here"),
            &hint,
        )
    }

    /// A bracket that is not closed on its own line, or a list in brackets without its commas.
    fn brackets(&self, open: &Open) -> Option<Explained> {
        let (bracket, spot) = *open.brackets.last()?;
        let close = closing(bracket);
        let further = spot.0 < self.spot.0 || self.spot.1 > self.line.chars().count();
        if further {
            return Some(Explained {
                spot,
                ..self.at(
                    format!("the `{bracket}` here is not closed"),
                    &format!(
                        "write `{close}` behind the last of its items; a text that begins with \
                        `{bracket}` needs quotes"
                    ),
                )
            });
        }
        let (what, shown) =
            if bracket == '[' { ("items", "`[a, b]`") } else { ("entries", "`{ a: 1, b: 2 }`") };
        Some(self.at(
            format!("between the brackets that `{bracket}` opened this does not fit"),
            &format!(
                "part the {what} with commas, as in {shown}; a text with `: `, `,` or brackets \
                needs quotes there"
            ),
        ))
    }

    /// A second `: ` on a line.
    fn colons(&self) -> Option<Explained> {
        let mut colons = separators(self.line);
        let (_, second) = (colons.next()?, colons.next()?);
        let value = value_of(self.line).unwrap_or_default();
        Some(Explained {
            spot: (self.spot.0, second),
            ..self.at(
                "a second `: ` stands on the line".to_owned(),
                &format!(
                    "if it belongs to the text, put that in quotes: `\"{}\"`; else write the \
                    second key on a line of its own",
                    shorten(value)
                ),
            )
        })
    }

    /// An item of a list where it cannot stand.
    fn item(&self) -> Option<Explained> {
        let begins_item = |text: &str| text == "-" || text.starts_with("- ");
        if value_of(self.line).is_some_and(begins_item) {
            return Some(self.at(
                "a list cannot begin on the line of its key".to_owned(),
                "write each item on its own line after `- `, below the key, or all in brackets: `[a, b]`",
            ));
        }
        let above = self.above()?;
        let (here, before) = (begins_item(self.line.trim_start()), begins_item(above.trim_start()));
        if here == before || depth(self.line) != depth(above) {
            return None;
        }
        let (message, hint) = if here {
            (
                "an item of a list (`- `) stands here among keys",
                "indent it below the key whose list it belongs to, as deep as the other items",
            )
        } else {
            (
                "a key stands here among the items of a list (`- `)",
                "begin it with `- ` if it is an item; indent it two spaces deeper if it belongs to \
                    the item above, less if not",
            )
        };
        Some(Explained { spot: (self.spot.0, depth(self.line) + 1), ..self.at(message.to_owned(), hint) })
    }

    /// A line that is neither a key nor an item.
    fn no_colon(&self) -> Option<Explained> {
        let numbers = [self.spot.0, self.spot.0.saturating_sub(1)];
        let number = numbers.into_iter().find(|number| {
            let written = line(self.text, *number);
            let text = bare(written);
            !text.is_empty()
                && !written.trim_start().starts_with("- ")
                && separators(text).next().is_none()
                && !text.ends_with(':')
        })?;
        let written = line(self.text, number);
        let text = bare(written);
        let column = depth(written) + 1;
        let (message, hint) = match spaced(text) {
            Some(spaced) => ("behind the colon stands no space".to_owned(), format!("write `{spaced}`")),
            None => (
                format!("`{}` is neither `key: value` nor an item after `- `", shorten(text)),
                "write it as `key: …`; if it goes on with the text above, indent it deeper than the \
                    key of that text, which \
                 begins with `|` or stands in quotes"
                    .to_owned(),
            ),
        };
        Some(Explained { spot: (number, column), ..self.at(message, &hint) })
    }

    fn indentation(&self) -> Option<Explained> {
        let above = self.above()?;
        let (here, before) = (depth(self.line), depth(above));
        let text = bare(above);
        let message = if here > before && !text.ends_with(':') {
            format!("this is indented below `{}`, which has a value already", shorten(text))
        } else if here == before {
            return None;
        } else {
            format!("the line begins with {here} spaces, as none of those around it do")
        };
        Some(Explained {
            spot: (self.spot.0, here + 1),
            ..self.at(
                message,
                "keys and items that belong together begin at the same column, two \
                spaces deeper than what they belong to",
            )
        })
    }

    /// The last line above with something on it.
    fn above(&self) -> Option<&str> {
        let lines: Vec<&str> = self.text.lines().take(self.spot.0.saturating_sub(1)).collect();
        lines.into_iter().rev().find(|line| !bare(line).is_empty())
    }

    fn sign(&self) -> char {
        self.line.chars().nth(self.spot.1.saturating_sub(1)).unwrap_or(']')
    }

    fn word_behind(&self, sign: char) -> String {
        let rest = self.line.chars().skip(self.spot.1.saturating_sub(1)).skip_while(|c| *c == sign);
        shorten(&rest.take_while(|c| !c.is_whitespace() && !",]}".contains(*c)).collect::<String>())
    }

    fn at(&self, message: String, hint: &str) -> Explained {
        Explained { code: Code::InvalidYaml, spot: self.spot, message, hint: hint.to_owned() }
    }

    fn misfit(&self) -> Explained {
        self.at(
            "this does not fit what stands before it".to_owned(),
            "check indentation, colons and quotes here and on the line above; a text with `: `, ` #`, `{` or `[` \
             needs quotes",
        )
    }

    /// What happens too seldom to have words of our own: the parser's, without the place, which the problem carries.
    fn otherwise(&self, words: &str) -> Explained {
        let first = words.lines().next().unwrap_or_default();
        let end = first.find(" at line ").or_else(|| first.find(" at byte ")).unwrap_or(first.len());
        self.at(
            format!("this breaks the rules of YAML: {}", &first[..end]),
            "check indentation, colons and quotes here and on the line above; a text with `: `, ` \
                #`, `{` or `[` needs quotes",
        )
    }
}

fn narrow(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
