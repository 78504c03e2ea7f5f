"""Trains a workload with a peer and prints how fast, a line of JSON for each measurement."""

import argparse
import importlib
import importlib.util
import json
import sys
from pathlib import Path

import pinning

PEERS = ("numpy", "jax-plain", "jax-scan", "jax-gathered", "torch", "playground")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--workload", default="all", help="W1,W4, or all", metavar="NAMES")
    add("--peer", default="all", help=f"of {', '.join(PEERS)}; or all", metavar="NAMES")
    add("--precision", default="f32", choices=("f32", "f64"))
    add("--threads", default=1, type=int)
    add("--seconds", default=1.0, type=float, help="the least time of a measurement")
    add("--repeats", default=3, type=int, help="measurements of each")
    add("--data", type=Path, help="the folder of MNIST's files [else: $XENTVIZ_DATA]")
    add("--playground", type=Path, help="a checkout of the TensorFlow playground")
    add("--serve", action="store_true", help="measure once for each line of standard input")
    return parser.parse_args()


def builders(args):
    """How to prepare each peer that is there, by its name."""
    found = {
        "numpy": lambda w: importlib.import_module("with_numpy").Peer(w),
        "jax-plain": lambda w: importlib.import_module("with_jax").plain(w),
        "jax-scan": lambda w: importlib.import_module("with_jax").scan(w),
        "jax-gathered": lambda w: importlib.import_module("with_jax").gathered(w),
    }
    if importlib.util.find_spec("torch"):
        found["torch"] = lambda w: importlib.import_module("with_torch").Peer(w)
    if args.playground:
        playground = importlib.import_module("with_playground")
        found["playground"] = lambda w: playground.Peer(w, args.playground)
    return found


def chosen(asked, known, what):
    """Those of `known` that were asked for."""
    names = known if asked == "all" else asked.split(",")
    for name in names:
        if name not in known:
            sys.exit(f"{what} {name!r}: there is {', '.join(known)}")
    return list(names)


def makes_sense(peer, workload):
    """The playground's network is not made for pictures; of one example nothing is gathered."""
    if peer == "playground":
        return workload.sizes[-1] == 1
    return peer != "jax-gathered" or workload.examples > 1


def measurement(peer, workload, args, name):
    """Trains anew from the start for a while."""
    peer.restart()
    examples, taken = peer.train(args.seconds)
    return {
        "workload": workload.name,
        "peer": name,
        "precision": getattr(peer, "precision", args.precision),
        "threads": args.threads,
        "examples_per_second": examples / taken,
        "epochs": examples / workload.examples,
        "final_cost": workload.cost(peer.layers()),
        "formulation": peer.formulation,
    }


def measure(args):
    # Not before the cores are held: numpy counts them when it is imported.
    from workload import load, names

    build = builders(args)
    workloads = chosen(args.workload, names(), "workload")
    peers = chosen(args.peer, list(build), "peer")
    for workload in (load(name, args.precision, args.data) for name in workloads):
        for name in peers:
            if makes_sense(name, workload):
                peer = build[name](workload)
                for _ in sys.stdin if args.serve else range(args.repeats):
                    print(json.dumps(measurement(peer, workload, args, name)), flush=True)


if __name__ == "__main__":
    arguments = arguments()
    pinning.hold_libraries_to(arguments.threads)
    pinning.hold_to(pinning.cores(arguments.threads))
    measure(arguments)
