"""A chain of 1,000,000 operations, built, swept and freed: linear time, bounded memory, no recursion."""

from __future__ import annotations

from benchmarks.works import chain
from benchmarks.works.work import Work

WORK = Work(
    name="million_chain",
    cases={"1 element": {"size": 1, "both": False, "repetitions": 500_000}},
    contenders={"ours": chain.ours, "torch": chain.torch},
    unit="chain of 1,000,000 operations",
    fresh=True,
    quick=None,
    rounds=5,
)
