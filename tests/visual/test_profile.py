"""What a profile says that a block costs: all adds up, to whom it belongs; nothing is changed or kept alive."""

import asyncio
import gc
import json
import threading
import tracemalloc
import weakref
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd as ag
from autograd import nn, optim
from autograd.debug import _hooks, _sweeps, _timing, _watch
from autograd.signatures import jointly
from autograd.visual.profiling import Row, alive, block, rules, spans
from autograd.visual.profiling.flame import flame
from autograd.visual.profiling.table import table
from tests.visual.programs import leaf

pytestmark = pytest.mark.usefixtures("nothing_left_behind")
SOURCE = Path(__file__).read_text(encoding="utf-8").splitlines()


def line(mark):
    """The number of the line that ends with this comment."""
    (number,) = [k for k, text in enumerate(SOURCE, 1) if text.endswith(f"  # {mark}")]
    return number


def times(p):
    return {row.operation: (row.calls, round(row.forward, 1), round(row.backward, 1)) for row in p.table().rows}


def rest(p):
    return {name: round(t, 1) for name, t in p.table().rest.items()}


@pytest.fixture
def spend(monkeypatch):
    """A clock that a look at it moves by next to nothing, until somebody spends time."""
    now = [0.0]

    def spend(seconds, result=None):
        now[0] += seconds
        return result

    def look():
        return spend(1e-6, now[0])

    for module in (_hooks, _sweeps, _timing, _watch, block, rules, spans):
        monkeypatch.setattr(module, "perf_counter", look)

    return spend


# -- time ------------------------------------------------------------------------------------------------------------


def test_each_second_belongs_to_one_row(spend):
    @ag.custom_vjp
    def slow(x):
        return spend(5.0, x)

    slow.defvjp(lambda x: spend(5.0, (x, None)), lambda res, ct: spend(7.0, (ct,)))
    outside = slow(leaf(2.0))
    with ag.profile() as p:
        spend(100.0)  # the program's
        y = slow(outside)
        spend(100.0)
        y += 1.0
        w = ag.checkpoint(lambda v: slow(np.cos(v)))(y)
        with ag.no_grad():
            slow(w)
            _ = w > 1.0
        w.backward()
    assert times(p) == {
        "custom_vjp(slow)": (4, 20.0, 21.0),  # once, in the checkpoint, again in its rule, and not recorded
        "add": (1, 0.0, 0.0),
        "checkpoint(<lambda>)": (1, 0.0, 0.0),  # what runs inside is not its own
        "cos": (2, 0.0, 0.0),
        "greater": (1, 0.0, 0.0),
    }
    assert rest(p) == {"between": 0.0, "measuring": 0.0, "elsewhere": 200.0}
    assert p.seconds == pytest.approx(p.table().seconds)
    assert round(p.seconds, 1) == 241.0


def test_the_seconds_of_a_joint_rule_are_counted_once(spend):
    def back(t, x, y):
        return spend(3.0, (t * y, t * x))

    def product(x, y):
        return x * y

    product = ag.primitive(product, vjp=jointly(back, 2))
    with ag.profile() as p:
        product(leaf(2.0), leaf(3.0)).backward()
    assert times(p) == {"product": (1, 0.0, 3.0)}
    assert rest(p) == {"between": 0.0, "measuring": 0.0, "elsewhere": 0.0}


def test_what_a_sweep_does_between_the_rules_and_what_a_hook_does(spend):
    x = leaf(np.ones(3))
    with ag.profile() as p:
        y = x * 2.0
        y.register_hook(lambda t: spend(3.0))
        z = np.sum(y)
        z.backward(retain_graph=True)
        z.backward()
    assert rest(p) == {"between": 6.0, "measuring": 0.0, "elsewhere": 0.0}


def test_measuring_is_told_apart(spend, monkeypatch):
    known = alive.Alive.keep
    monkeypatch.setattr(alive.Alive, "keep", lambda *args: spend(1.0, known(*args)))
    x = leaf(2.0)
    with ag.profile() as p:
        ag.checkpoint(lambda v: np.sin(v) * v)(x).backward()
    assert times(p) == {"sin": (2, 0.0, 0.0), "multiply": (2, 0.0, 0.0), "checkpoint(<lambda>)": (1, 0.0, 0.0)}
    assert rest(p) == {"between": 0.0, "measuring": 5.0, "elsewhere": 0.0}, "one for each record"


