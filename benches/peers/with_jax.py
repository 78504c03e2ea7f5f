"""The workload in JAX: whole stretches of steps compiled into one `lax.scan`.

There is more than one way to write a step down, and which is the fastest depends on the workload:
all that make sense are tried, and the fastest is kept.
"""

import time
from dataclasses import dataclass
from itertools import product

import jax
import jax.numpy as jnp
from jax import lax

from timing import train_for

SMALL = 100
"""Up to so many weights it is worth a try to unroll, and to do without matrix products."""

UNROLLED = (1, 4, 8, 16)

STRETCH = 1_000_000
"""A stretch is an epoch, or as many as have so many numbers: the call is lost in the training."""


def matrices():
    """(a, weights) → z, (delta, a) → gradients, (delta, weights) → delta before, as products."""
    return (lambda a, w: a @ w.T), (lambda d, a: d.T @ a), (lambda d, w: d @ w)


def sums():
    """The same as sums over a broadcast, which are fused with what is around them."""
    return (
        lambda a, w: (a[:, None, :] * w).sum(2),
        lambda d, a: (d[:, :, None] * a[:, None, :]).sum(0),
        lambda d, w: (d[:, :, None] * w).sum(1),
    )


@dataclass(frozen=True)
class Formulation:
    products: callable
    unroll: int
    from_bytes: bool
    gathered: bool

    def __str__(self):
        bytes_or_not = ", pixels as bytes" if self.from_bytes else ""
        return f"{self.products.__name__}, unrolled {self.unroll}{bytes_or_not}"


PLAIN = Formulation(matrices, unroll=1, from_bytes=False, gathered=False)
"""As one would write it down at first."""


def formulations(workload, gathered):
    """All that make sense for a workload."""
    is_small = sum(w.size for w in workload.weights) <= SMALL
    ways = product(
        (matrices, sums) if is_small else (matrices,),
        UNROLLED if is_small else (1,),
        (False,) if workload.pixels is None else (False, True),
    )
    return [Formulation(*way, gathered) for way in ways]


def descend(formulation, layers, x, y, eta):
    """One step: forward, backward, update. x is (m, inputs), y is (m, outputs)."""
    weighted, gradients, back = formulation.products()
    a = [x]
    for weights, biases in layers:
        a.append(jax.nn.sigmoid(weighted(a[-1], weights) + biases))
    delta = a[-1] - y
    rate = eta / len(x)
    descended = []
    for (weights, biases), a in zip(reversed(layers), reversed(a[:-1])):
        step = (weights - rate * gradients(delta, a), biases - rate * delta.sum(0))
        descended.insert(0, step)
        delta = back(delta, weights) * (a * (1 - a))
    return descended


def training(workload, formulation):
    """(layers, inputs, targets, order) → layers after all steps of that order, compiled."""
    rest = workload.rest
    dtype = workload.inputs.dtype

    def step(layers, batch):
        x, y = batch
        x = x.astype(dtype) / 256 if formulation.from_bytes else x
        return descend(formulation, layers, x, y, workload.eta), None

    def train(layers, inputs, targets, order):
        def gather(rows):
            arrays = (inputs, targets)
            return tuple(array.at[rows].get(mode="promise_in_bounds") for array in arrays)

        def gather_and_step(layers, rows):
            return step(layers, gather(rows))

        def only_step(layers, _):
            return step(layers, (inputs, targets))

        def scan(*args):
            return lax.scan(*args, unroll=formulation.unroll)[0]

        if workload.examples == 1:
            return scan(only_step, layers, None, len(order))
        whole, last = order[: len(order) - rest], order[len(order) - rest :]
        whole = whole.reshape(-1, workload.batch)
        if formulation.gathered:
            layers = scan(step, layers, gather(whole))
        else:
            layers = scan(gather_and_step, layers, whole)
        return gather_and_step(layers, last)[0] if rest else layers

    return jax.jit(train, donate_argnums=0)


def scan(workload):
    return Peer(workload, formulations(workload, gathered=False))


def gathered(workload):
    return Peer(workload, formulations(workload, gathered=True))


def plain(workload):
    return Peer(workload, [PLAIN])


class Peer:
    def __init__(self, workload, formulations):
        jax.config.update("jax_enable_x64", workload.inputs.dtype.itemsize == 8)
        self.workload = workload
        self.targets = jnp.asarray(workload.targets)
        numbers = workload.examples * (workload.sizes[0] + workload.sizes[-1])
        epochs = 1 if workload.rest else max(1, STRETCH // numbers)
        self.orders = [jnp.asarray(workload.order(epochs)) for _ in range(4)]
        self.choose(formulations)

    def choose(self, formulations):
        """Keeps the fastest, of two turns each."""
        trainings = {f: training(self.workload, f) for f in formulations}
        best = dict.fromkeys(formulations, float("inf"))
        for turn, (formulation, train) in product(range(3), trainings.items()):
            self.take(formulation, train)
            began = time.perf_counter()
            self.advance(self.orders[turn])
            if turn > 0:  # the first compiles
                best[formulation] = min(best[formulation], time.perf_counter() - began)
        fastest = min(best, key=best.get)
        self.take(fastest, trainings[fastest])

    def take(self, formulation, train):
        self.formulation, self.compiled = str(formulation), train
        from_bytes = formulation.from_bytes
        self.inputs = jnp.asarray(self.workload.pixels if from_bytes else self.workload.inputs)
        self.restart()

    def restart(self):
        pairs = zip(self.workload.weights, self.workload.biases)
        self.now = jax.block_until_ready([(jnp.array(w), jnp.array(b)) for w, b in pairs])

    def train(self, seconds):
        return train_for(seconds, self.advance, self.orders)

    def advance(self, order):
        now = self.compiled(self.now, self.inputs, self.targets, order)
        self.now = jax.block_until_ready(now)

    def layers(self):
        return self.now
