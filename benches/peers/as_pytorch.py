"""Runs the PyTorch programs of `xentviz show --as pytorch` and compares their costs with ours.

Each program begins at the weights that xentviz starts from and takes the examples in their stored
order, so that the numbers may differ by rounding alone.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

BINARY = Path(__file__).resolve().parent.parent.parent / "target" / "release" / "xentviz"

SCENARIOS = "saturated,and,xor,circle,spiral,iris,linear-output"

CHANGES = {
    "plain": [],
    "lambda": ["--set", "training.lambda=5"],
    "batch": ["--batch", "7"],
    "relu": ["--set", "network.hidden=relu"],
    "tanh": ["--set", "network.hidden=tanh"],
    "f32": ["--precision", "f32"],
}
"""Each with the built-in scenarios as they are, but for the order of the examples."""

FEW = ("saturated", "and", "linear-output")
"""They have too few examples for the mini-batch of `batch`."""

SOFTMAX = ["arm.cross-entropy.output=softmax", "arm.cross-entropy.cost=log-likelihood"]
SOFTMAX = [word for change in SOFTMAX for word in ("--set", change)]

TOLERANCE = {"f32": 2e-5}
"""The largest relative difference of a cost after a few epochs; 1e-11 in f64."""

COSTS = ("cost", "cost_data", "test_cost")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--only", default=SCENARIOS, help="xor,iris", metavar="NAMES")
    add("--epochs", default=5, type=int)
    add("--binary", default=BINARY, type=Path, help="xentviz [target/release/xentviz]")
    add("--data", help="the folder of MNIST's files, to compare it too")
    return parser.parse_args()


def called(*command, folder):
    ended = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True)
    if ended.returncode:
        sys.exit(f"{' '.join(map(str, command))}:\n{ended.stderr.decode()}")
    return ended.stdout.decode()


def costs(lines):
    """The costs by arm and epoch."""
    records = map(json.loads, lines.splitlines())
    return {(record["arm"], record["epoch"]): record for record in records}


def compared(binary, name, changes, epochs):
    """The number of compared costs, and the largest relative difference."""
    changes = ["--set", "training.shuffle=false", *changes]
    length = ["--epochs", epochs]
    with tempfile.TemporaryDirectory() as folder:
        program = called(binary, "show", name, "--as", "pytorch", *changes, *length, folder=folder)
        (Path(folder) / "program.py").write_text(program)
        start = "start-{arm}.safetensors"
        still = ["--epochs", 1, "--eta", "1e-300", "--names", "torch", "--save", start]
        called(binary, "run", name, *changes, *still, folder=folder)
        metrics = ["--metrics", "-"]
        ours = costs(called(binary, "run", name, *changes, *length, *metrics, folder=folder))
        theirs = costs(called(sys.executable, "program.py", start, folder=folder))
    if ours.keys() != theirs.keys():
        sys.exit(f"{name}: other arms or epochs: {ours.keys() ^ theirs.keys()}")
    pairs = [
        (record[cost], theirs[at][cost])
        for at, record in ours.items()
        for cost in COSTS
        if record.get(cost) is not None
    ]
    return len(pairs), max(abs(one - other) / max(abs(one), 1e-300) for one, other in pairs)


def main():
    args = arguments()
    runs = [(name, kind, CHANGES[kind]) for name in args.only.split(",") for kind in CHANGES]
    runs = [run for run in runs if run[1] != "batch" or run[0] not in FEW]
    runs += [(name, "softmax", SOFTMAX) for name in args.only.split(",") if name == "iris"]
    if args.data:
        few = ["--precision", "f32", "--set", "data.train=5000"]
        runs.append(("mnist", "f32", ["--data", args.data, *few]))
    failed = False
    for name, kind, changes in runs:
        count, most = compared(args.binary.resolve(), name, changes, args.epochs)
        is_close = most <= TOLERANCE.get(kind, 1e-11)
        failed |= not is_close
        print(f"{name:16} {kind:8} {count:4} costs, differ by {most:.1e}{'' if is_close else '  TOO MUCH'}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
