//! Which kinds of problems are there?

use super::problem::Severity;

macro_rules! codes {
    ($($severity:ident { $($(#[$doc:meta])* $variant:ident $name:literal,)+ })+) => {
        /// The kinds of problems. Their names are stable: tools may filter by them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $($($(#[$doc])* $variant,)+)+
        }

        impl Code {
            #[cfg(test)]
            pub const ALL: &[Self] = &[$($(Self::$variant,)+)+];

            pub fn name(self) -> &'static str {
                match self { $($(Self::$variant => $name,)+)+ }
            }

            pub fn severity(self) -> Severity {
                match self { $($(Self::$variant => Severity::$severity,)+)+ }
            }
        }
    };
}

codes! {
    Error {
        // Files and YAML
        FileTooLarge "file-too-large",
        TooManyFiles "too-many-files",
        InvalidYaml "invalid-yaml",
        YamlTooComplex "yaml-too-complex",
        MissingBotFile "missing-bot-file",
        UnknownKey "unknown-key",
        DuplicateKey "duplicate-key",
        MissingField "missing-field",
        WrongType "wrong-type",
        UnknownWord "unknown-word",
        ConflictingKeys "conflicting-keys",
        DefinedTwice "defined-twice",
        // Values
        InvalidName "invalid-name",
        InvalidLanguage "invalid-language",
        InvalidDuration "invalid-duration",
        InvalidSize "invalid-size",
        InvalidTimeZone "invalid-time-zone",
        InvalidRegex "invalid-regex",
        InvalidCondition "invalid-condition",
        InvalidTemplate "invalid-template",
        InvalidUrl "invalid-url",
        InvalidBound "invalid-bound",
        UnknownVariable "unknown-variable",
        UnknownFunction "unknown-function",
        // Steps
        UnknownStep "unknown-step",
        SeveralSteps "several-steps",
        EmptyFlow "empty-flow",
        UnreachableStep "unreachable-step",
        LoopWithoutWait "loop-without-wait",
        ElseNotLast "else-not-last",
        SameTrigger "same-trigger",
        // References
        UndefinedLabel "undefined-label",
        UndefinedFlow "undefined-flow",
        UndefinedSlot "undefined-slot",
        UndefinedResponse "undefined-response",
        UndefinedIntent "undefined-intent",
        UndefinedEntity "undefined-entity",
        UndefinedTeam "undefined-team",
        UndefinedSetting "undefined-setting",
        // Languages and phrases
        UnknownLanguage "unknown-language",
        UnknownChannel "unknown-channel",
        MissingDefaultLanguage "missing-default-language",
        NothingToSay "nothing-to-say",
        SamePhrase "same-phrase",
        LongPhrase "long-phrase",
        BrokenTranslation "broken-translation",
    }
    Warning {
        UnknownFile "unknown-file",
        Untranslated "untranslated",
        IntentWithoutPhrases "intent-without-phrases",
        FewPhrases "few-phrases",
        RepeatedPhrase "repeated-phrase",
        SamePhraseOtherLanguage "same-phrase-other-language",
        UnusedIntent "unused-intent",
        UnusedResponse "unused-response",
        UnusedFlow "unused-flow",
        SlotNeverFilled "slot-never-filled",
        EmptySlot "empty-slot",
        UntoldField "untold-field",
        LoopMayNotEnd "loop-may-not-end",
        LoopAsksOnce "loop-asks-once",
        NoBuiltInTexts "no-built-in-texts",
        LongTitle "long-title",
        QuickReplyLink "quick-reply-link",
        EmptyMatch "empty-match",
        FuzzyPattern "fuzzy-pattern",
        SameChoice "same-choice",
        FunctionWord "function-word",
        UnfitCommand "unfit-command",
        SlotKind "slot-kind",
        NoEffect "no-effect",
    }
}
