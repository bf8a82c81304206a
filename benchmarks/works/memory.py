"""Peak memory of training: how far two steps of each model take a fresh process beyond model and data.

Two, because the first creates the optimiser's state, and from the second on all is there that there will be. A process
has done the step in small before, with which libraries load what they load on first use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.works import cnn, elementwise, mlp_adam, recurrent
from benchmarks.works.work import MEMORY, Step, Target, Work


def trained(train: Callable[..., mlp_adam.Training]) -> Callable[..., Step]:
    """A contender's training as a step whose value is the gradients."""

    def contender(**case: Any) -> Step:
        step, _, gradients = train(**case)
        return lambda: (step(), gradients())[1]

    return contender


CONTENDERS = {
    "mlp_adam": {name: trained(train) for name, train in mlp_adam.TRAININGS.items()},
    "recurrent": recurrent.WORK.contenders,
    "elementwise": elementwise.WORK.contenders,
    "cnn": cnn.WORK.contenders,
}


def contender(name: str) -> Callable[..., Step]:
    """Two steps of a contender in the work that `model` names."""

    def twice(model: str, **case: Any) -> Step:
        step = CONTENDERS[model][name](**case)

        def steps() -> Any:
            step()  # whose value nobody keeps
            return step()

        return steps

    return twice


CASES = {
    f"{work.name}: {label}": {"model": work.name, **case}
    for work in (mlp_adam.WORK, recurrent.WORK, elementwise.WORK, cnn.WORK)
    for label, case in work.cases.items()
}

WORK = Work(
    name="memory",
    cases=CASES,
    contenders={name: contender(name) for name in ("ours", "torch")},
    targets=dict.fromkeys(CASES, (Target(1.0, ("torch",), MEMORY),)),
    unit="process",
    fresh=True,
    metrics=(MEMORY,),
    quick={**mlp_adam.WORK.quick, **recurrent.WORK.quick, **elementwise.WORK.quick, **cnn.WORK.quick},
    rounds=3,
    tolerance=1e-3,
)
