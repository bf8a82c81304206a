"""Pictures of a recorded graph: ``draw`` reads the tape into plain data, which is shown as SVG, DOT, JSON or text."""

from .backward import backward_steps
from .derivation import explain
from .micrograd import draw_dot
from .model import Edge, Graph, Node
from .profiling import profile
from .record import record
from .trace import draw

__all__ = ["Edge", "Graph", "Node", "backward_steps", "draw", "draw_dot", "explain", "profile", "record"]
