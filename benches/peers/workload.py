"""A workload as its scenario file describes it: network, examples, and the orders they come in."""

import gzip
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent.parent / "workloads"


def names():
    """The names of all workloads: W1, W2, …"""
    return sorted(path.stem.upper() for path in FOLDER.glob("w*.toml"))


def scenario_path(name):
    return FOLDER / f"{name.lower()}.toml"


@dataclass
class Workload:
    """n examples are rows: inputs (n, k), targets (n, outputs)."""

    name: str
    sizes: list
    batch: int
    eta: float
    shuffled: bool
    inputs: np.ndarray
    targets: np.ndarray
    weights: list
    """For each layer (outputs, inputs)."""
    biases: list
    """For each layer (outputs)."""
    chance: np.random.Generator
    pixels: np.ndarray | None
    """Of pictures the bytes that `inputs` are 256ths of."""

    @property
    def examples(self):
        return len(self.inputs)

    @property
    def steps_per_epoch(self):
        return -(-self.examples // self.batch)

    @property
    def rest(self):
        """Examples in a smaller last mini-batch of an epoch; 0 where there is none."""
        return self.examples % self.batch

    def order(self, epochs):
        """The order of so many epochs, of rows of examples."""
        rows = np.arange(self.examples, dtype=np.int32)
        orders = (self.chance.permutation(rows) if self.shuffled else rows for _ in range(epochs))
        return np.concatenate(list(orders))

    def cost(self, layers):
        """The mean cross-entropy over all examples, from z, of (weights, biases) of each layer."""
        a = self.inputs.astype(np.float64)
        for weights, biases in layers:
            z = a @ np.asarray(weights, np.float64).T + np.asarray(biases, np.float64)
            a = 1 / (1 + np.exp(-np.clip(z, -700, 700)))
        return float((np.logaddexp(0, z) - self.targets * z).sum(axis=1).mean())


def load(name, precision, data=None):
    """Reads a workload; `data` is the folder of MNIST's files."""
    with open(scenario_path(name), "rb") as file:
        scenario = tomllib.load(file)
    training, network = scenario["training"], scenario["network"]
    assert training["lambda"] == 0, "the peers train without the L2 term"
    dtype = {"f32": np.float32, "f64": np.float64}[precision]
    chance = np.random.default_rng(scenario["seed"])
    inputs, targets, pixels = examples(scenario["data"], chance, data)
    weights, biases = start(network, chance)
    return Workload(
        name=name,
        sizes=network["layers"],
        batch=training["batch"],
        eta=training["eta"],
        shuffled=training["shuffle"] and len(inputs) > 1,
        inputs=inputs.astype(dtype),
        targets=targets.astype(dtype),
        weights=[w.astype(dtype) for w in weights],
        biases=[b.astype(dtype) for b in biases],
        chance=chance,
        pixels=pixels,
    )


def examples(data, chance, folder):
    """Inputs, targets, and of pictures their bytes."""
    match data["kind"]:
        case "mnist":
            return mnist(data["train"], folder)
        case "circle":
            return *circle(data["train"], chance), None
        case "table":
            return np.array(data["inputs"], float), np.array(data["targets"], float), None
        case kind:
            raise SystemExit(f"the peers know no data of kind {kind!r}")


def mnist(count, folder):
    folder = folder or os.environ.get("XENTVIZ_DATA")
    if not folder:
        raise SystemExit("where MNIST is: --data FOLDER, or the environment variable XENTVIZ_DATA")
    pixels = idx(Path(folder) / "train-images-idx3-ubyte", 16)[: count * 784].reshape(count, 784)
    digits = idx(Path(folder) / "train-labels-idx1-ubyte", 8)[:count]
    return pixels.astype(np.float32) / 256, np.eye(10)[digits], pixels


def idx(path, header):
    """The bytes of an IDX file, packed or not, behind its header."""
    packed = path.with_name(path.name + ".gz")
    content = gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()
    return np.frombuffer(content, np.uint8, offset=header)


def circle(count, chance):
    """A disc of radius 2.5 within a ring from 3.5 to 5, half of the points in each."""
    inside = np.arange(count) < -(-count // 2)
    radius = np.where(inside, chance.uniform(0, 2.5, count), chance.uniform(3.5, 5, count))
    angle = chance.uniform(0, 2 * np.pi, count)
    points = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    return points, inside[:, None].astype(float)


def start(network, chance):
    """The weights and biases that are given, or else drawn: N(0, 1/inputs) and N(0, 1)."""
    if "weights" in network:
        return [[np.array(layer, float) for layer in network[key]] for key in ("weights", "biases")]
    assert network["init"] == "scaled", "the peers know no other start"
    pairs = list(zip(network["layers"], network["layers"][1:]))
    weights = [chance.normal(0, k**-0.5, (j, k)) for k, j in pairs]
    return weights, [chance.normal(0, 1, j) for _, j in pairs]
