"""Races xentviz against its peers, turn by turn, and prints the ratios."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import pinning

HERE = Path(__file__).resolve().parent
WORKLOADS = HERE.parent / "workloads"
BINARY = HERE.parent.parent / "target" / "release" / "xentviz"


@dataclass(frozen=True)
class Race:
    """What ratio is aimed at in f32, and against whom: the fastest of them counts."""

    target: float
    contenders: tuple
    """(peer, threads)"""


SCAN = ("jax-scan", 1)
GATHERED = ("jax-gathered", 1)
PLAYGROUND = ("playground", 1)

RACES = {
    "W1": Race(6, (SCAN,)),
    "W2": Race(3, (SCAN,)),
    "W3": Race(3.4, (SCAN, ("jax-scan", 2))),
    "W4": Race(15, (SCAN, GATHERED, PLAYGROUND)),
    "W5": Race(3, (SCAN, PLAYGROUND)),
    "W5-MANY": Race(3, (SCAN, GATHERED, PLAYGROUND)),
    "W6": Race(1.4, (SCAN,)),
}

SHARE = {"f32": 1, "f64": 0.5}
"""Of the target in each precision; the peers stay with f32."""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--only", default=",".join(RACES), help="W1,W4", metavar="NAMES")
    add("--precision", default="f32", help="of xentviz: f32, f64 or f32,f64")
    add("--rounds", default=5, type=int)
    add("--seconds", default=1.0, type=float, help="the least time of a peer's turn")
    against = add("--against", type=contender, nargs="+", help="other peers, as jax-plain:1")
    against.metavar = "PEER:THREADS"
    add("--binary", default=BINARY, type=Path, help="xentviz [target/release/xentviz]")
    add("--data", type=Path, help="the folder of MNIST's files [else: $XENTVIZ_DATA]")
    add("--playground", type=Path, help="a checkout of the TensorFlow playground, to race too")
    add("--json", action="store_true", help="print every measurement as a line of JSON")
    args = parser.parse_args()
    args.only, args.precision = args.only.split(","), args.precision.split(",")
    for asked, known in ((args.only, RACES), (args.precision, SHARE)):
        if unknown := set(asked) - set(known):
            parser.error(f"{', '.join(sorted(unknown))}: there is {', '.join(known)}")
    return args


def contender(text):
    name, _, threads = text.partition(":")
    return name, int(threads or 1)


class Xentviz:
    """`xentviz run` of a workload, on one core."""

    def __init__(self, args, name, precision):
        self.args, self.name, self.precision = args, name, precision
        self.first_epoch = self.run("--epochs=1")

    def run(self, *flags):
        with tempfile.TemporaryDirectory() as folder:
            summary = Path(folder) / "summary.json"
            command = [self.args.binary, "run", WORKLOADS / f"{self.name.lower()}.toml"]
            command += [f"--precision={self.precision}", "--summary", summary, *flags]
            data = {"XENTVIZ_DATA": str(self.args.data)} if self.args.data else {}
            ended = subprocess.run(
                command,
                env=os.environ | data,
                capture_output=True,
                preexec_fn=partial(pinning.hold_to, pinning.cores(1)),
            )
            if ended.returncode:
                sys.exit(ended.stderr.decode())
            return json.loads(summary.read_text())

    def measure(self):
        summary = self.run()
        arm = summary["arms"][0]
        if arm["diverged_at_step"] is not None:
            sys.exit(f"{self.name} {self.precision}: diverged")
        return {
            "workload": self.name,
            "peer": "xentviz",
            "precision": self.precision,
            "threads": summary["threads"],
            "examples_per_second": arm["examples"] / arm["training_seconds"],
            "examples_per_second_overall": self.overall(summary),
            "epochs": arm["epochs"],
            "final_cost": arm["cost"],
        }

    def overall(self, summary):
        """By the clock on the wall: what came after the first epoch, so that neither loading nor
        the evaluations at the start and the end count, but dealing the mini-batches does."""
        examples, seconds = (
            whole - first for whole, first in zip(extent(summary), extent(self.first_epoch))
        )
        return examples / seconds


def extent(summary):
    """Examples trained on, and the seconds it took from loaded data to the end."""
    return summary["arms"][0]["examples"], summary["wall_seconds"] - summary["load_seconds"]


class Peer:
    """A peer in a process of its own, which has compiled once and then measures when asked."""

    def __init__(self, args, workload, contender):
        self.name, self.threads = contender
        command = [sys.executable, HERE / "peers.py", "--serve", "--workload", workload]
        command += ["--peer", self.name, "--threads", str(self.threads)]
        command += ["--seconds", str(args.seconds)]
        for flag in ("data", "playground"):
            if folder := getattr(args, flag):
                command += [f"--{flag}", folder]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe)
        self.rates = []

    def measure(self):
        print(file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name}: ended without an answer")
        measured = json.loads(line)
        self.rates.append(measured["examples_per_second"])
        return measured

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def race(args, name):
    """Lets all take turns; gives an outcome for each precision."""
    wanted = args.against or RACES[name].contenders
    peers = [Peer(args, name, c) for c in wanted if c != PLAYGROUND or args.playground]
    for peer in peers:
        peer.measure()  # prepared before anybody is timed
        peer.rates.clear()
    runs = [Xentviz(args, name, precision) for precision in args.precision]
    ours = {run.precision: [] for run in runs}
    for _ in range(args.rounds):
        for racer in runs + peers:
            measured = racer.measure()
            if racer in runs:
                ours[racer.precision].append(measured)
            if args.json:
                print(json.dumps(measured), flush=True)
    for peer in peers:
        peer.end()
    strongest = max(peers, key=lambda peer: median(peer.rates))
    return [outcome(name, precision, ours[precision], strongest) for precision in ours]


def outcome(name, precision, ours, peer):
    rates = [measured["examples_per_second"] for measured in ours]
    overall = [measured["examples_per_second_overall"] for measured in ours]
    ratios = [rate / against for rate, against in zip(rates, peer.rates)]
    return {
        "workload": name,
        "precision": precision,
        "examples_per_second": median(rates),
        "peer": peer.name,
        "peer_threads": peer.threads,
        "peer_examples_per_second": median(peer.rates),
        "ratio": median(ratios),
        "least": min(ratios),
        "most": max(ratios),
        "ratio_overall": median(rate / against for rate, against in zip(overall, peer.rates)),
        "target": RACES[name].target * SHARE[precision],
    }


def counted(rate):
    return f"{rate / 1e6:.2f} M" if rate >= 1e6 else f"{rate / 1e3:.1f} k"


HEADING = ("workload", "xentviz", "peer", "", "ratio (least .. most)", "overall", "target")
ROW = "{:12} {:>9}   {:16} {:>9}   {:24} {:>8} {:>8}"


def row(o):
    return ROW.format(
        f"{o['workload']} {o['precision']}",
        counted(o["examples_per_second"]),
        f"{o['peer']} {o['peer_threads']}t",
        counted(o["peer_examples_per_second"]),
        f"x{o['ratio']:.2f} (x{o['least']:.2f} .. x{o['most']:.2f})",
        f"x{o['ratio_overall']:.2f}",
        f"x{o['target']:.3g}",
    )


def main():
    args = arguments()
    if not args.json:
        print(ROW.format(*HEADING))
    for name in args.only:
        for result in race(args, name):
            print(json.dumps(result) if args.json else row(result), flush=True)


if __name__ == "__main__":
    main()
