"""What a recording remembers of each step; that it changes nothing, and keeps no array and no node alive."""

import asyncio
import gc
import threading
import tracemalloc
import weakref
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd import nn
from autograd.debug import _hooks, _sweeps, _timing, _watch
from autograd.signatures import jointly
from autograd.visual import record
from autograd.visual.reading import scopes, trace
from tests.visual.programs import leaf

pytestmark = pytest.mark.usefixtures("nothing_left_behind")
SOURCE = Path(__file__).read_text(encoding="utf-8").splitlines()


def find(graph, **wanted):
    (node,) = [n for n in graph.nodes if all(getattr(n, key) == value for key, value in wanted.items())]
    return node


def line(mark):
    """The number of the line that ends with this comment."""
    (number,) = [k for k, text in enumerate(SOURCE, 1) if text.endswith(f"  # {mark}")]
    return number


# -- values ----------------------------------------------------------------------------------------------------------


def test_every_value_is_known():
    x, y, c = leaf(2.0, "x"), leaf([1.0, 2.0], "y"), np.array([5.0, 6.0])
    with record():
        h = (x + y) - c
        f = np.sum(h)
    for graph in (ag.draw(f), ag.draw(f, backward=False)):
        assert [(n.kind, n.name, n.value) for n in graph.nodes] == [
            ("input", "x", 2.0),
            ("input", "y", [1.0, 2.0]),
            ("operation", None, [3.0, 4.0]),
            ("constant", None, [5.0, 6.0]),
            ("operation", None, [-2.0, -2.0]),
            ("output", None, -4.0),
        ]
    assert (graph.nodes[3].shape, graph.nodes[3].dtype, graph.nodes[3].bytes) == ([2], "float64", 16)


def test_a_leaf_is_shown_as_it_was_when_it_was_used():
    w = leaf([1.0, 2.0], "w")
    losses = []
    with record():
        for _ in range(2):
            losses.append(np.sum(w + 1.0))
            losses[-1].backward(retain_graph=True)
            with ag.no_grad():
                w.data[...] = w.data * 10
    assert [find(ag.draw(loss), name="w").value for loss in losses] == [[1.0, 2.0], [10.0, 20.0]]
    after = np.sum(w * w)  # outside: the tape alone tells
    assert find(ag.draw(after), name="w").value == [100.0, 200.0]


def test_cotangents_of_a_sweep_in_the_block():
    def program():
        x = leaf(np.arange(4.0), "x")
        w, v = np.linalg.eigh(np.outer(x, x) + np.diag(np.arange(4.0)))
        return np.sum(np.sin(w) * v[0])

    with record():
        y = program()
        y.backward()  # the graph is freed
    recorded = ag.draw(y)
    swept = ag.draw(program())
    assert recorded.sweep == ()
    assert all(n.value is not None for n in recorded.nodes)
    for a, b in zip(recorded.nodes, swept.nodes, strict=True):
        assert (a.op, a.cotangent) == (b.op, b.cotangent)
    other = y * 2.0
    assert find(ag.draw(other), op="eigh").cotangent is None, "that was of another output"


def test_a_sweep_that_runs_twice_and_one_that_fails():
    x = leaf([0.0, 1.0], "x")
    with record(), np.errstate(all="ignore"):
        y = np.sum(np.where(x > 0, np.log(x), 0.0))
        y.backward()
    assert find(ag.draw(y), name="x").cotangent == [0.0, 1.0], "with strong zeros"
    broken = ag.elementwise(lambda v: v * 1.0, lambda t, x: 1 / 0)
    with record():
        z = np.sin(broken(leaf(1.0)))
        with pytest.raises(ZeroDivisionError):
            z.backward()
    assert all(n.cotangent is None for n in ag.draw(z).nodes)


def test_custom_functions_complex_numbers_and_several_outputs():
    @ag.custom_vjp
    def scaled(x, c):
        return x * c

    scaled.defvjp(lambda x, c: (x * c, c), lambda c, ct: (ct * c, None))
    x = leaf([1.0, 2.0], "x")
    with record():
        parts = np.split(scaled(x, np.array([3.0, 4.0])) * 1j, 2)
        y = np.sum(np.abs(parts[0] + parts[1]))
    graph = ag.draw(y)
    call = find(graph, op="custom_vjp(scaled)")
    assert (call.value, call.shape) == ([3.0, 8.0], [2])
    assert [n.value for n in graph.nodes if n.op in ("split", "array_split")] == [[["3j"], ["8j"]]]
    assert find(graph, op="absolute").value == [11.0]


def test_results_are_the_same_while_recording():
    def f(x):
        return np.sum(np.tanh(x @ x.T) / np.linalg.norm(x) + np.sort(x, 0) @ np.cumsum(x, 0).T)

    x = np.random.default_rng(0).normal(size=(3, 3))
    plain = [ag.grad(f)(x), ag.hessian(f)(x), ag.jvp(f, (x,), (x,))]
    with record(timing=True), ag.debug():
        watched = [ag.grad(f)(x), ag.hessian(f)(x), ag.jvp(f, (x,), (x,))]
    for a, b in zip(plain, watched, strict=True):
        assert np.array_equal(a, b)


