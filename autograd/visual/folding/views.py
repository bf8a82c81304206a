"""The same graph, looked at in another way: other groups folded, other colours."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from ..graph import Graph
from ..model import Group
from ..pictures.heat import MEANINGS
from .folds import depth_of, likes, resolved


def fold(graph: Graph, what: tuple[Any, ...]) -> Graph:
    """See :meth:`Graph.fold`."""
    chosen = _chosen(graph, "fold", what) if what else {group.id for group in graph.groups}
    return dataclasses.replace(graph, folded=resolved(graph) | chosen)


def unfold(graph: Graph, what: tuple[Any, ...]) -> Graph:
    """See :meth:`Graph.unfold`."""
    if not what:
        return dataclasses.replace(graph, folded=frozenset())
    names = likes(graph)
    opened = set()
    for k in _chosen(graph, "unfold", what):
        opened.add(names[k])
        parent = graph.groups[k].parent
        while parent is not None:  # what is in a folded module cannot be seen; what is in a folded loop can
            if graph.groups[parent].kind == "module":
                opened.add(names[parent])
            parent = graph.groups[parent].parent
    return dataclasses.replace(graph, folded=frozenset(k for k in resolved(graph) if names[k] not in opened))


def depth(graph: Graph, n: Any) -> Graph:
    """See :meth:`Graph.depth`."""
    if not isinstance(n, int) or n < 0:
        raise ValueError(f"depth: {n!r} given where a number of levels is due: 0, 1, 2, …")
    depths = depth_of(graph)
    loops = {k for k in resolved(graph) if graph.groups[k].kind == "loop"}
    deep = {group.id for group in graph.groups if group.kind == "module" and depths[group.id] >= n}
    return dataclasses.replace(graph, folded=frozenset(loops | deep))


def color(graph: Graph, by: str) -> Graph:
    """See :meth:`Graph.color`."""
    if by not in MEANINGS:
        raise ValueError(f"color: colours cannot mean {by!r}; they can mean {_listed(MEANINGS)}.")
    return dataclasses.replace(graph, by=by)


def _chosen(graph: Graph, function: str, what: tuple[Any, ...]) -> set[int]:
    """Groups by number, name, class, or kind."""
    chosen: set[int] = set()
    for one in what:
        if isinstance(one, str):
            found = {
                group.id
                for group in graph.groups
                if one in (group.name, group.type, f"{group.kind}s") or group.name.endswith(f".{one}")
            }
        elif isinstance(one, (int, Group)):
            found = {one if isinstance(one, int) else one.id} & set(range(len(graph.groups)))
        else:
            raise TypeError(f"{function}: {type(one).__name__} given where a group, its number or its name is due.")
        if not found:
            raise ValueError(f"{function}: there is no group {one!r}. There {_there(graph)}.")
        chosen |= found
    return chosen


def _there(graph: Graph) -> str:
    names = [group.name or group.type for group in graph.groups if group.kind == "module"]
    loops = sum(group.kind == "loop" for group in graph.groups)
    parts = [f"the modules {_listed(names)}"] if names else ["no modules (record them with visual.record())"]
    parts.append(f"'loops' ({loops:,})" if loops else "no loops")
    return f"are {' and '.join(parts)}"


def _listed(names: Iterable[str]) -> str:
    """Names in quotes, each once, at most a dozen."""
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - 12:,} more" if len(unique) > 12 else ""
    return ", ".join(map(repr, unique[:12])) + more
