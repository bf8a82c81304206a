"""The time to import a library beyond NumPy's own import, in fresh processes of the contender's interpreter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.contenders import CONTENDERS, OURS, ROOT
from benchmarks.works.work import Step, Target, Work


def process(contender: str, *modules: str) -> Callable[[], list[Any]]:
    """A step that starts an interpreter, imports the modules in it, and waits for its end."""
    path = f"import sys; sys.path.insert(0, {str(ROOT)!r}); " if contender == OURS else ""
    command = [sys.executable, "-I", "-c", f"{path}import {', '.join(modules)}"]

    def step() -> list[Any]:
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        return []

    return step


def library(contender: str) -> Callable[[], Step]:
    """The contender's function: NumPy and then the library."""
    return lambda: process(contender, "numpy", CONTENDERS[contender].module)


WORK = Work(
    name="import",
    cases={"beyond NumPy's": {}},
    contenders={contender: library(contender) for contender in (OURS, "torch", "hips", "mygrad")},
    targets={"beyond NumPy's": (Target(0.060),)},
    unit="import",
    baseline=lambda contender: process(contender, "numpy"),
    rounds=15,
)
