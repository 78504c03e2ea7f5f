//! Tests of `model_torch`.

use super::read_model_torch;
use crate::arrays::testing::archive;
use crate::nn::Precision;
use crate::report::ReadModel;

fn error(file: &[u8]) -> String {
    read_model_torch(file.into()).unwrap_err().to_string()
}

fn text(text: &str) -> Vec<u8> {
    [b"X".to_vec(), (text.len() as u32).to_le_bytes().to_vec(), text.as_bytes().to_vec()].concat()
}

/// Returns the instructions for a number.
fn number(number: u16) -> Vec<u8> {
    [vec![b'M'], number.to_le_bytes().to_vec()].concat()
}

fn tuple(numbers: &[u16]) -> Vec<u8> {
    let numbers = numbers.iter().flat_map(|n| number(*n)).collect();
    [b"(".to_vec(), numbers, b"t".to_vec()].concat()
}

/// A tensor as a pickle describes it.
struct Described<'a> {
    name: &'a str,
    storage: &'a str,
    /// How many numbers the storage is said to have.
    stored: u16,
    offset: u16,
    shape: &'a [u16],
    strides: &'a [u16],
}

/// Returns a pickle of tensors of 32 bits.
fn pickle(tensors: &[Described<'_>]) -> Vec<u8> {
    let tensor = |of: &Described<'_>| {
        let id = [text("storage"), b"ctorch\nFloatStorage\n".to_vec(), text(of.storage)].concat();
        let id = [b"(".to_vec(), id, text("cpu"), number(of.stored), b"tQ".to_vec()].concat();
        let place = [number(of.offset), tuple(of.shape), tuple(of.strides)].concat();
        let rest = b"\x89ccollections\nOrderedDict\n)RtR".to_vec();
        let call = b"ctorch._utils\n_rebuild_tensor_v2\n(".to_vec();
        [text(of.name), call, id, place, rest].concat()
    };
    let tensors: Vec<u8> = tensors.iter().flat_map(tensor).collect();
    [b"\x80\x02}(".to_vec(), tensors, b"u.".to_vec()].concat()
}

/// A layer of 2 inputs and 1 neuron whose tensors are in one storage of 3 numbers.
fn layer() -> [Described<'static>; 2] {
    let (storage, stored) = ("0", 3);
    let weight = Described {
        name: "0.weight",
        storage,
        stored,
        offset: 0,
        shape: &[1, 2],
        strides: &[2, 1],
    };
    [weight, Described { name: "0.bias", storage, stored, offset: 2, shape: &[1], strides: &[1] }]
}

const NUMBERS: [u8; 12] = [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40];

