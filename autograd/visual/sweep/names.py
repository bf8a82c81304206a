"""What the values of a graph are called in formulas."""

from __future__ import annotations

from ..graph import Graph
from ..pictures.labels import clean, text

LONGEST = 4  # elements of an array that is written out in a formula


def called(graph: Graph) -> dict[int, str]:
    """A name for each node by its id, no two alike: the user's, or ``v1``, ``v2``, … in the order of computing.

    A constant is called by its value if that is short, else ``c1``, ``c2``, …

    Examples
    --------
    >>> from autograd.visual import Node
    >>> x, y = Node(0, "input", None, "x", [], "float64", {}), Node(1, "output", "sin", None, [], "float64", {})
    >>> called(Graph((x, y), ()))
    {0: 'x', 1: 'v1'}
    """
    found: dict[int, str] = {}
    names = {node.id: clean(node.name or "") for node in graph.nodes}
    taken = set(names.values())
    counts: dict[str, int] = {}
    for node in graph.nodes:
        value = written(node.value)
        if node.kind == "constant" and value is not None:
            found[node.id] = value
        elif names[node.id] and names[node.id] not in counts:
            found[node.id] = names[node.id]
            counts[found[node.id]] = 1
        else:
            found[node.id] = _next(names[node.id], "c" if node.kind == "constant" else "v", counts, taken)
    return found


def _next(given: str, letter: str, counts: dict[str, int], taken: set[str]) -> str:
    """A letter and a number, or, for the second value of a name, that name and a number."""
    key = given or f" {letter}"
    while True:
        counts[key] = counts.get(key, 0) + 1
        name = f"{given} ({counts[key]})" if given else f"{letter}{counts[key]}"
        if name not in taken:
            taken.add(name)
            return name


def written(value: object) -> str | None:
    """A number or a short list as it stands in a formula; None for anything longer."""
    if isinstance(value, (bool, int, float)) or (isinstance(value, list) and count(value) <= LONGEST):
        return text(value)
    return None


def count(value: object) -> int:
    """How many numbers a nested list has."""
    return sum(map(count, value)) if isinstance(value, list) else 1