def test_all_adds_up():
    def f(x):
        return np.sum(np.tanh(x @ x.T) / np.linalg.norm(x) + np.sort(x, 0) @ np.cumsum(x, 0).T)

    x = np.random.default_rng(0).normal(size=(3, 3))
    plain = [ag.grad(f)(x), ag.hessian(f)(x), ag.jvp(f, (x,), (x,))]
    with ag.profile() as p, ag.debug():
        profiled = [ag.grad(f)(x), ag.hessian(f)(x), ag.jvp(f, (x,), (x,))]
    for a, b in zip(plain, profiled, strict=True):
        assert np.array_equal(a, b), "the results are the same"
    for by in ("operation", "module", "line"):
        assert p.table(by=by).seconds == pytest.approx(p.seconds)
    assert min(p.table().rest.values()) > 0, "none is more than the block"
    assert all(row.forward > 0 and row.backward > 0 for row in p.rows if row.operation in ("tanh", "matmul"))
    assert {"tanh", "matmul", "cumsum", "divide", "sum"} <= {row.operation for row in p.rows}


def test_a_sweep_that_runs_twice_and_one_that_fails(spend):
    same = ag.elementwise(lambda v: v * 1.0, lambda t: spend(2.0, t))
    x = leaf([0.0, 1.0])
    with ag.profile() as p, np.errstate(all="ignore"):
        np.sum(np.where(x > 0, same(np.log(x)), 0.0)).backward()
    assert times(p)["<lambda>"] == (1, 0.0, 4.0), "both were run"
    assert x.grad.tolist() == [0.0, 1.0]
    broken = ag.elementwise(lambda v: v * 1.0, lambda t, x: spend(1.0, 1 / 0))
    with ag.profile() as p:
        z = broken(leaf(1.0))
        with pytest.raises(ZeroDivisionError):
            z.backward()
        spend(1.0)
    assert rest(p)["elsewhere"] == round(p.seconds, 1) == 1.0


# -- to whom it belongs ----------------------------------------------------------------------------------------------


def test_operations_modules_and_lines():
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Tanh())
    x = np.ones((2, 4), np.float32)
    with ag.profile() as p:
        for _ in range(3):
            loss = (lambda h: np.sum(h**2))(model(x))  # the loss
            loss.backward()
    found = {(row.operation, row.modules): (row.calls, row.source.line) for row in p.rows}
    at = line("the loss")
    assert found == {
        ("linear", ("Sequential", "0: Linear")): (3, at),
        ("tanh", ("Sequential", "1: Tanh")): (3, at),
        ("power", ()): (3, at),
        ("sum", ()): (3, at),
    }
    assert p.rows[0].source.text == "loss = (lambda h: np.sum(h**2))(model(x))  # the loss"
    assert [row.title("module") for row in p.table("module", sort="name").rows] == [
        "(in no module)",
        "0: Linear",
        "1: Tanh",
    ]
    (only,) = p.table("line").rows
    assert only.calls == 12
    assert only.time == pytest.approx(sum(row.time for row in p.rows))


def test_several_outputs_and_lists_count_once():
    x = leaf(np.ones((4, 4)))
    with ag.profile() as p:
        a, b = np.split(x, 2)
        np.sum(np.concatenate([a, b * 2.0])).backward()
    assert {row.operation: row.calls for row in p.rows} == {"split": 1, "multiply": 1, "concatenate": 1, "sum": 1}
    assert sum(row.bytes for row in p.rows if row.operation == "concatenate") == 128


def test_a_sweep_of_what_was_recorded_before():
    y = np.sum(np.sin(leaf(np.ones(3))))
    with ag.profile() as p:
        y.backward()
    assert [(row.operation, row.calls, row.source) for row in p.rows] == [("sum", 0, None), ("sin", 0, None)]
    assert all(row.backward > 0 for row in p.rows)


