"""Where the NaN, the kink and the lost gradient came from; and that watching leaves nothing behind."""

import asyncio
import contextlib
import contextvars
import gc
import json
import threading
import tracemalloc
import weakref
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd import tape
from autograd.debug import debug
from autograd.debug._hooks import active
from autograd.primitive import registry

SOURCE = Path(__file__).read_text(encoding="utf-8").splitlines()


def leaf(value, **kwargs):
    return ag.Tensor(value, requires_grad=True, **kwargs)


def line(mark):
    """The number of the line that ends with this comment."""
    (number,) = [k for k, text in enumerate(SOURCE, 1) if text.endswith(f"  # {mark}")]
    return number


def lines(findings):
    return [finding.place.line for finding in findings]


@pytest.fixture(autouse=True)
def _nothing_left_behind():
    clock, functions = tape._clock, registry[np.sort].function
    before = set(registry)
    yield
    for function in set(registry) - before:
        assert type(registry.pop(function).link).__name__ == "function"
    assert (tape._clock, tape.watcher, registry[np.sort].function) == (clock, None, functions)
    assert all(type(registry[f].link).__name__ == "function" for f in before)  # it may have been compiled meanwhile
    assert active not in contextvars.copy_context()  # one more value in the context makes looking up the others slower


# -- places ----------------------------------------------------------------------------------------------------------


def test_every_kind_of_step_knows_its_line():
    a = np.ones(2)
    with debug() as report:
        x = ag.Tensor(a, requires_grad=True)  # made
        steps = {
            "operator": x * a,  # operator
            "reflected": 2.0 / x,  # reflected
            "unary": -x,  # unary
            "item": x[0],  # item
            "one": np.sin(x),  # one
            "any": np.where(a > 0, x, a),  # any
            "method": x.sum(),  # method
            "composite": np.ptp(x),  # composite
            "several": np.split(x, 2)[0],  # several
            "custom": ag.checkpoint(np.sin)(x),  # custom
            "function": ag.functions.softmax(x),  # function
            "in a function": (lambda v: v + 1)(x),  # in a function
            "in a transform": ag.vjp(lambda v: v * x, a)[0],  # in a transform
        }
        y = x * x
        y[0] = x[1]  # assigned
    assert {mark: report.where(t).line for mark, t in steps.items()} == {mark: line(mark) for mark in steps}
    assert report.where(x).line == line("made")
    assert report.where(y).line == line("assigned")
    assert report.where(y)[::2] == (__file__, "test_every_kind_of_step_knows_its_line")
    assert report.where(x * x) is None
    assert report.where(ag.Tensor(1.0)) is None


def test_errors_in_a_sweep_say_where_the_step_was_recorded():
    broken = ag.primitive(lambda x: x * 1, vjp=lambda t: np.ones(7), jvp=lambda t: np.ones(7))
    x = leaf(np.ones(3))
    with debug() as report:
        y = broken(x).sum()  # broken
        z = np.sin(x).sum()  # freed
        z.backward()
    with pytest.raises(ValueError, match="its rule returned shape") as caught:
        y.backward()  # after the block, and still
    assert [f"test_debug.py:{line('broken')}" in note for note in caught.value.__notes__] == [True]
    assert SOURCE[line("broken") - 1].strip() in caught.value.__notes__[0]
    with pytest.raises(RuntimeError, match="freed") as caught:
        z.backward()
    assert f"test_debug.py:{line('freed')}" in caught.value.__notes__[0]
    with debug() as inner, pytest.raises(ValueError, match="its rule returned shape") as caught:
        ag.jvp(broken, (np.ones(3),), (np.ones(3),))  # forward
    assert f"test_debug.py:{line('forward')}" in caught.value.__notes__[0]
    del report, inner
    with pytest.raises(ValueError, match="its rule returned shape") as caught:
        y.backward()
    assert not hasattr(caught.value, "__notes__")


# -- what is not finite ----------------------------------------------------------------------------------------------


