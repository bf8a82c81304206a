"""The catalogue of works, and the command line that runs them."""

import json
import sys

import pytest

from benchmarks.__main__ import main, parse
from benchmarks.contenders import CONTENDERS, ROOT
from benchmarks.works import WORKS
from benchmarks.works.mlp_adam import Training, kept


@pytest.mark.parametrize("name", WORKS)
def test_a_work_names_what_there_is(name):
    entry = WORKS[name]
    assert entry.name == name
    assert set(entry.contenders) <= set(CONTENDERS)
    assert "ours" in entry.contenders
    assert set(entry.targets) <= set(entry.cases)
    for target in (target for targets in entry.targets.values() for target in targets):
        assert set(target.peers) <= set(entry.contenders)
        assert target.metric in entry.metrics
    assert set(entry.quick) <= set().union(*entry.cases.values())
    assert entry.growth is None or entry.growth.sizes.keys() == entry.cases.keys()


def test_the_value_of_training_is_that_of_its_first_step():
    state = [1.0]

    def step():
        state[0] *= 0.5

    again = kept(lambda: Training(step, lambda: state, lambda: [3.0]))()
    assert again() == again() == [3.0, -0.5]
    assert state == [0.125]


@pytest.mark.parametrize(
    "wrong", ["--works=chain,nothing", "--works=", "--rounds=0", "--threads=1,0", "--peer=torch", "--peer=x=y"]
)
def test_wrong_options_are_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        parse([wrong])
    assert "error" in capsys.readouterr().err


def test_options():
    options = parse(["--works", "mlp,chain", "--hips-python", "p", "--peer", "torch=q", "--threads", "2,1"])
    assert options.works == ["chain", "mlp"]
    assert options.threads == [1, 2]
    here = dict.fromkeys(CONTENDERS.keys() - {"hips", "torch"}, sys.executable)
    assert options.pythons == here | {"hips": "p", "torch": "q"}


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
    assert main(["--quick", "--contenders", "ours,value", "--json", str(target)]) == 0, capsys.readouterr()
    content = json.loads(target.read_text(encoding="utf-8"))
    assert {result["work"] for result in content["results"]} == set(WORKS)
    assert str(ROOT) not in target.read_text(encoding="utf-8")
    assert "## 1 thread" in target.with_suffix(".md").read_text(encoding="utf-8")
