"""From the tape to plain data: what `draw` does."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ...debug._watch import unwatched
from ...tape import FREED, reachable
from ...tape import Node as Step
from ...tensor import Tensor
from ..folding.repeats import with_loops
from ..graph import Graph
from ..questions import nonfinite
from ..sweep.backward import arrived, sweep
from .nodes import Reader
from .steps import packed, seen

CHEAP, SHOWN = 20_000, 2_000  # nodes: for a sweep that nobody asked for, and for keeping each of its steps
Parameters = Any  # a module, a mapping or an iterable of Tensors


def draw(
    *tensors: Tensor, params: Parameters = (), backward: bool | None = None, max_nodes: int = 2_000
) -> Graph:
    """Read the recorded graph behind some Tensors, as plain data that can be printed, saved and shown.

    Nothing is changed, and the result holds numbers, never arrays. The tape does not keep every value, so a value is
    shown if the graph was recorded under :func:`autograd.visual.record`, if it is that of a leaf or of a Tensor given
    here, if a rule reads it (and the graph was not freed: use ``backward(retain_graph=True)``), or if running one small
    step again from such values gives it. Without a recording, draw before you change the leaves.

    Parameters
    ----------
    *tensors : Tensor
        Results; also any intermediate Tensor whose value is to be seen.
    params : Module, mapping or iterable of Tensor
        Leaves to mark as parameters, with the names that the module or the mapping's keys give them.
    backward : bool, optional
        Whether to run the sweep from the drawn output, to show the cotangents and, of at most 2,000 nodes, each step.
        No ``.grad`` changes and no hook runs. By default it is run from one real scalar if the graph was not freed, has
        at most 20,000 nodes and no function with a rule of the user's, such as a checkpoint.
    max_nodes : int
        The picture has no more boxes; it says what it leaves out.

    Returns
    -------
    Graph
        With ``save``, ``to_dict``, ``to_graphviz``; a notebook shows its picture.

    Raises
    ------
    TypeError
        If something else than a Tensor is given, or no Tensor is on a tape.
    ValueError
        If ``backward=True`` and there is no one scalar output.
    RuntimeError
        If ``backward=True`` and the graph was freed.

    Examples
    --------
    >>> import autograd as ag
    >>> x, y, z = (ag.Tensor(v, requires_grad=True, name=n) for v, n in [(2.0, "x"), (3.0, "y"), (4.0, "z")])
    >>> f = 5 * (x * y + z)
    >>> f.backward(retain_graph=True)
    >>> print(ag.draw(f))
    multiply  50  grad 1
    ├─ constant  5
    └─ add  10  grad 5
       ├─ multiply  6  grad 5
       │  ├─ x  2  grad 15
       │  └─ y  3  grad 10
       └─ z  4  grad 5
    """
    with unwatched():
        graph, ids = read(*tensors, params=params)
        graph = _swept(graph, ids, [t._node for t in tensors if t._node is not None], backward)
    graph = dataclasses.replace(graph, max_nodes=max_nodes, notes=(*graph.notes, *nonfinite.notes(graph)))
    return with_loops(graph)


def read(*tensors: Tensor, params: Parameters = ()) -> tuple[Graph, dict[Step, int]]:
    """The graph without a sweep, and the id of each step that is drawn."""
    names = _names(params)
    given = [*tensors, *names.values()]
    for t in given:
        if not isinstance(t, Tensor):
            raise TypeError(f"draw: {type(t).__name__} given where a Tensor is due. Draw the Tensor that was computed.")
    roots = [t._node for t in given if t._node is not None]
    if not roots:
        raise TypeError(
            "draw: the Tensor is on no tape, so there is no graph. Give its inputs requires_grad=True, and compute it "
            "outside no_grad()."
        )
    reader = Reader(reachable(roots), given, names)
    return reader.graph(), reader.ids


def _names(params: Parameters) -> dict[Any, Tensor]:
    """The parameters by name, or by number if they have none."""
    if hasattr(params, "named_parameters"):
        params = dict(params.named_parameters())
    return dict(params) if isinstance(params, Mapping) else dict(enumerate(params))


def _swept(graph: Graph, ids: dict[Step, int], roots: list[Step], backward: bool | None) -> Graph:
    """The graph with the cotangents that a sweep from its output brings, if it may be run."""
    outputs = list(dict.fromkeys(root for root in roots if graph.nodes[ids[seen(root)]].kind == "output"))
    reason = _no_sweep(ids, outputs, bool(backward))
    if backward is False or (reason is not None and not backward):
        return graph
    if reason is not None:
        raise reason
    try:
        steps = sweep(outputs[0], None, ids, graph) if len(graph.nodes) <= SHOWN else ()
        cotangents = {step.node: step.cotangent for step in steps} or arrived(outputs[0], None, ids)
    except Exception as error:
        if backward:
            raise
        return dataclasses.replace(graph, notes=(*graph.notes, f"the backward sweep fails: {error}"))
    nodes = tuple(
        dataclasses.replace(node, cotangent=cotangents[node.id]) if node.id in cotangents else node
        for node in graph.nodes
    )
    return dataclasses.replace(graph, nodes=nodes, sweep=steps)


def _no_sweep(ids: dict[Step, int], outputs: list[Step], asked: bool) -> Exception | None:
    """Why there is no sweep from the outputs; what costs much, or runs the user's code, is run if it is asked for."""
    if len(outputs) != 1 or outputs[0].shape != () or outputs[0].dtype.kind != "f":
        found = ", ".join(f"{seen(root).primitive.name} {root.shape} {root.dtype}" for root in outputs) or "a leaf"
        return ValueError(f"draw: backward=True sweeps from one real scalar, and what is drawn here is {found}.")
    freed = next((step for step in ids if step.edges is None), None)
    if freed is not None:
        return RuntimeError(f"draw: {freed.primitive.name}: {FREED}")
    if not asked and (len(ids) > CHEAP or any(map(packed, ids))):
        return RuntimeError("draw: such a sweep is only run with backward=True.")
    return None
