"""Nodes, edges, groups and steps as plain data: what a graph is made of. No arrays, no Tensors, and no NumPy.

Numbers are as JSON has them: what it lacks (NaN, infinities, complex numbers) is text, such as ``"nan"``.
"""

from __future__ import annotations

import dataclasses
from typing import Any

NO_GRAD_YET = "no grad yet"
VERSION = 2


@dataclasses.dataclass(frozen=True)
class Source:
    """The line of the program that recorded a node."""

    file: str
    line: int
    function: str
    text: str


@dataclasses.dataclass(frozen=True)
class Node:
    """One value, and the operation that produced it.

    Attributes
    ----------
    id : int
        Its place in ``Graph.nodes``; operands come before results. Graphs cut out of another one keep its ids.
    kind : str
        ``parameter``, ``input``, ``constant``, ``operation``, or ``output`` (an operation that nothing drawn uses).
    op, name : str or None
        The primitive, and what the user called the Tensor.
    shape, dtype
        Of the value; None for a constant that the tape did not keep. Lists of both if there are several values.
    parameters : dict
        The parameters of the call, as text.
    value, grad, cotangent
        A number or nested list if there are at most 8 elements, else
        ``{"min": …, "mean": …, "max": …, "norm": …, "nan": count, "inf": count}``. ``value`` is None if it was not
        kept. ``grad`` is what ``.grad`` holds, None for a node that has none, and ``"no grad yet"`` for one that no
        sweep has reached. ``cotangent`` is the derivative of the drawn output by this value, None if no sweep was run.
    bytes, saved : int or None
        Memory of the value; memory of the residuals that are kept for its rules.
    forward, backward : float or None
        Seconds, if they were recorded.
    source : Source or None
        The line that recorded it, if lines were recorded.
    group, step, place : int or None
        The innermost group that it is in; if that is a loop, in which iteration; and which member of its body it is.
    change : {"added", "removed", "changed"} or None
        In the difference of two graphs: what happened to it.
    """

    id: int
    kind: str
    op: str | None
    name: str | None
    shape: list[Any] | None
    dtype: Any
    parameters: dict[str, str]
    value: Any = None
    grad: Any = None
    cotangent: Any = None
    bytes: int | None = None
    saved: int | None = None
    forward: float | None = None
    backward: float | None = None
    source: Source | None = None
    group: int | None = None
    step: int | None = None
    place: int | None = None
    change: str | None = None


@dataclasses.dataclass(frozen=True)
class Edge:
    """``source`` is operand number ``operand`` of ``target``."""

    source: int
    target: int
    operand: int


@dataclasses.dataclass(frozen=True)
class Group:
    """Nodes that belong together: one call of a module, or the repeated steps of a loop.

    Attributes
    ----------
    id : int
        Its place in ``Graph.groups``; a parent comes before its children.
    kind : {"module", "loop"}
    name : str
        A module: its path among the attributes of the outermost module, ``encoder.0``. A loop: empty.
    type : str
        A module: its class. A loop: empty.
    parent : int or None
        The group that it is directly in.
    step, place : int or None
        If the parent is a loop: in which iteration; and which member of the parent's body it is.
    count : int
        A loop: how many iterations.
    """

    id: int
    kind: str
    name: str = ""
    type: str = ""
    parent: int | None = None
    step: int | None = None
    place: int | None = None
    count: int = 1


@dataclasses.dataclass(frozen=True)
class Flow:
    """What a rule hands to one operand in the backward sweep.

    Attributes
    ----------
    operand : int
        The node it flows to.
    rule : str
        The mathematics: ``dx = g · cos(x)``.
    value
        What flows, in the form of ``Node.value``.
    adds : bool
        Whether something has arrived there before, so that this is added (``+=``).
    numbers : str
        The rule with numbers put in, ``5 · 3``; empty if it reads what is no number and no small array.
    """

    operand: int
    rule: str
    value: Any
    adds: bool
    numbers: str = ""


@dataclasses.dataclass(frozen=True)
class Step:
    """One step of the backward sweep: the cotangent that has arrived at a node, and what flows on from there."""

    node: int
    cotangent: Any
    flows: tuple[Flow, ...]
