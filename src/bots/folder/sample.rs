//! Which bots ship in the binary?

use std::{collections::BTreeMap, path::Path};

use include_dir::{Dir, include_dir};
use studio_core::bot::Files;

use super::BotFolder;

/// The bots that ship in the binary.
static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/templates");

/// The sample bot `name`, if the binary has it.
pub fn sample(name: &str) -> Option<BotFolder> {
    let dir = TEMPLATES.get_dir(name)?;
    let mut files = BTreeMap::new();
    collect(dir, dir.path(), &mut files);
    Some(BotFolder { name: name.to_owned(), path: None, files: Files(files) })
}

fn collect(dir: &Dir<'_>, root: &Path, files: &mut BTreeMap<String, String>) {
    for file in dir.files() {
        let path = file.path().strip_prefix(root).unwrap_or(file.path());
        if let Some(text) = file.contents_utf8() {
            files.insert(path.to_string_lossy().replace('\\', "/"), text.to_owned());
        }
    }
    for inner in dir.dirs() {
        collect(inner, root, files);
    }
}

/// A drawing of the sample shop.
pub fn sample_picture(name: &str) -> Option<&'static [u8]> {
    TEMPLATES.get_file(format!("shop/responses/pictures/{name}")).map(include_dir::File::contents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_in_the_binary() {
        let shop = sample("shop").expect("the shop ships");
        assert!(shop.files.0.contains_key("bot.yaml"));
        assert!(shop.files.0.keys().any(|path| path.starts_with("knowledge/de/")));
    }
}
