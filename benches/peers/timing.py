"""How long a training takes that goes on stretch by stretch."""

import time
from itertools import cycle


def train_for(seconds, advance, orders):
    """Calls `advance` with one order after the other; says how many examples in how long."""
    examples = 0
    began = time.perf_counter()
    for order in cycle(orders):
        advance(order)
        examples += len(order)
        taken = time.perf_counter() - began
        if taken >= seconds:
            return examples, taken
