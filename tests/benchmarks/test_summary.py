"""Statistics of the benchmarks: minima, ratios, targets, exponents."""

import math

import pytest

from benchmarks.harness import measure
from benchmarks.summary import Fit, Ratio, Samples, Verdict, fits, quartiles, ratio, verdict
from benchmarks.works.work import MEMORY, TIME, Growth, Target
from tests.benchmarks.fakes import Fake, reply, work


def test_quartiles():
    assert quartiles([5.0]) == (5.0, 5.0, 5.0)
    assert quartiles([4.0, 1.0, 3.0, 2.0, 5.0]) == (2.0, 3.0, 4.0)
    assert all(math.isnan(value) for value in quartiles([]))


def test_a_baseline_is_subtracted_round_by_round_but_the_minima_apart():
    samples = Samples([5.0, 4.0, 9.0], [1.0, 2.0, 3.0])
    assert samples.rounds == [4.0, 2.0, 6.0]
    assert samples.minimum == 3.0
    assert samples.median == 4.0


def test_samples_of_replies():
    rows = [reply(6.0, baseline=2.0), reply(8.0)]
    assert Samples.of(rows, TIME, 2) == Samples([3.0, 4.0], [1.0, 0.0])
    assert Samples.of(rows, MEMORY, 2) == Samples([60.0, 80.0], [0.0, 0.0])


def test_a_ratio_is_of_the_minima_with_quartiles_of_the_rounds():
    nothing = [0.0] * 3
    assert ratio(Samples([2.0, 3.0, 1.0], nothing), Samples([4.0, 4.0, 2.0], nothing)) == Ratio(0.5, 0.5, 0.5, 0.625)


def test_a_ratio_to_nothing_is_not_a_number():
    found = ratio(Samples([2.0, 2.0], [0.0, 0.0]), Samples([3.0, 5.0], [3.0, 1.0]))
    assert found == Ratio(1.0, 0.5, 0.5, 0.5)
    assert math.isnan(ratio(Samples([1.0], [2.0]), Samples([1.0], [0.0])).of_minima)


@pytest.mark.parametrize(
    ("target", "peers", "reached", "met"),
    [
        (Target(0.5, ("torch",)), ("torch",), 0.5, True),
        (Target(0.4, ("torch",)), ("torch",), 0.5, False),
        (Target(1.0, ("torch", "jax", "hips")), ("torch", "jax"), 2.0, False),  # the better of those that ran
        (Target(3.0), (), 2.0, True),  # no peer: the time itself
        (Target(0.5, ("hips",)), (), math.nan, None),
    ],
)
def test_a_target_is_met_or_missed_or_cannot_be_judged(target, peers, reached, met):
    found = verdict(target, {"ours": 2.0, "torch": 4.0, "jax": 1.0})
    assert (found.bound, found.peers, found.met) == (target.bound, peers, met)
    assert found.reached == pytest.approx(reached, nan_ok=True)


def test_beside_other_programs_nothing_is_judged():
    assert verdict(Target(0.6, ("torch",)), {"ours": 2.0, "torch": 4.0}, others=0.05).met
    assert verdict(Target(0.6, ("torch",)), {"ours": 2.0, "torch": 4.0}, others=0.5).met is None
    assert verdict(Target(3.0), {"ours": 2.0}, others=0.5).met is None


def test_without_ours_nothing_is_judged():
    assert verdict(Target(0.5), {"torch": 4.0}).met is None
    assert verdict(Target(0.5, ("torch",)), {"torch": 4.0}).met is None


def test_a_case_has_the_targets_of_its_metric():
    targets = {"all": (Target(0.5, ("torch",)), Target(1.0, ("torch",), MEMORY)), "another": (Target(9.0),)}
    runners = {"ours": Fake("o", [], [2.0]), "torch": Fake("t", [], [4.0])}
    time, memory = measure(work(targets=targets, metrics=(TIME, MEMORY)), "all", runners, 1, 0.0)
    assert time.verdicts == [Verdict(0.5, ("torch",), 0.5)]
    assert memory.verdicts == [Verdict(1.0, ("torch",), 0.5)]


def test_memory_that_a_system_does_not_tell_is_left_out():
    class Silent(Fake):
        def run(self, *request):
            return super().run(*request) | {"growth": None}

    (time,) = measure(work(metrics=(TIME, MEMORY)), "all", {"ours": Silent("o", [], [2.0])}, 1, 0.0)
    assert time.metric == TIME


@pytest.mark.parametrize("threads", [1, 2])
def test_the_exponent_of_growth_is_fitted(threads):
    sizes = {"10": 10.0, "100": 100.0, "1,000": 1000.0}
    grown = work(cases={case: {"size": 3} for case in sizes}, growth=Growth(sizes, 1.0))
    found = []
    for case, size in sizes.items():
        runners = {"ours": Fake("o", [], [3 * size]), "torch": Fake("t", [], [0.1 * size**1.5])}
        found += measure(grown, case, runners, 1, 0.0, threads=threads)
    works = {"fake": grown}
    assert list(fits(found, works)) == [
        Fit("fake", "ours", threads, pytest.approx(1.0), 1.0),
        Fit("fake", "torch", threads, pytest.approx(1.5), 1.0),
    ]
    assert list(fits(found[:1], works)) == []  # no line through one point


def test_what_does_not_grow_is_not_fitted():
    found = measure(work(), "all", {"ours": Fake("o", [], [2.0])}, 1, 0.0)
    assert list(fits(found, {"fake": work()})) == []
