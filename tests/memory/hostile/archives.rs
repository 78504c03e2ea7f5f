//! Models in archives: of `PyTorch` and of `NumPy`.

use std::io::{Cursor, Read};

use proptest::prelude::*;
use zip::ZipArchive;

use crate::counting::measurement_guard;
use crate::hostile::corrupted::{anything, corrupted};
use crate::hostile::readers::{arrays, model_arrays, model_torch, model_torch_of};

const TORCH: [&[u8]; 4] = [
    include_bytes!("../../program/cli/models/sequential.pt"),
    include_bytes!("../../program/cli/models/checkpoint.pt"),
    include_bytes!("../../program/cli/models/strided.pt"),
    include_bytes!("../../program/cli/models/protocol4.pt"),
];
const ARRAYS: [&[u8]; 3] = [
    include_bytes!("../../program/cli/models/named.npz"),
    include_bytes!("../../program/cli/models/packed.npz"),
    include_bytes!("../../program/cli/models/unnamed.npz"),
];

/// Examples: two inputs with a class, in an archive and in files of one array.
const EXAMPLES: [&[u8]; 2] =
    [include_bytes!("../../arrays/two.npz"), include_bytes!("../../arrays/pictures.npz")];
const COLUMNS: [&[u8]; 2] =
    [include_bytes!("../../arrays/two.npy"), include_bytes!("../../arrays/fortran.npy")];

/// Returns the pickles of the files.
fn pickles() -> Vec<Vec<u8>> {
    let pickle = |file: &&[u8]| {
        let mut archive = ZipArchive::new(Cursor::new(*file)).expect("an archive");
        let names: Vec<String> =
            archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
        let name = names.iter().find(|name| name.ends_with("/data.pkl")).expect("a pickle");
        let mut pickle = Vec::new();
        archive.by_name(name).expect("a pickle").read_to_end(&mut pickle).expect("it is whole");
        pickle
    };
    TORCH.iter().map(pickle).collect()
}

fn owned(files: &[&[u8]]) -> Vec<Vec<u8>> {
    files.iter().map(|file| file.to_vec()).collect()
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in anything()) {
        let _ = model_torch(&bytes);
        let _ = model_arrays(&bytes);
        let _ = model_torch_of(&bytes);
    }

    #[test]
    fn corrupted_files_of_pytorch_are_read_or_refused(bytes in corrupted(owned(&TORCH))) {
        let _ = model_torch(&bytes);
    }

    #[test]
    fn corrupted_pickles_are_read_or_refused(bytes in corrupted(pickles())) {
        let _ = model_torch_of(&bytes);
    }

    #[test]
    fn corrupted_files_of_numpy_are_read_or_refused(bytes in corrupted(owned(&ARRAYS))) {
        let _ = model_arrays(&bytes);
    }
}

proptest! {
    #[test]
    fn corrupted_arrays_are_read_or_refused(bytes in corrupted(owned(&EXAMPLES))) {
        let _ = arrays(&bytes, "hostile.npz");
    }

    #[test]
    fn a_corrupted_array_is_read_or_refused(bytes in corrupted(owned(&COLUMNS))) {
        let _ = arrays(&bytes, "hostile.npy");
    }
}

#[test]
fn whole_arrays_are_read() {
    let _guard = measurement_guard();
    assert!(arrays(EXAMPLES[0], "hostile.npz").is_ok());
    assert!(arrays(COLUMNS[0], "hostile.npy").is_ok());
}

#[test]
fn an_array_that_claims_more_than_it_has_is_refused() {
    let _guard = measurement_guard();
    let array = |kind: &str, order: &str, shape: &str, numbers: usize| {
        let header = format!("{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}, }}");
        let length = (header.len() as u16).to_le_bytes();
        [&b"\x93NUMPY\x01\0"[..], &length, header.as_bytes(), &vec![0; numbers]].concat()
    };
    for (kind, order, shape) in [
        ("<f8", "False", "(9999999, 3)"),
        ("<f8", "True", "(9999999, 3)"),
        ("|u1", "False", "(9999999999, 3)"),
        ("|u1", "False", "(3, 9999999999999)"),
        ("|u1", "True", "(3, 9999999999999)"),
        ("|u1", "False", "(18446744073709551615, 18446744073709551615)"),
        ("<f8", "True", "(3, 2305843009213693952)"),
        ("<f8", "False", "(0, 3)"),
        ("<f8", "False", "(3, 0)"),
        ("<f8", "False", "()"),
    ] {
        for numbers in [0, 1000] {
            let file = array(kind, order, shape, numbers);
            let refusal = arrays(&file, "hostile.npy").map(|_| ()).expect_err(shape).to_string();
            assert!(!refusal.is_empty());
        }
    }
    // Zeros that deflate packs a thousand times.
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, shape) in [("x.npy", "(9999999, 8)"), ("y.npy", "(9999999,)")] {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(name, options).expect("memory takes all");
        let file =
            array("|u1", "False", shape, if name == "x.npy" { 79_999_992 } else { 9_999_999 });
        std::io::Write::write_all(&mut archive, &file).expect("memory takes all");
    }
    let file = archive.finish().expect("memory takes all").into_inner();
    let refusal = arrays(&file, "hostile.npz").map(|_| ()).expect_err("it is refused").to_string();
    assert!(refusal.ends_with("it unpacks to more than 100 times its size"), "{refusal}");
}

#[test]
fn a_whole_pickle_is_read_with_other_storages() {
    assert!(model_torch_of(&pickles()[0]).is_ok());
}

#[test]
fn pickles_that_grow_stay_within_the_memory_limit() {
    let _guard = measurement_guard();
    // A dictionary that holds two of the one before, and so on; one that holds itself.
    let doubled = |times: usize| {
        let mut pickle = b"\x80\x02}q\x00".to_vec();
        for _ in 0..times {
            pickle.extend(b"}q\x01(X\x01\0\0\0ah\x00X\x01\0\0\0bh\x00uq\x00");
        }
        [pickle, b".".to_vec()].concat()
    };
    let itself = b"\x80\x02}q\x00X\x01\0\0\0ah\x00s.".to_vec();
    let many = |piece: &[u8], times: usize| {
        [b"\x80\x02".to_vec(), piece.repeat(times), b".".to_vec()].concat()
    };
    for pickle in [
        doubled(10),
        doubled(1000),
        itself,
        many(b"}", 10_000_000),
        many(b"(", 10_000_000),
        many(b"K\x01", 4_000_000),
        many(b")q\x00", 3_000_000),
        many(b"]q\x00h\x00a", 1_000_000),
        many(b")r\xff\xff\xff\xff", 10),
        many(b")r\xff\xff\x01\x00", 10),
        many(b"X\x04\0\0\0aaaa0", 1_000_000),
        many(b"ctorch\nSize\n", 1_000_000),
        [b"\x80\x02X\xff\xff\xff\x7f".to_vec(), vec![b'a'; 1000]].concat(),
    ] {
        assert!(model_torch_of(&pickle).is_err());
    }
}

#[test]
fn an_archive_of_many_members_is_refused() {
    let _guard = measurement_guard();
    let entry = [&b"PK\x01\x02"[..], &[0; 42]].concat();
    let file = [&b"PK\x03\x04"[..], &entry.repeat(500_000)].concat();
    let refusal = model_arrays(&file).expect_err("it is refused").to_string();
    assert_eq!(refusal, "is no zip archive: it has more than 10000 members");
}
