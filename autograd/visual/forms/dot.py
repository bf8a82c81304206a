"""A picture in Graphviz' language, and pictures made by its program ``dot``."""

from __future__ import annotations

import subprocess
import warnings
from typing import Any

from ..pictures import colours, svg
from ..pictures.labels import clean, legal
from ..pictures.picture import Box, Picture

SHAPES = {
    "input": {"shape": "parallelogram"},
    "parameter": {"shape": "octagon"},
    "constant": {"style": "rounded,filled"},
    "operation": {"style": "rounded,filled"},
    "output": {"peripheries": "2", "style": "rounded,filled"},
    "module": {"shape": "component"},
}
_INSTALL = "Install Graphviz: apt, brew, conda or choco install graphviz"
_OWN = "save as .svg or .html, which need no program; a browser prints either as PDF"


def digraph(drawn: Picture) -> Any:
    """A picture as a ``graphviz.Digraph``: frames are clusters, and loop lines are dashed and do not move boxes.

    Raises
    ------
    ImportError
        If the package ``graphviz`` is missing. The program ``dot`` is not needed.
    """
    try:
        import graphviz
    except ImportError as error:
        raise ImportError("to_graphviz: it needs the package graphviz: python -m pip install graphviz") from error
    font = {"fontname": "monospace", "fontsize": "11"}
    dot = graphviz.Digraph("graph", graph_attr={**font, "labeljust": "l"}, node_attr={**font, "shape": "box"})
    frames = [graphviz.Digraph(f"cluster_{k}") for k in range(len(drawn.frames))]
    inside = {k: frame for frame, around in zip(frames, drawn.frames, strict=True) for k in around.boxes}
    for k, box in enumerate(drawn.boxes):
        label = graphviz.escape("\n".join(map(clean, [box.title, *box.lines])))
        inside.get(k, dot).node(f"n{k}", label, **_look(box, drawn))
    for frame, around in reversed([*zip(frames, drawn.frames, strict=True)]):  # a parent copies what its children hold
        frame.attr(label=graphviz.escape(clean(around.label)), style="rounded", color="#9ca3af")
        (dot if around.parent is None else frames[around.parent]).subgraph(frame)
    for line in drawn.lines:
        loop = {"style": "dashed", "constraint": "false"} if line.loop else {}
        dot.edge(f"n{line.source}", f"n{line.target}", color="#6b7280", **loop)
    if drawn.notes:
        dot.attr(label=graphviz.escape("\n".join(map(legal, drawn.notes))))
    return dot


def _look(box: Box, drawn: Picture) -> dict[str, str]:
    fill, border = colours.LIGHT[box.kind]
    look = {"style": "filled", **SHAPES[box.kind], "fillcolor": fill, "color": border}
    if drawn.scale is not None:
        look["fillcolor"], look["fontcolor"] = colours.paint(box.heat, len(drawn.scale.names))
    if box.change:
        look |= {"color": colours.CHANGES[box.change], "penwidth": "3"}
    return look


def run(source: str, form: str, timeout: float = 10.0) -> bytes:
    """Have Graphviz' program ``dot`` make a picture.

    Parameters
    ----------
    source : str
        In its language.
    form : str
        One of its formats: ``"svg"``, ``"png"``, ``"pdf"``.
    timeout : float
        Seconds after which it is stopped: for a few hundred nodes that share leaves it takes minutes.

    Raises
    ------
    RuntimeError
        If it is not installed, fails or takes longer, with what can be done.
    """
    try:
        return subprocess.run(
            ["dot", f"-T{form}"], input=source.encode(), capture_output=True, timeout=timeout, check=True
        ).stdout
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"dot: stopped after {timeout:g} seconds. Fold the graph, or {_OWN}.") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()[:500]
        raise RuntimeError(f"dot: it failed: {said}. Instead, {_OWN}.") from None
    except OSError as error:  # not installed, or a system without processes
        raise RuntimeError(f"dot: it cannot be started ({error}). {_INSTALL}. Or {_OWN}.") from None


def picture(drawn: Picture) -> str:
    """SVG by ``dot``; with a warning our own if there is none."""
    try:
        return run(str(digraph(drawn).source), "svg").decode()
    except RuntimeError as error:
        warnings.warn(f"{error} This is the built-in picture.", stacklevel=3)
        return svg.render(drawn)
