"""A chain of 1,000,000 operations, built, swept and freed: linear time, bounded memory, no recursion."""

from __future__ import annotations

from benchmarks.works import chain
from benchmarks.works.work import MEMORY, TIME, Target, Work

WORK = Work(
    name="million_chain",
    cases={"1 element": {"size": 1, "both": False, "repetitions": 500_000}},
    contenders={"ours": chain.ours, "torch": chain.torch},
    targets={"1 element": (Target(0.5, ("torch",)), Target(0.8, ("torch",), MEMORY))},
    unit="chain of 1,000,000 operations",
    fresh=True,
    metrics=(TIME, MEMORY),
    quick={"repetitions": 20},
    rounds=5,
)
