"""Graphs as files, each written whole or not at all."""

from __future__ import annotations

import tempfile
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...files import write_whole
from ..graph import Graph


def save(graph: Graph, path: str | Path) -> Path:
    """Write a graph to a file, in the form that its name ends in."""
    path = Path(path)
    if path.suffix.lower() not in _WRITERS:
        raise ValueError(f"save: {path.name!r} ends in {path.suffix!r}; I can write {', '.join(_WRITERS)}.")
    return write(path, _WRITERS[path.suffix.lower()](graph))


def write(path: Path, content: str | bytes) -> Path:
    """Write a file whole, or leave the one that was there as it was."""
    whole = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    write_whole(path, lambda stream: stream.write(whole))
    return path


def show(graph: Graph) -> Path:
    """Write a graph to a temporary page, and open that in the browser."""
    path = save(graph, Path(tempfile.mkdtemp(prefix="autograd-")) / "graph.html")
    webbrowser.open(path.as_uri())
    return path


def source(graph: Graph, rankdir: str = "TB") -> str:
    """The graph in Graphviz' language."""
    digraph: Any = graph.to_graphviz()
    if rankdir != "TB":
        digraph.attr(rankdir=rankdir)
    return str(digraph.source)


def rendered(graph: Graph, form: str, rankdir: str = "TB") -> bytes:
    """What Graphviz' program ``dot`` makes of it."""
    from . import dot

    return dot.run(source(graph, rankdir), form)


_WRITERS: dict[str, Callable[[Graph], str | bytes]] = {
    ".html": lambda graph: graph.to_html(),
    ".svg": lambda graph: graph.to_svg(),
    ".png": lambda graph: rendered(graph, "png"),
    ".pdf": lambda graph: rendered(graph, "pdf"),
    ".dot": source,
    ".mmd": lambda graph: graph.to_mermaid(),
    ".json": lambda graph: graph.to_json(),
    ".txt": lambda graph: f"{graph}\n",
}
