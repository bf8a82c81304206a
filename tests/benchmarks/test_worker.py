"""The benchmarks' worker: what it measures of a step, and both ends of its pipe."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks import measures
from benchmarks.contenders import ROOT, check_origin
from benchmarks.measures import Reply, fingerprint, measured, settled
from benchmarks.protocol import Worker, WorkerError, serve
from benchmarks.works import Work
from tests.benchmarks.fakes import work


def test_a_fingerprint_sees_size_order_and_sign():
    a, b = np.array([1.0, 2.0]), np.array([[3.0], [-4.0]])
    assert fingerprint([a, b]) == fingerprint([np.concatenate([a, b.ravel()])])
    assert len({tuple(fingerprint(g)) for g in ([a, b], [b, a], [a, -b], [a], [a, 1.001 * b])}) == 5
    assert fingerprint(None) == fingerprint([]) == []


def test_a_baseline_runs_beside_each_repetition():
    order: list[str] = []
    reply = measured(lambda: order.append("s"), lambda: order.append("b"), 2)
    assert "".join(order) == "sbsbs"
    assert reply["processor"] == 0.0
    assert reply["growth"] is None


def test_a_fresh_process_says_how_far_its_memory_grew():
    if not settled():
        pytest.skip("this system does not tell")
    megabytes = 64
    np.ones((2 * megabytes, 2**20), np.uint8)  # gone before: not to be seen
    reply = measured(lambda: [np.ones((megabytes, 2**20), np.uint8)[0, 0]], None, 1, fresh=True)
    assert megabytes * 0.9 < reply["growth"] / 2**20 < megabytes * 1.5


@pytest.mark.parametrize(("spent", "naps"), [([0.0], 2), ([5.0, 5.0, 0.1, 0.0], 4), ([0.0, 5.0, 0.0], 4), ([5.0], 100)])
def test_a_worker_waits_until_its_threads_sleep(spent, naps, monkeypatch):
    slept: list[float] = []
    clock = [0.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += spent[min(len(slept), len(spent)) - 1] / 1000

    monkeypatch.setattr(measures, "time", SimpleNamespace(sleep=sleep, process_time=lambda: clock[0]))
    measures.rested()
    assert len(slept) == naps


def exchange(requests: list[dict[str, Any]], contender: str, works: dict[str, Work]) -> list[Reply]:
    replies = io.StringIO()
    serve(contender, (json.dumps(request) for request in requests), replies, works)
    return [json.loads(line) for line in replies.getvalue().splitlines()]


def test_the_worker_prepares_once_and_survives_an_exception():
    prepared, ran = [], []

    def contender(size: int) -> Callable[[], list[int]]:
        prepared.append(size)

        def step() -> list[int]:
            ran.append(size)
            return [1 // size]

        return step

    ask = [{"work": "fake", "parameters": {"size": s}, "repetitions": n} for s, n in ((1, 1), (1, 3), (0, 1), (2, 1))]
    replies = exchange([*ask, {"work": "no such"}], "ours", {"fake": work(contenders={"ours": contender})})
    assert prepared == [1, 0, 2]
    assert ran == [1, 1, 1, 1, 1, 0, 2]  # one more, untimed, before several
    whole = {"seconds", "baseline", "processor", "growth", "fingerprint"}
    assert [set(r) == whole for r in replies] == [1, 1, 0, 1, 0]
    assert replies[2]["error"].endswith("ZeroDivisionError: integer division or modulo by zero")
    assert "KeyError" in replies[4]["error"]
    assert replies[0]["fingerprint"] == [1.0, 1.0]


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker("numpy")
    yield worker
    worker.close()


def test_a_process_answers_over_its_pipe(worker):
    assert worker.hello()["numpy"] == np.__version__
    size = {"size": 3, "both": True, "repetitions": 2}
    first, second = worker.run("chain", size, 1), worker.run("chain", size, 4)
    assert first["fingerprint"] == second["fingerprint"]
    with pytest.raises(WorkerError, match="KeyError"):
        worker.run("no such work", {}, 1)
    assert worker.run("chain", size, 1)["fingerprint"] == first["fingerprint"]


def test_a_process_that_dies_is_an_error():
    worker = Worker("no such contender")
    try:
        with pytest.raises(WorkerError, match="KeyError"):
            worker.hello()
        with pytest.raises(WorkerError, match="its process ended with 0"):
            worker.run("chain", {}, 1)
    finally:
        worker.close()
    with pytest.raises(WorkerError, match="does not start"):
        Worker("numpy", python="no-such-python")


def test_one_autograd_is_never_timed_as_the_other():
    module = ModuleType("autograd")
    module.__file__ = str(ROOT / "autograd" / "__init__.py")
    check_origin("ours", module)
    with pytest.raises(ImportError, match="is this checkout's"):
        check_origin("hips", module)
    module.__file__ = str(Path(sys.prefix) / "autograd" / "__init__.py")
    check_origin("hips", module)
    with pytest.raises(ImportError, match="is not this checkout's"):
        check_origin("ours", module)
