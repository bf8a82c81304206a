"""A graph in a notebook: a picture that survives anywhere, and a script that puts the live viewer in its place.

What a notebook that is not trusted keeps of ``text/html`` is an ``<img>``, neither ``<svg>`` nor ``<script>``. So that
is what is there, and only where scripts may run does the viewer replace it.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Collection

from ..graph import Graph
from . import page

LARGEST = 3_000_000  # characters; a notebook file holds every output, and twice


def bundle(graph: Graph, include: Collection[str] | None, exclude: Collection[str] | None) -> dict[str, str]:
    """What the notebook may choose from, by MIME type.

    Parameters
    ----------
    graph : Graph
    include, exclude : collection of str, or None
        The types that are wanted (None: all), and those that are not.
    """
    picture = graph.to_svg()
    if len(picture) > LARGEST:
        advice = f"The picture is too large for a notebook ({len(picture) / 1e6:.0f} MB): fold it, save it or show it."
        made = {"text/plain": f"{graph!r}\n{advice}"}
    else:
        made = {"text/html": _still_then_live(graph, picture), "image/svg+xml": picture, "text/plain": repr(graph)}
    return {kind: made[kind] for kind in made if (include is None or kind in include) and kind not in (exclude or ())}


def _still_then_live(graph: Graph, picture: str) -> str:
    data = base64.b64encode(picture.encode("utf-8", "replace")).decode("ascii")
    live = page.viewer(graph)
    mark = hashlib.sha256(live.encode("utf-8", "replace")).hexdigest()[:12]
    alt = html.escape(f"Graph of {len(graph.nodes)} nodes")
    image = f'<img alt="{alt}" style="max-width:100%" src="data:image/svg+xml;base64,{data}">'
    still = f'<div data-autograd="{mark}">{image}</div>'
    if len(still) + len(live) > LARGEST:
        return still
    swap = f"for (const still of document.querySelectorAll('[data-autograd=\"{mark}\"]')) still.outerHTML = live;"
    return f"{still}\n<script>{{const live = {page.as_script(live)};\n{swap}\n{page.script()}}}</script>"
