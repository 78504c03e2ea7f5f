//! The manifest of a saved run's folder, by which the program recognises later that it wrote every file in
//! it.
//!
//! For each file the manifest holds its length and its change time (ctime), which no program can
//! set. A folder that was restored from a backup or changed in any way therefore belongs to the
//! user, and stays.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::SystemTime;

use rustix::process::geteuid;
use serde::{Deserialize, Serialize};

/// The name of the manifest.
pub(super) const MANIFEST: &str = ".xentviz-manifest";

/// The name of the empty file that marks that the user has been notified of the folder.
pub(super) const NOTIFIED: &str = ".xentviz-told";

/// The version of this format.
const VERSION: u32 = 1;

/// The most bytes read: more than the manifest of four arms has.
const MOST_BYTES: u64 = 64 << 10;

/// The content of the folder of a run.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct Manifest {
    version: u32,
    /// The stem of the scenario's file name.
    pub(super) name: String,
    files: Vec<ManifestEntry>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
struct ManifestEntry {
    name: String,
    length: u64,
    /// The seconds and nanoseconds of the last change.
    changed: (i64, i64),
}

impl ManifestEntry {
    fn of(name: &str, about: &Metadata) -> Self {
        let changed = (about.ctime(), about.ctime_nsec());
        Self { name: name.to_owned(), length: about.len(), changed }
    }
}

impl Manifest {
    /// Returns the manifest of a folder whose files are all complete.
    ///
    /// # Errors
    /// Returns an error if one of them does not exist.
    pub(super) fn of(folder: &Path, name: &str, files: &[String]) -> io::Result<Self> {
        let entry = |file: &String| {
            let about = fs::symlink_metadata(folder.join(file))?;
            Ok(ManifestEntry::of(file, &about))
        };
        let files = files.iter().map(entry).collect::<io::Result<_>>()?;
        Ok(Self { version: VERSION, name: name.to_owned(), files })
    }

    /// Returns the manifest in a folder of this user and the time it was written, or `None` if
    /// there is no valid one. Links are not followed.
    pub(super) fn read(folder: &Path) -> Option<(Self, SystemTime)> {
        let about = fs::symlink_metadata(folder).ok()?;
        let path = folder.join(MANIFEST);
        let about_file = fs::symlink_metadata(&path).ok()?;
        if !(about.is_dir() && is_own(&about) && about_file.is_file() && is_own(&about_file)) {
            return None;
        }
        let mut bytes = Vec::new();
        File::open(path).ok()?.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
        let manifest: Self = serde_json::from_slice(&bytes).ok()?;
        let is_plain =
            |entry: &ManifestEntry| Path::new(&entry.name).file_name() == Some(entry.name.as_ref());
        let is_known = manifest.version == VERSION && manifest.files.iter().all(is_plain);
        is_known.then_some((manifest, about_file.modified().ok()?))
    }

    /// Returns the names of all files in the folder, the manifest last, or `None` if the folder
    /// holds anything that was not written with the manifest. Files may be missing.
    pub(super) fn own_files(&self, folder: &Path) -> Option<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).ok()? {
            let name = entry.ok()?.file_name().into_string().ok()?;
            let about = fs::symlink_metadata(folder.join(&name)).ok()?;
            let is_written = match name.as_str() {
                MANIFEST => true,
                NOTIFIED => about.len() == 0,
                _ => self.files.contains(&ManifestEntry::of(&name, &about)),
            };
            if !(about.is_file() && is_own(&about) && is_written) {
                return None;
            }
            names.push(name);
        }
        names.sort_by_key(|name| name == MANIFEST);
        Some(names)
    }
}

fn is_own(about: &Metadata) -> bool {
    about.uid() == geteuid().as_raw()
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;

    use tempfile::TempDir;

    use super::{MANIFEST, Manifest, NOTIFIED};

    /// Returns a folder as the program writes it.
    fn written() -> (TempDir, Manifest) {
        let folder = TempDir::new().unwrap();
        let files = ["duel.toml", "duel-a.safetensors"].map(str::to_owned);
        for file in &files {
            fs::write(folder.path().join(file), "text").unwrap();
        }
        let manifest = Manifest::of(folder.path(), "duel", &files).unwrap();
        write(folder.path(), &manifest);
        (folder, manifest)
    }

    fn write(folder: &Path, manifest: &Manifest) {
        fs::write(folder.join(MANIFEST), serde_json::to_vec(manifest).unwrap()).unwrap();
    }

    fn own(folder: &Path) -> Option<Vec<String>> {
        Manifest::read(folder)?.0.own_files(folder)
    }

    #[test]
    fn an_unchanged_folder_is_recognised_even_if_files_are_missing() {
        let (folder, manifest) = written();
        let names = own(folder.path()).expect("the folder is unchanged");
        assert_eq!((names.len(), &*names[2]), (3, MANIFEST));
        fs::write(folder.path().join(NOTIFIED), "").unwrap();
        fs::remove_file(folder.path().join("duel.toml")).unwrap();
        assert_eq!(own(folder.path()).map(|names| names.len()), Some(3));
        assert_eq!(Manifest::read(folder.path()).map(|(read, _)| read), Some(manifest));
    }

    #[test]
    fn any_change_of_a_folder_by_the_user_is_recognised() {
        let touch: [fn(&Path); 8] = [
            |folder| fs::write(folder.join("duel.toml"), "text").unwrap(),
            |folder| fs::write(folder.join("duel-notes.json"), "").unwrap(),
            |folder| fs::write(folder.join(".hidden"), "").unwrap(),
            |folder| fs::create_dir(folder.join("results")).unwrap(),
            |folder| symlink("duel.toml", folder.join("link")).unwrap(),
            |folder| fs::write(folder.join(NOTIFIED), "mine").unwrap(),
            |folder| {
                fs::hard_link(folder.join("duel.toml"), folder.join("again")).unwrap();
                fs::remove_file(folder.join("again")).unwrap();
            },
            |folder| {
                let private = Permissions::from_mode(0o600);
                fs::set_permissions(folder.join("duel.toml"), private).unwrap();
            },
        ];
        for (number, touch) in touch.iter().enumerate() {
            let (folder, _) = written();
            // A change must fall into a later tick of the file system's clock.
            wait_for_the_clock(folder.path());
            touch(folder.path());
            assert_eq!(own(folder.path()), None, "{number}");
        }
    }

    /// Waits until the file system assigns a later time than that of the folder's files.
    fn wait_for_the_clock(folder: &Path) {
        let path = folder.join("duel.toml");
        let before = fs::metadata(&path).unwrap().modified().unwrap();
        loop {
            let probe = TempDir::new_in(folder.parent().unwrap()).unwrap();
            let file = probe.path().join("a");
            fs::write(&file, "").unwrap();
            if fs::metadata(&file).unwrap().modified().unwrap() > before {
                return;
            }
        }
    }

    #[test]
    fn a_manifest_with_paths_or_links_is_rejected() {
        let (folder, manifest) = written();
        for name in ["../mine", "/etc/passwd", "..", "a/b", ""] {
            let mut bad = manifest.clone();
            bad.files[0].name = name.to_owned();
            write(folder.path(), &bad);
            assert_eq!(Manifest::read(folder.path()), None, "{name}");
        }
        fs::write(folder.path().join(MANIFEST), "{}").unwrap();
        assert_eq!(Manifest::read(folder.path()), None);
        write(folder.path(), &manifest);
        assert!(Manifest::read(folder.path()).is_some());
        let link = folder.path().join("link");
        symlink(folder.path(), &link).unwrap();
        assert_eq!(Manifest::read(&link), None, "the folder is a link");
    }
}
