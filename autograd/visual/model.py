"""A graph as plain data: what a picture is made from. No arrays, no Tensors, and no NumPy."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import svg

NO_GRAD_YET = "no grad yet"


@dataclasses.dataclass(frozen=True)
class Node:
    """One box of the picture: a value, and the operation that produced it.

    Attributes
    ----------
    id : int
        Its place in ``Graph.nodes``; operands come before results.
    kind : str
        ``input``, ``parameter``, ``constant``, ``operation`` or ``output`` (an operation that nothing drawn uses).
    op, name : str or None
        The primitive, and what the user called the Tensor.
    shape, dtype
        Of the value; None for a constant that the tape did not keep. Lists of both if there are several values.
    parameters : dict
        The parameters of the call, as text.
    value, grad
        A number or nested list if there are at most 8 elements, else ``{"min": …, "mean": …, "max": …}``. None if it
        was not kept; the gradient of a leaf that no sweep has reached is ``"no grad yet"``.
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

    def title(self) -> str:
        """The first line of its label: name and operation."""
        given = ", ".join(f"{key}={value}" for key, value in self.parameters.items())
        op = f"{self.op}({given})" if given else self.op
        return " = ".join(part for part in (self.name, op) if part) or self.kind

    def details(self) -> list[str]:
        """The other lines of its label: value or shape, and gradient."""
        lines = []
        if isinstance(self.value, (float, int, str, list)):
            lines.append(_text(self.value))
        elif self.shape is not None:
            lines.append(f"{_shape(self.shape)}{self.dtype}")
        if isinstance(self.grad, dict):
            lines.append("grad {min} … {max}".format(**{k: _text(v) for k, v in self.grad.items()}))
        elif self.grad is not None:
            lines.append(self.grad if self.grad == NO_GRAD_YET else f"grad {_text(self.grad)}")
        return lines

    def tooltip(self) -> str:
        """All that is known, in words."""
        shown = {key: value for key, value in dataclasses.asdict(self).items() if value is not None and value != {}}
        return "\n".join(f"{key}: {_text(value)}" for key, value in shown.items())


@dataclasses.dataclass(frozen=True)
class Edge:
    """``source`` is operand number ``operand`` of ``target``."""

    source: int
    target: int
    operand: int


@dataclasses.dataclass(frozen=True)
class Graph:
    """A recorded graph as plain data; ``print`` it, ``save`` it, or let a notebook show it.

    The model holds a leaf once. A picture shows it once, too, unless it is used more than three times: then once per
    use, since one weight with lines to all fifty steps of a recurrent network makes everything else unreadable.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def to_dict(self) -> dict[str, Any]:
        """Dicts, lists, numbers and strings, ready for JSON; the same graph gives the same result."""
        nodes, edges = ([dataclasses.asdict(item) for item in items] for items in (self.nodes, self.edges))
        return {"version": 1, "nodes": nodes, "edges": edges}

    def to_json(self) -> str:
        """JSON text."""
        return json.dumps(self.to_dict(), allow_nan=False, indent=1)

    def to_svg(self) -> str:
        """A picture: SVG text that needs no other file and no program."""
        return svg.render(*self._drawn())

    def to_graphviz(self) -> Any:
        """The graph as a ``graphviz.Digraph``, to be styled and rendered with Graphviz."""
        try:
            import graphviz
        except ImportError as error:
            raise ImportError("to_graphviz: it needs the package graphviz: python -m pip install graphviz") from error
        dot = graphviz.Digraph("graph", node_attr={"shape": "box", "style": "rounded,filled", "fontname": "sans-serif"})
        labels, kinds, _, edges = self._drawn()
        for k, lines in enumerate(labels):
            dot.node(f"n{k}", graphviz.escape("\n".join(map(svg.clean, lines))), fillcolor=svg.COLOURS[kinds[k]][0])
        for source, target in edges:
            dot.edge(f"n{source}", f"n{target}")
        return dot

    def save(self, path: str | Path) -> Path:
        """Write the graph to a file: ``.svg``, ``.dot``, ``.json`` or ``.txt``.

        Returns
        -------
        Path
            Where it was written.

        Raises
        ------
        ValueError
            If the name ends in anything else.
        """
        path = Path(path)
        writers: dict[str, Callable[[], str]] = {
            ".svg": self.to_svg,
            ".dot": lambda: str(self.to_graphviz().source),
            ".json": self.to_json,
            ".txt": lambda: f"{self}\n",
        }
        if path.suffix.lower() not in writers:
            raise ValueError(f"save: {path.name!r} ends in {path.suffix!r}; I can write {', '.join(writers)}.")
        path.write_text(writers[path.suffix.lower()](), encoding="utf-8", newline="\n")
        return path

    def __str__(self) -> str:
        operands: dict[int, list[int]] = {node.id: [] for node in self.nodes}
        for edge in self.edges:
            operands[edge.target].append(edge.source)
        lines, seen = [], set()
        used = Counter(edge.source for edge in self.edges)
        stack = [(node.id, "", "") for node in self.nodes if node.id not in used][::-1]
        while stack:
            k, first, rest = stack.pop()
            node = self.nodes[k]
            again = k in seen and bool(operands[k])
            seen.add(k)
            label = "  ".join(map(svg.clean, [node.title(), *([] if again else node.details())]))
            mark = "" if used[k] < 2 or not operands[k] else f"  (see #{k})" if again else f"  #{k}"
            lines.append(first + label + mark)
            below = [] if again else operands[k]
            for i, source in reversed(list(enumerate(below))):
                last = i == len(below) - 1  # a deep tree is cut off on the left
                stack.append((source, rest + ("└─ " if last else "├─ "), (rest + ("   " if last else "│  "))[-90:]))
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Graph of {len(self.nodes)} nodes and {len(self.edges)} edges>"

    def _repr_svg_(self) -> str:
        return self.to_svg()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Mapping[str, str]:
        return {"image/svg+xml": self.to_svg(), "text/plain": repr(self)}

    def _drawn(self) -> tuple[list[list[str]], list[str], list[str], list[tuple[int, int]]]:
        """Labels, kinds and tooltips of the boxes, and the lines between them: a leaf of many uses once per use."""
        uses, used = Counter(edge.source for edge in self.edges), Counter[int]()
        operands: defaultdict[int, list[int]] = defaultdict(list)
        for edge in self.edges:
            operands[edge.target].append(edge.source)
        boxes: list[tuple[Node, list[str]]] = []
        place: dict[int, int] = {}
        lines: list[tuple[int, int]] = []
        for node in self.nodes:
            sources = []
            for k in operands[node.id]:
                if self.nodes[k].op is None and uses[k] > 3:
                    used[k] += 1
                    place[k] = len(boxes)
                    boxes.append((self.nodes[k], [f"use {used[k]} of {uses[k]}"]))
                sources.append(place[k])
            if node.op is not None or uses[node.id] <= 3:
                lines += [(source, len(boxes)) for source in sources]
                place[node.id] = len(boxes)
                boxes.append((node, []))
        labels = [[node.title(), *node.details(), *more] for node, more in boxes]
        return labels, [node.kind for node, _ in boxes], [node.tooltip() for node, _ in boxes], lines


def _shape(shape: list[Any]) -> str:
    """A shape as NumPy writes it, and a space; nothing for a scalar."""
    parts = [_shape(s).strip() or "()" if isinstance(s, list) else str(s) for s in shape]
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''}) " if parts else ""


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(v)}" for key, v in value.items())
    return str(value)