def test_the_first_value_that_is_not_finite():
    x = leaf(np.r_[np.arange(20.0), 700.0])
    with debug() as report, np.errstate(all="ignore"):
        y = x * 2
        y = np.exp(y)  # overflows
        y = y - y
        (ag.numerical(lambda v: v / 0.0)(x) + y).sum()  # by a custom function
    assert lines(report.nonfinite_values) == [line("overflows"), line("by a custom function")], "and not inf - inf"
    first = report.nonfinite_values[0]
    assert (first.kind, first.primitive) == ("value", "exp")
    assert first.detail == "its value is not finite, first at index [20]"
    numbers = {"shape": [21], "dtype": "float64", "min": 0.0, "max": 1400.0, "nan": 0, "inf": 0}
    assert {key: first.operands["x"][key] for key in numbers} == numbers
    assert first.result["inf"] == 1


def test_the_first_cotangent_that_is_not_finite():
    x = leaf([0.0, 4.0])
    with debug() as report:
        (np.sqrt(x * 1) * 2).sum().backward()  # infinite slope
    (found,) = report.nonfinite_cotangents
    assert (found.kind, found.primitive, found.place.line) == ("cotangent", "sqrt", line("infinite slope"))
    assert found.operands["out"]["values"] == [0, 2]
    assert not report.nonfinite_values
    with debug() as report, np.errstate(all="ignore"):
        ag.jvp(np.sqrt, (0.0,), (1.0,))
        y = x * 1
        y.backward(np.array([np.inf, 1.0]))  # a bad seed
    found = [(f.kind, "seed" in f.detail) for f in report.nonfinite_cotangents]
    assert found == [("tangent", False), ("cotangent", True)]


def test_what_strong_zeros_silence_is_no_finding():
    def f(x):
        return np.where(x > 0, np.sqrt(x), 0).sum()

    with debug() as report:
        assert ag.grad(f)(np.zeros(2)).tolist() == [0, 0]
    assert not report.nonfinite_cotangents
    with debug() as report, ag.nan_policy("ieee"):
        assert np.isnan(ag.grad(f)(np.zeros(2))).all()
    assert [found.primitive for found in report.nonfinite_cotangents] == ["sqrt"]


# -- kinks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "on", "off"),
    [
        (lambda x: np.maximum(x, 1), [0.0, 1.0], [0.0, 1.1]),
        (lambda x: np.minimum(x, 2 - x), [1.0], [1.1]),
        (lambda x: np.clip(x, 0, 1), [1.0], [0.5]),
        (lambda x: ag.functions.relu(x), [0.0], [0.1]),
        (abs, [0.0], [0.1]),
        (lambda x: x**0.5, [0.0], [0.1]),
        (lambda x: x**-1.5, [0.1, 0.0], [0.1]),
        (lambda x: np.power(x, 2), [], [0.0]),
        (np.linalg.norm, [0.0, 0.0], [0.0, 1.0]),
        (np.std, [2.0, 2.0], [2.0, 1.0]),
        (lambda x: np.max(x, axis=0, keepdims=True), [1.0, 3.0, 3.0], [1.0, 1.0, 3.0]),
        (lambda x: x.min(), [1.0, 1.0], [1.0, 2.0]),
        (np.sort, [2.0, 1.0, 2.0], [2.0, 1.0]),
        (np.median, [2.0, 2.0, 1.0], [1.0, 2.0, 2.0, 3.0]),
        (np.floor, [1.0], [1.5]),
        (np.rint, [1.5], [1.0]),
        (lambda x: np.round(x, 1), [0.25], [0.2]),
        (lambda x: x % 2, [4.0], [3.0]),
        (lambda x: np.hypot(x, 0 * x), [0.0], [1.0]),
        (lambda x: np.where(x > 1, x, 0), [1.0], [2.0]),
        (lambda x: np.where(np.less_equal(x, 1), x, 0), [1.0], [2.0]),
        (ag.functions.sigmoid, [], [0.0]),
    ],
)
def test_kinks_are_met_exactly(f, on, off):
    for point, expected in ((on, 1), (off, 0)):
        if point:
            with debug() as report, np.errstate(all="ignore"):
                f(leaf(point))
            assert len(report.kinks) == expected, str(report)


