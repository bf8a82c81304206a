"""The chain y = y * a + a on arrays so large that the arithmetic and the memory decide, in float32."""

from __future__ import annotations

from benchmarks.works import chain
from benchmarks.works.work import Target, Work

CASES = {f"{size:,} elements": {"size": size, "both": False, "repetitions": 10, "dtype": "float32"}
         for size in (100_000, 1_000_000)}  # fmt: skip

WORK = Work(
    name="elementwise",
    cases=CASES,
    contenders={"ours": chain.ours, "torch": chain.torch, "numpy": chain.numpy},
    targets=dict.fromkeys(CASES, (Target(1.1, ("torch",)),)),
    unit="operation",
    units=lambda parameters: 2 * parameters["repetitions"],
    quick={"size": 100},
    tolerance=1e-5,
)
