"""What is drawn: the quotient of a graph by what is folded, leaves once per use, never too many boxes, and colours."""

import dataclasses
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd.visual.graph import Graph
from autograd.visual.model import Edge, Group, Node
from autograd.visual.pictures.picture import picture
from tests.visual.programs import VALUES, leaf, programs, recurrent


def titles(drawn):
    return [box.title for box in drawn.boxes]


# -- the quotient ----------------------------------------------------------------------------------------------------


@st.composite
def views(draw):
    graph = draw(programs())
    folded = draw(st.sets(st.sampled_from(range(len(graph.groups)))) if graph.groups else st.just(set()))
    return dataclasses.replace(graph, folded=frozenset(folded))


@settings(deadline=None)
@given(views())
def test_each_node_is_in_one_box_or_in_one_per_use(graph):
    drawn = picture(graph)
    boxes = Counter(k for box in drawn.boxes for k in box.nodes)
    assert set(boxes) == {node.id for node in graph.nodes}
    uses = {box.nodes[0]: box.use[1] for box in drawn.boxes if box.use}
    for node in graph.nodes:
        assert boxes[node.id] == 1 or node.op is None
    for first, count in uses.items():
        assert [box.use for box in drawn.boxes if box.nodes[0] == first] == [(k + 1, count) for k in range(count)]
        assert count > 3


@settings(deadline=None)
@given(views())
def test_lines_are_the_edges_of_the_graph(graph):
    drawn = picture(graph)
    nodes = [set(box.nodes) for box in drawn.boxes]
    boxes = {}
    for k, box in enumerate(drawn.boxes):
        for node in box.nodes:
            boxes.setdefault(node, set()).add(k)
    lines = {(line.source, line.target) for line in drawn.lines}
    joined = {(e.source, e.target) for e in graph.edges}
    for source, target in joined:
        (end,) = boxes[target]
        assert boxes[source] == {end} or any((start, end) in lines for start in boxes[source])
    for source, target in lines:
        assert any((a, b) in joined for a in nodes[source] for b in nodes[target])


@settings(deadline=None)
@given(views())
def test_only_loop_lines_run_backwards(graph):
    drawn = picture(graph)
    assert all(line.source < line.target for line in drawn.lines if not line.loop)
    if not graph.folded:
        assert not any(line.loop for line in drawn.lines)


@settings(deadline=None)
@given(views())
def test_frames_are_nested(graph):
    drawn = picture(graph)
    for k, frame in enumerate(drawn.frames):
        assert frame.boxes == tuple(sorted(set(frame.boxes)))
        if frame.parent is not None:
            assert frame.parent < k
            assert set(frame.boxes) <= set(drawn.frames[frame.parent].boxes)


@settings(deadline=None)
@given(programs())
def test_folding_and_unfolding_is_the_identity(graph):
    plain = graph.unfold()
    assert picture(plain.fold().unfold()) == picture(plain)
    for group in graph.groups:
        assert picture(plain.fold(group).unfold(group)) == picture(plain)
    whole = picture(graph.fold())
    assert len(whole.boxes) <= len(picture(plain).boxes)


@settings(deadline=None)
@given(programs(), st.integers(1, 12))
def test_never_more_boxes_than_asked_for(graph, limit):
    drawn = picture(dataclasses.replace(graph.unfold(), max_nodes=limit))
    everything = picture(graph.unfold())
    assert len(drawn.boxes) == min(limit, len(everything.boxes))
    hidden = len(everything.boxes) - len(drawn.boxes)
    assert drawn.notes == everything.notes + (
        (f"{hidden:,} boxes further from the result are not shown; a greater max_nodes shows more.",) if hidden else ()
    )
    assert drawn.boxes[-1].nodes == everything.boxes[-1].nodes
    assert all(line.target < len(drawn.boxes) for line in drawn.lines)


# -- loops and modules -----------------------------------------------------------------------------------------------


def test_a_folded_loop():
    drawn = picture(recurrent(50).fold())
    assert titles(drawn) == ["w", "h", "multiply", "tanh"]
    assert [(line.source, line.target, line.loop) for line in drawn.lines] == [
        (1, 2, False), (0, 2, False), (3, 2, True), (2, 3, False),
    ]  # fmt: skip
    (frame,) = drawn.frames
    assert (frame.label, frame.boxes) == ("× 50", (2, 3))
    assert drawn.boxes[3].nodes == tuple(range(3, 102, 2))
    assert drawn.notes == ("Folded: 102 nodes are drawn as 4 boxes.",)


