"""From the tape to plain data: what is read, what is known, and that reading changes and keeps nothing."""

import gc
import json
import os
import subprocess
import sys
import weakref

import numpy as np
import pytest

import autograd as ag
from autograd import nn
from autograd.visual import record
from autograd.visual.reading import steps, trace
from autograd.visual.sweep import wording
from tests.visual.programs import leaf


def example():
    x, y, z = leaf(2.0, "x"), leaf(3.0, "y"), leaf(4.0, "z")
    return x, y, z, 5 * (x * y + z)


def find(graph, **wanted):
    (node,) = [n for n in graph.nodes if all(getattr(n, key) == value for key, value in wanted.items())]
    return node


# -- nodes and edges -------------------------------------------------------------------------------------------------


def test_the_textbook_example():
    x, y, z, f = example()
    f.backward(retain_graph=True)
    graph = ag.draw(f, x, y, z)
    assert [(n.kind, n.op, n.name, n.value, n.grad, n.cotangent) for n in graph.nodes] == [
        ("input", None, "x", 2.0, 15.0, 15.0),
        ("input", None, "y", 3.0, 10.0, 10.0),
        ("input", None, "z", 4.0, 5.0, 5.0),
        ("operation", "multiply", None, 6.0, None, 5.0),
        ("operation", "add", None, 10.0, None, 5.0),
        ("constant", None, None, 5, None, None),
        ("output", "multiply", None, 50.0, None, 1.0),
    ]
    assert [(e.source, e.target, e.operand) for e in graph.edges] == [
        (0, 3, 0), (1, 3, 1), (3, 4, 0), (2, 4, 1), (5, 6, 0), (4, 6, 1),
    ]  # fmt: skip


def test_only_what_is_known_is_shown():
    x, _, z, f = example()
    del x
    assert find(ag.draw(f), name="z").value == 4.0  # the program holds it
    assert find(ag.draw(f), op="add").value == 10.0
    del z
    graph = ag.draw(f)
    assert find(graph, name="x").value == 2.0  # the rule of the product reads it
    assert find(graph, name="z").value is None  # nobody does
    assert find(graph, op="add").value is None
    assert find(graph, name="z").grad == "no grad yet"
    f.backward()
    graph = ag.draw(f)
    assert find(graph, name="x").value is None
    assert find(graph, name="x").grad == 15.0
    assert find(graph, kind="output").value == 50.0


def test_shapes_dtypes_parameters_and_statistics():
    rng = np.random.default_rng(0)
    w = leaf(rng.normal(size=(3, 4)).astype(np.float32))
    y = np.sum(np.ones((5, 3), np.float32) @ w, axis=1, keepdims=True)[1:, ::2]
    graph = ag.draw(y, params={"W": w})
    weight = find(graph, kind="parameter")
    assert (weight.name, weight.shape, weight.dtype, weight.bytes) == ("W", [3, 4], "float32", 48)
    numbers = {"min": w.data.min(), "mean": w.data.mean(), "max": w.data.max(), "norm": np.linalg.norm(w.data)}
    assert weight.value == pytest.approx({**numbers, "nan": 0, "inf": 0}, rel=1e-6)
    constant = find(graph, kind="constant")
    assert (constant.shape, constant.dtype, constant.bytes) == ([5, 3], "float32", 60)
    assert find(graph, op="sum").parameters == {"axis": "1", "keepdims": "True"}
    assert find(graph, kind="output").parameters == {"index": "(1:, ::2)"}
    assert find(graph, kind="output").shape == [4, 1]


def test_parameters_are_a_module_a_mapping_or_any_iterable():
    model = nn.Sequential(nn.Linear(3, 2), nn.Tanh())
    y = np.sum(model(np.ones((4, 3), np.float32)))
    weight, bias = model.parameters()
    for params, names in ((model, ["0.weight", "0.bias"]), ({"w": weight, "b": bias}, ["w", "b"])):
        assert [n.name for n in ag.draw(y, params=params).nodes if n.kind == "parameter"] == names
    for params in ([weight, bias], iter((weight, bias)), model.parameters()):
        assert [n.name for n in ag.draw(y, params=params).nodes if n.kind == "parameter"] == [None, None]
    model.requires_grad_(False)
    x = leaf(np.ones((4, 3), np.float32), "x")
    assert [n.kind for n in ag.draw(np.sum(model(x)), params=model).nodes if n.name] == ["input"]


