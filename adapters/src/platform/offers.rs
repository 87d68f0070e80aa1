//! Which of a bot's commands does a platform offer? It takes so many and no more; what people write all the same is understood.

use super::{Command, Platform};

/// What a platform takes into its menu.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offers {
    /// Whether a name must be of ASCII letters.
    pub plain: bool,
    /// Bytes of the longest name.
    pub longest: usize,
    pub most: usize,
}

impl Offers {
    /// Those that are offered.
    pub fn of(self, commands: &[Command]) -> impl Iterator<Item = &Command> {
        let fits = move |command: &&Command| self.may_be(command) && command.name.len() <= self.longest;
        commands.iter().filter(fits).take(self.most)
    }

    /// Names of those for which there is no room. Which scripts a platform takes is no matter of room.
    fn left_out(self, commands: &[Command]) -> Vec<String> {
        let offered: Vec<&str> = self.of(commands).map(|command| command.name.as_str()).collect();
        let others = commands
            .iter()
            .filter(|command| self.may_be(command) && !offered.contains(&command.name.as_str()));
        others.map(|command| command.name.clone()).collect()
    }

    fn may_be(self, command: &Command) -> bool {
        !self.plain || command.is_plain()
    }

    fn limit(self) -> String {
        let Self { longest, most, .. } = self;
        if longest == usize::MAX {
            format!("{most} commands")
        } else {
            format!("{most} commands, with names of at most {longest} letters")
        }
    }
}

/// Commands for which a platform has no room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unoffered {
    /// What the platform takes: `100 commands`.
    pub limit: String,
    pub names: Vec<String>,
}

impl Platform {
    /// Which of these commands the platform does not offer for want of room.
    pub fn unoffered(&self, commands: &[Command]) -> Option<Unoffered> {
        let offers = match self {
            Self::Telegram(_) => crate::telegram::OFFERS,
            Self::Discord(_) => crate::discord::OFFERS,
            Self::Whatsapp(account) if account.registers() => crate::whatsapp::OFFERS,
            // Those are set by hand.
            Self::Whatsapp(_) | Self::Slack(_) => return None,
        };
        let names = offers.left_out(commands);
        (!names.is_empty()).then(|| Unoffered { limit: offers.limit(), names })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_are_offered_and_the_others_are_named() {
        let command = |name: &str| Command {
            name: name.to_owned(),
            names: Vec::new(),
            description: vec![("en".to_owned(), name.to_owned())],
        };
        let check = |offers: Offers, names: &[&str], offered: &[&str], left_out: &[&str]| {
            let commands: Vec<Command> = names.iter().map(|name| command(name)).collect();
            let of: Vec<&str> = offers.of(&commands).map(|command| command.name.as_str()).collect();
            assert_eq!(
                (of.as_slice(), offers.left_out(&commands).as_slice()),
                (offered, &owned(left_out)[..])
            );
        };
        let two = Offers { plain: false, longest: usize::MAX, most: 2 };
        check(two, &["a", "b"], &["a", "b"], &[]);
        check(two, &["ä", "b", "c", "d"], &["ä", "b"], &["c", "d"]);
        let plain = Offers { plain: true, ..two };
        check(plain, &["ä", "b", "c", "d"], &["b", "c"], &["d"]);
        let short = Offers { longest: 3, ..two };
        check(short, &["long", "b", "c", "d"], &["b", "c"], &["long", "d"]);
        assert_eq!(two.limit(), "2 commands");
        assert_eq!(short.limit(), "2 commands, with names of at most 3 letters");
    }

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }
}
