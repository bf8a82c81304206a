"""Every variant of the list, at first and second order: see ``variants.py`` and ``sweep.py``."""

import subprocess
import sys

import numpy as np
import pytest

from . import sweep
from .variants import INPUTS, VARIANTS, names_in

# What we do not differentiate, and why; everything else has to be right.
_METHOD = "a method of a ufunc other than those that have a function of their own"
_ASARRAY = "NumPy does not ask the protocols; a Tensor that is on a tape refuses to become an array without a word"
REFUSED = {
    "np.logaddexp.reduce(x)": _METHOD,
    "np.maximum.accumulate(x)": _METHOD,
    "np.hypot.reduce(x)": _METHOD,
    "np.add.reduceat(l, [0, 3, 5])": _METHOD,
    "np.spacing(x) * 0 + x": "the spacing of floats has no derivative",
    "np.var(m, axis=1, mean=np.mean(m, axis=1, keepdims=True))": "a mean that varies, too: leave the keyword out",
    "np.ascontiguousarray(m)": _ASARRAY,
    "np.asfortranarray(m)": _ASARRAY,
}

_, gradient = sweep.ours()


@pytest.mark.filterwarnings("ignore:numpy.fix is deprecated")
@pytest.mark.parametrize("text", VARIANTS)
def test_variant(text):
    for order in (1, 2):
        verdict, why = sweep.judged(text, gradient, order)
        if verdict == "absent":
            pytest.skip(why)
        assert verdict == ("refused" if text in REFUSED else "right"), f"order {order}: {why}"


def test_the_list_is_long_enough_to_mean_something():
    assert len(VARIANTS) > 1100
    assert not REFUSED.keys() - VARIANTS.keys()
    assert all(map(names_in, VARIANTS))


@pytest.mark.parametrize("order", [1, 2])
def test_the_oracle_finds_what_is_wrong(order):
    """A gradient that is off by a part in a million is wrong, so is one that lacks a term; none at all is refused."""
    assert sweep.judged("x * y", gradient, order)[0] == "right"
    spoiled = {
        "a factor": lambda *call: [(1 + 1e-5) * g for g in gradient(*call)],
        "a missing operand": lambda *call: [gradient(*call)[0], np.zeros(4)],
        "a shape": lambda *call: [g[None] for g in gradient(*call)],
    }
    for what, other in spoiled.items():
        assert sweep.judged("np.exp(x) * y", other, order)[0] == "wrong", what
    assert sweep.judged("np.nothing_of_the_kind(x)", gradient, order)[0] == "absent"

    def refusing(*call):
        raise TypeError("no")

    assert sweep.judged("x * y", refusing, order) == ("refused", "TypeError: no")


def test_no_input_is_near_a_kink_of_absolute_value_or_order():
    for name, values in INPUTS.items():
        if values.dtype.kind == "f" and values.size:
            assert np.min(np.abs(values)) > 8 * sweep.STEP, name
            flat = np.sort(values.ravel())
            assert np.min(np.diff(flat), initial=1) > 16 * sweep.STEP or name in ("A", "B", "H"), name


def test_it_runs_as_a_file():
    command = [sys.executable, sweep.__file__, "--help"]
    assert "--hips-python" in subprocess.run(command, capture_output=True, text=True, check=True).stdout
