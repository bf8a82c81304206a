"""The sweep of the engine, one node at a time: no hook is run, nothing is freed, and nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple

import numpy as np

from ... import tape
from ...calls import _PACK
from ...debug._watch import unwatched
from ...late import Product, formed, lately
from ...strong import all_finite, strong_zeros
from ...tape import Bundle, Node, reachable, settle
from ..reading.steps import hidden, packed


class Passed(NamedTuple):
    """What one edge carries: the number of the rule, the operand, what the rule read, and what it returned."""

    i: int
    operand: Node
    saved: tuple[Any, ...]
    value: Any
    summed: tuple[int, ...]  # the axes that the sweep summed over


Transform = Callable[..., Any] | None


def walk(seeds: Mapping[Node, Any], transform: Transform) -> Iterator[tuple[Node, Any, list[Passed]]]:
    """The nodes as the sweep passes them, latest first; no hook is run, and nothing is freed or kept."""
    cotangents = dict(seeds)
    heap = [(node.order, node) for node in seeds]
    heapify(heap)
    while heap:
        node = heappop(heap)[1]
        t = formed(cotangents.pop(node))
        flows = []
        for edge in node.edges or ():
            flow = passed(node, edge, t, transform)
            if flow is None:
                continue
            if flow.operand in cotangents:
                cotangents[flow.operand] = cotangents[flow.operand] + flow.value
            else:
                cotangents[flow.operand] = flow.value
                heappush(heap, (flow.operand.order, flow.operand))
            flows.append(flow._replace(value=formed(flow.value)))
        yield node, t, flows


def passed(node: Node, edge: tuple[int, Node, tuple[Any, ...]], t: Any, transform: Transform) -> Passed | None:
    """What one edge of a node carries for the cotangent ``t``; None if its rule says that nothing does."""
    i, operand, saved = edge
    rule = node.primitive.vjps[i]
    try:
        with np.errstate(all="ignore"), unwatched():
            c = lately(rule)(t, *saved) if transform is None else transform(rule, node, i, operand, t, saved)
            if c is None:
                return None
            before = getattr(c, "shape", None)
            if type(c) is not Product or c.shape != operand.shape or c.dtype != operand.dtype:
                c = settle(c, operand.shape, operand.dtype, node.primitive.name)
    except Exception as error:
        tape.located(error, node)
        raise
    return Passed(i, operand, saved, c, () if type(c) is Bundle or before is None else _axes(before, operand.shape))


def _axes(shape: tuple[int, ...], due: tuple[int, ...]) -> tuple[int, ...]:
    """The axes over which a cotangent is summed to the shape of its operand."""
    extra = len(shape) - len(due)
    return (*range(extra), *(k for k, n in enumerate(due, extra) if n == 1 and shape[k] != 1))


def _transform(seeds: Mapping[Node, Any]) -> Transform:
    """How the sweep would apply rules: as they stand, or, if what arrives then is not finite, with strong zeros."""
    if not strong_zeros():
        return None
    arrived = (t for node, t, _ in walk(seeds, None) if node.primitive is None or (node.watch and node.watch.retain))
    return None if all(map(all_finite, arrived)) else tape._carefully(None)


def shown(seeds: Mapping[Node, Any]) -> Iterator[tuple[Node, Any, list[Passed]]]:
    """The walk without the engine's own bookkeeping: a call with its operands, however many nodes that takes."""
    call: tuple[Node, Any] | None = None
    for node, t, flows in walk(seeds, _transform(seeds)):
        if node.primitive is _PACK:
            assert call is not None
            yield (*call, flows)
        elif not hidden(node):
            call = node, t
            if not packed(node):
                yield node, t, flows


def refuse_freed(roots: Iterable[Node]) -> None:
    """Raise if any residual below was freed, before anything is run."""
    for node in reachable(roots):
        if node.edges is None:
            raise tape.located(RuntimeError(f"{node.primitive.name}: {tape.FREED}"), node)
