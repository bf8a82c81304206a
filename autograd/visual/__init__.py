"""Pictures of a recorded graph: ``draw`` reads the tape into plain data, and everything else reads that.

- ``model``, ``graph``: the plain data, and what can be done with it
- ``reading``: the tape, and what recordings know of it, read into a graph
- ``folding``: loops found in a graph, and groups shown as one
- ``questions``: parts of a graph, differences, gradients in time, the first NaN
- ``pictures``: boxes, lines and colours, where they go, and SVG
- ``forms``: files, pages, notebooks, Graphviz, Mermaid, text
- ``sweep``: the backward sweep as mathematics, step by step
- ``profiling``: time and memory
"""

from .forms.micrograd import draw_dot
from .graph import Graph
from .model import Edge, Node
from .profiling import profile
from .reading.recording import record
from .reading.trace import draw
from .sweep.backward import backward_steps
from .sweep.derivation import explain

__all__ = ["Edge", "Graph", "Node", "backward_steps", "draw", "draw_dot", "explain", "profile", "record"]
