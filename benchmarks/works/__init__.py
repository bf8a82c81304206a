"""The works that are timed, a file each. To add one: write a function per contender, and list its `WORK` below.

A contender's function takes the case's parameters, prepares, and returns the step to time: a function without
arguments, forward and backward, whose value is the sequence of gradients (the harness checks that all agree).
Libraries are imported inside these functions, because each runs in a process that has only one of them.
"""

from benchmarks.works import (
    chain,
    cheap_gradient,
    cnn,
    derivatives,
    elementwise,
    growth,
    imports,
    memory,
    micrograd_mlp,
    micrograd_neurons,
    million_chain,
    mlp,
    mlp_adam,
    recurrent,
)
from benchmarks.works.work import Work

MODULES = (
    chain, micrograd_mlp, micrograd_neurons, mlp, mlp_adam, recurrent, elementwise, cnn, derivatives,
    million_chain, memory, cheap_gradient, imports,
)  # fmt: skip
WORKS: dict[str, Work] = {work.name: work for work in (*(module.WORK for module in MODULES), *growth.WORKS)}

__all__ = ["WORKS", "Work"]