def test_interior_names_and_retained_gradients():
    x = leaf(2.0)
    h = x * x
    h.name = "h"
    h.retain_grad()
    y = np.sin(h)
    y.backward(retain_graph=True)
    node = find(ag.draw(y), name="h")
    assert (node.op, node.value) == ("multiply", 4.0)
    assert node.grad == node.cotangent == pytest.approx(np.cos(4.0))


def test_the_engines_own_nodes_are_not_drawn():
    a, b = leaf(1.0, "a"), leaf(2.0, "b")

    @ag.checkpoint
    def block(x, y):
        return np.sin(x) * y

    graph = ag.draw(block(a, b), a, b)
    assert [(n.op, n.name) for n in graph.nodes] == [(None, "a"), (None, "b"), ("checkpoint(block)", None)]
    assert find(graph, kind="output").value == pytest.approx(2 * np.sin(1.0))
    values, vectors = np.linalg.eigh(leaf([[2.0, 1.0], [1.0, 3.0]], "A"))
    graph = ag.draw(np.sum(values), vectors)
    assert [n.op for n in graph.nodes] == [None, "eigh", "sum"]
    assert graph.nodes[1].shape == [[2], [2, 2]]
    assert graph.nodes[1].bytes == 6 * 8
    seen = []
    ag.grad(lambda x: ag.grad(lambda x: seen.append(ag.draw(np.sin(x))) or np.sin(x))(x))(1.0)
    assert [n.op for n in seen[0].nodes] == [None, "sin"]


def test_absent_operands_and_constants():
    x = leaf([1.0, 2.0])
    ops = ag.draw(np.clip(x, None, 1.5))
    assert [n.value for n in ops.nodes if n.kind == "constant"] == [1.5]
    graph = ag.draw(x + np.array([5.0, 6.0]))  # the rule of a sum reads nothing, so this constant is not kept
    assert find(graph, kind="constant").shape is None
    graph = ag.draw(x * np.array([5.0, 6.0]))
    assert find(graph, kind="constant").value == [5.0, 6.0]


def test_several_roots_and_a_leaf_alone():
    x = leaf(3.0, "x")
    graph = ag.draw(np.sin(x), np.cos(x))
    assert [n.kind for n in graph.nodes] == ["input", "output", "output"]
    assert [n.cotangent for n in graph.nodes] == [None] * 3, "of which output?"
    assert [(n.name, n.value, n.grad) for n in ag.draw(x).nodes] == [("x", 3.0, "no grad yet")]


def test_values_that_json_has_no_number_for():
    x = leaf([np.nan, np.inf, -np.inf])
    with np.errstate(invalid="ignore"):
        graph = ag.draw(x, x * 2)
    assert graph.nodes[0].value == ["nan", "inf", "-inf"]
    json.loads(graph.to_json())
    assert find(ag.draw(leaf(1 + 2j)), kind="input").value == "(1+2j)"
    big = ag.draw(leaf(np.full(100, np.inf))).nodes[0].value
    assert big == {**dict.fromkeys(("min", "mean", "max", "norm"), "inf"), "nan": 0, "inf": 100}
    assert ag.draw(leaf(np.ones((0, 3)))).nodes[0].value == []


def test_statistics_are_of_what_is_finite():
    some = np.r_[np.arange(10.0), np.nan, np.inf, np.inf]
    assert ag.draw(leaf(some)).nodes[0].value == pytest.approx(
        {"min": 0, "mean": 4.5, "max": 9, "norm": np.linalg.norm(np.arange(10.0)), "nan": 1, "inf": 2}
    )
    sizes = ag.draw(leaf(3j * np.arange(10))).nodes[0].value
    assert (sizes["min"], sizes["max"]) == (0, 27), "of complex numbers their sizes"
    huge = ag.draw(leaf(np.full(16, 1e300))).nodes[0].value
    assert huge["norm"] == pytest.approx(4e300)
    assert ag.draw(leaf(np.full(16, 6e4, np.float16))).nodes[0].value["norm"] == pytest.approx(2.4e5, rel=1e-3)


