"""A sweep that is watched rule by rule."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import tape
from ..strong import all_finite, immediate
from ..tape import Bundle, Node

if TYPE_CHECKING:
    from ._report import Report


class _Depth(threading.local):
    """In how many sweeps this thread is: what is recorded in one is the sweep's, not the program's."""

    sweeps = 0


depth = _Depth()


class Sweep:
    """A sweep, rule by rule."""

    def __init__(self, run: Callable[..., Any], reports: list[Report]) -> None:
        self.run, self.reports = run, reports
        self.found: list[tuple[Report, Any]] = []
        self.kind = "tangent" if run is tape._forward else "cotangent"
        for report in reports:
            report._sweeps += 1

    def __call__(self, *args: Any) -> Any:
        *head, transform, lead = args
        for report, finding in self.found:
            report._withdraw(finding)
        self.found = []

        def how(rule: Callable[..., Any], node: Node, i: int, operand: Node, t: Any, saved: Sequence[Any]) -> Any:
            c = rule(t, *saved) if transform is None else transform(rule, node, i, operand, t, saved)
            self.look(node, i, operand, t, c, saved)
            return c

        depth.sweeps += 1
        try:
            with np.errstate(all="ignore"):
                return self.run(*head, how, lead)
        finally:
            depth.sweeps -= 1

    def look(self, node: Node, i: int, operand: Node, t: Any, c: Any, saved: Sequence[Any]) -> None:
        """Note a rule that makes a non-finite cotangent of a finite one, or zeros of what is not zero."""
        if self.kind == "cotangent" and vanishes(t, c):
            for report in self.reports:
                report._silent[node.order, operand.order] = None
        if not finite(t):
            if not self.found:
                detail = f"the {self.kind} that arrives here is not finite: the seed, or a sum of finite ones"
                self.found = [(r, r._derived(self.kind, node, detail, t, None, ())) for r in self.reports]
        elif c is not None and not finite(c):
            several = node.primitive is not None and node.primitive.variadic
            number = next(k for k, v in enumerate(node.operands) if v is operand) if several else i
            detail = f"its rule by operand {number} makes a {self.kind} that is not finite of one that is"
            self.found += [(r, r._derived(self.kind, node, detail, t, c, (i, saved))) for r in self.reports]


def _parts(x: Any) -> list[Any]:
    """The arrays in a cotangent that can be looked at."""
    values = list(x.parts.values()) if type(x) is Bundle else x if isinstance(x, (list, tuple)) else [x]
    arrays = [np.asarray(v) if isinstance(v, (int, float, complex)) else getattr(v, "_buffer", v) for v in values]
    return [v for v in arrays if immediate(v) and v.dtype.kind in "fc"]


def finite(x: Any) -> bool:
    """Whether every number is finite, as far as one can tell."""
    return all(map(all_finite, _parts(x)))


def vanishes(t: Any, c: Any) -> bool:
    """Whether a rule made nothing but zeros of a cotangent that is not zero."""
    parts = None if c is None else _parts(c)
    return parts != [] and not any(map(np.any, parts or ())) and any(map(np.any, _parts(t)))
