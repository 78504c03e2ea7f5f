"""The workload in the network of the TensorFlow playground, in node. It knows f64 alone."""

import json
import subprocess
from pathlib import Path

RUNNER = Path(__file__).resolve().with_name("playground.mjs")

STRETCH = 10_000
"""An order has about so many examples, an epoch at least."""


class Peer:
    formulation = "one neuron after the other"
    precision = "f64"

    def __init__(self, workload, checkout):
        self.workload = workload
        epochs = max(1, STRETCH // workload.examples)
        pipe = subprocess.PIPE
        self.node = subprocess.Popen(["node", RUNNER, checkout], text=True, stdin=pipe, stdout=pipe)
        task = {
            "sizes": workload.sizes,
            "batch": workload.batch,
            "eta": workload.eta,
            "inputs": workload.inputs.tolist(),
            "targets": workload.targets[:, 0].tolist(),
            "orders": [workload.order(epochs).tolist() for _ in range(4)],
            "weights": [w.tolist() for w in workload.weights],
            "biases": [b.tolist() for b in workload.biases],
        }
        self.ask(task)
        self.train(0.5)

    def ask(self, question):
        print(json.dumps(question), file=self.node.stdin, flush=True)
        return json.loads(self.node.stdout.readline() or "null")

    def restart(self):
        """The runner begins anew with every measurement."""

    def train(self, seconds):
        self.answer = self.ask({"seconds": seconds})
        return self.answer["examples"], self.answer["seconds"]

    def layers(self):
        return zip(self.answer["weights"], self.answer["biases"])
