//! The names of the files of MNIST and of data of the same form.

use std::path::{Path, PathBuf};

/// The names of the files of a set of data: what their names begin with, and the word for the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileNames {
    prefix: &'static str,
    test: &'static str,
}

/// The names of MNIST's files, which Fashion and Kuzushiji share, then those of EMNIST: its six sets are in one
/// folder, and the first that is there is read unless the path names a file of another.
const NAMES: [FileNames; 7] = [
    FileNames { prefix: "", test: "t10k" },
    FileNames { prefix: "emnist-mnist-", test: "test" },
    FileNames { prefix: "emnist-digits-", test: "test" },
    FileNames { prefix: "emnist-balanced-", test: "test" },
    FileNames { prefix: "emnist-letters-", test: "test" },
    FileNames { prefix: "emnist-bymerge-", test: "test" },
    FileNames { prefix: "emnist-byclass-", test: "test" },
];

impl FileNames {
    pub(super) fn train(self) -> [String; 2] {
        self.pair("train")
    }

    pub(super) fn test(self) -> [String; 2] {
        self.pair(self.test)
    }

    /// Returns the names of a file of pictures and of that of their labels.
    fn pair(self, set: &str) -> [String; 2] {
        let prefix = self.prefix;
        [format!("{prefix}{set}-images-idx3-ubyte"), format!("{prefix}{set}-labels-idx1-ubyte")]
    }

    /// Returns whether a path is that of one of the four files.
    fn has(self, path: &Path) -> bool {
        let names = || self.train().into_iter().chain(self.test());
        names()
            .flat_map(|name| candidates(Path::new(""), &name))
            .any(|name| path.file_name() == Some(name.as_os_str()))
    }
}

/// The place and the names of the files of a set.
#[derive(Clone, Debug)]
pub(super) struct PairFiles {
    pub(super) place: PathBuf,
    pub(super) names: FileNames,
}

impl PairFiles {
    /// Returns the name of the data: that of the nearest folder above the files which is named after data.
    pub(super) fn name(&self) -> &'static str {
        let named = |part: &std::ffi::OsStr| NAMED.into_iter().find(|name| part == *name);
        let usual = if self.names.prefix.is_empty() { MNIST } else { EMNIST };
        self.place.iter().rev().find_map(named).unwrap_or(usual)
    }
}

/// Returns the sets to look for: that of the named file alone, if the path is that of a file.
pub(super) fn names_at(named: &Path) -> impl Iterator<Item = FileNames> {
    let of_file = NAMES.into_iter().find(|names| names.has(named));
    NAMES.into_iter().filter(move |names| of_file.is_none_or(|of_file| *names == of_file))
}

/// Returns whether a path has the name of one of the files.
pub(crate) fn has_file_name(path: &Path) -> bool {
    NAMES.into_iter().any(|names| names.has(path))
}

/// The names of data, as folders above its files are called.
const MNIST: &str = "MNIST";
const EMNIST: &str = "EMNIST";
const NAMED: [&str; 4] = [MNIST, "FashionMNIST", "KMNIST", EMNIST];

/// Returns the paths that a file may have.
pub(super) fn candidates(folder: &Path, name: &str) -> [PathBuf; 4] {
    let dotted = name.replace("-idx", ".idx");
    let packed = |name: &str| folder.join(format!("{name}.gz"));
    [folder.join(name), packed(name), folder.join(&dotted), packed(&dotted)]
}
