"""The command line: each command, and bad input."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import autograd as ag
from autograd import __main__ as cli

USER_CODE = """
import math
import numpy as np
import autograd as ag

def energy(x, w):
    return np.sum(np.tanh(x @ w) ** 2)

def scaled(x, *, factor=2.0):
    return x * factor

def with_examples(p):
    return p["a"] * np.sum(p["b"])

with_examples.example_args = ({"a": 2.0, "b": np.ones(3)},)

def lossy(x):
    return math.sqrt(x.item())

def constant(x):
    return ag.Tensor(1.0)

def deep(x):
    for _ in range(50):
        x = np.sin(x)
    return x

@ag.custom_vjp
def wrong(x):
    return x * x

wrong.defvjp(lambda x: (x * x, x), lambda x, ct: (3 * ct * x,))

def crashes(x):
    raise KeyError("mine")

number = 3
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current directory with a module of a user's."""
    (tmp_path / "my_module.py").write_text(USER_CODE)
    (tmp_path / "broken.py").write_text("import no_such_package\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    for name in ("my_module", "broken"):
        sys.modules.pop(name, None)


# -- demo ------------------------------------------------------------------------------------------------------------


def test_demo_does_the_main_job(here, capsys):
    assert cli.main(["demo"]) == 0
    out, err = capsys.readouterr()
    assert "f = 50" in out
    assert "df/dx = 15, df/dy = 10, df/dz = 5" in out
    assert "o = 0.396930" in out
    accuracy = float(out.split("others: ")[1].split("%")[0])
    assert accuracy >= 96
    assert str(here / "graph.svg") in out
    ElementTree.parse(here / "graph.svg")
    assert "largest relative error" in out
    assert "training" in err


def test_demo_fails_if_the_network_is_bad(here, capsys, monkeypatch):
    monkeypatch.setattr(cli, "EPOCHS", 1)
    monkeypatch.setattr(cli, "GOAL", 1.5)
    assert cli.main(["demo"]) == 1
    assert "below the goal of 150%" in capsys.readouterr().err


def test_demo_writes_where_it_is_told(here, monkeypatch):
    (here / "there").mkdir()
    monkeypatch.setattr(cli, "EPOCHS", 1)
    cli.main(["demo", "--out", "there"])
    assert (here / "there" / "graph.svg").exists()
    assert not (here / "graph.svg").exists()


def test_demo_names_a_missing_directory(here, capsys):
    assert cli.main(["demo", "--out", "nowhere"]) == 2
    assert "--out nowhere: there is no such directory" in capsys.readouterr().err


def test_progress_without_tqdm(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm.std", None)
    assert list(cli.progress(range(100), "work")) == list(range(100))
    assert "100%" not in capsys.readouterr().out  # on stderr, so that the text stays readable in a pipe
    list(cli.progress(range(4), "work"))
    assert "work [##########" in capsys.readouterr().err


def test_progress_with_tqdm(capsys):
    pytest.importorskip("tqdm")
    assert list(cli.progress(range(100), "work")) == list(range(100))
    assert "work" in capsys.readouterr().err


# -- check -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        ["my_module:energy", "--args", "[[1.0, 2.0], [[0.5], [0.25]]]"],
        ["my_module:energy", "--shape", "4,3", "--shape", "3,2", "--seed", "5"],
        ["my_module:with_examples"],
        ["my_module:scaled", "--args", "[2.0]", "--order", "1"],
        ["numpy:tanh", "--shape", "()"],
        ["numpy:sum", "--args", "[[[1.0, 2.0]], 1]"],
        ["numpy.linalg:inv", "--args", "[[[1.0, 2.0], [0.5, 3.0]]]"],
    ],
)
def test_check_of_a_right_function(here, capsys, options):
    assert cli.main(["check", *options]) == 0
    out = capsys.readouterr().out
    assert out.startswith("order 1: largest relative error")
    assert out.endswith(f"{options[0]}: correct\n")
    assert ("order 2" in out) == ("--order" not in options)


def test_check_of_a_wrong_rule(here, capsys):
    assert cli.main(["check", "my_module:wrong", "--args", "[2.0]"]) == 1
    err = capsys.readouterr().err
    assert "my_module:wrong: WRONG" in err
    assert "order 1" in err


