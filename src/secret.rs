//! What signs the visitors' tokens? A file in the data folder, readable by the owner alone.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

/// The secret of a data folder, if it has one.
pub fn read(data: &Path) -> io::Result<Option<[u8; 32]>> {
    let path = data.join("secret");
    match fs::read(&path) {
        Ok(bytes) => bytes.try_into().map(Some).map_err(|_| {
            let text =
                format!("{} is damaged: remove it (visitors must then reload their page)", path.display());
            io::Error::new(io::ErrorKind::InvalidData, text)
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes this the secret of a data folder.
pub fn keep(data: &Path, secret: &[u8; 32]) -> io::Result<()> {
    let beside = data.join("secret.new");
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(secret)?;
    file.sync_all()?;
    fs::rename(&beside, data.join("secret"))
}

/// Syncs the names in a data folder, the secret's and the store's: until then a loss of power may take them, and all that is below.
pub fn make_names_last(data: &Path) -> io::Result<()> {
    fs::File::open(data)?.sync_all()
}

/// The secret of a data folder; a new one for a new folder.
pub fn read_or_make(data: &Path, random: impl FnOnce() -> [u8; 32]) -> io::Result<[u8; 32]> {
    if let Some(secret) = read(data)? {
        return Ok(secret);
    }
    let secret = random();
    keep(data, &secret)?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn it_is_made_once_for_the_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path();
        assert_eq!(read_or_make(data, || [7; 32]).expect("made"), [7; 32]);
        assert_eq!(read_or_make(data, || [8; 32]).expect("read"), [7; 32]);
        let mode = fs::metadata(data.join("secret")).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(data.join("secret"), "short").expect("writable");
        assert!(read(data).expect_err("damaged").to_string().contains("remove it"));
    }
}
