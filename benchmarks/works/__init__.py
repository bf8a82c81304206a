"""The works that are timed, a file each. To add one: write a function per contender, and list its `WORK` below.

A contender's function takes the case's parameters, prepares, and returns the step to time: a function without
arguments, forward and backward, whose value is the sequence of gradients (the harness checks that all agree).
Libraries are imported inside these functions, because each runs in a process that has only one of them.
"""

from benchmarks.works import chain, imports, micrograd_mlp, million_chain, mlp
from benchmarks.works.work import Work

WORKS: dict[str, Work] = {
    module.WORK.name: module.WORK for module in (chain, micrograd_mlp, mlp, million_chain, imports)
}

__all__ = ["WORKS", "Work"]
