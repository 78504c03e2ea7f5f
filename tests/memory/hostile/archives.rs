//! Models in archives: of `PyTorch` and of `NumPy`.

use std::io::{Cursor, Read};

use proptest::prelude::*;
use zip::ZipArchive;

use crate::counting::measurement_guard;
use crate::hostile::corrupted::{anything, corrupted};
use crate::hostile::readers::{model_arrays, model_torch, model_torch_of};

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