def test_a_kink_says_where_and_how_often():
    with debug() as report:
        x = leaf([3.0, 1.0, 1.0])
        for _ in range(4):
            np.maximum(x, 1).sum().backward()  # ties
    (found,) = report.kinks
    assert (found.primitive, found.detail, found.count) == ("maximum", "a tie at index [1], and at 1 more", 4)
    assert found.place.line == line("ties")


# -- lost gradients --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cut", "name"),
    [
        (lambda x: x.detach() * 1, "detach()"),
        (lambda x: ag.Tensor(x.data) * 1, ".data"),
        (lambda x: ag.Tensor(x.sum().item()), "item()"),
        (lambda x: ag.Tensor(x.tolist()), "tolist()"),
        (lambda x: x > 0, "greater"),
        (lambda x: np.greater(0, x), "greater"),
        (np.argmax, "argmax"),
        (lambda x: x.astype(int), "astype"),
        (lambda x: np.where(x, 1.0, 2.0), "where"),
        (ag.no_grad()(np.sin), "sin inside no_grad()"),
        (ag.no_grad()(lambda x: np.maximum(x, 0)), "maximum inside no_grad()"),
    ],
)
def test_where_a_gradient_was_cut_off(cut, name):
    with debug() as report:
        x, other = leaf([1.0, 2.0]), leaf([1.0])
        other.detach()  # elsewhere
        z = x * 3
        y = cut(z) + other  # cut
    found = {f.primitive: f for f in report.cuts}
    text = report.why(y, x)
    assert text.startswith("y does not depend on x. What was computed from x left the tape here:\n")
    assert f"  {name} at " in text
    assert f"{line('elsewhere')}" not in text, "that one is none of our business"
    assert SOURCE[found[name].place.line - 1].endswith(("  # cut", f'"{name}"),'))


def test_no_grad_is_known_by_its_line_and_library_functions_keep_to_themselves():
    x = leaf([1.0, 2.0])
    with debug() as report:
        with ag.no_grad():  # paused
            y = x * 2
        ag.functions.softmax(x)
    assert not report.cuts
    text = report.why(y, x)
    assert "Nothing was recorded inside no_grad():" in text
    assert f"test_debug.py:{line('paused')}" in text


def test_why_a_gradient_is_zero_or_arrives():
    x = leaf([1.0, 2.0])
    with debug() as report:
        h = x * 2
        y = np.floor(h).sum() + 0 * h.sum()
        sure = (h - h).sum()
        fine = h.sum()
    assert f"floor at {report.where(y)}" in report.why(y, x)
    assert f"multiply at {report.where(y)}" in report.why(y, x)
    assert "adds up to zero" in report.why(sure, x)
    assert "gradient arrives: (2,) float64 [2.0, 2.0]. x.grad is None, for y.backward() did not" in report.why(fine, x)
    assert "retain_grad" in report.why(fine, h)
    y.backward()
    assert "freed" in report.why(y, x)
    with debug() as report:
        y = np.floor(x).sum()
        y.backward()
    assert "floor at" in report.why(y, x)


def test_other_reasons():
    x = leaf(1.0)
    before = np.sin(x)
    with debug() as report:
        y = before * 2
    other = leaf(1.0)
    assert "arrives" in report.why(y, x), "also through steps from before the block"
    assert report.why(y, other) == "y does not depend on x. No recorded step was computed from x."
    assert "requires no gradient" in report.why(y, ag.Tensor(1.0))
    with debug() as report:
        z = x * 3
    assert "the last of which is multiply at" in report.why(other, x)
    assert z is not None
    with pytest.raises(TypeError, match="why: a float given where a Tensor is due"):
        report.why(1.0, x)


# -- whose steps, and for how long -----------------------------------------------------------------------------------