def test_small_graphs_are_not_folded_and_large_ones_are():
    assert len(picture(recurrent(30)).boxes) == 91  # each use of w is a box
    assert len(picture(recurrent(60)).boxes) == 4


def test_modules_are_folded_from_the_deepest_if_there_is_much_to_draw():
    class Block(ag.nn.Module):
        def __init__(self, rng):
            super().__init__()
            self.norm, self.linear = ag.nn.LayerNorm(8), ag.nn.Linear(8, 8, rng=rng)

        def forward(self, x):
            return np.tanh(self.linear(self.norm(x))) * np.exp(x)

    blocks = ag.nn.Sequential(*[Block(k) for k in range(2)])
    with ag.visual.record():
        y = blocks(leaf(np.ones((2, 8), np.float32), "x"))
    graph = ag.draw(y)
    small = picture(graph.unfold())
    assert {frame.label for frame in small.frames} >= {"Sequential", "0: Block", "1.norm: LayerNorm"}
    deep = picture(graph.depth(2))
    assert "0.norm: LayerNorm" in titles(deep)
    assert "0: Block" in titles(picture(graph.depth(1)))
    assert titles(picture(graph.depth(0)))[-1] == "Sequential"
    assert picture(graph.depth(9)) == small
    whole = picture(graph.depth(0))
    module = whole.boxes[-1]
    assert (module.kind, len(whole.boxes)) == ("module", 2)  # the input, and the network with its parameters
    assert "operations, 8 parameters" in module.lines[0]


def test_names_that_differ_from_step_to_step():
    w, h, x = leaf(0.5, "w"), leaf(1.0, "h"), [leaf(float(t), f"x{t}") for t in range(5)]
    for t in range(5):
        h = np.tanh(h * w + x[t])
    assert "x0 … x4" in titles(picture(ag.draw(h).fold()))
    table = leaf(np.ones((5, 3)), "table")
    h = leaf(np.ones(3), "h")
    for t in range(5):
        h = h * table[t]
    assert "getitem(index=0 … 4)" in titles(picture(ag.draw(h).fold()))


def test_both_uses_of_a_square_are_drawn():
    h = leaf(0.5, "h")
    assert len(picture(ag.draw(h * h)).lines) == 2
    for _ in range(4):
        h = h * h
    assert Counter(line.loop for line in picture(ag.draw(h).fold()).lines) == {False: 2, True: 2}


def test_groups_that_are_no_intervals_give_no_circle():
    nodes = tuple(Node(k, "operation", "f", None, [], "float64", {}, group=0 if k % 2 else None) for k in range(6))
    graph = Graph(nodes, tuple(Edge(k, k + 1, 0) for k in range(5)), (Group(0, "module", "m", "M"),))
    drawn = picture(graph.fold())
    assert all(line.loop or line.source < line.target for line in drawn.lines)
    assert sorted(len(box.nodes) for box in drawn.boxes) == [1, 1, 1, 3]


# -- labels ----------------------------------------------------------------------------------------------------------


def test_no_gradient_is_not_zero():
    x = leaf(2.0, "x")
    y = np.sin(x)
    (box, _) = picture(ag.draw(y, x)).boxes
    assert "no grad yet" in box.lines
    assert "no grad yet" in box.tooltip
    x.grad = np.zeros(())
    (box, _) = picture(ag.draw(y, x)).boxes
    assert "grad 0" in box.lines


def test_a_tooltip_says_all_that_is_known():
    node = Node(
        3, "operation", "tanh", "h", [2, 3], "float32", {}, {"min": -1.0, "mean": 0.5, "max": 1.0, "norm": 2.0}, None,
        [1.0, "nan"], 24, 48, 0.0012, 2e-6,
    )  # fmt: skip
    graph = Graph((node,), ())
    assert picture(graph).boxes[0].tooltip.splitlines() == [
        "h = tanh", "operation #3", "shape (2, 3) float32", "value: min -1, mean 0.5, max 1, norm 2",
        "gradient: [1, nan]", "memory: 24 B", "residuals: 48 B", "forward: 1.2 ms", "backward: 2 µs",
    ]  # fmt: skip


