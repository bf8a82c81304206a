"""Why a gradient is missing, or zero."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import tape
from ..tape import Node
from ..tensor import Tensor
from ._findings import described, summary
from ._sweeps import shares, vanishes

if TYPE_CHECKING:
    from ._report import Report


def why(report: Report, y: Any, x: Any) -> str:
    """The answer of :meth:`Report.why`."""
    for t in (y, x):
        if not isinstance(t, Tensor):
            raise TypeError(f"why: a {type(t).__name__} given where a Tensor is due: why(y, x) is of dy/dx.")
    if x._node is None:
        return "x is on no tape: it requires no gradient. Make it with requires_grad=True, before it is used."
    report._known([x._node, y._node])
    live = _computed_from(report, x._node.order)
    if y._node is not None and y._node.order in live:
        return _arrives(report, y, x, live)
    head = "y is on no tape." if y._node is None else "y does not depend on x."
    lines = list(dict.fromkeys(f"  {cut.what} at {cut.place or '?'}" for cut in report._cuts if cut.order in live))
    if lines:
        head += " What was computed from x left the tape here:"
    elif len(live) == 1:
        head += " No recorded step was computed from x."
    else:
        last = report._steps[min(live)]
        head += f" Nothing left the tape that was computed from x, the last of which is {last.name}"
        head += f" at {last.place}." if last.place else "."
    paused = [f"  {place}" for place in report._paused]
    return "\n".join([head, *lines, *(["Nothing was recorded inside no_grad():"] if paused else []), *paused])


def _computed_from(report: Report, order: int) -> set[int]:
    """The steps that depend on one, and itself."""
    live = {order}
    for k in sorted(report._steps, reverse=True):  # order numbers fall
        if not live.isdisjoint(report._steps[k].operands):
            live.add(k)
    return live


def _arrives(report: Report, y: Tensor, x: Tensor, live: set[int]) -> str:
    """What becomes of the gradient on its way from ``y`` to ``x``, which ``y`` depends on."""
    arrived, silent = _swept(y._node, x._node)
    if arrived is not None and np.any(getattr(arrived, "_buffer", arrived)):
        numbers = summary(arrived)
        text = f"y depends on x, and its gradient arrives: {described(numbers) if numbers else 'a lazy array'}."
        watch = x._node.watch
        if watch is None or not watch.retain:
            text += " x is no leaf, so it keeps none: call x.retain_grad() before backward()."
        return text + (" x.grad is None, for y.backward() did not run." if watch and watch.retain and x.grad is None
                       else "")  # fmt: skip
    below = _below(report, y._node.order)
    pairs = silent if silent is not None else report._silent
    steps = [report._steps[k] for k, operand in pairs if k in live and k in below and operand in live]
    if steps:
        lines = dict.fromkeys(f"  {step.name} at {step.place or 'an unknown place'}" for step in steps)
        return "\n".join(["y depends on x, but these steps make its cotangent exactly zero:", *lines])
    if silent is None:
        return (
            "y depends on x. Its graph was freed and no sweep of it ran inside the block, so why its gradient might be "
            "zero cannot be told: call backward() inside the block."
        )
    return "y depends on x, and no step makes its cotangent zero: what arrives from several ways adds up to zero."


def _below(report: Report, order: int) -> set[int]:
    """The steps that one depends on, and itself."""
    found, stack = set(), [order]
    while stack:
        k = stack.pop()
        if k not in found:
            found.add(k)
            stack += report._steps[k].operands
    return found


def _swept(y: Node, x: Node) -> tuple[Any, Iterable[tuple[int, int]] | None]:
    """What arrives at ``x`` from ``y``, and who silenced what; both None if the graph cannot be swept."""
    silent: dict[tuple[int, int], None] = {}

    def how(rule: Any, node: Node, i: int, operand: Node, t: Any, saved: Sequence[Any]) -> Any:
        c = rule(t, *saved)
        for _, onto, share, _ in shares(rule, node, i, operand, c, saved):
            if vanishes(t, share):
                silent[node.order, onto.order] = None
        return c

    if tape._hooked_below([y]):  # they may have effects
        return None, None
    try:
        with np.errstate(all="ignore"):
            arrived = tape.backward_sweep({y: np.ones(y.shape, y.dtype)}, wanted=(x,), transform=how)
    except Exception:  # freed, or a rule fails
        return None, None
    return arrived.get(x), silent
