"""The workload in torch by hand: the gradients written down, no autograd, everything in place."""

import os

import torch

from timing import train_for


class Peer:
    formulation = "by hand, addmm_"

    def __init__(self, workload):
        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        self.workload = workload
        self.inputs = torch.tensor(workload.inputs)
        self.targets = torch.tensor(workload.targets)
        self.orders = [torch.tensor(workload.order(1)) for _ in range(4)]
        self.restart()
        self.advance(self.orders[0])

    def restart(self):
        self.weights = [torch.tensor(w) for w in self.workload.weights]
        self.biases = [torch.tensor(b) for b in self.workload.biases]

    def train(self, seconds):
        return train_for(seconds, self.advance, self.orders)

    def layers(self):
        return [(w.numpy(), b.numpy()) for w, b in zip(self.weights, self.biases)]

    @torch.inference_mode()
    def advance(self, order):
        for rows in order.split(self.workload.batch):
            self.step(rows)

    def step(self, rows):
        a = [self.inputs.index_select(0, rows)]
        for weights, biases in zip(self.weights, self.biases):
            a.append(torch.addmm(biases, a[-1], weights.t()).sigmoid_())
        delta = a[-1].sub_(self.targets.index_select(0, rows))
        rate = self.workload.eta / len(rows)
        for layer in reversed(range(len(self.weights))):
            if layer > 0:
                slope = torch.addcmul(a[layer], a[layer], a[layer], value=-1)
                before = torch.mm(delta, self.weights[layer]).mul_(slope)
            self.weights[layer].addmm_(delta.t(), a[layer], alpha=-rate)
            self.biases[layer].sub_(delta.sum(0), alpha=rate)
            if layer > 0:
                delta = before