fn file(tensors: &[Described<'_>]) -> Vec<u8> {
    archive(&[("m/data.pkl", &pickle(tensors)[..]), ("m/data/0", &NUMBERS)])
}

#[test]
fn numbers_of_16_bits_are_those_that_pytorch_reads() {
    // `torch.load(FILE)["0.bias"].double().tolist()`
    for (file, bias) in [
        (
            &include_bytes!("../../../tests/program/cli/models/half.pt")[..],
            [0.099_975_585_937_5, 0.199_951_171_875, 0.300_048_828_125],
        ),
        (
            include_bytes!("../../../tests/program/cli/models/bf16.pt"),
            [0.100_097_656_25, 0.200_195_312_5, 0.300_781_25],
        ),
    ] {
        let model = read_model_torch(file.into()).unwrap().model;
        assert_eq!(model.biases[0], bias);
        assert_eq!(model.weights[0], [0.5, -1.0, 0.25, 2.0, 1.0, 0.0]);
        assert_eq!(model.precision, Precision::F32);
    }
}

#[test]
fn tensors_are_views_of_a_storage() {
    let ReadModel { model, remarks } = read_model_torch(file(&layer())[..].into()).unwrap();
    assert_eq!((model.weights, model.biases), (vec![vec![1.0, 2.0]], vec![vec![3.0]]));
    assert!(remarks.is_empty());
    let [weight, bias] = layer();
    let turned = [Described { offset: 1, strides: &[9, 0], ..weight }, bias];
    let model = read_model_torch(file(&turned)[..].into()).unwrap().model;
    assert_eq!(model.weights, [[2.0, 2.0]]);
}

#[test]
fn a_view_beyond_its_storage_is_refused() {
    let changed = |change: fn(&mut Described<'_>)| {
        let [mut weight, bias] = layer();
        change(&mut weight);
        error(&file(&[weight, bias]))
    };
    let beyond = "`0.weight` is a view beyond the end of its storage, expected one of 3 numbers";
    assert_eq!(changed(|weight| weight.offset = 2), beyond);
    assert_eq!(changed(|weight| weight.strides = &[1, 3]), beyond);
    let larger = "`0.weight` is in a storage of 12 bytes, expected 16 bytes within the file";
    assert_eq!(changed(|weight| weight.stored = 4), larger);
    let missing = changed(|weight| weight.storage = "7");
    assert!(missing.starts_with("`m/data/7` is a member that cannot be read ("), "{missing}");
    let [weight, bias] = layer();
    let other = error(&file(&[weight, Described { stored: 9, ..bias }]));
    assert_eq!(other, "`0.bias` is a view of 9 numbers, expected 3 of them");
}

#[test]
fn a_view_that_repeats_numbers_beyond_reason_is_refused() {
    let [weight, bias] = layer();
    let vast = Described { shape: &[60_000, 60_000], strides: &[0, 0], ..weight };
    let wide = Described { shape: &[60_000], strides: &[0], ..bias };
    let refusal = error(&file(&[vast, wide]));
    assert_eq!(
        refusal,
        "`0.weight` is of the shape [60000, 60000], expected no more numbers than the file has"
    );
}

#[test]
fn what_holds_no_tensors_is_named() {
    let of = |pickle: &[u8]| error(&archive(&[("data.pkl", pickle)]));
    let begin = "holds no weights as PyTorch saves them: ";
    for (pickle, expected) in [
        (&b"\x80\x02}."[..], "it holds a dictionary without tensors; torch.save("),
        (b"\x80\x02]q\0.", "it holds a list without tensors; torch.save("),
        (b"\x80\x02K\x05.", "it holds a number; torch.save("),
        (b"\x80\x02.", "its pickle builds nothing"),
        (b"\x80\x02}", "its pickle is cut off"),
        (b"", "its pickle is cut off"),
        (b"\x80\x02R.", "its pickle is damaged at byte 2"),
        (b"\x80\x02i.", "its pickle has an unknown or damaged instruction, 0x69 at byte 2"),
        (b"\x80\x02(K\x01u.", "its pickle is damaged at byte 5"),
        (b"\x80\x02}(K\x010tQ.", "its pickle is damaged at byte 8"),
    ] {
        let refusal = of(pickle);
        assert!(refusal.starts_with(&format!("{begin}{expected}")), "{refusal}");
    }
    assert_eq!(error(&archive(&[("a", b"")])), format!("{begin}it has 0 members called data.pkl"));
    let two = [("a/data.pkl", &b""[..]), ("b/data.pkl", b"")];
    assert_eq!(error(&archive(&two)), format!("{begin}it has 2 members called data.pkl"));
}

#[test]
fn whole_numbers_are_no_weights() {
    let [weight, bias] = layer();
    let whole =
        String::from_utf8_lossy(&pickle(&[weight, bias])).replace("FloatStorage", "IntStorage");
    // The bytes of the pickle below 0x80 are unchanged, and the only others are its first one and a false.
    let whole: Vec<u8> = whole
        .chars()
        .scan(0, |found, c| {
            *found += u32::from(c == '\u{fffd}');
            Some(if c == '\u{fffd}' && *found == 1 {
                0x80
            } else if c == '\u{fffd}' {
                0x89
            } else {
                c as u8
            })
        })
        .collect();
    let refusal = error(&archive(&[("m/data.pkl", &whole[..]), ("m/data/0", &NUMBERS)]));
    let expected = "float32, float64, float16 or bfloat16";
    assert_eq!(refusal, format!("`0.weight` is of type int32, expected {expected}"));
}
