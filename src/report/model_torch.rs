//! Models as `PyTorch` saves them: the weights of `torch.save(model.state_dict(), FILE)`.
//!
//! Since version 1.6 such a file is a zip archive. Its member `data.pkl` is a pickle, a program that builds a
//! dictionary of tensors; the numbers are in members of their own. Python would run the pickle. Here
//! [`mod@pickle`] understands the few instructions that build dictionaries and tensors, and calls nothing.

mod callables;
mod instructions;
mod pickle;
mod state_dict;
mod storages;
mod tensor_view;

use std::collections::HashMap;
use std::io::Read;

use crate::arrays::{Archive, ByteOrder, NumberType};
use crate::file::InputFile;
use crate::nn::Precision;
use crate::report::ModelError;
use crate::report::model::MOST_BYTES;
use crate::report::model_torch::pickle::read_pickle;
use crate::report::model_torch::state_dict::{FoundTensors, find_tensors};
use crate::report::model_torch::storages::Storages;
use crate::report::model_torch::tensor_view::TensorView;
use crate::report::tensor_layers::{LayerTensors, ReadModel, assemble, find_layers};

/// The name of the pickle in its folder.
const PICKLE: &str = "data.pkl";

/// The most bytes of a pickle. That of the most layers with the state of an optimiser takes about one megabyte.
const MOST_PICKLE: u64 = 16 << 20;

/// Reads a model from a file of `PyTorch`.
///
/// # Errors
/// If the file cannot be read, is of another form, asks for anything but tensors, or its tensors form no network.
pub fn read_model_torch(file: InputFile<'_>) -> Result<ReadModel, ModelError> {
    let mut archive = Archive::read(file, MOST_BYTES)?;
    let folder = folder(&archive)?;
    let mut pickle = Vec::new();
    let member = archive.member(&format!("{folder}{PICKLE}"))?;
    if member.length > MOST_PICKLE {
        let found = format!("its pickle has {} bytes, {MOST_PICKLE} at most", member.length);
        return Err(ModelError::torch(&found));
    }
    member.take(MOST_PICKLE).read_to_end(&mut pickle)?;
    let pickle = read_pickle(&pickle).map_err(|error| ModelError::torch(&error))?;
    let FoundTensors { tensors, remark } =
        find_tensors(&pickle).map_err(|error| ModelError::torch(&error))?;
    let shapes = tensors.iter().map(|(name, view)| (name.clone(), &view.shape[..]));
    let found = find_layers(shapes)?;
    let views: HashMap<&str, &TensorView> =
        tensors.iter().map(|(name, view)| (name.as_str(), *view)).collect();
    let precision = precision(&views, &found.layers)?;
    let order = byte_order(&mut archive, &folder)?;
    let used = found.layers.iter().flat_map(|layer| [&layer.weight, &layer.bias]);
    let used = used.map(|name| views[name.as_str()]);
    let mut storages = Storages::new(&mut archive, (&folder, order), used);
    let mut read = assemble(&found, precision, &mut |name| storages.numbers(name, views[name]))?;
    read.remarks.splice(0..0, remark);
    Ok(read)
}

/// Returns the folder of the members: the name of the file when it was saved.
fn folder(archive: &Archive) -> Result<String, ModelError> {
    let names = archive.names();
    let folders: Vec<&str> = names
        .iter()
        .filter_map(|name| name.strip_suffix(PICKLE))
        .filter(|folder| folder.is_empty() || folder.ends_with('/'))
        .collect();
    let [folder] = folders[..] else {
        let found = format!("it has {} members called {PICKLE}", folders.len());
        return Err(ModelError::torch(&found));
    };
    if names.iter().any(|name| name.strip_prefix(folder) == Some("constants.pkl")) {
        let why = "it is a TorchScript program; torch.save(torch.jit.load(FILE).state_dict(), \
                   \"model.pt\") writes its weights";
        return Err(ModelError::torch(&why));
    }
    Ok(folder.to_owned())
}

/// Returns the order of bytes that a member names; older files have no such member.
fn byte_order(archive: &mut Archive, folder: &str) -> Result<ByteOrder, ModelError> {
    let name = format!("{folder}byteorder");
    if !archive.names().contains(&name) {
        return Ok(ByteOrder::Little);
    }
    let mut order = String::new();
    archive.member(&name)?.take(16).read_to_string(&mut order)?;
    match order.trim() {
        "little" => Ok(ByteOrder::Little),
        "big" => Ok(ByteOrder::Big),
        other => Err(ModelError::field("byteorder", format!("`{other}`"), "little or big")),
    }
}

/// Returns the precision that holds the numbers of all layers: 32 bits, unless a tensor has 64.
fn precision(
    views: &HashMap<&str, &TensorView>,
    layers: &[LayerTensors],
) -> Result<Precision, ModelError> {
    let mut precision = Precision::F32;
    for name in layers.iter().flat_map(|layer| [&layer.weight, &layer.bias]) {
        let number = views[name.as_str()].number;
        if !number.is_float() {
            let found = format!("of type {}", number.name());
            let expected = "float32, float64, float16 or bfloat16";
            return Err(ModelError::field(name, found, expected));
        }
        if number == NumberType::F64 {
            precision = Precision::F64;
        }
    }
    Ok(precision)
}

#[cfg(test)]
mod tests;
