"""The pytest plugin, in runs of pytest of its own."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

import autograd as ag

ROOT = Path(ag.__file__).parent.parent
PLUGIN = ["-p", "autograd_pytest", "-p", "no:cacheprovider", "-W", "error", "--strict-markers"]


def run(folder, text, *options, first=""):
    (folder / "test_it.py").write_text(text)
    code = f"{first}; import pytest; raise SystemExit(pytest.main({[*PLUGIN, *options, str(folder)]}))"
    path = os.pathsep.join([str(ROOT), str(folder)])
    env = {**os.environ, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code.lstrip("; ")], capture_output=True, text=True, env=env, cwd=folder
    )
    return result.returncode, result.stdout + result.stderr


RIGHT = """
import numpy as np, pytest

@pytest.mark.gradcheck(order=2)
def test_softplus():
    return lambda x: np.log1p(np.exp(x)), np.linspace(-2, 2, 5)

@pytest.fixture
def weights():
    return np.array([[0.3, -0.7], [0.2, 0.9]])

@pytest.mark.gradcheck
@pytest.mark.parametrize("n", [1, 2])
def test_layer(weights, n):
    return lambda w, x: np.tanh(w @ x), weights[:, :n], np.arange(1.0, n + 1)

class TestInAClass:
    @pytest.mark.gradcheck(directions=2)
    def test_many(self):
        return lambda x: np.sum(np.sin(x)), np.linspace(0, 1, 1000)

def test_by_hand(gradcheck):
    assert gradcheck(np.sin, 0.3).max_error < 1e-12
    gradcheck.primitive(np.sin, examples=0)
"""


def test_right_derivatives_pass(tmp_path):
    code, text = run(tmp_path, RIGHT)
    assert code == 0, text
    assert "5 passed" in text


WRONG = """
import autograd as ag, numpy as np, pytest
cube = ag.elementwise(lambda x: x * x * x, lambda t, x: 3.001 * t * x * x)

@pytest.mark.gradcheck
def test_wrong():
    return lambda x: np.sum(np.exp(cube(x))), np.array([0.3, 0.7])

@pytest.mark.gradcheck
def test_kink():
    return lambda x: np.maximum(x, 0), np.array([0.3, 0.0])

@pytest.mark.gradcheck
def test_that_returns_nothing():
    assert True

@pytest.mark.gradcheck(2)
def test_arguments_of_the_mark():
    return np.sin, 0.3
"""


def test_failures_say_what_is_wrong_and_show_no_traceback(tmp_path):
    code, text = run(tmp_path, WRONG)
    assert code == 1
    assert "4 failed" in text
    for part in (
        "the derivative differs from the oracle's",
        "The first step that is wrong on its own: <lambda> (test_it.py:7",
        "maximum has a tie at index [1]",
        "returned nothing; it returns a function and its arguments",
        "the mark takes keywords",
    ):
        assert part in text
    assert "_check.py" not in text


PROGRAMS = """
import numpy as np
from hypothesis import given, settings
import autograd as ag
from autograd.testing.strategies import programs

registry = ag.primitive.__globals__["registry"]
right = registry[np.cumsum].vjps
registry[np.cumsum].vjps = (lambda t, *saved: 1.01 * right[0](t, *saved),)

@given(programs())
def test_programs(gradcheck, program):
    gradcheck.program(program)
"""


def test_a_wrong_program_is_shrunk_and_printed_as_code(tmp_path):
    code, text = run(tmp_path, PROGRAMS, "--autograd-profile=ci", "-p", "_hypothesis_pytestplugin")
    assert code == 1
    lines = [line.removeprefix("E").strip() for line in text.splitlines()]
    start = next(k for k, line in enumerate(lines) if line.endswith("The smallest one that is:"))
    end = next(k for k, line in enumerate(lines[start:], start) if line.startswith("y = "))
    program = [line for line in lines[start + 1 : end + 1] if line]
    assert program[0] == "import numpy as np"
    assert any("np.cumsum(" in line for line in program)
    assert len(program) <= 6  # of up to 200
    names = {}
    exec("\n".join(program), names)
    assert np.ndim(names["y"]) == 0


PROFILE = """
from hypothesis import settings

def test_profile():
    from autograd.testing import profiles
    assert profiles.current() == {name!r}
    assert settings().max_examples == {examples}
"""


def test_a_profile_is_chosen_by_name(tmp_path):
    code, text = run(tmp_path, PROFILE.format(name="intense", examples=20_000), "--autograd-profile", "intense")
    assert code == 0, text
    code, text = run(tmp_path, PROFILE.format(name="ci", examples=100), "--autograd-profile=much")
    assert code != 0
    assert "invalid choice" in text


UNUSED = """
import sys

def test_nothing_was_imported():
    assert not {"autograd", "numpy", "hypothesis"} & set(sys.modules)
"""


def test_it_costs_nothing_where_it_is_not_used(tmp_path):
    code, text = run(tmp_path, UNUSED)
    assert code == 0, text


def test_the_package_may_have_been_imported_before(tmp_path):
    code, text = run(tmp_path, RIGHT, first="import autograd, autograd.testing, autograd_pytest")
    assert code == 0, text


def test_the_mark_is_declared(tmp_path):
    code, text = run(tmp_path, UNUSED, "--markers")
    assert code == 0
    assert "gradcheck(**kwargs)" in text


def test_what_needs_hypothesis_says_so_and_the_rest_does_not():
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "import numpy as np\n"
        "from autograd.testing import check_gradients, check_primitive, profiles, A, call\n"
        "check_gradients(np.sin, 0.3); check_primitive(np.sin, call(A(3)))\n"
        "for use in (lambda: profiles.settings_of(), lambda: __import__('autograd.testing.strategies')):\n"
        "    try: use()\n"
        "    except ImportError as error: print(error)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, env=env)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("hypothesis is not installed: pip install autograd-tape[test]") == 2