def test_several_values_of_one_node():
    parts = np.split(leaf(np.ones((6, 2)), "x"), 3)
    drawn = picture(ag.draw(parts[0] + parts[1] + parts[2]))
    (split,) = [box for box in drawn.boxes if box.title.startswith("split")]
    assert split.lines[0] == "3 of (2, 2) float64"


# -- colours ---------------------------------------------------------------------------------------------------------


def test_colours_by_gradient_are_logarithmic():
    nodes = [Node(k, "operation", "f", None, [], "float64", {}, cotangent=g) for k, g in
             enumerate([1.0, 0.1, 1e-4, 0.0, None, "inf", "nan"])]  # fmt: skip
    drawn = picture(Graph(tuple(nodes), ()).color("grad"))
    assert [box.heat for box in drawn.boxes] == [1.0, pytest.approx(0.75), 0.0, 0.0, None, 1.0, None]
    assert (drawn.scale.title, drawn.scale.low, drawn.scale.high) == ("|gradient|, logarithmic", "0.0001", "1")


def test_colours_by_time_and_memory_add_up():
    nodes = [Node(k, "operation", "f", None, [], "float64", {}, forward=t, backward=1e-3, bytes=m) for k, (t, m) in
             enumerate([(1e-3, 1024), (3e-3, 3072)])]  # fmt: skip
    graph = Graph(tuple(nodes), ())
    drawn = picture(graph.color("time"))
    assert [box.heat for box in drawn.boxes] == [0.5, 1.0]
    assert (drawn.scale.low, drawn.scale.high) == ("0", "4 ms")
    drawn = picture(graph.color("memory"))
    assert [box.heat for box in drawn.boxes] == [pytest.approx(1 / 3), 1.0]
    assert drawn.scale.high == "3 KiB"


def test_colours_where_nothing_is_known():
    graph = Graph((Node(0, "input", None, "x", None, None, {}),), ())
    for by in ("kind", "grad", "value", "scope", "time", "memory"):
        drawn = picture(graph.color(by))
        assert ([box.heat for box in drawn.boxes], drawn.scale) == ([None], None)
    with pytest.raises(ValueError, match="colours cannot mean 'size'; they can mean 'kind', 'grad', 'value', 'scope'"):
        graph.color("size")


def test_colours_by_module():
    network = ag.nn.Sequential(ag.nn.Linear(3, 3, rng=0), ag.nn.Tanh(), ag.nn.Linear(3, 3, rng=1))
    with ag.visual.record():
        y = network(leaf(np.ones((2, 3), np.float32), "x"))
    drawn = picture(ag.draw(y).color("scope"))
    assert drawn.scale.names == ("Sequential", "0", "1", "2")
    heat = {box.title: box.heat for box in drawn.boxes}
    assert (heat["tanh"], heat["x"]) == (pytest.approx(2 / 3), None)


@settings(deadline=None)
@given(programs(VALUES))
def test_colours_change_nothing_else(graph):
    plain = [dataclasses.replace(box, heat=None) for box in picture(graph).boxes]
    for by in ("grad", "value", "scope", "time", "memory"):
        drawn = picture(graph.color(by))
        assert [dataclasses.replace(box, heat=None) for box in drawn.boxes] == plain
        assert all(box.heat is None or 0 <= box.heat <= 1 for box in drawn.boxes)


# -- strips ----------------------------------------------------------------------------------------------------------


def test_strips_show_a_gradient_that_vanishes():
    (strip,) = recurrent(20).strips()
    assert (strip["group"], strip["title"]) == (0, "tanh")
    steps, norms = zip(*strip["points"], strict=True)
    assert steps == tuple(range(20))
    assert norms[-1] == 1.0
    assert all(a < b for a, b in pairwise(norms))
    assert norms[0] < 1e-5


def test_a_strip_for_each_state():
    h, c, w = leaf(0.5, "h"), leaf(0.1, "c"), leaf(0.7, "w")
    for _ in range(6):
        c = c * w + h
        h = np.tanh(c)
    assert [strip["title"] for strip in ag.draw(h).strips()] == ["add", "tanh"]


def test_strips_of_a_graph_without_loops_or_gradients():
    assert ag.draw(np.sin(leaf(1.0))).strips() == []
    graph = recurrent(5)
    unknown = tuple(dataclasses.replace(node, cotangent=None, grad=None) for node in graph.nodes)
    bare = dataclasses.replace(graph, nodes=unknown)
    assert [norm for _, norm in bare.strips()[0]["points"]] == [None] * 5
