"""Questions to a graph: what is around a node, the ways between two, other folds, and what changed."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd.visual.graph import Graph
from autograd.visual.pictures.picture import picture
from autograd.visual.questions.difference import align
from tests.visual.programs import VALUES, leaf, programs


def example():
    a, b = leaf(2.0, "a"), leaf(3.0, "b")
    y = np.exp(a) * a + np.sin(b)
    y.name = "y"
    return ag.draw(y), y, a


def ops(graph):
    return [node.name or node.op or node.kind for node in graph.nodes]


# -- parts -----------------------------------------------------------------------------------------------------------


def test_around_a_node():
    graph, y, a = example()
    assert ops(graph.around("b", 0)) == ["b"]
    assert ops(graph.around("b")) == ["b", "sin"]
    assert sorted(ops(graph.around("b", hops=2))) == ["b", "sin", "y"]
    assert graph.around(a) == graph.around("a") == graph.around(graph.nodes[0])
    assert sorted(ops(graph.around(y, 1))) == ["multiply", "sin", "y"]
    part = graph.around("b")
    assert [node for node in graph.nodes if node.id in {n.id for n in part.nodes}] == list(part.nodes)  # same numbers
    assert part.notes[-1] == "Cut out: 2 of 6 nodes, around b."
    assert str(part).startswith("sin")


def test_the_ways_between_two():
    graph, y, a = example()
    assert ops(graph.path("a", "y")) == ["a", "exp", "multiply", "y"]
    assert graph.path("y", a).edges == graph.path(a, y).edges
    assert len(graph.path("a", "y").edges) == 4
    assert ops(graph.path("b", "b")) == ["b"]
    with pytest.raises(ValueError, match="path: no value of a is used in b"):
        graph.path("a", "b")


@pytest.mark.parametrize(
    ("question", "error", "text"),
    [
        (lambda g: g.around("c"), ValueError, "is called 'c'. Names in this graph: 'a', 'b', 'y'; numbers: 0 to 5"),
        (lambda g: g.around(99), ValueError, "there is no node 99; they go from 0 to 5"),
        (lambda g: g.around(2.5), TypeError, "float given where a node, its number, its name or a Tensor with a name"),
        (lambda g: g.around(leaf(1.0)), TypeError, "Tensor given where a node"),
        (lambda g: g.around("a", -1), ValueError, "-1 given where a number of hops is due"),
        (lambda g: g.depth(-1), ValueError, "-1 given where a number of levels is due"),
        (lambda g: g.fold("encoder"), ValueError, r"there is no group 'encoder'. There are no modules .* no loops"),
        (lambda g: g.unfold(3), ValueError, "unfold: there is no group 3"),
        (lambda g: g.fold(2.5), TypeError, "fold: float given where a group, its number or its name is due"),
        (lambda g: g.diff(1), TypeError, "diff: int given where a Graph is due"),
    ],
)
def test_questions_that_have_no_answer(question, error, text):
    with pytest.raises(error, match=text):
        question(example()[0])


def test_a_name_that_several_nodes_have():
    x = leaf(1.0, "x")
    y = x * leaf(2.0, "x")
    with pytest.raises(ValueError, match=r"2 nodes are called 'x': \[0, 1\]; give a number"):
        ag.draw(y).around("x")


@settings(deadline=None)
@given(programs(), st.data())
def test_parts_can_be_drawn(graph, data):
    node = data.draw(st.sampled_from(graph.nodes))
    part = graph.around(node, 2)
    assert node in part.nodes
    for view in (part.unfold(), part.fold()):
        boxes = {k for box in picture(view).boxes for k in box.nodes}
        assert boxes == {n.id for n in part.nodes}
    last = graph.nodes[-1]
    ways = {(e.source, e.target) for e in graph.edges}
    reached = {last.id}
    for source, target in sorted(ways, key=lambda e: -e[1]):
        if target in reached:
            reached.add(source)
    if node.id in reached:
        part = graph.path(node, last)
        assert {node.id, last.id} <= {n.id for n in part.nodes} <= reached
        used, using = {e.source for e in part.edges}, {e.target for e in part.edges}
        assert all(n.id in used for n in part.nodes if n.id != last.id)
        assert all(n.id in using for n in part.nodes if n.id != node.id)


# -- folds -----------------------------------------------------------------------------------------------------------


def test_groups_by_number_name_class_and_kind():
    network = ag.nn.Sequential(ag.nn.Linear(3, 3, rng=0), ag.nn.Tanh(), ag.nn.Linear(3, 3, rng=1))
    with ag.visual.record():
        y = network(leaf(np.ones((2, 3), np.float32), "x"))
    graph = ag.draw(y)
    linear = {group.id for group in graph.groups if group.type == "Linear"}
    assert graph.fold("Linear").folded == linear
    assert graph.fold("0", "2").folded == linear
    assert graph.fold(*linear).folded == linear
    assert graph.fold(*(graph.groups[k] for k in linear)).folded == linear
    assert graph.fold("modules").folded == graph.fold().folded == set(range(4))
    assert graph.fold().unfold("2").folded == set(range(4)) - {0, max(linear)}  # what it is in is opened, too
    with pytest.raises(ValueError, match=r"There are the modules 'Sequential', '0', '1', '2' and no loops"):
        graph.fold("encoder")


def test_all_iterations_fold_together():
    w, total = leaf(1.0, "w"), 0.0
    for epoch in range(3):
        h = leaf(0.5, f"h{epoch}")
        for _ in range(4):
            h = np.tanh(h * w)
        total = total + h * h
    graph = ag.draw(total)
    folded = picture(graph.unfold().fold("loops"))
    assert [frame.label for frame in folded.frames] == ["× 3", "× 4"]
    assert picture(graph.fold("loops").unfold(1)) == picture(graph.fold("loops").unfold(3))
    assert picture(graph.unfold().fold(0)) == picture(graph.fold("loops").unfold(2))


# -- differences -----------------------------------------------------------------------------------------------------


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_the_shortest_script(a, b):
    pairs = align(a, b)
    assert [x for x, _ in pairs if x is not None] == list(range(len(a)))
    assert [y for _, y in pairs if y is not None] == list(range(len(b)))
    assert all(a[x] == b[y] for x, y in pairs if x is not None and y is not None)
    longest = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            longest[i + 1][j + 1] = longest[i][j] + 1 if x == y else max(longest[i][j + 1], longest[i + 1][j])
    assert sum(x is not None and y is not None for x, y in pairs) == longest[-1][-1]


def test_a_changed_program():
    x = leaf(np.ones((4, 3)), "x")

    def graph(hidden, dropout):
        h = np.tanh(x @ leaf(np.ones((3, hidden)), "W"))
        h = h * 0.5 if dropout else h
        return ag.draw(np.sum(h, axis=0 if dropout else 1))

    both = graph(5, False).diff(graph(5, True))
    assert [(n.op or n.kind, n.change) for n in both.nodes if n.change] == [
        ("constant", "added"), ("multiply", "added"), ("sum", "changed"),
    ]  # fmt: skip
    assert both.notes == ("Compared: 2 added, 0 removed, 1 changed.",)
    back = graph(5, True).diff(graph(5, False))
    assert [(n.op or n.kind, n.change) for n in back.nodes if n.change] == [
        ("constant", "removed"), ("multiply", "removed"), ("sum", "changed"),
    ]  # fmt: skip
    wider = graph(5, False).diff(graph(6, False))
    assert [n.op or n.name for n in wider.nodes if n.change] == ["W", "matmul", "tanh"]
    changes = {box.title: box.change for box in picture(both).boxes}
    assert (changes["multiply"], changes["tanh"]) == ("added", None)
    assert any("added" in box.tooltip for box in picture(both).boxes)


def test_what_changed_in_a_long_loop():
    def graph(steps, extra=False):
        w, h = leaf(0.5, "w"), leaf(1.0, "h")
        for _ in range(steps):
            h = np.tanh(np.sin(h * w) if extra else h * w)
        return ag.draw(h)

    both = graph(300).diff(graph(300, extra=True))
    assert both.notes == ("Compared: 300 added, 0 removed, 300 changed.",)
    assert [(box.title, box.change) for box in picture(both.fold()).boxes] == [
        ("w", None), ("h", None), ("multiply", None), ("sin", "added"), ("tanh", "changed"),
    ]  # fmt: skip


@settings(deadline=None)
@given(programs(VALUES), programs(VALUES))
def test_a_difference_holds_both_graphs(before, after):
    same = before.diff(before)
    assert not any(node.change for node in same.nodes)
    assert same.edges == tuple(sorted(before.edges, key=lambda e: (e.target, e.operand)))
    both = before.diff(after)
    plain = lambda nodes: [dataclasses.replace(n, id=0, group=None, step=None, place=None, change=None) for n in nodes]
    assert plain(n for n in both.nodes if n.change != "removed") == plain(after.nodes)
    assert len([n for n in both.nodes if n.change != "added"]) == len(before.nodes)
    assert all(edge.source < edge.target for edge in both.edges)
    assert Graph.from_json(both.to_json()) == both
    for view in (both.fold(), both.unfold()):
        assert {k for box in picture(view).boxes for k in box.nodes} == {n.id for n in both.nodes}
