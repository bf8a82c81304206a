"""What a page is told of a graph: its views, what is known of each node, and the backward sweep. Plain data."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from ...graph import Graph
from ...model import Flow, Group, Node, Source, Step
from ...pictures import svg
from ...pictures.labels import clean, legal
from ...pictures.picture import Box, Picture
from ...questions import nonfinite
from ...sweep.names import called, written
from .views import LARGEST, palette, shades, views

LONGEST = 1_000  # characters of a text
STRIPS, FEW, POINTS = 6, 5, 500


def collect(graph: Graph) -> tuple[list[str], dict[str, Any]]:
    """The pictures of all views as SVG, and the facts that the page's script reads."""
    pictures, start = views(graph)
    found = (graph.nonfinite(), graph.nonfinite(backward=True))
    alarms = dict(zip(nonfinite.notes(graph), (node.id for node in found if node is not None), strict=True))
    known = _known(graph, (drawn for _, drawn in pictures), alarms.values())
    nodes, names = {node.id: node for node in graph.nodes}, called(graph)
    shown = []
    for name, drawn in pictures:
        told = {"boxes": [_box(box, known) for box in drawn.boxes], "colours": shades(graph, drawn, nodes)}
        lines = [(line.source, line.target) for line in drawn.lines]
        shown.append({"name": name, **told, "lines": lines, "notes": [n for n in drawn.notes if n not in alarms]})
    facts = {
        "views": shown,
        "start": start,
        "by": graph.by,
        "colours": ["kind", *dict.fromkeys(by for view in shown for by in view["colours"])],
        "palette": palette(),
        "nodes": {k: _node(nodes[k], names[k]) for k in sorted(known)},
        "groups": [_told(group) for group in graph.groups],
        "sweep": [_step(step, nodes) for step in graph.sweep if step.node in known],
        "strips": _strips(graph),
        "alarms": [{"text": text, "node": k} for text, k in alarms.items()],
    }
    return [svg.render(_bare(drawn)) for _, drawn in pictures], _short(facts)


def _known(graph: Graph, pictures: Iterable[Picture], more: Iterable[int]) -> set[int]:
    """The nodes whose facts are told: all, or of a large graph the first and last of each box."""
    if len(graph.nodes) <= LARGEST:
        return {node.id for node in graph.nodes}
    return {k for drawn in pictures for box in drawn.boxes for k in (*box.nodes[:2], *box.nodes[-1:])} | set(more)


def _bare(drawn: Picture) -> Picture:
    """A picture without what the page itself says, and better."""
    boxes = tuple(dataclasses.replace(box, tooltip="") for box in drawn.boxes)
    return dataclasses.replace(drawn, boxes=boxes, scale=None, notes=())


def _box(box: Box, known: set[int]) -> int | dict[str, Any]:
    """Of one node, the node alone; of more, what the box says of them."""
    if len(box.nodes) == 1:
        return box.nodes[0]
    nodes = [k for k in box.nodes if k in known]
    return {"nodes": nodes, "count": len(box.nodes), "about": box.tooltip}


def _node(node: Node, called: str) -> dict[str, Any]:
    """What is known of a node."""
    by_value = node.kind == "constant" and written(node.value) is not None
    known = by_value or (node.name is not None and called == clean(node.name))
    name = {} if known else {"called": called}  # by the rules of the sweep
    return {**_told(node, "id", "place"), **name}


def _step(step: Step, nodes: dict[int, Node]) -> dict[str, Any]:
    """A step of the sweep, without the cotangents that the nodes have themselves."""
    flows = []
    for flow in step.flows:
        whole = not flow.adds and flow.value == nodes[flow.operand].cotangent
        flows.append(_told(flow, "value" if whole else ""))
    same = step.cotangent == nodes[step.node].cotangent
    return {**_told(step, "flows", "cotangent" if same else ""), "flows": flows}


def _strips(graph: Graph) -> list[dict[str, Any]]:
    """The strips of the longest loops, none with more points than can be seen, or too few to see anything."""
    found = [(strip["title"], strip["points"]) for strip in graph.strips() if len(strip["points"]) >= FEW]
    longest = sorted(found, key=lambda strip: -len(strip[1]))[:STRIPS]
    return [{"title": title, "points": points[:: 1 + len(points) // POINTS]} for title, points in longest]


def _told(item: Node | Group | Step | Flow | Source, *without: str) -> dict[str, Any]:
    """Its fields, but for those that say nothing."""
    fields = {key: v for key, v in vars(item).items() if key not in without}
    return {key: v for key, v in fields.items() if v is not None and v is not False and v not in ("", {})}


def _short(value: Any) -> Any:
    """Numbers to six digits, for the page shows four; text that any browser takes, cut to what can be read."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, str):
        return legal(value[:LONGEST])
    if isinstance(value, dict):
        return {key: _short(v) for key, v in value.items()}
    if isinstance(value, Source):
        return _short(_told(value))
    return [_short(v) for v in value] if isinstance(value, (list, tuple)) else value
