"""What the tests of pictures are run on: a small recurrence, and random graphs of which much repeats."""

import numpy as np
from hypothesis import strategies as st

import autograd as ag
from autograd.visual.folding.repeats import with_loops
from autograd.visual.graph import Graph
from autograd.visual.model import Edge, Group, Node

NONE = st.none()
VALUES = NONE | st.floats(-9, 9) | st.just([1.0, "nan"]) | st.just(
    {"min": -1.0, "mean": 0.0, "max": 2.0, "norm": 3.0, "nan": 0, "inf": 0}
)  # fmt: skip


def leaf(value, name=None):
    return ag.Tensor(value, requires_grad=True, name=name)


def recurrent(steps):
    w, h = leaf(0.5, "w"), leaf(1.0, "h")
    for _ in range(steps):
        h = np.tanh(h * w)
    return ag.draw(h, params={"w": w})


@st.composite
def programs(draw, values=NONE):
    """Operations on values before, in nested modules, with leaves that are used once or often; their loops found."""
    words = draw(st.lists(st.sampled_from("abcd<>"), min_size=1, max_size=14)) * draw(st.integers(1, 5))
    leaves = draw(st.integers(1, 3))
    nodes = [Node(k, "parameter", None, f"w{k}", [3], "float64", {}) for k in range(leaves)]
    edges, groups, inside = [], [], [None]
    for word in words:
        if word == "<":
            groups.append(Group(len(groups), "module", f"m{len(inside)}", "Module", inside[-1]))
            inside.append(groups[-1].id)
        elif word == ">":
            inside = inside[:-1] or [None]
        else:
            sources = [len(nodes) - draw(st.integers(1, min(3, len(nodes))))]
            if draw(st.booleans()):
                sources.append(draw(st.integers(0, leaves - 1)))
            elif draw(st.booleans()):
                nodes.append(Node(len(nodes), "constant", None, None, [], "float", {}, 1.0))
                sources.append(len(nodes) - 1)
            edges += [Edge(source, len(nodes), k) for k, source in enumerate(sources)]
            numbers = {"value": draw(values), "cotangent": draw(values)}
            nodes.append(Node(len(nodes), "operation", word, None, [3], "float64", {}, **numbers, group=inside[-1]))
    return with_loops(Graph(tuple(nodes), tuple(edges), tuple(groups)))
