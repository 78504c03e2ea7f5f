//! MNIST's four files: read as they are, and refused with a clear message if they are malformed.

use std::collections::HashMap;
use std::io::{self, Cursor, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use xentviz::testing::data::{Data, DataError, Dataset, SplitSizes, read_mnist};
use xentviz::testing::file::{InputFile, Opener};

const TRAIN_PICTURES: &str = "train-images-idx3-ubyte";
const TRAIN_LABELS: &str = "train-labels-idx1-ubyte";
const TEST_PICTURES: &str = "t10k-images-idx3-ubyte";
const TEST_LABELS: &str = "t10k-labels-idx1-ubyte";

/// A folder in memory: the bytes of each file, or `None` for a subfolder.
#[derive(Clone, Debug)]
struct FakeFolder(HashMap<String, Option<Vec<u8>>>);

impl FakeFolder {
    /// Returns six pictures to train on and four to test on; picture i is filled with the byte i.
    fn sound() -> Self {
        let mut folder = Self(HashMap::new());
        folder.put(TRAIN_PICTURES, &pictures(6));
        folder.put(TRAIN_LABELS, &labels(&[5, 0, 4, 1, 9, 2]));
        folder.put(TEST_PICTURES, &pictures(4));
        folder.put(TEST_LABELS, &labels(&[7, 2, 1, 0]));
        folder
    }

    fn put(&mut self, name: &str, bytes: &[u8]) {
        self.0.insert(name.to_owned(), Some(bytes.to_vec()));
    }

    fn with(mut self, name: &str, bytes: &[u8]) -> Self {
        self.put(name, bytes);
        self
    }

    fn renamed(self, change: impl Fn(&str) -> String) -> Self {
        Self(self.0.into_iter().map(|(name, bytes)| (change(&name), bytes)).collect())
    }

    fn read(&self, train: usize, test: usize) -> Result<Data, DataError> {
        self.read_with_progress(SplitSizes { train, test }, &mut |_| ControlFlow::Continue(()))
    }

    fn read_with_progress(
        &self,
        split: SplitSizes,
        on_progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
    ) -> Result<Data, DataError> {
        let files = self.0.clone();
        let open = move |path: &Path| {
            let name = path.strip_prefix("digits").expect("files are looked for in the folder");
            match files.get(&*name.to_string_lossy()) {
                Some(Some(bytes)) => Ok(InputFile::new(Cursor::new(bytes.clone()), None)),
                Some(None) => Err(io::ErrorKind::IsADirectory.into()),
                None => Err(io::ErrorKind::NotFound.into()),
            }
        };
        read_mnist(Path::new("digits"), &open, (split, 10), on_progress)
    }

    fn error(&self) -> String {
        self.read(6, 4).expect_err("the folder is not sound").to_string()
    }
}

fn read(folder: &Path, open: &Opener, split: SplitSizes) -> Result<Data, DataError> {
    read_mnist(folder, open, (split, 10), &mut |_| ControlFlow::Continue(()))
}

fn header(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn pictures(n: u8) -> Vec<u8> {
    let mut bytes = header(&[0x803, u32::from(n), 28, 28]);
    bytes.extend((0..n).flat_map(|i| [i; 784]));
    bytes
}

fn labels(labels: &[u8]) -> Vec<u8> {
    let mut bytes = header(&[0x801, u32::try_from(labels.len()).expect("a few labels")]);
    bytes.extend(labels);
    bytes
}

/// Packs the bytes, flushed before the end, so that the last byte before the checksum is not a
/// pixel.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.flush().expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

fn classes(set: &Dataset) -> Vec<usize> {
    (0..set.len()).map(|row| set.class(row).expect("MNIST has classes")).collect()
}

#[test]
fn the_first_pictures_of_each_pair_are_read() {
    let data = FakeFolder::sound().read(5, 3).unwrap();
    assert_eq!(classes(&data.train), [5, 0, 4, 1, 9]);
    assert_eq!(classes(data.test.as_ref().unwrap()), [7, 2, 1]);
    assert_eq!((data.train.inputs(), data.train.outputs()), (784, 10));
    assert_eq!((data.name.as_str(), data.picture), ("MNIST", Some((28, 28))));
    assert_eq!(data.classes.len(), 10);
    let mut x = [0.0_f64; 784];
    data.train.write_input(4, &mut x);
    assert!(x.iter().all(|&x| x == 4.0 / 256.0));
}

#[test]
fn no_test_set_is_read_if_none_is_requested() {
    let mut folder = FakeFolder::sound();
    folder.0.remove(TEST_LABELS);
    assert_eq!(folder.read(6, 0).unwrap().test, None);
}

#[test]
fn files_are_found_packed_or_not_and_under_either_name() {
    let dotted = |name: &str| name.replace("-idx", ".idx");
    let sound = FakeFolder::sound().read(6, 4).unwrap();
    assert_eq!(FakeFolder::sound().renamed(dotted).read(6, 4).unwrap(), sound);
    let mut gz = FakeFolder::sound();
    for bytes in gz.0.values_mut().flatten() {
        *bytes = packed(bytes);
    }
    assert_eq!(gz.clone().renamed(|name| format!("{name}.gz")).read(6, 4).unwrap(), sound);
    assert_eq!(gz.clone().renamed(|n| dotted(n) + ".gz").read(6, 4).unwrap(), sound);
    assert_eq!(gz.read(6, 4).unwrap(), sound, "the bytes decide, not the name");
}

#[test]
fn a_folder_with_the_name_of_a_file_is_skipped() {
    let mut folder = FakeFolder::sound().renamed(|name| name.replace("-idx", ".idx"));
    folder.0.insert(TRAIN_PICTURES.to_owned(), None);
    assert_eq!(folder.read(6, 4).unwrap().train.len(), 6);
}

#[test]
fn a_missing_file_is_named_with_a_place_to_get_it() {
    for name in [TRAIN_PICTURES, TRAIN_LABELS, TEST_PICTURES, TEST_LABELS] {
        let mut folder = FakeFolder::sound();
        folder.0.remove(name);
        let error = folder.error();
        assert!(error.starts_with(&format!("no {name} in digits, neither as {name}, ")), "{error}");
        assert!(error.contains("can be had from https://"), "{error}");
    }
}

#[test]
fn an_empty_file_is_refused() {
    let error = FakeFolder::sound().with(TRAIN_LABELS, &[]).error();
    assert_eq!(error, "digits/train-labels-idx1-ubyte: found an empty file, expected IDX labels");
    let error = FakeFolder::sound().with(TRAIN_LABELS, &packed(&[])).error();
    assert_eq!(error, "digits/train-labels-idx1-ubyte: found an empty file, expected IDX labels");
    let error = FakeFolder::sound().with(TEST_LABELS, &labels(&[])).error();
    assert_eq!(error, "digits/t10k-labels-idx1-ubyte: found 0 labels, expected 1 or more");
}

#[test]
fn a_short_header_is_refused() {
    let error = FakeFolder::sound().with(TEST_PICTURES, &pictures(4)[..15]).error();
    assert_eq!(
        error,
        "digits/t10k-images-idx3-ubyte: found a file of 15 bytes, expected a header of 16"
    );
    let error = FakeFolder::sound().with(TEST_PICTURES, &[0, 0, 8]).error();
    assert_eq!(
        error,
        "digits/t10k-images-idx3-ubyte: found a file of 3 bytes, expected a header of 16"
    );
}

#[test]
fn a_wrong_magic_number_is_refused() {
    let error = FakeFolder::sound().with(TRAIN_PICTURES, &labels(&[1, 2, 3])).error();
    assert_eq!(
        error,
        "digits/train-images-idx3-ubyte: found magic number 0x00000801, expected 0x00000803, that \
         of pictures"
    );
    let error = FakeFolder::sound().with(TRAIN_PICTURES, &header(&[0xd03, 6, 28, 28])).error();
    assert_eq!(
        error,
        "digits/train-images-idx3-ubyte: found magic number 0x00000d03, that of 32-bit floats, \
         expected 0x00000803, that of pictures"
    );
}

#[test]
fn a_file_of_another_format_is_named_with_advice() {
    for page in
        [&b"<!DOCTYPE html><html><head>"[..], b"\n  <html>", b"<?xml version=\"1.0\"?>", b"<"]
    {
        for page in [page.to_vec(), packed(page)] {
            let error = FakeFolder::sound().with(TRAIN_LABELS, &page).error();
            let expected = "digits/train-labels-idx1-ubyte: found a web page, expected IDX labels; \
                            the download has failed; the file can be had from https://";
            assert!(error.starts_with(expected), "{error}");
        }
    }
    let error = FakeFolder::sound().with(TEST_PICTURES, b"PK\x03\x04\x14").error();
    assert_eq!(
        error,
        "digits/t10k-images-idx3-ubyte: found a zip archive, expected IDX pictures; unzip would \
         unpack the file in it"
    );
    let pointer = b"version https://git-lfs.github.com/spec/v1\n";
    let error = FakeFolder::sound().with(TRAIN_PICTURES, pointer).error();
    assert!(error.contains("found a pointer of Git LFS, expected IDX pictures; git lfs pull "));
}

#[test]
fn the_files_are_found_in_the_subfolders_of_torchvision() {
    for (subfolder, name) in [
        ("raw", "MNIST"),
        ("MNIST/raw", "MNIST"),
        ("FashionMNIST/raw", "FashionMNIST"),
        ("KMNIST/raw", "KMNIST"),
    ] {
        let folder = FakeFolder::sound().renamed(|file| format!("{subfolder}/{file}"));
        let data = folder.read(5, 3).unwrap();
        assert_eq!(classes(&data.train), [5, 0, 4, 1, 9], "{subfolder}");
        assert_eq!(data.name, name);
    }
    let mixed = FakeFolder::sound()
        .renamed(|file| format!("{}{file}", if file.starts_with("train") { "raw/" } else { "" }));
    let error = mixed.error();
    let expected = "no t10k-images-idx3-ubyte in digits/raw, neither as t10k-images-idx3-ubyte, ";
    assert!(error.starts_with(expected), "all four files are from one folder: {error}");
}

#[test]
fn one_of_the_files_may_be_named_in_place_of_their_folder() {
    let sound = FakeFolder::sound().renamed(|file| format!("{file}.gz"));
    let files = sound.0.clone();
    for name in [TRAIN_PICTURES, TRAIN_LABELS, TEST_PICTURES, TEST_LABELS] {
        let files = files.clone();
        let open = move |path: &Path| {
            let name = path.strip_prefix("digits").expect("files are looked for in the folder");
            if name.components().count() > 1 {
                return Err(io::ErrorKind::NotADirectory.into());
            }
            match files.get(&*name.to_string_lossy()) {
                Some(Some(bytes)) => Ok(InputFile::new(Cursor::new(bytes.clone()), None)),
                _ => Err(io::ErrorKind::NotFound.into()),
            }
        };
        let split = SplitSizes { train: 6, test: 4 };
        let named = PathBuf::from(format!("digits/{name}.gz"));
        let data = read_mnist(&named, &open, (split, 10), &mut |_| ControlFlow::Continue(()));
        assert_eq!(data.expect("the files are sound").train.len(), 6);
        let named = PathBuf::from(format!("digits/{name}.zip"));
        let data = read_mnist(&named, &open, (split, 10), &mut |_| ControlFlow::Continue(()));
        let error = data.map(|_| ()).expect_err("it is no file of MNIST").to_string();
        assert!(error.starts_with(&format!("no {TRAIN_PICTURES} in digits/{name}.zip, ")));
    }
}

#[test]
fn pictures_of_another_size_are_refused() {
    let error = FakeFolder::sound().with(TRAIN_PICTURES, &header(&[0x803, 6, 28, 32])).error();
    assert_eq!(
        error,
        "digits/train-images-idx3-ubyte: found pictures of 32×28 pixels, expected 28×28"
    );
}

#[test]
fn a_file_that_ends_early_is_refused() {
    let cut = &pictures(6)[..16 + 3 * 784 + 5];
    let expected = "digits/train-images-idx3-ubyte: found the end of the file after 3 pictures, \
                    expected 6";
    assert_eq!(FakeFolder::sound().with(TRAIN_PICTURES, cut).error(), expected);
    assert_eq!(FakeFolder::sound().with(TRAIN_PICTURES, &packed(cut)).error(), expected);
    let error = FakeFolder::sound().with(TEST_LABELS, &labels(&[7, 2, 1, 0])[..11]).error();
    assert_eq!(
        error,
        "digits/t10k-labels-idx1-ubyte: found the end of the file after 3 labels, expected 4"
    );
}

#[test]
fn a_packed_file_that_is_cut_off_or_corrupted_is_refused() {
    let mut bytes = packed(&pictures(6));
    for missing in [1, 8, 9] {
        let error =
            FakeFolder::sound().with(TRAIN_PICTURES, &bytes[..bytes.len() - missing]).error();
        assert_eq!(
            error,
            "digits/train-images-idx3-ubyte: found a packed file that is cut off, expected its end"
        );
    }
    bytes[10] ^= 0xff;
    let error = FakeFolder::sound().with(TRAIN_PICTURES, &bytes).error();
    let corrupted = "digits/train-images-idx3-ubyte: found a packed file that is spoilt (";
    assert!(error.starts_with(corrupted), "{error}");
    assert!(error.ends_with("), expected IDX pictures, packed or not"), "{error}");
    bytes[1] = 0;
    let error = FakeFolder::sound().with(TRAIN_PICTURES, &bytes).error();
    assert!(error.starts_with(corrupted), "{error}");
    let error = FakeFolder::sound().with(TRAIN_PICTURES, &[0x1f, 0x8b]).error();
    assert_eq!(
        error,
        "digits/train-images-idx3-ubyte: found a packed file that is cut off, expected its end"
    );
}

#[test]
fn unpacked_bytes_after_a_packed_file_are_refused() {
    for rest in [&b"x"[..], b"more than a header of gzip"] {
        let mut bytes = packed(&pictures(6));
        bytes.extend(rest);
        assert_eq!(
            FakeFolder::sound().with(TRAIN_PICTURES, &bytes).error(),
            "digits/train-images-idx3-ubyte: found unpacked bytes after its packed part, expected \
             IDX pictures, packed or not"
        );
    }
    // Zeros fill up the last block of a tape or a disk; endless ones do not.
    for (zeros, is_read) in [(600, true), (3 << 20, false)] {
        let mut bytes = packed(&pictures(6));
        bytes.resize(bytes.len() + zeros, 0);
        let read = FakeFolder::sound().with(TRAIN_PICTURES, &bytes).read(6, 4);
        assert_eq!(read.is_ok(), is_read, "{zeros}");
    }
    // Two packed parts make one whole file.
    let (first, second) = (&pictures(6)[..100], &pictures(6)[100..]);
    let parts = [packed(first), packed(second)].concat();
    assert!(FakeFolder::sound().with(TRAIN_PICTURES, &parts).read(6, 4).is_ok());
}

#[test]
fn bytes_after_the_last_item_are_refused() {
    let mut long = labels(&[7, 2, 1, 0]);
    long.push(3);
    assert_eq!(
        FakeFolder::sound().with(TEST_LABELS, &long).error(),
        "digits/t10k-labels-idx1-ubyte: found more bytes after its 4 labels, expected the end of \
         the file"
    );
    let mut long = packed(&pictures(6));
    long.extend(packed(&[0]));
    assert_eq!(
        FakeFolder::sound().with(TRAIN_PICTURES, &long).error(),
        "digits/train-images-idx3-ubyte: found more bytes after its 6 pictures, expected the end \
         of the file"
    );
}

#[test]
fn counts_that_differ_are_refused() {
    let error = FakeFolder::sound().with(TRAIN_LABELS, &labels(&[1, 2])).error();
    assert_eq!(
        error,
        "digits/train-labels-idx1-ubyte: found 2 labels, expected 6, one for each picture of \
         digits/train-images-idx3-ubyte"
    );
}

#[test]
fn a_label_above_nine_is_refused() {
    let error = FakeFolder::sound().with(TEST_LABELS, &labels(&[7, 2, 10, 0])).error();
    assert_eq!(error, "digits/t10k-labels-idx1-ubyte: found label 10 as number 3, expected 0 to 9");
}

#[test]
fn more_pictures_than_there_are_are_refused() {
    let error_of = |train, test| FakeFolder::sound().read(train, test).unwrap_err().to_string();
    assert_eq!(
        error_of(7, 0),
        "digits/train-images-idx3-ubyte: found 6 pictures, expected 7 or more to train on; \
         --set data.train=6 takes all of them"
    );
    assert_eq!(
        error_of(1, 5),
        "digits/t10k-images-idx3-ubyte: found 4 pictures, expected 5 or more to test on; \
         --set data.test=4 takes all of them"
    );
}

#[test]
fn a_header_with_the_largest_count_allocates_no_memory() {
    let claims = |magic, rest: &[u32]| {
        let mut bytes = header(&[magic, 10_000_000]);
        bytes.extend(header(rest));
        bytes.extend([1; 1000]);
        bytes
    };
    let folder = FakeFolder::sound()
        .with(TRAIN_PICTURES, &claims(0x803, &[28, 28]))
        .with(TRAIN_LABELS, &claims(0x801, &[]));
    let error = folder.read(10_000_000, 0).unwrap_err().to_string();
    assert_eq!(
        error,
        "digits/train-labels-idx1-ubyte: found the end of the file after 1000 labels, expected \
         10000000"
    );
}

#[test]
fn pictures_that_do_not_fit_in_memory_are_refused_with_their_size() {
    let open = |path: &Path| {
        let n = 20_000;
        let is_labels = path.to_string_lossy().contains("labels");
        let head = if is_labels { header(&[0x801, n]) } else { header(&[0x803, n, 28, 28]) };
        let rest = if is_labels { u64::from(n) } else { u64::from(n) * 784 };
        let file = Cursor::new(head).chain(io::repeat(9).take(rest));
        Ok(InputFile::new(file, None).within(Arc::new(|| Some((16 << 20) + 200_000))))
    };
    // Every pixel is lit and takes three bytes.
    let refused =
        read(Path::new("digits"), &open, SplitSizes { train: 20_000, test: 0 }).unwrap_err();
    let refused = refused.to_string();
    assert!(refused.starts_with("digits/train-images-idx3-ubyte: its first "), "{refused}");
    assert!(
        refused.contains(" pictures take ") && refused.contains(" MiB of memory; "),
        "{refused}"
    );
    assert!(refused.ends_with("fewer pictures would do: data.train, data.test"), "{refused}");
    read(Path::new("digits"), &open, SplitSizes { train: 100, test: 100 }).expect("these few fit");
}

#[test]
fn an_error_of_the_system_is_passed_on_with_the_file() {
    struct BrokenReader;
    impl Read for BrokenReader {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disc is on fire"))
        }
    }
    let open = |_: &Path| Ok(InputFile::new(BrokenReader, None));
    let error = read(Path::new("digits"), &open, SplitSizes { train: 1, test: 1 }).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read digits/train-images-idx3-ubyte: the disc is on fire"
    );
}

