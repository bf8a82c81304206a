"""Sweeps that are watched rule by rule."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from ..late import formed
from ..strong import all_finite, immediate
from ..tape import Bundle, Node

if TYPE_CHECKING:
    from ._report import Report


class _Depth(threading.local):
    """In how many sweeps this thread is: what is recorded in one is the sweep's, not the program's."""

    sweeps = 0


depth = _Depth()


class Look:
    """Who looks on at one sweep."""

    def begin(self, roots: Collection[Node], lead: int) -> None:
        """The sweep begins; for the second time, if it has to be run more carefully: then the first does not count."""

    def applied(self, node: Node, i: int, operand: Node, t: Any, c: Any, saved: Sequence[Any], seconds: float) -> None:
        """The rule of a node for an operand made ``c`` of what had arrived there, ``t``."""

    def end(self, arrived: dict[Node, Any]) -> None:
        """The sweep is over, and this is what arrived."""


class Sweep:
    """A sweep that is looked at, rule by rule."""

    def __init__(self, run: Callable[..., Any], looks: Sequence[Look]) -> None:
        self.run, self.looks = run, looks

    def __call__(self, *args: Any) -> Any:
        *head, transform, lead = args
        for look in self.looks:
            look.begin(head[0], lead)

        def how(rule: Callable[..., Any], node: Node, i: int, operand: Node, t: Any, saved: Sequence[Any]) -> Any:
            start = perf_counter()
            c = rule(t, *saved) if transform is None else transform(rule, node, i, operand, t, saved)
            seconds = perf_counter() - start
            for k, onto, share, read in shares(rule, node, i, operand, c, saved):
                for look in self.looks:
                    look.applied(node, k, onto, t, share, read, seconds)
                seconds = 0.0  # of a joint rule they are those of all its shares
            return c

        depth.sweeps += 1
        try:
            with np.errstate(all="ignore"):
                found = self.run(*head, how, lead)
        finally:
            depth.sweeps -= 1
        for look in self.looks:
            look.end(found[0] if type(found) is tuple else found)
        return found


def shares(
    rule: Callable[..., Any], node: Node, i: int, operand: Node, c: Any, saved: Sequence[Any]
) -> list[tuple[int, Node, Any, Sequence[Any]]]:
    """What a rule made for which operand and what it read for that: a joint one makes something for each of them."""
    if node.primitive is None or rule is not node.primitive.joint:
        return [(i, operand, c, saved)]
    return [(k, onto, formed(c[k]), read) for k, onto, read in node.edges or ()]


class Search(Look):
    """For a report: rules that make a non-finite cotangent of a finite one, or zeros of what is not zero."""

    def __init__(self, report: Report, kind: str) -> None:
        self.report, self.kind = report, kind
        self.found: list[Any] = []

    def begin(self, roots: Collection[Node], lead: int) -> None:
        """What a first run found does not count."""
        for finding in self.found:
            self.report._withdraw(finding)
        self.found = []

    def applied(self, node: Node, i: int, operand: Node, t: Any, c: Any, saved: Sequence[Any], seconds: float) -> None:
        """Look at one rule."""
        if self.kind == "cotangent" and vanishes(t, c):
            self.report._silent[node.order, operand.order] = None
        if not finite(t):
            if not self.found:
                detail = f"the {self.kind} that arrives here is not finite: the seed, or a sum of finite ones"
                self.found.append(self.report._derived(self.kind, node, detail, t, None, ()))
        elif c is not None and not finite(c):
            several = node.primitive is not None and node.primitive.variadic
            number = next(k for k, v in enumerate(node.operands) if v is operand) if several else i
            detail = f"its rule by operand {number} makes a {self.kind} that is not finite of one that is"
            self.found.append(self.report._derived(self.kind, node, detail, t, c, (i, saved)))


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
