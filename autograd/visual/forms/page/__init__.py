"""A graph as one HTML file: a picture of each view, what is known as JSON, and a script that joins them.

The file asks the network for nothing. What comes from a user is escaped here, and the scripts only ever make it the
text of an element.
"""

from __future__ import annotations

import html
import json
from importlib import resources

from ...graph import Graph
from .data import collect

SCRIPTS = ("text", "strip", "zoom", "details", "sweep", "marks", "keys", "viewer")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def document(graph: Graph) -> str:
    """The whole file."""
    title = html.escape(f"Graph of {len(graph.nodes):,} nodes")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body>
{viewer(graph, attributes=" data-page")}
<script>{script()}</script>
</body>
</html>
"""


def viewer(graph: Graph, attributes: str = "") -> str:
    """The part of a page that shows one graph; it comes to life when :func:`script` runs.

    Without scripts it is the picture alone.
    """
    views, facts = collect(graph)
    panes = "".join(
        f'<div{"" if k == facts["start"] else " hidden"}>{view}</div>' for k, view in enumerate(views)
    )
    return f"""<div class="autograd-graph"{attributes}>
<style>{_read("viewer.css")}</style>
<div class="stage">{panes}</div>
<script type="application/json">{as_script(facts)}</script>
</div>"""


def script() -> str:
    """What brings every viewer on the page to life that is not yet alive."""
    return "(() => {\n'use strict';\n" + "".join(_read(f"{name}.js") for name in SCRIPTS) + "})();\n"


def as_script(value: object) -> str:
    r"""JSON that may stand in a script: ASCII, and no ``<``, so that it cannot end the element.

    Examples
    --------
    >>> print(as_script("</script>"))
    "\u003c/script>"
    """
    return json.dumps(value, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def _read(name: str) -> str:
    """A file of this folder, without indentation and comments."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    lines = (line.strip().partition(" // ")[0] for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith(("//", "/*")))