def test_operations_that_are_not_recorded():
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Tanh())
    with ag.profile() as p, ag.no_grad():
        model(np.ones((2, 4), np.float32)) * 2.0  # not recorded
    assert [(r.operation, r.modules[-1:], r.calls, r.bytes, r.saved) for r in p.rows if r.operation != "shape"] == [
        ("linear", ("0: Linear",), 1, 24, 0),
        ("tanh", ("1: Tanh",), 1, 24, 0),
        ("multiply", (), 1, 24, 0),
    ]
    assert {row.source.line for row in p.rows} == {line("not recorded")}


# -- memory ----------------------------------------------------------------------------------------------------------


def test_bytes_of_values_and_residuals():
    x = leaf(np.ones(1000))
    with ag.profile() as p:
        y = np.sum(np.sin(x) * x + np.exp(x))
    graph = ag.draw(y)
    saved = {row.operation: row.saved for row in p.rows}
    assert {n.op: n.saved for n in graph.nodes if n.op} == saved
    assert saved == {"sin": 8000, "multiply": 8000, "exp": 8000, "add": 0, "sum": 0}, "x counts once"
    assert [row.bytes for row in p.table(sort="calls").rows] == [8000, 8000, 8000, 8000, 8]
    y.backward()
    with ag.profile() as p:
        for _ in range(2):
            np.sum(np.sin(x)).backward()
    assert [row.saved for row in p.rows if row.operation == "sin"] == [16000], "each sweep needs it again"


def test_the_peak_is_that_of_the_memory():
    x = leaf(np.ones(100_000))

    def program():
        h = x
        for _ in range(6):
            h = np.sin(h)
        np.sum(h * 2.0).backward()
        x.grad = None

    for f in (program, program):  # what is set up once
        f()
    tracemalloc.start()
    program()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    with ag.profile() as p:
        program()
    known = sum(row.peak for row in p.rows) - x.data.nbytes  # x is kept, but was there before
    assert most * 0.8 < known < most * 1.01
    with ag.profile() as p:
        for _ in range(5):
            program()
    assert sum(row.peak for row in p.rows) - x.data.nbytes == known, "what has gone does not count"
    assert p.to_dict()["peak"] == known + x.data.nbytes


def test_values_and_cotangents_are_memory_too():
    x = leaf(np.ones(1000))
    with ag.profile() as p:
        a = x + 1.0  # of which no rule reads anything
        b = a + 1.0
        del a, b
        c = x - 1.0
    assert {row.operation: row.peak for row in p.table().rows} == {"add": 16000, "subtract": 0}
    assert weakref.getweakrefcount(c._buffer) == 0, "after the block nobody looks"
    y = np.sum(x * 2.0)
    with ag.profile() as p:
        y.backward()
    assert {row.operation: row.peak for row in p.rows}["multiply"] == 8000


def test_nothing_is_kept_alive():
    x = leaf(np.zeros(500_000))
    model = nn.Sequential(nn.Linear(3, 3), nn.Tanh())
    with ag.profile(), np.errstate(all="ignore"):  # what is set up once
        np.sum(np.log(x)).backward()
        np.sum(model(np.ones((1, 3), np.float32))).backward()
    x.grad = None
    gc.collect()
    tracemalloc.start()
    with ag.profile() as p, np.errstate(all="ignore"):
        y = np.sum(np.log(x + 1.0) * 2.0)
        y.backward()
        z = np.sum(model(np.ones((1, 3), np.float32)))
        gone = [weakref.ref(y), weakref.ref(z), weakref.ref(model), weakref.ref(x.grad)]
        del y, z, model
        x.grad = None
        assert [ref() for ref in gone] == [None] * 4, "without the garbage collector, while it is open"
    assert tracemalloc.get_traced_memory()[0] < 400_000, "a tenth of one array"
    tracemalloc.stop()
    end = weakref.ref(p)
    with ag.profile():  # the latest one is kept for drawing
        pass
    del p
    assert end() is None


# -- blocks ----------------------------------------------------------------------------------------------------------


def test_blocks_nest_and_add_up():
    x = leaf(2.0)
    with ag.profile() as outer:
        y = np.sin(x)
        with ag.profile() as inner:
            y = np.cos(y)
        y.backward()
    assert [row.operation for row in outer.rows] == ["sin", "cos"]
    assert [(row.operation, row.backward) for row in inner.rows] == [("cos", 0.0)]
    assert inner.seconds < outer.seconds
    before = inner.seconds
    with inner:
        np.cos(x)
        assert inner.seconds > before
        with pytest.raises(RuntimeError, match="profile: this one is open already"):
            inner.__enter__()
    assert sum(row.calls for row in inner.rows) == 2
    assert inner.table().seconds == pytest.approx(inner.seconds)


