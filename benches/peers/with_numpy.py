"""The workload in numpy: matrix products of a mini-batch, everything in place."""

import numpy as np

from timing import train_for


class Peer:
    formulation = "matrix products, in place"

    def __init__(self, workload):
        self.workload = workload
        self.orders = [workload.order(1).astype(np.intp) for _ in range(4)]
        self.gradients = [np.empty_like(w) for w in workload.weights]
        sizes = {workload.batch, workload.rest} - {0}
        self.buffers = {m: Buffers(workload.sizes, m, workload.inputs.dtype) for m in sizes}
        self.restart()
        self.advance(self.orders[0])

    def restart(self):
        self.weights = [w.copy() for w in self.workload.weights]
        self.biases = [b.copy() for b in self.workload.biases]

    def train(self, seconds):
        return train_for(seconds, self.advance, self.orders)

    def layers(self):
        return zip(self.weights, self.biases)

    def advance(self, order):
        with np.errstate(over="ignore"):  # exp(-z) may be infinite: then a is 0
            for first in range(0, len(order), self.workload.batch):
                self.step(order[first : first + self.workload.batch])

    def step(self, rows):
        buffers = self.buffers[len(rows)]
        np.take(self.workload.inputs, rows, axis=0, out=buffers.a[0], mode="clip")
        np.take(self.workload.targets, rows, axis=0, out=buffers.y, mode="clip")
        self.forward(buffers)
        self.descend(buffers, self.workload.eta / len(rows))

    def forward(self, buffers):
        for weights, biases, a, z in zip(self.weights, self.biases, buffers.a, buffers.a[1:]):
            np.matmul(a, weights.T, out=z)
            z += biases
            np.negative(z, out=z)
            np.exp(z, out=z)
            z += 1
            np.reciprocal(z, out=z)

    def descend(self, buffers, rate):
        np.subtract(buffers.a[-1], buffers.y, out=buffers.delta[-1])
        for layer in reversed(range(len(self.weights))):
            a, delta = buffers.a[layer], buffers.delta[layer]
            np.matmul(delta.T, a, out=self.gradients[layer])
            if layer > 0:
                before, slope = buffers.delta[layer - 1], buffers.slope[layer - 1]
                np.matmul(delta, self.weights[layer], out=before)
                np.subtract(1, a, out=slope)
                slope *= a
                before *= slope
            self.gradients[layer] *= rate
            self.weights[layer] -= self.gradients[layer]
            self.biases[layer] -= rate * delta.sum(axis=0)


class Buffers:
    """Room for m examples: activations a of every layer, delta and slope of all but the inputs."""

    def __init__(self, sizes, m, dtype):
        self.a = [np.empty((m, size), dtype) for size in sizes]
        self.delta = [np.empty_like(a) for a in self.a[1:]]
        self.slope = [np.empty_like(a) for a in self.a[1:]]
        self.y = np.empty((m, sizes[-1]), dtype)
