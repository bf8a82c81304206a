"""A graph read back from the plain data that it was written as."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..graph import Graph
from ..model import VERSION, Edge, Flow, Group, Node, Source, Step


def from_json(text: str | bytes) -> Graph:
    """See :meth:`Graph.from_json`."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ValueError(f"from_json: this is no JSON: {error}") from error
    return from_dict(data)


def from_dict(data: Any) -> Graph:
    """See :meth:`Graph.from_dict`."""
    if not isinstance(data, Mapping) or "version" not in data:
        raise ValueError("from_dict: this is no graph; it must come from Graph.to_dict or Graph.to_json.")
    if data["version"] != VERSION:
        raise ValueError(f"from_dict: the format is version {data['version']!r}, and this library reads {VERSION}.")
    rest = {key: value for key, value in data.items() if key != "version"}
    try:
        return Graph(
            **rest
            | {
                "nodes": tuple(_node(row) for row in data["nodes"]),
                "edges": tuple(Edge(**row) for row in data["edges"]),
                "groups": tuple(Group(**row) for row in data["groups"]),
                "sweep": tuple(_step(row) for row in data["sweep"]),
                "folded": None if data["folded"] is None else frozenset(data["folded"]),
                "notes": tuple(data["notes"]),
            }
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"from_dict: this is no graph of version {VERSION}: {error}.") from error


def _node(row: Mapping[str, Any]) -> Node:
    source = row.get("source")
    return Node(**{**row, "source": None if source is None else Source(**source)})


def _step(row: Mapping[str, Any]) -> Step:
    return Step(**{**row, "flows": tuple(Flow(**flow) for flow in row["flows"])})