def test_an_exception_closes_the_block():
    p = ag.profile()

    def program():
        np.sin(leaf(1.0))
        raise ArithmeticError

    with pytest.raises(ArithmeticError), p:
        program()
    assert [row.operation for row in p.rows] == ["sin"]
    seconds = p.seconds
    np.cos(leaf(1.0))
    assert (p.seconds, len(p.rows)) == (seconds, 1)


def test_other_threads_are_not_counted():
    x = leaf(2.0)

    async def elsewhere():
        await asyncio.to_thread(lambda: np.cos(x).backward())  # it has our context, but not our time
        return np.sin(x)

    with ag.profile() as p:
        thread = threading.Thread(target=lambda: np.exp(x).backward())
        thread.start()
        thread.join()
        asyncio.run(elsewhere())
    assert [row.operation for row in p.rows] == ["sin"]
    assert p.table().seconds == pytest.approx(p.seconds)


def test_a_step_of_training():
    model = nn.Sequential(nn.Linear(4, 8, rng=0), nn.ReLU(), nn.Linear(8, 3, rng=1))
    optimizer = optim.Adam(model.parameters())
    x, labels = np.ones((5, 4), np.float32), np.arange(5) % 3
    with ag.profile() as p:
        loss = nn.CrossEntropyLoss()(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    graph = ag.draw(loss)
    for n in graph.nodes:
        assert (n.op is None) == (n.forward is None) == (n.backward is None) == (n.saved is None), "freed or not"
    assert graph.nodes[-1].source.line > 0
    for by in ("time", "memory"):
        assert f">{by}</text>" in graph.color(by).to_svg(), "a legend"
    recorded = [row for row in p.rows if row.backward]
    assert sum(n.forward for n in graph.nodes if n.op) == pytest.approx(sum(row.forward for row in recorded))
    assert sum(n.saved for n in graph.nodes if n.op) == sum(row.saved for row in recorded)
    with ag.profile():
        inside = ag.draw(np.sin(leaf(1.0)))
    assert inside.nodes[-1].forward > 0


# -- forms -----------------------------------------------------------------------------------------------------------

ROWS = [
    Row("matmul", ("Net", "a: Linear"), None, 2, 0.5, 0.25, 2048, 1024, 512),
    Row("tanh", ("Net", "b: Tanh"), None, 1, 0.125, 0.0, 100, 0, 0),
    Row("matmul", ("Net", "c: Linear"), None, 1, 0.0, 0.0625, 1, 2, 3),
    Row("add", (), None, 1_000, 1e-9, 0.0, 0, 0, 0),
]
REST = {"between": 0.0625, "measuring": 0.5, "elsewhere": 1.0}


def test_the_table_as_text():
    text = str(table(ROWS, REST, "operation", "time", 20))
    assert len({len(line) for line in text.splitlines() if "─" in line}) == 1
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[2] == "matmul 3 500 ms 312 ms 812 ms 32.5 % 2 KiB 1 KiB 515 B"
    assert lines[3] == "tanh 1 125 ms 125 ms 5.0 % 100 B"
    assert lines[-1] == "the block 2.5 s"
    assert lines[-2] == "not in any operation 1 s 40.0 %"
    assert lines[-5].startswith("all operations 1,004")
    assert repr(table(ROWS, REST, "module", "calls", 1)).splitlines()[3].split()[:2] == ["3", "others"]


@pytest.mark.parametrize("sort", ["time", "forward", "backward", "calls", "bytes", "saved", "peak"])
@pytest.mark.parametrize("by", ["operation", "module", "line"])
def test_tables_sort(by, sort):
    found = table(ROWS, REST, by, sort, 20)
    values = [getattr(row, sort) for row in found.rows]
    assert values == sorted(values, reverse=True)
    assert sum(values) == sum(getattr(row, sort) for row in ROWS)
    assert found.seconds == pytest.approx(2.5)


def test_what_is_no_table():
    p = ag.profile()
    with pytest.raises(ValueError, match=r"table: by='file'; write 'operation', 'module', 'line'"):
        p.table(by="file")
    with pytest.raises(ValueError, match=r"table: sort='speed'; write 'time', .*'name'"):
        p.table(sort="speed")
    with pytest.raises(ValueError, match="limit=0"):
        p.table(limit=0)
    assert "the block" in str(p)
    assert repr(p) == "<Profile of 0 operations>"


def test_plain_data():
    with ag.profile() as p:
        np.sin(leaf(2.0)).backward()
    data = json.loads(json.dumps(p.to_dict(), allow_nan=False))
    assert data == p.to_dict()
    rows = sum(row["forward"] + row["backward"] for row in data["rows"])
    assert data["seconds"] == pytest.approx(rows + data["between"] + data["measuring"] + data["elsewhere"])
    assert data["rows"][0]["source"]["text"] == "np.sin(leaf(2.0)).backward()"


def test_bars_hold_what_is_below_them():
    bars = flame(ROWS, REST).bars
    assert [(bar.depth, bar.title, bar.kind, bar.seconds) for bar in bars] == [
        (0, "the block", "block", 2.000000001),
        (1, "forward", "forward", 0.625000001),
        (2, "Net", "forward", 0.625),
        (3, "a: Linear", "forward", 0.5),
        (4, "matmul", "forward operation", 0.5),
        (3, "b: Tanh", "forward", 0.125),
        (4, "tanh", "forward operation", 0.125),
        (2, "1 short ones", "rest", 1e-9),
        (1, "backward", "backward", 0.375),
        (2, "Net", "backward", 0.3125),
        (3, "a: Linear", "backward", 0.25),
        (4, "matmul", "backward operation", 0.25),
        (3, "c: Linear", "backward", 0.0625),
        (4, "matmul", "backward operation", 0.0625),
        (2, "between the rules of sweeps", "rest", 0.0625),
        (1, "not in any operation", "rest", 1.0),
    ]
    around = {}
    for bar in bars:
        around[bar.depth] = bar
        if bar.depth:
            outer = around[bar.depth - 1]
            assert outer.start <= bar.start
            assert bar.start + bar.seconds <= outer.start + outer.seconds + 1e-12


def test_the_flame_as_svg(tmp_path):
    class Evil(nn.Module):
        def forward(self, x):
            return np.sin(x) * 2.0

    Evil.__name__ = "<script>alert('1')</script>&\"\n\x07"
    with ag.profile() as p:
        Evil()(leaf(np.ones(100_000))).sum().backward()
    picture = p.flame()
    svg = picture.to_svg()
    assert svg == picture.to_svg()
    root = ElementTree.fromstring(svg)
    groups = root.findall("{http://www.w3.org/2000/svg}g")
    assert len(groups) == len(picture.bars)
    titles = [g.find("{http://www.w3.org/2000/svg}title").text for g in groups]
    assert any(title.startswith("<script>alert('1')</script>&\"\n") for title in titles)
    assert any("sin\n" in title and "1 call, values 781 KiB" in title for title in titles)
    assert "<script" not in svg
    assert "prefers-color-scheme:dark" in svg
    assert picture.save(tmp_path / "flame.svg").read_text(encoding="utf-8") == svg
    with pytest.raises(ValueError, match=r"save: 'flame.png' ends in '.png'; a flame picture is written as .svg"):
        picture.save(tmp_path / "flame.png")
    shown = picture._repr_mimebundle_()
    assert set(shown) == {"text/html", "image/svg+xml", "text/plain"}
    assert shown["text/html"].count("</script") == 1
    assert set(picture._repr_mimebundle_(include=["text/plain"])) == {"text/plain"}
    assert ElementTree.fromstring(ag.profile().flame().to_svg()) is not None, "of nothing"


def test_deep_and_wide_flames():
    """No recursion, and bars too narrow to be seen are one."""
    deep = [Row("sin", tuple(f"m{k}" for k in range(3_000)), None, 1, 1.0)]
    assert len(flame(deep, REST).bars) == 3_006
    many = [Row(f"op{k}", (), None, 1, 1e-3) for k in range(100_000)]
    assert len(flame(many, REST).bars) < 10
