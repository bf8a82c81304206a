"""Loops are found in the tape: which operations, how many iterations, what belongs to them and what stays outside."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd.visual.folding.repeats import with_loops
from autograd.visual.folding.tandem import Run, Sequel
from autograd.visual.graph import Graph
from autograd.visual.model import Edge, Node
from tests.visual.programs import leaf

RNG = np.random.default_rng


def found(y):
    return with_loops(ag.draw(y, max_nodes=10**6))


def loops(graph):
    return [group for group in graph.groups if group.kind == "loop"]


def body(graph, loop, step=0):
    """Operations and leaves of one iteration, by their places; loops in it as ('loop', count)."""
    members = [(n.place, n.op or n.kind) for n in graph.nodes if (n.group, n.step) == (loop.id, step)]
    members += [(g.place, (g.kind, g.count)) for g in graph.groups if (g.parent, g.step) == (loop.id, step)]
    return [what for _, what in sorted(members, key=lambda member: member[0])]


def outside(graph):
    return [node.name or node.op or node.kind for node in graph.nodes if node.group is None]


def rnn(steps, losses=False, separate=False):
    rng = RNG(0)
    wx, wh, b = leaf(rng.normal(size=(3, 4)), "Wx"), leaf(rng.normal(size=(4, 4)), "Wh"), leaf(np.zeros(4), "b")
    x = leaf(np.ones((steps, 2, 3)), "x")
    if separate:
        x = [leaf(rng.normal(size=(2, 3)), f"x{t}") for t in range(steps)]
    h, total = np.zeros((2, 4)), 0.0
    for t in range(steps):
        h = np.tanh(x[t] @ wx + h @ wh + b)
        total = total + np.sum((h - 1.0) ** 2) if losses else total
    return total if losses else np.sum(h)


# -- programs --------------------------------------------------------------------------------------------------------


def test_a_recurrent_network_by_hand():
    graph = found(rnn(50))
    (loop,) = loops(graph)
    assert loop.count == 50
    assert body(graph, loop) == body(graph, loop, 49) == ["getitem", "matmul", "matmul", "add", "add", "tanh"]
    assert outside(graph) == ["Wx", "Wh", "b", "x", "constant", "sum"]  # the constant is the state before all steps


def test_inputs_as_separate_leaves_and_a_loss_at_each_step():
    graph = found(rnn(8, losses=True, separate=True))
    (loop,) = loops(graph)
    assert loop.count == 8
    operations = ["matmul", "matmul", "add", "add", "tanh", "subtract", "power", "sum", "add"]
    assert body(graph, loop) == body(graph, loop, 7) == [*operations, "input", "constant", "constant"]
    names = [node.name for node in graph.nodes if node.group == loop.id and node.kind == "input"]
    assert names == [f"x{t}" for t in range(8)]
    assert outside(graph) == ["Wx", "Wh", "b", "constant", "constant"]


@pytest.mark.parametrize(
    ("kind", "operations"),
    [
        ("RNN", ["recur", "tanh"]),
        ("GRU", ["recur", "gru_step"]),
        ("LSTM", ["lstm_step"]),
    ],
)
@pytest.mark.parametrize("layers", [1, 2])
def test_recurrent_layers(kind, operations, layers):
    network = getattr(ag.nn, kind)(3, 4, num_layers=layers, bidirectional=layers == 2, rng=0)
    graph = found(np.sum(network(leaf(np.ones((6, 2, 3), np.float32)))[0]))
    assert [loop.count for loop in loops(graph)] == [6] * (layers if layers == 1 else 4)
    for loop in loops(graph):
        assert body(graph, loop) == operations


def test_loops_in_loops():
    network = ag.nn.LSTM(3, 4, truncate=5, rng=0)  # every five steps the state begins anew
    graph = found(np.sum(network(leaf(np.ones((20, 2, 3), np.float32)))[0]))
    assert [(loop.count, loop.parent) for loop in loops(graph)] == [(4, None)] + [(5, 0)] * 4
    assert body(graph, loops(graph)[0]) == [("loop", 5), "constant", "constant"]

    w, total = leaf(1.0, "w"), 0.0
    for epoch in range(3):
        h = leaf(0.5, f"h{epoch}")
        for _ in range(4):
            h = np.tanh(h * w)
        total = total + h * h
    graph = found(total)
    assert [(loop.count, loop.parent, loop.step) for loop in loops(graph)] == [
        (3, None, None), (4, 0, 0), (4, 0, 1), (4, 0, 2),
    ]  # fmt: skip
    assert body(graph, loops(graph)[0], 2) == [("loop", 4), "multiply", "add", "input"]
    assert outside(graph) == ["w", "constant"]


def test_an_unrolled_optimiser():
    x, target, seen = RNG(0).normal(size=(5, 3)), RNG(1).normal(size=5), []
    loss = lambda w: np.mean((x @ w - target) ** 2)

    def adapted(w):
        for _ in range(4):
            w = w - 0.1 * ag.grad(loss)(w)
        y = loss(w)
        seen.append(found(y))
        return y

    ag.grad(adapted)(np.ones(3))
    (loop,) = loops(seen[0])
    assert loop.count == 4
    assert body(seen[0], loop)[0] == "matmul"
    assert body(seen[0], loop)[9] == "subtract"


def test_a_first_iteration_that_lacks_an_operation():
    x, w, v, rate = RNG(0).normal(size=(5, 3)), leaf(np.ones(3), "w"), np.zeros(3), leaf(0.1, "rate")
    for _ in range(5):
        gradient = x.T @ (x @ w - 1.0)
        v = 0.9 * v + gradient  # the first momentum is a constant, so its product is not recorded
        w = w - rate * v
    (loop,) = loops(graph := found(np.sum(w**2)))
    assert loop.count == 4
    assert body(graph, loop)[:7] == ["matmul", "subtract", "matmul", "multiply", "add", "multiply", "subtract"]


def test_layers_of_the_same_shape():
    h = RNG(0).normal(size=(2, 3))
    for k, width in enumerate([4] * 6 + [2]):
        h = np.tanh(h @ leaf(np.ones((h.shape[1], width)), f"W{k}") + leaf(np.zeros(width), f"b{k}"))
    graph = found(np.sum(h))
    (loop,) = loops(graph)
    assert loop.count == 5  # neither the first layer nor the last, which have other shapes
    assert body(graph, loop) == ["matmul", "add", "tanh", "input", "input"]
    assert [node.name for node in graph.nodes if node.group == loop.id and node.op is None] == [
        name for k in range(1, 6) for name in (f"W{k}", f"b{k}")
    ]


def test_scalar_neurons():
    x, weights = RNG(0).normal(size=3).tolist(), iter(RNG(1).normal(size=40).tolist())
    for width in (4, 4, 1):
        rows = [([leaf(next(weights)) for _ in x], leaf(0.0)) for _ in range(width)]
        x = [np.tanh(sum((w * v for w, v in zip(row, x, strict=True)), b)) for row, b in rows]
    graph = found(x[0])
    top = [loop for loop in loops(graph) if loop.parent is None]
    assert [loop.count for loop in top] == [4, 4, 4]  # neurons, neurons, and the inputs of the last one
    assert body(graph, top[0]) == [("loop", 3), "tanh", "input"]
    assert body(graph, top[1]) == [("loop", 4), "tanh", "input"]
    assert body(graph, top[2]) == ["multiply", "add", "input"]


def test_iterations_in_modules():
    cell = ag.nn.RNNCell(3, 4, rng=0)
    x, h = leaf(np.ones((5, 2, 3), np.float32)), leaf(np.zeros((2, 4), np.float32))
    with ag.visual.record():
        for t in range(5):
            h = cell(x[t], h)
        y = np.sum(h)
    graph = found(y)
    (loop,) = loops(graph)
    assert body(graph, loop) == ["getitem", ("module", 1)]
    modules = [group for group in graph.groups if group.kind == "module"]
    assert [(group.parent, group.step, group.place) for group in modules] == [(loop.id, t, 1) for t in range(5)]


# -- what is no loop -------------------------------------------------------------------------------------------------


def test_gates_in_a_loop_and_a_first_state_that_is_constant():
    """The gates of an LSTM by hand are a loop in each step; the first step has a constant at each gate."""
    weights = [(leaf(np.eye(2) * k), leaf(np.eye(2) / k)) for k in (1, 2, 3, 4)]
    h, c = np.zeros(2), np.zeros(2)
    for _ in range(6):
        i, f, g, o = (np.ones(2) @ wx + h @ wh for wx, wh in weights)
        c = np.tanh(f) * c + np.tanh(i) * np.sin(g)
        h = np.tanh(o) * np.exp(c)
    graph = ag.draw(np.sum(h))
    assert [(group.count, group.parent) for group in graph.groups] == [(6, None), *[(4, 0)] * 6]
    assert [node.op for node in graph.nodes if node.op and node.group is None] == ["sum"]


def test_what_does_not_repeat():
    a, b = leaf(2.0, "a"), leaf(3.0, "b")
    assert not loops(found(np.sin(a) * b + np.exp(b)))
    assert not loops(found(np.sin(np.sin(a))))  # two of a kind
    assert loops(found(np.sin(np.sin(np.sin(a)))))[0].count == 3
    assert not loops(found(np.sum(leaf(np.ones((4, 3))) @ leaf(np.ones((3, 2))) @ leaf(np.ones((2, 5))))))


def test_two_values_used_in_turns_are_one_iteration():
    a, b, y = leaf(2.0, "a"), leaf(3.0, "b"), leaf(1.0, "y")
    for _ in range(5):
        y = y * a * b
    graph = found(y)
    (loop,) = loops(graph)
    assert (loop.count, body(graph, loop)) == (5, ["multiply", "multiply"])


def test_no_operation_of_a_body_need_be_alone_in_it():
    wx, wh, x, h = leaf(np.eye(3)), leaf(np.eye(3)), leaf(np.ones((6, 3))), np.zeros(3)
    for t in range(6):
        h = (x[t] @ wx + h @ wh) + (x[t] - h)
    (loop,) = loops(found(h))
    assert loop.count >= 5


def test_an_initial_state_just_before_the_loop():
    w, h = leaf(0.5, "w"), leaf(2.0, "h")
    h = np.exp(h)
    for _ in range(4):
        h = np.tanh(h * w + 1.0)
    graph = found(h)
    (loop,) = loops(graph)
    assert (loop.count, body(graph, loop)) == (4, ["multiply", "add", "tanh", "constant"])
    assert outside(graph) == ["w", "h", "exp"]


# -- always ----------------------------------------------------------------------------------------------------------


@st.composite
def programs(draw):
    """Straight-line programs: what operation, on which earlier values; a short alphabet, so that much repeats."""
    words = draw(st.lists(st.integers(0, 2), min_size=1, max_size=12)) * draw(st.integers(1, 5))
    nodes, edges = [], []
    for word in words:
        back = draw(st.integers(1, 3))
        if not nodes or draw(st.integers(0, 5)) == 0:
            nodes.append(Node(len(nodes), "input", None, None, [], "float64", {}))
        edges.append(Edge(max(0, len(nodes) - back), len(nodes), 0))
        nodes.append(Node(len(nodes), "operation", "abc"[word], None, [], "float64", {}))
    return Graph(tuple(nodes), tuple(edges))


@settings(deadline=None)
@given(programs())
def test_groups_are_what_they_say(graph):
    looped = with_loops(graph)
    assert [(n.id, n.op) for n in looped.nodes] == [(n.id, n.op) for n in graph.nodes]
    assert looped.edges == graph.edges
    assert with_loops(looped) == looped
    taken = set()
    for k, group in enumerate(looped.groups):
        assert group.id == k
        assert group.parent is None or group.parent < k
        rows = [body(looped, group, step) for step in range(group.count)]
        assert group.count >= 3
        assert all(rows)
        assert all(row == rows[0] for row in rows)
    for member in (*looped.nodes, *looped.groups):
        parent = member.group if isinstance(member, Node) else member.parent
        if parent is not None:
            seat = parent, member.step, member.place
            assert seat not in taken
            assert 0 <= member.step < looped.groups[parent].count
            taken.add(seat)


@pytest.mark.parametrize("period", [1, 2, 3, 7])
def test_runs_of_a_sequence(period):
    words = ["<", *[k for _ in range(4) for k in range(period)], ">"]
    align = lambda start, end, p, free: Run(start, p, (end - start) // p) if end - start >= 3 * p else None
    assert Sequel([words], [], lambda i, p, run: words[i] == words[i + p], align).runs() == [Run(1, period, 4)]


# -- large graphs ----------------------------------------------------------------------------------------------------


def chain(count):
    """y = y * a + a, as the tape gives it."""
    nodes, edges = [Node(k, "input", None, name, [], "float64", {}) for k, name in enumerate("ay")], []
    for k in range(2, 2 * count + 2):
        nodes.append(Node(k, "operation", ["multiply", "add"][k % 2], None, [], "float64", {}))
        edges += [Edge(k - 1, k, 0), Edge(0, k, 1)]
    return Graph(tuple(nodes), tuple(edges))


def test_a_chain_of_100_000_operations():
    graph = with_loops(chain(50_000))
    assert [(loop.count, len(body(graph, loop))) for loop in loops(graph)] == [(50_000, 2)]