#[test]
fn loading_can_be_cancelled_at_any_time_and_progresses_from_0_to_1() {
    let open = |path: &Path| {
        let n = 2000;
        let is_labels = path.to_string_lossy().contains("labels");
        let head = if is_labels { header(&[0x801, n]) } else { header(&[0x803, n, 28, 28]) };
        let rest = if is_labels { 2000 } else { 2000 * 784 };
        Ok(InputFile::new(Cursor::new(head).chain(io::repeat(0).take(rest)), None))
    };
    let load = |most: usize| {
        let mut shares = Vec::new();
        let result = read_mnist(
            Path::new("digits"),
            &open,
            (SplitSizes { train: 2000, test: 2000 }, 10),
            &mut |share| {
                shares.push(share);
                if shares.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            },
        );
        (result, shares)
    };
    let (result, shares) = load(usize::MAX);
    assert_eq!(result.unwrap().train.len(), 2000);
    assert!(shares.is_sorted() && shares[0] == 0.0 && shares.last() <= Some(&1.0));
    assert!(shares.len() > 6, "progress is reported every 256 KiB");
    for most in 1..6 {
        assert!(matches!(load(most).0, Err(DataError::Cancelled)), "after {most} calls");
    }
}

#[test]
fn a_panic_of_the_observer_is_passed_on_and_leaves_no_thread_waiting() {
    let folder = FakeFolder::sound();
    let mut calls = 0;
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        folder.read_with_progress(SplitSizes { train: 6, test: 4 }, &mut |_| {
            calls += 1;
            assert!(calls < 2, "seen enough");
            ControlFlow::Continue(())
        })
    }));
    assert!(read.is_err());
}

