"""The benchmark harness: its statistics, its protocol, its command line. No test looks at a time."""

import io
import json
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from benchmarks import report
from benchmarks.__main__ import main, parse
from benchmarks.contenders import CONTENDERS, ROOT, check_origin
from benchmarks.harness import FreshRunner, Ratio, Samples, measure, quartiles, ratio, repetitions_for, rotations
from benchmarks.protocol import Reply, Worker, WorkerError, fingerprint, measure_step, serve
from benchmarks.works import WORKS, Work

HERE = {"cpu": "a processor", "cores": 2, "system": "a system", "architecture": "any", "threads": 1}


def reply(seconds: float, gradient: float = 1.0, baseline: float = 0.0) -> Reply:
    print_ = fingerprint([gradient])
    return {"seconds": seconds, "baseline": baseline, "floor": 100, "peak": 100 + seconds, "fingerprint": print_}


def work(**changes: Any) -> Work:
    def contender(size: int) -> Callable[[], list[int]]:
        return lambda: [size]

    names = ("ours", "torch", "mygrad")
    return Work(
        **{"name": "fake", "cases": {"all": {"size": 3}}, "contenders": dict.fromkeys(names, contender)} | changes
    )


class Fake:
    """A runner that replays seconds, and notes when it ran."""

    def __init__(self, name: str, log: list[str], seconds: list[float], gradient: float = 1.0, failing: int = -1):
        self.name, self.log, self.seconds, self.gradient, self.failing = name, log, seconds, gradient, failing
        self.turns = 0

    def run(self, work: str, parameters: Any, repetitions: int) -> Reply:
        self.log.append(self.name)
        self.turns += 1
        if self.turns == self.failing:
            raise WorkerError("it broke")
        return reply(self.seconds[(self.turns - 1) % len(self.seconds)], self.gradient)


def test_quartiles():
    assert quartiles([5.0]) == (5.0, 5.0, 5.0)
    assert quartiles([4.0, 1.0, 3.0, 2.0, 5.0]) == (2.0, 3.0, 4.0)
    assert all(math.isnan(value) for value in quartiles([]))


def test_a_baseline_is_subtracted_round_by_round_but_the_minima_apart():
    samples = Samples([5.0, 4.0, 9.0], [1.0, 2.0, 3.0])
    assert samples.rounds == [4.0, 2.0, 6.0]
    assert samples.minimum == 3.0
    assert samples.median == 4.0


def test_a_ratio_is_of_the_minima_with_quartiles_of_the_rounds():
    nothing = [0.0] * 3
    assert ratio(Samples([2.0, 3.0, 1.0], nothing), Samples([4.0, 4.0, 2.0], nothing)) == Ratio(0.5, 0.5, 0.5, 0.625)


def test_a_ratio_to_nothing_is_not_a_number():
    found = ratio(Samples([2.0, 2.0], [0.0, 0.0]), Samples([3.0, 5.0], [3.0, 1.0]))
    assert found == Ratio(1.0, 0.5, 0.5, 0.5)
    assert math.isnan(ratio(Samples([1.0], [2.0]), Samples([1.0], [0.0])).of_minima)


def test_everybody_is_first_in_turn():
    assert list(rotations("abc", 4)) == [list("abc"), list("bca"), list("cab"), list("abc")]


@pytest.mark.parametrize(("seconds", "expected"), [(0.001, 20), (0.5, 1), (0.0, 1)])
def test_repetitions_fill_the_slice(seconds, expected):
    assert repetitions_for(lambda count: reply(seconds), 0.02) == expected


def test_rounds_are_interleaved_and_compared():
    log: list[str] = []
    runners = {"ours": Fake("o", log, [1.0, 2.0]), "torch": Fake("t", log, [4.0]), "hips": Fake("h", log, [1.0])}
    (result,) = measure(work(), "all", runners, rounds=4, slice_seconds=0.0)
    assert "".join(log) == "ottootto"  # and hips takes no part in this work
    assert result.minimum == {"ours": 1.0, "torch": 4.0}
    assert result.median == {"ours": 1.5, "torch": 4.0}
    assert result.ratios == {"torch": Ratio(0.25, 0.25, 0.375, 0.5)}
    assert not result.failures


def test_a_failure_drops_out_and_wrong_gradients_are_named():
    log: list[str] = []
    runners = {
        "ours": Fake("o", log, [1.0]),
        "torch": Fake("t", log, [1.0], failing=2),
        "mygrad": Fake("m", log, [1.0], gradient=1.1),
    }
    (result,) = measure(work(), "all", runners, rounds=3, slice_seconds=0.0)
    assert "".join(log).count("t") == 2
    assert set(result.minimum) == {"ours", "mygrad"}
    assert result.failures["torch"] == "it broke"
    assert "gradients differ from those of ours" in result.failures["mygrad"]


def test_nobody_left_is_no_error():
    (result,) = measure(work(), "all", {"ours": Fake("o", [], [1.0], failing=1)}, rounds=3, slice_seconds=0.0)
    assert result.minimum == {}
    assert report.lines(result)[-1].endswith("FAILED: it broke")


