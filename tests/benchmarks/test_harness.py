"""The benchmark harness: interleaved rounds. No test looks at a time."""

import time
from typing import Any

import pytest

from benchmarks import harness, report
from benchmarks.harness import FreshRunner, measure, repetitions_for, rotations
from benchmarks.summary import Ratio
from benchmarks.works.work import MEMORY, TIME, Target
from tests.benchmarks.fakes import Fake, reply, work


def test_everybody_is_first_in_turn():
    assert list(rotations("abc", 4)) == [list("abc"), list("bca"), list("cab"), list("abc")]


@pytest.mark.parametrize(("seconds", "expected"), [(0.001, 20), (0.5, 1), (0.0, 1)])
def test_repetitions_fill_the_slice(seconds, expected):
    assert repetitions_for(lambda count: reply(seconds), 0.02) == expected


def test_rounds_are_interleaved_and_compared():
    log: list[str] = []
    runners = {"ours": Fake("o", log, [1.0, 2.0]), "torch": Fake("t", log, [4.0]), "hips": Fake("h", log, [1.0])}
    (result,) = measure(work(), "all", runners, rounds=4, slice_seconds=0.0, threads=2)
    assert "".join(log) == "ottootto"  # and hips takes no part in this work
    assert result.minimum == {"ours": 1.0, "torch": 4.0}
    assert result.median == {"ours": 1.5, "torch": 4.0}
    assert result.processor == {"ours": 0.5, "torch": 2.0}
    assert result.ratios == {"torch": Ratio(0.25, 0.25, 0.375, 0.5)}
    assert (result.rounds, result.threads, result.failures) == (4, 2, {})


def test_between_turns_of_several_threads_others_are_watched(monkeypatch):
    seen: list[str] = []
    log: list[str] = []
    monkeypatch.setattr(harness, "others", lambda: seen.append("watch") or len(log))
    targets = {"all": (Target(3.0),)}
    for threads, watched in ((1, 0), (2, 3)):
        seen.clear()
        log.clear()
        (result,) = measure(
            work(targets=targets), "all", {"ours": Fake("o", log, [1.0])}, 2, slice_seconds=1.0, threads=threads
        )
        assert len(seen) == watched  # before the repetitions are counted, and before each turn
        assert (result.verdicts[0].others > 0) == (threads > 1)


def test_a_busy_core_is_seen():
    if not harness.busy():
        pytest.skip("this system does not tell")
    before, end = harness.busy(), time.process_time() + 0.2
    while time.process_time() < end:
        pass
    assert harness.busy() - before > 0.1


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


def test_a_contender_without_gradients_is_not_compared_in_them():
    runners = {"ours": Fake("o", [], [1.0]), "value": Fake("v", [], [0.5], gradient=7.0)}
    (result,) = measure(work(), "all", runners, rounds=1, slice_seconds=0.0)
    assert result.ratios["value"].of_minima == 2.0
    assert not result.failures


def test_nobody_left_is_no_error():
    (result,) = measure(work(), "all", {"ours": Fake("o", [], [1.0], failing=1)}, rounds=3, slice_seconds=0.0)
    assert result.minimum == {}
    assert [*report.lines(result)][-1].endswith("FAILED: it broke")


def test_times_are_divided_by_the_units_of_the_quick_parameters():
    counted = work(units=lambda p: p["size"], quick={"size": 2, "unknown to this case": 5})
    (result,) = measure(counted, "all", {"ours": Fake("o", [], [6.0])}, 1, 0.0, quick=True)
    assert result.minimum == {"ours": 3.0}


def test_a_fresh_work_has_a_warm_process_each_round_and_its_memory():
    log: list[str] = []

    class Process(Fake):
        def hello(self) -> dict[str, str]:
            log.append("start")
            return {}

        def run(self, work: str, parameters: Any, repetitions: int) -> Any:
            log.append(f"size {parameters['size']}")
            return super().run(work, parameters, repetitions)

        def close(self) -> None:
            log.append("end")

    runners = {
        "ours": FreshRunner(lambda: Process("o", log, [2.0]), {"size": 1}),
        "torch": FreshRunner(lambda: Process("t", log, [4.0]), {"size": 1}),
    }
    clock, memory = measure(work(fresh=True, metrics=(TIME, MEMORY)), "all", runners, rounds=2, slice_seconds=1.0)
    turns = {name: ["start", "size 1", name, "size 3", name, "end"] for name in "ot"}
    assert log == [*turns["o"], *turns["t"], *turns["t"], *turns["o"]]
    assert (clock.metric, memory.metric) == (TIME, MEMORY)
    assert clock.ratios["torch"].of_minima == memory.ratios["torch"].of_minima == 0.5
    assert memory.minimum == {"ours": 20.0, "torch": 40.0}
    assert memory.processor == {}