def test_the_current_directory_is_importable_whatever_the_path(here, monkeypatch):
    monkeypatch.setattr(sys, "path", [p for p in sys.path if p not in ("", str(here))])
    assert cli.find("my_module:energy").__name__ == "energy"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["energy"], "write module:function, such as energy:function"),
        (["my_module.py:energy"], "write module:function, such as my_module:energy"),
        (["sub/my_module.py:energy"], "such as sub.my_module:energy"),
        (["my_module:"], "such as my_module:function"),
        (["no_module:f"], "there is no module 'no_module', neither installed nor in "),
        (["my_module.sub:f"], "there is no module 'my_module.sub'"),
        (["my_module:enregy"], "has no 'enregy'. It has: energy, scaled,"),
        (["my_module:number"], "is of type int, not a function"),
        (["my_module:energy"], "missing a required argument: 'x', and 0 arguments were given"),
        (["my_module:energy", "--args", "[1.0]"], "missing a required argument: 'w', and 1 arguments were given"),
        (["my_module:energy", "--args", "[1.0"], "is not JSON"),
        (["my_module:energy", "--args", "2.0"], "--args is a JSON list"),
        (["my_module:deep", "--args", "[2]"], "no argument is a floating number or array"),
        (["my_module:lossy", "--args", "[2.0]"], "returned float, not a Tensor"),
        (["my_module:constant", "--args", "[2.0]"], "the result does not depend on the arguments"),
    ],
)
@pytest.mark.parametrize("command", ["check", "draw"])
def test_bad_input_is_explained(here, capsys, command, options, message):
    assert cli.main([command, *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"autograd {command}: ")
    assert message in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(("target", "error"), [("my_module:crashes", KeyError), ("broken:f", ModuleNotFoundError)])
def test_an_error_in_the_users_code_stays_the_users(here, target, error):
    with pytest.raises(error, match=r"mine|no_such_package"):
        cli.main(["check", target, "--args", "[2.0]"])


@pytest.mark.parametrize("argv", [[], ["chek"], ["check"], ["check", "a:b", "--shape", "3x4"]])
def test_wrong_usage_exits_with_2(argv, capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(argv)
    assert "usage: python -m autograd" in capsys.readouterr().err


# -- draw ------------------------------------------------------------------------------------------------------------


def test_draw_writes_a_picture_with_names_values_and_gradients(here, capsys):
    assert cli.main(["draw", "my_module:with_examples", "-o", "g.json"]) == 0
    assert capsys.readouterr().out == f"{here / 'g.json'}\n"
    nodes = json.loads((here / "g.json").read_text(encoding="utf-8"))["nodes"]
    assert [(n["name"], n["value"], n["grad"]) for n in nodes if n["kind"] == "input"] == [
        ("p 0", 2.0, 3.0),
        ("p 1", [1.0, 1.0, 1.0], [2.0, 2.0, 2.0]),
    ]


def test_draw_needs_no_arguments_where_the_function_has_leaves_of_its_own(here, capsys):
    source = """
import numpy as np
from autograd import nn
model = nn.Sequential(nn.Linear(3, 2, rng=0), nn.Tanh())
def loss(steps=1):
    return np.mean(model(np.ones((4, 3))) ** 2)
def number():
    return np.float64(3.0)
"""
    (here / "networks.py").write_text(source, encoding="utf-8")
    assert cli.main(["draw", "networks:loss", "-o", "g.json", "--by", "time"]) == 0
    graph = json.loads((here / "g.json").read_text(encoding="utf-8"))
    assert {(n["name"], n["kind"]) for n in graph["nodes"] if n["name"]} == {
        ("0.weight", "parameter"),
        ("0.bias", "parameter"),
    }
    assert [group["type"] for group in graph["groups"]] == ["Sequential", "Linear", "Tanh"]
    operations = [n for n in graph["nodes"] if n["op"]]
    assert all(n["value"] is not None and n["forward"] > 0 and n["source"]["line"] for n in operations)
    assert cli.main(["draw", "networks:loss", "--args", "[2]"]) == 0  # whole numbers are constants
    assert cli.main(["draw", "networks:number"]) == 2
    assert "returned float64, not a Tensor" in capsys.readouterr().err


def test_draw_names_its_file_graph_svg(here):
    assert cli.main(["draw", "my_module:energy", "--shape", "2,2", "--shape", "2,2"]) == 0
    ElementTree.parse(here / "graph.svg")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-o", "graph.jpeg"], "'graph.jpeg' ends in '.jpeg'; I can write .html, .svg, .png"),
        (["-o", "nowhere/graph.svg"], "nothing was saved, for there is no folder"),
    ],
)
def test_draw_explains_what_it_cannot_do(here, capsys, options, message):
    assert cli.main(["draw", "my_module:deep", "--args", "[2.0]", *options]) == 2
    assert message in capsys.readouterr().err


def test_draw_never_draws_more_than_is_asked_for(here):
    assert cli.main(["draw", "my_module:deep", "--args", "[2.0]", "--max-nodes", "10", "--unfold"]) == 0
    boxes = ElementTree.parse(here / "graph.svg").findall(".//*[@data-k][@tabindex]")
    assert len(boxes) == 10


@pytest.mark.parametrize(("options", "kinds"), [(["--by", "value"], False), (["--by", "kind"], True)])
def test_draw_colours_by_what_is_asked_for(here, options, kinds):
    assert cli.main(["draw", "my_module:energy", "--shape", "2,2", "--shape", "2,2", *options]) == 0
    assert ("logarithmic" not in (here / "graph.svg").read_text(encoding="utf-8")) is kinds


# -- as a process ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("target", "status"), [("my_module:energy", 0), ("my_module:nothing", 2)])
def test_exit_status(here, target, status):
    argv = [sys.executable, "-m", "autograd", "check", target, "--shape", "3", "--shape", "3,2"]
    root = str(cli.Path(ag.__file__).parents[1])
    done = subprocess.run(argv, cwd=here, env={**cli.os.environ, "PYTHONPATH": root}, capture_output=True, check=False)
    assert done.returncode == status, done.stderr


def test_random_arguments_are_the_same_every_time(here, monkeypatch):
    seen = []
    monkeypatch.setattr(cli, "on_tape", lambda f, args, target: seen.append(args) or ([], []))
    for _ in range(2):
        cli.main(["check", "my_module:scaled", "--shape", "2,2"])
    assert np.array_equal(seen[0], seen[1])
