"""Writes the files .pt and .npz of this folder, with the numbers of good.safetensors (PyTorch 2.15, NumPy 2.4.6)."""

import argparse
import collections
import datetime
import os
import pathlib
import zipfile

import numpy as np
import torch
from safetensors.numpy import load_file

tensors = load_file("good.safetensors")
names = ("layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias")
w1, b1, w2, b2 = (torch.tensor(tensors[name]) for name in names)
model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Sigmoid(), torch.nn.Linear(3, 2))
with torch.no_grad():
    for parameter, numbers in zip(model.parameters(), (w1, b1, w2, b2)):
        parameter.copy_(numbers)
state = model.state_dict()
named = collections.OrderedDict(zip(("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"), (w1, b1, w2, b2)))

torch.save(state, "sequential.pt")
torch.save(state, "protocol4.pt", pickle_protocol=4)
torch.save(state, "old.pt", _use_new_zipfile_serialization=False)
torch.save(model, "module.pt")
torch.jit.save(torch.jit.script(model), "script.pt")
torch.save(list(model.parameters()), "parameters.pt")
torch.save({key: value.half() for key, value in state.items()}, "half.pt")
torch.save({key: value.bfloat16() for key, value in state.items()}, "bf16.pt")

# A checkpoint with an optimiser that has taken a step, so that it holds tensors of its own.
trained = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Sigmoid(), torch.nn.Linear(3, 2))
optimiser = torch.optim.Adam(trained.parameters())
trained(torch.ones(1, 2)).sum().backward()
optimiser.step()
checkpoint = {"epoch": 3, "model_state_dict": state, "loss": 0.25, "optimizer_state_dict": optimiser.state_dict()}
torch.save(checkpoint, "checkpoint.pt")

# A checkpoint with what people keep beside the weights.
beside = {
    "best": np.float64(0.97),
    "when": datetime.datetime(2026, 11, 30),
    "args": argparse.Namespace(lr=0.1),
    "path": pathlib.PurePosixPath("runs/1"),
    "shape": torch.Size([2, 3]),
    "seen": {1, 2},
    "curve": np.arange(3.0),
}
torch.save({"state_dict": state, **beside}, "beside.pt")
torch.save({"state_dict": state, **beside}, "beside4.pt", pickle_protocol=4)

# Views of other strides, and all tensors in one storage.
turned = {name: value.t().contiguous().t() if value.dim() == 2 else value for name, value in named.items()}
torch.save(turned, "strided.pt")
flat, at = torch.cat([value.flatten() for value in named.values()]), 0
for name, value in named.items():
    named[name] = flat[at : at + value.numel()].view(value.shape)
    at += value.numel()
torch.save(named, "flat.pt")

# As a machine of the other byte order writes it.
with zipfile.ZipFile("sequential.pt") as little, zipfile.ZipFile("big.pt", "w") as big:
    for name in little.namelist():
        content = little.read(name)
        if name.endswith("/byteorder"):
            content = b"big"
        elif "/data/" in name:
            content = np.frombuffer(content, "<f4").astype(">f4").tobytes()
        big.writestr(name, content)


class Evil:
    def __reduce__(self):
        return (os.system, ("touch evil",))


torch.save({"0.weight": w1, "x": Evil()}, "evil.pt")

arrays = [value.numpy() for value in (w1, b1, w2, b2)]
np.savez("named.npz", **dict(zip(("W1", "b1", "W2", "b2"), arrays)))
np.savez_compressed("packed.npz", **dict(zip(("0.weight", "0.bias", "2.weight", "2.bias"), arrays)))
np.savez("unnamed.npz", arrays[0].T, arrays[1], arrays[2].T, arrays[3])
np.savez("fortran-big.npz", W1=np.asfortranarray(arrays[0].astype(">f4")), b1=arrays[1], W2=arrays[2], b2=arrays[3])
np.savez("object.npz", weights=np.array([arrays[0], arrays[2]], dtype=object), b1=arrays[1])