def test_lazy_arrays_stay_lazy():
    dask, array = pytest.importorskip("dask"), pytest.importorskip("dask.array")

    def refuse(*args, **kwargs):
        raise AssertionError("a task was run")

    with dask.config.set(scheduler=refuse):
        x = leaf(array.zeros(20, chunks=2), "x")
        with record():
            y = np.sum(np.sqrt(x) * x + array.ones(20, chunks=2))
            y.backward(retain_graph=True)
        graph = ag.draw(y, x)
        assert not [n for n in graph.nodes if n.value is not None]
        assert find(graph, name="x").bytes == 160
        assert find(graph, op="sqrt").source is not None


def test_gradients_that_are_tensors():
    x = leaf(3.0, "x")
    y = x * x
    y.backward(create_graph=True)
    assert find(ag.draw(y), name="x").grad == 6.0


# -- memory ----------------------------------------------------------------------------------------------------------


def test_the_memory_of_residuals():
    x = leaf(np.ones(1000), "x")
    y = np.exp(x)  # keeps its result
    z = y * y  # whose two edges keep it too
    s = np.sum(z + x)  # keeps nothing
    graph = ag.draw(s)
    assert {n.op: n.saved for n in graph.nodes if n.op} == {"exp": 8000, "multiply": 0, "add": 0, "sum": 0}
    assert [n.bytes for n in graph.nodes] == [8000] * 4 + [8]
    s.backward()
    assert all(n.saved is None for n in ag.draw(s).nodes), "nothing is kept any more"
    part = leaf(np.ones(10))
    whole = np.ones(1000)
    assert find(ag.draw(np.sum(part * whole[:10])), op="multiply").saved == 80, "a copy, for it is the user's"
    call = ag.checkpoint(lambda x, c: x * c[:10])(part, whole)
    assert find(ag.draw(call), kind="output").saved == 80 + 8000, "its arguments"
    big = leaf(np.ones(1000), "big")
    assert find(ag.draw(np.sin(big[:10])), op="sin").saved == 8000, "a view keeps all of what it sees"


# -- the sweep -------------------------------------------------------------------------------------------------------


def test_cotangents_come_from_a_sweep_that_changes_nothing():
    calls = []
    x = leaf(np.arange(3.0), "x")
    h = np.sin(x)
    h.register_hook(lambda g: calls.append(g) or g)
    y = np.sum(h * h)
    graph = ag.draw(y)
    assert calls == []
    assert x.grad is None
    assert find(graph, name="x").cotangent == pytest.approx(list(np.sin(2 * np.arange(3.0))))
    assert [step.node for step in graph.sweep] == [n.id for n in reversed(graph.nodes) if n.kind != "constant"]
    assert not ag.draw(y, backward=False).sweep
    assert find(ag.draw(y, backward=False), name="x").cotangent is None
    with ag.debug() as report:
        ag.draw(y)
    assert report.to_dict()["sweeps"] == 0, "drawing is not the program"
    y.backward()
    assert not ag.draw(y).sweep
    with pytest.raises(RuntimeError, match=r"draw: .* residuals were freed.* retain_graph=True"):
        ag.draw(y, backward=True)


def test_a_sweep_that_cannot_be_or_costs_much():
    x = leaf(np.arange(3.0), "x")
    with pytest.raises(ValueError, match=r"from one real scalar, and what is drawn here is sin \(3,\) float64"):
        ag.draw(np.sin(x), backward=True)
    with pytest.raises(ValueError, match=r"drawn here is sum \(\) float64, prod \(\) float64"):
        ag.draw(np.sum(x), np.prod(x), backward=True)
    with pytest.raises(ValueError, match="drawn here is a leaf"):
        ag.draw(x, backward=True)
    runs = []
    y = np.sum(ag.checkpoint(lambda v: runs.append(1) or np.sin(v))(x))
    runs.clear()
    assert find(ag.draw(y), name="x").cotangent is None
    assert runs == [], "a function of the user's is run only if that is asked for"
    assert find(ag.draw(y, backward=True), name="x").cotangent == pytest.approx(list(np.cos(np.arange(3.0))))
    call = ag.checkpoint(np.sin)(leaf(0.0, "z"))
    assert find(ag.draw(call, backward=True), name="z").cotangent == 1.0, "from one of the outputs of a call"
    logdet = np.linalg.slogdet(leaf(2.0 * np.eye(2), "A")).logabsdet
    assert find(ag.draw(logdet), name="A").cotangent == [[0.5, 0.0], [0.0, 0.5]]
    broken = ag.elementwise(lambda v: v * 1.0, lambda t, x: 1 / 0)
    graph = ag.draw(broken(leaf(1.0)))
    assert any("the backward sweep fails" in note for note in graph.notes)