def test_times_are_divided_by_the_units():
    (result,) = measure(
        work(units=lambda p: p["size"]), "all", {"ours": Fake("o", [], [6.0])}, 1, 0.0, changed={"size": 2}
    )
    assert result.minimum == {"ours": 3.0}


def test_a_fresh_work_has_a_process_each_round_and_its_memory():
    started = []

    class Process(Fake):
        def hello(self) -> dict[str, str]:
            started.append(self.name)
            return {}

        def close(self) -> None:
            started.append("end")

    runners = {
        "ours": FreshRunner(lambda: Process("o", [], [2.0])),
        "torch": FreshRunner(lambda: Process("t", [], [4.0])),
    }
    time, memory = measure(work(fresh=True), "all", runners, rounds=2, slice_seconds=1.0)
    assert started == ["o", "end", "t", "end", "t", "end", "o", "end"]
    assert time.ratios["torch"].of_minima == memory.ratios["torch"].of_minima == 0.5
    assert memory.minimum == {"ours": 2.0, "torch": 4.0}


def test_a_fingerprint_sees_size_order_and_sign():
    a, b = np.array([1.0, 2.0]), np.array([[3.0], [-4.0]])
    assert fingerprint([a, b]) == fingerprint([np.concatenate([a, b.ravel()])])
    assert len({tuple(fingerprint(g)) for g in ([a, b], [b, a], [a, -b], [a], [a, 1.001 * b])}) == 5
    assert fingerprint(None) == fingerprint([]) == []


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
    assert [set(r) == {"seconds", "baseline", "floor", "peak", "fingerprint"} for r in replies] == [1, 1, 0, 1, 0]
    assert replies[2]["error"].endswith("ZeroDivisionError: integer division or modulo by zero")
    assert "KeyError" in replies[4]["error"]
    assert replies[0]["fingerprint"] == [1.0, 1.0]


def test_a_baseline_runs_beside_each_repetition():
    order: list[str] = []
    measure_step(lambda: order.append("s"), lambda: order.append("b"), 2)
    assert "".join(order) == "sbsbs"


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


def test_the_catalogue_is_whole():
    for name, entry in WORKS.items():
        assert entry.name == name
        assert set(entry.contenders) <= set(CONTENDERS)
        assert "ours" in entry.contenders
        assert set(entry.quick or {}) <= set().union(*entry.cases.values())


def test_reports():
    runners = {
        "ours": Fake("o", [], [0.002]),
        "torch": Fake("t", [], [0.004]),
        "mygrad": Fake("m", [], [1.0], failing=1),
    }
    found = measure(work(), "all", runners, rounds=1, slice_seconds=0.0)
    text = "\n".join(report.lines(found[0]))
    assert "2.00 ms" in text
    assert "ours/peer 0.50 [0.50, 0.50]" in text
    versions = {"ours": {"python": "3", "numpy": "2", "ours": "1"}}
    assert "| fake: all, time per step | 2.00 ms | 4.00 ms, **0.50** [0.50, 0.50] |" in report.as_markdown(
        found, HERE, versions
    )
    assert json.loads(report.as_json(found, HERE, versions))["results"][0]["ratios"]["torch"]["of_minima"] == 0.5


@pytest.mark.parametrize(
    ("value", "metric", "expected"),
    [
        (1.5, "time", "1.50 s"),
        (2.5e-6, "time", "2.50 µs"),
        (123e-9, "time", "123 ns"),
        (3 * 2**20, "bytes", "3.00 MiB"),
    ],
)
def test_quantities(value, metric, expected):
    assert report.quantity(value, metric) == expected


@pytest.mark.parametrize("wrong", ["--works=chain,nothing", "--works=", "--rounds=0", "--peer=torch", "--peer=x=y"])
def test_wrong_options_are_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        parse([wrong])
    assert "error" in capsys.readouterr().err


def test_options():
    options = parse(["--works", "mlp,chain", "--hips-python", "p", "--peer", "torch=q"])
    assert options.works == ["chain", "mlp"]
    assert options.pythons == dict.fromkeys(("ours", "mygrad", "micrograd", "numpy"), sys.executable) | {
        "hips": "p",
        "torch": "q",
    }


def test_a_missing_peer_is_skipped_with_how_to_add_it(capsys, monkeypatch):
    monkeypatch.delenv("AUTOGRAD_BENCH_HIPS_PYTHON", raising=False)
    peers = ["--contenders", "hips,mygrad,numpy", "--peer", "mygrad=no-such-python"]
    assert main(["--quick", "--works", "mlp", *peers]) == 0
    captured = capsys.readouterr()
    assert "pip install mygrad" in captured.err
    assert "--hips-python" in captured.err
    assert "NumPy by hand" in captured.out


def test_quick_runs_with_our_library_alone(tmp_path, capsys):
    target = tmp_path / "out" / "bench.json"
    assert main(["--quick", "--contenders", "ours", "--json", str(target)]) == 0, capsys.readouterr()
    content = json.loads(target.read_text(encoding="utf-8"))
    assert {result["work"] for result in content["results"]} == set(WORKS) - {"million_chain"}
    assert str(ROOT) not in target.read_text(encoding="utf-8")
    assert target.with_suffix(".md").read_text(encoding="utf-8").startswith("| work | ours |")
