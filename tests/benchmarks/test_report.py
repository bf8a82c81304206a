"""What the benchmarks write: lines, tables, JSON, the README's table, pictures."""

import json

import pytest

from benchmarks import plots, readme, report
from benchmarks.harness import measure
from benchmarks.summary import Fit, Verdict
from benchmarks.works.work import MEMORY, TIME, Growth, Target
from tests.benchmarks.fakes import Fake, work

HERE = {"load": 0.5, "cpu": "a processor", "cores": 2, "system": "a system", "architecture": "any"}
VERSIONS = {"ours": {"python": "3", "numpy": "2", "ours": "1"}}
TARGETS = {"all": (Target(0.6, ("torch",)), Target(0.2, ("torch", "value")), Target(0.001), Target(1.0, ("hips",)))}


def found(threads=1, **changes):
    runners = {
        "ours": Fake("o", [], [0.002]),
        "torch": Fake("t", [], [0.004]),
        "mygrad": Fake("m", [], [1.0], failing=1),
        "value": Fake("v", [], [0.001]),
    }
    return measure(work(targets=TARGETS, **changes), "all", runners, rounds=1, slice_seconds=0.0, threads=threads)


def test_lines():
    text = "\n".join(report.lines(found()[0]))
    assert text.startswith("fake: all, time per step (1 thread)")
    assert "2.00 ms" in text
    assert "ours/peer 0.50 [0.50, 0.50], of processor time 0.50" in text
    assert "at most 0.6 × PyTorch: 0.50, met" in text
    assert "at most 0.2 × the best of PyTorch, f alone: 2.00, missed" in text
    assert "at most 1.00 ms: 2.00 ms, missed" in text
    assert "at most 1: not measured" in text
    assert "MyGrad              FAILED: it broke" in text


def test_totals_count_what_was_judged():
    text = report.totals(found())
    assert text.startswith("targets met: 1 of 3\n  fake: all, time per step, 1 thread: at most 0.2 ×")


def test_markdown_has_a_table_for_each_number_of_threads():
    fit = Fit("grown", "ours", 1, 1.04, 1.0)
    text = report.as_markdown([*found(1), *found(2)], [fit], HERE, VERSIONS)
    assert text.index("## 1 thread\n") < text.index("## 2 threads\n") < text.index("| grown | 1 | ours | 1.04 | 1 |")
    assert "| fake: all, time per step | 2.00 ms | at most 0.6 × PyTorch: 0.50, met;" in text
    assert "| 4.00 ms, **0.50** [0.50, 0.50] |" in text
    assert text.endswith("a processor, 2 cores, a system; load average before: 0.5. ours 1; Python 3, NumPy 2.\n")


def test_json_is_whole_and_strict():
    content = json.loads(report.as_json(found(), [Fit("grown", "ours", 1, 1.0, 1.0)], HERE, VERSIONS))
    (result,) = content["results"]
    assert result["ratios"]["torch"]["of_minima"] == 0.5
    assert [verdict["met"] for verdict in result["verdicts"]] == [True, False, False, None]
    assert result["verdicts"][3]["reached"] is None
    assert content["growth"][0]["exponent"] == 1.0


def test_the_table_of_the_readme_is_made_from_the_results():
    results = [*found(1, metrics=(TIME, MEMORY)), *found(2)]
    table = readme.table(json.loads(report.as_json(results, [], HERE, VERSIONS))["results"])
    assert table.count("fake: all") == 2
    assert "| fake: all | 0.50 |" in table
    assert "| fake: all, memory | 0.50 |" in table
    page = f"before\n{readme.BEGIN}old{readme.END}\nafter"
    once = readme.replaced(page, table)
    assert once == f"before\n{readme.BEGIN}\n{table}\n\n{readme.END}\nafter"
    assert readme.replaced(once, table) == once
    with pytest.raises(ValueError, match="has no table of benchmarks"):
        readme.replaced("before", table)


@pytest.mark.parametrize(
    ("value", "metric", "expected"),
    [
        (1.5, TIME, "1.50 s"),
        (2.5e-6, TIME, "2.50 µs"),
        (123e-9, TIME, "123 ns"),
        (3 * 2**20, MEMORY, "3.00 MiB"),
        (0.0, MEMORY, "0.00 B"),
    ],
)
def test_quantities(value, metric, expected):
    assert report.quantity(value, metric) == expected


def test_judgements_name_the_measure_of_what_has_no_peer():
    assert report.judged(Verdict(2**20, (), 2**19), MEMORY) == "at most 1.00 MiB: 512 KiB, met"


def test_judgements_say_why_there_is_none():
    assert report.judged(Verdict(0.5, ("torch",), 0.4, others=0.9), TIME) == (
        "at most 0.5 × PyTorch: 0.40, not judged, as other programs ran on 0.9 cores"
    )


def test_pictures(tmp_path):
    pytest.importorskip("matplotlib")
    grown = found(name="grown", growth=Growth({"all": 3.0}, 1.0))
    written = plots.draw([*found(1), *found(2), *grown], [Fit("grown", "ours", 1, 1.04, 1.0)], tmp_path / "x.json")
    assert [path.name for path in written] == ["x-1-thread.svg", "x-1-thread-size.svg", "x-2-threads.svg"]
    ratios, sizes = (path.read_text("utf-8") for path in written[:2])
    assert all(text in ratios for text in ("fake: all", "PyTorch", "strokes: targets"))
    assert all(text in sizes for text in ("ours: 1.04", "exponent 1 expected"))