# -- lines and times -------------------------------------------------------------------------------------------------


def test_source_lines():
    x = leaf(2.0, "x")
    with record(values=False):
        y = np.sin(x)  # recorded here
    source = find(ag.draw(y), op="sin").source
    assert (Path(source.file).name, source.line) == (Path(__file__).name, line("recorded here"))
    assert (source.function, source.text) == ("test_source_lines", "y = np.sin(x)  # recorded here")
    assert find(ag.draw(y), name="x").source is None
    with record(source=False):
        z = np.sin(x) + 1.0
    assert all(n.source is None for n in ag.draw(z).nodes)


def test_seconds_are_those_of_the_operation(monkeypatch):
    now = [0.0]
    for module in (_hooks, _sweeps, _timing, _watch):
        monkeypatch.setattr(module, "perf_counter", lambda: now[0])

    def spend(seconds, result):
        now[0] += seconds
        return result

    @ag.custom_vjp
    def slow(x):
        return x

    slow.defvjp(lambda x: spend(5.0, (x, None)), lambda res, ct: spend(7.0, (ct,)))
    product = ag.primitive(lambda x, y: x * y, vjp=jointly(lambda t, x, y: spend(3.0, (t * y, t * x)), 2))
    x = leaf(2.0, "x")
    with record(timing=True):
        now[0] += 100.0  # the program's, and no operation's
        y = slow(x)
        now[0] += 100.0
        z = np.sin(y).T + 1.0
        w = product(ag.checkpoint(lambda v: slow(np.cos(v)))(z), x)
        w.backward()
    seconds = {n.op: (n.forward, n.backward) for n in ag.draw(w, backward=False).nodes if n.op}
    assert seconds == {
        "custom_vjp(slow)": (5.0, 7.0),
        "sin": (0.0, 0.0),
        "transpose": (0.0, 0.0),
        "add": (0.0, 0.0),
        "checkpoint(<lambda>)": (5.0, 12.0),  # all that runs inside, and runs again in the sweep
        "<lambda>": (0.0, 3.0),  # one rule for both operands
    }
    with record():
        y = np.sin(x)
        y.backward()
    assert all(n.forward is n.backward is None for n in ag.draw(y).nodes)


# -- module scopes ---------------------------------------------------------------------------------------------------


class Block(nn.Module):
    """Two layers, one of them shared with others, and one that it makes up when it is called."""

    def __init__(self, shared):
        self.layers = [nn.Linear(3, 3, rng=0), shared]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return nn.Tanh()(x) * 2.0


def test_each_call_of_a_module_is_a_group():
    shared = nn.Linear(3, 3, rng=1)
    model = nn.Sequential(Block(shared), Block(shared))
    x = leaf(np.ones((2, 3), np.float32), "x")
    with record():
        y = np.sum(model(x))
    graph, _ = trace.read(y)
    parents = {g.id: g.name for g in graph.groups}
    assert [(g.name, g.type, parents.get(g.parent)) for g in graph.groups] == [
        ("", "Sequential", None),
        ("0", "Block", ""),
        ("0.layers.0", "Linear", "0"),
        ("0.layers.1", "Linear", "0"),
        ("0.Tanh", "Tanh", "0"),
        ("1", "Block", ""),
        ("1.layers.0", "Linear", "1"),
        ("0.layers.1", "Linear", "1"),
        ("1.Tanh", "Tanh", "1"),
    ]
    where = {n.name: parents.get(n.group) for n in graph.nodes if n.op is None and n.name}
    assert where == {
        "x": None,
        "0.layers.0.weight": "0.layers.0",
        "0.layers.0.bias": "0.layers.0",
        "0.layers.1.weight": "",  # what two calls use is where both are
        "0.layers.1.bias": "",
        "1.layers.0.weight": "1.layers.0",
        "1.layers.0.bias": "1.layers.0",
    }
    assert {n.kind for n in graph.nodes if n.name and "layers" in n.name} == {"parameter"}
    assert [parents.get(n.group) for n in graph.nodes if n.op == "tanh"] == ["0.Tanh", "1.Tanh"]
    assert find(graph, kind="output").group is None
    assert {g.name for g in ag.draw(y).groups if g.kind == "module"} == {*parents.values()}
    assert not ag.draw(np.sum(model(x)), params=model).groups, "nothing is guessed from names"


def test_a_module_that_raises_leaves_no_scope():
    class Broken(nn.Module):
        def forward(self, x):
            raise ArithmeticError

    with record():
        with pytest.raises(ArithmeticError):
            Broken()(leaf(1.0))
        assert scopes.current() is None
        y = leaf(1.0) * 2.0
    assert not ag.draw(y).groups


