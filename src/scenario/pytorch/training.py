# TITLE

import gzip
import json
import sys
from collections import namedtuple
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

# SETTINGS
Arm = namedtuple("Arm", "name sizes hidden output cost init eta lam")


# The costs, summed over the outputs and the examples of a mini-batch. `z` is the weighted input of
# the last layer; where a cost can be computed from z, nothing is lost where a rounds to 0 or 1.
def quadratic(z, y, output):
    return ((output(z) - y) ** 2).sum() / 2


def cross_entropy(z, y, output):
    return F.binary_cross_entropy_with_logits(z, y, reduction="sum")


def log_likelihood(z, y, output):
    return F.cross_entropy(z, y, reduction="sum")


def softmax(z):
    return torch.softmax(z, dim=1)


def identity(z):
    return z


# The initial weights, of shape (outputs, inputs), and biases.
def scaled(layers):
    for layer in layers:
        nn.init.normal_(layer.weight, std=layer.in_features**-0.5)
        nn.init.normal_(layer.bias, std=1)


def large(layers):
    for layer in layers:
        nn.init.normal_(layer.weight, std=1)
        nn.init.normal_(layer.bias, std=1)


def xavier(layers):
    for layer in layers:
        nn.init.xavier_normal_(layer.weight)
        nn.init.zeros_(layer.bias)


def zero(layers):
    for layer in layers:
        nn.init.zeros_(layer.weight)
        nn.init.zeros_(layer.bias)


def given(numbers):
    def start(layers):
        for layer, (weights, biases) in zip(layers, numbers):
            layer.load_state_dict({"weight": torch.tensor(weights), "bias": torch.tensor(biases)})

    return start


def network(arm, saved):
    """The layers up to z of the last one; the cost applies the output function."""
    parts = []
    for inputs, outputs in zip(arm.sizes, arm.sizes[1:]):
        parts += [nn.Linear(inputs, outputs), arm.hidden()]
    net = nn.Sequential(*parts[:-1])
    torch.manual_seed(SEED)
    arm.init([part for part in net if isinstance(part, nn.Linear)])
    if saved:
        from safetensors.torch import load_file

        net.load_state_dict(load_file(saved.replace("{arm}", arm.name)))
    return net


# ACCURACY


def report(arm, net, weights, epoch):
    record = {"arm": arm.name, "epoch": epoch}
    with torch.no_grad():
        squares = sum((w**2).sum().item() for w in weights)
        for part, x, y in (("", X, Y), ("test_", X_TEST, Y_TEST)):
            if len(x) == 0:
                continue
            z = net(x)
            cost = arm.cost(z, y, arm.output).item() / len(x)
            if not part:
                record["cost_data"] = cost
                cost += arm.lam / (2 * len(x)) * squares
            record[part + "cost"] = cost
            record[part + "accuracy"] = accuracy(arm.output(z), y)
    print(json.dumps(record), flush=True)


def train(arm, saved=None):
    net = network(arm, saved)
    weights = [w for name, w in net.named_parameters() if name.endswith("weight")]
    biases = [b for name, b in net.named_parameters() if name.endswith("bias")]
    n = len(X)
    # w ← (1 − ηλ/n) w − (η/m) Σ ∂C/∂w over the m examples of a mini-batch; biases have no λ.
    decayed = {"params": weights, "weight_decay": arm.lam / n}
    sgd = torch.optim.SGD([decayed, {"params": biases}], lr=arm.eta)
    report(arm, net, weights, 0)
    for epoch in range(1, EPOCHS + 1):
        order = torch.randperm(n) if SHUFFLE else torch.arange(n)
        for rows in order.split(BATCH):
            sgd.zero_grad()
            (arm.cost(net(X[rows]), Y[rows], arm.output) / len(rows)).backward()
            sgd.step()
        if epoch == EPOCHS or (EVALUATE and epoch % EVALUATE == 0):
            report(arm, net, weights, epoch)


ARMS = [
# ARMS
]

# DATA

for arm in ARMS:
    train(arm, *sys.argv[1:2])
