"""The views of a page: the graph as it was asked for, folded and unfolded, and what each colour means in them."""

from __future__ import annotations

import dataclasses
from typing import Any

from ...folding.folds import resolved
from ...graph import Graph
from ...model import Node
from ...pictures import colours
from ...pictures.heat import MEANINGS, Scale, heats
from ...pictures.picture import Picture, picture

LARGEST = 2_000  # boxes of a view, beside the one that was asked for
SHADES = 33  # of a scale


def views(graph: Graph) -> tuple[list[tuple[str, Picture]], int]:
    """Names and pictures of all views that differ and are not too large, few boxes first; and which was asked for."""
    plain = dataclasses.replace(graph, by="kind")
    asked = resolved(plain)
    loops = frozenset(group.id for group in graph.groups if group.kind == "loop")
    names: dict[frozenset[int], str] = {}
    for folded, name in ((frozenset[int](), "unfolded"), (loops, "loops folded"), (_all(graph), "folded"), (asked, "")):
        names.setdefault(folded, name or "in brief")
    found: dict[tuple[tuple[int, ...], ...], tuple[str, Picture]] = {}
    for folded, name in names.items():
        if not folded and folded != asked and len(graph.nodes) > min(LARGEST, graph.max_nodes):
            continue
        drawn = picture(dataclasses.replace(plain, folded=folded))
        key = tuple(box.nodes for box in drawn.boxes)
        whole = len(key) <= LARGEST and len({k for nodes in key for k in nodes}) == len(graph.nodes)
        if folded == asked:
            found[key], start = (found.get(key, (name, drawn))[0], drawn), key
        elif whole:
            found.setdefault(key, (name, drawn))
    keys = sorted(found, key=len)
    return [found[key] for key in keys], keys.index(start)


def _all(graph: Graph) -> frozenset[int]:
    return frozenset(group.id for group in graph.groups)


def shades(graph: Graph, drawn: Picture, nodes: dict[int, Node]) -> dict[str, Any]:
    """For each meaning that colours can have here: the scale, and the place of each box in its palette."""
    members = [[nodes[k] for k in box.nodes] for box in drawn.boxes]
    found = {}
    for by in MEANINGS:
        warmth, scale = heats(dataclasses.replace(graph, by=by), members)
        if scale is not None and any(heat is not None for heat in warmth):
            last = len(scale.names) - 1 if scale.names else SHADES - 1
            places = [None if heat is None else round(heat * last) for heat in warmth]
            found[by] = {**dataclasses.asdict(scale), **_own(scale), "shades": places}
    return found


def palette() -> list[tuple[str, str]]:
    """Fill and text colour of each place on a scale of numbers."""
    return [colours.heat(k / (SHADES - 1)) for k in range(SHADES)]


def _own(scale: Scale) -> dict[str, Any]:
    """Names have a palette of their own."""
    return {"palette": [colours.category(k) for k in range(len(scale.names))]} if scale.names else {}