def test_the_sweep_is_kept_of_graphs_that_can_be_stepped_through():
    y = leaf(0.1, "x")
    for _ in range(1100):
        y = np.sin(y) * 1.0
    graph = ag.draw(y)
    assert len(graph.nodes) == 3301
    assert graph.sweep == ()
    assert find(graph, name="x").cotangent is not None


# -- nothing is changed, nothing is kept -----------------------------------------------------------------------------


def test_drawing_changes_no_gradient():
    x, y, z, f = example()
    for target in (f, x):
        ag.draw(target, x)
    assert x.grad is None
    f.backward()
    assert (x.grad, y.grad, z.grad) == (15, 10, 5)


def test_drawing_copies_no_array_that_somebody_holds():
    x = leaf(np.ones(1000))
    data = x.data
    ag.draw(x * x, x)
    assert x.data is data


def test_a_graph_keeps_no_arrays():
    x = leaf(np.ones(1000))
    y = x * x
    alive = weakref.ref(y)
    graph = ag.draw(y)
    gc.disable()
    try:
        del y
        assert alive() is None
    finally:
        gc.enable()
    json.dumps(graph.to_dict())  # plain data all through


def test_parameters_with_fields_are_said_by_what_was_set():
    image = leaf(np.ones((1, 1, 4, 4)))
    pooled = ag.functions.max_pool2d(image, 2)
    assert find(ag.draw(pooled), op="max_pool").parameters == {"size": "(2, 2)", "stride": "(2, 2)"}


def test_a_large_graph_has_the_cotangents_of_a_small_one_but_no_steps(monkeypatch):
    x = leaf(np.arange(1.0, 10.0))
    y = np.sum(np.sin(x) * np.exp(x[::-1]))
    small = ag.draw(y)
    monkeypatch.setattr(trace, "SHOWN", 5)
    large = ag.draw(y)
    assert small.sweep
    assert not large.sweep
    assert large.nodes == small.nodes


def test_a_node_of_many_operands_is_named_once(monkeypatch):
    rows = []
    monkeypatch.setattr(wording, "operands", lambda step: rows.append(step) or steps.operands(step))
    x = leaf(np.arange(1.0, 4.0))
    ag.draw(np.sum(np.concatenate([x * k for k in range(1, 41)])))
    assert len(rows) < 200  # 42 steps; forty times those of the joint would be 1,600


PROGRAM = """
import numpy as np, autograd as ag
from autograd import nn
from autograd.visual import record
model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.BatchNorm1d(3), nn.LSTM(3, 5, rng=1))
with record():
    out, state = model(np.random.default_rng(2).normal(size=(6, 4)).astype(np.float32))
    loss = np.sum(out ** 2)
    loss.backward(retain_graph=True)
print(ag.draw(loss).to_json())
print(ag.draw(loss, params=model.parameters()).to_json())
"""


def test_a_fresh_process_gives_the_same_bytes():
    texts = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1
    assert len(texts.pop()) > 10_000


# -- large graphs and bad input --------------------------------------------------------------------------------------


def test_a_graph_is_read_in_linear_time():
    y = leaf(1.0)
    for _ in range(30_000):
        y = np.sin(y)
    graph, ids = trace.read(y)  # 0.3 s on an idle core; were it quadratic, minutes
    assert len(graph.nodes) == len(ids) == 30_001
    many = [leaf(float(k)) for k in range(10_000)]
    graph, _ = trace.read(np.sum(np.stack(many)))
    assert len(graph.edges) == 10_001


@pytest.mark.parametrize("value", [1.0, None, np.ones(3), [leaf(1.0)]])
def test_what_is_not_a_tensor(value):
    with pytest.raises(TypeError, match=f"draw: {type(value).__name__} given where a Tensor is due"):
        ag.draw(value)


def test_a_tensor_without_a_graph():
    with pytest.raises(TypeError, match=r"on no tape, so there is no graph\. Give its inputs requires_grad=True"):
        ag.draw(ag.Tensor(1.0))
    with pytest.raises(TypeError, match="on no tape"):
        ag.draw()