def test_a_summary_while_recording():
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    with record():
        inside = nn.summary(model, (2, 4))
    assert inside == nn.summary(model, (2, 4))


# -- blocks ----------------------------------------------------------------------------------------------------------


def test_blocks_nest_and_threads_and_tasks_keep_apart():
    x = leaf(2.0, "x")
    with record(values=False) as outer:
        y = x + 1.0
        with record(source=False) as inner:
            z = y + 1.0
        assert repr(inner) == "<Recording of 1 steps>"
        found = {}
        thread = threading.Thread(target=lambda: found.update(other=x + 5.0))
        thread.start()
        thread.join()

        async def tasks():
            async def one():
                with record():
                    await asyncio.sleep(0)
                    return nn.Tanh()(x * 3.0)

            return await asyncio.gather(one(), one())

        asyncio.run(tasks())
    both = find(ag.draw(z), kind="output")
    assert both.value == 4.0
    assert both.source is not None, "what either knows"
    assert find(ag.draw(found["other"]), kind="output").source is None
    with pytest.raises(RuntimeError, match=r"visual\.record: this one is open already"), outer:
        outer.__enter__()


def test_without_a_name_the_latest_is_kept():
    x = leaf(np.full(9, 2.0))
    with record():
        y = np.sum(np.sin(x + 1.0))
    gc.collect()
    y.backward()
    assert find(ag.draw(y), op="add").value["mean"] == 3.0
    with record() as kept:
        pass
    assert find(ag.draw(y), op="add").value is None
    assert repr(kept) == "<Recording of 0 steps>"


def test_a_recording_keeps_no_array_and_no_node():
    x = leaf(np.zeros(500_000))
    model = nn.Sequential(nn.Linear(3, 3), nn.Tanh())
    with record(), np.errstate(all="ignore"):  # what is set up once
        np.sum(np.log(x)).backward()
        np.sum(model(np.ones((1, 3), np.float32))).backward()
    x.grad = None
    gc.collect()
    tracemalloc.start()
    with record(timing=True) as r, np.errstate(all="ignore"):
        y = np.sum(np.log(x + 1.0) * 2.0)
        y.backward()
        z = np.sum(model(np.ones((1, 3), np.float32)))
    gone = [weakref.ref(y), weakref.ref(z), weakref.ref(model)]
    del y, z, model
    x.grad = None
    assert [ref() for ref in gone] == [None] * 3, "without the garbage collector"
    assert tracemalloc.get_traced_memory()[0] < 400_000, "a tenth of one array"
    tracemalloc.stop()
    assert len(r._facts) >= 8


# -- what is not finite ----------------------------------------------------------------------------------------------


def test_the_first_value_that_is_not_finite():
    x = leaf(np.r_[np.arange(20.0), 700.0], "x")
    with record(), np.errstate(all="ignore"):
        y = np.exp(x * 2)  # overflows
        z = np.sum(np.log(y - y))
    graph = ag.draw(z)
    first = graph.nonfinite()
    assert (first.op, first.source.line) == ("exp", line("overflows"))
    (note,) = [n for n in graph.notes if n.startswith("first non-finite value")]
    assert note.startswith("first non-finite value: exp at ")
    assert f":{line('overflows')} y = np.exp(x * 2)" in note
    assert ag.draw(np.sum(x)).nonfinite() is None


def test_infinities_that_are_meant_and_nans_that_are_not():
    x = leaf([1.0, 2.0], "x")
    mask = np.array([0.0, -np.inf])
    with record():
        y = np.sum(np.exp(x + mask) ** 2)
    assert ag.draw(y).nonfinite() is None, "a mask"
    with record():
        y = np.sum(x * np.array([1.0, np.nan]))
    assert ag.draw(y).nonfinite().kind == "constant", "data with holes"
    with record(), np.errstate(all="ignore"):
        y = np.sum(np.array([0.0, np.inf]) * (x - x))
    assert ag.draw(y).nonfinite().op == "multiply", "inf · 0"
    assert ag.draw(leaf([np.nan], "bad")).nonfinite().name == "bad"


def test_the_first_cotangent_that_is_not_finite():
    x = leaf([0.0, 4.0], "x")

    def f():
        with np.errstate(all="ignore"):
            return np.sum(np.sqrt(x) + x * 2.0)

    assert ag.draw(f()).nonfinite(backward=True).op == "sqrt", "and not the product, which is swept first"
    assert any("first non-finite cotangent: sqrt" in note for note in ag.draw(f()).notes)
    with record():
        y = f()
        y.backward()
    graph = ag.draw(y)
    assert graph.nonfinite() is None
    assert graph.nonfinite(backward=True).name == "x", "which of its two uses made it, nobody knows any more"
    with record():
        y = np.sum(np.sqrt(x * 1.0) * 1.0)
        y.backward()
    assert ag.draw(y).nonfinite(backward=True).op == "sqrt"
