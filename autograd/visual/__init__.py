"""Pictures of a recorded graph: ``draw`` reads the tape into plain data, which is shown as SVG, DOT, JSON or text."""

from .model import Edge, Graph, Node
from .trace import draw

__all__ = ["Edge", "Graph", "Node", "draw"]
