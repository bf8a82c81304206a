"""``draw_dot`` as teaching notebooks know it from micrograd, on Tensors."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ..graph import Graph
from ..reading.trace import draw
from . import files

_FORMATS = ("svg", "png", "pdf")


class Dot:
    """A drawn graph with the few methods of a ``graphviz.Digraph`` that notebooks use; ``graph`` is the Graph."""

    def __init__(self, graph: Graph, format: str, rankdir: str) -> None:
        self.graph, self.format, self.rankdir = graph, format, rankdir

    @property
    def source(self) -> str:
        """The graph in Graphviz' language."""
        return files.source(self.graph, self.rankdir)

    def save(self, filename: str | Path = "graph.dot") -> str:
        """Write it in the form that the name ends in, and return the name: see :meth:`Graph.save`."""
        return str(self.graph.save(filename))

    def render(self, filename: str | Path = "graph", format: str | None = None) -> str:
        """Write the picture to ``filename`` with its format as ending, and return that name."""
        form = self.format if format is None else _known(format)
        path = Path(f"{filename}.{form}")
        if form == "svg":
            return str(self.graph.save(path))
        return str(files.write(path, files.rendered(self.graph, form, self.rankdir)))

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> Mapping[str, str]:
        if self.format != "png":
            return self.graph._repr_mimebundle_(include, exclude)
        picture = base64.b64encode(files.rendered(self.graph, "png", self.rankdir)).decode("ascii")
        return {"image/png": picture, "text/plain": repr(self.graph)}


def draw_dot(root: Any, format: str = "svg", rankdir: str = "LR") -> Dot:
    """Draw the graph behind a Tensor, under the name and with the arguments of micrograd's notebook.

    Its picture is that of :func:`autograd.draw`, which has more to offer. For values and gradients of what is between
    the leaves and the root, draw before ``backward()``, or after ``backward(retain_graph=True)``.

    Parameters
    ----------
    root : Tensor
    format : {"svg", "png", "pdf"}
        What ``render`` writes and a notebook shows. All but SVG need Graphviz' program ``dot``.
    rankdir : {"LR", "TB", "RL", "BT"}
        The direction of what ``dot`` draws; the SVG is our own and goes from top to bottom.

    Returns
    -------
    Dot
        Shows itself in a notebook; ``render``, ``save`` and ``source`` as in ``graphviz.Digraph``.

    Raises
    ------
    TypeError
        If ``root`` is no Tensor on a tape.
    ValueError
        If format or direction is unknown.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd.visual import draw_dot
    >>> a, b = ag.Tensor(2.0, requires_grad=True, name="a"), ag.Tensor(-3.0, requires_grad=True, name="b")
    >>> dot = draw_dot(a * b)
    >>> dot.graph
    <Graph of 3 nodes and 2 edges>
    >>> "rankdir=LR" in dot.source
    True
    """
    if rankdir not in ("LR", "TB", "RL", "BT"):
        raise ValueError(f"draw_dot: rankdir={rankdir!r}; write 'LR', 'TB', 'RL' or 'BT'.")
    return Dot(draw(root), _known(format), rankdir)


def _known(format: str) -> str:
    if format not in _FORMATS:
        raise ValueError(f"draw_dot: format={format!r}; write one of {', '.join(map(repr, _FORMATS))}.")
    return format
