"""A graph as plain data, and all that can be done with it: questions, views, other forms. No NumPy."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from .model import VERSION, Edge, Group, Node, Step


@dataclasses.dataclass(frozen=True)
class Graph:
    """A recorded graph as plain data, and how it is to be looked at; nothing is rendered yet.

    ``print`` it, ``save`` it, ``show`` it, or let a notebook show it.

    Attributes
    ----------
    nodes, edges, groups
        The whole graph.
    sweep : tuple of Step
        The backward sweep from the output, latest node first; empty if it was not run.
    folded : frozenset of int, or None
        The groups that are shown as one; None lets the size decide.
    by : str
        What colours mean: ``kind``, ``grad``, ``value``, ``scope``, ``time`` or ``memory``.
    max_nodes : int
        The picture never has more boxes.
    notes : tuple of str
        What there is to say about the graph as a whole, such as what was left out.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    groups: tuple[Group, ...] = ()
    sweep: tuple[Step, ...] = ()
    folded: frozenset[int] | None = None
    by: str = "kind"
    max_nodes: int = 2_000
    notes: tuple[str, ...] = ()

    # -- questions ---------------------------------------------------------------------------------------------------

    def nonfinite(self, backward: bool = False) -> Node | None:
        """The first node whose value (or, in a sweep, whose rule) is not finite though what it is made of is.

        NaN made of an infinity counts, too; an infinity that the program wrote down itself, as in a mask, does not.

        Parameters
        ----------
        backward : bool
            Of cotangents, in the order of the sweep: the operation whose rule made the first that is not finite, or,
            if that cannot be told, the value at which it arrives.

        Returns
        -------
        Node or None
            None if all that is known is finite.

        Examples
        --------
        >>> import numpy as np, autograd as ag
        >>> x = ag.Tensor([0.0, 1.0], requires_grad=True, name="x")
        >>> graph = ag.draw(np.sum(np.sqrt(x)))
        >>> graph.nonfinite(), graph.nonfinite(backward=True).op
        (None, 'sqrt')
        """
        from .questions import nonfinite

        return nonfinite.first_cotangent(self) if backward else nonfinite.first_value(self)

    def around(self, node: Any, hops: int = 1) -> Graph:
        """The part of the graph that is at most so many edges from a node, in either direction.

        Parameters
        ----------
        node : Node, int, str or Tensor
            The node, its number, or its name; or a Tensor, found by its name.
        hops : int

        Raises
        ------
        ValueError, TypeError
            If there is no such node, or several have that name.
        """
        from .questions import parts

        return parts.around(self, node, hops)

    def path(self, x: Any, y: Any) -> Graph:
        """All ways on which one value becomes part of another; ``x`` and ``y`` as in :meth:`around`.

        Examples
        --------
        >>> import numpy as np, autograd as ag
        >>> a, b = (ag.Tensor(v, requires_grad=True, name=n) for v, n in [(2.0, "a"), (3.0, "b")])
        >>> graph = ag.draw(np.exp(a) * a + np.sin(b))
        >>> [node.op for node in graph.path("a", graph.nodes[-1]).nodes]
        [None, 'exp', 'multiply', 'add']
        """
        from .questions import parts

        return parts.path(self, x, y)

    def diff(self, other: Graph) -> Graph:
        """The graph and another one (after a change) as one graph, each node with what happened to it.

        Nodes are aligned in program order by their operations, leaves by kind and name. ``Node.change`` is ``added``,
        ``removed``, ``changed`` (another shape, dtype, parameter or operand), or None; the notes count them.

        Examples
        --------
        >>> import numpy as np, autograd as ag
        >>> x = ag.Tensor(2.0, requires_grad=True, name="x")
        >>> both = ag.draw(np.sin(x) * 3).diff(ag.draw(np.sin(np.exp(x)) * 3))
        >>> [(node.op, node.change) for node in both.nodes if node.change]
        [('exp', 'added'), ('sin', 'changed')]
        """
        from .questions import difference

        return difference.difference(self, other)

    def strips(self) -> list[dict[str, Any]]:
        """How the gradient grows or vanishes in time: for each loop, and each value handed to the next iteration.

        Returns
        -------
        list of dict
            ``group`` (the loop), ``place`` and ``title`` of the value, and ``points``: ``[step, norm]`` of its
            gradient in each iteration, None where it is not known or not finite.
        """
        from .questions import strips

        return strips.strips(self)

    # -- views -------------------------------------------------------------------------------------------------------

    def fold(self, *what: int | str | Group) -> Graph:
        """Show groups as one: all, or those given; each iteration of a loop, each call of a module.

        Parameters
        ----------
        *what : Group, int or str
            A group, its number, the name or class of a module (``"encoder.0"``, ``"Linear"``), ``"loops"`` or
            ``"modules"``.

        Raises
        ------
        ValueError
            If there is no such group; the message names those that there are.
        """
        from .folding import views

        return views.fold(self, what)

    def unfold(self, *what: int | str | Group) -> Graph:
        """Show the nodes of all groups, or of those given as in :meth:`fold`; and what these are in is opened."""
        from .folding import views

        return views.unfold(self, what)

    def depth(self, n: int) -> Graph:
        """Open modules ``n`` levels deep, and fold those that are deeper; loops stay as they are."""
        from .folding import views

        return views.depth(self, n)

    def color(self, by: str) -> Graph:
        """Let colours mean something else: ``kind``, ``grad``, ``value``, ``scope``, ``time`` or ``memory``."""
        from .folding import views

        return views.color(self, by)

    # -- other forms -------------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Dicts, lists, numbers and strings, ready for JSON; the same graph gives the same result."""
        plain = dataclasses.asdict(self)
        plain["folded"] = None if self.folded is None else sorted(self.folded)
        return {"version": VERSION, **plain}

    def to_json(self) -> str:
        """JSON text."""
        return json.dumps(self.to_dict(), allow_nan=False, indent=1)

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Graph:
        """The graph that :meth:`to_dict` gave; a ValueError if it did not."""
        from .forms import parsing

        return parsing.from_dict(data)

    @staticmethod
    def from_json(text: str | bytes) -> Graph:
        """The graph that :meth:`to_json` wrote; a ValueError if it did not."""
        from .forms import parsing

        return parsing.from_json(text)

    def to_mermaid(self) -> str:
        """The graph as a Mermaid flowchart, for the text of a README."""
        from .forms import mermaid
        from .pictures import picture

        return mermaid.flowchart(picture.picture(self))

    def to_svg(self, engine: str = "own") -> str:
        """A picture: SVG text that needs no other file and no program.

        Parameters
        ----------
        engine : {"own", "dot"}
            Whether our own layout or Graphviz' program ``dot`` places the boxes. Without that program, or if it takes
            longer than ten seconds, there is a warning and our own picture.
        """
        from .forms import dot
        from .pictures import picture, svg

        engines = {"own": svg.render, "dot": dot.picture}
        if engine not in engines:
            raise ValueError(f"to_svg: engine={engine!r}; write 'own' or 'dot'.")
        return engines[engine](picture.picture(self))

    def to_graphviz(self) -> Any:
        """The graph as a ``graphviz.Digraph``, to be styled and rendered with Graphviz."""
        from .forms import dot
        from .pictures import picture

        return dot.digraph(picture.picture(self))

    def to_html(self) -> str:
        """A page of its own, which asks the network for nothing: all views, all numbers, the sweep step by step."""
        from .forms import page

        return page.document(self)

    def save(self, path: str | Path) -> Path:
        """Write the graph to a file, in the form that its name ends in; whole, or not at all.

        ``.html`` is a page with all that is known, ``.svg`` a picture; ``.dot`` (Graphviz), ``.mmd`` (Mermaid),
        ``.json`` and ``.txt`` are for other programs and terminals. ``.png`` and ``.pdf`` need Graphviz' ``dot``.

        Returns
        -------
        Path
            Where it was written.

        Raises
        ------
        ValueError
            If the name ends in anything else.
        OSError
            If it cannot be written; a file that was there is as it was.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> import autograd as ag
        >>> graph = ag.draw(ag.Tensor(2.0, requires_grad=True, name="x") * 3)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     graph.save(pathlib.Path(folder, "graph.html")).name
        'graph.html'
        """
        from .forms import files

        return files.save(self, path)

    def show(self) -> Path:
        """Open the page of :meth:`to_html` in the browser, and return the temporary file that it is in."""
        from .forms import files

        return files.show(self)

    def __str__(self) -> str:
        from .forms import text

        return text.tree(self)

    def __repr__(self) -> str:
        return f"<Graph of {len(self.nodes)} nodes and {len(self.edges)} edges>"

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> Mapping[str, str]:
        from .forms import notebook

        return notebook.bundle(self, include, exclude)