def test_blocks_nest_and_threads_and_tasks_keep_apart():
    x = leaf(2.0)
    found = {}

    def work(name):
        with debug() as report:
            found[name] = report, [x * k for k in range(50)]

    with debug() as outer:
        threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        with debug() as inner:
            y = x * 2
        z = x * 3

        async def tasks():
            async def one():
                with debug() as report:
                    await asyncio.sleep(0)
                    return report, x * 5

            return await asyncio.gather(one(), one())

        both = asyncio.run(tasks())
    for report, ts in found.values():
        assert all(report.where(t) for t in ts)
        assert len(report._steps) == len(ts) + 1
        assert outer.where(ts[0]) is None
    assert inner.where(y) == outer.where(y) is not None
    assert (inner.where(z), outer.where(z) is None) == (None, False)
    for (report, t), (other, _) in zip(both, both[::-1], strict=True):
        assert report.where(t)
        assert other.where(t) is None


def test_exceptions_and_generators_leave_the_engine_as_it_was():
    x = leaf(2.0)
    with contextlib.suppress(ZeroDivisionError), debug() as failed:
        y = x * x
        1 / 0  # noqa: B018
    assert failed.where(y)

    def steps():
        with debug() as report:
            while True:
                yield report

    first, second = steps(), steps()
    one, two = next(first), next(second)
    y = x * 2
    first.close()  # not in the order of a stack
    z = x * 3
    second.close()
    assert (bool(one.where(y)), bool(two.where(y)), bool(one.where(z)), bool(two.where(z))) == (True, True, False, True)
    elsewhere = steps()
    contextvars.copy_context().run(next, elsewhere)
    assert tape.watcher is not None
    elsewhere.close()
    assert tape.watcher is None
    with debug() as report, pytest.raises(RuntimeError, match="is open already"):
        report.__enter__()


def test_what_is_declared_inside_is_watched_too():
    with debug() as report, np.errstate(all="ignore"):
        inverse = ag.elementwise(lambda x: 1 / x, lambda t, x: -t / (x * x))
        y = inverse(leaf(0.0))  # declared
    assert lines(report.nonfinite_values) == [line("declared")] == [report.where(y).line]


def test_a_report_is_plain_data_and_holds_no_arrays():
    x = leaf(np.zeros(500_000))
    gc.collect()
    tracemalloc.start()
    with debug() as report, np.errstate(all="ignore"):
        y = np.sum(np.log(np.maximum(x, 0)) + 1j)
        np.real(y).backward()
        x.detach()
    del y
    x.grad = None
    assert tracemalloc.get_traced_memory()[0] < 400_000, "a tenth of one array"
    tracemalloc.stop()
    data = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert [f["primitive"] for f in data["nonfinite_values"]] == ["log"]
    assert data["nonfinite_values"][0]["place"]["text"] == "y = np.sum(np.log(np.maximum(x, 0)) + 1j)"
    assert {"steps", "sweeps", "nonfinite_cotangents", "kinks", "cuts"} <= set(data)
    for word in ("Values that are not finite", "log: its value is not finite", "tie at index [0], and at 499999 more"):
        assert word in str(report)
    alive = weakref.ref(report)
    del report
    assert alive() is None, "without the garbage collector"
    assert not list(tape.reports)


def test_lazy_arrays_stay_lazy():
    dask, array = pytest.importorskip("dask"), pytest.importorskip("dask.array")

    def refuse(*args, **kwargs):
        raise AssertionError("a task was run")

    with dask.config.set(scheduler=refuse), debug() as report:
        x = leaf(array.zeros(4, chunks=2))
        y = np.sum(np.sqrt(np.maximum(x, 0)))
        y.backward()
        gone = x.detach()
        assert "detach() at" in report.why(gone, x)
    assert report.where(y)
    assert not report.kinks


def test_results_are_the_same_under_watch():
    def f(x):
        return np.sum(np.tanh(x @ x.T) / np.linalg.norm(x) + np.sort(x, 0) @ np.cumsum(x, 0).T)

    x = np.random.default_rng(0).normal(size=(3, 3))
    plain = [ag.grad(f)(x), ag.hessian(f)(x), ag.jvp(f, (x,), (x,))]
    with debug() as report:
        watched = [ag.grad(f)(x), ag.hessian(f)(x), ag.jvp(f, (x,), (x,))]
    for a, b in zip(plain, watched, strict=True):
        assert np.array_equal(a, b)
    assert not report.nonfinite_values + report.nonfinite_cotangents + report.kinks
