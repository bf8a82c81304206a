"""Cost against size: length of a chain, elements, steps of an RNN, depth and width of an MLP.

The report fits a power of the size to the times; the `exponent` here is the one that the arithmetic has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.works import chain, mlp_adam, recurrent
from benchmarks.works.work import Growth, Work


def grown(
    name: str,
    of: Work,
    sizes: Sequence[int],
    case: Callable[[int], dict[str, Any]],
    quick: dict[str, Any],
    exponent: float = 1.0,
) -> Work:
    """A work with a case for each size, by our library and PyTorch."""
    return Work(
        name=name,
        cases={f"{size:,}": case(size) for size in sizes},
        contenders={contender: of.contenders[contender] for contender in ("ours", "torch")},
        growth=Growth({f"{size:,}": size for size in sizes}, exponent),
        quick=quick,
        rounds=10,
        tolerance=1e-3,
    )


WORKS = (
    grown(
        "operations_of_a_chain", chain.WORK, (2_000, 8_000, 32_000, 128_000),
        lambda size: {"size": 1, "both": False, "repetitions": size // 2}, quick={"repetitions": 20},
    ),
    grown(
        "elements_of_a_chain", chain.WORK, (125_000, 250_000, 500_000, 1_000_000),
        lambda size: {"size": size, "both": False, "repetitions": 10, "dtype": "float32"}, quick={"size": 100},
    ),
    grown(
        "steps_of_an_rnn", recurrent.WORK, (100, 200, 400, 800),
        lambda size: {"layer": "RNN", "steps": size, "batch": 16, "inputs": 32, "hidden": 64}, quick={"steps": 3},
    ),
    grown(
        "depth_of_an_mlp", mlp_adam.WORK, (8, 16, 32, 64),
        lambda size: {"sizes": [64] * size + [10], "batch": 64}, quick={"batch": 2},
    ),
    grown(
        "width_of_an_mlp", mlp_adam.WORK, (256, 512, 1024, 2048),
        lambda size: {"sizes": [size] * 3, "batch": 64}, quick={"sizes": [4, 4, 4]}, exponent=2.0,
    ),
)  # fmt: skip