/// Returns the folder of the real files, if they are available.
#[expect(clippy::print_stderr, reason = "a skipped test prints a notice")]
fn shared() -> Option<PathBuf> {
    let shared = std::env::var_os("XENTVIZ_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let folder = shared.join("mnist");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no MNIST in {}", folder.display());
    None
}

fn counts(classes: &[usize]) -> [usize; 10] {
    let mut counts = [0; 10];
    for &class in classes {
        counts[class] += 1;
    }
    counts
}

#[test]
fn the_real_mnist_is_read_as_it_is() {
    let Some(folder) = shared() else { return };
    let open = |path: &Path| Ok(InputFile::new(std::fs::File::open(path)?, None));
    let data = read(&folder, &open, SplitSizes { train: 60_000, test: 10_000 }).unwrap();
    let (train, test) = (classes(&data.train), classes(&data.test.unwrap()));
    assert_eq!(train[..10], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    assert_eq!(test[..10], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    assert_eq!(
        counts(&train[..50_000]),
        [4932, 5678, 4968, 5101, 4859, 4506, 4951, 5175, 4842, 4988]
    );
    assert_eq!(counts(&train[50_000..]), [991, 1064, 990, 1030, 983, 915, 967, 1090, 1009, 961]);
    assert_eq!(counts(&test), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    let brightest = (0..100).flat_map(|row| data.train.sparse_pixels(row).unwrap().bytes).max();
    assert_eq!(brightest, Some(&255));
}

/// Generates changes that leave most of a file sound, so that the reader gets past its header.
fn corrupted() -> impl Strategy<Value = FakeFolder> {
    let names = [TRAIN_PICTURES, TRAIN_LABELS, TEST_PICTURES, TEST_LABELS];
    let changes = proptest::collection::vec((0..4_usize, 0..24_usize, any::<u8>()), 0..4);
    (changes, any::<bool>(), 0..4_usize, 0..5000_usize).prop_map(
        move |(changes, zip, at, length)| {
            let mut folder = FakeFolder::sound();
            for (which, place, byte) in changes {
                if let Some(Some(bytes)) = folder.0.get_mut(names[which])
                    && let Some(old) = bytes.get_mut(place)
                {
                    *old = byte;
                }
            }
            if let Some(Some(bytes)) = folder.0.get_mut(names[at]) {
                if zip {
                    *bytes = packed(bytes);
                }
                bytes.truncate(length);
            }
            folder
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn arbitrary_bytes_never_cause_a_panic(
        files in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..64), 4)
    ) {
        let mut folder = FakeFolder::sound();
        let names = [TRAIN_PICTURES, TRAIN_LABELS, TEST_PICTURES, TEST_LABELS];
        for (name, bytes) in names.into_iter().zip(&files) {
            folder.put(name, bytes);
        }
        prop_assert!(folder.read(1, 1).is_err());
    }

    #[test]
    fn corrupted_files_never_cause_a_panic(folder in corrupted()) {
        if let Ok(data) = folder.read(6, 4) {
            prop_assert_eq!(data.train.len(), 6);
        }
    }
}
